"""Where the words of a line stand: from the frames in which their letters were seen to boxes around their ink."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

import numpy as np

from digitize.ctc import Glyph
from digitize.decoding import Token
from digitize.line_images import Window
from digitize.model import Box, Lattice, Quad, Word, box_of

if TYPE_CHECKING:
    from digitize.model import Array

# Rows of the line's band that hold letters but not the rule or leader under them, as shares.
_LETTERS = (0.22, 0.72)
_INK = 0.35
# Shares of the band's height: an empty run that parts words, the least half width of a letter, and a gap between two
# letters so wide that a new word begins there even if no space was read.
_GAP = 0.07
_HALF = 0.12
_APART = 0.3
# A space as wide as this holds a dotted leader.
_LEADER = 0.9
_DIGITS = 2.0
_DOTS = ".…·_"


@dataclass(frozen=True, slots=True)
class Placed:
    """A token with the columns of its window that its ink takes."""

    token: Token
    start: float
    end: float


def words_of(
    tokens: Sequence[Token], window: Window, stride: int, seen: Callable[[Token], Lattice] = lambda _: ()
) -> list[Word]:
    """The words of a line with their boxes in pixels of the page; confidences are the tokens' own, `seen` answers what
    is kept of a token's frames."""
    placed = list(_placed(tokens, ink_columns(window).tolist(), stride))
    return [_word(one, window, seen) for one in without_leaders(placed, window.ink.shape[1], 8 * stride)]


def without_leaders(placed: Sequence[Placed], columns: int, height: int) -> Iterator[Placed]:
    """The words without the dots of leaders: a dot before a gap wider than any space is a leader's first."""
    for at, one in enumerate(placed):
        text = one.token.text.lstrip(_DOTS)
        behind = placed[at + 1].start if at + 1 < len(placed) else columns
        if behind - one.end > _LEADER * height:
            text = text.rstrip(_DOTS)
        if text and text.strip(_DOTS):
            yield one if text == one.token.text else replace(one, token=replace(one.token, text=text))


def ink_columns(window: Window) -> Array:
    """For each column of a line's image whether it holds ink of letters."""
    band = window.band
    top, bottom = (int(share * band.shape[0]) for share in _LETTERS)
    ink = band[top:bottom].max(axis=0)
    return cast("Array", ink > _INK * max(float(ink.max(initial=0.0)), 0.2))


def _placed(tokens: Sequence[Token], ink: Sequence[bool], stride: int) -> Iterator[Placed]:
    height = 8 * stride
    gaps = wide_gaps(ink, _APART * height)
    cut = [part for token in tokens for part in _parted(token, gaps, stride)]
    centres = [(_centre(token.glyphs[0], stride), _centre(token.glyphs[-1], stride)) for token in cut]
    for at, token in enumerate(cut):
        first, last = centres[at]
        left = (centres[at - 1][1] + first) / 2 if at else 0.0
        right = (last + centres[at + 1][0]) / 2 if at + 1 < len(cut) else float(len(ink))
        # Between two words the gap need not lie in the middle of their last and first letters' centres.
        start = _edge(ink, first, centres[at - 1][1] if at else 0.0, -1, height)
        end = _edge(ink, last, centres[at + 1][0] if at + 1 < len(cut) else float(len(ink)), 1, height)
        yield Placed(token, left if start is None else start, right if end is None else end)


def _centre(glyph: Glyph, stride: int) -> float:
    return (glyph.start + glyph.end) / 2 * stride


def _edge(ink: Sequence[bool], centre: float, limit: float, way: int, height: int) -> float | None:
    """Where the ink around a letter's centre ends on one side, before `limit`; None where no gap is found."""
    least = max(2, round(_GAP * height))
    at = min(max(0, round(centre)), len(ink) - 1)
    run = 0
    near = at + way * round(_HALF * height)
    while 0 <= at < len(ink) and (at - limit) * way < 0:
        run = 0 if ink[at] or (at - near) * way < 0 else run + 1
        if run >= least:
            return float(at - way * run + (1 if way < 0 else 0) + (1 if way > 0 else 0))
        at += way
    return None


def _parted(token: Token, gaps: Sequence[tuple[int, int]], stride: int) -> Iterator[Token]:
    """A token cut where a gap lies in it that no space in a word is as wide as: two columns that nearly touch."""
    begin = 0
    if not _longest(gaps, _centre(token.glyphs[0], stride), _centre(token.glyphs[-1], stride)):
        yield token
        return
    for at, (one, other) in enumerate(zip(token.glyphs, token.glyphs[1:], strict=False), start=1):
        between = _longest(gaps, _centre(one, stride), _centre(other, stride))
        if between > _widest(one, other) * 8 * stride:
            yield _part(token, begin, at)
            begin = at
    yield _part(token, begin, len(token.glyphs)) if begin else token


def _widest(one: Glyph, other: Glyph) -> float:
    """The widest gap between two characters of one word, as a share of the band: digits may stand far apart."""
    if one.text.isdigit() and other.text.isdigit():
        return _DIGITS
    return _APART if one.text.isalpha() and other.text.isalpha() else _LEADER


def _part(token: Token, begin: int, end: int) -> Token:
    glyphs = token.glyphs[begin:end]
    return replace(token, text="".join(glyph.text for glyph in glyphs), glyphs=glyphs)


def wide_gaps(ink: Sequence[bool], least: float) -> list[tuple[int, int]]:
    """Runs of more than `least` columns without ink, from and to."""
    edges = np.flatnonzero(np.diff(np.concatenate(([1], np.asarray(ink, np.int8), [1])))).tolist()
    return [(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if end - start > least]


def _longest(gaps: Sequence[tuple[int, int]], start: float, end: float) -> int:
    """How much of a gap lies between two columns, of the one of which the most does."""
    left, right = round(start), round(end)
    return max((min(right, to) - max(left, begin) for begin, to in gaps if begin < right and to > left), default=0)


def _word(placed: Placed, window: Window, seen: Callable[[Token], Lattice]) -> Word:
    quad = quad_between(window, window.page_x(placed.start), window.page_x(placed.end))
    return Word(placed.token.text, box_of(quad), placed.token.sure, quad, seen(placed.token))


def quad_between(window: Window, x0: float, x1: float) -> Quad:
    """The corners of the part of a line from `x0` to `x1`, following its bend."""
    region = window.region
    down0, down1 = (0.0, 0.0) if region.straight else (float(region.bend(x)) for x in (x0, x1))
    return (x0, region.y0 + down0), (x1, region.y0 + down1), (x1, region.y1 + down1), (x0, region.y1 + down0)


def around(boxes: Iterable[Box]) -> Box:
    """The box around some boxes."""
    x0, y0, x1, y1 = zip(*boxes, strict=True)
    return min(x0), min(y0), max(x1), max(y1)
