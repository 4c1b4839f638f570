"""The bench of orientation and skew: what it calls right is right."""

from __future__ import annotations

import numpy as np
import pytest

from bench.straightness import Turned, tilts, turns
from tests.digitize.conftest import draw_paper


def test_an_upright_page_is_right_in_all_its_turns_and_a_turned_one_is_not() -> None:
    grey = np.asarray(draw_paper().convert("L"))
    upright, turned = Turned(), Turned()
    turns(grey, upright)
    turns(np.ascontiguousarray(grey[::-1, ::-1]), turned)
    assert (upright.trials, upright.wrong) == (16, 0) and turned.wrong == 16


def test_tilts_are_told_in_degrees() -> None:
    quad = [[0, 0], [100, np.tan(np.radians(2)) * 100], [100, 20], [0, 18]]
    assert tilts([quad], np.eye(3)) == [pytest.approx(2.0)]
