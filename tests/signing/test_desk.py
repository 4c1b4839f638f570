"""The officer's PC signs for the server: over TLS, in bulk, once; with the token of a second process (SoftHSM2)."""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
import subprocess
import sys
import threading
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from werkzeug.serving import WSGIRequestHandler, make_server

from signing import Agent, Desk, Desks, Job, Level, Status, sign_many, verify
from signing.demo import Authority
from signing.desk import PATH
from signing.errors import (
    AgentAway,
    BadKeySettings,
    OutcomeUnknown,
    SignatureWrong,
    SigningServiceDown,
    SigningServiceRefused,
    TokenGone,
)
from signing.keys import fits


class Quiet(WSGIRequestHandler):
    def log(self, *_: object, **__: object) -> None:
        return


@dataclass
class Tls:
    address: str
    ca: str


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A server's key and certificate for 127.0.0.1, in one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(days=1), now + timedelta(days=9))
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    builder = builder.add_extension(names, critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    made = builder.sign(key, SHA256())
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    pem = serialization.Encoding.PEM
    hidden = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(hidden + made.public_bytes(pem))
    return path


@contextmanager
def served(application: Any, certificate: Path) -> Iterator[Tls]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=Quiet, ssl_context=context)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Tls(f"https://127.0.0.1:{server.server_port}", str(certificate))
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def working(agent: Agent) -> Iterator[None]:
    """The agent in a thread, until the desk is closed."""
    thread = threading.Thread(target=agent.run, daemon=True)
    thread.start()
    yield
    thread.join(60)
    assert not thread.is_alive()


def test_a_token_in_another_process_signs_a_batch(
    authority: Authority, tokens: Any, certificate: Path, letter: bytes, tmp_path: Path
) -> None:
    desks = Desks()
    desk, ticket = desks.open(Desk(patience=120))
    (tmp_path / "ticket").write_text(ticket)
    (tmp_path / "pin").write_text(tokens.pin)
    with served(desks, certificate) as tls:
        command = [sys.executable, "-m", "hoso", "sign-agent", "--server", tls.address, "--ca", tls.ca]
        command += ["--ticket-file", str(tmp_path / "ticket"), "--pin-file", str(tmp_path / "pin")]
        command += ["--module", tokens.module, "--token", "hoso", "--key", "rsa"]
        officer = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            signer = desk.signer(120)

            async def run() -> list[bytes]:
                jobs = (Job(str(number), letter) for number in range(4))
                many = sign_many(
                    jobs, profile="luu_tru", signer=signer, services=authority.services, level=Level.B_B, concurrency=4
                )
                return [outcome.signed.pdf async for outcome in many if outcome.signed is not None]

            made = asyncio.run(run())
            desk.close()
            said, complained = officer.communicate(timeout=120)
        finally:
            officer.kill()
            officer.wait()
    assert (officer.returncode, complained) == (0, "")
    assert "Đã ký / Signed: 4" in said
    assert len(made) == 4
    report = verify(made[0], trust=authority.trust)
    assert (report.verdict, report.signatures[0].signer) == (Status.VALID, "Khóa RSA trên thẻ (DEMO)")


def test_what_is_signed_at_the_same_time_goes_in_one_request(authority: Authority, certificate: Path) -> None:
    own = authority.issue("Trên máy cán bộ", "officer")
    desks = Desks()
    desk, ticket = desks.open()
    said: list[int] = []
    with served(desks, certificate) as tls, working(Agent(tls.address, ticket, own, ca_file=tls.ca, say=said.append)):
        signer = desk.signer()
        data = [bytes([number]) for number in range(120)]

        async def run() -> list[bytes]:
            return await asyncio.gather(*(signer.sign(one) for one in data))

        values = asyncio.run(run())
        desk.close()
    assert all(fits(own.certificate, own.mechanism, one, value) for one, value in zip(data, values, strict=True))
    assert sorted(said) == [20, 100]


def test_an_answer_lost_on_the_way_is_brought_again_not_made_again(authority: Authority, certificate: Path) -> None:
    own = authority.issue("Trên máy cán bộ", "officer")
    desks = Desks()
    desk, ticket = desks.open()
    lost: list[str] = []

    def unreliable(environ: dict[str, Any], start_response: Any) -> Any:
        if environ["PATH_INFO"].endswith("/done") and not lost:
            lost.append("done")
            start_response("502 Bad Gateway", [("Content-Length", "0")])
            return [b""]
        return desks(environ, start_response)

    agent = Agent("https://127.0.0.1", ticket, own)
    with served(unreliable, certificate) as tls:
        agent = Agent(tls.address, ticket, own, ca_file=tls.ca)
        with working(agent):
            assert len(desk.sign([bytes(32)])) == 1
            desk.close()
    assert (lost, agent.signed) == (["done"], 1)


