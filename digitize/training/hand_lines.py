"""Lines to learn handwriting from: printed, filled in with a pen, or written whole, and where in them a pen wrote."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import cv2
import numpy as np
from PIL import Image, ImageDraw

from digitize.hand_strips import ROWS, STRIDE, strip
from digitize.training import lines, pen
from digitize.training.damage import LEVELS, Damager
from digitize.training.fonts import Chooser, Face
from digitize.training.texts import Run, Writer

Pixels = np.ndarray[Any, Any]
NOTHING = -1
"""The label of a stretch that holds neither print nor hand, or both."""
_WAYS = ("print", "filled", "written", "loops")
_WEIGHTS = (42, 34, 18, 6)
_LEVEL_WEIGHTS = (3, 4, 4)
_SIZES = ((16, 24), (24, 36), (36, 52))
_MAX_EMS = 34.0
_MOSTLY = 0.75
_LEAST = 1.2
"""Ink of a stretch, in pixels of the strip, below which there is nothing in it."""


@dataclass(frozen=True, slots=True)
class Sample:
    """`ink` is uint8 [32, W]; `labels` int8 [W / 8]: 1 by hand, 0 print, -1 neither."""

    ink: Pixels
    labels: Pixels
    way: str
    level: str


@dataclass(frozen=True, slots=True)
class _Page:
    """A piece of page with the ink of its own line apart: what is printed of it, what is written."""

    pixels: Pixels
    printed: Pixels
    written: Pixels
    box: tuple[float, float, float, float]
    em: int


class HandDrawer(lines.Drawer):
    """Draws lines in printed fonts, and what is filled in in those of hands."""

    def __init__(self, writer: Writer, prints: Chooser, hands: Sequence[Face]) -> None:
        super().__init__(writer, prints)
        self._hands = Chooser(hands)

    def page(self, rng: random.Random, way: str) -> _Page:
        """A line in its surroundings; texts that do not suit the way or the fonts are drawn anew."""
        while True:
            runs = self._writer.write(rng)
            if way == "filled" and not (any(run.value for run in runs) and any(_is_print(run) for run in runs)):
                continue
            em = rng.randint(*rng.choices(_SIZES, (1, 5, 4))[0])
            text = "".join(run.text for run in runs)
            face, hand = self._chooser.pick(rng, text), self._hands.pick(rng, text)
            if face is None or hand is None:
                continue
            page = self._paged(rng, way, runs, face, pen.some_hand(rng, hand, em), em)
            if page is not None:
                return page

    def _paged(
        self, rng: random.Random, way: str, runs: Sequence[Run], face: Face, hand: pen.Hand, em: int
    ) -> _Page | None:
        inked: list[tuple[int, pen.Written]] = []
        shown = list[Run]()
        for run in runs:
            by_hand = not run.leader and (way == "written" or (way == "filled" and run.value))
            if by_hand and not run.boxed:
                inked.append((len(shown), pen.write(rng, hand, run.text)))
                shown.append(replace(run, leader=True, dotted=True, boxed=False))
            elif way == "loops":
                continue
            else:
                shown.append(run)
        if way == "loops":
            inked.append((0, pen.loops(rng, em)))
            shown.append(Run("", leader=True, dotted=True))
        pieces = self._spread(rng, shown, face, em, dict(inked))
        length = pieces[-1].x + pieces[-1].width
        if length > _MAX_EMS * em:
            return None
        return self._inked(rng, pieces, length, face, hand, em, dict(inked), way)

    def _spread(
        self, rng: random.Random, runs: Sequence[Run], face: Face, em: int, inked: dict[int, pen.Written]
    ) -> list[lines._Piece]:
        pieces, x = [], 0.0
        for at, piece in enumerate(self._placed(rng, runs, face, em)):
            width = inked[at].length + em * rng.uniform(0, 0.6) if at in inked else piece.width
            pieces.append(replace(piece, x=x, width=width))
            x += width + em * rng.uniform(0.1, 0.6)
        return pieces

    def _inked(
        self,
        rng: random.Random,
        pieces: Sequence[lines._Piece],
        length: float,
        face: Face,
        hand: pen.Hand,
        em: int,
        inked: dict[int, pen.Written],
        way: str,
    ) -> _Page:
        margin, height = 2 * em, round(em * 4.6)
        width = round(length) + 2 * margin
        baseline = height / 2 + em * 0.3
        image = Image.new("L", (width, height), lines.PAPER)
        draw = ImageDraw.Draw(image)
        draw.fontmode = "L"
        box = self._own(rng, draw, pieces, (margin, baseline), em, inked, way)
        printed = 1 - np.asarray(image, np.float32) / 255
        written = np.zeros_like(printed)
        for at, word in inked.items():
            _lay(written, word, margin + pieces[at].x, baseline - em * rng.uniform(-0.05, 0.16))
        for at, piece in enumerate(pieces):
            if at not in inked and piece.run.boxed and way in ("filled", "written"):
                box = lines._around([box, self._digits(rng, draw, written, piece, (margin, baseline), hand, em)])
            elif piece.run.leader:
                printed[:, round(margin + piece.x) : round(margin + piece.x + piece.width)] = 0
        self._neighbours(draw, rng, face, em, (width, height), baseline, box, ())
        lines._rules(draw, rng, (width, height), box, em, lines._RULED)
        pixels = np.array(image)
        if rng.random() < 0.08:
            lines._seal(pixels, rng, em)
        if rng.random() < (0.12 if way == "print" else 0.03):
            lines._stroke(pixels, rng, em)
        written = pen.pressed(rng, written, em)
        self._beside(rng, written, hand, em, baseline, way)
        dark = (pixels.astype(np.float32) * (1 - written) + written * hand.grey).astype(np.uint8)
        own = written.copy()
        own[: round(baseline - 1.4 * em)] = 0
        own[round(baseline + 0.6 * em) :] = 0
        return _Page(np.minimum(pixels, dark), printed, own, _detected(rng, box, own, em, baseline), em)

    def _own(
        self,
        rng: random.Random,
        draw: ImageDraw.ImageDraw,
        pieces: Sequence[lines._Piece],
        origin: tuple[float, float],
        em: int,
        inked: dict[int, pen.Written],
        way: str,
    ) -> tuple[float, float, float, float]:
        """What is printed of the line, drawn; the box around it. Under what was written there is a leader or none."""
        dotted = rng.random() < 0.6
        by_hand = way in ("filled", "written")
        shown = [
            piece
            for at, piece in enumerate(pieces)
            if (at not in inked or dotted) and not (piece.run.boxed and by_hand)
        ]
        if not shown:
            x, y = origin
            return x, y - 0.8 * em, x + pieces[-1].x + pieces[-1].width, y + 0.25 * em
        x0, y0, x1, y1 = lines._ink(draw, rng, shown, origin, em)
        if all(piece.run.leader for piece in shown):
            y0, y1 = origin[1] - 0.8 * em, origin[1] + 0.25 * em
        ends = origin[0] + pieces[0].x, origin[0] + pieces[-1].x + pieces[-1].width
        return (min(x0, ends[0]), y0, max(x1, ends[1]), y1) if inked else (x0, y0, x1, y1)

    def _digits(
        self,
        rng: random.Random,
        draw: ImageDraw.ImageDraw,
        written: Pixels,
        piece: lines._Piece,
        origin: tuple[float, float],
        hand: pen.Hand,
        em: int,
    ) -> tuple[float, float, float, float]:
        """Digits by hand, one in each of a row of boxes, or where boxes were taken off."""
        step, high = piece.width / len(piece.run.text), em * rng.uniform(1.0, 1.35)
        top, ruled, grey = origin[1] - 0.34 * em - high / 2, rng.random() < 0.5, rng.choice((0, 0, 60, 120))
        for at, letter in enumerate(piece.run.text):
            left = origin[0] + piece.x + at * step
            if ruled:
                draw.rectangle((left, top, left + step, top + high), outline=grey, width=max(1, round(em * 0.04)))
            word = pen.write(rng, hand, letter)
            x = left + (step - word.length) / 2 + rng.gauss(0, 0.06) * em
            _lay(written, word, x, origin[1] + rng.gauss(0, 0.06) * em)
        return origin[0] + piece.x, top, origin[0] + piece.x + piece.width, top + high

    def _beside(self, rng: random.Random, written: Pixels, hand: pen.Hand, em: int, baseline: float, way: str) -> None:
        """The same hand on the lines above and below: most often beside what it wrote, now and then beside print."""
        if rng.random() > (0.45 if way != "print" else 0.12):
            return
        for side in (-1, 1):
            text = self._writer.body(rng)[:40]
            if rng.random() < 0.7 and frozenset(text) - {" "} <= hand.face.letters and text:
                _lay(
                    written,
                    pen.write(rng, hand, text),
                    rng.uniform(0, 6) * em,
                    baseline + side * em * rng.uniform(1.5, 2.2),
                )


def _is_print(run: Run) -> bool:
    return not run.leader and not run.value


def _lay(layer: Pixels, word: pen.Written, x: float, baseline: float) -> None:
    left, top = round(x - word.x), round(baseline - word.baseline)
    height, width = word.cover.shape
    x0, y0, x1, y1 = max(0, left), max(0, top), min(layer.shape[1], left + width), min(layer.shape[0], top + height)
    if x1 > x0 and y1 > y0:
        part = layer[y0:y1, x0:x1]
        np.maximum(part, word.cover[y0 - top : y1 - top, x0 - left : x1 - left], out=part)


def _detected(
    rng: random.Random, box: tuple[float, float, float, float], own: Pixels, em: int, baseline: float
) -> tuple[float, float, float, float]:
    """About where a detector places the line: between the print's height and the hand's."""
    x0, y0, x1, y1 = box
    rows = np.flatnonzero((own > 0.3).any(axis=1))
    if len(rows):
        share = rng.uniform(0.1, 1.0)
        y0 += share * (max(float(rows[0]), baseline - 1.5 * em) - y0)
        y1 += share * (min(float(rows[-1]), baseline + 0.6 * em) - y1)
        columns = np.flatnonzero((own > 0.3).any(axis=0))
        x0, x1 = min(x0, float(columns[0])), max(x1, float(columns[-1]))
    high = max(6.0, y1 - y0)
    return (
        x0 - high * rng.gauss(0.05, 0.07),
        y0 + high * rng.gauss(0, 0.05),
        x1 + high * rng.gauss(0.05, 0.07),
        y1 + high * rng.gauss(0, 0.05),
    )


def samples(drawer: HandDrawer, seed: int) -> Iterator[Sample]:
    """Samples without end, the same for the same seed."""
    rng, damager = random.Random(seed), Damager(seed)
    while True:
        way, level = rng.choices(_WAYS, _WEIGHTS)[0], rng.choices(LEVELS, _LEVEL_WEIGHTS)[0]
        page = drawer.page(rng, way)
        spoiled = damager.spoil(page.pixels, page.em, level, rng)
        made = _cut(page, spoiled)
        if made is not None:
            yield Sample(*made, way, level)


def _cut(page: _Page, spoiled: Pixels) -> tuple[Pixels, Pixels] | None:
    x0, y0, x1, y1 = page.box
    middle = (y0 + y1) / 2
    ends = ((x0, middle), (x1, middle))
    ink = strip(spoiled, ends, y1 - y0).ink
    printed, written = (_stretches(layer, ends, y1 - y0) for layer in (page.printed, page.written))
    both = printed + written
    labels = np.full(len(both), NOTHING, np.int8)
    seen = both > _LEAST
    labels[seen & (written > _MOSTLY * both)] = 1
    labels[seen & (printed > _MOSTLY * both)] = 0
    return (np.rint(ink * 255).astype(np.uint8), labels) if (labels != NOTHING).any() else None


def _stretches(layer: Pixels, ends: tuple[tuple[float, float], tuple[float, float]], height: float) -> Pixels:
    """How much of a layer's ink lies in each stretch of the strip."""
    image = 255 - np.rint(np.clip(layer, 0, 1) * 255).astype(np.uint8)
    flat = strip(image, ends, height).ink if image.min() < 200 else np.zeros((ROWS, STRIDE), np.float32)
    if image.min() >= 200:
        wanted = strip(np.full_like(image, 255), ends, height).ink
        flat = np.zeros_like(wanted)
    inner: Pixels = flat[4:28]
    return cast("Pixels", inner.reshape(inner.shape[0], -1, STRIDE).sum(axis=(0, 2)))


def shown(found: Sequence[Sample], path: str) -> None:
    """A picture of samples, to look at: strips with what a pen wrote underlined."""
    width = max(one.ink.shape[1] for one in found)
    rows = []
    for one in found:
        row = np.full((ROWS + 6, width), 255, np.uint8)
        row[:ROWS, : one.ink.shape[1]] = 255 - one.ink
        for at, label in enumerate(one.labels):
            row[ROWS : ROWS + 3, at * STRIDE : (at + 1) * STRIDE] = {1: 0, 0: 200, NOTHING: 255}[int(label)]
        rows.append(row)
    cv2.imwrite(path, np.concatenate(rows))
