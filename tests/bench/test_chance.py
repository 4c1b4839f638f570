"""What is said of shares: the intervals of the book, and that they hold the share."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.chance import at_most, interval


def test_the_two_sided_interval_is_that_of_the_book() -> None:
    assert list(interval(0.0, 2000)) == pytest.approx([0.0, 0.00192], abs=2e-5)
    assert list(interval(0.1, 100)) == pytest.approx([0.0552, 0.1744], abs=5e-4)


def test_the_one_sided_bound_is_one_where_nothing_was_counted_and_near_the_share_where_much_was() -> None:
    assert at_most(0, 0) == 1.0
    assert 0 < at_most(0, 20_000) < 0.0002
    assert 0.001 < at_most(20, 20_000) < 0.0016


@given(st.integers(1, 10_000), st.data())
def test_an_interval_holds_its_share_and_the_one_sided_bound_is_the_nearer(count: int, data: st.DataObject) -> None:
    wrong = data.draw(st.integers(0, count))
    low, high = interval(wrong / count, count)
    rounding = 1e-12
    assert 0 <= low <= wrong / count + rounding
    assert wrong / count - rounding <= at_most(wrong, count) <= high + rounding <= 1 + 2 * rounding
