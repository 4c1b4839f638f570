"""A sheet of training lines as the recogniser sees them, to look at: no number says whether damage looks real."""

from __future__ import annotations

import random
from pathlib import Path

import cv2
import numpy as np

from digitize.training.contract import LINE_HEIGHT
from digitize.training.damage import LEVELS, Damager
from digitize.training.feed import Sources
from digitize.training.samples import sample

_ROWS, _COLUMNS, _WIDTH, _GAP = 14, 3, 900, 6


def draw(sources: Sources, path: Path) -> None:
    """A column for each level, every line with its neighbours."""
    drawer, rng, damager = sources.drawer(), random.Random(sources.seed), Damager(sources.seed)
    high = 3 * LINE_HEIGHT + _GAP
    sheet = np.full((_ROWS * high, _COLUMNS * (_WIDTH + _GAP)), 160, np.uint8)
    for column, level in enumerate(LEVELS):
        for row in range(_ROWS):
            ink = sample(drawer, damager, rng, level).ink[:, :_WIDTH]
            left = column * (_WIDTH + _GAP)
            sheet[row * high : row * high + ink.shape[0], left : left + ink.shape[1]] = 255 - ink
    cv2.imwrite(str(path), sheet)
