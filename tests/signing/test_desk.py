"""The officer's PC signs for the server: over TLS, in bulk, once; with the token of a second process (SoftHSM2)."""

from __future__ import annotations

import asyncio
import ipaddress
import json
import ssl
import subprocess
import sys
import threading
import time
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

from signing import Agent, Connected, Desk, Desks, Job, Level, Offer, Status, desk_key, sign_many, verify
from signing.demo import Authority
from signing.desk import LIFE, MOST, PATH
from signing.desks import LINGER, TICKET_SECONDS
from signing.errors import (
    AgentAway,
    BadKeySettings,
    OutcomeUnknown,
    SigningServiceDown,
    TicketRefused,
    TokenFailed,
    TokenGone,
    WrongPerson,
)
from signing.keys import fits
from tests.agents import working


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


def over_http(desks: Desks) -> Any:
    """The sessions as the pages offer them to agents: method, bearer and JSON in, status and JSON out."""

    def application(environ: dict[str, Any], start_response: Any) -> Any:
        bearer = environ.get("HTTP_AUTHORIZATION", "").removeprefix("Bearer ")
        try:
            told = json.loads(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))
        except ValueError:
            told = None
        status, answer = desks.answer(environ["PATH_INFO"].removeprefix(PATH), bearer, told)
        body = json.dumps(answer).encode()
        start_response(f"{status} x", [("Content-Length", str(len(body)))])
        return [body]

    return application


