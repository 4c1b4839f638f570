"""Red seals and blue signatures, laid on a page as ink: they darken what is below them and hide nothing."""

from __future__ import annotations

from functools import cache
from typing import Any

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

_FONT = "/usr/share/fonts/truetype/croscore/Tinos-Bold.ttf"
_RED, _BLUE = (200, 30, 45), (25, 50, 160)


def seal(page: Any, box: tuple[float, float, float, float], legend: str, rng: np.random.Generator) -> None:
    """A round seal in the box (pixels), a little turned and unevenly inked, as a clerk presses it."""
    side = round(box[2] - box[0])
    mask = _seal_mask(legend, 640).rotate(float(rng.uniform(-14, 14)), resample=Image.Resampling.BICUBIC)
    cover = np.asarray(mask.resize((side, side), Image.Resampling.LANCZOS), dtype=np.float32) / 255
    worn = cv2.GaussianBlur(rng.random((side, side)).astype(np.float32), (0, 0), side / 25)
    worn = (worn - worn.min()) / max(float(worn.max() - worn.min()), 1e-6)
    _lay(page, cover * (0.55 + 0.45 * worn), _RED, round(box[0]), round(box[1]))


def signature(page: Any, box: tuple[float, float, float, float], rng: np.random.Generator) -> None:
    """A pen stroke through the box (pixels): loops on a slanted line, with a flourish below."""
    width, height = round(box[2] - box[0]), round(box[3] - box[1])
    scale = 3
    t = np.linspace(0, 1, 400)
    loops = rng.integers(4, 7)
    x = (0.12 + 0.68 * t) * width + 0.05 * width * np.cos(2 * np.pi * loops * t + rng.uniform(0, 6))
    swing = 0.24 * height * (1 - 0.6 * t) * (0.6 + 0.4 * np.sin(9 * t + rng.uniform(0, 6)))
    y = (0.55 - 0.12 * t) * height + swing * np.sin(2 * np.pi * loops * t)
    tail = np.linspace(0, 1, 80)
    x = np.concatenate([x, x[-1] - 0.62 * width * tail])
    y = np.concatenate([y, y[-1] + (0.30 * np.sqrt(tail) - 0.10 * tail**2) * height])
    points = np.stack([x, y], 1) * scale
    layer = np.zeros((height * scale, width * scale), np.uint8)
    thick = max(2, round(height * scale / 60))
    cv2.polylines(layer, [points.astype(np.int32).reshape(-1, 1, 2)], False, 255, thick, cv2.LINE_AA)
    cover = cv2.resize(layer, (width, height), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    _lay(page, cover * 0.9, _BLUE, round(box[0]), round(box[1]))


def _lay(page: Any, cover: Any, colour: tuple[int, int, int], left: int, top: int) -> None:
    height, width = page.shape[:2]
    x0, y0, x1, y1 = max(left, 0), max(top, 0), min(left + cover.shape[1], width), min(top + cover.shape[0], height)
    part = cover[y0 - top : y1 - top, x0 - left : x1 - left, None]
    ink = np.asarray(colour, np.float32) / 255
    below = page[y0:y1, x0:x1].astype(np.float32)
    page[y0:y1, x0:x1] = (below * (1 - part * (1 - ink))).astype(np.uint8)


@cache
def _seal_mask(legend: str, side: int) -> Image.Image:
    image = Image.new("L", (side, side), 0)
    draw = ImageDraw.Draw(image)
    draw.ellipse((8, 8, side - 8, side - 8), outline=255, width=14)
    draw.ellipse((30, 30, side - 30, side - 30), outline=255, width=4)
    draw.ellipse((150, 150, side - 150, side - 150), outline=255, width=4)
    middle, outer = side / 2, 80
    star = [
        (middle + r * np.sin(np.pi * n / 5), middle - r * np.cos(np.pi * n / 5))
        for n, r in enumerate([outer, outer * 0.38] * 5)
    ]
    draw.polygon(star, fill=255)
    face = ImageFont.truetype(_FONT, 62)
    step = min(17.0, 330 / max(len(legend), 1))
    for n, letter in enumerate(legend):
        angle = (n - (len(legend) - 1) / 2) * step
        tile = Image.new("L", (side, side), 0)
        ImageDraw.Draw(tile).text((middle, 92), letter, font=face, fill=255, anchor="mm")
        turned = tile.rotate(-angle, resample=Image.Resampling.BICUBIC)
        image.paste(255, (0, 0), turned)
    return image
