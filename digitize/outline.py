"""The outline of a sheet photographed on a darker table; nothing where the sheet fills the picture."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

import cv2
import numpy as np

from digitize.geometry import shrunk
from digitize.model import Quad

if TYPE_CHECKING:
    from digitize.model import Image, Matrix

_SIDE = 800
# A sheet of this share of the picture; else rectifying does more harm than good.
_AREA = (0.35, 0.93)
# The picture's rim is so many grey levels darker than lit paper where a sheet lies on a table.
_RIM, _DARKER_BY = 0.025, 20
# Where a shadow lies on the sheet, one threshold between light and dark cuts the sheet along it. Sheets are looked for
# at Otsu's threshold and below it, in shares of what it lies above the darkest.
_THRESHOLDS = (1.0, 0.8, 0.6, 0.4)
# Each side is moved to where the picture gets darker outwards, looked for within so many pixels, round by round.
_REACHES = (26, 12, 8)
_PLACES, _BOX = 48, 6
_LEAST_STEP = 10
_OFF_SIDE = 5
# At this share of every side the picture has to get darker there, and to stay it for some way.
_SUPPORTED, _SURELY = 0.8, 0.95
_STAYS = (6, 22)
# A corner nearer to the frame than this share of the picture is the frame's; sides lean towards each other by less than
# the cosine of sixty degrees.
_ON_FRAME = 0.012
_MOST_LEANING = 0.5
# Opposite sides are not shorter than this share of each other, however slanting the view.
_MOST_UNLIKE = 0.75
_A_RATIO = 2**0.5
_RATIO_SLACK = 0.12


def outline(grey: Image) -> Quad | None:
    """Corners of the sheet from its top left corner clockwise, in pixels of `grey`, or None."""
    scale = min(1.0, _SIDE / max(grey.shape))
    small = cv2.GaussianBlur(shrunk(grey, scale), (0, 0), 2)
    if not _dark_rim(small):
        return None
    best, support = None, _SUPPORTED
    for corners in _sheets(small):
        refined, found = _refined(small, corners)
        if refined is None or found < support or not _like_a_sheet(refined, small.shape):
            continue
        best, support = refined, found
        if found >= _SURELY:
            break
    return None if best is None else _ordered(best / scale)


def _dark_rim(small: Image) -> bool:
    """Whether the picture's rim is darker than paper is; where it is not, there is no table around a sheet."""
    wide = max(2, round(_RIM * max(small.shape)))
    rim = [small[:wide], small[-wide:], small[:, :wide].T, small[:, -wide:].T]
    dark = sum(float(np.median(side)) for side in rim) / len(rim)
    return dark < float(np.percentile(small[::4, ::4], 75)) - _DARKER_BY


