"""What keeps an engine from reading: seals over text, uneven light, dotted leaders, table rules, specks.

Each step is a pure function from a page (grey or BGR, `uint8`) to a grey page of the same size, so boxes stay where
they are. Which steps are done, and in which order, the engine says.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from digitize.geometry import shrunk
from digitize.leaders import leader_dots
from digitize.model import Step
from digitize.straighten import grey_of

if TYPE_CHECKING:
    from digitize.model import Image

_RED_LEAD = 18
_MIN_RED_SHARE = 0.0008
_PAPER = 235
_DARKEST_SHARE = 0.7
_LEAST_CONTRAST = 40
_TOO_SMALL = 128
# Grey levels of noise from which specks cost more than thin strokes: office scans have 0.5 to 1, drawn pages 0.2.
_NOISY = 0.35
# A box for a digit is taller than any letter's stem, of which a p may stand on the rule under a heading.
_UPRIGHT = 0.65


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


def flatten(image: Image, least_contrast: float = _LEAST_CONTRAST) -> Image:
    """Even light: the page divided by its own background, its darkest ink made dark if it is so dark already."""
    grey = grey_of(image)
    if min(grey.shape) < _TOO_SMALL:
        return grey
    small = shrunk(grey, 0.125)
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    paper = cv2.GaussianBlur(cv2.medianBlur(paper, 15), (0, 0), 4)
    paper = cv2.resize(paper, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR)
    flat = cv2.divide(grey, np.maximum(paper, 1), scale=_PAPER)
    contrast = _PAPER - float(np.percentile(flat[::4, ::4], _DARKEST_SHARE))
    # A page with hardly a word on it has no such share of ink; stretching would make ink of its noise.
    if not least_contrast <= contrast < _PAPER - 20:
        return flat
    levels = _PAPER - (_PAPER - np.arange(256)) * (_PAPER / contrast)
    return cast("Image", cv2.LUT(flat, np.clip(levels, 0, 255).astype(np.uint8)))


def unline(image: Image) -> Image:
    """The page without its long straight rules: table borders, underlines, the boxes that digits are written in.

    A box's uprights are no longer than letters are high, so an upright goes only where it touches a long rule.
    """
    grey = grey_of(image)
    ink = _ink(grey, 12)
    reach = max(60, grey.shape[1] // 28)
    across = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, reach), np.uint8))
    down = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((reach, 1), np.uint8))
    rules = cv2.bitwise_or(cv2.bitwise_or(across, down), _uprights(ink, across, reach))
    return _painted_over(grey, cv2.dilate(rules, np.ones((5, 5), np.uint8)) > 0)


def _uprights(ink: Image, across: Image, reach: int) -> Image:
    """Short thin uprights that stand on a long rule or hang from one."""
    tall = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((int(_UPRIGHT * reach), 1), np.uint8))
    thick = cv2.morphologyEx(tall, cv2.MORPH_OPEN, np.ones((1, max(7, reach // 9)), np.uint8))
    thin = cv2.subtract(tall, thick)
    _, labels = cv2.connectedComponents(cv2.dilate(thin, np.ones((5, 1), np.uint8)), connectivity=8)
    touching = np.unique(labels[(cv2.dilate(across, np.ones((5, 3), np.uint8)) > 0) & (labels > 0)])
    return cast("Image", np.isin(labels, touching).astype(np.uint8) * 255)


def undot(image: Image) -> Image:
    """The page without dotted leaders: chains of specks of one size on one base line.

    The biggest single gain for Tesseract, which reads leaders as letters and loses the words between them. Dots
    under vowels stand on the same base line: they are bigger than a leader's, and stay.
    """
    grey = grey_of(image)
    _, labels, stats, centres = cv2.connectedComponentsWithStats(_ink(grey, 14), connectivity=8)
    biggest = max(6, int(grey.shape[1] * 0.0044))
    small = (stats[:, 2] <= biggest) & (stats[:, 3] <= biggest) & (stats[:, 4] >= 3)
    small[0] = False
    removed = np.zeros(len(stats), bool)
    removed[np.flatnonzero(small)[leader_dots(stats[small], centres[small], biggest)]] = True
    dots = removed[labels]
    around = cv2.dilate(dots.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    # What is blurred around a dot goes with it, but not the ink of a letter that it stands close to.
    return _painted_over(grey, around & (dots | (labels == 0)))


def _painted_over(grey: Image, where: Image) -> Image:
    """The page with some pixels as light as the paper around them."""
    if not where.any():
        return grey
    small = shrunk(grey, 0.25)
    paper = cv2.dilate(small, np.ones((9, 9), np.uint8))
    paper = cv2.resize(cv2.blur(paper, (9, 9)), (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR)
    cleaned = grey.copy()
    cleaned[where] = paper[where]
    return cleaned


def median3(image: Image) -> Image:
    """Specks of one pixel taken away where the page is noisy; on a quiet one it takes thin digits and tone marks."""
    grey = grey_of(image)
    return cast("Image", cv2.medianBlur(grey, 3)) if noise(grey) > _NOISY else grey


def noise(grey: Image) -> float:
    """The noise of a page in grey levels: how far pixels are from the plane through their neighbours."""
    mask = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
    rough = cv2.filter2D(grey, cv2.CV_32F, mask)[::3, ::3]
    # The mask multiplies independent noise by 6; the median leaves the letters' edges out of account.
    return float(np.median(np.abs(rough))) / 0.6745 / 6.0


def _ink(grey: Image, darker_by: int) -> Image:
    return cast(
        "Image",
        cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, darker_by),
    )


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
