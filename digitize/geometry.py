"""Homographies: mapping boxes and quads between the page as scanned and the page straightened."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from digitize.model import Box, Homography, Quad, box_of

if TYPE_CHECKING:
    from digitize.model import Image, Matrix


def scaling(x: float, y: float) -> Matrix:
    """The map that stretches a page."""
    return np.diag([x, y, 1.0]).astype(np.float64)


def turning(degrees: int, width: int, height: int) -> tuple[Matrix, int, int]:
    """The map of a turn by 0, 90, 180 or 270 degrees clockwise, and the size of the turned page."""
    w, h = width, height
    turned = {
        0: ([[1, 0, 0], [0, 1, 0], [0, 0, 1]], w, h),
        90: ([[0, -1, h], [1, 0, 0], [0, 0, 1]], h, w),
        180: ([[-1, 0, w], [0, -1, h], [0, 0, 1]], w, h),
        270: ([[0, 1, 0], [-1, 0, w], [0, 0, 1]], h, w),
    }
    matrix, new_width, new_height = turned[degrees % 360]
    return np.array(matrix, dtype=np.float64), new_width, new_height


def rotating(degrees: float, width: int, height: int) -> tuple[Matrix, int, int]:
    """The map of a small turn (counter-clockwise positive), its page grown so that no corner is lost."""
    around = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    cosine, sine = abs(around[0, 0]), abs(around[0, 1])
    new_width = int(np.ceil(height * sine + width * cosine))
    new_height = int(np.ceil(height * cosine + width * sine))
    around[:, 2] += np.array([(new_width - width) / 2, (new_height - height) / 2])
    return np.vstack([around, [0.0, 0.0, 1.0]]), new_width, new_height


def to_homography(matrix: Matrix) -> Homography:
    """The matrix as nine plain numbers."""
    return cast(Homography, tuple(float(value) for value in matrix.ravel()))


def to_matrix(homography: Homography) -> Matrix:
    """The nine numbers as a matrix."""
    return np.array(homography, dtype=np.float64).reshape(3, 3)


def map_quad(matrix: Matrix, quad: Quad) -> Quad:
    """The quad where the map takes it."""
    (a, b, c), (d, e, f), (g, h, i) = matrix.tolist()  # four points are mapped sooner than an array of them is made
    mapped = []
    for x, y in quad:
        w = g * x + h * y + i
        mapped.append(((a * x + b * y + c) / w, (d * x + e * y + f) / w) if w else (0.0, 0.0))
    return cast(Quad, tuple(mapped))


def clip(box: Box, width: int, height: int) -> Box:
    """The part of a box that lies on the page."""
    x0, y0, x1, y1 = box
    return max(0.0, x0), max(0.0, y0), min(float(width), x1), min(float(height), y1)


def box_on(quad: Quad, width: int, height: int) -> Box:
    """The box around a quad, on a page."""
    return clip(box_of(quad), width, height)


def paper_colour(image: Image) -> tuple[int, ...]:
    """The colour of the sheet, for what a turn uncovers."""
    sample = image[::16, ::16].reshape(-1, 1 if image.ndim == 2 else 3)
    return tuple(int(value) for value in np.percentile(sample, 80, axis=0))


def warp(image: Image, matrix: Matrix, width: int, height: int, *, fine: bool = False) -> Image:
    """The page drawn through a map: exact for quarter turns, one interpolation for everything else, a quick one for a
    `fine` page, whose strokes are several pixels wide."""
    for degrees, code in _QUARTERS.items():
        turn, w, h = turning(degrees, image.shape[1], image.shape[0])
        if (w, h) == (width, height) and np.allclose(matrix, turn, atol=1e-9):
            return cast("Image", image if code is None else cv2.rotate(image, code))
    shrinks = abs(np.linalg.det(matrix[:2, :2])) < _MUCH_SMALLER
    if shrinks and np.allclose(matrix, np.diag(np.diag(matrix))):
        return cast("Image", cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA))
    border, colour = cv2.BORDER_CONSTANT, paper_colour(image)
    between = cv2.INTER_LINEAR if fine else cv2.INTER_CUBIC
    if np.allclose(matrix[2], (0.0, 0.0, 1.0), atol=1e-12):
        # What keeps parallels, as nearly all maps do, is drawn in three quarters of the time, to the same pixels.
        size, flat = (width, height), matrix[:2]
        return cv2.warpAffine(image, flat, size, flags=between, borderMode=border, borderValue=colour)
    return cv2.warpPerspective(image, matrix, (width, height), flags=between, borderMode=border, borderValue=colour)


def shrunk(image: Image, scale: float) -> Image:
    """The page smaller by area; a side never comes to nothing, however thin the page is."""
    height, width = image.shape[:2]
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return image if size == (width, height) else cast("Image", cv2.resize(image, size, interpolation=cv2.INTER_AREA))


# Below this share of the area, cubic interpolation would skip pixels.
_MUCH_SMALLER = 0.5
_QUARTERS = {
    0: None,
    90: cv2.ROTATE_90_CLOCKWISE,
    180: cv2.ROTATE_180,
    270: cv2.ROTATE_90_COUNTERCLOCKWISE,
}
