"""Which specks of a page are the dots of a leader: many of one size, evenly spaced along one line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

if TYPE_CHECKING:
    from digitize.model import Image

# A chain of so many dots is a leader.
_DOTS = 7
_REACH = 2.6
_RISE = 0.4
# A dot's area beside the leader's typical one, and its height; a dot under a vowel is bigger, and taller where it
# runs into one of the leader's.
_AREA = (0.35, 1.8)
_TALLER = 0.2
_USUAL = 95
# Further dots of a leader that letters interrupt: how far off its line, in dot sizes, and how uneven the spacing.
_OFF_LINE = 0.25
_UNEVEN = 0.35
_BAND = 8


def leader_dots(boxes: Image, middles: Image, biggest: int) -> list[int]:
    """Indices of the specks that are leader dots.

    `boxes` has a row (x, y, width, height, area) and `middles` a row (x, y) for each speck, none of which is larger
    than `biggest` pixels.
    """
    found: set[int] = set()
    near = _Specks(middles)
    for chain in _chains(middles, near, biggest):
        size = _Size.of(boxes[chain], biggest)
        alike = [at for at in chain if size.holds(boxes[at])]
        if len(alike) < _DOTS:
            continue
        found.update(alike)
        found.update(_further(boxes, middles, near, alike, size, biggest))
    return sorted(found)


@dataclass(frozen=True, slots=True)
class _Size:
    """How large the dots of one leader are; on a noisy page they differ, on a clean one hardly."""

    least_area: float
    most_area: float
    most_height: float

    @classmethod
    def of(cls, boxes: Image, biggest: int) -> Self:
        area, height = float(np.median(boxes[:, 4])), float(np.median(boxes[:, 3]))
        usual_area, usual_height = np.percentile(boxes[:, 4], _USUAL), np.percentile(boxes[:, 3], _USUAL)
        return cls(
            _AREA[0] * area,
            max(_AREA[1] * area, float(usual_area)),
            max(height + _TALLER * biggest, float(usual_height)),
        )

    def holds(self, box: Image) -> bool:
        return bool(self.least_area <= box[4] <= self.most_area and box[3] <= self.most_height)


class _Specks:
    """Specks by bands of rows, so that neighbours are found without looking at all."""

    def __init__(self, middles: Image) -> None:
        self.middles = middles
        bands = (middles[:, 1] // _BAND).astype(int)
        order = np.argsort(middles[:, 0], kind="stable")
        self._rows: dict[int, Any] = {}
        for band in np.unique(bands):
            members = order[bands[order] == band]
            self._rows[int(band)] = (members, middles[members, 0])

    def between(self, x0: float, x1: float, y0: float, y1: float) -> list[int]:
        """Specks whose middle lies in a box, from left to right within each band."""
        found: list[int] = []
        for band in range(int(y0 // _BAND), int(y1 // _BAND) + 1):
            if band not in self._rows:
                continue
            members, xs = self._rows[band]
            first, last = np.searchsorted(xs, (x0, x1))
            found += [int(at) for at in members[first:last] if y0 <= self.middles[at, 1] <= y1]
        return found


def _chains(middles: Image, near: _Specks, biggest: int) -> list[list[int]]:
    """Chains of specks, each next one close at the right and hardly higher or lower."""
    used: set[int] = set()
    chains = []
    for start in (int(at) for at in np.argsort(middles[:, 0], kind="stable")):
        if start in used:
            continue
        chain, x, y = [start], float(middles[start, 0]), float(middles[start, 1])
        while True:
            rise = _RISE * biggest
            following = [at for at in near.between(x + 1, x + _REACH * biggest, y - rise, y + rise) if at not in used]
            if not following:
                break
            best = min(following, key=lambda at: float(middles[at, 0]))
            chain.append(best)
            used.add(best)
            x, y = float(middles[best, 0]), 0.7 * y + 0.3 * float(middles[best, 1])
        if len(chain) >= _DOTS:
            chains.append(chain)
    return chains


def _further(boxes: Image, middles: Image, near: _Specks, leader: list[int], size: _Size, biggest: int) -> list[int]:
    """Dots of the same leader beyond what interrupts it: on its line, of its size, one spacing from another one."""
    xs, ys = middles[leader, 0], middles[leader, 1]
    spacing = float(np.median(np.diff(xs)))
    lean = float(np.polyfit(xs, ys, 1)[0]) if float(np.ptp(xs)) > 40 * spacing else 0.0
    lean = max(-0.02, min(0.02, lean))
    height = float(np.median(ys - lean * xs))
    reach = 0.6 * float(middles[:, 0].max())
    left, right = float(xs.min()) - reach, float(xs.max()) + reach
    off = max(1.5, _OFF_LINE * biggest)
    rise = off + abs(lean) * reach + abs(lean) * float(np.ptp(xs))
    level = height + lean * float(xs.mean())
    row = [
        at
        for at in near.between(left, right, level - rise, level + rise)
        if abs(float(middles[at, 1]) - height - lean * float(middles[at, 0])) <= off and size.holds(boxes[at])
    ]
    row.sort(key=lambda at: float(middles[at, 0]))
    gaps = np.diff([float(middles[at, 0]) for at in row])
    even = np.abs(gaps - spacing) <= _UNEVEN * spacing
    return [at for i, at in enumerate(row) if (i and even[i - 1]) or (i < len(even) and even[i])]
