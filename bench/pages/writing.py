"""What a pen writes on the pages: letters of a hand's font put down one by one, unevenly, bent, and laid as ink.

A font's letters are still a font's: every a is the same a before it is bent. Real handwriting is wilder than this.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

Chance = np.random.Generator
Box = tuple[float, float, float, float]
INKS = {
    "black": ((25, 25, 30), (45, 45, 50), (10, 10, 14)),
    "blue": ((28, 46, 150), (20, 30, 110), (50, 75, 185), (35, 60, 140)),
}
"""Colours of pens, RGB."""
_FINE = 2


@dataclass(frozen=True, slots=True)
class Writer:
    """Who filled in a page: the font of the hand, pen and ink, and how steadily it goes. Lengths are in ems."""

    font: Path
    ink: str
    colour: tuple[int, int, int]
    size: float
    slant: float
    jolt: float
    turn: float
    wobble: float
    pen: float
    press: float
    tight: float


def some_writer(rng: Chance, fonts: list[Path]) -> Writer:
    """One of the fonts' hands, by chance."""
    ink = "blue" if rng.random() < 0.55 else "black"
    colours = INKS[ink]
    return Writer(
        font=fonts[int(rng.integers(len(fonts)))],
        ink=ink,
        colour=colours[int(rng.integers(len(colours)))],
        size=float(rng.uniform(1.0, 1.45)),
        slant=float(rng.normal(0.05, 0.12)),
        jolt=float(rng.uniform(0.005, 0.05)),
        turn=float(rng.uniform(0.5, 4.0)),
        wobble=float(rng.uniform(0.008, 0.04)),
        pen=float(rng.uniform(-0.03, 0.035)),
        press=float(rng.uniform(0.0, 0.45)),
        tight=float(rng.uniform(0.9, 1.12)),
    )


def written(page: Any, writer: Writer, text: str, box: Box, em: float, rng: Chance) -> list[tuple[str, Box]]:
    """Text laid into a box (pixels) whose lower edge is the line it stands on, squeezed where it would not fit; each
    word with the box around its ink."""
    size = em * writer.size
    face = ImageFont.truetype(str(writer.font), max(8, round(size * _FINE)))
    room = box[2] - box[0]
    length = face.getlength(text) / _FINE * writer.tight
    squeeze = min(1.0, 0.97 * room / max(length, 1.0))
    x = box[0] + float(rng.uniform(0, max(0.0, min(0.25 * (room - length), 1.5 * em))))
    rise, found = float(rng.normal(0, 0.008)), list[tuple[str, Box]]()
    start = x
    for word in text.split(" "):
        base = box[3] - em * float(rng.uniform(0.0, 0.14)) - rise * (x - start)
        cover, left, down = _word(writer, word, face, size * squeeze, squeeze, rng)
        around = _lay(page, cover, writer.colour, round(x - left), round(base - down))
        if around:
            found.append((word, around))
        space = face.getlength(" ") / _FINE * float(rng.uniform(0.8, 1.5))
        x += (face.getlength(word) / _FINE * writer.tight + space) * squeeze
    return found


def boxed(page: Any, writer: Writer, text: str, box: Box, em: float, rng: Chance) -> list[tuple[str, Box]]:
    """Signs one in each of equal parts of a box, as in a row of squares: one word."""
    step, around = (box[2] - box[0]) / len(text), list[Box]()
    face = ImageFont.truetype(str(writer.font), max(8, round(em * min(writer.size, 1.2) * _FINE)))
    for at, sign in enumerate(text):
        middle = box[0] + (at + 0.5) * step + float(rng.normal(0, 0.07)) * step
        cover, left, down = _word(writer, sign, face, em, 1.0, rng)
        x = middle - face.getlength(sign) / _FINE / 2
        base = box[3] - 0.24 * (box[3] - box[1]) + float(rng.normal(0, 0.05)) * em
        laid = _lay(page, cover, writer.colour, round(x - left), round(base - down))
        around += [laid] if laid else []
    x0, y0, x1, y1 = zip(*around, strict=True)
    return [(text, (min(x0), min(y0), max(x1), max(y1)))]


