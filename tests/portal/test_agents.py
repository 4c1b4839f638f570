"""The officer's own PC is connected by a page, a one-time ticket and the program on that PC; nobody else's key is."""

from __future__ import annotations

import re
import shlex
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.core.cache import cache
from django.test import Client, RequestFactory
from pytest_django.live_server_helper import LiveServer

from accounts import Role
from accounts.models import User
from hoso.children import Child
from portal.agents import calls
from portal.http import Request
from signing import Agent, Offer
from signing.errors import TicketRefused, WrongPerson
from tests.agents import working
from workers import Job, agent_link, desk_calls, keys
from workers.errors import PinNeeded

CALLS = "/sign-agent/v1/"


@pytest.fixture
def own() -> Any:
    """The key on the officer's token."""
    return keys.authority().issue("Trần Thị Cán Bộ", "officer")


@pytest.fixture(scope="module")
def at_work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The data of an installation outside DEMO whose signing agent runs."""
    data = tmp_path_factory.mktemp("data")
    env = {"HOSO_DATA": str(data), "HOSO_ENV": "production", "DJANGO_SETTINGS_MODULE": "portal.settings"}
    child = Child("agent", [sys.executable, "-m", "workers.agent"], log=data / "agent.log", env=env)
    child.start()
    wait_until((data / "run" / "agent.sock").exists)
    yield data
    child.stop()


@pytest.fixture
def held(settings: Any, at_work: Path, own: Any) -> Path:
    """That installation, with the officer's certificate registered."""
    users = at_work / "keys" / "users"
    users.mkdir(parents=True, exist_ok=True)
    (users / "officer.toml").write_text('kind = "desk"\ncertificate = "officer.cer"\ntoken = "Tran Thi Can Bo"\n')
    (users / "officer.cer").write_bytes(own.certificate)
    settings.HOSO = settings.HOSO.model_copy(update={"data": at_work, "env": "production"})
    cache.clear()
    return at_work


def wait_until(true: Callable[[], object]) -> None:
    """Waits for another process or thread, for a minute at most."""
    until = time.monotonic() + 60
    while not true():
        assert time.monotonic() < until
        time.sleep(0.02)


def ticket_of(client: Client) -> str:
    """Presses the button and reads the command."""
    shown = re.search(r"<pre[^>]*>([^<]*)</pre>", client.post("/sign-agent", {"do": "open"}).content.decode())
    assert shown is not None
    words = shlex.split(shown[1].replace("&quot;", '"'))
    assert (words[:2], words[3]) == (["hoso", "sign-agent"], "--ticket")
    assert words[-2:] == ["--token", "Tran Thi Can Bo"]
    return words[4]


def waiting_job(user: User, **payload: object) -> Job:
    """A job that stopped for want of its key."""
    return Job.objects.create(
        kind="certify", key=str(uuid.uuid4()), payload={"documents": [str(uuid.uuid4())], **payload},
        created_by=str(user.id), error_code=PinNeeded.code, dossier="H26.01.02-261122-0001",
    )  # fmt: skip


def test_the_command_connects_the_pc_once_and_the_page_says_so(
    held: Path, officer: Client, own: Any, live_server: LiveServer
) -> None:
    ticket = ticket_of(officer)
    assert ticket not in officer.get("/sign-agent").content.decode()
    assert "Đang chờ máy của bạn kết nối" in officer.get("/sign-agent/state?was=invited").content.decode()
    with working(Agent(live_server.url, ticket, own, ask=lambda _: True)) as raised:
        me = User.objects.get(username="officer").actor()
        wait_until(lambda: desk_calls.session(me).state == "connected")
        changed = officer.get("/sign-agent/state?was=invited")
        assert changed.headers["HX-Redirect"] == "/sign-agent"
        assert "Đã kết nối: Trần Thị Cán Bộ" in changed.content.decode()
        assert "Dùng được đến" in changed.content.decode()
        with pytest.raises(TicketRefused):
            Agent(live_server.url, ticket, own, ask=lambda _: True).run()
        officer.post("/sign-agent", {"do": "end"})
    assert raised == []
    assert desk_calls.session(me).state == "none"


def test_another_ticket_ends_the_one_before(held: Path, officer: Client, own: Any, live_server: LiveServer) -> None:
    first = ticket_of(officer)
    ticket_of(officer)
    with pytest.raises(TicketRefused):
        Agent(live_server.url, first, own, ask=lambda _: True).run()


def test_another_persons_token_is_refused(held: Path, officer: Client, live_server: LiveServer) -> None:
    other = keys.authority().issue("Người Khác", "officer")
    with pytest.raises(WrongPerson) as told:
        Agent(live_server.url, ticket_of(officer), other, ask=lambda _: True).run()
    assert "Người Khác" in told.value.vi


def test_a_batch_that_waits_is_shown_at_the_pc_and_goes_on_when_agreed_to(
    held: Path, officer: Client, own: Any, live_server: LiveServer
) -> None:
    user = User.objects.get(username="officer")
    batch = str(uuid.uuid4())
    jobs = [waiting_job(user, batch=batch), waiting_job(user, batch=batch)]
    declined = waiting_job(user)
    offers: list[Offer] = []

    def ask(offer: Offer) -> bool:
        offers.append(offer)
        return offer.count == 2

    box = officer.get("/pin").content.decode()
    assert "Ký bằng token trên máy này" in box
    assert 'type="password"' not in box
    with working(Agent(live_server.url, ticket_of(officer), own, ask=ask)):
        wait_until(lambda: len(offers) == 2)
        wait_until(lambda: {Job.objects.get(pk=job.pk).error_code for job in jobs} == {""})
        assert "đã kết nối: Trần Thị Cán Bộ" in officer.get("/pin").content.decode()
        officer.post("/sign-agent", {"do": "end"})
    assert sorted((offer.count, offer.titles) for offer in offers) == [
        (1, ("— · H26.01.02-261122-0001",)),
        (2, ("— · H26.01.02-261122-0001",) * 2),
    ]
    assert Job.objects.get(pk=declined.pk).error_code == PinNeeded.code


