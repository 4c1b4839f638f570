"""Words as a pen writes them, for training only: a font's letters moved, bent and traced anew with another pen."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from digitize.training.fonts import Face, loaded

Pixels = np.ndarray[Any, Any]
_FINER = 2
_ROOM = 0.8
"""Ems left free around a word, for what bends and hangs."""


@dataclass(frozen=True, slots=True)
class Written:
    """Ink of a word, float32 [H, W] 0 to 1; `x`, `baseline` are where it begins, `length` how far the pen goes."""

    cover: Pixels
    x: float
    baseline: float
    length: float


@dataclass(frozen=True, slots=True)
class Hand:
    """One writer on one line: a font, how unsteady, slanted, wide and dark it is; sizes are shares of the em."""

    face: Face
    em: int
    shake: float
    slant: float
    stretch: float
    bend: float
    traced: float
    rise: float
    grey: int


def some_hand(rng: random.Random, face: Face, em: int) -> Hand:
    """A writer drawn by chance; `em` is the print's beside it."""
    return Hand(
        face=face,
        em=max(12, round(em * rng.uniform(0.85, 1.6))),
        shake=rng.choice((0.0, rng.uniform(0.005, 0.06))),
        slant=rng.gauss(0, 0.14),
        stretch=rng.uniform(0.8, 1.25),
        bend=rng.choice((0.0, rng.uniform(0.01, 0.07))),
        traced=rng.uniform(0.035, 0.11) if rng.random() < 0.45 else 0.0,
        rise=rng.uniform(-0.03, 0.03),
        grey=rng.randint(0, 130),
    )


def write(rng: random.Random, hand: Hand, text: str, *, wander: float = 0.0) -> Written:
    """The text in one hand; `wander` lets the whole of it drift off its line."""
    em = hand.em * _FINER
    font = loaded(hand.face.path, em)
    room = round(_ROOM * em)
    width = round(font.getlength(text) * 1.3) + 2 * room + em
    layer = np.zeros((round(2.6 * em), width), np.float32)
    x, baseline = float(room), 1.6 * em
    drift = 0.0
    for letter in text:
        drift = 0.8 * drift + rng.gauss(0, hand.shake * em * 0.6)
        y = baseline + drift - hand.rise * (x - room)
        if letter != " ":
            _stamp(layer, rng, font, letter, (x, y), hand.shake)
        x += font.getlength(letter) * (1 + rng.gauss(0, hand.shake * 1.5))
    bent = _bent(layer, rng, hand, baseline, em, wander)
    traced = _traced(bent, hand.traced * em) if hand.traced else bent
    size = (max(4, round(width * hand.stretch / _FINER)), round(layer.shape[0] / _FINER))
    cover = cv2.resize(traced, size, interpolation=cv2.INTER_AREA)
    across = hand.stretch / _FINER
    return Written(cover, room * across, baseline / _FINER, (x - room) * across)


def _stamp(
    layer: Pixels,
    rng: random.Random,
    font: ImageFont.FreeTypeFont,
    letter: str,
    at: tuple[float, float],
    shake: float,
) -> None:
    side = layer.shape[0]
    tile = Image.new("L", (side, side), 0)
    ImageDraw.Draw(tile).text((side * 0.3, side * 0.62), letter, font=font, fill=255, anchor="ls")
    pixels: Pixels = np.asarray(tile, np.float32) / 255
    if shake:
        turn = cv2.getRotationMatrix2D(
            (side * 0.4, side * 0.55), rng.gauss(0, 90 * shake), 1 + rng.gauss(0, shake * 1.5)
        )
        pixels = cv2.warpAffine(pixels, turn, (side, side))
    left, top = round(at[0] - side * 0.3), round(at[1] - side * 0.62)
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = min(layer.shape[1], left + side), min(layer.shape[0], top + side)
    if x1 > x0 and y1 > y0:
        part = layer[y0:y1, x0:x1]
        np.maximum(part, pixels[y0 - top : y1 - top, x0 - left : x1 - left], out=part)


