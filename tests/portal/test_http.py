"""Numbers and days out of addresses, headers and forms: what is none is none, and never an error of ours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts import Role
from portal.http import whole_day, whole_number
from tests.portal.people import citizen


@given(st.text() | st.text("0123456789²³①٣𝟗"))
def test_what_is_read_is_what_stands_there(text: str) -> None:
    number = whole_number(text)
    assert number is None or (text.isascii() and number == int(text) and number < 2**63)


@given(st.integers(0, 10**18 - 1))
def test_every_plain_number_is_read(number: int) -> None:
    assert whole_number(str(number)) == number


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["²", "9" * 5000, "9" * 30, "-1"])
def test_a_page_asked_for_with_a_strange_number_opens(as_role: Callable[[Role], Client], text: str) -> None:
    assert as_role(Role.AUDITOR).get("/log", {"before": text}).status_code == 200
    phone = Client()
    phone.force_login(citizen(None), backend="django.contrib.auth.backends.ModelBackend")
    assert phone.get("/citizen/events", {"before": text}).status_code == 200


@given(st.text() | st.text("0123456789-W") | st.dates().map(str))
def test_a_day_is_what_stands_there_or_none(text: str) -> None:
    day = whole_day(text)
    assert day is None or (day == date.fromisoformat(text) and 1 < day.year < 9999)


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["0001-01-01", "9999-12-31", "hôm qua", "2026-02-30"])
@pytest.mark.parametrize("name", ["start", "end"])
def test_the_numbers_open_for_days_at_the_edge_of_the_calendar(
    as_role: Callable[[Role], Client], name: str, text: str
) -> None:
    assert as_role(Role.AUDITOR).get("/numbers", {name: text}).status_code == 200
