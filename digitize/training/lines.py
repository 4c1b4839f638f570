"""A line of print with what stands around it, drawn as on a page: other lines, dotted leaders, boxes, rules, seals.

Everything here is clean ink on white paper; `digitize.training.damage` does what printers, scanners and years do.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from digitize.training.fonts import Chooser, Face, loaded
from digitize.training.texts import Run, Writer, truth

Pixels = np.ndarray[Any, Any]
PAPER = 255
_SIZES = ((16, 24), (24, 36), (36, 52))
"""Pixels of an em: print of 12 to 14 points at 100, 150 to 200 and 200 to 300 dpi."""
_SIZE_WEIGHTS = (1, 5, 4)
_MAX_EMS = 36.0
_RULED, _RULED_CELLS = 0.14, 0.5
"""Shares of lines and of cells of a table with rules around them."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A piece of page: uint8 [H, W], the box of the line's ink in it, what a reader should answer, pixels of an em."""

    pixels: Pixels
    box: tuple[float, float, float, float]
    text: str
    em: int


@dataclass(frozen=True, slots=True)
class _Piece:
    """A run with its place: pixels from the line's beginning, its font and how dark it is."""

    run: Run
    font: ImageFont.FreeTypeFont
    x: float
    width: float
    ink: int
    spacing: float = 0.0


class Drawer:
    """Draws lines of a writer in the fonts of a chooser."""

    def __init__(self, writer: Writer, chooser: Chooser) -> None:
        self._writer, self._chooser = writer, chooser

    def draw(self, rng: random.Random) -> Drawn:
        """A line in its surroundings; those that fonts cannot draw or that are too long are drawn anew."""
        while True:
            runs = self._writer.write(rng)
            em = rng.randint(*rng.choices(_SIZES, _SIZE_WEIGHTS)[0])
            face = self._chooser.pick(rng, "".join(run.text for run in runs))
            if face is None:
                continue
            pieces = self._placed(rng, runs, face, em)
            length = pieces[-1].x + pieces[-1].width
            if length <= _MAX_EMS * em:
                return self._drawn(rng, pieces, length, em, face)

    def _placed(self, rng: random.Random, runs: Sequence[Run], face: Face, em: int) -> list[_Piece]:
        own = loaded(face.path, em)
        other_face = self._chooser.pick(rng, "".join(run.text for run in runs)) if rng.random() < 0.35 else None
        other = loaded(other_face.path, max(10, round(em * rng.uniform(0.9, 1.2)))) if other_face else own
        faint = rng.randint(0, 110) if rng.random() < 0.3 else 0
        spacing = em * rng.uniform(0.03, 0.3) if len(runs) == 1 and rng.random() < 0.05 else 0.0
        step, square = rng.uniform(1.0, 1.7), rng.uniform(0.55, 1.0)
        pieces, x = [], 0.0
        for run in runs:
            font = other if run.value else own
            width = _boxed_width(run, em, step) if run.boxed else font.getlength(run.text) + spacing * len(run.text)
            width = em * square if run.tick else width
            pieces.append(_Piece(run, font, x, width, faint if run.value else 0, spacing))
            x += width + em * (rng.uniform(0.0, 0.15) if run.leader and not run.tick else rng.uniform(0.2, 0.6))
        return pieces

    def _drawn(self, rng: random.Random, pieces: list[_Piece], length: float, em: int, face: Face) -> Drawn:
        margin, height = em, round(em * 4.6)
        width = round(length) + 2 * margin
        baseline = height / 2 + em * 0.3
        image = Image.new("L", (width, height), PAPER)
        draw = ImageDraw.Draw(image)
        draw.fontmode = "L"
        box = _ink(draw, rng, pieces, (margin, baseline), em)
        column = pieces[0].run.column
        self._neighbours(draw, rng, face, em, (width, height), baseline, box, column)
        _rules(draw, rng, (width, height), box, em, _RULED_CELLS if column else _RULED)
        pixels = np.array(image)
        if rng.random() < 0.06:
            _seal(pixels, rng, em)
        if rng.random() < 0.04:
            _stroke(pixels, rng, em)
        return Drawn(pixels, box, truth([piece.run for piece in pieces]), em)

    def _neighbours(
        self,
        draw: ImageDraw.ImageDraw,
        rng: random.Random,
        face: Face,
        em: int,
        size: tuple[int, int],
        baseline: float,
        box: tuple[float, float, float, float],
        column: tuple[str, ...],
    ) -> None:
        """Lines above and below in the same font, sometimes close enough to touch the line's window; the cells of its
        column where the line is one of a table."""
        pitch = em * rng.choice((rng.uniform(1.12, 1.35), rng.uniform(1.3, 1.9), rng.uniform(1.8, 2.6)))
        for way, cell in zip((-1, 1), column or ("", ""), strict=True):
            if rng.random() < 0.25:
                continue
            text = cell or self._writer.body(rng)
            if not frozenset(text) - {" "} <= face.letters:
                continue
            left = rng.uniform(-2 * em, size[0] * 0.6) if rng.random() < 0.4 else rng.uniform(-em, em)
            if cell:
                left = box[0] if rng.random() < 0.5 else box[2] - loaded(face.path, em).getlength(cell)
            draw.text(
                (left, baseline + way * pitch),
                text,
                fill=rng.choice((0, 0, 0, 40)),
                font=loaded(face.path, em),
                anchor="ls",
            )


