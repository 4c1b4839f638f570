"""The server's end of the signing agents on officers' PCs: digests wait here, agents fetch them and bring signatures.

An agent calls (`hoso sign-agent`), since PCs stand behind firewalls: JSON over TLS, POST, with a bearer in the header.
For `hello` that is the ticket, which was made for one officer, lasts minutes and is used once; for all else it is the
session's name, which the agent made itself and told in `hello`.

    hello {session, certificate, chain, mechanism} → {name, seconds}
    next  {wait}                                   → {batch, count, titles} to be agreed to, {batch, request, digests}
                                                     to be signed, {} after `wait` seconds, or {closed: true}
    agree {batch, yes}                             → {}
    done  {request, signatures, error}             → {}

Bytes are base64, digests SHA-256. Whatever was said may be said again: an answer that was lost is given once more, and
an agent brings the same signatures. `done` with fewer signatures than digests says that the others were not made.
"""

from __future__ import annotations

import asyncio
import hashlib
import threading
import time
import uuid
from base64 import b64decode, b64encode
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cryptography import x509

from signing.bulk import Gathering
from signing.errors import (
    AgentAway,
    KeyUnusable,
    NotAgreed,
    OutcomeUnknown,
    PinLocked,
    TokenFailed,
    TokenGone,
    WrongPerson,
)
from signing.keys import Mechanism, mechanism_for, named

__all__ = ["LIFE", "PATH", "Desk", "DeskSigner"]

PATH = "/sign-agent/v1/"
MOST = 16
"""Digests in one request: so many are of unknown outcome at most when a PC dies, and the officer sees progress."""
LIFE = 15 * 60.0
"""Seconds that a session lasts from its `hello`."""
LONGEST_WAIT = 25.0
LAST = frozenset({TokenGone.code, PinLocked.code})
"""Errors after which the token signs nothing more without its PIN."""


@dataclass(slots=True)
class _Request:
    batch: str
    digests: list[bytes]
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    taken: bool = False
    values: list[bytes] | None = None
    error: KeyUnusable | None = None

    @property
    def answered(self) -> bool:
        return self.values is not None or self.error is not None

    def told(self) -> dict[str, Any]:
        digests = [b64encode(one).decode() for one in self.digests]
        return {"request": self.id, "batch": self.batch, "digests": digests}


@dataclass(slots=True)
class _Batch:
    count: int
    titles: tuple[str, ...]
    agreed: bool | None = None


