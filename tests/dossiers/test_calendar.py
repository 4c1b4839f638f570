"""Appointments that a citizen reads on the receipt must be right over Tết, swapped days, noon and nights."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue import TimeLimit, Unit
from dossiers.calendar import ZONE, Calendar, load
from dossiers.errors import CalendarFileBroken

OURS = load()
HOURS = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31), timezones=st.just(ZONE))  # noqa: DTZ001
SPANS = st.timedeltas(timedelta(), timedelta(hours=60))
SHORT = st.timedeltas(timedelta(), timedelta(days=20))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-02-13", True),  # Friday before Tết Bính Ngọ
        ("2026-02-16", False),  # the eve, and with it the whole week
        ("2026-02-17", False),
        ("2026-02-20", False),
        ("2026-02-23", True),
        ("2026-01-02", False),  # swapped for 10 January by 12729/VPCP-KGVX, which the library does not know
        ("2026-01-10", True),
        ("2025-05-02", False),
        ("2025-04-26", True),
        ("2026-08-31", False),
        ("2026-08-22", True),
        ("2026-04-27", False),  # Hùng Kings' day fell on a Sunday
        ("2026-11-21", False),  # an ordinary Saturday
        ("2026-11-24", False),  # Vietnam Culture Day
    ],
)
def test_holidays_and_swapped_days(day: str, works: bool) -> None:
    assert OURS.is_working_day(date.fromisoformat(day)) is works


@pytest.mark.parametrize(
    ("limit", "received", "due"),
    [
        # the first day is not counted; the last ends with the office
        (TimeLimit(3, Unit.WORKING_DAY), "2026-11-16T10:00", "2026-11-19T17:00"),
        (TimeLimit(3, Unit.WORKING_DAY), "2026-11-19T10:00", "2026-11-25T17:00"),  # weekend and 24 November
        (TimeLimit(3, Unit.WORKING_DAY), "2026-02-12T09:00", "2026-02-24T17:00"),  # over Tết
        # what comes on a Saturday counts as received on Monday
        (TimeLimit(1, Unit.WORKING_DAY), "2026-11-14T10:00", "2026-11-17T17:00"),
        # same-day procedures: by three o'clock, or the next working day
        (TimeLimit(1, Unit.WORKING_DAY, same_day=True), "2026-11-16T15:00", "2026-11-16T17:00"),
        (TimeLimit(1, Unit.WORKING_DAY, same_day=True), "2026-11-16T15:01", "2026-11-17T17:00"),
        (TimeLimit(1, Unit.WORKING_DAY, same_day=True), "2026-11-20T16:00", "2026-11-23T17:00"),
        (TimeLimit(1, Unit.WORKING_DAY, same_day=True, cutoff=time(10)), "2026-11-16T11:00", "2026-11-17T17:00"),
        (TimeLimit(1, Unit.WORKING_DAY, same_day=True), "2026-11-16T21:00", "2026-11-17T17:00"),
        (TimeLimit(4, Unit.HOUR), "2026-11-16T10:00", "2026-11-16T15:00"),  # two before noon, two after
        (TimeLimit(8, Unit.HOUR), "2026-11-16T16:00", "2026-11-17T16:00"),
        (TimeLimit(8, Unit.HOUR), "2026-11-16T20:00", "2026-11-17T17:00"),
        (TimeLimit(20, Unit.DAY), "2026-11-02T09:00", "2026-11-23T17:00"),  # the 22nd is a Sunday
        (TimeLimit(1, Unit.MONTH), "2026-01-30T09:00", "2026-03-02T17:00"),  # 28 February is a Saturday
    ],
)
def test_appointments(limit: TimeLimit, received: str, due: str) -> None:
    assert OURS.due(limit, at(received)) == at(due)


def test_appointments_are_local_whatever_the_zone_of_the_clock() -> None:
    utc = at("2026-11-16T15:01").astimezone(UTC)
    assert OURS.due(TimeLimit(1, Unit.WORKING_DAY, same_day=True), utc) == at("2026-11-17T17:00")


@pytest.mark.parametrize(
    ("unit", "due", "paused", "resumed", "after"),
    [
        (Unit.WORKING_DAY, "2026-11-19T17:00", "2026-11-17T10:00", "2026-11-18T10:00", "2026-11-20T17:00"),
        # a pause within one morning costs the rest of the day after at most
        (Unit.WORKING_DAY, "2026-11-19T17:00", "2026-11-17T10:00", "2026-11-17T11:00", "2026-11-20T17:00"),
        # nights and weekends do not lengthen a working-day term
        (Unit.WORKING_DAY, "2026-11-23T17:00", "2026-11-20T17:00", "2026-11-23T08:00", "2026-11-23T17:00"),
        (Unit.HOUR, "2026-11-16T15:00", "2026-11-16T11:00", "2026-11-16T14:00", "2026-11-16T17:00"),
        (Unit.DAY, "2026-11-20T17:00", "2026-11-10T09:00", "2026-11-12T09:00", "2026-11-23T17:00"),
    ],
)
def test_a_pause_puts_the_appointment_off(unit: Unit, due: str, paused: str, resumed: str, after: str) -> None:
    assert OURS.resumed(unit, at(due), at(paused), at(resumed)) == at(after)


def test_a_failed_look_up_is_told_within_eight_working_hours() -> None:
    assert OURS.notice_due(at("2026-11-20T15:00")) == at("2026-11-23T15:00")
    assert OURS.notice_due(at("2026-11-21T15:00")) == at("2026-11-23T17:00")


@given(HOURS, SPANS, SPANS)
def test_adding_time_is_additive_and_never_goes_back(start: datetime, first: timedelta, second: timedelta) -> None:
    once = OURS.add(start, first)
    assert start <= once <= OURS.add(once, second) == OURS.add(start, first + second)
    assert OURS.worked(start, once) == first


@given(HOURS, SHORT, SHORT)
def test_worked_time_is_additive(start: datetime, first: timedelta, second: timedelta) -> None:
    middle, end = start + first, start + first + second
    assert OURS.worked(start, middle) + OURS.worked(middle, end) == OURS.worked(start, end)
    assert timedelta() <= OURS.worked(start, end) <= end - start


LIMITS = st.builds(TimeLimit, st.integers(1, 40), st.sampled_from(Unit), st.booleans())


@given(LIMITS, HOURS, SHORT)
def test_who_comes_later_is_never_due_earlier(limit: TimeLimit, start: datetime, later: timedelta) -> None:
    due = OURS.due(limit, start)
    assert start < due <= OURS.due(limit, start + later)
    assert OURS.is_working_day(due.astimezone(ZONE).date())


@given(LIMITS, HOURS, SHORT, SHORT, SHORT)
def test_a_longer_pause_never_brings_the_appointment_nearer(
    limit: TimeLimit, start: datetime, until: timedelta, pause: timedelta, more: timedelta
) -> None:
    due, paused = OURS.due(limit, start), start + until
    shorter = OURS.resumed(limit.unit, due, paused, paused + pause)
    assert due <= shorter <= OURS.resumed(limit.unit, due, paused, paused + pause + more)


def test_a_province_lays_its_own_file_over_ours(tmp_path: Path) -> None:
    own = tmp_path / "calendar.json"
    content = {
        "office_hours": [["07:30", "11:30"], ["13:30", "17:30"]],
        "closed": [{"day": "2026-11-23", "reason": "bão"}],
        "open": ["2026-11-28"],
    }
    own.write_text(json.dumps(content), encoding="utf-8")
    theirs = load(own)
    assert not theirs.is_working_day(date(2026, 11, 23))
    assert theirs.is_working_day(date(2026, 11, 28))
    assert not theirs.is_working_day(date(2026, 1, 2))
    assert theirs.due(TimeLimit(1, Unit.WORKING_DAY), at("2026-11-20T09:00")) == at("2026-11-25T17:30")


@pytest.mark.parametrize(
    "text",
    ["{", '{"office_hours": [["13:00","17:00"],["08:00","12:00"]]}', '{"closed": "2026"}', '{"open": ["31/12/2026"]}'],
)
def test_a_broken_file_is_named_not_guessed(tmp_path: Path, text: str) -> None:
    own = tmp_path / "calendar.json"
    own.write_text(text, encoding="utf-8")
    with pytest.raises(CalendarFileBroken, match=r"calendar\.json"):
        load(own)


def test_a_calendar_that_is_closed_for_ever_is_an_error_not_a_hang() -> None:
    closed = Calendar(off=frozenset(date(2026, 1, 1) + timedelta(days=day) for day in range(5000)))
    with pytest.raises(CalendarFileBroken):
        closed.next_working_day(date(2026, 1, 1))
