"""Every page in a real browser, at desk and phone width, in both languages: it fits, it reads, it works by keys."""

from __future__ import annotations

import os
import re
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect
from playwright.sync_api import Error as PlaywrightError
from pytest_django.live_server_helper import LiveServer

from accounts import Role
from accounts.models import User
from hoso.objectstore import ObjectStore
from portal.permissions import PAGES
from storage.running import make_buckets
from tests.portal import looks
from tests.portal.people import AGENCY, World, citizen
from tests.portal.planted import FILE, SIGNERS, Counter
from tests.portal.visits import Visit, labour, visits

pytestmark = [pytest.mark.s3, pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(1500)]

SIZES = {"desk": (1440, 900), "phone": (390, 844)}
SHOTS = os.environ.get("HOSO_SHOTS", "")
"""A folder for pictures of every page and for what was found, for whoever wants to look."""
ONLY = re.compile(os.environ.get("HOSO_PAGES", ""))
"""Which visits to make, for whoever mends one page."""
NO_PAGE = {
    "verify:report": "a file for other validators", "desk:report": "a file for other validators",
    "verify:status-code": "for programs",
    "verify:status-file": "for programs",
    "logout": "leads to login", "language": "leads back", "text-size": "leads back", "home": "leads to the first page",
    "healthz": "JSON", "metrics": "text", "uploads": "tus", "upload": "tus", "desk:document": "a PDF",
    "citizen:file": "a PDF", "desk:page-image": "a picture", "citizen:page-image": "a picture",
    "desk:act": "leads back", "desk:again": "leads back", "desk:certify": "leads back",
    "desk:component-act": "leads back", "desk:result-act": "leads back", "desk:results-many": "leads back",
    "desk:batch-act": "leads back", "desk:batch-progress": "part of batch",
    "desk:result-state": "an empty answer", "people:act": "leads back", "desk:procedures": "part of receive",
    "desk:receive-fill": "part of receive", "desk:files": "part of dossier", "desk:receipt": "part of dossier",
    "desk:draw": "part of check", "desk:drawing": "part of check", "desk:preview": "part of result",
    "desk:pin": "part of results", "agents:state": "part of agents", "agents:call": "JSON",
    "citizen:draw": "part of document", "citizen:drawing": "part of document",
}  # fmt: skip
"""Addresses that show no page of their own → what they do instead."""


