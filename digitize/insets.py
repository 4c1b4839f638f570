"""Pictures on a born-digital page that may hold print: a scan under typed words, a pasted table.

The page's own text is never drawn: a picture is drawn without it, so that nothing is read that is text already. Runs
in the child only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pypdfium2 import raw

from digitize.drawing import draw
from digitize.limits import Limits
from digitize.text_layer import shown

if TYPE_CHECKING:
    from digitize.model import Box
    from digitize.model import Image as Pixels

_POINTS, _MM = 72, 72 / 25.4
# A line of small print; a seal, a logo or a QR code is less than so much paper.
_LEAST_SIDE, _LEAST_AREA = 6 * _MM, 1_500 * _MM**2
# Strips of one scan touch; what stands farther apart is two pictures.
_APART = 2.0
_MOST_PICTURES = 2_000
# Print in a coarser picture cannot be read; a finer one is drawn no finer than print is read.
_MIN_DPI, _MAX_DPI = 60, 300


@dataclass(frozen=True, slots=True)
class Region:
    """A stretch of pictures: its box in points, y downwards from the top left corner of the page as displayed."""

    box: Box
    dpi: float


@dataclass(frozen=True, slots=True)
class Drawn:
    """A region's pixels; `left` and `top` are pixels of the page at its `dpi`."""

    left: int
    top: int
    dpi: int
    pixels: Pixels


def regions_of(page: Any) -> list[Region]:
    """Where an open pdfplumber page has pictures large and fine enough to hold print, those that touch as one."""
    left, top, width, height = shown(page)
    found = []
    for image in page.images:
        x0, x1 = max(0.0, float(image["x0"]) - left), min(width, float(image["x1"]) - left)
        y0, y1 = max(0.0, float(image["top"]) - top), min(height, float(image["bottom"]) - top)
        if x1 > x0 and y1 > y0:
            wide, high = (int(side) for side in image["srcsize"])
            dots = max(wide, high) * _POINTS / max(image["x1"] - image["x0"], image["bottom"] - image["top"])
            found.append(Region((x0, y0, x1, y1), dots))
    if sum(map(_area, found)) < _LEAST_AREA:
        return []
    found.sort(key=_area, reverse=True)
    return [region for region in _joined(found[:_MOST_PICTURES]) if _may_hold_print(region)]


def drawn(page: Any, regions: Sequence[Region], limits: Limits) -> list[Drawn]:
    """The regions of an open PDFium page as pixels, no more in all than a page may have, without its text, which is
    gone from the page afterwards."""
    for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]):
        raw.FPDFPageObj_SetIsActive(item, False)
    most = (limits.page_pixels / max(sum(map(_area, regions)), 1.0)) ** 0.5 * _POINTS * 0.99
    return [_drawn(page, region, most) for region in regions]


def _drawn(page: Any, region: Region, most: float) -> Drawn:
    dpi = max(1, int(min(_MAX_DPI, region.dpi, most)))
    scale = dpi / _POINTS
    width, height = page.get_size()
    left, top = int(region.box[0] * scale), int(region.box[1] * scale)
    # PDFium takes what is cut off up to whole pixels: a hair less than a whole pixel is that pixel.
    before, above = (max(0.0, side - 0.01) / scale for side in (left, top))
    cut = (before, max(0.0, height - region.box[3]), max(0.0, width - region.box[2]), above)
    return Drawn(left, top, dpi, draw(page, scale, cut))


def _may_hold_print(region: Region) -> bool:
    x0, y0, x1, y1 = region.box
    return min(x1 - x0, y1 - y0) >= _LEAST_SIDE and _area(region) >= _LEAST_AREA and region.dpi >= _MIN_DPI


def _area(region: Region) -> float:
    x0, y0, x1, y1 = region.box
    return (x1 - x0) * (y1 - y0)


def _joined(regions: Sequence[Region]) -> list[Region]:
    joined: list[Region] = []
    for region in regions:
        whole = region
        while near := [other for other in joined if _touch(other.box, whole.box)]:
            joined = [other for other in joined if other not in near]
            x0, y0, x1, y1 = zip(whole.box, *(other.box for other in near), strict=True)
            finest = max(whole.dpi, *(other.dpi for other in near))
            whole = Region((min(x0), min(y0), max(x1), max(y1)), finest)
        joined.append(whole)
    return joined


def _touch(one: Box, other: Box) -> bool:
    across = max(one[0], other[0]) - min(one[2], other[2])
    down = max(one[1], other[1]) - min(one[3], other[3])
    return max(across, down) <= _APART
