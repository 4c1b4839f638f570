"""The image of a page as it goes into the archival copy, encoded by the process that read the page.

Compact pages are layers (`digitize.layers`); a page whose layers would lose a mark, or that is a photograph, is one
picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

import cv2

from digitize.encoding import from_jpeg, group4, has_colour, jpeg
from digitize.faithful import keeps_marks
from digitize.layers import Ink, Layers, darkest, flattened, halved, separate
from digitize.model import PageImage
from digitize.straighten import Upright, grey_of

if TYPE_CHECKING:
    from digitize.model import Image

_PAPER_QUALITY, _INK_QUALITY = 45, 60
# Half of it is what the paper's picture has; less would not show pale writing.
_LEAST_DPI = 150
# A JPEG's sides are told in 16 bits, and encoders leave a little of that free.
_LONGEST = 65_000


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG of the page, or of the colours of what `mask` (group 4, of the page's size) lets through."""

    jpeg: Path
    width: int
    height: int
    components: int
    mask: Path | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """An encoded page of `width` × `height` pixels: `codec` is `jpeg`, `group4` or `layers`.

    `upright` says whether it shows the straightened page, `kept` whether it is the source's own JPEG. `path` is the
    data of a page that is one picture; `layers` are painted one over the other.
    """

    path: Path
    codec: str
    width: int
    height: int
    components: int
    dpi: float
    dpi_down: float
    upright: bool
    kept: bool = False
    layers: tuple[Picture, ...] = ()


def encode(page: PageImage, upright: Upright, folder: Path, *, compact: bool = True) -> Sheet:
    """The page for the archive, straight if it had to be straightened.

    A page that was straight keeps the pixels it was scanned with: its own JPEG where there is one, unless layers take
    less (`compact`).
    """
    assert page.pixels is not None
    if upright.moved:
        image, dpi, dpi_down = upright.image, float(upright.dpi), float(upright.dpi)
    else:
        image, dpi, dpi_down = page.pixels, float(page.dpi), page.dpi / page.stretch
    height, width = image.shape[:2]
    stem = folder / f"sheet-{page.number:05d}"
    if page.bilevel:
        stem.write_bytes(group4(grey_of(image)))
        return Sheet(stem, "group4", width, height, 1, dpi, dpi_down, upright.moved)
    own = page.picture.path if page.picture is not None and not upright.moved else None
    image = image if has_colour(image) else grey_of(image)
    endless = max(width, height) > _LONGEST
    if endless and own is None:
        layers: tuple[Picture, ...] = (_written(stem, jpeg(small := _shrunk(image)), small),)
        return Sheet(stem, "layers", width, height, 0, dpi, dpi_down, upright.moved, layers=layers)
    if compact and not endless and min(dpi, dpi_down) >= _LEAST_DPI:
        layers = _layered(image, stem)
        if layers and (own is None or size_of(layers) < own.stat().st_size):
            return Sheet(stem, "layers", width, height, 0, dpi, dpi_down, upright.moved, layers=layers)
    if own is not None:
        return Sheet(own, "jpeg", width, height, 1 if page.pixels.ndim == 2 else 3, dpi, dpi_down, False, True)
    stem.write_bytes(jpeg(image))
    return Sheet(stem, "jpeg", width, height, _components(image), dpi, dpi_down, upright.moved)


def _shrunk(image: Image) -> Image:
    """A strip of metres, as fine as a JPEG can hold it."""
    scale = _LONGEST / max(image.shape[:2])
    size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
    return cast("Image", cv2.resize(image, size, interpolation=cv2.INTER_AREA))


def size_of(layers: tuple[Picture, ...]) -> int:
    """Bytes of the layers' files."""
    return sum(path.stat().st_size for layer in layers for path in (layer.jpeg, layer.mask) if path)


def _layered(image: Image, stem: Path) -> tuple[Picture, ...]:
    """The layers' files; none for a photograph and for a page that would lose something."""
    layers = separate(image)
    if layers is None:
        return ()
    paper = jpeg(layers.paper, _PAPER_QUALITY)
    inks = [jpeg(ink.colours, _INK_QUALITY) for ink in layers.inks]
    shown = Layers(
        from_jpeg(paper, image),
        tuple(Ink(ink.mask, from_jpeg(data, image)) for ink, data in zip(layers.inks, inks, strict=True)),
    )
    if not keeps_marks(darkest(halved(image)), darkest(flattened(shown))):
        return ()
    written = [_written(stem.with_name(f"{stem.name}-paper"), paper, layers.paper)]
    for at, (ink, data) in enumerate(zip(layers.inks, inks, strict=True)):
        mask = stem.with_name(f"{stem.name}-mask-{at}")
        mask.write_bytes(group4(255 - ink.mask))
        written.append(_written(stem.with_name(f"{stem.name}-ink-{at}"), data, ink.colours, mask))
    return tuple(written)


def _written(path: Path, data: bytes, image: Image, mask: Path | None = None) -> Picture:
    path.write_bytes(data)
    return Picture(path, image.shape[1], image.shape[0], _components(image), mask)


def _components(image: Image) -> int:
    return 1 if image.ndim == 2 else 3