@pytest.fixture
def counter(store: ObjectStore, transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> tuple[World, Counter]:
    monkeypatch.setattr(settings, "HOSO", settings.HOSO.model_copy(update={"bucket": f"t{uuid4().hex[:12]}"}))
    make_buckets()
    world = World.make()
    return world, Counter.plant(world)


def accounts(world: World) -> dict[str, User]:
    """Who opens the pages, by role; a newcomer's agency has nothing to do, a stranger is tied to no papers."""
    made = {actor: User.objects.get(pk=one.id) for actor, one in
            (("officer", world.officer), ("leader", world.leader), ("seal_clerk", world.clerk))}  # fmt: skip
    for role in (Role.AUDITOR, Role.ADMIN):
        made[role] = User.objects.create(username=role, full_name=f"Người {role}", roles=[role], agencies=[AGENCY])
    staff = [Role.OFFICER, Role.LEADER, Role.SEAL_CLERK]
    made["newcomer"] = User.objects.create(
        username="moi", full_name="Nguyễn Mới Đến", roles=staff, agencies=["H26.01.03"]
    )
    return made | {"citizen": world.user, "stranger": citizen(None, "Trần Chưa Gắn")}


class Visitor:
    """Browsers of everybody, at one size and in one language, and what was wrong with the pages they opened."""

    def __init__(self, browser: Browser, url: str, people: dict[str, User], size: str, language: str) -> None:
        self.browser, self.url, self.people = browser, url, people
        self.size, self.language = size, language
        self.contexts: dict[str, BrowserContext] = {}
        self.wrong: list[str] = []

    def context(self, role: str) -> BrowserContext:
        """The browser of this person, signed in."""
        if role not in self.contexts:
            width, height = SIZES[self.size]
            made = self.contexts[role] = self.browser.new_context(
                base_url=self.url, viewport={"width": width, "height": height}, has_touch=self.size == "phone",
                reduced_motion="reduce", locale="vi-VN",
            )  # fmt: skip
            made.set_default_timeout(20_000)
            cookies = {settings.LANGUAGE_COOKIE_NAME: self.language}
            if role:
                client = Client()
                client.force_login(self.people[role], backend="django.contrib.auth.backends.ModelBackend")
                cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
            made.add_cookies([{"name": name, "value": value, "url": self.url} for name, value in cookies.items()])
        return self.contexts[role]

    def look(self, visit: Visit, data: re.Pattern[str]) -> None:
        """Opens a page and notes what is wrong with it."""
        page = self.context(visit.role).new_page()
        said: list[str] = []
        page.on("console", lambda told: said.append(told.text) if told.type == "error" else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(visit.path)
        try:
            if visit.then is not None:
                visit.then(page)
            settled(page)
        except (AssertionError, PlaywrightError) as error:
            said.append(f"did not come so far: {error}"[:300])
        found = [*looks.shape(page), *looks.rules(page)]
        found += [text for text in said if "the server responded with a status of 4" not in text]
        if page.locator("html").get_attribute("lang") != self.language:
            found.append("the page does not say its language")
        if self.language == "en":
            found += [f"not in English: {text}" for text in looks.vietnamese(page, data)]
        if self.size == "desk" and visit.then is None:
            found += looks.focus(page)
        if SHOTS:
            page.evaluate("scrollTo(0, 0)")
            Path(SHOTS).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=f"{SHOTS}/{visit.name}-{self.size}-{self.language}.png", full_page=True)
            with Path(SHOTS, "found.txt").open("a", encoding="utf-8") as notes:
                notes.writelines(f"{visit.name} ({self.size}, {self.language}): {text}\n" for text in found)
        self.wrong += [f"{visit.name} ({self.size}, {self.language}): {text}" for text in found]
        page.close()

    def close(self) -> None:
        """Closes every browser."""
        for context in self.contexts.values():
            context.close()


def settled(page: Page) -> None:
    """Waits for the parts that a page asks for by itself."""
    page.wait_for_load_state()
    if page.locator("#drawing").count():
        expect(page.locator("#drawing[hx-trigger=load]")).to_have_count(0)
        labour("page-images", "draft-preview")
        expect(page.locator("#drawing .sheet, #drawing .note").first).to_be_visible()
    expect(page.locator("#files:empty")).to_have_count(0)
    page.evaluate("document.fonts.ready.then(() => true)")


def test_every_address_is_visited_or_shows_no_page(counter: tuple[World, Counter]) -> None:
    seen = {visit.view for visit in visits(*counter)}
    assert set(PAGES) - seen - set(NO_PAGE) == set()
    assert seen - set(PAGES) == set()


@pytest.mark.parametrize(("language", "whole", "brief"), [("vi", "phone", "desk"), ("en", "desk", "phone")])
def test_every_page_is_tidy(
    chromium: Browser, live_server: LiveServer, counter: tuple[World, Counter], language: str, whole: str, brief: str
) -> None:
    """Every state of every page at one width in each language, and at the other width one state of each page."""
    people, every = accounts(counter[0]), [visit for visit in visits(*counter) if ONLY.search(visit.name)]
    first = {visit.view: visit for visit in reversed(every)}
    data, wrong = looks.data(FILE, *SIGNERS), []
    for size, chosen in ((whole, every), (brief, [*first.values()])):
        visitor = Visitor(chromium, live_server.url, people, size, language)
        for visit in chosen:
            cache.clear()
            visitor.look(visit, data)
        visitor.close()
        wrong += visitor.wrong
    assert wrong == [], "\n".join(wrong)
