"""Signing in, the two locks, the language, the size of the text."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts import Role
from portal.middleware.session import SEEN
from tests.portal.conftest import PASSWORD, MakeUser

pytestmark = pytest.mark.django_db


def sign_in(client: Client, username: str, password: str = PASSWORD) -> int:
    return client.post("/login", {"username": username, "password": password}).status_code


def test_signing_in_leads_to_the_page_that_was_asked_for(client: Client, make_user: MakeUser) -> None:
    make_user(Role.OFFICER, username="lan")
    answer = client.post("/login", {"username": "lan", "password": PASSWORD, "next": "/?q=1"})
    assert answer.headers["Location"] == "/?q=1"


def test_signing_in_never_leads_elsewhere(client: Client, make_user: MakeUser) -> None:
    make_user(Role.OFFICER, username="lan")
    answer = client.post("/login", {"username": "lan", "password": PASSWORD, "next": "https://example.org/"})
    assert answer.headers["Location"] == "/"


def test_five_wrong_passwords_lock_the_account_even_for_the_right_one(client: Client, make_user: MakeUser) -> None:
    make_user(Role.OFFICER, username="lan")
    make_user(Role.LEADER, username="minh")
    assert [sign_in(client, "lan", "sai") for _ in range(5)] == [200, 200, 200, 200, 429]
    assert sign_in(Client(), "lan") == 429
    assert sign_in(Client(), "minh") == 302


def test_the_locked_page_says_so_in_two_languages(client: Client, make_user: MakeUser) -> None:
    make_user(Role.OFFICER, username="lan")
    for _ in range(5):
        answer = client.post("/login", {"username": "lan", "password": "sai"})
    page = answer.content.decode()
    assert "khóa 15 phút" in page
    assert "locked for 15 minutes" in page
    assert "portal.locked" in page


def test_fifteen_idle_minutes_end_the_session(officer: Client) -> None:
    assert officer.get("/desk").status_code == 200
    session = officer.session
    session[SEEN] -= 15 * 60 + 1
    session.save()
    answer = officer.get("/desk")
    assert answer.status_code == 302
    assert "sau 15 phút" in officer.get("/login").content.decode()


def test_a_session_in_use_lives_on(officer: Client) -> None:
    officer.get("/desk")
    session = officer.session
    session[SEEN] -= 14 * 60
    session.save()
    assert officer.get("/desk").status_code == 200
    session = officer.session
    session[SEEN] -= 14 * 60
    session.save()
    assert officer.get("/desk").status_code == 200


def test_vietnamese_even_for_an_english_browser(client: Client) -> None:
    page = client.get("/login", headers={"Accept-Language": "en"}).content.decode()
    assert '<html lang="vi"' in page
    assert "Mật khẩu" in page


def test_the_switch_makes_pages_english_and_back(client: Client) -> None:
    client.post("/language", {"language": "en", "next": "/login"})
    page = client.get("/login")
    assert page.headers["Content-Language"] == "en"
    assert "Password" in page.content.decode()
    client.post("/language", {"language": "vi", "next": "/login"})
    assert "Mật khẩu" in client.get("/login").content.decode()


def test_the_text_grows_on_request(client: Client) -> None:
    client.post("/text-size", {"size": "3", "next": "/login"})
    assert 'class="text-3"' in client.get("/login").content.decode()


def test_a_form_without_its_token_is_refused_with_a_next_step(db: None) -> None:
    answer = Client(enforce_csrf_checks=True).post("/login", {"username": "a", "password": "b"})
    assert answer.status_code == 403
    assert "portal.form_expired" in answer.content.decode()