def test_an_account_that_is_closed_signs_nothing_more(
    held: Path, officer: Client, own: Any, live_server: LiveServer
) -> None:
    user = User.objects.get(username="officer")
    with working(Agent(live_server.url, ticket_of(officer), own, ask=lambda _: True)) as raised:
        wait_until(lambda: desk_calls.session(user.actor()).state == "connected")
        User.objects.filter(pk=user.pk).update(is_active=False)
    assert raised == []
    assert desk_calls.session(user.actor()).state == "none"


def test_who_has_no_key_at_a_pc_is_told_so(held: Path, as_role: Callable[[Role], Client]) -> None:
    leader = as_role(Role.LEADER)
    answer = leader.post("/sign-agent", {"do": "open"}).content.decode()
    assert "workers.no_desk_key" in answer
    assert "--ticket" not in answer


def test_a_wrong_settings_file_is_named(held: Path, officer: Client) -> None:
    (held / "keys" / "users" / "officer.toml").write_text('kind = "desk"\ncertificate = "khong-co.cer"\n')
    assert "signing.bad_key_settings" in officer.post("/sign-agent", {"do": "open"}).content.decode()


def test_in_demo_the_page_says_that_no_token_is_needed(officer: Client) -> None:
    page = officer.get("/sign-agent").content.decode()
    assert "không cần token" in page
    assert 'value="open"' not in page


@pytest.mark.django_db
def test_a_signing_agent_that_is_down_is_told_on_the_page(settings: Any, tmp_path: Path, officer: Client) -> None:
    settings.HOSO = settings.HOSO.model_copy(update={"data": tmp_path, "env": "production"})
    (tmp_path / "run").mkdir()
    answer = officer.get("/sign-agent")
    assert (answer.status_code, "workers.unavailable" in answer.content.decode()) == (200, True)


def call(method: str, body: bytes = b"{}", bearer: str = "0" * 64) -> int:
    """What a program on some PC is answered."""
    head = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    visitor = Client(enforce_csrf_checks=True)
    return visitor.post(CALLS + method, body, content_type="application/json", headers=head).status_code


@pytest.mark.django_db
def test_calls_without_a_ticket_are_refused_and_soon_no_longer_looked_at(held: Path) -> None:
    assert Client().get(CALLS + "hello").status_code == 405
    assert [call("hello", bearer=bearer) for bearer in ("", "0" * 31, "0" * 129, "-" * 64, "ă" * 64)] == [401] * 5
    assert [call(method) for method in ("hello", "next", "agree", "done", "other")] == [401] * 4 + [404]
    for _ in range(60 - 10):
        assert call("done") == 401
    assert call("done") == 429


def test_a_call_says_no_more_than_it_needs(held: Path, officer: Client) -> None:
    """What is too large is refused by its header; with a ticket what is no JSON is."""
    ticket = ticket_of(officer)
    sizes = {"hello": 64, "next": 1, "agree": 1, "done": 32}
    assert [call(method, b"x" * (size * 1024 + 1), ticket) for method, size in sizes.items()] == [413] * 4
    assert [call("hello", body, ticket) for body in (b"[", b"{}", b'{"session": "x"}', b"x" * 64 * 1024)] == [400] * 4


@pytest.mark.django_db
def test_a_body_is_read_of_those_only_who_have_a_ticket(held: Path, rf: RequestFactory) -> None:
    class Untouched:
        def read(self, size: int = -1) -> bytes:
            raise AssertionError("the body was read")

        readline = read

    head: dict[str, Any] = {
        "CONTENT_LENGTH": "100",
        "wsgi.input": Untouched(),
        "HTTP_AUTHORIZATION": "Bearer " + "0" * 64,
    }
    request = cast(Request, rf.post(CALLS + "done", **head))
    assert calls.call(request, "done").status_code == 401


@pytest.mark.django_db
def test_while_the_signing_agent_is_down_no_thread_waits_for_it(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.HOSO = settings.HOSO.model_copy(update={"data": tmp_path, "env": "production"})
    (tmp_path / "run").mkdir()
    cache.clear()
    slept: list[float] = []
    monkeypatch.setattr(agent_link, "time", SimpleNamespace(monotonic=time.monotonic, sleep=slept.append))
    assert [call(method) for method in ("hello", "next", "agree", "done")] == [503] * 4
    assert sum(slept) <= 0.4, "at most one more look each"


def test_nothing_secret_is_kept(held: Path, officer: Client, own: Any, live_server: LiveServer) -> None:
    """No ticket and no session's name stands in the log of the signing agent or in a session's row."""
    from django.contrib.sessions.models import Session

    ticket = ticket_of(officer)
    agent = Agent(live_server.url, ticket, own, ask=lambda _: True)
    with working(agent):
        me = User.objects.get(username="officer").actor()
        wait_until(lambda: desk_calls.session(me).state == "connected")
        officer.post("/sign-agent", {"do": "end"})
    kept = (held / "agent.log").read_text() + "".join(str(one.get_decoded()) for one in Session.objects.all())
    assert "desk.invited" in kept
    assert ticket not in kept
    assert agent._session not in kept
    assert "Trần Thị" not in kept
