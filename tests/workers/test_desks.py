"""Batches whose key is on a token at a PC: offered and agreed to there, of unknown outcome where it fell silent."""

from __future__ import annotations

import asyncio
import json
import socketserver
import threading
from base64 import b64decode, b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import connection

import signing
import storage
import workers
from accounts import Purpose
from signing.desk import LIFE
from signing.desks import TICKET_SECONDS
from tests.workers.conftest import AGENCY, Office
from tests.workers.test_production import certify, office_at_work, pki, username  # noqa: F401 - fixtures
from workers import agent_link, desk_calls, keyring, keys
from workers.agent import Agent, address, short
from workers.desks import DeskKeys
from workers.models import Job


@pytest.fixture
def held(office_at_work: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Agent]:  # noqa: F811
    """A signing agent in the test's own process, so that its patience can be changed; asked over its socket as ever."""
    agent = Agent(settings.HOSO.data, "production")
    loop = asyncio.new_event_loop()
    turning = threading.Thread(target=loop.run_forever, daemon=True)
    turning.start()

    class Line(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            told = asyncio.run_coroutine_threadsafe(agent.answer(json.loads(self.rfile.readline())), loop)
            self.wfile.write(json.dumps(told.result()).encode() + b"\n")

    class Server(socketserver.ThreadingUnixStreamServer):
        daemon_threads = True

    path = address(tmp_path)
    path.parent.mkdir()
    with short(path) as name:
        server = Server(name, Line)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(agent_link, "address", lambda _: path)
    yield agent
    server.shutdown()
    server.server_close()
    loop.call_soon_threadsafe(loop.stop)
    turning.join(60)
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()


class Pc:
    """The program on a PC, moved by hand."""

    def __init__(self, signer: signing.Pkcs12Signer) -> None:
        self.signer, self.session, self.offers = signer, uuid4().hex, list[dict[str, Any]]()

    def say(self, method: str, told: dict[str, Any], bearer: str = "") -> dict[str, Any]:
        status, answer = desk_calls.call(method, bearer or self.session, told, wait=0.2)
        assert status == 200, answer
        return answer

    def connect(self, ticket: str) -> None:
        key = {"certificate": b64encode(self.signer.certificate).decode(), "mechanism": str(self.signer.mechanism)}
        chain = [b64encode(one).decode() for one in self.signer.chain]
        self.say("hello", {"session": self.session, "chain": chain, **key}, ticket)

    def take(self) -> dict[str, Any]:
        """Asks until there are digests to sign; agrees to what is offered."""
        while "request" not in (told := self.say("next", {"wait": 0.2})):
            if "batch" in told:
                self.offers.append(told)
                self.say("agree", {"batch": told["batch"], "yes": True})
        return told

    def bring(self, told: dict[str, Any]) -> None:
        """Signs and brings the signatures."""
        values = [b64encode(self.signer.sign_digest(b64decode(one))).decode() for one in told["digests"]]
        self.say("done", {"request": told["request"], "signatures": values})


@pytest.fixture
def pc(held: Agent, office_at_work: Office, request: pytest.FixtureRequest) -> Iterator[Pc]:  # noqa: F811
    """The PC of the officer, whose certificate is registered in place of the key that the office had."""
    officer = office_at_work.officer
    signer = request.getfixturevalue("pki").issue(officer.name, "officer")
    users = keyring.folder(settings.HOSO.data) / "users"
    users.mkdir(exist_ok=True)
    name = username(officer)
    (users / f"{name}.cer").write_bytes(signer.certificate)
    (users / f"{name}.toml").write_text(f'kind = "desk"\ncertificate = "{name}.cer"\n', "utf-8")
    yield Pc(signer)


def beside(do: Any) -> threading.Thread:
    """Does something in a thread that leaves no connection to the database."""

    def run() -> None:
        try:
            do()
        finally:
            connection.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


def states(*jobs: Job) -> list[tuple[str, str]]:
    found = {job.pk: job for job in Job.objects.filter(pk__in=[one.pk for one in jobs])}
    return [(found[job.pk].state, found[job.pk].error_code) for job in jobs]


@pytest.mark.s3
def test_a_digest_that_never_came_back_leaves_its_own_document_unknown_and_the_others_waiting(
    office_at_work: Office,  # noqa: F811
    held: Agent,
    pc: Pc,
) -> None:
    office, batch = office_at_work, str(uuid4())
    one, other = (certify(office, office.receive(), batch) for _ in range(2))
    for job in (one, other):
        office.do(job)
    locked, free = ("queued", "workers.pin_needed"), ("queued", "")
    assert states(one, other) == [locked, locked]
    assert desk_calls.at_desk(one, office.officer)

    pc.connect(desk_calls.invite(office.officer).ticket)
    [desk] = held.desks._of.values()
    told = pc.say("next", {"wait": 0})
    titles = [f"Xác nhận thông tin về cư trú (CT07) · {job.dossier}" for job in (one, other)]
    assert (told["batch"], told["count"], sorted(told["titles"])) == (batch, 2, sorted(titles))
    assert states(one, other) == [locked, locked]
    pc.say("agree", {"batch": batch, "yes": True})
    assert states(one, other) == [free, free]

    # the PC takes the first document's digest and is never heard of again; then it does not take the other's
    desk.patience, desk.answer_within = 60, 0.1
    first = beside(lambda: office.do(one))
    pc.take()
    first.join(60)
    desk.patience, desk.answer_within = 0.1, 60
    office.do(other)
    assert states(one, other) == [("unknown", "workers.outcome_unknown"), locked]

    # it comes back: the other goes on without a word, the first is not asked for
    assert pc.say("next", {"wait": 0}) == {}
    assert states(one, other) == [("unknown", "workers.outcome_unknown"), free]
    desk.patience = 60
    second = beside(lambda: office.do(other))
    pc.bring(pc.take())
    second.join(60)
    assert states(one, other) == [("unknown", "workers.outcome_unknown"), ("done", "")]
    other.refresh_from_db()
    with storage.open(UUID(other.result["documents"][0]), office.officer, Purpose("LAW:bài thử", other.dossier)) as it:
        report = signing.verify(it.read(), trust=keys.trust())
    assert report.verdict is signing.Status.VALID
    assert report.signatures[0].signer.startswith(office.officer.name)

    # the person has looked at the PC and asks again
    assert workers.again(one.pk)
    third = beside(lambda: office.do(one))
    pc.bring(pc.take())
    third.join(60)
    assert states(one) == [("done", "")]
    assert [offer["batch"] for offer in pc.offers] == []


@pytest.fixture
def two_keys(tmp_path: Path) -> tuple[Path, signing.Pkcs12Signer, signing.Pkcs12Signer]:
    """A clerk's own certificate and the seal's, both registered as kept at a PC."""
    own, seal = (keys.authority().issue(name, "officer") for name in ("Phạm Thị Dấu", "UBND xã Mẫu"))
    for place, name, signer in (("users", "van.thu", own), ("agencies", AGENCY, seal)):
        folder = tmp_path / "keys" / place
        folder.mkdir(parents=True)
        (folder / f"{name}.cer").write_bytes(signer.certificate)
        (folder / f"{name}.toml").write_text(f'kind = "desk"\ncertificate = "{name}.cer"\n', "utf-8")
    return tmp_path, own, seal


OWN, SEAL = {"person": ["van.thu"]}, {"agency": AGENCY}


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def connect(desks: DeskKeys, ticket: str, signer: signing.Pkcs12Signer) -> int:
    told = {
        "session": "s" * 64,
        "certificate": b64encode(signer.certificate).decode(),
        "chain": [],
        "mechanism": str(signer.mechanism),
    }
    return int(do(desks, do_="call", method="hello", bearer=ticket, told=told)["status"])


def do(desks: DeskKeys, *, do_: str, **more: Any) -> dict[str, Any]:
    return asyncio.run(desks.do({"do": do_, "user": "u", **more}))


def test_a_seal_is_offered_to_the_token_that_holds_the_seal(
    two_keys: tuple[Path, signing.Pkcs12Signer, signing.Pkcs12Signer],
) -> None:
    data, own, seal = two_keys
    waiting = [{"batch": "own", "key": OWN}, {"batch": "seal", "key": SEAL}]
    for signer, name in ((own, "own"), (seal, "seal")):
        desks = DeskKeys(data)
        assert connect(desks, do(desks, do_="invite", keys=[OWN, SEAL])["ticket"], signer) == 200
        assert do(desks, do_="weigh", waiting=waiting) == {"new": [name], "go": []}
        for one in waiting:
            do(desks, do_="offer", batch=one["batch"], count=1, titles=[])
            do(desks, do_="call", method="agree", bearer="s" * 64, told={"batch": one["batch"], "yes": True})
        assert do(desks, do_="weigh", waiting=waiting) == {"new": [], "go": [name]}
        signers = [desks.signer("u", str(one["batch"]), desks.key(one["key"]) or pytest.fail()) for one in waiting]  # type: ignore[arg-type]
        assert [found is not None for found in signers] == [name == "own", name == "seal"]


def test_the_times_of_ticket_and_session(two_keys: tuple[Path, signing.Pkcs12Signer, signing.Pkcs12Signer]) -> None:
    data, own, _ = two_keys
    clock = Clock()
    desks = DeskKeys(data, clock)
    late = do(desks, do_="invite", keys=[OWN])
    assert (late["seconds"], do(desks, do_="session")["state"]) == (TICKET_SECONDS, "invited")
    clock.now += TICKET_SECONDS
    assert (connect(desks, late["ticket"], own), do(desks, do_="session")["state"]) == (401, "none")
    assert connect(desks, do(desks, do_="invite", keys=[OWN])["ticket"], own) == 200
    clock.now += LIFE - 1
    told = do(desks, do_="session")
    assert (told["state"], told["seconds"], told["silent"]) == ("connected", 1, LIFE - 1)
    clock.now += 1
    assert do(desks, do_="session")["state"] == "ended"
    assert do(desks, do_="weigh", waiting=[{"batch": "own", "key": OWN}]) == {"new": [], "go": []}


def test_an_opened_key_at_a_pc_is_forgotten_with_its_session(
    two_keys: tuple[Path, signing.Pkcs12Signer, signing.Pkcs12Signer],
) -> None:
    data, own, _ = two_keys
    agent = Agent(data, "production")
    asked = {"do": "open", "user": "u", "batch": "b", "key": OWN}

    def told(question: dict[str, Any]) -> dict[str, Any]:
        return asyncio.run(agent.answer(question))

    assert told(asked | {"pin": "1234"}) == {"error": "agent.locked"}, "no PIN is tried here"
    assert connect(agent.desks, do(agent.desks, do_="invite", keys=[OWN])["ticket"], own) == 200
    assert told(asked) == {"error": "agent.locked"}, "not agreed to yet"
    do(agent.desks, do_="offer", batch="b", count=1, titles=[])
    do(agent.desks, do_="call", method="agree", bearer="s" * 64, told={"batch": "b", "yes": True})
    assert 0 < told(asked)["seconds"] <= LIFE
    assert told({"do": "show", "user": "u", "batch": "b"})["service"] == "hoso sign-agent"
    assert told(asked | {"batch": "c"}) == {"error": "agent.locked"}
    do(agent.desks, do_="dismiss")
    assert told({"do": "show", "user": "u", "batch": "b"}) == {"error": "agent.locked"}
