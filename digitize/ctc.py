"""Connectionist temporal classification: from frames to characters, by the best path, by a beam, by a known text."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, cast

import numpy as np

from digitize.recognizer import BLANK, Frames

if TYPE_CHECKING:
    from digitize.model import Array, Lattice

NEVER = -1e9
# What is less likely than this in a frame is not followed.
_FOLLOWED = -6.0
_WIDTH = 8
# A blank of this log-probability leaves nothing to choose.
_SURELY_BLANK = -0.004
_ABSENT = -16.0


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character that was read in the frames `start` to `end` (not included), and how sure."""

    text: str
    start: int
    end: int
    sure: float


def best_path(
    frames: Frames, charset: Sequence[str], allowed: Callable[[str], bool] | None = None, offset: int = 0
) -> list[Glyph]:
    """The likeliest class of each frame, repeats and blanks taken out.

    With `allowed`, only such characters are taken: what a field is known to hold. `offset` is added to the frames.
    """
    if not len(frames.blank):
        return []
    if allowed is None:
        classes, values = frames.classes[:, 0], frames.values[:, 0]
    else:
        usable = np.array([number == BLANK or allowed(text) for number, text in enumerate(charset)])
        scores = np.where(usable[frames.classes], frames.values, NEVER)
        first = scores.argmax(axis=1)
        rows = np.arange(len(first))
        values = np.maximum(scores[rows, first], frames.blank)
        classes = np.where(scores[rows, first] >= frames.blank, frames.classes[rows, first], BLANK)
    starts = np.concatenate(([0], np.flatnonzero(np.diff(classes)) + 1))
    surest = np.exp(np.minimum(0.0, np.maximum.reduceat(values, starts).astype(np.float64)))
    ends = [*starts[1:].tolist(), len(classes)]
    held = zip(classes[starts].tolist(), starts.tolist(), ends, surest.tolist(), strict=True)
    return [
        Glyph(charset[number], offset + start, offset + end, sure)
        for number, start, end, sure in held
        if number != BLANK
    ]


def rivals(frames: Frames) -> Array:
    """For each frame the probability of the likeliest class that neither the best path nor its neighbours hold."""
    best = frames.classes[:, 0]
    before, behind = np.concatenate((best[:1], best[:-1])), np.concatenate((best[1:], best[-1:]))
    held = np.stack([best, before, behind], axis=1)
    other = (frames.classes[:, :, None] != held[:, None, :]).all(axis=2) & (frames.classes != BLANK)
    return cast("Array", np.exp(np.where(other, frames.values, NEVER).max(axis=1)))


def add(a: float, b: float) -> float:
    """ln(exp(a) + exp(b))."""
    high, low = (a, b) if a > b else (b, a)
    return high if low <= NEVER else high + math.log1p(math.exp(low - high))


Step: TypeAlias = tuple[list[tuple[str, float]], float]
"""A frame as a search sees it: the characters that may stand there, and the blank, with log-probabilities."""


def beam(
    frames: Frames,
    charset: Sequence[str],
    allowed: Callable[[str], bool],
    prior: Callable[[str, bool], float],
) -> list[tuple[str, float]]:
    """Texts with their scores, the best first, by prefix beam search; only characters that are `allowed` are taken."""
    usable = [bool(text) and allowed(text) for text in charset]
    return search(steps(frames, charset, usable), prior)


def steps(frames: Frames, charset: Sequence[str], usable: Sequence[bool]) -> Iterator[Step]:
    """What of each frame is worth following."""
    rows = zip(frames.values.tolist(), frames.classes.tolist(), frames.blank.tolist(), strict=True)
    for values, classes, off in rows:
        if off > _SURELY_BLANK:
            yield [], off
            continue
        seen = [
            (charset[number], value)
            for value, number in zip(values, classes, strict=True)
            if number != BLANK and value > _FOLLOWED and usable[number]
        ]
        yield seen, off


