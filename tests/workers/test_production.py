"""Outside DEMO: keys of one's own with PINs, time stamps and revocation over HTTP, roots from a folder."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.conf import settings

import signing
import storage
import workers
from accounts import Actor, Purpose
from accounts.models import User
from catalogue import HosoError
from dossiers.models import Dossier
from portal.config import Config
from signing.demo import Authority
from signing.errors import WrongPassphrase, WrongPin
from tests import authorities
from tests.signing.conftest import Tokens
from tests.signing.conftest import authority as authority
from tests.signing.conftest import tokens as tokens
from tests.workers.conftest import AGENCY, SAMPLES, Office
from workers import keyring, keys
from workers.agent import Agent, address, short
from workers.errors import KeyClash, NoKey, OutcomeUnknown, PinNeeded, Unavailable, Vanished
from workers.models import Job

pytestmark = pytest.mark.s3

PIN = "13-mẫu-57"
PAPERS = SAMPLES / "1-tinh-trang-hon-nhan"


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    """The authority that stands for the national ones."""
    with authorities.authority_over_http(tmp_path_factory.mktemp("pki")) as made:
        yield made


def put_key(name: str, signer: signing.Pkcs12Signer) -> None:
    folder = keyring.folder(settings.HOSO.data)
    folder.mkdir(exist_ok=True, mode=0o700)
    authorities.put_key(folder / f"{name}.p12", signer, PIN)


def username(actor: Actor) -> str:
    return User.objects.get(pk=actor.id).username


@pytest.fixture
def office_at_work(office: Office, pki: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """The office with its own keys and services, and nothing of DEMO."""
    trust = tmp_path / "trust"
    authorities.put_roots(trust, pki)
    production: Config = settings.HOSO.model_copy(
        update={
            "env": "production",
            "public_url": "https://motcua.example.vn",
            "tsa": " ".join(pki.services.timestampers),
            "revocation": authorities.answering(pki),
            "trust": str(trust),
        }
    )
    monkeypatch.setattr(settings, "HOSO", production)
    put_key(username(office.officer), pki.issue(office.officer.name, "officer"))
    return office


def certify(office: Office, dossier: Dossier, batch: str = "") -> Job:
    """A job that signs a scan just read; it waits for the PIN."""
    read = office.do(office.hand_in(dossier, PAPERS / "03-xac-nhan-cu-tru.pdf"))
    payload: dict[str, object] = {"documents": read.result["documents"]}
    return office.ask("certify", dossier, office.officer, **payload | ({"batch": batch} if batch else {}))


def test_one_pin_signs_a_whole_batch_at_the_level_that_the_services_give(office_at_work: Office) -> None:
    office, batch = office_at_work, str(uuid4())
    jobs = [certify(office, office.receive(), batch) for _ in range(2)]
    for job in jobs:
        waiting = office.do(job)
        assert (waiting.state, waiting.error_code) == ("queued", "workers.pin_needed")
    assert [job.id for job in workers.waiting(office.officer)] == [jobs[-1].id]
    workers.give_pin(jobs[0].id, office.officer, PIN)
    assert workers.waiting(office.officer) == []
    for job in jobs:
        done = office.do(job)
        assert (done.state, done.result["levels"]) == ("done", ["B-LTA"]), done.error
    document = UUID(jobs[0].result["documents"][0])
    with storage.open(document, office.officer, Purpose("LAW:bài thử", jobs[0].dossier)) as opened:
        report = signing.verify(opened.read(), trust=keys.trust())
    assert (report.verdict, report.demo) == (signing.Status.VALID, False)


def test_a_wrong_pin_is_said_and_the_batch_waits_on(office_at_work: Office) -> None:
    job = office_at_work.do(certify(office_at_work, office_at_work.receive()))
    with pytest.raises(WrongPassphrase):
        workers.give_pin(job.id, office_at_work.officer, "0000")
    assert [one.id for one in workers.waiting(office_at_work.officer)] == [job.id]


def test_nobody_else_can_give_the_pin(office_at_work: Office) -> None:
    job = office_at_work.do(certify(office_at_work, office_at_work.receive()))
    with pytest.raises(Vanished):
        workers.give_pin(job.id, office_at_work.leader, PIN)
    assert workers.waiting(office_at_work.leader) == []


def test_a_seal_that_was_opened_for_one_agency_never_stands_for_another(office_at_work: Office, pki: Authority) -> None:
    for agency in (AGENCY, "H26.01.03"):
        put_key(agency, pki.issue(f"Cơ quan {agency}", "agency", organisation=f"Cơ quan {agency}"))
    clerk = office_at_work.clerk
    keys.unlock(clerk, "batch", PIN, agency_code=AGENCY)
    mine = keys.seal(clerk, AGENCY, "batch")
    with pytest.raises(PinNeeded):
        keys.seal(clerk, "H26.01.03", "batch")
    keys.unlock(clerk, "batch", PIN, agency_code="H26.01.03")
    assert keys.seal(clerk, "H26.01.03", "batch").certificate != mine.certificate


def test_whoever_has_no_key_is_told_so(office_at_work: Office) -> None:
    with pytest.raises(NoKey):
        keys.person(office_at_work.leader, "leader", AGENCY, "batch")


def test_a_key_on_a_token_is_opened_by_the_agent(tokens: Tokens, tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    token = f'kind = "pkcs11"\nmodule = "{tokens.module}"\ntoken = "hoso"\nkey = "rsa"\n'
    (tmp_path / "keys" / "can.bo.toml").write_text(token, "utf-8")
    agent, who = Agent(tmp_path, "production"), {"user": "u", "batch": "b"}

    async def talk(pin: str) -> dict[str, object]:
        opened = await agent.answer({"do": "open", **who, "key": {"person": ["can.bo"]}, "pin": pin})
        if "error" in opened:
            return opened
        shown = await agent.answer({"do": "show", **who})
        signed = await agent.answer({"do": "sign", **who, "data": base64.b64encode(b"data").decode()})
        return shown | signed

    assert asyncio.run(talk(""))["error"] == "agent.locked"
    assert asyncio.run(talk("000000"))["error"] == WrongPin.code
    told = asyncio.run(talk(tokens.pin))
    assert told["mechanism"] == "rsa-pss"
    assert len(base64.b64decode(str(told["signature"]))) == 256
    asyncio.run(agent.answer({"do": "close", **who}))


def test_keys_lie_in_their_folder_only(tmp_path: Path) -> None:
    users = tmp_path / "keys" / "users"
    users.mkdir(parents=True)
    (tmp_path / "other.p12").write_bytes(b"x")
    (users / "can.bo.p12").write_bytes(b"x")
    for name in ("../other", "../../other", "/etc/passwd", "other/../../other", "users/can.bo", ""):
        assert keyring.person(tmp_path, name) is None
        assert keyring.agency(tmp_path, name) is None
    assert keyring.person(tmp_path, "nobody", "can.bo") == users / "can.bo.p12"


def test_nobody_is_taken_for_an_agency_of_the_same_name(tmp_path: Path) -> None:
    """A user name can be made to look like an agency's code: it never opens the agency's seal, nor the other way."""
    for place, name in (("agencies", AGENCY), ("users", "H26.01.03"), ("users", "can.bo"), ("agencies", "can.bo")):
        (tmp_path / "keys" / place).mkdir(parents=True, exist_ok=True)
        (tmp_path / "keys" / place / f"{name}.p12").write_bytes(b"x")
    assert keyring.person(tmp_path, AGENCY) is None
    assert keyring.agency(tmp_path, "H26.01.03") is None
    assert keyring.agency(tmp_path, AGENCY) == tmp_path / "keys" / "agencies" / f"{AGENCY}.p12"
    assert keyring.person(tmp_path, "can.bo") == tmp_path / "keys" / "users" / "can.bo.p12"
    assert keyring.signers(tmp_path) == [f"agencies/{AGENCY}", "agencies/can.bo", "users/H26.01.03", "users/can.bo"]


def test_keys_of_the_old_place_are_found_where_they_are_nobody_elses(tmp_path: Path) -> None:
    folder = keyring.folder(tmp_path)
    folder.mkdir()
    for name in ("can.bo", AGENCY):
        (folder / f"{name}.p12").write_bytes(b"x")
    assert keyring.person(tmp_path, "can.bo") == folder / "can.bo.p12"
    assert keyring.agency(tmp_path, AGENCY) == folder / f"{AGENCY}.p12"
    assert keyring.agency(tmp_path, "can.bo") is None
    with pytest.raises(KeyClash):
        keyring.person(tmp_path, AGENCY)
    (folder / "users").mkdir()
    (folder / "users" / f"{AGENCY}.toml").write_bytes(b"x")
    assert keyring.person(tmp_path, AGENCY) == folder / "users" / f"{AGENCY}.toml"


@pytest.mark.parametrize(("service", "expected"), [("CSC", OutcomeUnknown), ("", Unavailable)])
def test_a_remote_signature_without_an_answer_is_unknown_and_a_local_one_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, service: str, expected: type[HosoError]
) -> None:
    monkeypatch.setattr(settings, "HOSO", settings.HOSO.model_copy(update={"data": tmp_path}))
    path = address(tmp_path)
    path.parent.mkdir()

    async def deaf(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.close()

    async def both() -> None:
        with short(path) as name:
            server = await asyncio.start_unix_server(deaf, name)
        async with server:
            await keys.AgentSigner("u", "b", b"", (), signing.Mechanism.ECDSA, service).sign(b"data")

    with pytest.raises(expected) as told:
        asyncio.run(both())
    assert (told.value.code == OutcomeUnknown.code) is bool(service)
