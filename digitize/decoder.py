"""What the child asks of a file format, and how a decoded page is written down for the parent."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from digitize.errors import PageTooLarge
from digitize.limits import Limits

if TYPE_CHECKING:
    from digitize.insets import Drawn
    from digitize.model import Image


class Decoder(Protocol):
    """An open source."""

    @property
    def pages(self) -> int:
        """How many pages it has."""

    @property
    def media_type(self) -> str:
        """What it is, by content."""

    @property
    def signatures(self) -> int:
        """How many digital signatures it carries."""

    def page(self, number: int) -> dict[str, object]:
        """Page `number` (from 1) as a record of `record`; pixels are in a file of the folder."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A page before it is written down; `stretch` is how much taller than wide a pixel is (a fax: 204 × 98 dpi)."""

    number: int
    width: int
    height: int
    dpi: int
    pixels: Image | None
    stretch: float = 1.0
    bilevel: bool = False
    lines: list[dict[str, object]] | None = None
    jpeg: bytes | None = None
    note: dict[str, object] | None = None
    insets: tuple[Drawn, ...] = ()


def record(page: Decoded, folder: Path) -> dict[str, object]:
    """Writes the pixels and the picture to the folder; what is left fits a JSON line."""
    stem = f"page-{page.number:05d}"
    if page.pixels is not None:
        np.save(folder / f"{stem}.npy", page.pixels, allow_pickle=False)
    if page.jpeg is not None:
        (folder / f"{stem}.jpg").write_bytes(page.jpeg)
    return {
        "number": page.number,
        "width": page.width,
        "height": page.height,
        "dpi": page.dpi,
        "stretch": page.stretch,
        "bilevel": page.bilevel,
        "lines": page.lines,
        "pixels": f"{stem}.npy" if page.pixels is not None else None,
        "jpeg": f"{stem}.jpg" if page.jpeg is not None else None,
        "note": page.note,
        "insets": [_inset(inset, folder / f"{stem}-{at}.npy") for at, inset in enumerate(page.insets)],
    }


def _inset(inset: Drawn, path: Path) -> dict[str, object]:
    np.save(path, inset.pixels, allow_pickle=False)
    return {"left": inset.left, "top": inset.top, "dpi": inset.dpi, "pixels": path.name}


def check_size(number: int, width: int, height: int, limits: Limits) -> None:
    """Refuses a page before it is unpacked. Raises `PageTooLarge`."""
    if width * height > limits.page_pixels:
        raise PageTooLarge(page=number, megapixels=round(width * height / 1e6), limit=round(limits.page_pixels / 1e6))