def _word(
    writer: Writer, word: str, face: ImageFont.FreeTypeFont, size: float, squeeze: float, rng: Chance
) -> tuple[Any, float, float]:
    """The ink of a word (0 to 1), and where in it the word begins and its line runs, in pixels of the page."""
    big = size * _FINE / squeeze
    side = int(2.8 * big)
    width = int(face.getlength(word) * 1.35 + 2.2 * big)
    layer = np.zeros((side, width), np.float32)
    x, base, lift = 0.9 * big, 1.7 * big, 0.0
    for letter in word:
        lift = 0.7 * lift + float(rng.normal(0, writer.jolt)) * big
        tile = Image.new("L", (side, side), 0)
        ImageDraw.Draw(tile).text((0.35 * side, base), letter, font=face, fill=255, anchor="ls")
        grown = 1 + float(rng.normal(0, 2 * writer.jolt))
        about = (0.35 * side, base)
        moved = cv2.getRotationMatrix2D(about, float(rng.normal(0, writer.turn)), grown)
        moved[1, 2] += lift
        glyph = cv2.warpAffine(np.asarray(tile, np.float32) / 255, moved, (side, side))
        left = int(x - 0.35 * side)
        begin, end = max(0, left), min(width, left + side)
        layer[:, begin:end] = np.maximum(layer[:, begin:end], glyph[:, begin - left : end - left])
        x += face.getlength(letter) * writer.tight * (1 + float(rng.normal(0, 1.2 * writer.jolt)))
    layer = _penned(_warped(layer, writer, base, big, rng), writer, big)
    layer *= 1 - writer.press * _waves(layer.shape, big, rng)
    small = (max(2, round(width * squeeze / _FINE)), max(2, round(side * squeeze / _FINE)))
    cover = cv2.resize(layer, small, interpolation=cv2.INTER_AREA)
    return cover, 0.9 * big * squeeze / _FINE, base * squeeze / _FINE


def _warped(layer: Any, writer: Writer, base: float, em: float, rng: Chance) -> Any:
    """Leaning, and bent by waves of chance: strokes no longer run as the font's do."""
    height, width = layer.shape
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    columns += np.float32(writer.slant) * (rows - np.float32(base))
    for length in (0.7, 2.5):
        for field in (rows, columns):
            turn = rng.uniform(0, 2 * np.pi, 2)
            way = rng.normal(0, 1, 2)
            way = way / max(1e-6, float(np.hypot(*way))) * 2 * np.pi / (length * em)
            phase = way[0] * columns + way[1] * rows
            field += np.float32(writer.wobble * em) * (
                np.sin(phase + turn[0]) + 0.5 * np.sin(2.3 * phase + turn[1])
            ).astype(np.float32)
    return cv2.remap(layer, columns, rows, cv2.INTER_LINEAR)


def _penned(layer: Any, writer: Writer, em: float) -> Any:
    """A finer or a broader pen than the font's."""
    wide = round(abs(writer.pen) * em)
    if wide < 2:
        return layer
    tip = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (wide, wide))
    return cv2.dilate(layer, tip) if writer.pen > 0 else np.maximum(cv2.erode(layer, tip), 0.35 * layer)


def _waves(shape: tuple[int, int], em: float, rng: Chance) -> Any:
    coarse = rng.random((max(2, int(shape[0] / em * 2)), max(2, int(shape[1] / em * 2)))).astype(np.float32)
    return np.clip(cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC), 0, 1)


def _lay(page: Any, cover: Any, colour: tuple[int, int, int], left: int, top: int) -> Box | None:
    """Ink on the page; the box around it, None where it lies beside the page."""
    height, width = page.shape[:2]
    x0, y0, x1, y1 = max(left, 0), max(top, 0), min(left + cover.shape[1], width), min(top + cover.shape[0], height)
    if x1 <= x0 or y1 <= y0:
        return None
    part = cover[y0 - top : y1 - top, x0 - left : x1 - left, None]
    ink = np.asarray(colour, np.float32) / 255
    page[y0:y1, x0:x1] = (page[y0:y1, x0:x1].astype(np.float32) * (1 - part * (1 - ink))).astype(np.uint8)
    rows, columns = np.nonzero(part[:, :, 0] > 0.3)
    if not len(rows):
        return None
    return float(x0 + columns.min()), float(y0 + rows.min()), float(x0 + columns.max() + 1), float(y0 + rows.max() + 1)
