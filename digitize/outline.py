"""The outline of a sheet photographed on a darker table; nothing where the sheet fills the picture."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from digitize.geometry import shrunk
from digitize.model import Quad

if TYPE_CHECKING:
    from digitize.model import Image, Matrix

_SIDE = 800
# A sheet of this share of the picture, on a border so many grey levels darker; else rectifying does more harm than
# good (a faded scan has no outline, a scan's own frame is not one).
_AREA = (0.35, 0.93)
_DARKER_BY = 40
# A corner nearer to the frame than this share of the picture is the frame's; sides lean towards each other by less than
# the cosine of sixty degrees.
_ON_FRAME = 0.012
_MOST_LEANING = 0.5
# Opposite sides are not shorter than this share of each other; a shadow over a corner of the sheet cuts one short.
_MOST_UNLIKE = 0.85
_A_RATIO = 2**0.5
_RATIO_SLACK = 0.12


def outline(grey: Image) -> Quad | None:
    """Corners of the sheet from its top left corner clockwise, in pixels of `grey`, or None."""
    scale = min(1.0, _SIDE / max(grey.shape))
    small = cv2.GaussianBlur(shrunk(grey, scale), (0, 0), 3)
    _, light = cv2.threshold(small, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    light = cv2.morphologyEx(light, cv2.MORPH_CLOSE, np.ones((25, 25), np.uint8))
    contours, _ = cv2.findContours(light, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    if not contours:
        return None
    corners = _four_corners(cv2.convexHull(max(contours, key=cv2.contourArea)))
    if corners is None or not _AREA[0] < cv2.contourArea(corners.astype(np.float32)) / small.size < _AREA[1]:
        return None
    if not _like_a_sheet(corners, small.shape) or not _on_dark_border(small, corners):
        return None
    return _ordered(corners / scale)


def _four_corners(hull: Matrix) -> Matrix | None:
    length = cv2.arcLength(hull, True)
    for slack in (0.02, 0.03, 0.05):
        corners = cv2.approxPolyDP(hull, slack * length, True)
        if len(corners) == 4:
            return cast("Matrix", corners.reshape(4, 2).astype(np.float64))
    return None


def _like_a_sheet(corners: Matrix, shape: tuple[int, ...]) -> bool:
    """Whether its angles are about right ones and its corners are in the picture.

    What the edge of a shadow and the frame of a close photograph enclose has its corners on the frame.
    """
    inset = _ON_FRAME * max(shape)
    x, y = corners[:, 0], corners[:, 1]
    on_frame = (np.minimum(x, shape[1] - 1 - x) < inset) | (np.minimum(y, shape[0] - 1 - y) < inset)
    along = np.roll(corners, -1, axis=0) - corners
    long = np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
    along /= long
    unlike = (np.minimum(long, np.roll(long, 2, axis=0)) / np.maximum(long, np.roll(long, 2, axis=0))).min()
    leaning = np.abs((along * np.roll(along, 1, axis=0)).sum(axis=1))
    return bool(on_frame.sum() < 2 and leaning.max() < _MOST_LEANING and unlike > _MOST_UNLIKE)


def _on_dark_border(small: Image, corners: Matrix) -> bool:
    inside = np.zeros_like(small)
    cv2.fillConvexPoly(inside, np.rint(corners).astype(np.int32), 255)
    around = cv2.dilate(inside, np.ones((15, 15), np.uint8)) == 0
    within = cv2.erode(inside, np.ones((15, 15), np.uint8)) > 0
    if around.sum() < 0.02 * small.size or not within.any():
        return False
    return bool(np.median(small[within]) - np.median(small[around]) > _DARKER_BY)


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
