"""What happens to print before it is read: worn type, scanners, fax machines, cameras, copies and years.

Three levels, as in the benchmark: `clean`, `office`, `bad`. Sizes are in parts of an em, so that a page at 100 dpi
suffers like one at 300.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np

Pixels = np.ndarray[Any, Any]
LEVELS = ("clean", "office", "bad")
_BANK = 1 << 21


class Damager:
    """Spoils pieces of pages; holds a bank of noise, since drawing noise anew costs more than all the rest."""

    def __init__(self, seed: int) -> None:
        self._noise = np.random.default_rng(seed).standard_normal(_BANK, np.float32)

    def spoil(self, pixels: Pixels, em: int, level: str, rng: random.Random) -> Pixels:
        """The piece at a level of `LEVELS`: uint8 of the same shape."""
        if level == "clean":
            return self._clean(pixels, em, rng)
        if level == "office":
            return self._office(pixels, em, rng)
        way: Callable[[Pixels, int, random.Random], Pixels] = rng.choice(
            (self._fax, self._faded, self._photo, self._dirty, self._coarse)
        )
        return way(pixels, em, rng)

    def _clean(self, pixels: Pixels, em: int, rng: random.Random) -> Pixels:
        spoiled = _blurred(_toner(pixels, rng, 0.2), em * rng.uniform(0.004, 0.018))
        return _jpeg(self._noisy(spoiled, rng.uniform(0, 3)), rng, 80, 0.4)

    def _office(self, pixels: Pixels, em: int, rng: random.Random) -> Pixels:
        spoiled = _slanted(pixels, rng, 0.5)
        if rng.random() < 0.35:
            spoiled = _shown_through(spoiled, em, rng, 0.16)
        spoiled = _blurred(_toner(spoiled, rng, 0.4), em * rng.uniform(0.012, 0.035))
        spoiled = _lit(spoiled, rng, 0.12) if rng.random() < 0.4 else spoiled
        if rng.random() < 0.4:
            spoiled = _levelled(spoiled, rng.randint(0, 90), rng.randint(225, 255))
        return _jpeg(self._noisy(spoiled, rng.uniform(2, 13)), rng, 35, 0.6)

    def _fax(self, pixels: Pixels, em: int, rng: random.Random) -> Pixels:
        """One bit a pixel at the density of a fax or a thrifty scanner."""
        spoiled = self._noisy(_blurred(_toner(_slanted(pixels, rng, 0.5), rng, 0.5), em * 0.02), rng.uniform(4, 22))
        small = min(1.0, rng.uniform(17, 36) / em)
        height, width = spoiled.shape
        size = (max(8, round(width * small)), max(8, round(height * small * rng.choice((1.0, 1.0, 1.0, 0.6)))))
        bits = (cv2.resize(spoiled, size, interpolation=cv2.INTER_AREA) > rng.randint(110, 205)).astype(np.uint8) * 255
        return cv2.resize(bits, (width, height), interpolation=rng.choice((cv2.INTER_NEAREST, cv2.INTER_LINEAR)))

    def _faded(self, pixels: Pixels, em: int, rng: random.Random) -> Pixels:
        spoiled = _blurred(_toner(_slanted(pixels, rng, 0.3), rng, 0.7), em * rng.uniform(0.015, 0.04))
        paper = rng.randint(170, 250)
        return _jpeg(
            self._noisy(_levelled(spoiled, paper - rng.randint(35, 100), paper), rng.uniform(2, 9)), rng, 40, 0.6
        )

    def _photo(self, pixels: Pixels, em: int, rng: random.Random) -> Pixels:
        """A telephone's picture, flattened as well as it goes: waves, slant, shadow, blur of the hand."""
        spoiled = _lit(_waved(_slanted(pixels, rng, 1.0), em, rng), rng, 0.45)
        if rng.random() < 0.3:
            length = max(2, round(em * rng.uniform(0.04, 0.1)))
            kernel = np.zeros((length, length), np.float32)
            kernel[length // 2, :] = 1 / length
            spoiled = cv2.filter2D(spoiled, -1, kernel if rng.random() < 0.5 else kernel.T)
        spoiled = _shrunk(spoiled, min(1.0, rng.uniform(18, 34) / em))
        spoiled = self._noisy(_blurred(spoiled, em * rng.uniform(0.015, 0.04)), rng.uniform(3, 14))
        return _jpeg(_levelled(spoiled, rng.randint(0, 80), rng.randint(200, 255)), rng, 30, 0.8)

    def _dirty(self, pixels: Pixels, em: int, rng: random.Random) -> Pixels:
        """Copies of copies: specks, scratches, stains, holes in the letters, somebody's pattern under the text."""
        spoiled = _toner(_slanted(pixels, rng, 0.5), rng, 1.0)
        height, width = spoiled.shape
        for _ in range(rng.randint(3, 40)):
            at = (rng.randrange(width), rng.randrange(height))
            cv2.circle(spoiled, at, rng.choice((0, 1, 1, 2)), (rng.choice((0, 60, 255)),), -1)
        for _ in range(rng.randint(0, 3)):
            ends = ((rng.randrange(width), 0), (rng.randrange(width), height))
            cv2.line(spoiled, ends[0], ends[1], (rng.choice((60, 150, 255)),), 1, cv2.LINE_AA)
        if rng.random() < 0.4:
            spoiled = np.minimum(spoiled, _pattern(spoiled.shape, em, rng))
        if rng.random() < 0.5:
            spoiled = _shown_through(spoiled, em, rng, 0.25)
        spoiled = _lit(_blurred(spoiled, em * rng.uniform(0.012, 0.035)), rng, 0.3)
        return _jpeg(self._noisy(spoiled, rng.uniform(3, 16)), rng, 30, 0.6)

    def _coarse(self, pixels: Pixels, em: int, rng: random.Random) -> Pixels:
        """Few pixels a letter: 70 to 110 dpi from the net."""
        spoiled = _shrunk(_slanted(pixels, rng, 0.3), min(1.0, rng.uniform(11, 20) / em))
        return _jpeg(self._noisy(spoiled, rng.uniform(0, 6)), rng, 40, 0.8)

    def _noisy(self, pixels: Pixels, sigma: float) -> Pixels:
        if sigma < 0.5:
            return pixels
        size = pixels.size
        begin = int(sigma * 7919) % max(1, self._noise.size - size)
        bank = self._noise[begin : begin + size] if size <= self._noise.size else np.resize(self._noise, size)
        noisy: Pixels = np.clip(pixels + sigma * bank.reshape(pixels.shape), 0, 255).astype(np.uint8)
        return noisy


def _blurred(pixels: Pixels, sigma: float) -> Pixels:
    return cv2.GaussianBlur(pixels, (0, 0), sigma) if sigma > 0.25 else pixels


def _jpeg(pixels: Pixels, rng: random.Random, worst: int, chance: float) -> Pixels:
    if rng.random() > chance:
        return pixels
    _, stored = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, rng.randint(worst, 95)])
    decoded = cv2.imdecode(stored, cv2.IMREAD_GRAYSCALE)
    return pixels if decoded is None else decoded


