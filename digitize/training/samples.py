"""Endless training samples, and the fixed ones for testing: what the recogniser sees of a line, and its text."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from digitize.detection import Region
from digitize.line_images import Shape, window
from digitize.training.contract import LINE_HEIGHT, MAX_WIDTH, PAD_X, PAD_Y
from digitize.training.damage import LEVELS, Damager
from digitize.training.lines import Drawer, Drawn

_LEVEL_WEIGHTS = (2, 4, 4)
_SHAPE = Shape(LINE_HEIGHT, PAD_X, PAD_Y, MAX_WIDTH)


@dataclass(frozen=True, slots=True)
class Sample:
    """Ink as the recogniser sees it, uint8 [144, W] (0 paper, 255 ink), the text and the level of damage."""

    ink: np.ndarray[Any, Any]
    text: str
    level: str


def sample(drawer: Drawer, damager: Damager, rng: random.Random, level: str | None = None) -> Sample:
    """One line, drawn, spoiled and cut out where a detector would about place it."""
    drawn = drawer.draw(rng)
    level = level or rng.choices(LEVELS, _LEVEL_WEIGHTS)[0]
    spoiled = damager.spoil(drawn.pixels, drawn.em, level, rng)
    ink = window(spoiled, _detected(drawn, rng), _SHAPE).ink
    return Sample(np.clip(np.rint(ink * 255), 0, 255).astype(np.uint8), drawn.text, level)


def samples(drawer: Drawer, seed: int) -> Iterator[Sample]:
    """Samples without end, the same for the same seed."""
    rng, damager = random.Random(seed), Damager(seed)
    while True:
        yield sample(drawer, damager, rng)


def _detected(drawn: Drawn, rng: random.Random) -> Region:
    """The box as the detector gives it: tight around the ink, a few hundredths off."""
    x0, y0, x1, y1 = drawn.box
    high = max(4.0, y1 - y0)
    return Region(
        x0 - high * rng.gauss(0.05, 0.07),
        y0 + high * rng.gauss(0, 0.045),
        x1 + high * rng.gauss(0.05, 0.07),
        y1 + high * rng.gauss(0, 0.045),
        1.0,
    )
