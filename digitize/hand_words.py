"""Which words of a page a pen wrote: a small network looks at each line and says so for every stretch of it.

It was trained on fonts of hands, bent and traced anew (`digitize.training hands`), not on real handwriting: what it
finds is kept apart from print, what it misses stays print with the recogniser's own doubt.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from digitize.hand_strips import BAND, ROWS, STRIDE, Strip, strip
from digitize.model import Box, Line, Word
from digitize.onnx_models import WEIGHTS, session

if TYPE_CHECKING:
    from digitize.model import Image

_RATIO = 1.25
_COLUMNS = 8_000
# No stretch and no word says more than this.
_SUREST = 6.0
_INNER = slice((ROWS - BAND) // 2, (ROWS + BAND) // 2)
# What it costs to go over from print to a hand or back within a line: a single odd word is most often print.
_OVER = 3.0
# What a word that was read as print speaks for print, by its log odds of being right, and how sure a hand's word is
# usually read; blue ink speaks for a pen. Chosen on pages of `bench.pages --hand` and of print.
_BELIEF, _USUAL, _BLUE = 0.6, 0.35, 1.0
_LEAST_SURE, _MOST_SURE = 0.001, 0.9995
# Only where a word is as doubtful as this its colour is looked at.
_DOUBT = -4.0


class HandFinder:
    """The network, kept open."""

    def __init__(self, folder: Path = WEIGHTS) -> None:
        """Raises `WeightsMissing`."""
        self._session = session(folder / "hands.onnx")

    def odds(self, lines: Sequence[Line], grey: Image) -> list[list[float]]:
        """For each word of each line how much its strokes look like a pen's (log odds), on a page evenly lit."""
        strips = [_strip(line, grey) for line in lines]
        found: dict[int, list[float]] = {}
        for batch in _batches(strips):
            wide = max(strips[at].ink.shape[1] for at in batch)
            images = np.zeros((len(batch), 1, ROWS, wide), np.float32)
            for row, at in enumerate(batch):
                images[row, 0, :, : strips[at].ink.shape[1]] = strips[at].ink
            (said,) = self._session.run(["odds"], {"strips": images})
            for row, at in enumerate(batch):
                found[at] = [_of_word(word, strips[at], said[row]) for word in lines[at].words]
        return [found[at] for at in range(len(lines))]


@cache
def finder() -> HandFinder:
    """The finder of the weights that are shipped, one a process."""
    return HandFinder()


def written(lines: Sequence[Line], odds: Sequence[Sequence[float]], blue: Callable[[Box], bool]) -> list[list[bool]]:
    """For each word of each line whether a pen wrote it: by its strokes, by how well it could be read as print, and
    where that leaves doubt by the colour of its ink."""
    found = []
    for line, seen in zip(lines, odds, strict=True):
        told = []
        for word, strokes in zip(line.words, seen, strict=True):
            value = strokes - _BELIEF * (_log_odds(word.confidence) - _USUAL)
            told.append(value + _BLUE if value > _DOUBT and blue(word.box) else value)
        found.append(parted(told))
    return found


def _log_odds(share: float) -> float:
    share = min(max(share, _LEAST_SURE), _MOST_SURE)
    return math.log(share / (1 - share))


def parted(odds: Sequence[float]) -> list[bool]:
    """The likeliest parting of a line into print and hand, from each word's log odds (Viterbi)."""
    print_, hand = 0.0, 0.0
    ways: list[tuple[bool, bool]] = []
    for value in odds:
        gain = max(-_SUREST, min(_SUREST, value))
        came = (hand - _OVER > print_, hand >= print_ - _OVER)
        print_, hand = max(print_, hand - _OVER) - gain, max(hand, print_ - _OVER) + gain
        ways.append((bool(came[0]), bool(came[1])))
    state, states = bool(hand > print_), list[bool]()
    for came in reversed(ways):
        states.append(state)
        state = came[state]
    return states[::-1]


def _strip(line: Line, grey: Image) -> Strip:
    first, last = line.words[0].quad, line.words[-1].quad
    height = max(max(word.quad[3][1] - word.quad[0][1], word.quad[2][1] - word.quad[1][1]) for word in line.words)
    left = (first[0][0], (first[0][1] + first[3][1]) / 2)
    right = (last[1][0], (last[1][1] + last[2][1]) / 2)
    return strip(grey, (left, right), height)


def _of_word(word: Word, seen: Strip, said: Any) -> float:
    """The mean over a word's stretches, each counted as far as there is ink in it."""
    begin = max(0, int(seen.column(word.box[0]) // STRIDE))
    end = min(seen.ink.shape[1] // STRIDE, int(-(-seen.column(word.box[2]) // STRIDE)))
    end = max(end, begin + 1)
    ink = seen.ink[_INNER, begin * STRIDE : end * STRIDE].sum(axis=0)
    weight = ink.reshape(-1, STRIDE).sum(axis=1) if ink.size else np.ones(1, np.float32)
    values = np.clip(said[begin : begin + len(weight)], -_SUREST, _SUREST)
    return float((values * (weight + 0.1)).sum() / (weight + 0.1).sum())


def _batches(strips: Sequence[Strip]) -> list[list[int]]:
    """Strips of about one width, the narrowest first."""
    made: list[list[int]] = []
    for at in sorted(range(len(strips)), key=lambda at: strips[at].ink.shape[1]):
        wide = strips[at].ink.shape[1]
        if made and wide <= _RATIO * strips[made[-1][0]].ink.shape[1] and (len(made[-1]) + 1) * wide <= _COLUMNS:
            made[-1].append(at)
        else:
            made.append([at])
    return made