class Desk:
    """One officer's session. `suits` says whether a certificate (DER) is one that was registered for the officer;
    `patience`: seconds until a request must have been taken; `answer`: seconds that the agent then has. Thread-safe."""

    def __init__(
        self,
        suits: Callable[[bytes], bool] = lambda _: True,
        *,
        patience: float = 20.0,
        answer: float = 120.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.patience, self.answer_within = patience, answer
        self._suits, self._clock = suits, clock
        self._change = threading.Condition()
        self._waiting: deque[_Request] = deque()
        self._taken: dict[str, _Request] = {}
        self._batches: dict[str, _Batch] = {}
        self._key: tuple[bytes, tuple[bytes, ...], Mechanism] | None = None
        self._until: float | None = None
        self._closed = False
        self._seen = 0.0
        self.signed = 0
        self.ended = ""
        """Why the agent ended the session: the code of its token's error."""

    @property
    def closed(self) -> bool:
        """Whether the session is over, by its time or because somebody ended it."""
        return self._closed or (self._until is not None and self._clock() >= self._until)

    @property
    def certificate(self) -> bytes | None:
        """The certificate that the agent has brought (DER)."""
        return self._key[0] if self._key else None

    @property
    def name(self) -> str:
        """The common name of that certificate."""
        return named(x509.load_der_x509_certificate(self._key[0])) if self._key else ""

    @property
    def seconds(self) -> float:
        """How long the session lasts yet; 0 before `hello`."""
        return max(0.0, self._until - self._clock()) if self._until is not None else 0.0

    @property
    def silent(self) -> float:
        """Seconds since the agent last called."""
        return self._clock() - self._seen

    def close(self) -> None:
        """Ends the session; the agent is told when it asks next."""
        with self._change:
            self._closed = True
            self._change.notify_all()

    def offer(self, batch: str, count: int, titles: tuple[str, ...]) -> None:
        """Tells the officer of a batch: nothing of it is signed before they agree at the PC. Told once."""
        with self._change:
            self._batches.setdefault(batch, _Batch(count, titles))
            self._change.notify_all()

    def offered(self, batch: str) -> bool:
        """Whether the officer was told of a batch."""
        return batch in self._batches

    def agreed(self, batch: str) -> bool | None:
        """What the officer said to a batch that was offered; None while they have not."""
        return self._batches[batch].agreed

    def signer(self, batch: str) -> DeskSigner:
        """The key that the agent brings, for a batch that the officer agreed to. Raises `AgentAway`."""
        with self._change:
            found = self._batches.get(batch)
            if self._key is None or self.closed or found is None or not found.agreed:
                raise AgentAway
            return DeskSigner(self, batch, *self._key)

    def sign(self, batch: str, digests: list[bytes]) -> list[bytes]:
        """Has the agent sign; blocks. Nothing where the agent says that it made none of a digest.

        Raises `AgentAway` when it did not take them or cannot sign any more, `OutcomeUnknown` when it took them and
        fell silent, and what the key raised there. The session goes on for others."""
        request = _Request(batch, digests)
        with self._change:
            if self.closed:
                raise AgentAway
            self._waiting.append(request)
            self._change.notify_all()
            self._change.wait_for(lambda: request.taken or self._closed, self.patience)
            if not request.taken:
                self._waiting.remove(request)
                raise AgentAway
            self._change.wait_for(lambda: request.answered, self.answer_within)
            del self._taken[request.id]
            if not request.answered:
                raise OutcomeUnknown(reference=request.id)
        if request.error is not None:
            raise request.error
        assert request.values is not None
        return request.values

    def hello(self, told: dict[str, Any]) -> dict[str, Any]:
        """Learns the agent's key; the session's time begins. Raises `WeakKey`, `WrongPerson`, and `ValueError`,
        `TypeError` or `KeyError` on what is no key."""
        certificate, mechanism = b64decode(told["certificate"], validate=True), Mechanism(told["mechanism"])
        chain = tuple(b64decode(one, validate=True) for one in told["chain"])
        mechanism_for(certificate)
        if not self._suits(certificate):
            raise WrongPerson(subject=named(x509.load_der_x509_certificate(certificate)))
        with self._change:
            if self._key is not None and self._key[0] != certificate:
                raise ValueError("another key")
            self._key = (certificate, chain, mechanism)
            self._seen = self._clock()
            if self._until is None:
                self._until = self._seen + LIFE
            return {"name": self.name, "seconds": self.seconds}

    def next(self, told: dict[str, Any]) -> dict[str, Any]:
        """What the agent has to do now, after at most `wait` seconds.

        An agent asks only after it has brought what it had: a request that it took and has not answered was lost on
        the way to it, and is handed out again. It signs nothing twice, since it remembers what it signed.
        """
        wait = min(float(told.get("wait", 0)), LONGEST_WAIT)
        with self._change:
            self._seen = self._clock()
            self._change.wait_for(lambda: self._todo() is not None or self.closed, wait)
            todo = self._todo()
            self._seen = self._clock()
            if self.closed:
                return {"closed": True}
            if isinstance(todo, _Request):
                if not todo.taken:
                    self._waiting.popleft()
                    self._taken[todo.id] = todo
                    todo.taken = True
                    self._change.notify_all()
                return todo.told()
            if todo is not None:
                batch = self._batches[todo]
                return {"batch": todo, "count": batch.count, "titles": list(batch.titles)}
            return {}

    def agree(self, told: dict[str, Any]) -> dict[str, Any]:
        """Takes the officer's word on a batch; it cannot be changed in this session."""
        with self._change:
            batch = self._batches[str(told["batch"])]
            if batch.agreed is None:
                batch.agreed = told["yes"] is True
            return {}

    def done(self, told: dict[str, Any]) -> dict[str, Any]:
        """Takes signatures, and the error that kept the key from making more; later ones change nothing."""
        values = [b64decode(one, validate=True) for one in told.get("signatures", ())]
        with self._change:
            self._seen = self._clock()
            error = str(told.get("error") or "")
            if error in LAST:
                self._closed, self.ended = True, error
            request = self._taken.get(str(told["request"]))
            if request is None or request.answered:
                return {}
            if error == NotAgreed.code and request.batch in self._batches:
                self._batches[request.batch].agreed = False
            if len(values) > len(request.digests) or (not error and len(values) < len(request.digests)):
                request.error = TokenFailed(what="signatures")
            elif values or error in LAST | {NotAgreed.code}:
                request.values = values + [b""] * (len(request.digests) - len(values))
            else:
                request.error = _error(error)
            self.signed += len(values)
            self._change.notify_all()
            return {}

    def _todo(self) -> _Request | str | None:
        """What was handed out in vain, what waits for a signature, which batch the officer has to agree to."""
        if self._taken:
            lost = next((one for one in self._taken.values() if not one.answered), None)
            if lost is not None:
                return lost
        if self._waiting:
            return self._waiting[0]
        return next((name for name, batch in self._batches.items() if batch.agreed is None), None)


class DeskSigner:
    """The key on an officer's PC as a `Signer`; what is signed at the same time goes there in one request."""

    def __init__(
        self, desk: Desk, batch: str, certificate: bytes, chain: tuple[bytes, ...], mechanism: Mechanism
    ) -> None:
        self.certificate, self.chain, self.mechanism = certificate, chain, mechanism
        self._desk, self._batch = desk, batch
        self._gathering = Gathering(self._send, most=MOST)

    @property
    def over(self) -> bool:
        """Whether the session has ended."""
        return self._desk.closed

    async def sign(self, data: bytes) -> bytes:
        """Signs with SHA-256. Raises what `Desk.sign` raises, and `AgentAway` where the token did not come so far."""
        value = await self._gathering.one(hashlib.sha256(data).digest())
        if not value:
            raise AgentAway
        return value

    async def _send(self, digests: list[bytes]) -> list[bytes]:
        return await asyncio.to_thread(self._desk.sign, self._batch, digests)


def _error(code: str) -> KeyUnusable:
    """The error of that code, if it needs no more to be told; another one says the code."""
    known = {kind.code: kind for kind in KeyUnusable.__subclasses__()}
    try:
        return known[code]()
    except KeyError:
        return TokenFailed(what=code if code.isascii() and code.replace(".", "").isidentifier() else "—")
