"""How the pages come: clean, office and bad, each with the way from the printed page to the picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from bench.pages import wear

LEVELS = ("clean", "office", "bad")
BAD = ("phone", "fax", "faded", "dirty")
Chance = np.random.Generator


@dataclass(frozen=True, slots=True)
class Picture:
    """RGB pixels, where printed points went, which way the page went and what befell it.

    `lean` is how far a page that lay flat was turned, in degrees counter-clockwise; None for one that was
    photographed. `bilevel` pixels are black or white.
    """

    pixels: Any
    homography: Any
    way: str
    done: tuple[str, ...]
    lean: float | None = None
    bilevel: bool = False
    bend: tuple[float, float, float] = (0.0, 1.0, 0.0)

    def place(self, points: Any) -> Any:
        """Pixels of the printed page (n × 2) in the picture."""
        points = np.asarray(points, np.float64)
        bent = points + np.stack([np.zeros(len(points)), _bend(points[:, 0], self.bend)], axis=1)
        mapped = np.column_stack([bent, np.ones(len(points))]) @ np.asarray(self.homography).T
        return mapped[:, :2] / mapped[:, 2:]


def picture(page: Any, back: Any, dpi: int, level: str, number: int, rng: Chance) -> Picture:
    """The page (RGB, white paper) at a level, `back` being its other side; bad ways take turns by the number."""
    if level == "clean":
        lean = float(rng.uniform(-0.3, 0.3))
        turned, matrix = _turned(page, lean)
        spoiled = wear.grain(wear.blurred(turned, dpi * rng.uniform(0.0016, 0.0027)), rng, 2)
        return Picture(wear.jpeg(spoiled, 90), matrix, level, (), lean)
    if level == "office":
        return _office(page, back, dpi, rng)
    return _BAD[bad_way(number)](page, back, dpi, rng)


def bad_way(number: int) -> str:
    """Every form meets every way sooner or later, since the order moves on with each round."""
    return BAD[(number + number // len(BAD)) % len(BAD)]


class _Spoiled:
    """A page to which things happen, by chance, and the list of them."""

    def __init__(self, page: Any, rng: Chance) -> None:
        self.page, self.rng, self.done = page, rng, list[str]()

    def may(self, chance: float, name: str, happen: Callable[[Any], Any]) -> None:
        if self.rng.random() < chance:
            self.page = happen(self.page)
            self.done.append(name)


def _office(page: Any, back: Any, dpi: int, rng: Chance) -> Picture:
    sheet = _Spoiled(page, rng)
    sheet.may(0.5, "show-through", lambda p: wear.through(p, back, rng.uniform(0.05, 0.14)))
    sheet.may(0.12, "felt pen", lambda p: wear.marked(p, rng, dpi))
    sheet.may(0.12, "holes", lambda p: wear.punched(p, rng, dpi))
    lean = float(rng.uniform(-3, 3))
    sheet.page, matrix = _turned(sheet.page, lean)
    sheet.page = wear.shaded(wear.blurred(sheet.page, dpi * rng.uniform(0.0027, 0.005)), rng, 0.12)
    sheet.may(0.3, "sharpened", lambda p: wear.sharpened(p, rng.uniform(0.4, 1.2)))
    sheet.may(0.12, "copier's edge", lambda p: wear.edged(p, rng, dpi))
    sheet.may(0.12, "streaks", lambda p: wear.streaked(p, rng))
    sheet.may(0.35, "grey", lambda p: cv2.cvtColor(cv2.cvtColor(p, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB))
    sheet.page = wear.speckled(sheet.page, rng, int(rng.integers(20, 150)), 2, (70, 71))
    spoiled = wear.jpeg(wear.grain(sheet.page, rng, rng.uniform(5, 11), 0.3), int(rng.integers(45, 70)))
    return Picture(spoiled, matrix, "office", tuple(sheet.done), lean)


def _phone(page: Any, back: Any, dpi: int, rng: Chance) -> Picture:
    """The sheet seen from the side, on a table or so close that its edges are cut off; about 200 dpi."""
    height, width = page.shape[:2]
    scale, close = 200 / dpi, rng.random() < 0.25
    grown = np.array([0.97, 0.98]) if close else np.array([1.18, 1.14])
    out = tuple(np.rint(np.array([width, height]) * scale * grown).astype(int).tolist())
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    inset = np.array(out) / grown * (grown - 1) / 2
    off = rng.uniform(-0.006, 0.006, (4, 2)) if close else rng.uniform(-0.04, 0.04, (4, 2))
    matrix = cv2.getPerspectiveTransform(corners, (corners * scale + inset + off * out[0]).astype(np.float32))
    bend = (0.0, 1.0, 0.0)
    if rng.random() < 0.4:
        bend = (float(dpi * rng.uniform(0.01, 0.05)), float(width * rng.uniform(0.7, 1.6)), float(rng.uniform(0, 6)))
    sheet = _Spoiled(wear.table_top(out[1], out[0], rng), rng)
    paper = (_bent(page, bend).astype(np.float32) * 0.9 + 12).astype(np.uint8)
    cv2.warpPerspective(
        wear.blurred(paper, 0.35 / scale), matrix, out, dst=sheet.page, borderMode=cv2.BORDER_TRANSPARENT
    )
    sheet.page = wear.shaded(wear.blurred(sheet.page, rng.uniform(0.5, 1.0)), rng, 0.4)
    sheet.may(0.4, "shadow", lambda p: wear.overshadowed(p, rng, rng.uniform(0.2, 0.5)))
    sheet.may(0.3, "shaken", lambda p: wear.shaken(p, rng.uniform(1.5, 3.5), rng.uniform(0, 180)))
    sheet.may(0.5, "lamp", lambda p: wear.cast(p, rng, 0.25))
    spoiled = wear.jpeg(wear.grain(sheet.page, rng, rng.uniform(3, 7), 0.5), int(rng.integers(55, 80)))
    done = [*sheet.done, *(["close"] if close else []), *(["bent"] if bend[0] else [])]
    return Picture(spoiled, matrix, "phone", tuple(done), bend=bend)


def _fax(page: Any, back: Any, dpi: int, rng: Chance) -> Picture:
    """One bit at 200 dpi, by threshold or dither, with pepper and lines lost on the way."""
    lean = float(rng.uniform(-1.5, 1.5))
    turned, matrix = _turned(page, lean)
    scale = 200 / dpi
    grey = cv2.cvtColor(cv2.resize(turned, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
    sheet = _Spoiled(np.clip(grey + rng.normal(0, 18, grey.shape), 0, 255).astype(np.uint8), rng)
    least = int(rng.integers(120, 190))
    sheet.may(0.2, "dithered", lambda p: wear.dithered(np.clip(grey * 1.05, 0, 255).astype(np.uint8)))
    bits = sheet.page if sheet.done else np.where(sheet.page > least, 255, 0).astype(np.uint8)
    bits = np.array(bits)
    bits[rng.random(bits.shape) < 0.0006] = 0
    if rng.random() < 0.3:
        sheet.done.append("lost lines")
        for y in rng.integers(1, len(bits), int(rng.integers(4, 20))):
            bits[y] = bits[y - 1]
    matrix = np.diag([scale, scale, 1.0]) @ matrix
    return Picture(cv2.cvtColor(bits, cv2.COLOR_GRAY2RGB), matrix, "fax", tuple(sheet.done), lean, bilevel=True)


def _faded(page: Any, back: Any, dpi: int, rng: Chance) -> Picture:
    """Old paper, or a till's: ink forty-five to seventy-five greys from its ground, sometimes blue or violet."""
    lean = float(rng.uniform(-1, 1))
    turned, matrix = _turned(page, lean)
    depth, ground = rng.uniform(45, 75), rng.uniform(185, 225)
    sheet = _Spoiled(turned.astype(np.float32), rng)
    ink = np.array([1.0, 1.0, 1.0])
    if rng.random() < 0.3:
        ink = np.array([(1.0, 0.85, 0.45), (0.8, 1.0, 0.6)][int(rng.integers(2))])
        sheet.done.append("coloured ink")
    pale = (ground - (255 - sheet.page) / 255 * depth * ink) * np.array([1.0, 0.97, 0.88])
    sheet.page = wear.blurred(np.clip(pale, 0, 255).astype(np.uint8), dpi * 0.004)
    sheet.may(0.3, "streaks", lambda p: wear.streaked(p, rng))
    sheet.may(0.3, "creases", lambda p: wear.creased(p, rng))
    return Picture(wear.jpeg(wear.grain(sheet.page, rng, 4, 0.3), 65), matrix, "faded", tuple(sheet.done), lean)


