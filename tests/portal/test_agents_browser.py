"""The page that connects a PC, in each of its states, at desk and phone width, in both languages."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from signing import Agent
from tests.agents import working
from tests.portal import looks
from tests.portal.test_agents import at_work as at_work
from tests.portal.test_agents import held as held
from tests.portal.test_agents import own as own
from tests.portal.test_agents import waiting_job
from tests.portal.test_pages_browser import SIZES

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

SHOTS = os.environ.get("HOSO_SHOTS", "")


@pytest.mark.parametrize(("size", "language"), [("desk", "vi"), ("phone", "vi"), ("desk", "en"), ("phone", "en")])
def test_every_state_is_tidy(
    chromium: Browser, live_server: LiveServer, held: Path, own: Any, officer: Client, size: str, language: str
) -> None:
    wrong: list[str] = []
    context = browser(chromium, live_server.url, officer, size, language)
    page = context.new_page()

    def look(name: str) -> None:
        found = [*looks.shape(page), *looks.rules(page)]
        if language == "en":
            found += [f"not in English: {text}" for text in looks.vietnamese(page, looks.data("Trần Thị Cán Bộ"))]
        wrong.extend(f"{name} ({size}, {language}): {text}" for text in found)
        if SHOTS:
            Path(SHOTS).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=f"{SHOTS}/agents-{name}-{size}-{language}.png", full_page=True)

    waiting_job(User.objects.get(username="officer"))
    page.goto("/results")
    expect(page.locator("#pin a")).to_be_visible()
    look("box")
    page.goto("/sign-agent")
    look("begin")
    page.locator("body").press("n")
    command = page.locator("pre.command")
    expect(command).to_contain_text("--ticket")
    look("ticket")
    ticket = command.inner_text().split()[4]
    with working(Agent(live_server.url, ticket, own, ask=lambda _: False)):
        expect(page.locator("#agent .note-green")).to_be_visible(timeout=60_000)
        expect(command).to_have_count(0)
        look("connected")
        end(page)
    expect(page.locator("button[value=open]")).to_be_visible()
    (held / "keys" / "users" / "officer.toml").unlink()
    page.locator("button[value=open]").click()
    expect(page.locator(".note-red")).to_contain_text("workers.no_desk_key")
    look("refused")
    context.close()
    assert wrong == [], "\n".join(wrong)


def end(page: Page) -> None:
    page.locator("button[value=end]").click()
    page.wait_for_load_state()


def browser(chromium: Browser, url: str, client: Client, size: str, language: str) -> BrowserContext:
    """A browser in which the officer is signed in."""
    width, height = SIZES[size]
    made = chromium.new_context(base_url=url, viewport={"width": width, "height": height}, reduced_motion="reduce")
    made.set_default_timeout(30_000)
    cookies = {
        settings.LANGUAGE_COOKIE_NAME: language,
        settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value,
    }
    made.add_cookies([{"name": name, "value": value, "url": url} for name, value in cookies.items()])
    return made
