"""The server's end of the signing agents on officers' PCs: digests wait here, agents fetch them and bring signatures.

An agent calls (`hoso sign-agent`), since PCs stand behind firewalls: JSON over TLS, POST, with a ticket in the header
that the server made for one officer and one session.

    hello {certificate, chain, mechanism}        → {most}
    next  {wait}                                 → {request, digests} or {} after `wait` seconds, or {closed: true}
    done  {request, signatures | error}          → {}

Bytes are base64, digests SHA-256. `done` may be said twice: an agent whose answer was lost brings the same signatures.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import secrets
import threading
import uuid
from base64 import b64decode, b64encode
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from signing.bulk import Gathering
from signing.errors import AgentAway, KeyUnusable, OutcomeUnknown, SignatureWrong, SigningError, TokenFailed
from signing.keys import Mechanism, mechanism_for

__all__ = ["PATH", "Desk", "DeskSigner", "Desks"]

PATH = "/sign-agent/v1/"
MOST = 100
"""Digests in one request: a USB token signs two or three a second, and an officer wants to see progress."""
LONGEST_WAIT = 25.0
MOST_BYTES = 4 * 1024 * 1024


@dataclass(slots=True)
class _Request:
    digests: list[bytes]
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    taken: bool = False
    given_up: bool = False
    values: list[bytes] | None = None
    error: KeyUnusable | None = None

    @property
    def answered(self) -> bool:
        return self.values is not None or self.error is not None


class Desk:
    """One officer's session. `patience`: seconds until a request must have been taken; `answer`: seconds that the agent
    then has. Thread-safe."""

    def __init__(self, *, patience: float = 60.0, answer: float = 300.0) -> None:
        self.patience, self.answer_within = patience, answer
        self._change = threading.Condition()
        self._waiting: deque[_Request] = deque()
        self._known: dict[str, _Request] = {}
        self._key: tuple[bytes, tuple[bytes, ...], Mechanism] | None = None
        self._closed = False

    def close(self) -> None:
        """Ends the session; the agent is told when it asks next."""
        with self._change:
            self._closed = True
            self._change.notify_all()

    def signer(self, seconds: float | None = None) -> DeskSigner:
        """The key that the agent brings, as soon as it has called. Raises `AgentAway`."""
        with self._change:
            self._change.wait_for(lambda: self._key or self._closed, self.patience if seconds is None else seconds)
            if self._key is None or self._closed:
                raise AgentAway
            return DeskSigner(self, *self._key)

    def sign(self, digests: list[bytes]) -> list[bytes]:
        """Has the agent sign; blocks. Raises `AgentAway` when it did not take them, `OutcomeUnknown` when it took them
        and fell silent (nothing more is asked of it then), and what the key raised there."""
        request = _Request(digests)
        with self._change:
            if self._closed:
                raise AgentAway
            self._waiting.append(request)
            self._known[request.id] = request
            self._change.notify_all()
            self._change.wait_for(lambda: request.taken or self._closed, self.patience)
            if not request.taken:
                self._waiting.remove(request)
                del self._known[request.id]
                raise AgentAway
            self._change.wait_for(lambda: request.answered, self.answer_within)
            request.given_up = not request.answered
            if request.given_up:
                self._closed = True
                raise OutcomeUnknown(reference=request.id)
        if request.error is not None:
            raise request.error
        assert request.values is not None
        return request.values

    def hello(self, told: dict[str, Any]) -> dict[str, Any]:
        """Learns the agent's key. Raises `WeakKey`, and `ValueError` or `KeyError` on what is no key."""
        certificate, mechanism = b64decode(told["certificate"], validate=True), Mechanism(told["mechanism"])
        chain = tuple(b64decode(one, validate=True) for one in told["chain"])
        mechanism_for(certificate)
        with self._change:
            if self._key is not None and self._key[0] != certificate:
                raise ValueError("another key")
            self._key = (certificate, chain, mechanism)
            self._change.notify_all()
        return {"most": MOST}

    def next(self, told: dict[str, Any]) -> dict[str, Any]:
        """The oldest request that waits, after at most `wait` seconds. A request that was taken without an answer is
        handed out again only to be answered from the agent's memory: it signs nothing twice."""
        wait = min(float(told.get("wait", 0)), LONGEST_WAIT)
        with self._change:
            self._change.wait_for(lambda: self._waiting or self._closed, wait)
            if self._waiting:
                request = self._waiting.popleft()
                request.taken = True
                self._change.notify_all()
                return {"request": request.id, "digests": [b64encode(one).decode() for one in request.digests]}
            return {"closed": True} if self._closed else {}

    def done(self, told: dict[str, Any]) -> dict[str, Any]:
        """Takes signatures, or the error that kept the key from signing."""
        with self._change:
            request = self._known.get(str(told["request"]))
            if request is None or not request.taken or request.answered or request.given_up:
                return {}
            if "error" in told:
                request.error = _error(str(told["error"]))
            else:
                values = [b64decode(one, validate=True) for one in told["signatures"]]
                wrong = len(values) != len(request.digests)
                request.error = SignatureWrong(subject="—") if wrong else None
                request.values = None if wrong else values
            self._change.notify_all()
            return {}


