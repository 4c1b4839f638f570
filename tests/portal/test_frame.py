"""The frame: headers, errors, health, and that nothing inline can creep in."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import translation

from catalogue import HosoError
from portal.error_pages import answer
from portal.middleware.errors import ErrorMiddleware

ROOT = Path(__file__).resolve().parents[2]
PORTAL = ROOT / "portal"
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:|hx-on|hx-vals='js:", re.I)


PAIRS = [
    ("ink", "paper"), ("ink-2", "paper"), ("ink-2", "card"), ("ink-2", "sunk"), ("ink-3", "paper"), ("ink-3", "sunk"),
    ("blue", "card"), ("blue", "paper"), ("blue-deep", "blue-wash"), ("card", "blue"), ("card", "red"),
    ("red", "card"), ("red", "red-wash"), ("green", "green-wash"), ("green", "card"), ("amber", "amber-wash"),
    ("amber", "card"), ("amber", "paper"),
]  # fmt: skip
"""Text and ground as the style sheets put them together."""


class CounterClosed(HosoError):
    code = "test.counter_closed"
    message_vi = "Quầy {desk} đã đóng."
    message_en = "Counter {desk} is closed."
    next_vi = "Sang quầy khác."
    next_en = "Go to another counter."
    status = 409


@pytest.mark.django_db
def test_nothing_from_elsewhere_and_nothing_inline_may_run(client: Client) -> None:
    headers = client.get("/login").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb (WCAG 2.1)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_every_text_stands_out_from_its_ground(text: str, ground: str) -> None:
    tokens = (PORTAL / "static" / "hoso" / "tokens.css").read_text(encoding="utf-8")
    colours = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", tokens))
    light, dark = sorted((luminance(colours[text]), luminance(colours[ground])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


@pytest.mark.django_db
def test_answers_are_not_kept_by_anybody(officer: Client) -> None:
    assert "no-store" in officer.get("/desk").headers["Cache-Control"]


def test_no_template_holds_inline_script_or_style() -> None:
    pages = list(PORTAL.rglob("*.html"))
    assert pages
    assert [str(p) for p in pages if INLINE.search(p.read_text(encoding="utf-8"))] == []


def test_every_text_has_its_english_and_the_catalogues_are_fresh() -> None:
    done = subprocess.run([sys.executable, "scripts/messages", "--check"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("language", "first", "second"), [("vi", "Quầy 3", "Counter 3"), ("en", "Counter 3", "Quầy 3")]
)
def test_an_error_is_told_in_both_languages_the_readers_first(language: str, first: str, second: str) -> None:
    request = RequestFactory().get("/")
    with translation.override(language):
        page = answer(request, CounterClosed(desk=3))
    text = page.content.decode()
    assert page.status_code == 409
    assert 0 < text.index(first) < text.rindex(second)
    assert "test.counter_closed" in text
    assert "Sang quầy khác." in text


def test_only_errors_of_the_house_become_pages() -> None:
    gate = ErrorMiddleware(lambda request: HttpResponse())
    request = RequestFactory().get("/")
    assert gate.process_exception(request, ValueError("secret")) is None
    made = gate.process_exception(request, CounterClosed(desk=1))
    assert made is not None
    assert made.status_code == 409


def test_htmx_gets_a_part_that_lands_in_the_toasts() -> None:
    request = RequestFactory().get("/", headers={"HX-Request": "true"})
    part = answer(request, CounterClosed(desk=2))
    assert part.headers["HX-Retarget"] == "#toasts"
    assert "<html" not in part.content.decode()


def test_programs_get_a_problem_document() -> None:
    request = RequestFactory().get("/api/v1/x")
    response = answer(request, CounterClosed(desk=2))
    assert response.headers["Content-Type"] == "application/problem+json"
    assert b'"status": 409' in response.content


@pytest.mark.django_db
def test_an_unknown_address_has_a_page(client: Client) -> None:
    response = client.get("/khong-co")
    assert response.status_code == 404
    assert "portal.not_found" in response.content.decode()


@pytest.mark.django_db
def test_health_says_ok_and_metrics_count(client: Client) -> None:
    assert client.get("/healthz").json()["status"] == "ok"
    text = client.get("/metrics").content.decode()
    assert 'hoso_http_requests_total{method="GET",page="healthz",status="200"}' in text


@pytest.mark.django_db
def test_static_files_are_served_without_a_collecting_step(client: Client) -> None:
    for path in ("hoso/tokens.css", "vendor/htmx/htmx-2.0.7.min.js", "vendor/be-vietnam-pro/OFL.txt"):
        response = client.get(f"/static/{path}")
        assert response.status_code == 200, path
        response.close()
