"""The request as our views see it: Django's, with the actor that the access middleware puts on it."""

from __future__ import annotations

import re
from datetime import date

from django.http import HttpRequest

from accounts import Actor
from accounts.models import User

_NUMBER = re.compile(r"[0-9]{1,18}")
VISITOR = Actor(id="visitor", channel="web")
"""Somebody who has not signed in."""


class Request(HttpRequest):
    """A request that passed the access middleware; `actor` is nobody (no roles) for a visitor who has not signed in."""

    actor: Actor


def signed_in(request: Request) -> User:
    """The account behind the request, on a page that the access middleware opens to no visitor."""
    assert isinstance(request.user, User)
    return request.user


def wants_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of a page."""
    return request.headers.get("HX-Request") == "true"


def wants_problem(request: HttpRequest) -> bool:
    """Whether the caller is a program: the API, or anybody who accepts JSON and not HTML."""
    accept = request.headers.get("Accept", "")
    return request.path.startswith("/api/") or ("json" in accept and "html" not in accept)


def whole_number(text: str) -> int | None:
    """A number as an address, a header or a form carries it: plain digits that fit into 64 bits; None for all else.

    `str.isdigit` would let through what `int` refuses, such as "²".
    """
    return int(text) if _NUMBER.fullmatch(text) else None


def whole_day(text: str) -> date | None:
    """A day as an address or a form carries it, in ISO form; None for all else.

    The first and the last year are none either: a day more or less, or a time zone, leads out of the calendar.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if date.min.year < day.year < date.max.year else None
