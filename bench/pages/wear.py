"""What befalls paper and pictures of it, one thing a function: RGB pixels in, RGB pixels of the same size out.

None of it is the training's damage: that spoils cut-out grey lines, this spoils whole pages in colour.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from PIL import Image

Chance = np.random.Generator


def blurred(page: Any, sigma: float) -> Any:
    return cv2.GaussianBlur(page, (0, 0), max(sigma, 0.3))


def shaken(page: Any, length: float, degrees: float) -> Any:
    """A hand that was not still: blur along one way, `length` in pixels."""
    side = 2 * int(np.ceil(length / 2)) + 1
    kernel = np.zeros((side, side), np.float32)
    reach = (side / 2) * np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))])
    middle = side // 2
    _stroke(kernel, middle - reach, middle + reach, 1.0, 1)
    return cv2.filter2D(page, -1, kernel / kernel.sum())


def grain(page: Any, rng: Chance, sigma: float, colour: float = 0.0) -> Any:
    """Noise of the sensor in light and, as a share of it, in colour."""
    noise = rng.normal(0, sigma, page.shape[:2]).astype(np.float32)[:, :, None]
    if colour:
        noise = noise + rng.normal(0, sigma * colour, page.shape).astype(np.float32)
    return np.clip(page + noise, 0, 255).astype(np.uint8)


def shaded(page: Any, rng: Chance, depth: float) -> Any:
    height, width = page.shape[:2]
    coarse = 1 - depth * rng.random((2, 3)).astype(np.float32)
    return lit(page, cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC))


def lit(page: Any, light: Any) -> Any:
    return np.clip(page * light[:, :, None], 0, 255).astype(np.uint8)


def overshadowed(page: Any, rng: Chance, depth: float) -> Any:
    """The shadow of a hand or a telephone, with a soft edge."""
    height, width = page.shape[:2]
    cover = np.zeros((height // 8, width // 8), np.float32)
    corner = rng.integers(0, 2, 2) * np.array([width // 8, height // 8])
    angles = np.sort(rng.uniform(0, 2 * np.pi, 9))
    reach = rng.uniform(0.3, 0.7, 9) * min(cover.shape)
    points = corner + np.stack([np.cos(angles) * reach, np.sin(angles) * reach], axis=1)
    cv2.fillPoly(cover, [np.rint(points).astype(np.int32)], 1.0)
    cover = cv2.GaussianBlur(cover, (0, 0), min(cover.shape) * float(rng.uniform(0.01, 0.06)))
    return lit(page, 1 - depth * cv2.resize(cover, (width, height), interpolation=cv2.INTER_LINEAR))


def cast(page: Any, rng: Chance, strength: float) -> Any:
    """A lamp's colour."""
    return np.clip(page * rng.uniform(1 - strength, 1, 3), 0, 255).astype(np.uint8)


def through(page: Any, back: Any, share: float) -> Any:
    """The other side of the sheet, mirrored, shining through."""
    fitting = cv2.resize(back, (page.shape[1], page.shape[0]), interpolation=cv2.INTER_AREA)
    mirrored = cv2.GaussianBlur(np.ascontiguousarray(fitting[:, ::-1]), (0, 0), 3).astype(np.float32)
    return (page * (1 - share * (1 - mirrored / 255))).astype(np.uint8)


def speckled(page: Any, rng: Chance, count: int, radius: int, dark: tuple[int, int]) -> Any:
    page = np.ascontiguousarray(page)
    for y, x in rng.integers(0, min(page.shape[:2]), (count, 2)):
        cv2.circle(page, (int(x), int(y)), int(rng.integers(0, radius)), (int(rng.integers(*dark)),) * 3, -1)
    return page


def streaked(page: Any, rng: Chance) -> Any:
    """Dust on a feeder's glass: thin uprights down the whole page, not black."""
    streaks = page.astype(np.int16)
    for x in rng.integers(0, page.shape[1] - 3, int(rng.integers(1, 4))):
        streaks[:, x : x + int(rng.integers(1, 3))] -= int(rng.integers(25, 110))
    return np.clip(streaks, 0, 255).astype(np.uint8)


def sharpened(page: Any, strength: float) -> Any:
    """What scanners do to look crisp: overshoot beside every edge."""
    return cv2.addWeighted(page, 1 + strength, cv2.GaussianBlur(page, (0, 0), 1.6), -strength, 0)


def edged(page: Any, rng: Chance, dpi: int) -> Any:
    """The black that a copier leaves where its lid stood open, at one or two sides, within the margin."""
    page = page.copy()
    for side in rng.choice(4, int(rng.integers(1, 3)), replace=False):
        turned = np.rot90(page, side)
        wide = int(dpi * rng.uniform(0.04, 0.16))
        ragged = np.clip(wide + np.cumsum(rng.normal(0, 0.5, turned.shape[0])), 1, dpi * 0.2).astype(int)
        turned[np.arange(turned.shape[1])[None, :] < ragged[:, None]] = rng.integers(10, 50)
    return page


