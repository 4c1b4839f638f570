"""A line of print as the recogniser sees it: its own band between what stands above and below, at one height."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from digitize.detection import Region

if TYPE_CHECKING:
    from digitize.model import Array, Image

BANDS = 3
"""The line's own band is the middle one of so many of the same height."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How lines are cut out: pixels of a band, and the shares of the line's height that are added around it."""

    height: int = 48
    pad_x: float = 0.3
    pad_y: float = 0.2
    max_width: int = 2_400


@dataclass(frozen=True, slots=True)
class Window:
    """A line's image: `ink` is float32 [3 · height, W], 0 paper to 1 ink; pixels of the page by `page_x`."""

    ink: Array
    region: Region
    left: float
    scale: float

    def page_x(self, column: float) -> float:
        """The page's x of a column of the image."""
        return self.left + column * self.scale

    @property
    def band(self) -> Array:
        """The line's own band without what was added around it, rows of the middle."""
        height = self.ink.shape[0] // BANDS
        return self.ink[height : 2 * height]


def window(grey: Image, region: Region, shape: Shape) -> Window:
    """The image of a line of a grey page with even light; white letters on black are turned into black on white."""
    high = max(1.0, region.height)
    band = high * (1 + 2 * shape.pad_y)
    left, right = region.x0 - shape.pad_x * high, region.x1 + shape.pad_x * high
    middle = (region.y0 + region.y1) / 2
    columns = min(shape.max_width, max(8, round((right - left) * shape.height / band)))
    across, down = (right - left) / columns, band / shape.height
    reversed_ = is_reversed(grey, region)
    drawn = _drawn(grey, region, (left, middle - BANDS * band / 2), (across, down), (columns, BANDS * shape.height))
    ink = drawn.astype(np.float32) / 255.0
    return Window(ink if reversed_ else 1.0 - ink, region, left, across)


def _drawn(
    grey: Image, region: Region, origin: tuple[float, float], step: tuple[float, float], size: tuple[int, int]
) -> Image:
    """The part of the page from `origin` on, `step` page pixels a pixel, the line's bend taken out."""
    columns, rows = size
    shrink = max(1.0, min(step))
    bend = np.zeros(columns) if region.straight else region.bend(origin[0] + (np.arange(columns) + 0.5) * step[0])
    top, bottom = origin[1] + bend.min(), origin[1] + rows * step[1] + bend.max()
    x0, y0 = int(np.floor(origin[0])), int(np.floor(top))
    part = _part(grey, x0, y0, int(np.ceil(origin[0] + columns * step[0])) + 1, int(np.ceil(bottom)) + 1)
    fx = fy = 1.0
    if shrink > 1.0:
        # Remapping takes single pixels: what is to become smaller is averaged first.
        small = (max(1, round(part.shape[1] / shrink)), max(1, round(part.shape[0] / shrink)))
        fx, fy = small[0] / part.shape[1], small[1] / part.shape[0]
        part = cv2.resize(part, small, interpolation=cv2.INTER_AREA)
    xs = ((origin[0] - x0 + (np.arange(columns) + 0.5) * step[0]) * fx - 0.5).astype(np.float32)
    ys = ((origin[1] - y0 + (np.arange(rows) + 0.5) * step[1]) * fy - 0.5).astype(np.float32)
    if region.straight:
        matrix = np.array([[step[0] * fx, 0, xs[0]], [0, step[1] * fy, ys[0]]])
        return cv2.warpAffine(part, matrix, size, flags=_FLAGS, borderMode=cv2.BORDER_REPLICATE)
    grid_y = ys[:, None] + (bend * fy).astype(np.float32)[None, :]
    grid_x = np.broadcast_to(xs, grid_y.shape)
    return cv2.remap(part, np.ascontiguousarray(grid_x), grid_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


_FLAGS = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP


def _part(grey: Image, x0: int, y0: int, x1: int, y1: int) -> Image:
    """A part of the page that may lie partly beside it: there it is paper."""
    height, width = grey.shape
    inside = grey[max(0, y0) : max(0, min(height, y1)), max(0, x0) : max(0, min(width, x1))]
    if inside.shape == (y1 - y0, x1 - x0):
        return inside
    part = np.full((max(1, y1 - y0), max(1, x1 - x0)), 255, np.uint8)
    if inside.size:
        part[max(0, -y0) : max(0, -y0) + inside.shape[0], max(0, -x0) : max(0, -x0) + inside.shape[1]] = inside
    return part


def is_reversed(grey: Image, region: Region) -> bool:
    """Whether the line is light on dark: then its ground lies nearer to the darkest than to the lightest."""
    low, ground, high = levels(grey, region)
    return high - ground > 2 * (ground - low) + 8


def levels(grey: Image, region: Region) -> tuple[float, float, float]:
    """The darkest, the middle and the lightest grey of a line, one in fifty pixels left out at each end."""
    rows = slice(max(0, int(region.y0)), int(region.y1) + 1)
    part = grey[rows, max(0, int(region.x0)) : int(region.x1) + 1]
    if not part.size:
        return 255.0, 255.0, 255.0
    share = np.cumsum(np.bincount(part.ravel(), minlength=256)) / part.size
    low, middle, high = np.searchsorted(share, (0.02, 0.5, 0.98))
    return float(low), float(middle), float(high)
