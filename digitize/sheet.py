"""The image of a page as it goes into the archival copy, encoded by the process that read the page."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from digitize.encoding import group4, jpeg
from digitize.model import PageImage
from digitize.straighten import Upright, grey_of

if TYPE_CHECKING:
    from digitize.model import Image


@dataclass(frozen=True, slots=True)
class Sheet:
    """An encoded page: `codec` is `jpeg` or `group4`; `upright` says whether it shows the straightened page, `kept`
    whether it is the source's own JPEG."""

    path: Path
    codec: str
    width: int
    height: int
    components: int
    dpi: float
    dpi_down: float
    upright: bool
    kept: bool = False


def encode(page: PageImage, upright: Upright, folder: Path) -> Sheet:
    """The page for the archive, straight if it had to be straightened.

    A page that was straight keeps the pixels it was scanned with: its own JPEG where there is one.
    """
    assert page.pixels is not None
    if upright.moved:
        image, dpi, dpi_down = upright.image, float(upright.dpi), float(upright.dpi)
    else:
        image, dpi, dpi_down = page.pixels, float(page.dpi), page.dpi / page.stretch
        if page.picture is not None:
            components = 1 if page.pixels.ndim == 2 else 3
            return Sheet(page.picture.path, "jpeg", page.width, page.height, components, dpi, dpi_down, False, True)
    return _write(image, page, folder, dpi, dpi_down, upright.moved)


def _write(image: Image, page: PageImage, folder: Path, dpi: float, dpi_down: float, moved: bool) -> Sheet:
    height, width = image.shape[:2]
    path = folder / f"sheet-{page.number:05d}"
    if page.bilevel:
        path.write_bytes(group4(grey_of(image)))
        return Sheet(path, "group4", width, height, 1, dpi, dpi_down, moved)
    data, components = jpeg(image)
    path.write_bytes(data)
    return Sheet(path, "jpeg", width, height, components, dpi, dpi_down, moved)