def _sheets(small: Image) -> Iterator[Matrix]:
    """Roughly, the corners of what is light in the picture."""
    otsu, _ = cv2.threshold(small, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    darkest, square = float(np.percentile(small[::4, ::4], 2)), np.ones((25, 25), np.uint8)
    for share in _THRESHOLDS:
        _, light = cv2.threshold(small, darkest + share * (otsu - darkest), 255, cv2.THRESH_BINARY)
        light = cv2.morphologyEx(cv2.morphologyEx(light, cv2.MORPH_CLOSE, square), cv2.MORPH_OPEN, square)
        contours, _ = cv2.findContours(light, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        if contours:
            corners = _four_corners(cv2.convexHull(max(contours, key=cv2.contourArea)))
            if corners is not None:
                yield corners


def _refined(small: Image, corners: Matrix) -> tuple[Matrix | None, float]:
    """The corners where the sides meet that the picture shows near them, and how well its worst side is seen."""
    support = 0.0
    for reach in _REACHES:
        sides = [_side(small, corners, at, reach) for at in range(4)]
        support = min(seen for _, _, seen in sides)
        meeting = [_meeting(sides[at - 1], sides[at]) for at in range(4)]
        if not all(point is not None for point in meeting) or not support:
            return None, 0.0
        corners = np.array(meeting)
    return corners, min(support, min(_darker_outside(small, corners, at) for at in range(4)))


_Side = tuple[Any, Any, float]
"""A point on a side, its direction, and at which share of it the picture gets darker outwards."""


def _across(small: Image, corners: Matrix, at: int, reach: int) -> tuple[Matrix, Matrix, Matrix]:
    """Places along a side, the way inwards, and the picture's greys at `reach` pixels from out- to inside of each."""
    start, end = corners[at], corners[(at + 1) % 4]
    along = (end - start) / max(1e-9, float(np.linalg.norm(end - start)))
    inwards = np.array([-along[1], along[0]])
    if inwards @ (corners.mean(axis=0) - start) < 0:
        inwards = -inwards
    places = start + np.linspace(0.06, 0.94, _PLACES)[:, None] * (end - start)
    points = (places[:, None] + np.arange(-reach, reach + 1)[None, :, None] * inwards).astype(np.float32)
    greys = cv2.remap(small, points[..., 0], points[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return places, inwards, greys.astype(np.float64)


def _side(small: Image, corners: Matrix, at: int, reach: int) -> _Side:
    places, inwards, greys = _across(small, corners, at, reach + _BOX)
    sums = np.cumsum(np.pad(greys, ((0, 0), (1, 0))), axis=1)
    middle = np.arange(_BOX, _BOX + 2 * reach + 1)
    steps = (sums[:, middle + _BOX + 1] - sums[:, middle + 1] - sums[:, middle] + sums[:, middle - _BOX]) / _BOX
    best = steps.argmax(axis=1)
    points = places + (best - reach)[:, None] * inwards
    seen = steps.max(axis=1) > _LEAST_STEP
    if seen.mean() < 0.4:
        return points[0], inwards, 0.0
    x, y, px, py = cv2.fitLine(points[seen].astype(np.float32), cv2.DIST_HUBER, 0, 0.01, 0.01).ravel().tolist()
    off = np.abs((points[:, 0] - px) * y - (points[:, 1] - py) * x)
    return np.array([px, py]), np.array([x, y]), float((seen & (off < _OFF_SIDE)).mean())


def _meeting(one: _Side, other: _Side) -> Matrix | None:
    directions = np.array([one[1], -other[1]]).T
    if abs(np.linalg.det(directions)) < 0.2:
        return None
    return cast("Matrix", one[0] + np.linalg.solve(directions, other[0] - one[0])[0] * one[1])


def _darker_outside(small: Image, corners: Matrix, at: int) -> float:
    """At which share of a side the picture is still darker some way outside; around a printed frame it is not."""
    _, _, greys = _across(small, corners, at, _STAYS[1])
    wide = _STAYS[1] - _STAYS[0]
    inside, outside = np.median(greys[:, -wide:], axis=1), np.median(greys[:, :wide], axis=1)
    return float((inside - outside > _LEAST_STEP).mean())


def _four_corners(hull: Matrix) -> Matrix | None:
    length = cv2.arcLength(hull, True)
    for slack in (0.02, 0.03, 0.05):
        corners = cv2.approxPolyDP(hull, slack * length, True)
        if len(corners) == 4:
            return cast("Matrix", corners.reshape(4, 2).astype(np.float64))
    return None


def _like_a_sheet(corners: Matrix, shape: tuple[int, ...]) -> bool:
    """Whether it is large enough, its angles are about right ones and its corners are in the picture.

    What the edge of a shadow and the frame of a close photograph enclose has its corners on the frame.
    """
    share = cv2.contourArea(corners.astype(np.float32)) / (shape[0] * shape[1])
    inset = _ON_FRAME * max(shape)
    x, y = corners[:, 0], corners[:, 1]
    on_frame = (np.minimum(x, shape[1] - 1 - x) < inset) | (np.minimum(y, shape[0] - 1 - y) < inset)
    along = np.roll(corners, -1, axis=0) - corners
    long = np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
    along /= long
    unlike = (np.minimum(long, np.roll(long, 2, axis=0)) / np.maximum(long, np.roll(long, 2, axis=0))).min()
    leaning = np.abs((along * np.roll(along, 1, axis=0)).sum(axis=1))
    return bool(
        _AREA[0] < share < _AREA[1] and on_frame.sum() < 2 and leaning.max() < _MOST_LEANING and unlike > _MOST_UNLIKE
    )


def _ordered(corners: Matrix) -> Quad:
    total, lean = corners.sum(axis=1), corners[:, 0] - corners[:, 1]
    order = (total.argmin(), lean.argmax(), total.argmax(), lean.argmin())
    return cast(Quad, tuple((float(corners[i, 0]), float(corners[i, 1])) for i in order))


def sheet_size(quad: Quad) -> tuple[int, int]:
    """Width and height of the rectified sheet in pixels; near enough to the A series, it is taken to be of it."""
    a, b, c, d = quad
    width = max(math.dist(a, b), math.dist(d, c))
    height = max(math.dist(a, d), math.dist(b, c))
    ratio = max(width, height) / max(1.0, min(width, height))
    if abs(ratio / _A_RATIO - 1) < _RATIO_SLACK:
        if height > width:
            height = width * _A_RATIO
        else:
            width = height * _A_RATIO
    return round(width), round(height)


def rectifying(quad: Quad) -> tuple[Matrix, int, int]:
    """The map from the photograph to the sheet, and the sheet's size."""
    width, height = sheet_size(quad)
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    return cv2.getPerspectiveTransform(np.array(quad, dtype=np.float32), target), width, height
