"""The officer's end: fetches digests from the server, signs them with the key of this PC, brings the signatures.

Nothing is signed before the officer has agreed to its batch, no more than they agreed to, and nothing twice: a request
whose answer was lost on the way is answered again from memory.
"""

from __future__ import annotations

import random
import secrets
import ssl
import time
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import httpx

from catalogue import HosoError
from signing.csc import secure_address
from signing.desk import LAST, PATH
from signing.errors import NotAgreed, SigningServiceDown, SigningServiceRefused, TicketRefused, TokenFailed, WrongPerson
from signing.keys import Mechanism

__all__ = ["Agent", "Connected", "DigestSigner", "Offer"]

WAIT = 20.0
PAUSE = 1.0
"""Seconds between two questions of a server that lets nobody wait."""
MOST_DIGESTS = 1000


class DigestSigner(Protocol):
    """A key of this PC: `Pkcs11Signer` or `Pkcs12Signer`."""

    @property
    def certificate(self) -> bytes: ...

    @property
    def chain(self) -> tuple[bytes, ...]: ...

    @property
    def mechanism(self) -> Mechanism: ...

    def sign_digest(self, digest: bytes) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Connected:
    """What the server said to the key: the certificate's name as it knows it, how long the session lasts (seconds)."""

    name: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Offer:
    """A batch that the officer is asked about: how many documents, the titles of some or all. `more`: documents beyond
    those that they agreed to before."""

    count: int
    titles: tuple[str, ...] = ()
    more: bool = False


class Agent:
    """One session with a server. `ask` shows the officer a batch and says whether they agree; `say` is told of each
    request that was signed; `patience`: seconds that a server may be away before `run` gives up."""

    def __init__(
        self,
        server: str,
        ticket: str,
        signer: DigestSigner,
        *,
        ask: Callable[[Offer], bool],
        ca_file: str = "",
        patience: float = 120.0,
        say: Callable[[int | Connected], None] = lambda _: None,
    ) -> None:
        self._base = secure_address(server).rstrip("/") + PATH
        self._ticket, self._session = ticket, secrets.token_hex(32)
        self._signer, self._patience, self._ask, self._say = signer, patience, ask, say
        trusted = ssl.create_default_context(cafile=ca_file) if ca_file else httpx.create_ssl_context()
        self._client = httpx.Client(timeout=WAIT + 20, follow_redirects=False, verify=trusted, trust_env=False)
        self._made: dict[str, dict[str, Any]] = {}
        self._left: dict[str, int] = {}
        """Batch → documents that the officer agreed to and that are not signed yet."""
        self._declined: set[str] = set()
        self._failed: HosoError | None = None
        self.signed = 0

    def run(self) -> int:
        """Serves until the server ends the session; gives the number of signatures made. Raises `TicketRefused`,
        `WrongPerson`, `SigningServiceDown` when the server stays away, `SigningServiceRefused`, and what ended the
        token's own session: `TokenGone`, `PinLocked`."""
        with self._client:
            told = self._call("hello", self._ticket, {"session": self._session, **self._key()})
            self._say(Connected(str(told.get("name", "")), float(told.get("seconds", 0))))
            while True:
                asked = time.monotonic()
                told = self._call("next", self._session, {"wait": WAIT})
                if told.get("closed"):
                    return self.signed
                if "request" in told:
                    self._call("done", self._session, self._answer(told))
                    if self._failed is not None:
                        raise self._failed
                elif "batch" in told:
                    self._agree(told)
                elif time.monotonic() - asked < PAUSE:
                    time.sleep(PAUSE)

    def _key(self) -> dict[str, Any]:
        return {
            "certificate": b64encode(self._signer.certificate).decode(),
            "chain": [b64encode(one).decode() for one in self._signer.chain],
            "mechanism": str(self._signer.mechanism),
        }

    def _agree(self, told: dict[str, Any]) -> None:
        """Asks the officer about a batch and tells the server."""
        batch, count = str(told["batch"]), int(told["count"])
        if batch not in self._left:
            agreed = self._ask(Offer(count, tuple(str(one) for one in told["titles"])))
            self._left[batch] = count if agreed else 0
            self._declined.update(() if agreed else (batch,))
        self._call("agree", self._session, {"batch": batch, "yes": batch not in self._declined})

    def _answer(self, told: dict[str, Any]) -> dict[str, Any]:
        """Signatures in the order of the digests, as far as the key came, and the code of what stopped it."""
        name = str(told["request"])
        if name not in self._made:
            self._made[name] = {"request": name, **self._sign(str(told["batch"]), told["digests"])}
        return self._made[name]

    def _sign(self, batch: str, digests: list[str]) -> dict[str, Any]:
        values: list[str] = []
        try:
            asked = [b64decode(one, validate=True) for one in digests[:MOST_DIGESTS]]
            if any(len(one) != 32 for one in asked):
                raise TokenFailed(what="digest")
            self._demand(batch, len(asked))
            for one in asked:
                values.append(b64encode(self._signer.sign_digest(one)).decode())
                self._left[batch] -= 1
        except HosoError as error:
            self._failed = error if error.code in LAST else None
            return {"signatures": values, "error": error.code}
        finally:
            self.signed += len(values)
            if values:
                self._say(len(values))
        return {"signatures": values}

    def _demand(self, batch: str, number: int) -> None:
        """Raises `NotAgreed` for what the officer has not agreed to, who is asked about documents that came on top."""
        if batch not in self._left or batch in self._declined:
            raise NotAgreed
        left = self._left[batch]
        if number > left:
            if not self._ask(Offer(number - left, more=True)):
                self._declined.add(batch)
                raise NotAgreed
            self._left[batch] = number

    def _call(self, method: str, bearer: str, body: dict[str, Any]) -> dict[str, Any]:
        """One call, again while the server is away: what it asks for can be asked again without harm."""
        until, pause = time.monotonic() + self._patience, 0.2
        head = {"Authorization": f"Bearer {bearer}", "Accept": "application/json"}
        while True:
            try:
                answer = self._client.post(self._base + method, json=body, headers=head)
                told = answer.json() if answer.status_code < 500 else {}
            except (httpx.HTTPError, ValueError) as error:
                if time.monotonic() > until:
                    raise SigningServiceDown from error
            else:
                if answer.status_code == 200 and isinstance(told, dict):
                    return told
                if answer.status_code < 500:
                    raise _refused(answer.status_code, told)
                if time.monotonic() > until:
                    raise SigningServiceDown
            time.sleep(pause * random.uniform(0.5, 1.0))
            pause = min(2 * pause, 5.0)


def _refused(status: int, told: object) -> HosoError:
    if status == 401:
        return TicketRefused()
    if isinstance(told, dict) and told.get("error") == WrongPerson.code:
        return WrongPerson(subject=str(told.get("context", {}).get("subject", "")))
    return SigningServiceRefused(why=str(status))
