"""Sheets that do not lie flat: the bend is found, lines are drawn straight, and boxes go back to where they stood."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

import digitize
from digitize.bend import bend_of
from tests.digitize.conftest import DPI

PRINTED = slice(200, 1350)
"""Columns of the paper that hold print: what bends beside it nobody can see."""


def grey_of(paper: Image.Image) -> np.ndarray:
    return np.asarray(paper.convert("L"))


def bent(page: np.ndarray, depth: float, fan: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """The page on a wave `depth` pixels high, its lines fanning out by `fan` pixels from its middle to each end, and by
    how much lower each pixel's content stands in it."""
    height, width = page.shape[:2]
    xs, ys = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    lower = depth * np.sin(xs / width * 5) + fan * (xs / width - 0.5) * (2 * ys / height - 1)
    drawn = cv2.remap(page, xs, (ys - lower).astype(np.float32), cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return drawn, lower


@pytest.mark.parametrize(("depth", "fan"), [(4.0, 0.0), (14.0, 0.0), (10.0, 16.0)])
def test_the_bend_is_found_to_a_pixel_and_taken_out(paper: Image.Image, depth: float, fan: float) -> None:
    flat = grey_of(paper)
    page, lower = bent(flat, depth, fan)
    found = bend_of(page)
    assert found is not None
    xs, rows = np.arange(PRINTED.start, PRINTED.stop), np.arange(250, 1350, 50)
    off = np.array([found.lower(xs, np.full(len(xs), y)) - lower[y, xs] for y in rows])
    off -= off.mean(axis=1, keepdims=True)  # a line may come to stand higher or lower, but it has to be straight
    assert np.sqrt((off**2).mean()) < 0.7 and np.abs(off).max() < 3
    again = bend_of(found.flat(page))
    assert again is None or again.most < found.most / 6


def test_pages_that_lie_flat_are_left_as_they_are(paper: Image.Image) -> None:
    """Straight scans, leaning by what is not straightened, noisy, with rules, empty, or no pages at all."""
    grey = grey_of(paper)
    rng = np.random.default_rng(3)
    noisy = np.clip(grey * 0.9 + rng.normal(0, 12, grey.shape), 0, 255).astype(np.uint8)
    leaning = np.asarray(paper.convert("L").rotate(0.08, resample=Image.Resampling.BICUBIC, fillcolor=255))
    ruled = grey.copy()
    ruled[900:1600:60, 150:1500] = 0
    ruled[900:1600, 150:1500:190] = 0
    strange = [np.full((900, 700), 255, np.uint8), np.zeros((20, 30), np.uint8), np.zeros((3_000, 2), np.uint8)]
    strange += [rng.integers(0, 255, (800, 600), np.uint8), np.full((1, 4_000), 128, np.uint8)]
    for page in (grey, noisy, leaning, ruled, *strange):
        assert bend_of(page) is None


def test_words_of_a_bent_sheet_are_boxed_where_they_stand(tmp_path: Path, paper: Image.Image) -> None:
    """The engine sees the sheet flat; the text layer lies over the sheet as it was scanned."""
    page, _ = bent(np.asarray(paper)[:, :, ::-1].copy(), 16.0)
    path = tmp_path / "bent.png"
    Image.fromarray(page[:, :, ::-1]).save(path, dpi=(DPI, DPI))
    (read,) = digitize.digitize(path, tmp_path).documents[0].pages
    unbent = next(step for step in read.steps if step.name == "unbend")
    assert float(str(unbent.settings["pixels"])) > 20
    words = {word.text: word for line in read.lines for word in line.words}
    ink = cv2.cvtColor(page, cv2.COLOR_BGR2GRAY) < 110
    for text in ("001324000001", "Nghiệm", "01/06/2024"):
        x0, y0, x1, y1 = (round(value) for value in words[text].box)
        band = ink[y0 - 12 : y1 + 12, x0:x1].any(axis=1)
        own = np.flatnonzero(band) + y0 - 12
        assert y0 - 3 <= own.min() and own.max() <= y1 + 3, "the word's ink lies within its box"
    for line in read.lines:
        assert all(line.box[1] - 1 <= word.box[1] and word.box[3] <= line.box[3] + 1 for word in line.words)
