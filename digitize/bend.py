"""Sheets that do not lie flat: how much lower the lines stand here than there, and the page drawn as if it were flat.

Neighbouring columns of the page are held against each other: where the paper bends, the rows of one stand lower than
those of the other. What all pairs of columns say together is a smooth field of heights, which may fan out from the top
of the page to its end, as the lines of a page do that is seen from the side.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

import cv2
import numpy as np

from digitize.geometry import box_on, shrunk
from digitize.model import Line, Quad

if TYPE_CHECKING:
    from digitize.model import Array, Image

_SIDE = 1_000
_COLUMNS, _BANDS = 28, 3
# Columns so far from each other are compared, and lie higher or lower by this share of their distance at most.
_LAGS = (1, 2, 3, 5)
_SLOPE = 0.08
# Columns less alike than this have no lines in common, and with fewer pairs nothing is said.
_ALIKE = 0.25
_FEWEST = 2 * _COLUMNS
# How stiff the sheet is, for heights and for how they fan out.
_STIFF, _STIFF_FAN, _LEVEL_FAN = 3.0, 30.0, 0.3
_ROUNDS = 5
# Of a thousand pixels: what bends less is flat enough. The rows have to get sharper by this share.
_LEAST = 1.2
_SHARPER = 1.02
_MARGIN = 0.03
# A line's own bend is looked at in so many places.
_LOOKS = 15
_STRIPE = 256
# OpenCV draws along no map with a longer side, and the map of a larger page would take more memory than the page.
_MOST_DRAWN = 12_000


@dataclass(frozen=True, slots=True)
class Bend:
    """At columns `xs` of a page `height` pixels high its lines stand `level + fan · (2y / height - 1)` pixels lower."""

    xs: Array
    level: Array
    fan: Array
    height: int

    @property
    def most(self) -> float:
        """Pixels between what stands highest and what stands lowest of a line that was straight."""
        return max(float(np.ptp(self.level + at * self.fan)) for at in (-1.0, 0.0, 1.0))

    def lower(self, x: Any, y: Any) -> Any:
        """By how many pixels the paper stands lower at `x` and `y` of the flat page."""
        down = 2 * np.asarray(y, np.float64) / self.height - 1
        return np.interp(x, self.xs, self.level) + np.interp(x, self.xs, self.fan) * down

    def flat(self, page: Image) -> Image:
        """The page with its lines straight."""
        height, width = page.shape[:2]
        columns = np.arange(width, dtype=np.float32)
        level = np.interp(columns, self.xs, self.level).astype(np.float32)
        fan = np.interp(columns, self.xs, self.fan).astype(np.float32)
        drawn = np.empty_like(page)
        # In stripes: the map of a whole page would take eight times the page's memory.
        for top in range(0, height, _STRIPE):
            rows = np.arange(top, min(height, top + _STRIPE), dtype=np.float32)
            ys = rows[:, None] + level[None, :] + (2 * rows / self.height - 1)[:, None] * fan[None, :]
            xs = np.ascontiguousarray(np.broadcast_to(columns, ys.shape))
            stripe = cv2.remap(page, xs, ys, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
            drawn[top : top + _STRIPE] = stripe
        return drawn

    def back(self, line: Line, width: int) -> Line:
        """A line of the flat page where it stands on the page that bends, which is `width` pixels wide."""
        words = []
        for word in line.words:
            quad = self._around(word.quad)
            words.append(replace(word, quad=quad, box=box_on(quad, width, self.height)))
        quad = self._around(line.quad)
        return replace(line, words=tuple(words), quad=quad, box=box_on(quad, width, self.height))

    def _around(self, quad: Quad) -> Quad:
        """The quad that leans as the paper does from its left to its right, and holds what bends up or down between."""
        x, y = np.array(quad).T
        lower, along = self.lower(x, y), np.linspace(0.0, 1.0, _LOOKS)
        off = self.lower(x[0] + along * (x[1] - x[0]), y.mean())
        off = off - off[0] - along * (off[-1] - off[0])
        lower = lower + np.array([off.min(), off.min(), off.max(), off.max()])
        return cast(Quad, tuple((float(at), float(down)) for at, down in zip(x, y + lower, strict=True)))


def bend_of(grey: Image) -> Bend | None:
    """How a straightened page with even light bends; None where it lies flat, or where nobody can say."""
    if max(grey.shape) >= _MOST_DRAWN:
        return None
    scale = min(1.0, _SIDE / max(grey.shape))
    columns = _columns(shrunk(grey, scale))
    if min(columns.shape) < _COLUMNS:
        return None
    rows = np.diff(cv2.GaussianBlur(columns, (1, 5), 0.8), axis=0)
    pairs = _pairs(rows, grey.shape[1] * scale / _COLUMNS)
    if len(pairs) < _FEWEST:
        return None
    level, fan = _field(pairs)
    xs = (np.arange(_COLUMNS) + 0.5) * (grey.shape[1] / _COLUMNS)
    found = Bend(xs, level / scale, fan / scale, grey.shape[0])
    if found.most * scale < _LEAST or _sharpness(_moved(columns, level, fan)) < _SHARPER * _sharpness(columns):
        return None
    return found


def _columns(small: Image) -> Array:
    """The ink of the page as so many columns [height, columns], its margins taken for paper."""
    ink = cv2.bitwise_not(small)
    ink = cv2.subtract(ink, np.full_like(ink, int(np.median(ink[::4, ::4]))))
    margin = int(_MARGIN * min(ink.shape))
    ink[:margin] = ink[len(ink) - margin :] = 0
    ink[:, :margin] = ink[:, ink.shape[1] - margin :] = 0
    return cv2.resize(ink, (_COLUMNS, len(ink)), interpolation=cv2.INTER_AREA).astype(np.float32)


def _pairs(rows: Array, wide: float) -> Array:
    """For pairs of columns in a band: band, left column, right column, how much lower the right one is, and how well
    they agree [n, 5]; `wide` is the width of a column."""
    reach = int(np.ceil(_SLOPE * max(_LAGS) * wide)) + 1
    length = cv2.getOptimalDFTSize(len(rows) + reach)
    found = []
    for band, window in enumerate(_windows(len(rows))):
        own = rows * window[:, None]
        waves = np.fft.rfft(own, length, axis=0).astype(np.complex64)
        power = (own**2).sum(axis=0)
        for lag in _LAGS:
            near = int(np.ceil(_SLOPE * lag * wide)) + 1
            alike = np.fft.irfft(np.conj(waves[:, :-lag]) * waves[:, lag:], length, axis=0)
            alike = np.concatenate([alike[-near:], alike[: near + 1]])
            strong = np.sqrt(power[:-lag] * power[lag:])
            at, best = _peaks(alike / np.maximum(strong, 1e-6))
            left = np.flatnonzero(best > _ALIKE)
            weight = strong[left] * (best[left] - _ALIKE)
            found.append(np.stack([np.full(len(left), band), left, left + lag, at[left] - near, weight], axis=1))
    return np.concatenate(found)


def _windows(height: int) -> Array:
    """Bands of the page that run into each other [bands, height]."""
    middles = (np.arange(_BANDS) + 0.5) * height / _BANDS
    down = np.clip(np.arange(height), middles[0], middles[-1])
    return np.clip(1 - np.abs(down[None, :] - middles[:, None]) * _BANDS / height, 0, 1)


def _peaks(alike: Array) -> tuple[Array, Array]:
    """Where each curve is highest, between the rows too, and how high; what is highest at an end counts as nothing."""
    top, columns = alike.argmax(axis=0), np.arange(alike.shape[1])
    inner = np.clip(top, 1, len(alike) - 2)
    before, best, behind = (alike[inner + step, columns] for step in (-1, 0, 1))
    bent = np.minimum(before - 2 * best + behind, -1e-9)
    return inner + np.clip(0.5 * (before - behind) / bent, -1, 1), np.where(top == inner, best, 0.0)


def _field(pairs: Array) -> tuple[Array, Array]:
    """The stiff sheet's heights that agree best with the pairs, those that agree with no others left out by and by."""
    n = _COLUMNS
    band, left, right = (pairs[:, at].astype(int) for at in range(3))
    down, each = 2 * (band + 0.5) / _BANDS - 1, np.arange(len(pairs))
    seen = np.zeros((len(pairs), 2 * n))
    seen[each, right], seen[each, left] = 1.0, -1.0
    seen[each, n + right], seen[each, n + left] = down, -down
    bent, slope = np.diff(np.eye(n), 2, axis=0), np.diff(np.eye(n), axis=0)
    held = np.zeros((2 * n, 2 * n))
    held[:n, :n] = _STIFF**2 * bent.T @ bent + 0.01
    held[n:, n:] = _STIFF_FAN**2 * bent.T @ bent + _LEVEL_FAN**2 * slope.T @ slope + 0.01
    held += 1e-6 * np.eye(2 * n)
    weight = np.minimum(pairs[:, 4] / max(1e-9, float(np.median(pairs[:, 4]))), 3.0)
    trust: Array = weight
    solved: Array = np.zeros(2 * n)
    for _ in range(_ROUNDS):
        solved = np.linalg.solve((seen.T * trust) @ seen + held, (seen.T * trust) @ pairs[:, 3])
        off = np.abs(seen @ solved - pairs[:, 3])
        trust = weight / (1 + (off / max(0.3, 1.5 * float(np.median(off)))) ** 2)
    return solved[:n], solved[n:]


def _moved(columns: Array, level: Array, fan: Array) -> Array:
    """The columns with each row from where it stands."""
    height = len(columns)
    rows = np.arange(height, dtype=np.float32)
    ys = rows[:, None] + level[None, :] + (2 * rows / height - 1)[:, None] * fan[None, :]
    xs = np.broadcast_to(np.arange(columns.shape[1], dtype=np.float32), ys.shape)
    return cv2.remap(columns, np.ascontiguousarray(xs), ys.astype(np.float32), cv2.INTER_CUBIC)


def _sharpness(columns: Array) -> float:
    """How much neighbouring rows of the page differ."""
    return float((np.diff(columns.mean(axis=1)) ** 2).sum())
