"""How far the lines of a page lean: the angle at which the ink's row profile is sharpest."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from digitize.geometry import shrunk

if TYPE_CHECKING:
    from digitize.model import Array, Image

LIMIT = 15.0
# Rounds of the search: step and half range in degrees. Before them, whole degrees on a quarter of the pixels.
_ROUNDS = ((0.25, 1.0), (0.05, 0.25))
_SIDE = 1_000
_MARGIN = 0.04
_STRIP = 8
# Waves up to this share of the finest that pixels can show; the finest of all are noise. Lines moved over one edge of
# the page by so many pixels do not come in at the other.
_WAVES = 0.8
_PAD = 64
# A crease, or a copier's line, runs level from edge to edge, as print does not: so near it lies to one row, all but so
# many of a hundred places and both ends are dark, by this share of the others, and so much darker than most of the
# page. A sheet has a few of them; of ruled paper they are what there is to go by.
_CREASE_OFF, _CREASE_PLACES, _CREASE_EVEN, _CREASE_DARK = 2, 5, 0.35, 4.0
_CREASE_ENDS, _CREASE_WIDE, _CREASES = 2, 5, 4
# Below this gain of the best angle over a typical one there are no lines to be straightened.
_MIN_GAIN = 1.15


def ink_map(grey: Image, side: int = _SIDE) -> Image:
    """Ink as light on dark, background and margins taken away, the long side at most `side` pixels."""
    scale = min(1.0, side / max(grey.shape))
    ink = cv2.bitwise_not(shrunk(grey, scale))
    ink = cv2.subtract(ink, cv2.medianBlur(ink, 21))
    margin = int(_MARGIN * min(ink.shape))
    return ink[margin : ink.shape[0] - margin, margin : ink.shape[1] - margin]


def narrowed(ink: Image) -> Array:
    """The ink map with strips of columns averaged: where rows lie is kept, which is all that is looked at."""
    width = max(2, round(ink.shape[1] / _STRIP))
    return cv2.resize(ink, (width, ink.shape[0]), interpolation=cv2.INTER_AREA).astype(np.float32)


def _creases(strips: Array) -> Array:
    """Which rows are dark from edge to edge: one crease is sharper than all lines of a faded page."""
    near = cv2.dilate(strips, np.ones((2 * _CREASE_OFF + 1, 1), np.uint8))
    least, typical = np.percentile(near, (_CREASE_PLACES, 50), axis=1)
    ends = np.minimum(near[:, :_CREASE_ENDS].min(axis=1), near[:, -_CREASE_ENDS:].min(axis=1))
    ground = float(np.median(strips))
    dark = typical > _CREASE_DARK * ground + 1.0
    creased = (dark & (np.minimum(least, ends) > _CREASE_EVEN * typical)).astype(np.uint8)
    if np.count_nonzero(np.diff(creased, prepend=0) == 1) > _CREASES:
        creased[:] = 0
    return cast("Array", cv2.dilate(creased[:, None], np.ones((_CREASE_WIDE, 1), np.uint8))[:, 0])


def _without(strips: Array, creases: Array) -> Array:
    """The strips with the rows of creases, told of strips of any height, like most of the page."""
    rows = creases[np.arange(len(strips)) * len(creases) // len(strips)] > 0
    strips[rows] = np.median(strips)
    return strips


class _Rows:
    """How sharp the rows of a page are once it is turned: how much the sums of neighbouring rows differ.

    Strips are moved up and down instead of turning the page: a line that leans is level then too. They are moved by
    turning the phases of their waves, which blurs none of them; where pixels are interpolated, an angle of nothing is
    the only one that does not blur, and pages that lean by a tenth of a degree look straight.
    """

    def __init__(self, strips: Array) -> None:
        height, width = strips.shape
        length = cv2.getOptimalDFTSize(height + _PAD)
        waves = np.arange(1, int(_WAVES * length / 2))
        self._spectrum = np.fft.rfft(strips, length, axis=0)[waves].astype(np.complex64)
        self._turn = (2 * np.pi * waves / length).astype(np.float32)
        # The difference of neighbours makes so much of each wave.
        self._weight = 4 * np.sin(self._turn / 2) ** 2
        self._middle = np.arange(width, dtype=np.float32) - (width - 1) / 2

    def sharpness(self, degrees: float) -> float:
        """The sum of squares for a turn by so much, counter-clockwise."""
        # What comes to stand at a place stood so far below it: the lean times the distance from the middle.
        phases = np.outer(self._turn, np.float32(_STRIP * math.tan(math.radians(degrees))) * self._middle)
        moved = (self._spectrum * (np.cos(phases) + 1j * np.sin(phases))).sum(axis=1)
        return float((self._weight * np.abs(moved) ** 2).sum())


def skew(grey: Image) -> float:
    """The angle in degrees, counter-clockwise, by which the page has to be turned to stand straight.

    Between -15 and 15; 0.0 for a page without lines. `python -m bench.straightness` says how exact that is.
    """
    ink = ink_map(grey)
    if min(ink.shape) < 40 or not ink.any():
        return 0.0
    strips = narrowed(shrunk(ink, 0.5))
    creases = _creases(strips)
    coarse = _Rows(_without(strips, creases))
    angles = np.arange(-LIMIT, LIMIT + 0.01, 1.0)
    scores = np.array([coarse.sharpness(float(angle)) for angle in angles])
    if scores.max() < _MIN_GAIN * np.median(scores):
        return 0.0
    best = float(angles[scores.argmax()])
    fine = _Rows(_without(narrowed(ink), creases))
    for step, reach in _ROUNDS:
        angles = np.arange(best - reach, best + reach + step / 2, step)
        scores = np.array([fine.sharpness(float(angle)) for angle in angles])
        best = _peak(angles, scores)
    return round(min(LIMIT, max(-LIMIT, best)), 3)


def _peak(angles: np.ndarray, scores: np.ndarray) -> float:
    """The top of the parabola through the best score and its neighbours."""
    at = int(scores.argmax())
    if at in (0, len(scores) - 1):
        return float(angles[at])
    left, top, right = scores[at - 1 : at + 2]
    bend = left - 2 * top + right
    shift = 0.5 * (left - right) / bend if bend else 0.0
    return float(angles[at] + shift * (angles[1] - angles[0]))
