"""The archival copy of a document: PDF/A-2b of page images under invisible text, or of a PDF's own pages.

Image pages are written in parts of a few pages to disk and joined at the end, so that memory does not grow with the
document. Pages that come from the source PDF are hostile bytes: `digitize.archiving` joins them in a child.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pikepdf
from pikepdf import Dictionary, Name

from digitize import pdfa
from digitize.encoding import group4_stream, jpeg_stream, mask_stream
from digitize.geometry import to_matrix
from digitize.invisible_font import embed
from digitize.model import Page
from digitize.sheet import Sheet
from digitize.text_overlay import FONT, overlay

if TYPE_CHECKING:
    from digitize.model import Matrix

POINTS = 72.0
PART = 16
_IMAGE = "/HosoPage"


def write_parts(pages: Iterable[tuple[Page, Sheet]], folder: Path, stem: str) -> list[Path]:
    """Image pages as PDF parts of at most `PART` pages; one page is in memory at a time."""
    parts: list[Path] = []
    waiting = iter(pages)
    while first := next(waiting, None):
        path = folder / f"{stem}-{len(parts):05d}.pdf"
        with pikepdf.Pdf.new() as pdf:
            font = embed(pdf)
            for page, sheet in itertools.chain([first], itertools.islice(waiting, PART - 1)):
                add_page(pdf, page, sheet, font)
            pdf.save(path)
        parts.append(path)
    return parts


def add_page(pdf: pikepdf.Pdf, page: Page, sheet: Sheet, font: pikepdf.Object) -> None:
    """One page: its image as large as the paper was, its text over it."""
    wide, high = sheet.width * POINTS / sheet.dpi, sheet.height * POINTS / sheet.dpi_down
    images = _images(pdf, sheet)
    drawn = "".join(f"q {wide:.3f} 0 0 {high:.3f} 0 0 cm {name} Do Q\n" for name in images).encode()
    content = pdf.make_stream(drawn + overlay(page.lines, to_points(page, sheet)))
    pdf.pages.append(
        pikepdf.Page(
            pdf.make_indirect(
                Dictionary(
                    Type=Name.Page,
                    MediaBox=[0, 0, round(wide, 3), round(high, 3)],
                    Contents=content,
                    Resources=Dictionary(XObject=Dictionary(images), Font=Dictionary({FONT: font})),
                )
            )
        )
    )


def _images(pdf: pikepdf.Pdf, sheet: Sheet) -> dict[str, pikepdf.Object]:
    """The page's images by name, in the order in which they are painted."""
    if sheet.codec == "group4":
        return {_IMAGE: group4_stream(pdf, sheet.path.read_bytes(), sheet.width, sheet.height)}
    if sheet.codec == "jpeg":
        return {_IMAGE: jpeg_stream(pdf, sheet.path.read_bytes(), sheet.width, sheet.height, sheet.components)}
    images = {}
    for at, layer in enumerate(sheet.layers):
        image = jpeg_stream(pdf, layer.jpeg.read_bytes(), layer.width, layer.height, layer.components)
        if layer.mask is not None:
            image.Mask = mask_stream(pdf, layer.mask.read_bytes(), sheet.width, sheet.height)
        images[_IMAGE if at == 0 else f"{_IMAGE}{at}"] = image
    return images


def to_points(page: Page, sheet: Sheet) -> Matrix:
    """The map from pixels of the page as scanned to points of the PDF page, y upwards."""
    across, down = POINTS / sheet.dpi, POINTS / sheet.dpi_down
    flip = np.array([[across, 0, 0], [0, -down, sheet.height * down], [0, 0, 1]])
    return flip @ to_matrix(page.upright) if sheet.upright else flip


def join(parts: Iterable[Path], out: Path, title: str) -> None:
    """Parts put together into one PDF/A-2b with one font."""
    with contextlib.ExitStack() as stack:
        # A page's streams are copied when the whole is written, so the parts stay open until then.
        pdf = stack.enter_context(pikepdf.Pdf.new())
        font = embed(pdf)
        for part in parts:
            pdf.pages.extend(stack.enter_context(pikepdf.open(part)).pages)
        use_font(pdf.pages, font)
        pdfa.claim(pdf, title)
        pdfa.save(pdf, out)


def use_font(pages: Iterable[pikepdf.Page], font: pikepdf.Object) -> None:
    """One copy of the font for all pages that have our text."""
    for page in pages:
        fonts = page.obj.get("/Resources", Dictionary()).get("/Font")
        if isinstance(fonts, pikepdf.Dictionary) and FONT in fonts:
            fonts[FONT] = font
