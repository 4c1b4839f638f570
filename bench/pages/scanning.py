"""How the pages come: clean, office and bad, each with the homography from the printed page to the picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

LEVELS = ("clean", "office", "bad")
BAD = ("phone", "fax", "faded", "dirty")


@dataclass(frozen=True, slots=True)
class Picture:
    """RGB pixels, the homography of printed pixels to them, and which way the page went."""

    pixels: Any
    homography: Any
    way: str


def picture(page: Any, back: Any, dpi: int, level: str, number: int, rng: np.random.Generator) -> Picture:
    """The page (RGB, white paper) at a level; bad ways take turns by the page's number."""
    if level == "clean":
        turned, matrix = _turned(page, rng.uniform(-0.3, 0.3))
        return Picture(_jpeg(_grain(_blur(turned, dpi * rng.uniform(0.0016, 0.0027)), rng, 2), 90), matrix, level)
    if level == "office":
        return _office(page, back, dpi, rng)
    way = BAD[number % len(BAD)]
    made = {"phone": _phone, "fax": _fax, "faded": _faded, "dirty": _dirty}[way](page, back, dpi, rng)
    return Picture(made[0], made[1], way)


def _office(page: Any, back: Any, dpi: int, rng: np.random.Generator) -> Picture:
    shown = _through(page, back, rng.uniform(0.05, 0.14)) if rng.random() < 0.5 else page
    turned, matrix = _turned(shown, rng.uniform(-3, 3))
    lit = _shaded(_blur(turned, dpi * rng.uniform(0.0027, 0.005)), rng, 0.12)
    specks = rng.integers(0, min(lit.shape[:2]), (int(rng.integers(20, 150)), 2))
    for y, x in specks:
        cv2.circle(lit, (int(x), int(y)), int(rng.integers(0, 2)), (70, 70, 70), -1)
    return Picture(_jpeg(_grain(lit, rng, rng.uniform(5, 11)), int(rng.integers(45, 70))), matrix, "office")


def _phone(page: Any, back: Any, dpi: int, rng: np.random.Generator) -> tuple[Any, Any]:
    """A table under the sheet, the sheet seen from the side, a shadow over it, the hand not quite still."""
    height, width = page.shape[:2]
    scale = 200 / dpi
    out = (round(width * scale * 1.18), round(height * scale * 1.14))
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    inset = np.array([out[0] * 0.08, out[1] * 0.06])
    target = corners * scale + inset + rng.uniform(-0.03, 0.03, (4, 2)) * out[0]
    matrix = cv2.getPerspectiveTransform(corners, target.astype(np.float32))
    desk = np.full((out[1], out[0], 3), rng.integers(40, 120, 3), np.uint8)
    desk = _grain(desk, rng, 14)
    paper = (page.astype(np.float32) * 0.9 + 12).astype(np.uint8)
    cv2.warpPerspective(_blur(paper, 0.35 / scale), matrix, out, dst=desk, borderMode=cv2.BORDER_TRANSPARENT)
    return _jpeg(_grain(_shaded(_blur(desk, rng.uniform(0.5, 1.0)), rng, 0.45), rng, 5), 60), matrix


def _fax(page: Any, back: Any, dpi: int, rng: np.random.Generator) -> tuple[Any, Any]:
    """One bit at 200 dpi, pepper and all."""
    turned, matrix = _turned(page, rng.uniform(-1.5, 1.5))
    scale = 200 / dpi
    grey = cv2.cvtColor(cv2.resize(turned, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
    noisy = grey + rng.normal(0, 18, grey.shape)
    bits = np.where(noisy > rng.integers(120, 190), 255, 0).astype(np.uint8)
    bits[rng.random(bits.shape) < 0.0006] = 0
    return cv2.cvtColor(bits, cv2.COLOR_GRAY2RGB), np.diag([scale, scale, 1.0]) @ matrix


def _faded(page: Any, back: Any, dpi: int, rng: np.random.Generator) -> tuple[Any, Any]:
    """Old paper: ink forty-five to seventy-five greys from its ground."""
    turned, matrix = _turned(page, rng.uniform(-1, 1))
    depth, ground = rng.uniform(45, 75), rng.uniform(185, 225)
    pale = ground - (255 - turned.astype(np.float32)) / 255 * depth
    pale *= np.array([1.0, 0.97, 0.88])
    return _jpeg(_grain(_blur(pale.astype(np.uint8), dpi * 0.004), rng, 4), 65), matrix


def _dirty(page: Any, back: Any, dpi: int, rng: np.random.Generator) -> tuple[Any, Any]:
    """A cup's ring, folds, specks, the back showing through."""
    turned, matrix = _turned(_through(page, back, 0.12), rng.uniform(-2, 2))
    stained = turned.astype(np.float32)
    height, width = stained.shape[:2]
    ring = np.zeros((height, width), np.float32)
    at = (int(rng.integers(width)), int(rng.integers(height)))
    cv2.circle(ring, at, round(width * 0.16), 1.0, round(width * 0.012))
    stained *= 1 - cv2.GaussianBlur(ring, (0, 0), width / 300)[:, :, None] * np.array([0.2, 0.3, 0.45])
    for share in rng.uniform(0.2, 0.8, 2):
        stained[round(height * share) + np.arange(3)] *= 0.75
    spoiled = _shaded(_blur(np.clip(stained, 0, 255).astype(np.uint8), dpi * 0.0035), rng, 0.2)
    for y, x in rng.integers(0, min(height, width), (400, 2)):
        cv2.circle(spoiled, (int(x), int(y)), int(rng.integers(0, 3)), (int(rng.integers(30, 150)),) * 3, -1)
    return _jpeg(_grain(spoiled, rng, 8), 55), matrix


def _turned(page: Any, degrees: float) -> tuple[Any, Any]:
    height, width = page.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    turned = cv2.warpAffine(page, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=(250, 250, 250))
    return turned, np.vstack([matrix, [0, 0, 1]])


def _blur(page: Any, sigma: float) -> Any:
    return cv2.GaussianBlur(page, (0, 0), max(sigma, 0.3))


def _grain(page: Any, rng: np.random.Generator, sigma: float) -> Any:
    noise = rng.normal(0, sigma, page.shape[:2]).astype(np.float32)[:, :, None]
    return np.clip(page + noise, 0, 255).astype(np.uint8)


def _shaded(page: Any, rng: np.random.Generator, depth: float) -> Any:
    height, width = page.shape[:2]
    light = cv2.resize(
        1 - depth * rng.random((2, 3)).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC
    )
    return np.clip(page * light[:, :, None], 0, 255).astype(np.uint8)


def _through(page: Any, back: Any, share: float) -> Any:
    mirrored = cv2.GaussianBlur(back[:, ::-1], (0, 0), 3).astype(np.float32)
    return (page * (1 - share * (1 - mirrored / 255))).astype(np.uint8)


def _jpeg(page: Any, quality: int) -> Any:
    _, stored = cv2.imencode(".jpg", page[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    return cv2.imdecode(stored, cv2.IMREAD_COLOR)[:, :, ::-1]
