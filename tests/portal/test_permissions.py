"""Every address has a row in the table, and the row is what happens."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts import Actor, Role
from portal import permissions

SAMPLES: dict[str, object] = {"uuid": uuid.UUID(int=7), "int": 7, "str": "x", "slug": "x", "path": "x"}


def addresses(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every named address of the site with its namespace."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from addresses(entry, inner)
        else:
            yield f"{namespace}{entry.name or ''}", entry


ALL = dict(addresses(get_resolver()))
OURS = sorted(name for name in ALL if name.split(":")[0] not in permissions.OWN_GATE)


def url_of(name: str) -> str:
    """An address with made-up arguments: nothing lies there, but the gate stands before it."""
    arguments = {
        key: SAMPLES[type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")]
        for key, converter in ALL[name].pattern.converters.items()
    }
    return reverse(name, kwargs=arguments)


def test_every_address_has_a_row() -> None:
    assert [name for name in OURS if name not in permissions.PAGES] == []


def test_every_row_has_an_address() -> None:
    assert [name for name in permissions.PAGES if name not in ALL] == []


def test_an_address_without_a_row_opens_to_nobody() -> None:
    admin = Actor(id="1", roles=frozenset(Role))
    assert not permissions.may_open(admin, "desk:never-written")


@pytest.mark.django_db
@pytest.mark.parametrize("name", [n for n in OURS if permissions.PAGES[n].roles is not None])
def test_a_visitor_is_asked_to_sign_in(client: Client, name: str) -> None:
    answer = client.get(url_of(name))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/login?next=")


@pytest.mark.django_db
@pytest.mark.parametrize("role", list(Role))
def test_a_role_meets_a_closed_door_just_where_the_table_says(as_role: Callable[[Role], Client], role: Role) -> None:
    client = as_role(role)
    client.raise_request_exception = False
    for name in OURS:
        page = permissions.PAGES[name]
        refused = b"portal.forbidden" in client.get(url_of(name)).content
        assert refused == (page.roles is not None and role not in page.roles), name


@pytest.mark.django_db
def test_a_program_gets_a_problem_document(client: Client) -> None:
    answer = client.get("/", headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "portal.sign_in"
