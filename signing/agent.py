"""The officer's end: fetches digests from the server, signs them with the key of this PC, brings the signatures.

Nothing is signed twice: a request whose answer was lost on the way is answered again from memory.
"""

from __future__ import annotations

import random
import ssl
import time
from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import Any, Protocol

import httpx

from catalogue import HosoError
from signing.csc import secure_address
from signing.desk import PATH
from signing.errors import SigningServiceDown, SigningServiceRefused, TokenFailed
from signing.keys import Mechanism

__all__ = ["Agent", "DigestSigner"]

WAIT = 20.0
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


class Agent:
    """One session with a server. `patience`: seconds that a server may be away before `run` gives up."""

    def __init__(
        self,
        server: str,
        ticket: str,
        signer: DigestSigner,
        *,
        ca_file: str = "",
        patience: float = 120.0,
        say: Callable[[int], None] = lambda _: None,
    ) -> None:
        self._base = secure_address(server).rstrip("/") + PATH
        self._head = {"Authorization": f"Bearer {ticket}"}
        self._signer, self._patience, self._say = signer, patience, say
        trusted = ssl.create_default_context(cafile=ca_file) if ca_file else httpx.create_ssl_context()
        self._client = httpx.Client(timeout=WAIT + 20, follow_redirects=False, verify=trusted, trust_env=False)
        self._made: dict[str, dict[str, Any]] = {}
        self.signed = 0

    def run(self) -> int:
        """Serves until the server ends the session; gives the number of signatures made. Raises `SigningServiceDown`
        when the server stays away, `SigningServiceRefused` when it does not know the ticket or the key."""
        key = {
            "certificate": b64encode(self._signer.certificate).decode(),
            "chain": [b64encode(one).decode() for one in self._signer.chain],
            "mechanism": str(self._signer.mechanism),
        }
        with self._client:
            self._call("hello", key)
            while True:
                told = self._call("next", {"wait": WAIT})
                if told.get("closed"):
                    return self.signed
                if "request" in told:
                    self._call("done", self._answer(told))

    def _answer(self, told: dict[str, Any]) -> dict[str, Any]:
        """Signatures in the order of the digests, or the code of what went wrong; then none of them is sent."""
        name = str(told["request"])
        if name not in self._made:
            self._made[name] = {"request": name, **self._sign(told["digests"])}
        return self._made[name]

    def _sign(self, digests: list[str]) -> dict[str, Any]:
        try:
            asked = [b64decode(one, validate=True) for one in digests[:MOST_DIGESTS]]
            if any(len(one) != 32 for one in asked):
                return {"error": TokenFailed.code}
            values = [b64encode(self._signer.sign_digest(one)).decode() for one in asked]
        except HosoError as error:
            return {"error": error.code}
        self.signed += len(values)
        self._say(len(values))
        return {"signatures": values}

    def _call(self, method: str, body: dict[str, Any]) -> dict[str, Any]:
        """One call, again while the server is away: what it asks for can be asked again without harm."""
        until, pause = time.monotonic() + self._patience, 0.2
        while True:
            try:
                answer = self._client.post(self._base + method, json=body, headers=self._head)
                told = answer.json() if answer.status_code < 500 else {}
            except (httpx.HTTPError, ValueError) as error:
                if time.monotonic() > until:
                    raise SigningServiceDown from error
            else:
                if answer.status_code == 200 and isinstance(told, dict):
                    return told
                if answer.status_code < 500:
                    raise SigningServiceRefused(why=str(answer.status_code))
                if time.monotonic() > until:
                    raise SigningServiceDown
            time.sleep(pause * random.uniform(0.5, 1.0))
            pause = min(2 * pause, 5.0)