class DeskSigner:
    """The key on an officer's PC as a `Signer`; what is signed at the same time goes there in one request."""

    def __init__(self, desk: Desk, certificate: bytes, chain: tuple[bytes, ...], mechanism: Mechanism) -> None:
        self.certificate, self.chain, self.mechanism = certificate, chain, mechanism
        self._desk = desk
        self._gathering = Gathering(self._send, most=MOST)

    async def sign(self, data: bytes) -> bytes:
        """Signs with SHA-256. Raises what `Desk.sign` raises."""
        return await self._gathering.one(hashlib.sha256(data).digest())

    async def _send(self, digests: list[bytes]) -> list[bytes]:
        return await asyncio.to_thread(self._desk.sign, digests)


class Desks:
    """The sessions of a server, as a WSGI application for `PATH`. Put it behind TLS: tickets are secrets."""

    def __init__(self) -> None:
        self._open: dict[bytes, Desk] = {}

    def open(self, desk: Desk | None = None) -> tuple[Desk, str]:
        """A new session and its ticket, which is shown to the officer once and kept here as a digest only."""
        ticket = secrets.token_urlsafe(24)
        made = self._open[_hidden(ticket)] = desk or Desk()
        return made, ticket

    def close(self, ticket: str) -> None:
        """Ends a session; its ticket opens nothing more."""
        desk = self._open.pop(_hidden(ticket), None)
        if desk is not None:
            desk.close()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        status, told = self._answer(environ)
        body = json.dumps(told).encode()
        start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]

    def _answer(self, environ: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        desk = self._open.get(_hidden(environ.get("HTTP_AUTHORIZATION", "").removeprefix("Bearer ")))
        if desk is None:
            return "401 Unauthorized", {"error": "ticket"}
        methods = {"hello": desk.hello, "next": desk.next, "done": desk.done}
        method = methods.get(environ["PATH_INFO"].removeprefix(PATH))
        if method is None or environ["REQUEST_METHOD"] != "POST":
            return "404 Not Found", {"error": "method"}
        try:
            size = int(environ.get("CONTENT_LENGTH") or 0)
            if size > MOST_BYTES:
                return "413 Content Too Large", {"error": "size"}
            return "200 OK", method(json.loads(environ["wsgi.input"].read(size)))
        except SigningError as error:
            return "409 Conflict", {"error": error.code}
        except (ValueError, KeyError, TypeError, AttributeError):
            return "400 Bad Request", {"error": "request"}


def _hidden(ticket: str) -> bytes:
    """Tickets are looked up by digest: the time of a look-up tells nothing of the ticket."""
    return hashlib.sha256(ticket.encode()).digest()


def _error(code: str) -> KeyUnusable:
    """The error of that code, if it needs no more to be told; another one says the code."""
    known = {kind.code: kind for kind in KeyUnusable.__subclasses__()}
    try:
        return known[code]()
    except KeyError:
        return TokenFailed(what=code if code.isascii() and code.replace(".", "").isidentifier() else "—")
