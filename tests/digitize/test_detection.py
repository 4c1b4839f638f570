"""Lines are found on faint pages as on others: single figures of a table, too, and nothing on pages without print."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from catalogue import FONT_DIR
from digitize.detection import Detector, Region

_ROWS = range(12)
_TOP, _PITCH, _LEFT = 300, 70, 330


def table(ink: int, paper: int) -> np.ndarray:
    """A page of rows, each a figure and a few words, with the grain of a scan."""
    image = Image.new("L", (1240, 1754), paper)
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(str(sorted(FONT_DIR.glob("*-Regular.ttf"))[0]), 28)
    for row in _ROWS:
        draw.text((_LEFT, _TOP + row * _PITCH), str(row % 9 + 1), fill=ink, font=font)
        draw.text((_LEFT + 120, _TOP + row * _PITCH), "Phí khai thác tư liệu", fill=ink, font=font)
    noise = np.random.default_rng(3).normal(0, 2, (1754, 1240))
    return np.clip(np.asarray(image) + noise, 0, 255).astype(np.uint8)


def figures(regions: list[Region]) -> int:
    """Rows whose figure lies in some region."""
    return sum(any(_holds(region, _LEFT + 8, _TOP + row * _PITCH + 20) for region in regions) for row in _ROWS)


def _holds(region: Region, x: float, y: float) -> bool:
    return region.x0 <= x <= region.x1 and region.y0 <= y <= region.y1


def test_lone_figures_are_found_however_faint_the_print() -> None:
    detector = Detector()
    assert figures(detector.regions(table(20, 235))) == len(_ROWS)
    assert figures(detector.regions(table(215, 235))) == len(_ROWS)


def test_the_grain_of_an_empty_page_is_no_print() -> None:
    assert Detector().regions(table(235, 235)) == []
