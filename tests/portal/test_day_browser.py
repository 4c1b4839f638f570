"""A day is typed as it is written in Vietnam, on a computer of any language."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts import Role
from tests.portal.conftest import MakeUser

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def page(
    chromium: Browser, live_server: LiveServer, transactional_db: None, make_user: MakeUser, settings: Any
) -> Iterator[Page]:
    """The page of an officer whose computer speaks American English."""
    client = Client()
    client.force_login(make_user(Role.OFFICER), backend="django.contrib.auth.backends.ModelBackend")
    context = chromium.new_context(base_url=live_server.url, locale="en-US")
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("typed", ["05/11/2026", "5.11.2026", "05112026", "2026-11-05"])
def test_the_day_comes_first(page: Page, typed: str) -> None:
    page.goto("/numbers?start=2026-10-01&end=2026-10-31")
    end = page.locator("[name=end]")
    expect(end).to_have_value("31/10/2026")
    end.fill(typed)
    end.press("Enter")
    page.wait_for_url("**/numbers?start=2026-10-01&end=2026-11-05")
    expect(end).to_have_value("05/11/2026")


@pytest.mark.parametrize("typed", ["31/02/2026", "11/31/2026", "hôm nay"])
def test_a_day_that_is_none_is_not_sent(page: Page, typed: str) -> None:
    page.goto("/numbers?start=2026-10-01&end=2026-10-31")
    page.locator("[name=end]").fill(typed)
    page.locator("[name=end]").press("Enter")
    assert page.locator("[name=end]").evaluate("field => field.validity.customError")
    assert page.url.endswith("end=2026-10-31")
