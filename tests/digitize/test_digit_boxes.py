"""Boxes around single digits are found and painted over; stems of digits are not taken for them."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from catalogue import font_path
from digitize.detection import Region
from digitize.digit_boxes import parted

FACE = ImageFont.truetype(str(font_path("Tinos-Bold")), 40)
LEFT, TOP, STEP, COUNT = 60, 60, 34, 12


def drawn(text: str) -> tuple[ImageDraw.ImageDraw, Image.Image, Region]:
    """Digits one step apart on a page, and the region of them as tight as a detector makes it."""
    page = Image.new("L", (600, 160), 245)
    pen = ImageDraw.Draw(page)
    for at, digit in enumerate(text):
        pen.text((LEFT + at * STEP, TOP), digit, 0, FACE, anchor="mt")
    box = pen.textbbox((LEFT, TOP), "1", FACE, anchor="mt")
    return pen, page, Region(LEFT - 20.0, box[1], LEFT + STEP * (len(text) - 0.5), box[3], 1.0)


@pytest.mark.parametrize("text", ["111111111111", "070681411127", "099798396695"])
def test_stems_of_digits_are_no_boxes(text: str) -> None:
    _, page, region = drawn(text)
    grey = np.asarray(page)
    parts = parted(grey, [region])
    assert [piece.boxed for piece in parts.pieces] == [False] and parts.page is grey


def test_a_table_s_rule_near_by_makes_no_boxes_of_stems() -> None:
    pen, page, region = drawn("111111111111")
    pen.line([(0, region.y1 + 9), (600, region.y1 + 9)], 0, 2)
    assert [piece.boxed for piece in parted(np.asarray(page), [region]).pieces] == [False]


@pytest.mark.parametrize("above", [5, 12])
def test_boxes_are_found_and_painted_over(above: int) -> None:
    pen, page, region = drawn("001190000001")
    for at in range(COUNT):
        x = LEFT + at * STEP - STEP // 2
        pen.rectangle([x, region.y0 - above, x + STEP, region.y1 + above], outline=0, width=2)
    parts = parted(np.asarray(page), [region])
    assert [piece.boxed for piece in parts.pieces] == [True]
    assert parts.page[round(region.y0 + 4), LEFT + STEP // 2] > 200


def _day(ruled_on: bool) -> tuple[np.ndarray, Region]:
    """*ngày* and two figures, *tháng* and two, each in a box lower than the line; or in cells of a table's row."""
    page = Image.new("L", (700, 200), 245)
    pen = ImageDraw.Draw(page)
    for left, word, figures in ((60, "ngày", "07"), (330, "tháng", "11")):
        pen.text((left, TOP), word, 0, FACE)
        for at, figure in enumerate(figures):
            x = left + 120 + at * 44
            pen.rectangle([x, TOP + 2, x + 44, TOP + 42], outline=0, width=2)
            pen.text((x + 22, TOP + 36), figure, 0, FACE, anchor="ms")
    if ruled_on:
        for y in (TOP + 2, TOP + 42):
            pen.line([(0, y), (700, y)], 0, 2)
    return np.asarray(page), Region(55.0, TOP - 4.0, 545.0, TOP + 50.0, 1.0)


def test_a_day_and_a_month_in_boxes_are_parted_from_the_words_between() -> None:
    grey, region = _day(ruled_on=False)
    parts = parted(grey, [region])
    assert [piece.boxed for piece in parts.pieces] == [False, True, False, True]
    assert {piece.line for piece in parts.pieces} == {0}
    boxed = [piece.region for piece in parts.pieces if piece.boxed]
    assert [round(one.x0, -1) for one in boxed] == [180, 450] and all(one.x1 - one.x0 < 100 for one in boxed)
    assert parts.page[TOP + 20, 180] > 200 and parts.page[TOP + 20, 224] > 200, "the sides are gone"
    assert parts.page[TOP + 12 : TOP + 36, 190:215].min() < 100, "the figure is not"


def test_narrow_columns_of_a_table_are_no_boxes() -> None:
    grey, region = _day(ruled_on=True)
    parts = parted(grey, [region])
    assert [piece.boxed for piece in parts.pieces] == [False] and parts.page is grey
