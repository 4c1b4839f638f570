"""Failures in a real browser: a picture that cannot be had says why, and the same error is told once."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from hoso.objectstore import ObjectStore
from storage.running import make_buckets
from tests.portal.people import World
from workers import Job

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.s3, pytest.mark.browser, pytest.mark.slow]


def test_a_picture_says_why_it_is_missing_and_an_error_is_told_once(
    chromium: Browser, live_server: LiveServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "HOSO", settings.HOSO.model_copy(update={"data": tmp_path}))
    cache.clear()
    with ObjectStore(tmp_path):
        make_buckets()
        world = World.make()
        result = world.whole()
    client = Client()
    client.force_login(User.objects.get(pk=world.officer.id), backend="django.contrib.auth.backends.ModelBackend")
    context = chromium.new_context(base_url=live_server.url)
    session = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"/results/{result.id}")
    page.locator("#drawing[hx-get]").wait_for(state="attached", timeout=60_000)
    Job.objects.filter(kind="page-images").update(state=Job.State.DONE, result={"pages": [[1, 100, 140]]})
    expect(page.locator(".sheet [data-error='storage.store_down']")).to_be_visible(timeout=60_000)
    expect(page.locator(".sheet")).to_contain_text("quản trị viên")
    for _ in range(3):
        page.evaluate(f"htmx.ajax('GET', '/drawings/{uuid.uuid4()}', '#page')")
        expect(page.locator(".htmx-request")).to_have_count(0, timeout=60_000)
    expect(page.locator("#toasts [data-error='portal.not_found']")).to_have_count(1)
    context.close()
