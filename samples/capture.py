"""How paper comes to the desk: clean, skewed, noisy or photographed. Each capture keeps the homography it made.

A homography maps a pixel of the printed page (x, y, 1) to a pixel of the captured one.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from papers import Level

Captured = tuple[Any, Any]


def capture(page: Any, level: Level, rng: np.random.Generator, back: Any = None) -> Captured:
    """The captured page (RGB) and its homography; `back` is what may show through from the other side."""
    if level == "clean":
        return _scan(page, rng, turn=rng.uniform(-0.3, 0.3), blur=0.5, noise=1.5)
    if level == "skewed":
        return _scan(page, rng, turn=float(rng.choice([-1, 1]) * rng.uniform(1.6, 3.0)), blur=0.6, noise=2.0)
    if level == "noisy":
        return _noisy(page, rng, back)
    if level == "photographed":
        return _photograph(page, rng)
    raise ValueError(level)


def _scan(page: Any, rng: np.random.Generator, *, turn: float, blur: float, noise: float) -> Captured:
    height, width = page.shape[:2]
    turned = cv2.getRotationMatrix2D((width / 2, height / 2), turn, 1.0)
    turned[:, 2] += rng.uniform(-6, 6, 2)
    edge = (238, 238, 236)
    out = cv2.warpAffine(page, turned, (width, height), flags=cv2.INTER_AREA, borderValue=edge)
    out = cv2.GaussianBlur(_paper(out, rng), (0, 0), blur)
    return _grain(out, rng, noise), np.vstack([turned, [0, 0, 1]])


def _noisy(page: Any, rng: np.random.Generator, back: Any) -> Captured:
    """Show-through, uneven light, specks, a fold, strong blur and grain."""
    inked = page.astype(np.float32)
    if back is not None:
        mirrored = cv2.GaussianBlur(back[:, ::-1], (0, 0), 2.2).astype(np.float32)
        inked = inked * (1 - 0.09 * (1 - mirrored / 255))
    out, homography = _scan(
        inked.astype(np.uint8), rng, turn=float(rng.uniform(-1.2, 1.2)), blur=rng.uniform(0.8, 1.05), noise=0
    )
    height, width = out.shape[:2]
    x, y = np.meshgrid(np.linspace(-1, 1, width), np.linspace(-1, 1, height))
    lean = rng.uniform(-0.07, 0.07, 2)
    light = 0.93 + lean[0] * x + lean[1] * y - 0.06 * (x**2 + y**2)
    fold = rng.uniform(0.35, 0.65) * height
    light -= 0.10 * np.exp(-(((np.arange(height) - fold) / 3.0) ** 2))[:, None]
    out = np.clip(out.astype(np.float32) * light[:, :, None], 0, 255).astype(np.uint8)
    for _ in range(rng.integers(60, 110)):
        at = (int(rng.integers(width)), int(rng.integers(height)))
        cv2.circle(out, at, int(rng.integers(1, 3)), (int(rng.integers(60, 130)),) * 3, -1, cv2.LINE_AA)
    return _grain(out, rng, 5.0), homography


def _photograph(page: Any, rng: np.random.Generator) -> Captured:
    """A sheet on a dark desk, seen a little from the side, with the shadow of a hand across a corner."""
    height, width = page.shape[:2]
    out_w, out_h = 1500, 2000
    scale = 0.90 * min(out_w / width, out_h / height)
    margin_x, margin_y = (out_w - width * scale) / 2, (out_h - height * scale) / 2
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    target = corners * scale + [margin_x, margin_y] + rng.uniform(-28, 28, (4, 2))
    homography = cv2.getPerspectiveTransform(corners, target.astype(np.float32))
    desk = np.full((out_h, out_w, 3), (62, 48, 40), np.float32)
    grain = cv2.GaussianBlur(rng.normal(0, 22, (out_h // 4, out_w)).astype(np.float32), (0, 0), 3)
    desk += cv2.resize(grain, (out_w, out_h))[:, :, None]
    sheet = cv2.warpPerspective(_paper(page, rng), homography, (out_w, out_h), flags=cv2.INTER_AREA).astype(np.float32)
    cover = cv2.warpPerspective(np.ones((height, width), np.float32), homography, (out_w, out_h))
    cast = cv2.GaussianBlur(np.roll(cover, (14, 10), (0, 1)), (0, 0), 14)[:, :, None]
    scene = desk * (1 - 0.45 * cast) * (1 - cover[:, :, None]) + sheet * cover[:, :, None]
    x, y = np.meshgrid(np.linspace(0, 1, out_w), np.linspace(0, 1, out_h))
    lean = rng.uniform(-0.14, 0.14, 2)
    light = 0.94 + lean[0] * (x - 0.5) + lean[1] * (y - 0.5)
    side = float(rng.choice([-1, 1]))
    edge = (x - 0.5) * side + (y - 0.5) * 0.7 - rng.uniform(0.28, 0.40)
    light *= 1 - 0.28 / (1 + np.exp(-edge * 28))
    scene *= light[:, :, None] * np.array([1.0, 0.985, 0.94])
    scene = cv2.GaussianBlur(np.clip(scene, 0, 255).astype(np.uint8), (0, 0), 0.6)
    return _grain(scene, rng, 2.5), homography


def _paper(page: Any, rng: np.random.Generator) -> Any:
    """Paper is not pure white and ink is not pure black."""
    tone = np.array([250, 249, 245], np.float32) - rng.uniform(0, 6)
    return (26 + page.astype(np.float32) / 255 * (tone - 26)).astype(np.uint8)


def _grain(page: Any, rng: np.random.Generator, sigma: float) -> Any:
    if not sigma:
        return page
    noise = rng.normal(0, sigma, page.shape[:2])[:, :, None]
    return np.clip(page.astype(np.float32) + noise, 0, 255).astype(np.uint8)