def _bent(layer: Pixels, rng: random.Random, hand: Hand, baseline: float, em: int, wander: float) -> Pixels:
    """Slanted, and moved about by two smooth fields: a coarse one for the line, a fine one for the strokes."""
    height, width = layer.shape
    chance = np.random.default_rng(rng.getrandbits(32))
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    xs += np.float32(hand.slant) * (ys - np.float32(baseline))
    for cell, depth in ((0.35, hand.bend), (1.6, hand.bend * 1.4 + wander)):
        grid = (max(2, round(height / em / cell)), max(2, round(width / em / cell)))
        for field, share in ((xs, 1.0), (ys, 1.0)):
            coarse = chance.standard_normal(grid).astype(np.float32) * np.float32(depth * em * share)
            field += cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    return cv2.remap(layer, xs, ys, cv2.INTER_LINEAR)


def _traced(layer: Pixels, wide: float) -> Pixels:
    """The middle of every stroke, drawn with a pen of one width."""
    ink = (layer > 0.5).astype(np.uint8)
    deep = cv2.distanceTransform(ink, cv2.DIST_L2, 5)
    reach = max(3, 2 * int(deep.max()) + 1)
    ridge = ((deep > 0.6) & (deep >= 0.72 * cv2.dilate(deep, np.ones((reach, reach), np.uint8)))).astype(np.uint8)
    pen = max(1, round(wide))
    drawn = cv2.dilate(ridge, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (pen, pen)))
    return cv2.GaussianBlur(drawn.astype(np.float32), (0, 0), 0.8)


def pressed(rng: random.Random, cover: Pixels, em: int) -> Pixels:
    """The ink as uneven as the hand's weight on the pen and the pen's ball leave it."""
    if rng.random() < 0.3:
        return cover
    height, width = cover.shape
    chance = np.random.default_rng(rng.getrandbits(32))
    grid = chance.uniform(rng.uniform(0.3, 0.9), 1.0, (max(2, 2 * height // em), max(2, 2 * width // em)))
    weight = cv2.resize(grid.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
    return cover * np.clip(weight, 0, 1)


def loops(rng: random.Random, em: int) -> Written:
    """Strokes that are no letters: a signature's loops, initials."""
    width, height = round(em * rng.uniform(2, 7)), round(em * rng.uniform(1.4, 2.6))
    layer = np.zeros((height * _FINER, width * _FINER), np.uint8)
    t = np.linspace(0, 1, 240)
    turns = rng.uniform(1.5, 7)
    x = (0.1 + 0.75 * t + rng.uniform(0.03, 0.12) * np.cos(2 * np.pi * turns * t + rng.uniform(0, 6))) * width
    tall = rng.uniform(0.15, 0.42) * (1 - rng.uniform(0, 0.8) * t) * (0.6 + 0.4 * np.sin(rng.uniform(3, 14) * t))
    y = (0.55 + tall * np.sin(2 * np.pi * turns * t + rng.uniform(0, 6)) - rng.uniform(-0.1, 0.15) * t) * height
    points = np.stack([x, y], 1) * _FINER
    pen = max(1, round(em * _FINER * rng.uniform(0.03, 0.09)))
    cv2.polylines(layer, [points.astype(np.int32).reshape(-1, 1, 2)], False, 255, pen, cv2.LINE_AA)
    if rng.random() < 0.5:
        ends = [(rng.uniform(0, width), rng.uniform(0.5, 0.95) * height) for _ in range(3)]
        tail = (np.array(ends) * _FINER).astype(np.int32).reshape(-1, 1, 2)
        cv2.polylines(layer, [tail], False, 255, pen, cv2.LINE_AA)
    cover = cv2.resize(layer, (width, height), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    return Written(cover, 0.0, height * 0.65, float(width))
