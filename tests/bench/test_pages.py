"""The pages that reading is measured on: truth lies where the ink is, and every form can be set."""

from __future__ import annotations

import random

import numpy as np
import pytest

from bench.pages.content import Content
from bench.pages.forms import FORMS
from bench.pages.scanning import BAD, LEVELS, picture
from catalogue import FONT_DIR

_WAYS = [("clean", 0), ("office", 0), *(("bad", number) for number in range(len(BAD)))]


@pytest.mark.parametrize(("level", "number"), _WAYS)
@pytest.mark.parametrize("dpi", [200, 300])
def test_the_homography_leads_to_the_ink(level: str, number: int, dpi: int) -> None:
    """A dot is printed in each of nine places and looked for where the truth says that it is."""
    height, width = 11 * dpi // 2, 8 * dpi // 2
    page = np.full((height, width, 3), 255, np.uint8)
    radius = dpi // 25
    spots = [(width * x // 4, height * y // 4) for x in (1, 2, 3) for y in (1, 2, 3)]
    for x, y in spots:
        page[y - radius : y + radius, x - radius : x + radius] = 0
    blank = np.full_like(page, 255)
    made = picture(page, blank, dpi, level, number, np.random.default_rng(3))
    grey = made.pixels.mean(axis=2)
    for x, y in spots:
        px, py, w = made.homography @ [x, y, 1]
        column, row, reach = round(px / w), round(py / w), round(radius * 200 / 300 / 2)
        inside = grey[row - reach : row + reach, column - reach : column + reach].mean()
        beside = grey[row - reach : row + reach, column + 5 * reach : column + 7 * reach].mean()
        assert inside < beside - 25, (made.way, x, y)


def test_every_form_has_something_to_read_and_chance_decides_what() -> None:
    assert len(FORMS) >= 12 and len(LEVELS) == 3
    for form in FORMS:
        first, again, other = (form(Content(random.Random(seed))) for seed in (5, 5, 6))
        assert first == again != other
        assert len(first.title) > 4 and len(first.blocks) >= 3


def test_typeset_lines_are_the_form_s_words() -> None:
    from render import typeset

    sheet = FORMS[0](Content(random.Random(2)))
    _, pages = typeset(sheet, [str(FONT_DIR)])
    texts = [text for text, _ in pages[0].lines]
    assert sheet.title in texts
    number = next(block["value"] for block in sheet.blocks if block["type"] == "digits")
    assert any(number in text for text in texts)
    for _, (x0, y0, x1, y1) in pages[0].lines:
        assert 0 <= x0 < x1 <= pages[0].width and 0 <= y0 < y1 <= pages[0].height