def search(steps: Iterable[Step], prior: Callable[[str, bool], float], width: int = _WIDTH) -> list[tuple[str, float]]:
    """Texts with their scores, the best first, by prefix beam search.

    A score is the text's log-probability over all its paths plus `prior(text, whole)`; `whole` is false as long as
    more may follow.
    """
    beams: dict[str, tuple[float, float]] = {"": (0.0, NEVER)}
    for seen, off in steps:
        if not seen:
            beams = {text: (add(*held) + off, NEVER) for text, held in beams.items()}
            continue
        grown = _grown(beams, seen, off)
        if len(grown) > width:
            ranked = sorted(grown, key=lambda text: add(*grown[text]) + prior(text, False), reverse=True)
            grown = {text: grown[text] for text in ranked[:width]}
        beams = grown
    scored = [(text, add(*held) + prior(text, True)) for text, held in beams.items()]
    return sorted(scored, key=lambda pair: -pair[1])


def _grown(
    beams: dict[str, tuple[float, float]], seen: Sequence[tuple[str, float]], off: float
) -> dict[str, tuple[float, float]]:
    """The prefixes after one more frame; each with the log-probability of ending in a blank and in its last letter."""
    grown: dict[str, tuple[float, float]] = {}

    def put(text: str, blank: float, letter: float) -> None:
        old = grown.get(text)
        grown[text] = (blank, letter) if old is None else (add(old[0], blank), add(old[1], letter))

    for text, (blank, letter) in beams.items():
        both = add(blank, letter)
        put(text, both + off, NEVER)
        last = text[-1:]
        for character, value in seen:
            if character != last:
                put(text + character, NEVER, both + value)
                continue
            put(text, NEVER, letter + value)
            if blank > NEVER:
                put(text + character, NEVER, blank + value)
    return grown


def aligned(frames: Frames, text: str, charset: Sequence[str], offset: int = 0) -> list[Glyph]:
    """The frames in which each character of a text stands on the likeliest path for it; `offset` is added to them."""
    states = [BLANK]
    for character in text:
        states += [charset.index(character), BLANK]
    count, total = len(states), len(frames.blank)
    scores = np.stack([_scores(frames, state) for state in states], axis=1)
    skip = np.array([at >= 2 and states[at] != BLANK and states[at] != states[at - 2] for at in range(count)])
    reached = np.full(count, NEVER)
    reached[:2] = scores[0, :2]
    came = np.zeros((total, count), np.int8)
    for at in range(1, total):
        one = np.concatenate(([NEVER], reached[:-1]))
        two = np.where(skip, np.concatenate(([NEVER, NEVER], reached[:-2]))[:count], NEVER)
        choices = np.stack([reached, one, two])
        came[at] = choices.argmax(axis=0)
        reached = choices.max(axis=0) + scores[at]
    state = count - 1 if count < 2 or reached[-1] >= reached[-2] else count - 2
    path = np.zeros(total, np.int64)
    for at in range(total - 1, -1, -1):
        path[at] = state
        state -= int(came[at, state])
    glyphs = []
    for at, character in enumerate(text):
        held = np.flatnonzero(path == 2 * at + 1)
        if not len(held):
            continue
        sure = math.exp(min(0.0, float(scores[held, 2 * at + 1].max())))
        glyphs.append(Glyph(character, offset + int(held[0]), offset + int(held[-1]) + 1, sure))
    return glyphs


def _scores(frames: Frames, state: int) -> Array:
    if state == BLANK:
        return frames.blank
    return cast("Array", np.where(frames.classes == state, frames.values, _ABSENT).max(axis=1))


def lattice(frames: Frames, charset: Sequence[str]) -> Lattice:
    """What was seen in some frames, without what is not worth following; runs of blanks are one."""
    found: list[tuple[tuple[str, float], ...]] = []
    everything = [bool(text) for text in charset]
    for seen, off in steps(frames, charset, everything):
        if seen:
            found.append((("", round(off, 3)), *((text, round(value, 3)) for text, value in seen)))
        elif not found or len(found[-1]) > 1:
            found.append((("", 0.0),))
    return tuple(found)
