"""The scan page's sender in a real browser: an answer that is lost on the way never sends a file a second time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, FilePayload, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from dossiers.models import Dossier
from hoso.objectstore import ObjectStore
from portal.uploads.models import Upload
from storage.models import Intake

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.s3, pytest.mark.browser, pytest.mark.slow]

SCAN: FilePayload = {"name": "quet.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 an invented scan\n" * 2000}


@pytest.fixture
def page(
    store: ObjectStore, chromium: Browser, live_server: LiveServer, officer: Client, received: Dossier
) -> Iterator[Page]:
    """The scan page of a dossier, opened by its officer."""
    context = chromium.new_context(base_url=live_server.url)
    session = officer.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    made = context.new_page()
    made.goto(reverse("desk:scan", args=[received.id]))
    yield made
    context.close()


def test_a_lost_answer_and_a_busy_server_do_not_send_the_file_anew(page: Page) -> None:
    trouble = ["lost", "503", "423"]

    def troubled(route: Route) -> None:
        if not trouble:
            route.fallback()
        elif (what := trouble.pop(0)) == "lost":
            route.fetch()  # the server has it all; the browser never hears of it
            route.abort("connectionreset")
        else:
            route.fulfill(status=int(what))

    page.route("**/uploads/*", troubled)
    page.locator("#drop input[type=file]").set_input_files(SCAN)
    expect(page.locator("#sending li")).to_have_count(1)
    expect(page.locator("#sending li")).to_have_count(0, timeout=60_000)
    assert trouble == []
    assert Upload.objects.get().done
    assert Intake.objects.count() == 1


def test_an_upload_that_the_server_no_longer_knows_is_sent_anew(page: Page) -> None:
    seen: list[str] = []

    def forgetful(route: Route) -> None:
        if not seen:
            Upload.objects.all().delete()
        seen.append(route.request.method)
        route.fallback()

    page.route("**/uploads/*", forgetful)
    page.locator("#drop input[type=file]").set_input_files(SCAN)
    expect(page.locator("#sending li")).to_have_count(1)
    expect(page.locator("#sending li")).to_have_count(0, timeout=60_000)
    assert Upload.objects.get().done
    assert Intake.objects.count() == 1