def _boxed_width(run: Run, em: int, step: float) -> float:
    return len(run.text) * em * step


def _ink(
    draw: ImageDraw.ImageDraw, rng: random.Random, pieces: Sequence[_Piece], origin: tuple[float, float], em: int
) -> tuple[float, float, float, float]:
    """Draw the pieces; the box around what a detector takes for the line."""
    boxes, leaders = [], []
    dots = _Dots(rng, em)
    for at, piece in enumerate(pieces):
        x, y = origin[0] + piece.x, origin[1]
        if piece.run.leader:
            if piece.run.tick:
                _tick(draw, rng, (x, y), piece.width)
            elif piece.run.dotted:
                dots.draw(draw, x, x + piece.width, y)
            else:
                draw.text((x, y), piece.run.text, fill=piece.ink, font=piece.font, anchor="ls")
            leaders.append((x, y - 0.2 * em, x + piece.width, y + 0.26 * em))
            continue
        if piece.run.boxed:
            boxes.append(_boxed(draw, rng, piece, (x, y), em))
            continue
        before_dots = at + 1 < len(pieces) and pieces[at + 1].run.dotted
        if piece.run.value and before_dots and rng.random() < 0.7:
            dots.draw(draw, x, x + piece.width, y)
        _lettered(draw, rng, piece, (x, y), em)
        left, top, right, bottom = piece.font.getbbox(piece.run.text, anchor="ls")
        boxes.append((x + left, y + top, max(x + right, x + piece.width - piece.spacing), y + bottom))
    box = _around(boxes or leaders)
    if leaders and boxes and rng.random() < 0.7:
        # A leader is part of the line to most detectors, as far as it goes; its height is not.
        ends = _around([box, *leaders])
        box = (ends[0], box[1], ends[2], box[3])
    if boxes and rng.random() < 0.06:
        line = box[3] + rng.uniform(0.0, 0.12) * em
        end = box[2] if rng.random() < 0.6 else rng.uniform(box[0], box[2])
        draw.line((box[0], line, end, line), fill=0, width=max(1, round(em * rng.uniform(0.03, 0.08))))
    return box


def _tick(draw: ImageDraw.ImageDraw, rng: random.Random, origin: tuple[float, float], side: float) -> None:
    """A small square or circle on the line, empty, ticked, crossed or filled."""
    x, y = origin
    low = y + side * rng.uniform(0.0, 0.2)
    wide = max(1, round(side * rng.uniform(0.04, 0.12)))
    shape = draw.ellipse if rng.random() < 0.1 else draw.rectangle
    shape((x, low - side, x + side, low), outline=rng.choice((0, 0, 80)), width=wide)
    mark = rng.random()
    if mark > 0.9:
        draw.rectangle((x + 2 * wide, low - side + 2 * wide, x + side - 2 * wide, low - 2 * wide), fill=0)
    elif mark < 0.25:
        draw.line((x + side * 0.15, low - side * 0.5, x + side * 0.4, low - side * 0.15), fill=0, width=wide + 1)
        draw.line((x + side * 0.4, low - side * 0.15, x + side * 0.95, low - side * 1.1), fill=0, width=wide + 1)
    elif mark < 0.4:
        draw.line((x, low, x + side, low - side), fill=0, width=wide + 1)
        draw.line((x, low - side, x + side, low), fill=0, width=wide + 1)


def _lettered(
    draw: ImageDraw.ImageDraw, rng: random.Random, piece: _Piece, origin: tuple[float, float], em: int
) -> None:
    """Text on its baseline, letter by letter where it is spaced out, a little above it where it was filled in."""
    x, y = origin
    if not piece.spacing:
        raised = rng.uniform(0, 0.12) * em if piece.run.value and rng.random() < 0.4 else 0.0
        draw.text((x, y - raised), piece.run.text, fill=piece.ink, font=piece.font, anchor="ls")
        return
    for letter in piece.run.text:
        draw.text((x, y), letter, fill=piece.ink, font=piece.font, anchor="ls")
        x += piece.font.getlength(letter) + piece.spacing


class _Dots:
    """A dotted line as forms are ruled with: all of a line's are alike."""

    def __init__(self, rng: random.Random, em: int) -> None:
        self.step, self.wide = em * rng.uniform(0.1, 0.3), max(1.0, em * rng.uniform(0.03, 0.09))
        self.drop, self.grey = em * rng.uniform(-0.06, 0.16), rng.choice((0, 0, 60, 120))

    def draw(self, draw: ImageDraw.ImageDraw, left: float, right: float, baseline: float) -> None:
        x, y = left, baseline + self.drop
        while x < right:
            draw.ellipse((x, y, x + self.wide, y + self.wide), fill=self.grey)
            x += max(self.step, self.wide + 1)


