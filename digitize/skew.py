"""How far the lines of a page lean: the angle at which the ink's row profile is sharpest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from digitize.model import Image

LIMIT = 15.0
# Rounds of the search: step and half range in degrees. The first one looks at a quarter of the pixels.
_ROUNDS = ((0.25, 1.0), (0.05, 0.25))
_SIDE = 1_000
_MARGIN = 0.04
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


def sharpness(ink: Image, degrees: float) -> float:
    """How much the sums of neighbouring rows differ once the page is turned by so much (counter-clockwise)."""
    height, width = ink.shape
    turned = cv2.warpAffine(ink, cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0), (width, height))
    steps = np.diff(turned.sum(axis=1, dtype=np.float64))
    return float(steps @ steps)


def skew(grey: Image) -> float:
    """The angle in degrees, counter-clockwise, by which the page has to be turned to stand straight.

    Between -15 and 15; 0.0 for a page without lines. Exact to about 0.05 degrees on a page of print.
    """
    ink = ink_map(grey)
    if min(ink.shape) < 40 or not ink.any():
        return 0.0
    coarse = cv2.resize(ink, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    angles = np.arange(-LIMIT, LIMIT + 0.01, 1.0)
    scores = np.array([sharpness(coarse, float(angle)) for angle in angles])
    if scores.max() < _MIN_GAIN * np.median(scores):
        return 0.0
    best = float(angles[scores.argmax()])
    for step, reach in _ROUNDS:
        angles = np.arange(best - reach, best + reach + step / 2, step)
        scores = np.array([sharpness(ink, float(angle)) for angle in angles])
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
