"""Where the lines of print stand on a page: boxes with the bend of the paper, from the base weights' detector."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import cv2
import numpy as np

from digitize.onnx_models import base_model, session

if TYPE_CHECKING:
    from digitize.model import Array, Image

# The detector was trained at 1,024; at 1,280 it also finds single digits in tables.
_LONG_SIDE = 1_280
_MOST_SIDE = 2_048
# Where the typical line is lower than this many of its pixels, the page is looked at again, larger.
_LOW_LINE = 9.0
_GOOD_LINE = 12.0
# Of a page with no fewer lines than these it can be told how it is printed.
_FEW = 8
# Where the darkest ink (percentile of its grey) is less than this darker than the paper, the page is looked at again
# with its ink made dark: of faint print single digits in tables are missed. Other pages come with dark ink already.
_FAINT = 90
_INK, _PAPER = 0.5, 60
_MULTIPLE = 32
_STRIDE = 2
_CORE = 0.5
_MIN_CORE = 3
# A line's core ends this share of its height before its ink does.
_CORE_SHORT = 0.15
# Bends are fitted to lines this many times longer than high, and lines that bend less than this share are straight.
_LONG = 6.0
_STRAIGHT = 0.12


@dataclass(frozen=True, slots=True)
class Region:
    """A line of print: its box in pixels of the page, as if it were straight, and how it bends around that.

    At `x` the line stands `bend(x)` pixels lower than the box says.
    """

    x0: float
    y0: float
    x1: float
    y1: float
    score: float
    curve: tuple[float, float, float] = (0.0, 0.0, 0.0)

    @property
    def height(self) -> float:
        """From the tone marks of capitals to the ends of letters that hang, in pixels."""
        return self.y1 - self.y0

    @property
    def straight(self) -> bool:
        """Whether it can be cut out as an upright rectangle."""
        return not any(self.curve)

    def bend(self, x: Array | float) -> Any:
        """Pixels downwards, at `x` of the page."""
        a, b, c = self.curve
        away = np.asarray(x, np.float64) - (self.x0 + self.x1) / 2
        return a + b * away + c * away * away


class Detector:
    """The detector's network, kept open."""

    def __init__(self) -> None:
        self._session = session(base_model("det"))

    def regions(self, grey: Image) -> list[Region]:
        """The lines of a grey page with dark print, in no order that means anything."""
        found = self._at(grey, _LONG_SIDE)
        if len(found) >= _FEW and (darker := _darkened(grey)) is not None:
            grey, found = darker, self._at(darker, _LONG_SIDE)
        low = float(np.median([region.height for region in found])) if len(found) >= _FEW else 0.0
        scale = _LONG_SIDE / max(grey.shape)
        if 0 < low * scale < _LOW_LINE:
            larger = min(_MOST_SIDE, int(_LONG_SIDE * _GOOD_LINE / (low * scale)))
            return self._at(grey, larger)
        return found

    def _at(self, grey: Image, long_side: int) -> list[Region]:
        scale = long_side / max(grey.shape)
        height, width = max(1, round(grey.shape[0] * scale)), max(1, round(grey.shape[1] * scale))
        method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        small = cv2.resize(grey, (width, height), interpolation=method)
        ink = np.zeros((-(-height // _MULTIPLE) * _MULTIPLE, -(-width // _MULTIPLE) * _MULTIPLE), np.float32)
        ink[:height, :width] = 1.0 - small.astype(np.float32) / 255.0
        (maps,) = self._session.run(["out"], {"x": ink[None, None]})
        back = (grey.shape[1] / width, grey.shape[0] / height)
        return [_placed(region, *back, grey.shape[1], grey.shape[0]) for region in regions_of(maps[0])]


def _darkened(grey: Image) -> Image | None:
    """A faint page with its darkest ink black and its paper white; None where the ink is dark enough."""
    ink, paper = (float(level) for level in np.percentile(grey[::4, ::4], (_INK, _PAPER)))
    if not 0 < paper - ink < _FAINT:
        return None
    levels = np.clip((np.arange(256) - ink) * (255 / (paper - ink)), 0, 255)
    return cast("Image", cv2.LUT(grey, levels.astype(np.uint8)))


def regions_of(maps: Array) -> list[Region]:
    """Lines in the detector's pixels from its three maps: core logit, distances to the line's top and bottom."""
    core = (maps[0] > np.log(_CORE / (1 - _CORE))).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(core, connectivity=4)
    rows, columns = np.nonzero(core)
    of = labels[rows, columns]
    areas = np.maximum(stats[:, cv2.CC_STAT_AREA], 1)
    ys, xs = (rows + 0.5) * _STRIDE, (columns + 0.5) * _STRIDE

    def mean(values: Array) -> Array:
        return cast("Array", np.bincount(of, weights=values, minlength=count) / areas)

    tops, bottoms = ys - maps[1][rows, columns], ys + maps[2][rows, columns]
    top, bottom = mean(tops), mean(bottoms)
    score = mean(1 / (1 + np.exp(-maps[0][rows, columns])))
    # Over a dotted leader only the top is lower than over letters.
    curves = _curves(of, count, xs, bottoms, stats)
    found = []
    for at in range(1, count):
        if stats[at, cv2.CC_STAT_AREA] < _MIN_CORE:
            continue
        high = max(1.0, bottom[at] - top[at])
        left = stats[at, cv2.CC_STAT_LEFT] * _STRIDE
        right = left + stats[at, cv2.CC_STAT_WIDTH] * _STRIDE
        curve = _kept(curves[at], right - left, high)
        short = _CORE_SHORT * high
        y0, high = float(top[at]), float(high)
        found.append(Region(float(left - short), y0, float(right + short), y0 + high, float(score[at]), curve))
    return found


def _curves(of: Array, count: int, xs: Array, heights: Array, stats: Array) -> Array:
    """The parabola through the given heights of each component, from its own middle: constant, slope, bend."""
    middle = (stats[:, cv2.CC_STAT_LEFT] + stats[:, cv2.CC_STAT_WIDTH] / 2) * _STRIDE
    half = np.maximum(stats[:, cv2.CC_STAT_WIDTH] * _STRIDE / 2, 1.0)
    u = (xs - middle[of]) / half[of]

    def total(values: Array) -> Array:
        return np.bincount(of, weights=values, minlength=count)

    powers = [total(u**n) for n in range(5)]
    mean = total(heights) / np.maximum(powers[0], 1)
    off = heights - mean[of]
    right = np.stack([total(off * u**n) for n in range(3)], axis=-1)
    left = np.stack([np.stack([powers[i + j] for j in range(3)], axis=-1) for i in range(3)], axis=-2)
    solved = np.linalg.solve(left + 1e-3 * np.eye(3), right[..., None])[..., 0]
    return cast("Array", solved / np.stack([np.ones_like(half), half, half * half], axis=-1))


def _kept(curve: Array, length: float, high: float) -> tuple[float, float, float]:
    a, b, c = (float(value) for value in curve)
    ends = [a + b * x + c * x * x for x in (-length / 2, 0.0, length / 2)]
    if length < _LONG * high or max(ends) - min(ends) < _STRAIGHT * high or max(map(abs, ends)) > high:
        return 0.0, 0.0, 0.0
    return a, b, c


def _placed(region: Region, across: float, down: float, width: int, height: int) -> Region:
    a, b, c = region.curve
    return Region(
        max(0.0, region.x0 * across),
        max(0.0, region.y0 * down),
        min(float(width), region.x1 * across),
        min(float(height), region.y1 * down),
        region.score,
        (a * down, b * down / across, c * down / across**2),
    )