def punched(page: Any, rng: Chance, dpi: int) -> Any:
    """Two holes of a file at the left, a staple at a corner."""
    page = np.ascontiguousarray(page)
    x, middle, gap = round(dpi * 0.28), page.shape[0] // 2, round(dpi * 1.57)
    for y in (middle - gap, middle + gap):
        cv2.circle(page, (x, y), round(dpi * 0.11), (int(rng.integers(20, 90)),) * 3, -1, cv2.LINE_AA)
    start = np.array([dpi * 0.3, dpi * 0.3]) * rng.uniform(0.7, 1.2, 2)
    end = start + dpi * 0.3 * np.array([np.cos(0.7), np.sin(0.7)])
    _stroke(page, start, end, (70, 70, 75), max(2, dpi // 70))
    return page


def marked(page: Any, rng: Chance, dpi: int) -> Any:
    """A felt pen over a line or two: yellow, green or pink that leaves the letters visible."""
    page = page.astype(np.float32)
    height, width = page.shape[:2]
    for _ in range(int(rng.integers(1, 3))):
        ink = np.array([(1.0, 0.96, 0.35), (0.6, 1.0, 0.55), (1.0, 0.7, 0.85)][int(rng.integers(3))])
        y, x = int(rng.uniform(0.25, 0.8) * height), int(rng.uniform(0.1, 0.5) * width)
        cover = np.zeros((height, width), np.uint8)
        cv2.line(
            cover,
            (x, y),
            (x + int(rng.uniform(0.15, 0.4) * width), y + int(rng.integers(-4, 5))),
            255,
            round(dpi * 0.16),
        )
        page = np.where(cover[:, :, None] > 0, page * ink, page)
    return page.astype(np.uint8)


def creased(page: Any, rng: Chance) -> Any:
    """Folds in both ways, light on one side of each and dark on the other."""
    height, width = page.shape[:2]
    light = np.ones((height, width), np.float32)
    for length, across in ((height, True), (width, False)):
        for share in rng.uniform(0.2, 0.8, int(rng.integers(1, 3))):
            away = np.arange(length) - share * length
            slope = 1 + rng.uniform(-0.12, 0.12) * np.tanh(away / 6) * np.exp(-np.abs(away) / (0.05 * length))
            slope -= rng.uniform(0.1, 0.3) * np.exp(-((away / 1.5) ** 2))
            light *= (slope[:, None] if across else slope[None, :]).astype(np.float32)
    return lit(page, light)


def ringed(page: Any, rng: Chance) -> Any:
    """Where a cup of coffee stood."""
    height, width = page.shape[:2]
    ring = np.zeros((height, width), np.float32)
    at = (int(rng.integers(width)), int(rng.integers(height)))
    cv2.circle(ring, at, round(width * 0.16), 1.0, round(width * 0.012))
    stain = cv2.GaussianBlur(ring, (0, 0), width / 300)[:, :, None] * np.array([0.2, 0.3, 0.45])
    return np.clip(page * (1 - stain), 0, 255).astype(np.uint8)


def copied(page: Any, rng: Chance) -> Any:
    """A copy of a copy: contrast driven up until thin strokes break and thick ones grow together."""
    grey = cv2.cvtColor(blurred(page, 0.9), cv2.COLOR_RGB2GRAY).astype(np.float32)
    middle, steep = rng.uniform(120, 185), rng.uniform(0.03, 0.07)
    driven = 255 / (1 + np.exp(-steep * (grey - middle)))
    return cv2.cvtColor(driven.astype(np.uint8), cv2.COLOR_GRAY2RGB)


def dithered(grey: Any) -> Any:
    """One bit a pixel with the error carried on, as some scanners' drivers do."""
    return np.asarray(Image.fromarray(grey).convert("1").convert("L"))


def jpeg(page: Any, quality: int) -> Any:
    _, stored = cv2.imencode(".jpg", np.ascontiguousarray(page[:, :, ::-1]), [cv2.IMWRITE_JPEG_QUALITY, quality])
    return cv2.imdecode(stored, cv2.IMREAD_COLOR)[:, :, ::-1]


def table_top(height: int, width: int, rng: Chance) -> Any:
    """What lies under the sheet: plain, boards, cloth or things; never as light as paper."""
    tone = rng.integers(40, 120, 3).astype(np.float32)
    ground = np.broadcast_to(tone, (height, width, 3)).copy()
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    kind = int(rng.integers(4))
    if kind == 1:
        waves = np.sin(y / rng.uniform(8, 30) + 3 * np.sin(x / width * rng.uniform(2, 9)))
        ground *= (1 + 0.18 * waves)[:, :, None]
    elif kind == 2:
        pitch = rng.uniform(14, 50)
        ground *= (1 + 0.3 * ((x // pitch + y // pitch) % 2))[:, :, None]
    elif kind == 3:
        for _ in range(9):
            corner = rng.integers(0, (width, height))
            size = rng.integers(width // 12, width // 3, 2)
            cv2.rectangle(ground, corner.tolist(), (corner + size).tolist(), rng.integers(20, 150, 3).tolist(), -1)
    return grain(np.clip(ground, 0, 150), rng, 10)


def _stroke(page: Any, start: Any, end: Any, ink: Any, thick: int) -> None:
    first, last = (tuple(int(value) for value in np.rint(at)) for at in (start, end))
    cv2.line(page, first, last, ink, thick, cv2.LINE_AA if thick > 1 else cv2.LINE_8)
