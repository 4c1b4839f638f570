"""Photographs in which a sheet's outline may be taken wrongly: it is right or there is none, and no text is lost."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from PIL import Image

from digitize.outline import outline

SIZE = (1_000, 1_400)
"""Width and height of the photographs."""
Taken = tuple[np.ndarray, np.ndarray]
"""A grey photograph and the corners of the sheet in it."""


def on_table(
    sheet: np.ndarray, rng: np.random.Generator, table: np.ndarray, size: tuple[float, float] = (0.8, 0.8)
) -> Taken:
    """The sheet seen a little from the side, on a table that may hold other things."""
    height, width = sheet.shape
    scale = min(SIZE[0] * size[0] / width, SIZE[1] * size[1] / height)
    flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    start = (np.array(SIZE) - scale * np.array([width, height])) / 2
    corners = flat * scale + start + rng.uniform(-25, 25, (4, 2))
    matrix = cv2.getPerspectiveTransform(flat, corners.astype(np.float32))
    taken = table.copy()
    lit = (sheet * 0.85 + 15).astype(np.uint8)
    cv2.warpPerspective(lit, matrix, SIZE, dst=taken, borderMode=cv2.BORDER_TRANSPARENT)
    return np.clip(taken + rng.normal(0, 4, taken.shape), 0, 255).astype(np.uint8), corners


def dark(rng: np.random.Generator) -> np.ndarray:
    return np.full(SIZE[::-1], rng.integers(30, 90), np.uint8)


def glare(sheet: np.ndarray, rng: np.random.Generator) -> Taken:
    taken, corners = on_table(sheet, rng, dark(rng))
    ys, xs = np.mgrid[: SIZE[1], : SIZE[0]]
    x, y = rng.uniform(0.2, 0.8, 2) * SIZE
    light = np.exp(-((xs - x) ** 2 + (ys - y) ** 2) / (2 * rng.uniform(80, 220) ** 2))
    return np.clip(taken + 220 * light, 0, 255).astype(np.uint8), corners


def finger(sheet: np.ndarray, rng: np.random.Generator) -> Taken:
    taken, corners = on_table(sheet, rng, dark(rng))
    at = int(rng.integers(4))
    rim = corners[at] + (corners[(at + 1) % 4] - corners[at]) * rng.uniform(0.2, 0.8)
    away = (rim - corners.mean(axis=0)) / np.linalg.norm(rim - corners.mean(axis=0))
    ends = [tuple(int(value) for value in rim + away * reach) for reach in (300, -40)]
    cv2.line(taken, ends[0], ends[1], int(rng.integers(110, 190)), int(rng.integers(50, 110)), cv2.LINE_AA)
    return taken, corners


def second_sheet(sheet: np.ndarray, rng: np.random.Generator) -> Taken:
    below, _ = on_table(sheet, rng, dark(rng))
    moved = np.array([[1, 0, rng.uniform(-120, 120)], [0, 1, rng.uniform(-120, 120)]])
    table = cv2.warpAffine(below, moved, SIZE, borderMode=cv2.BORDER_REPLICATE)
    return on_table(sheet, rng, (table * 0.8).astype(np.uint8))


def bright_stripe(sheet: np.ndarray, rng: np.random.Generator) -> Taken:
    table, x = dark(rng), int(rng.integers(0, SIZE[0]))
    cv2.line(table, (x, 0), (x + int(rng.integers(-200, 200)), SIZE[1]), 235, int(rng.integers(30, 140)))
    return on_table(sheet, rng, table)


def cut_by_the_frame(sheet: np.ndarray, rng: np.random.Generator) -> Taken:
    taken, corners = on_table(sheet, rng, dark(rng))
    off = 190
    return np.ascontiguousarray(taken[off:]), corners - [0, off]


def card(sheet: np.ndarray, rng: np.random.Generator) -> Taken:
    """As small as an identity card beside A4: what fills little of the picture is left alone or found exactly."""
    return on_table(sheet[: round(len(sheet) * 0.446)], rng, dark(rng), (rng.uniform(0.5, 0.9), 0.9))


@pytest.mark.parametrize(
    ("way", "least"), [(glare, 4), (finger, 3), (second_sheet, 0), (bright_stripe, 2), (cut_by_the_frame, 0), (card, 0)]
)
def test_no_text_is_lost(
    paper: Image.Image, way: Callable[[np.ndarray, np.random.Generator], Taken], least: int
) -> None:
    """A wrong crop is worse than none: what is printed inside the margins lies in the outline, if there is one; of
    eight photographs `least` have one."""
    sheet = cv2.resize(np.asarray(paper.convert("L")), (1_000, 1_415), interpolation=cv2.INTER_AREA)
    rectified = 0
    for seed in range(8):
        taken, corners = way(sheet, np.random.default_rng([seed, len(way.__name__)]))
        found = outline(taken)
        if found is None:
            continue
        rectified += 1
        middle = corners.mean(axis=0)
        for corner in middle + 0.92 * (corners - middle):
            seen = 0 < corner[0] < taken.shape[1] and 0 < corner[1] < taken.shape[0]
            inside = cv2.pointPolygonTest(np.array(found, np.float32), (float(corner[0]), float(corner[1])), True)
            assert not seen or inside > 0, (way.__name__, seed)
    assert rectified >= least
