"""Systems are registered on the command line, get tokens with what they were granted, and end when they are removed."""

from __future__ import annotations

import base64

import pytest
from django.test import Client
from oauth2_provider.models import AccessToken, Application

from accounts import Role
from catalogue import HosoError
from portal.api import auth, clients
from tests.portal.api.conftest import AGENCY, MakeSystem, System
from tests.portal.conftest import MakeUser


def token(client: Client, client_id: str, secret: str, **more: str) -> tuple[int, dict[str, str]]:
    """Asks for a token with HTTP Basic, as RFC 6749 prefers."""
    basic = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    answer = client.post(
        "/oauth/token/",
        {"grant_type": "client_credentials", **more},
        headers={"Authorization": f"Basic {basic}"},
    )
    return answer.status_code, answer.json()


def test_a_token_carries_what_was_granted_and_no_more(db: None, client: Client) -> None:
    made = clients.register("Thử", agency=AGENCY, scopes=["evidence.search"])
    status, told = token(client, made.client_id, made.secret)
    assert (status, told["scope"], told["token_type"]) == (200, "evidence.search", "Bearer")
    status, told = token(client, made.client_id, made.secret, scope="evidence.search documents.write")
    assert (status, told["error"]) == (400, "invalid_scope")
    status, told = token(client, made.client_id, "sai")
    assert (status, told["error"]) == (401, "invalid_client")
    for grant in ("password", "authorization_code"):
        assert token(client, made.client_id, made.secret, grant_type=grant)[0] in (400, 401)


def test_neither_secret_nor_token_is_kept_in_clear(db: None, client: Client) -> None:
    made = clients.register("Thử", agency=AGENCY, scopes=["evidence.search"])
    _, told = token(client, made.client_id, made.secret)
    kept = [
        *Application.objects.values_list("client_secret", flat=True),
        *AccessToken.objects.values_list("token", flat=True),
    ]
    assert made.secret not in kept and told["access_token"] not in kept
    assert made.secret not in repr(made)


def test_without_a_token_or_with_a_session_there_is_no_answer(system: System, make_user: MakeUser) -> None:
    answer = system.send("GET", "/webhooks", Authorization=None)
    assert (answer.status_code, answer.json()["code"]) == (401, "api.token")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert system.send("GET", "/webhooks", Authorization="Bearer made-up").status_code == 401
    browser = Client()
    browser.force_login(make_user(Role.OFFICER), backend="django.contrib.auth.backends.ModelBackend")
    assert browser.get("/api/v1/webhooks").status_code == 401


def test_a_scope_that_is_missing_is_named(system_of: MakeSystem) -> None:
    system = system_of(scopes=["webhooks"])
    answer = system.send("POST", "/evidence/search", {"owner": {"scheme": "citizen_id", "value": "1"}})
    assert (answer.status_code, answer.json()["code"]) == (403, "api.scope")
    assert "evidence.search" in answer.json()["message_en"]


def test_a_removed_system_is_out_at_once(system: System) -> None:
    assert system.send("GET", "/webhooks").status_code == 200
    assert clients.remove(system.client_id)
    assert system.send("GET", "/webhooks").status_code == 401
    assert not clients.remove(system.client_id)


def test_who_calls_too_often_waits(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auth.PerClient, "parse_rate", lambda *_: (2, 60))
    from portal.api.urls import api

    assert isinstance(api.throttle, list)
    monkeypatch.setattr(api.throttle[0], "num_requests", 2)
    for _ in range(2):
        assert system.send("GET", "/webhooks").status_code == 200
    answer = system.send("GET", "/webhooks")
    assert (answer.status_code, answer.json()["code"]) == (429, "api.too_many")
    assert int(answer.headers["Retry-After"]) >= 1


def test_errors_are_problem_documents_everywhere(system: System) -> None:
    for method, path, status in (
        ("PATCH", "/webhooks", 405),
        ("GET", "/nowhere", 404),
        ("GET", "/evidence/not-a-uuid", 404),
        ("POST", "/evidence/search", 422),
    ):
        answer = system.send(method, path)
        assert answer.status_code == status, path
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert {"type", "title", "status", "code", "message_vi", "message_en", "next"} <= set(answer.json())


@pytest.mark.parametrize(
    "wrong",
    [
        {"scopes": ["everything"]},
        {"bases": ["OWNER"]},
        {"agency": "đâu đó"},
        {"kinds": ["không có"]},
        {"procedures": ["9.999999"]},
        {"hooks": ["http://example.vn/"]},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_grant_of_what_does_not_exist_is_refused(db: None, wrong: dict[str, object]) -> None:
    with pytest.raises(HosoError):
        clients.register("Thử", **{"agency": AGENCY, "scopes": ["webhooks"], **wrong})  # type: ignore[arg-type]
    assert not Application.objects.exists()