def _around(boxes: Sequence[tuple[float, float, float, float]]) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = zip(*boxes, strict=True)
    return min(x0), min(y0), max(x1), max(y1)


def _boxed(
    draw: ImageDraw.ImageDraw, rng: random.Random, piece: _Piece, origin: tuple[float, float], em: int
) -> tuple[float, float, float, float]:
    """One letter a box, as on forms for numbers; the detector sees now the boxes, now the letters alone."""
    step, high = piece.width / len(piece.run.text), em * rng.uniform(1.0, 1.35)
    wide = max(1, round(em * rng.uniform(0.02, 0.07)))
    grey = rng.choice((0, 0, 60, 120))
    top = origin[1] - 0.34 * em - high / 2
    apart = rng.uniform(0.05, 0.25) * em if rng.random() < 0.3 else 0.0
    ruled = rng.random() < 0.5  # the engine takes off the boxes that it finds
    for at, letter in enumerate(piece.run.text):
        left = origin[0] + at * step
        if ruled:
            draw.rectangle((left, top, left + step - apart, top + high), outline=grey, width=wide)
        shift = rng.uniform(-0.1, 0.1) * em
        draw.text((left + (step - apart) / 2 + shift, origin[1]), letter, fill=piece.ink, font=piece.font, anchor="ms")
    right = origin[0] + len(piece.run.text) * step
    if ruled and rng.random() < 0.5:
        return origin[0], top, right, top + high
    return origin[0], origin[1] - 0.7 * em, right, origin[1]


def _rules(
    draw: ImageDraw.ImageDraw,
    rng: random.Random,
    size: tuple[int, int],
    box: tuple[float, float, float, float],
    em: int,
    ruled: float,
) -> None:
    """Borders of a table's cell on a share of the lines, and a dotted line under what was filled in."""
    wide, grey = max(1, round(em * rng.uniform(0.02, 0.08))), rng.choice((0, 0, 0, 70, 140))
    if rng.random() < ruled:
        for y in (box[1] - em * rng.uniform(0.08, 0.7), box[3] + em * rng.uniform(0.08, 0.7)):
            if rng.random() < 0.8:
                draw.line((0, y, size[0], y), fill=grey, width=wide)
        for x in (box[0] - em * rng.uniform(0.08, 0.8), box[2] + em * rng.uniform(0.08, 0.8)):
            if rng.random() < 0.7:
                draw.line((x, 0, x, size[1]), fill=grey, width=wide)
    elif rng.random() < 0.05:
        _Dots(rng, em).draw(draw, box[0], box[2], box[3] - em * rng.uniform(0.0, 0.2))


def _seal(pixels: Pixels, rng: random.Random, em: int) -> None:
    """Part of a round seal over the text, as grey as red becomes when it is taken off."""
    height, width = pixels.shape
    layer = np.full_like(pixels, PAPER)
    centre = (rng.randint(-2 * em, width + 2 * em), rng.randint(-3 * em, height + 3 * em))
    radius, grey = rng.uniform(2.5, 6) * em, rng.randint(90, 225)
    for share, wide in ((1.0, 0.1), (0.93, 0.04), (0.6, 0.05)):
        cv2.circle(layer, centre, round(radius * share), (grey,), max(1, round(wide * em)), cv2.LINE_AA)
    for at in range(5):
        angle = at * 4 * np.pi / 5 + rng.random()
        reach = radius * 0.4
        ends = [
            (round(centre[0] + reach * np.cos(a)), round(centre[1] + reach * np.sin(a))) for a in (angle, angle + 2.51)
        ]
        cv2.line(layer, ends[0], ends[1], (grey,), max(1, round(0.12 * em)), cv2.LINE_AA)
    np.minimum(pixels, layer, out=pixels)


def _stroke(pixels: Pixels, rng: random.Random, em: int) -> None:
    """A pen's stroke across part of the line: a signature's end, a tick, a crossing out of something else."""
    height, width = pixels.shape
    points = [(rng.uniform(0, width), rng.uniform(0, height))]
    for _ in range(rng.randint(3, 8)):
        points.append((points[-1][0] + rng.uniform(-2, 3) * em, points[-1][1] + rng.uniform(-1.5, 1.5) * em))
    curve = np.array(points, np.float32).reshape(-1, 1, 2).astype(np.int32)
    layer = np.full_like(pixels, PAPER)
    cv2.polylines(
        layer, [curve], False, (rng.randint(40, 190),), max(1, round(rng.uniform(0.03, 0.09) * em)), cv2.LINE_AA
    )
    np.minimum(pixels, layer, out=pixels)
