"""Error rates and calibration: figures that the model card may be believed for."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitize.training.calibration import calibrated, expected_error, fit
from digitize.training.scores import Tally, distance, words_right

_TEXT = st.text(alphabet="abc ", max_size=12)


@pytest.mark.parametrize(
    ("read", "true", "errors"),
    [
        ("", "", 0),
        ("abc", "abc", 0),
        ("", "abc", 3),
        ("axc", "abc", 1),
        ("ac", "abc", 1),
        ("abcd", "abc", 1),
        ("ba", "ab", 2),
    ],
)
def test_distance_counts_the_letters_to_correct(read: str, true: str, errors: int) -> None:
    assert distance(read, true) == errors


@given(_TEXT, _TEXT, _TEXT)
def test_distance_is_a_distance(a: str, b: str, c: str) -> None:
    assert distance(a, b) == distance(b, a)
    assert (distance(a, b) == 0) == (a == b)
    assert distance(a, c) <= distance(a, b) + distance(b, c)


def test_a_tally_sums_letters_not_lines() -> None:
    tally = Tally()
    tally.add("a" * 98 + "xx", "a" * 100)
    tally.add("b", "b")
    tally.add("...", "")
    assert tally.cer == pytest.approx(100 * 5 / 101)
    assert (tally.lines, tally.perfect) == (3, 1)


@pytest.mark.parametrize(
    ("read", "true", "right"),
    [
        ("một hai ba", "một hai ba", [True, True, True]),
        ("một hạ ba", "một hai ba", [True, False, True]),
        ("một ba", "một hai ba", [True, True]),
        ("một hai . ba", "một hai ba", [True, True, False, True]),
        ("", "một", []),
        ("một", "", [False]),
    ],
)
def test_words_are_judged_in_their_places(read: str, true: str, right: list[bool]) -> None:
    assert words_right(read, true) == right


def test_a_fitted_table_says_how_often_words_are_right() -> None:
    rng = random.Random(5)
    raw = [rng.random() for _ in range(6000)]
    right = [rng.random() < value**2 for value in raw]
    table = fit(raw, right)
    fresh = [rng.random() for _ in range(6000)]
    truth = [rng.random() < value**2 for value in fresh]
    assert expected_error(fresh, truth) > 0.1
    assert expected_error(calibrated(table, fresh), truth) < 0.03


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=200))
def test_a_table_rises_and_never_promises_certainty(pairs: list[tuple[float, bool]]) -> None:
    table = fit([raw for raw, _ in pairs], [right for _, right in pairs])
    assert table == sorted(table) and all(a[1] <= b[1] for a, b in pairwise(table))
    assert all(0 <= raw <= 1 and 0 <= true < 1 for raw, true in table)
    assert bool(table) == bool(pairs)


def test_without_a_table_confidence_stays_raw() -> None:
    assert calibrated([], [0.25, 1.0]) == [0.25, 1.0]
