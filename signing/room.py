"""Finds room for a mark: upright, in free space nearest its corner, smaller if need be, never over content."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from signing.child import ask

__all__ = ["Sheet", "look", "openable"]

MARGIN = 10.0
"""Points kept free along the paper's edge: printers do not reach it."""

CLEAR = 2.0
"""Points kept free around a mark."""

SPECKS = 0.0015
"""Part of a free area that may be dirt of the scanner."""

SHRINK = {1.0: 0.0, 0.9: 25.0, 0.8: 50.0, 0.7: 75.0}
"""How small a mark may get, and how many points nearer its corner it must come for that."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page as it is seen upright: `width` and `height` in points, origin lower left, whatever its boxes and turn."""

    page: int
    width: float
    height: float
    turn: int
    origin: tuple[float, float]
    marks: tuple[Box, ...]
    """Boxes of earlier visible signatures, upright."""
    words: tuple[Box, ...]
    """Boxes of the words looked for, upright, in reading order."""
    _dirt: Any
    _scale: float

    def to_user(self, box: Box) -> Box:
        """An upright box in the page's own user space."""
        return self._turned(box, self.turn)

    def from_user(self, box: Box) -> Box:
        """A user-space box as it is seen upright."""
        x, y = self.origin
        x0, y0, x1, y1 = box[0] - x, box[1] - y, box[2] - x, box[3] - y
        w, h = self.width, self.height
        if self.turn == 90:
            return (y0, h - x1, y1, h - x0)
        if self.turn == 180:
            return (w - x1, h - y1, w - x0, h - y0)
        if self.turn == 270:
            return (w - y1, x0, w - y0, x1)
        return (x0, y0, x1, y1)

    def is_free(self, box: Box) -> bool:
        """Whether a box lies on the page and on nothing."""
        x0, y0, x1, y1 = box[0] - CLEAR, box[1] - CLEAR, box[2] + CLEAR, box[3] + CLEAR
        if x0 < 0 or y0 < 0 or x1 > self.width or y1 > self.height:
            return False
        left, right = int(x0 * self._scale), int(np.ceil(x1 * self._scale))
        top, bottom = int((self.height - y1) * self._scale), int(np.ceil((self.height - y0) * self._scale))
        rows, columns = self._dirt.shape[0] - 1, self._dirt.shape[1] - 1
        bottom, right = min(bottom, rows), min(right, columns)
        sums = self._dirt
        ink = int(sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left])
        return bool(ink <= SPECKS * (bottom - top) * (right - left))

    def find(self, width: float, height: float, corner: str) -> tuple[Box, float] | None:
        """The free box nearest to `corner`, and how much smaller than asked it is; None if there is no room."""
        best: tuple[float, Box, float] | None = None
        for factor, price in SHRINK.items():
            w, h = width * factor, height * factor
            for far, x0, y0 in self._spots(w, h, corner):
                if best is not None and far + price >= best[0]:
                    break
                if self.is_free((x0, y0, x0 + w, y0 + h)):
                    best = far + price, (x0, y0, x0 + w, y0 + h), factor
                    break
        return None if best is None else (best[1], best[2])

    def above_words(self, width: float, height: float) -> Box | None:
        """The free box right above the last of the words looked for, as wide and high as the gap lets it be."""
        for x0, _, x1, y1 in reversed(self.words):
            middle = (x0 + x1) / 2
            for factor in SHRINK:
                w, h = width * factor, height * factor
                for lift in range(3, 40, 3):
                    box = (middle - w / 2, y1 + lift, middle + w / 2, y1 + lift + h)
                    if self.is_free(box):
                        return box
        return None

    def _spots(self, w: float, h: float, corner: str) -> list[tuple[float, float, float]]:
        """Lower left corners to try, nearest first; along the edge counts half as far as across the page."""
        step = 4.0
        xs = np.arange(MARGIN, max(MARGIN, self.width - MARGIN - w) + 0.1, step)
        ys = np.arange(MARGIN, max(MARGIN, self.height - MARGIN - h) + 0.1, step)
        if not len(xs) or not len(ys):
            return []
        dx = xs - xs[0] if corner.endswith("left") else xs[-1] - xs
        dy = ys - ys[0] if corner.startswith("bottom") else ys[-1] - ys
        far = dy[:, None] + 0.5 * dx[None, :]
        order = np.argsort(far, axis=None, kind="stable")
        across = len(xs)
        return [(float(far.flat[at]), float(xs[at % across]), float(ys[at // across])) for at in order]

    def _turned(self, box: Box, turn: int) -> Box:
        x, y = self.origin
        x0, y0, x1, y1 = box
        w, h = self.width, self.height
        if turn == 90:
            x0, y0, x1, y1 = h - y1, x0, h - y0, x1
        elif turn == 180:
            x0, y0, x1, y1 = w - x1, h - y1, w - x0, h - y0
        elif turn == 270:
            x0, y0, x1, y1 = y0, w - x1, y1, w - x0
        return (x0 + x, y0 + y, x1 + x, y1 + y)


def openable(pdf: bytes, origin: str = "") -> None:
    """Opens a file in the child before it is opened here; `origin` as `child.ask` has it. Raises `Encrypted`,
    `Unreadable`, `TooCostly`."""
    ask({"op": "survey", "page": "", "words": ""}, pdf, origin=origin)


def look(pdf: bytes, which: str, words: str = "", origin: str = "") -> Sheet:
    """The `first` or `last` page, or the page of that number, and where `words` stand on it in its text layer.

    Raises `Encrypted`, `Unreadable`, `TooCostly`.
    """
    head, bits = ask({"op": "survey", "page": which, "words": words}, pdf, origin=origin)
    rows, columns = int(head["rows"]), int(head["columns"])
    ink = np.unpackbits(np.frombuffer(bits, np.uint8), count=rows * columns).reshape(rows, columns)
    sums = np.zeros((rows + 1, columns + 1), np.int64)
    sums[1:, 1:] = ink.cumsum(0, dtype=np.int64).cumsum(1)
    x0, y0, x1, y1 = (float(edge) for edge in head["box"])
    turn = int(head["turn"]) % 360
    across, up = (y1 - y0, x1 - x0) if turn in (90, 270) else (x1 - x0, y1 - y0)
    blank = Sheet(int(head["page"]), across, up, turn, (x0, y0), (), (), sums, float(head["scale"]))
    marks = tuple(blank.from_user(_box(box)) for box in head["marks"])
    return replace(blank, marks=marks, words=tuple(blank.from_user(_box(box)) for box in head["words"]))


def _box(edges: list[float]) -> Box:
    x0, y0, x1, y1 = (float(edge) for edge in edges)
    return (x0, y0, x1, y1)