def _toner(pixels: Pixels, rng: random.Random, chance: float) -> Pixels:
    """Ink that spread or did not cover: thicker, thinner, with gaps."""
    if rng.random() > chance:
        return pixels
    kernel = np.ones((2, 2), np.uint8) if rng.random() < 0.7 else cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    way = rng.random()
    if way < 0.4:
        return cv2.erode(pixels, kernel)
    thin = cv2.dilate(pixels, kernel)
    if way < 0.75:
        return cv2.addWeighted(pixels, 0.5, thin, 0.5, 0)
    height, width = pixels.shape
    grid = np.array(
        [[rng.random() for _ in range(max(2, width // 12))] for _ in range(max(2, height // 12))], np.float32
    )
    gaps = cv2.resize(grid, (width, height), interpolation=cv2.INTER_LINEAR) > rng.uniform(0.6, 0.85)
    return np.where(gaps, np.maximum(thin, rng.randint(80, 235)), pixels).astype(np.uint8)


def _levelled(pixels: Pixels, ink: int, paper: int) -> Pixels:
    table = np.linspace(ink, paper, 256).astype(np.uint8)
    return cv2.LUT(pixels, table)


def _lit(pixels: Pixels, rng: random.Random, depth: float) -> Pixels:
    """Light that falls off, as much of it as flattening leaves; sometimes the edge of a shadow."""
    height, width = pixels.shape
    corners = np.array([[1 - depth * rng.random() for _ in range(3)] for _ in range(2)], np.float32)
    light: Pixels = cv2.resize(corners, (width, height), interpolation=cv2.INTER_LINEAR)
    if rng.random() < 0.2:
        edge = rng.randrange(width)
        light[:, edge:] *= np.float32(1 - depth * rng.random())
    return cv2.multiply(pixels, light, dtype=cv2.CV_8U)


def _slanted(pixels: Pixels, rng: random.Random, most: float) -> Pixels:
    """What deskewing leaves (degrees), a slant of the letters, letters wider or narrower; about the middle."""
    if rng.random() < 0.4:
        return pixels
    height, width = pixels.shape
    turn = np.radians(rng.gauss(0, most / 2)) * min(1.0, 900 / width)
    lean = rng.uniform(-0.06, 0.06)
    matrix = np.array([[1, lean, -lean * height / 2], [np.tan(turn), 1, -np.tan(turn) * width / 2]], np.float32)
    return cv2.warpAffine(pixels, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def _waved(pixels: Pixels, em: int, rng: random.Random) -> Pixels:
    """Paper that does not lie flat."""
    height, width = pixels.shape
    x = np.arange(width, dtype=np.float32)
    lift = em * rng.uniform(0, 0.1) * np.sin(x / (em * rng.uniform(6, 25)) + rng.uniform(0, 6))
    rows = np.arange(height, dtype=np.float32)[:, None] + lift.astype(np.float32)[None, :]
    columns = np.broadcast_to(x, rows.shape)
    return cv2.remap(pixels, np.ascontiguousarray(columns), rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def _shrunk(pixels: Pixels, small: float) -> Pixels:
    if small >= 1:
        return pixels
    height, width = pixels.shape
    few = cv2.resize(
        pixels, (max(8, round(width * small)), max(8, round(height * small))), interpolation=cv2.INTER_AREA
    )
    return cv2.resize(few, (width, height), interpolation=cv2.INTER_LINEAR)


def _shown_through(pixels: Pixels, em: int, rng: random.Random, most: float) -> Pixels:
    """The back of the sheet: other print, mirrored, faint and blurred."""
    shift = rng.randint(em // 2, max(em, pixels.shape[0] - em // 2))
    back = _blurred(np.roll(pixels[:, ::-1], shift, axis=0), em * 0.03)
    faint = cv2.LUT(back, np.linspace(255 * (1 - rng.uniform(0.03, most)), 255, 256).astype(np.uint8))
    return cv2.multiply(pixels, faint, scale=1 / 255)


def _pattern(shape: tuple[int, ...], em: int, rng: random.Random) -> Pixels:
    """The fine waves that certificates are printed on, or a table's grey ground."""
    height, width = shape
    if rng.random() < 0.3:
        return np.full((height, width), rng.randint(195, 240), np.uint8)
    ground = np.full((height, width), 255, np.uint8)
    x = np.arange(0, width, max(2, em // 6))
    grey, pitch = rng.randint(170, 235), max(4, round(em * rng.uniform(0.2, 0.6)))
    wave = em * rng.uniform(0.1, 0.5) * np.sin(x / (em * rng.uniform(0.3, 1.5)) + rng.uniform(0, 6))
    for top in range(-em, height + em, pitch):
        points = np.stack([x, top + wave], axis=-1).astype(np.int32).reshape(-1, 1, 2)
        cv2.polylines(ground, [points], False, (grey,), 1, cv2.LINE_AA)
    return ground
