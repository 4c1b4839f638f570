"""How far the share that was counted may be from the true one: Wilson's intervals (JASA 22, 1927)."""

from __future__ import annotations

import math

_ONE_SIDED, _TWO_SIDED = 1.645, 1.96


def at_most(wrong: int, count: int) -> float:
    """The upper end of the one-sided 95 % interval of a share; 1 where nothing was counted."""
    return _interval(wrong / count, count, _ONE_SIDED)[1] if count else 1.0


def interval(share: float, count: int) -> tuple[float, float]:
    """Both ends of the 95 % interval around a share of `count`, which is at least 1."""
    return _interval(share, count, _TWO_SIDED)


def _interval(share: float, count: int, deviations: float) -> tuple[float, float]:
    square = deviations**2 / count
    middle = share + square / 2
    reach = math.sqrt(square * share * (1 - share) + square**2 / 4)
    return max(0.0, (middle - reach) / (1 + square)), min(1.0, (middle + reach) / (1 + square))
