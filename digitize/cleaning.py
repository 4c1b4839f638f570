"""What keeps an engine from reading: seals over text, uneven light, dotted leaders, table rules, specks.

Each step is a pure function from a page (grey or BGR, `uint8`) to a grey page of the same size, so boxes stay where
they are. Which steps are done, and in which order, the engine says.
"""

from __future__ import annotations

import time
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from digitize.model import Step
from digitize.straighten import grey_of

if TYPE_CHECKING:
    from digitize.model import Image

_RED_LEAD = 18
_MIN_RED_SHARE = 0.0008
_PAPER = 235
_DARKEST_SHARE = 0.7
_LEADER_DOTS = 7


def unseal(image: Image) -> Image:
    """Grey in which red ink is paper: under a seal the red channel still holds the black letters."""
    grey = grey_of(image)
    if image.ndim == 2:
        return grey
    blue, green, red = cv2.split(image)
    lead = cv2.GaussianBlur(cv2.subtract(red, cv2.max(green, blue)), (0, 0), 2)
    reddish = (lead > _RED_LEAD).astype(np.uint8)
    if reddish.mean() < _MIN_RED_SHARE:
        return grey
    under = cv2.dilate(reddish, np.ones((5, 5), np.uint8)) > 0
    cleaned = grey.copy()
    cleaned[under] = red[under]
    return cleaned


def flatten(image: Image) -> Image:
    """Even light: the page divided by its own background, its darkest ink made dark."""
    grey = grey_of(image)
    small = cv2.resize(grey, None, fx=0.125, fy=0.125, interpolation=cv2.INTER_AREA)
    if min(small.shape) < 16:
        return grey
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    paper = cv2.GaussianBlur(cv2.medianBlur(paper, 15), (0, 0), 4)
    paper = cv2.resize(paper, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR)
    flat = cv2.divide(grey, np.maximum(paper, 1), scale=_PAPER)
    darkest = float(np.percentile(flat[::4, ::4], _DARKEST_SHARE))
    if darkest <= 20:
        return flat
    gain = _PAPER / max(40.0, _PAPER - darkest)
    return cv2.convertScaleAbs(flat, alpha=gain, beta=0) if gain <= 1 else _stretched(flat, darkest, gain)


def _stretched(flat: Image, darkest: float, gain: float) -> Image:
    levels = np.clip((np.arange(256) - darkest) * gain, 0, 255).astype(np.uint8)
    return cast("Image", cv2.LUT(flat, levels))


def unline(image: Image) -> Image:
    """The page without its long straight rules (table borders, underlines)."""
    grey = grey_of(image)
    ink = _ink(grey, 12)
    reach = max(60, grey.shape[1] // 28)
    across = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, reach), np.uint8))
    down = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((reach, 1), np.uint8))
    rules = cv2.dilate(cv2.bitwise_or(across, down), np.ones((5, 5), np.uint8))
    cleaned = grey.copy()
    cleaned[rules > 0] = _paper_level(grey)
    return cleaned


def undot(image: Image) -> Image:
    """The page without dotted leaders: chains of specks of one size on one base line.

    The biggest single gain for Tesseract, which reads leaders as letters and loses the words between them.
    """
    grey = grey_of(image)
    _, _, stats, centres = cv2.connectedComponentsWithStats(_ink(grey, 14), connectivity=8)
    biggest = max(6, int(grey.shape[1] * 0.0044))
    small = (stats[:, 2] <= biggest) & (stats[:, 3] <= biggest) & (stats[:, 4] >= 3)
    small[0] = False
    specks = np.flatnonzero(small)
    cleaned = grey.copy()
    paper = _paper_level(grey)
    for chain in _chains(centres[specks], biggest):
        for at in specks[chain]:
            x, y, width, height = (int(value) for value in stats[at, :4])
            cleaned[max(0, y - 2) : y + height + 2, max(0, x - 2) : x + width + 2] = paper
    return cleaned


def _chains(centres: Image, biggest: int) -> list[list[int]]:
    """Chains of specks, each next one within 2.6 sizes to the right and 0.4 sizes up or down."""
    band = 8
    grid: defaultdict[int, list[int]] = defaultdict(list)
    order = [int(at) for at in np.argsort(centres[:, 0])]
    for at in order:
        grid[int(centres[at, 1] // band)].append(at)
    columns = {row: [float(centres[at, 0]) for at in row_specks] for row, row_specks in grid.items()}
    used: set[int] = set()
    chains = []
    for start in order:
        if start in used:
            continue
        chain, (x, y) = [start], centres[start]
        while (following := _next(centres, grid, columns, used, x, y, biggest, band)) is not None:
            chain.append(following)
            used.add(following)
            x, y = centres[following, 0], 0.7 * y + 0.3 * centres[following, 1]
        if len(chain) >= _LEADER_DOTS:
            chains.append(chain)
    return chains


def _next(
    centres: Image,
    grid: dict[int, list[int]],
    columns: dict[int, list[float]],
    used: set[int],
    x: float,
    y: float,
    biggest: int,
    band: int,
) -> int | None:
    best: int | None = None
    for row in range(int(y // band) - 1, int(y // band) + 2):
        if row not in columns:
            continue
        at = bisect_right(columns[row], x + 1)
        if at == len(columns[row]):
            continue
        speck = grid[row][at]
        near = centres[speck, 0] - x < 2.6 * biggest and abs(centres[speck, 1] - y) < 0.4 * biggest
        if near and speck not in used and (best is None or centres[speck, 0] < centres[best, 0]):
            best = speck
    return best


def median3(image: Image) -> Image:
    """Specks of one pixel taken away."""
    return cast("Image", cv2.medianBlur(grey_of(image), 3))


def _ink(grey: Image, darker_by: int) -> Image:
    return cast(
        "Image",
        cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, darker_by),
    )


def _paper_level(grey: Image) -> int:
    return int(np.percentile(grey[::16, ::16], 70))


STEPS: dict[str, Callable[[Image], Image]] = {
    "unseal": unseal,
    "flatten": flatten,
    "undot": undot,
    "unline": unline,
    "median3": median3,
}


def clean(image: Image, names: Sequence[str]) -> tuple[Image, tuple[Step, ...]]:
    """The page after the named steps, and what was done."""
    done = []
    for name in names:
        start = time.perf_counter()
        image = STEPS[name](image)
        done.append(Step(name, seconds=time.perf_counter() - start))
    return image, tuple(done)
