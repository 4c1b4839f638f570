"""Working days and hours: appointments, pauses and the eight-hour notice, in the office's local time (+07:00).

Rules: Civil Code 2015 Art. 147 and 148 (the first day of a term is not counted; it ends when its last day ends, or the
next working day where that day is a holiday); Labour Code 2019 Art. 112 (public holidays, by the library `holidays`,
lunar ones included); swapped working days by the notices named in `data/calendar.json`; office hours and further days
by the province in `HOSO_DATA/calendar.json`, which has the same form.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

import holidays
from django.conf import settings

from catalogue import TimeLimit, Unit, add_months
from dossiers.errors import CalendarFileBroken

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOTICE = timedelta(hours=8)
"""Time to tell the applicant that a database look-up failed: 08 working hours (Resolution 66.7/2025/NQ-CP)."""
_DAY = timedelta(days=1)
_HORIZON = 4000
"""Days after which a search for a working day gives up: a calendar that is closed for ever is a broken file."""


@lru_cache(maxsize=64)
def _national(year: int) -> tuple[frozenset[date], frozenset[date]]:
    """The public holidays of a year and the weekend days worked in exchange, as the library knows them."""
    found = holidays.country_holidays("VN", years=year)
    worked = frozenset(day for day in getattr(found, "weekend_workdays", ()) if day.year == year)
    return frozenset(found), worked


@dataclass(frozen=True, slots=True)
class Calendar:
    """A working calendar. `hours` are the spans of an office day in order; `off` and `work` override the week and the
    holidays. All methods take and give aware datetimes; days are local days."""

    hours: tuple[tuple[time, time], ...] = ((time(8), time(12)), (time(13), time(17)))
    cutoff: time = time(15)
    off: frozenset[date] = field(default_factory=frozenset)
    work: frozenset[date] = field(default_factory=frozenset)

    def is_working_day(self, day: date) -> bool:
        """Whether the office works on a day."""
        if day in self.work:
            return True
        if day in self.off:
            return False
        free, worked = _national(day.year)
        if day in worked:
            return True
        return day.weekday() < 5 and day not in free

    def next_working_day(self, day: date) -> date:
        """The first working day after `day`. Raises `CalendarFileBroken` where there is none for years."""
        for ahead in range(1, _HORIZON):
            if self.is_working_day(day + ahead * _DAY):
                return day + ahead * _DAY
        raise CalendarFileBroken(problem="không có ngày làm việc / no working day")

    def add_days(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`; `day` itself for 0."""
        for _ in range(count):
            day = self.next_working_day(day)
        return day

    def spans(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """The office hours of a day; empty when the office is closed."""
        if not self.is_working_day(day):
            return ()
        return tuple((datetime.combine(day, a, ZONE), datetime.combine(day, b, ZONE)) for a, b in self.hours)

    def closing(self, day: date) -> datetime:
        """When the office closes on a day."""
        return datetime.combine(day, self.hours[-1][1], ZONE)

    def next_moment(self, at: datetime) -> datetime:
        """The first working moment not before `at`."""
        return next(max(start, at) for start, end in self._spans_from(at) if end > at)

    def _spans_from(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        day = at.astimezone(ZONE).date()
        while True:
            yield from self.spans(day)
            day = self.next_working_day(day)

    def worked(self, start: datetime, end: datetime) -> timedelta:
        """The office time between two moments; zero where `end` is not after `start`. Additive over moments."""
        total = timedelta()
        if end <= start:
            return total
        day, last = start.astimezone(ZONE).date(), end.astimezone(ZONE).date()
        while day <= last:
            for begin, close in self.spans(day):
                total += max(timedelta(), min(close, end) - max(begin, start))
            day += _DAY
        return total

    def add(self, at: datetime, amount: timedelta) -> datetime:
        """The earliest moment by which `amount` of office time has passed since `at`; `at` itself for zero."""
        if amount <= timedelta():
            return at
        for begin, close in self._spans_from(at):
            begin = max(begin, at)
            if close <= begin:
                continue
            if close - begin >= amount:
                return begin + amount
            amount -= close - begin
        raise AssertionError("the spans of a calendar never end")

    def due(self, limit: TimeLimit, start: datetime) -> datetime:
        """The appointment for a dossier that was validly received at `start`.

        What comes outside office hours counts from the next working moment. Hours are office hours; working days and
        calendar days end when the office closes; a same-day procedure received after the cutoff is due on the next
        working day.
        """
        begin = self.next_moment(start).astimezone(ZONE)
        day = begin.date()
        if limit.same_day:
            cutoff = limit.cutoff or self.cutoff
            return self.closing(day if begin.time() <= cutoff else self.next_working_day(day))
        if limit.unit is Unit.HOUR:
            return self.add(begin, timedelta(hours=limit.amount))
        if limit.unit is Unit.WORKING_DAY:
            return self.closing(self.add_days(day, limit.amount))
        last = add_months(day, limit.amount) if limit.unit is Unit.MONTH else day + limit.amount * _DAY
        return self.closing(last if self.is_working_day(last) else self.next_working_day(last))

    def resumed(self, unit: Unit, due: datetime, paused: datetime, resumed: datetime) -> datetime:
        """The appointment after a pause: put off by as much as the clock stood.

        Hours and working days are put off by the office time of the pause, calendar days and months by the days of
        the pause, to the end of a working day. Never earlier than before.
        """
        if resumed <= paused:
            return due
        if unit in (Unit.HOUR, Unit.WORKING_DAY):
            stood = self.worked(paused, resumed)
            if unit is Unit.HOUR:
                return self.add(due, stood)
            return self.closing(self._day_of(self.add(due, stood)))
        days = (resumed.astimezone(ZONE).date() - paused.astimezone(ZONE).date()).days
        last = due.astimezone(ZONE).date() + days * _DAY
        return self.closing(last if self.is_working_day(last) else self.next_working_day(last))

    def _day_of(self, at: datetime) -> date:
        return at.astimezone(ZONE).date()

    def notice_due(self, failed_at: datetime) -> datetime:
        """By when the applicant must be told that a look-up failed (Resolution 66.7/2025/NQ-CP)."""
        return self.add(self.next_moment(failed_at), NOTICE)


def _merge(base: Mapping[str, object], own: Mapping[str, object]) -> Calendar:
    def both(name: str) -> list[object]:
        return [*_listed(base, name), *_listed(own, name)]

    hours = own.get("office_hours") or base["office_hours"]
    assert isinstance(hours, list)
    swaps = [item for item in both("swaps") if isinstance(item, dict)]
    spans = tuple((time.fromisoformat(a), time.fromisoformat(b)) for a, b in hours)
    flat = [moment for span in spans for moment in span]
    if not flat or flat != sorted(set(flat)):
        raise ValueError("office_hours")
    return Calendar(
        hours=spans,
        cutoff=time.fromisoformat(str(own.get("same_day_cutoff") or base["same_day_cutoff"])),
        off=frozenset(_days(both("closed"))) | {date.fromisoformat(item["off"]) for item in swaps},
        work=frozenset(_days(both("open"))) | {date.fromisoformat(item["work"]) for item in swaps},
    )


def _listed(source: Mapping[str, object], name: str) -> list[object]:
    value = source.get(name, [])
    if not isinstance(value, list):
        raise ValueError(name)
    return value


def _days(items: list[object]) -> Iterator[date]:
    for item in items:
        yield date.fromisoformat(item["day"] if isinstance(item, dict) else str(item))


def load(own: Path | None = None) -> Calendar:
    """The calendar of the product's data file, with a province's file laid over it: its office hours and cutoff
    replace ours, its swaps and closed or open days are added. Raises `CalendarFileBroken`."""
    base = json.loads((Path(__file__).parent / "data" / "calendar.json").read_text(encoding="utf-8"))
    try:
        return _merge(base, json.loads(own.read_text(encoding="utf-8")) if own else {})
    except (OSError, ValueError, KeyError, TypeError, AssertionError) as problem:
        raise CalendarFileBroken(problem=f"{own}: {problem}") from problem


@cache
def current() -> Calendar:
    """The calendar of this installation, read once in a process."""
    own = Path(settings.HOSO.data) / "calendar.json"
    return load(own if own.exists() else None)