class Clock:
    """A clock that is put forward by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


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


def yes(_: Offer) -> bool:
    return True


def key_of(signer: Any, session: str = "s" * 64) -> dict[str, Any]:
    """What an agent says of its key in `hello`."""
    return {
        "session": session,
        "certificate": b64encode(signer.certificate).decode(),
        "chain": [b64encode(der).decode() for der in signer.chain],
        "mechanism": str(signer.mechanism),
    }


def wait_until(true: Any) -> None:
    """Waits for what a thread does, for a minute at most."""
    until = time.monotonic() + 60
    while not true():
        assert time.monotonic() < until
        time.sleep(0.01)


@pytest.fixture
def own(authority: Authority) -> Any:
    return authority.issue("Trên máy cán bộ", "officer")


@pytest.fixture
def desk(own: Any) -> Desk:
    """A session whose agent has brought its key and whose officer has agreed to a batch."""
    made = Desk()
    made.hello(key_of(own))
    made.offer("lô", 200, ("Giấy xác nhận",))
    made.agree({"batch": "lô", "yes": True})
    return made


def test_a_token_in_another_process_signs_a_batch(
    authority: Authority, tokens: Any, certificate: Path, letter: bytes, tmp_path: Path
) -> None:
    desks, desk = Desks(), Desk()
    ticket = desks.open(desk)
    desk.offer("lô", 4, ("Giấy khai sinh", "Giấy xác nhận cư trú"))
    (tmp_path / "pin").write_text(tokens.pin)
    with served(over_http(desks), certificate) as tls:
        command = [sys.executable, "-m", "hoso", "sign-agent", tls.address, "--ticket", ticket, "--ca", tls.ca]
        command += ["--pin-file", str(tmp_path / "pin"), "--module", tokens.module, "--token", "hoso", "--key", "rsa"]
        pipe = subprocess.PIPE
        officer = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
        try:
            assert officer.stdin is not None
            officer.stdin.write("y\n")
            officer.stdin.flush()
            wait_until(lambda: desk.agreed("lô") or officer.poll() is not None)
            signer = desk.signer("lô")

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
    for words in ("Chờ ký / To sign: 4", "  - Giấy khai sinh", "  - Giấy xác nhận cư trú", "Đã ký / Signed: 4"):
        assert words in said
    assert said.count("Sign?") == 1
    assert len(made) == 4
    report = verify(made[0], trust=authority.trust)
    assert (report.verdict, report.signatures[0].signer) == (Status.VALID, "Khóa RSA trên thẻ (DEMO)")


def test_what_is_signed_at_the_same_time_goes_in_few_requests(own: Any, certificate: Path) -> None:
    desks, desk = Desks(), Desk()
    ticket = desks.open(desk)
    heard: list[Any] = []
    desk.offer("lô", 2 * MOST + 3, ())
    with served(over_http(desks), certificate) as tls:
        agent = Agent(tls.address, ticket, own, ask=yes, ca_file=tls.ca, say=heard.append)
        with working(agent):
            wait_until(lambda: desk.agreed("lô"))
            signer = desk.signer("lô")
            data = [bytes([number]) for number in range(2 * MOST + 3)]

            async def run() -> list[bytes]:
                return await asyncio.gather(*(signer.sign(one) for one in data))

            values = asyncio.run(run())
            desk.close()
    assert all(fits(own.certificate, own.mechanism, one, value) for one, value in zip(data, values, strict=True))
    assert heard[0] == Connected(desk.name, heard[0].seconds)
    assert sorted(heard[1:]) == [3, MOST, MOST]


@pytest.mark.parametrize("method", ["hello", "next", "agree", "done"])
@pytest.mark.parametrize("heard", [True, False])
def test_what_is_lost_on_the_way_is_said_again_and_signed_once(
    own: Any, certificate: Path, method: str, heard: bool
) -> None:
    """Of each method the first call is lost: before the server hears it, or its answer."""
    desks, desk = Desks(), Desk()
    lost: list[Any] = []
    ticket, server = desks.open(desk), over_http(desks)
    desk.offer("lô", 1, ())

    def unreliable(environ: dict[str, Any], start_response: Any) -> Any:
        if environ["PATH_INFO"].endswith(method) and len(lost) < 2:
            lost.append(list(server(environ, lambda *_: None)) if heard else None)
            start_response("502 Bad Gateway", [("Content-Length", "0")])
            return [b""]
        return server(environ, start_response)

    with served(unreliable, certificate) as tls:
        agent = Agent(tls.address, ticket, own, ask=yes, ca_file=tls.ca)
        with working(agent) as raised:
            wait_until(lambda: desk.agreed("lô"))
            [value] = desk.sign("lô", [bytes(32)])
            desk.close()
    assert (len(lost), agent.signed, raised) == (2, 1, [])
    assert value == agent_value(agent)


def test_digests_that_were_lost_on_the_way_to_the_pc_are_handed_out_again(own: Any, certificate: Path) -> None:
    desks, desk = Desks(), Desk()
    lost: list[Any] = []
    ticket, server = desks.open(desk), over_http(desks)
    desk.offer("lô", 1, ())

    def unreliable(environ: dict[str, Any], start_response: Any) -> Any:
        status: list[Any] = []
        answer = server(environ, lambda *told: status.extend(told))
        if b'"digests"' in answer[0] and len(lost) < 2:
            lost.append(answer)
            start_response("502 Bad Gateway", [("Content-Length", "0")])
            return [b""]
        start_response(*status)
        return answer

    with served(unreliable, certificate) as tls:
        agent = Agent(tls.address, ticket, own, ask=yes, ca_file=tls.ca)
        with working(agent) as raised:
            wait_until(lambda: desk.agreed("lô"))
            assert desk.sign("lô", [bytes(32)]) == [agent_value(agent)]
            desk.close()
    assert (len(lost), lost[0], agent.signed, raised) == (2, lost[1], 1, [])


def test_what_is_handed_out_twice_is_signed_once(own: Any, certificate: Path) -> None:
    request = {"request": "r", "batch": "lô", "digests": [b64encode(bytes(32)).decode()]}
    told = [{"batch": "lô", "count": 2, "titles": []}, request, request, {"closed": True}]
    brought: list[Any] = []

    def server(environ: dict[str, Any], start_response: Any) -> Any:
        body = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        method = environ["PATH_INFO"].removeprefix(PATH)
        if method == "done":
            brought.append(body)
        answer = json.dumps(told.pop(0) if method == "next" else {}).encode()
        start_response("200 OK", [("Content-Length", str(len(answer)))])
        return [answer]

    with served(server, certificate) as tls:
        assert Agent(tls.address, "x", own, ask=yes, ca_file=tls.ca).run() == 1
    assert len(brought) == 2
    assert brought[0] == brought[1]


def agent_value(agent: Agent) -> bytes:
    """The only signature that an agent remembers."""
    [made] = agent._made.values()
    return b64decode(made["signatures"][0])


def test_nobody_takes_it_so_nothing_was_signed(own: Any) -> None:
    desk = Desk(patience=0.05)
    desk.offer("lô", 1, ())
    with pytest.raises(AgentAway):
        desk.signer("lô")
    with pytest.raises(AgentAway):
        desk.sign("lô", [bytes(32)])
    # and whoever comes later does not get it any more
    desk.agree({"batch": "lô", "yes": True})
    assert desk.next({"wait": 0}) == {}


def asked(desk: Desk, digests: list[bytes], answer: Any) -> Any:
    """What `desk.sign` makes of the answer of an agent that has taken the request."""
    found: list[Any] = []

    def ask() -> None:
        try:
            found.append(desk.sign("lô", digests))
        except Exception as error:
            found.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    answer(desk.next({"wait": 25}))
    thread.join(60)
    return found[0]


def test_a_digest_whose_signature_never_came_is_unknown_and_the_others_go_on(own: Any, desk: Desk) -> None:
    desk.answer_within = 0.05
    late: list[dict[str, Any]] = []
    found = asked(desk, [bytes(32)], late.append)
    assert isinstance(found, OutcomeUnknown) and late[0]["request"] in found.vi
    # it is handed out to nobody any more, a late answer changes nothing, and the next document has its own
    assert desk.next({"wait": 0}) == {}
    assert desk.done({"request": late[0]["request"], "signatures": ["AA=="]}) == {}
    desk.answer_within = 60

    def answer(taken: dict[str, Any]) -> None:
        assert taken["digests"] == [b64encode(b"2" * 32).decode()]
        desk.done({"request": taken["request"], "signatures": ["AA=="]})

    assert asked(desk, [b"2" * 32], answer) == [b"\0"]


def test_what_the_token_says_is_told(desk: Desk) -> None:
    def fail(taken: dict[str, Any]) -> None:
        desk.done({"request": taken["request"], "signatures": [], "error": "signing.service_down"})

    assert isinstance(asked(desk, [bytes(32)], fail), SigningServiceDown)

    def few(taken: dict[str, Any]) -> None:
        desk.done({"request": taken["request"], "signatures": []})

    assert isinstance(asked(desk, [bytes(32)], few), TokenFailed)


def test_a_token_that_is_pulled_out_keeps_what_it_signed_and_ends_the_session(own: Any, certificate: Path) -> None:
    class Pulled:
        certificate, chain, mechanism = own.certificate, own.chain, own.mechanism
        left = 2

        def sign_digest(self, digest: bytes) -> bytes:
            if not self.left:
                raise TokenGone
            self.left -= 1
            return bytes(own.sign_digest(digest))

    desks, desk = Desks(), Desk()
    ticket = desks.open(desk)
    desk.offer("lô", 3, ())
    with served(over_http(desks), certificate) as tls:
        agent = Agent(tls.address, ticket, Pulled(), ask=yes, ca_file=tls.ca)
        with working(agent) as raised:
            wait_until(lambda: desk.agreed("lô"))
            signer = desk.signer("lô")

            async def run() -> list[Any]:
                return await asyncio.gather(*(signer.sign(bytes([n])) for n in range(3)), return_exceptions=True)

            values = asyncio.run(run())
    assert [isinstance(value, AgentAway) for value in values] == [False, False, True]
    assert [type(error) for error in raised] == [TokenGone]
    assert (desk.closed, desk.ended, desk.signed) == (True, TokenGone.code, 2)


def test_nothing_is_signed_that_the_officer_has_not_agreed_to(own: Any, certificate: Path) -> None:
    desks, desk = Desks(), Desk()
    offers: list[Offer] = []
    ticket = desks.open(desk)
    desk.offer("lô", 2, ("Một", "Hai"))
    desk.offer("khác", 1, ("Ba",))

    def ask(offer: Offer) -> bool:
        offers.append(offer)
        return offer.titles == ("Một", "Hai")

    with served(over_http(desks), certificate) as tls:
        agent = Agent(tls.address, ticket, own, ask=ask, ca_file=tls.ca)
        with working(agent):
            wait_until(lambda: desk.agreed("khác") is not None)
            with pytest.raises(AgentAway):
                desk.signer("khác")
            assert desk.sign("khác", [bytes(32)]) == [b""]
            assert len(desk.sign("lô", [bytes(32), bytes(32)])) == 2
            # a third document of two that were agreed to is asked for by itself
            assert desk.sign("lô", [bytes(32)]) == [b""]
            assert desk.agreed("lô") is False
            desk.close()
    assert offers == [Offer(2, ("Một", "Hai")), Offer(1, ("Ba",)), Offer(1, more=True)]
    assert agent.signed == 2


def test_only_a_fresh_ticket_opens_and_once(own: Any, certificate: Path) -> None:
    clock = Clock()
    desks, desk = Desks(clock), Desk(clock=clock)
    ticket = desks.open(desk)
    with served(over_http(desks), certificate) as tls:

        def agent(name: str, **more: Any) -> Agent:
            return Agent(tls.address, name, own, ask=yes, ca_file=tls.ca, **more)

        with pytest.raises(TicketRefused):
            agent("sai").run()
        with pytest.raises(SigningServiceDown):
            Agent(tls.address, ticket, own, ask=yes, patience=0).run()  # a server that no known authority vouches for
        with pytest.raises(BadKeySettings):
            Agent(tls.address.replace("https", "http").replace("127.0.0.1", "motcua.example.vn"), ticket, own, ask=yes)
        clock.now += TICKET_SECONDS - 1
        with working(agent(ticket)) as raised:
            wait_until(lambda: desk.certificate)
            with pytest.raises(TicketRefused):
                agent(ticket).run()
            desks.close(desk)
        assert raised == []
        late = desks.open(Desk(clock=clock))
        clock.now += TICKET_SECONDS
        with pytest.raises(TicketRefused):
            agent(late).run()


def test_a_session_lasts_a_quarter_of_an_hour(own: Any) -> None:
    clock = Clock()
    desks, desk = Desks(clock), Desk(clock=clock)
    ticket = desks.open(desk)
    assert desks.waits(desk) == TICKET_SECONDS
    assert desks.answer("hello", ticket, key_of(own)) == (200, {"name": desk.name, "seconds": LIFE})
    assert (desks.waits(desk), desk.seconds) == (0, LIFE)
    clock.now += 60
    assert desks.answer("hello", ticket, key_of(own)) == (200, {"name": desk.name, "seconds": LIFE - 60})
    clock.now += LIFE - 61
    assert desks.answer("next", "s" * 64, {"wait": 0}) == (200, {})
    clock.now += 1
    assert desks.answer("next", "s" * 64, {"wait": 0}) == (200, {"closed": True})
    with pytest.raises(AgentAway):
        desk.sign("lô", [bytes(32)])
    clock.now += LINGER
    assert desks.answer("next", "s" * 64, {"wait": 0}) == (401, {"error": "session"})


def test_another_persons_certificate_is_refused(authority: Authority, own: Any, certificate: Path) -> None:
    registered = certificate.parent / "can.bo.cer"
    registered.write_bytes(own.certificate)
    settings = certificate.parent / "can.bo.toml"
    settings.write_text('kind = "desk"\ncertificate = "can.bo.cer"\n')
    key = desk_key(settings)
    assert key is not None
    desks = Desks()
    desk = Desk(key.suits)
    ticket = desks.open(desk)
    other = authority.issue("Người Khác", "officer")
    with served(over_http(desks), certificate) as tls:
        with pytest.raises(WrongPerson) as told:
            Agent(tls.address, ticket, other, ask=yes, ca_file=tls.ca).run()
        assert "Người Khác" in told.value.vi
        with working(Agent(tls.address, ticket, own, ask=yes, ca_file=tls.ca)) as raised:
            wait_until(lambda: desk.certificate)
            desk.close()
    assert raised == []


@pytest.mark.parametrize(
    ("method", "body", "status"),
    [
        ("next", b"[]", 400),
        ("next", b"\xff", 400),
        ("next", b'{"wait": "x"}', 400),
        ("done", b'{"request": 1}', 200),
        ("done", b"{}", 400),
        ("done", b'{"request": 1, "signatures": ["?"]}', 400),
        ("agree", b'{"batch": "x", "yes": true}', 400),
        ("other", b"{}", 404),
    ],
)
def test_strange_requests(own: Any, certificate: Path, method: str, body: bytes, status: int) -> None:
    desks = Desks()
    assert desks.answer("hello", desks.open(Desk()), key_of(own))[0] == 200
    with served(over_http(desks), certificate) as tls:
        verify_with = ssl.create_default_context(cafile=tls.ca)
        head = {"Authorization": f"Bearer {'s' * 64}"}
        answer = httpx.post(tls.address + PATH + method, content=body, headers=head, verify=verify_with)
    assert answer.status_code == status


@pytest.mark.parametrize(
    "change",
    [{"certificate": "AAAA"}, {"certificate": "?"}, {"chain": "?"}, {"mechanism": "x"}, {"session": "short"}, {}],
)
def test_a_strange_hello_uses_no_ticket_up(own: Any, change: dict[str, Any]) -> None:
    desks = Desks()
    ticket = desks.open(Desk())
    told = key_of(own) | change if change else {}
    assert desks.answer("hello", ticket, told)[0] == 400
    assert desks.answer("hello", ticket, key_of(own))[0] == 200


def test_a_session_has_one_key(authority: Authority, own: Any, desk: Desk) -> None:
    desk.hello(key_of(own))
    with pytest.raises(ValueError, match="another key"):
        desk.hello(key_of(authority.issue("Hai", "officer")))
    assert desk.certificate == own.certificate
