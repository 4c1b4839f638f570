"""Opened keys: in one process, for one person and batch, for minutes; gone with it, and then the batch waits."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from cryptography.x509 import load_der_x509_certificate
from django.conf import settings

import workers
from hoso.children import Child
from portal.config import Config
from signing.errors import WrongPassphrase
from storage import VersionRole
from tests.workers.conftest import SAMPLES, Office
from workers import agent_link, keys
from workers.agent import Agent, address
from workers.errors import NoKey, PinNeeded, Unavailable

pytestmark = pytest.mark.s3

PIN = "12-mẫu-34"


@pytest.fixture
def with_token(office: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    """An office whose officer has a PKCS#12 key with a PIN, as in production; the services stay the demo ones."""
    signer = keys.authority().issue(office.officer.name, "officer")
    folder = settings.HOSO.data / "keys"
    folder.mkdir(exist_ok=True)
    (folder / f"{office.officer.id}.p12").write_bytes(
        serialize_key_and_certificates(
            None,
            signer.key,
            load_der_x509_certificate(signer.certificate),
            [load_der_x509_certificate(one) for one in signer.chain],
            BestAvailableEncryption(PIN.encode()),
        )
    )
    authority = keys.authority()
    monkeypatch.setattr(keys, "services", lambda: authority.services)
    production: Config = settings.HOSO.model_copy(update={"env": "production"})
    monkeypatch.setattr(settings, "HOSO", production)
    return office


def test_the_socket_is_for_its_owner_only(office: Office) -> None:
    agent_link.ask({"do": "close", "user": "a", "batch": "b"})
    assert address(settings.HOSO.data).stat().st_mode & 0o777 == 0o600


def test_a_key_is_opened_by_its_pin_for_one_batch(with_token: Office) -> None:
    officer = with_token.officer
    with pytest.raises(PinNeeded):
        keys.person(officer, "officer", "H26.01.02", "batch-1")
    with pytest.raises(WrongPassphrase):
        keys.unlock(officer, "batch-1", "0000")
    assert 0 < keys.unlock(officer, "batch-1", PIN) <= 15 * 60
    signer = keys.person(officer, "officer", "H26.01.02", "batch-1")
    assert len(asyncio.run(signer.sign(b"data"))) > 60
    with pytest.raises(PinNeeded):
        keys.person(officer, "officer", "H26.01.02", "batch-2")


def test_pins_are_not_guessed_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "keys").mkdir()
    for name in ("lan", "mai"):
        (tmp_path / "keys" / f"{name}.p12").write_bytes(b"opened by no passphrase")
    agent = Agent(tmp_path, "production")

    def told(user: str, pin: str) -> str:
        asked = {"do": "open", "user": user, "batch": "b", "key": {"person": [user]}, "pin": pin}
        return str(asyncio.run(agent.answer(asked))["error"])

    assert {told("lan", f"{number:04}") for number in range(5)} == {"signing.wrong_passphrase"}
    assert told("lan", "0005") == "workers.pin_paused"
    assert told("lan", "") == "agent.locked", "jobs that ask whether the key is open are no guesses"
    assert told("mai", "0000") == "signing.wrong_passphrase"
    later = time.monotonic() + 15 * 60 + 1
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert told("lan", "0005") == "signing.wrong_passphrase"


def test_a_person_without_a_key_is_told_so(with_token: Office) -> None:
    with pytest.raises(NoKey):
        keys.person(with_token.leader, "leader", "H26.01.02", "batch")


def test_a_key_is_forgotten_when_its_time_is_over(with_token: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    agent = Agent(settings.HOSO.data, "production")
    who = {"user": "u", "batch": "b"}
    key = {"person": [with_token.officer.id]}
    assert "seconds" in asyncio.run(agent.answer({"do": "open", **who, "key": key, "pin": PIN}))
    assert "certificate" in asyncio.run(agent.answer({"do": "show", **who}))
    later = time.monotonic() + 15 * 60 + 1
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert asyncio.run(agent.answer({"do": "show", **who})) == {"error": "agent.locked"}


@pytest.mark.parametrize("name", ["../secrets/django", "/etc/passwd"])
def test_keys_lie_in_their_folder_only(office: Office, name: str) -> None:
    asked: dict[str, Any] = {"do": "open", "user": "u", "batch": "b", "key": {"person": [name]}, "pin": "x"}
    assert asyncio.run(Agent(settings.HOSO.data, "demo").answer(asked))["error"] == NoKey.code


def test_after_a_crash_of_the_agent_the_batch_waits_for_the_pin(
    with_token: Office, agent: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = with_token
    dossier = office.receive()
    job = office.do(office.hand_in(dossier, SAMPLES / "1-tinh-trang-hon-nhan" / "03-xac-nhan-cu-tru.pdf"))
    copy = UUID(job.result["documents"][0])
    batch = office.ask("certify", dossier, office.officer, documents=[str(copy)])
    keys.unlock(office.officer, str(batch.id), PIN)
    assert agent.pid is not None
    os.kill(agent.pid, signal.SIGKILL)
    assert agent.process is not None
    agent.process.wait()
    agent.start()
    waiting = office.do(batch)
    assert (waiting.state, waiting.error_code) == ("queued", "workers.pin_needed")
    workers.give_pin(batch.id, office.officer, PIN)
    done = office.do(batch)
    assert (done.state, done.result["levels"]) == ("done", ["B-LTA"]), done.error
    import storage

    assert [version.role for version in storage.versions(copy, office.officer)][-1] is VersionRole.CERTIFIED


def test_nobody_is_asked_for_the_pin_of_a_demo_key_that_the_agent_has_forgotten(office: Office, agent: Child) -> None:
    """It came up again between the opening of the key and the signature: there is no PIN that anybody could give."""
    held = keys.person(office.officer, "officer", "H26.01.02", "batch")
    assert agent.pid is not None
    os.kill(agent.pid, signal.SIGKILL)
    assert agent.process is not None
    agent.process.wait()
    agent.start()
    with pytest.raises(Unavailable):
        asyncio.run(held.sign(b"data"))
    anew = keys.person(office.officer, "officer", "H26.01.02", "batch")
    assert len(asyncio.run(anew.sign(b"data"))) > 60


def test_the_socket_is_reached_however_deep_its_folder(tmp_path: Path) -> None:
    from workers.agent import serve, short

    deep = tmp_path / ("d" * 60) / ("e" * 60)
    path = address(deep)

    async def both() -> bytes:
        task = asyncio.create_task(serve(Agent(deep, "demo"), path))
        while not path.exists():
            await asyncio.sleep(0.01)
        with short(path) as name:
            reader, writer = await asyncio.open_unix_connection(name)
        writer.write(b'{"do": "close", "user": "u", "batch": "b"}\n')
        line = await reader.readline()
        writer.close()
        task.cancel()
        return line

    assert asyncio.run(both()) == b"{}\n"
