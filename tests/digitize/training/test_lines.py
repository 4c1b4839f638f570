"""Training lines: what is drawn holds its text, fonts hold its letters, damage leaves something to read."""

from __future__ import annotations

import random
from itertools import islice

import numpy as np
import pytest

from catalogue import FONT_DIR
from digitize.training.contract import LINE_HEIGHT, MAX_WIDTH
from digitize.training.damage import LEVELS, Damager
from digitize.training.feed import batches
from digitize.training.fonts import HELD_OUT, Chooser, Face, faces, split
from digitize.training.lines import Drawer, Drawn
from digitize.training.samples import Sample, sample, samples
from digitize.training.texts import Run, Writer


def test_the_product_s_fonts_hold_every_letter() -> None:
    found = faces((FONT_DIR,))
    assert found
    assert all("ẵ" in face.letters and "Ự" in face.letters for face in found)


def test_a_font_is_for_training_or_for_testing() -> None:
    held = Face(FONT_DIR / "x.ttf", HELD_OUT[0], False, False, False, frozenset())
    free = Face(FONT_DIR / "y.ttf", "Another", False, False, False, frozenset())
    narrow = Face(FONT_DIR / "z.ttf", f"{HELD_OUT[0]} Condensed", False, False, False, frozenset())
    assert split([held, free, narrow]) == ([free], [held])


def test_no_face_is_chosen_that_lacks_a_letter() -> None:
    poor = Face(FONT_DIR / "x.ttf", "Poor", False, False, False, frozenset("abc"))
    chooser = Chooser([poor])
    assert chooser.pick(random.Random(1), "abc cab") is poor
    assert chooser.pick(random.Random(1), "abcd") is None


def test_the_box_holds_the_line_s_ink(drawer: Drawer) -> None:
    rng = random.Random(4)
    for _ in range(40):
        drawn = drawer.draw(rng)
        x0, y0, x1, y1 = drawn.box
        height, width = drawn.pixels.shape
        assert 0 <= x0 < x1 <= width and 0 <= y0 < y1 <= height
        inside = drawn.pixels[int(y0) : int(y1) + 1, int(x0) : int(x1) + 1]
        assert inside.min() < 128, drawn.text


class _Cells(Writer):
    """Writes one cell, and no text that could stand around it."""

    def write(self, rng: random.Random) -> tuple[Run, ...]:
        return (Run("5", column=("4", "6")),)

    def body(self, rng: random.Random) -> str:
        raise AssertionError("no line of text stands in a column of figures")


def test_above_and_below_a_figure_stand_the_figures_of_its_column() -> None:
    drawer, rng = Drawer(_Cells([]), Chooser(faces((FONT_DIR,)))), random.Random(8)
    drawn = [drawer.draw(rng) for _ in range(12)]
    assert {line.text for line in drawn} == {"5"}
    above = [line.pixels[: int(line.box[1]) - 1] for line in drawn]
    assert sum(part.min() < 128 for part in above) > 6


@pytest.mark.parametrize("level", LEVELS)
def test_a_spoiled_line_is_still_there(drawer: Drawer, level: str) -> None:
    rng, damager = random.Random(11), Damager(11)
    for _ in range(25):
        drawn = drawer.draw(rng)
        spoiled = damager.spoil(drawn.pixels, drawn.em, level, rng)
        assert spoiled.shape == drawn.pixels.shape and spoiled.dtype == np.uint8
        x0, y0, x1, y1 = (int(side) for side in drawn.box)
        ink = spoiled[y0 : y1 + 1, x0 : x1 + 1].astype(float)
        assert ink.max() - ink.min() > 15, (level, drawn.text)


def test_worse_levels_are_worse(drawer: Drawer) -> None:
    changes = {}
    for level in LEVELS:
        rng, damager = random.Random(6), Damager(6)
        spoiled = [damager.spoil(d.pixels, d.em, level, rng) - d.pixels.astype(float) for d in _drawn(drawer, 30)]
        changes[level] = float(np.mean([np.abs(change).mean() for change in spoiled]))
    assert changes["clean"] < changes["office"] < changes["bad"]


def test_a_sample_is_what_the_recogniser_takes(drawer: Drawer) -> None:
    rng, damager = random.Random(9), Damager(9)
    for _ in range(20):
        line = sample(drawer, damager, rng)
        assert line.ink.shape[0] == 3 * LINE_HEIGHT and line.ink.dtype == np.uint8
        assert 8 <= line.ink.shape[1] <= MAX_WIDTH
        assert line.level in LEVELS


def test_the_same_seed_draws_the_same_pixels(drawer: Drawer) -> None:
    first, again = (list(islice(samples(drawer, 21), 6)) for _ in range(2))
    assert [line.text for line in first] == [line.text for line in again]
    assert all(np.array_equal(a.ink, b.ink) for a, b in zip(first, again, strict=True))


def test_batches_lose_no_line_and_hold_alike_widths() -> None:
    rng = random.Random(3)
    lines = [Sample(np.zeros((144, rng.randint(40, 1500)), np.uint8), str(at), "clean") for at in range(200)]
    found = batches(lines, random.Random(1))
    assert sorted(line.text for batch in found for line in batch) == sorted(line.text for line in lines)
    for batch in found:
        widths = [line.ink.shape[1] for line in batch]
        assert len(batch) == 1 or max(widths) * len(batch) <= 15_000


def _drawn(drawer: Drawer, count: int) -> list[Drawn]:
    rng = random.Random(17)
    return [drawer.draw(rng) for _ in range(count)]