def test_nobody_takes_it_so_nothing_was_signed() -> None:
    desk = Desk(patience=0.05)
    with pytest.raises(AgentAway):
        desk.signer()
    with pytest.raises(AgentAway):
        desk.sign([bytes(32)])
    # and whoever comes later does not get it any more
    assert desk.next({"wait": 0}) == {}


def answered(desk: Desk, digests: list[bytes], answer: Any) -> Any:
    """What `desk.sign` makes of the answer of an agent that has taken the request; the answer's own result too."""
    found: list[Any] = []

    def ask() -> None:
        try:
            found.append(desk.sign(digests))
        except Exception as error:
            found.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    taken = desk.next({"wait": 25})
    answer(taken)
    thread.join(60)
    return found[0]


def test_taken_and_silent_is_unknown_and_the_end_of_the_session() -> None:
    desk = Desk(answer=0.05)
    late: list[dict[str, Any]] = []
    found = answered(desk, [bytes(32)], late.append)
    assert isinstance(found, OutcomeUnknown) and late[0]["request"] in found.vi
    # a late answer changes nothing, and nothing more is asked
    assert desk.done({"request": late[0]["request"], "signatures": ["AA=="]}) == {}
    with pytest.raises(AgentAway):
        desk.sign([bytes(32)])
    assert desk.next({"wait": 0}) == {"closed": True}


def test_what_the_token_says_is_told(authority: Authority) -> None:
    desk = Desk()

    def fail(taken: dict[str, Any]) -> None:
        desk.done({"request": taken["request"], "error": "signing.token_gone"})

    assert isinstance(answered(desk, [bytes(32)], fail), TokenGone)

    def few(taken: dict[str, Any]) -> None:
        desk.done({"request": taken["request"], "signatures": []})

    assert isinstance(answered(desk, [bytes(32)], few), SignatureWrong)


def test_an_error_of_the_key_reaches_the_server_from_the_agent(authority: Authority, certificate: Path) -> None:
    own = authority.issue("Trên máy cán bộ", "officer")

    class Pulled:
        certificate, chain, mechanism = own.certificate, own.chain, own.mechanism

        def sign_digest(self, digest: bytes) -> bytes:
            raise TokenGone

    desks = Desks()
    desk, ticket = desks.open()
    with served(desks, certificate) as tls, working(Agent(tls.address, ticket, Pulled(), ca_file=tls.ca)):
        with pytest.raises(TokenGone):
            desk.sign([bytes(32)])
        desk.close()


def test_only_the_ticket_opens(authority: Authority, certificate: Path) -> None:
    own = authority.issue("Trên máy cán bộ", "officer")
    desks = Desks()
    _, ticket = desks.open()
    with served(desks, certificate) as tls:
        with pytest.raises(SigningServiceRefused):
            Agent(tls.address, "sai", own, ca_file=tls.ca).run()
        with pytest.raises(SigningServiceDown):
            Agent(tls.address, ticket, own, patience=0).run()  # a server that no known authority vouches for
        with pytest.raises(BadKeySettings):
            Agent(tls.address.replace("https", "http").replace("127.0.0.1", "motcua.example.vn"), ticket, own)
        desks.close(ticket)
        with pytest.raises(SigningServiceRefused):
            Agent(tls.address, ticket, own, ca_file=tls.ca).run()


@pytest.mark.parametrize(
    ("method", "body", "status"),
    [
        ("hello", b"{}", 400),
        ("hello", b"[]", 400),
        ("hello", b"\xff", 400),
        ("hello", b'{"certificate": "AAAA", "chain": [], "mechanism": "ecdsa"}', 400),
        ("next", b'{"wait": "x"}', 400),
        ("done", b'{"request": 1}', 200),
        ("done", b"{}", 400),
        ("other", b"{}", 404),
    ],
)
def test_strange_requests(certificate: Path, method: str, body: bytes, status: int) -> None:
    desks = Desks()
    _, ticket = desks.open()
    with served(desks, certificate) as tls:
        verify_with = ssl.create_default_context(cafile=tls.ca)
        head = {"Authorization": f"Bearer {ticket}"}
        answer = httpx.post(tls.address + PATH + method, content=body, headers=head, verify=verify_with)
    assert answer.status_code == status


def test_a_session_has_one_key(authority: Authority) -> None:
    desk = Desk()
    one, other = (authority.issue(name, "officer") for name in ("Một", "Hai"))

    def told(signer: Any) -> dict[str, Any]:
        chain = [b64encode(der).decode() for der in signer.chain]
        return {
            "certificate": b64encode(signer.certificate).decode(),
            "chain": chain,
            "mechanism": str(signer.mechanism),
        }

    desk.hello(told(one))
    desk.hello(told(one))
    with pytest.raises(ValueError, match="another key"):
        desk.hello(told(other))
    assert b64decode(told(one)["certificate"]) == desk.signer().certificate