def _dirty(page: Any, back: Any, dpi: int, rng: Chance) -> Picture:
    """A cup's ring, folds, specks, the back showing through; now and then a copy of a copy."""
    lean = float(rng.uniform(-2, 2))
    sheet = _Spoiled(wear.through(page, back, 0.12), rng)
    sheet.may(0.3, "copied", lambda p: wear.copied(p, rng))
    sheet.page, matrix = _turned(sheet.page, lean)
    sheet.may(0.7, "ring", lambda p: wear.ringed(p, rng))
    sheet.may(0.8, "creases", lambda p: wear.creased(p, rng))
    sheet.may(0.3, "copier's edge", lambda p: wear.edged(p, rng, dpi))
    sheet.may(0.3, "holes", lambda p: wear.punched(p, rng, dpi))
    sheet.page = wear.shaded(wear.blurred(sheet.page, dpi * 0.0035), rng, 0.2)
    sheet.page = wear.speckled(sheet.page, rng, 400, 3, (30, 150))
    return Picture(wear.jpeg(wear.grain(sheet.page, rng, 8, 0.3), 55), matrix, "dirty", tuple(sheet.done), lean)


_BAD = {"phone": _phone, "fax": _fax, "faded": _faded, "dirty": _dirty}


def _turned(page: Any, degrees: float) -> tuple[Any, Any]:
    height, width = page.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    turned = cv2.warpAffine(page, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=(250, 250, 250))
    return turned, np.vstack([matrix, [0, 0, 1]])


def _bend(x: Any, bend: tuple[float, float, float]) -> Any:
    """How much lower paper that does not lie flat comes, at `x`: depth, wave length, phase."""
    depth, length, phase = bend
    return depth * np.sin(2 * np.pi * np.asarray(x) / length + phase)


def _bent(page: Any, bend: tuple[float, float, float]) -> Any:
    if not bend[0]:
        return page
    height, width = page.shape[:2]
    xs, ys = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    rows = ys - _bend(xs, bend).astype(np.float32)
    return cv2.remap(page, xs, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
