"""How far the lines of a page lean: the angle at which the ink's row profile is sharpest."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from digitize.model import Array, Image

LIMIT = 15.0
# Rounds of the search: step and half range in degrees. Before them, whole degrees on a quarter of the pixels.
_ROUNDS = ((0.25, 1.0), (0.05, 0.25))
_SIDE = 1_000
_MARGIN = 0.04
_STRIP = 8
# Below this gain of the best angle over a typical one there are no lines to be straightened.
_MIN_GAIN = 1.15


def ink_map(grey: Image, side: int = _SIDE) -> Image:
    """Ink as light on dark, background and margins taken away, the long side at most `side` pixels."""
    scale = min(1.0, side / max(grey.shape))
    small = grey if scale == 1.0 else cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    ink = cv2.bitwise_not(small)
    ink = cv2.subtract(ink, cv2.medianBlur(ink, 21))
    margin = int(_MARGIN * min(ink.shape))
    return ink[margin : ink.shape[0] - margin, margin : ink.shape[1] - margin]


def narrowed(ink: Image) -> Array:
    """The ink map with strips of columns averaged: where rows lie is kept, which is all that is looked at."""
    width = max(2, round(ink.shape[1] / _STRIP))
    return cv2.resize(ink, (width, ink.shape[0]), interpolation=cv2.INTER_AREA).astype(np.float32)


def sharpness(strips: Array, degrees: float) -> float:
    """How much the sums of neighbouring rows differ once the page is turned by so much (counter-clockwise).

    Strips are moved up and down instead of turning the page: a line that leans is level then too.
    """
    height, width = strips.shape
    lean = _STRIP * math.tan(math.radians(degrees))
    # What comes to stand at a place stood so far below it: the lean times the distance from the middle.
    shear = np.array([[1.0, 0.0, 0.0], [lean, 1.0, -lean * (width - 1) / 2]])
    level = cv2.warpAffine(strips, shear, (width, height), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    steps = np.diff(level.sum(axis=1, dtype=np.float64))
    return float(steps @ steps)


def skew(grey: Image) -> float:
    """The angle in degrees, counter-clockwise, by which the page has to be turned to stand straight.

    Between -15 and 15; 0.0 for a page without lines. Exact to about 0.05 degrees on a page of print.
    """
    ink = ink_map(grey)
    if min(ink.shape) < 40 or not ink.any():
        return 0.0
    fine = narrowed(ink)
    coarse = narrowed(cv2.resize(ink, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA))
    angles = np.arange(-LIMIT, LIMIT + 0.01, 1.0)
    scores = np.array([sharpness(coarse, float(angle)) for angle in angles])
    if scores.max() < _MIN_GAIN * np.median(scores):
        return 0.0
    best = float(angles[scores.argmax()])
    for step, reach in _ROUNDS:
        angles = np.arange(best - reach, best + reach + step / 2, step)
        scores = np.array([sharpness(fine, float(angle)) for angle in angles])
        best = _peak(angles, scores)
    return round(best, 3)


def _peak(angles: np.ndarray, scores: np.ndarray) -> float:
    """The top of the parabola through the best score and its neighbours."""
    at = int(scores.argmax())
    if at in (0, len(scores) - 1):
        return float(angles[at])
    left, top, right = scores[at - 1 : at + 2]
    bend = left - 2 * top + right
    shift = 0.5 * (left - right) / bend if bend else 0.0
    return float(angles[at] + shift * (angles[1] - angles[0]))
