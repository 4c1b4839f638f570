"""Who signs: keys of people and agencies, opened in the signing agent, and the services that a signature may use.

In DEMO keys come from the local demo authority and need no PIN. `HOSO_ENV=production` refuses it: there keys are those
of `workers.keyring`, time stamps come from `HOSO_TSA`, and `HOSO_TRUST` says whom verification believes.
"""

from __future__ import annotations

import asyncio
import base64
import json
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from django.conf import settings

import signing
from accounts import Actor
from accounts.models import User
from catalogue import HosoError
from signing import errors as signing_errors
from signing.demo import Authority, home
from signing.errors import KeyUnusable, SigningServiceDown, WrongPassphrase
from workers.agencies import agency_name
from workers.agent import address, short
from workers.errors import NoKey, OutcomeUnknown, PinNeeded, PinPaused, Unavailable

SECONDS = 30.0
"""How long the agent may take to come up, and to answer."""


@cache
def authority() -> Authority:
    """The DEMO authority of this installation. Raises `signing.errors.AuthorityRefused` in production."""
    return Authority(home(settings.HOSO.data), env=settings.HOSO.env)


def services() -> signing.Services:
    """Time stamps, OCSP, CRL and trust. Raises `signing.errors.BadTrustStore`."""
    if settings.HOSO.env == "demo":
        return authority().services
    return signing.Services(trust(), settings.HOSO.timestampers, _transport())


def trust() -> signing.Trust:
    """The roots that verification believes. Raises `signing.errors.BadTrustStore`."""
    if settings.HOSO.env == "demo":
        return authority().trust
    return signing.trust_store(settings.HOSO.trust_folder, transport=_transport())


def _transport() -> signing.HttpTransport:
    return signing.HttpTransport((*settings.HOSO.timestampers, *settings.HOSO.revocation.split()))


@dataclass(frozen=True, slots=True)
class AgentSigner:
    """A key that the agent holds for a person and a batch."""

    user: str
    batch: str
    certificate: bytes
    chain: tuple[bytes, ...]
    mechanism: signing.Mechanism
    remote: bool = False

    async def sign(self, data: bytes) -> bytes:
        """Signs in the agent. Raises PinNeeded when the key was forgotten meanwhile, OutcomeUnknown of a
        remote service, and what tokens raise."""
        asked = {"do": "sign", "user": self.user, "batch": self.batch, "data": base64.b64encode(data).decode()}
        try:
            told = await asyncio.to_thread(_ask, asked)
        except _Unanswered as error:
            if self.remote:  # the service may have signed, and the agent be gone before it could say so
                raise OutcomeUnknown(service="CSC") from error
            raise
        return base64.b64decode(told["signature"])


def person(actor: Actor, role: Literal["officer", "leader"], agency_code: str, batch: str) -> signing.Signer:
    """The key of somebody who signs for an agency. Raises PinNeeded, NoKey, Unavailable."""
    demo = {"demo": role, "name": actor.name, "organisation": agency_name(agency_code)}
    return _signer(actor.id, batch, demo if settings.HOSO.env == "demo" else {"names": _names(actor)})


def seal(actor: Actor, agency_code: str, batch: str) -> signing.Signer:
    """The key of an agency's seal, in the hands of its clerk. Raises PinNeeded, NoKey, Unavailable."""
    demo = {"demo": "agency", "name": agency_name(agency_code), "organisation": ""}
    key = demo if settings.HOSO.env == "demo" else {"names": [agency_code]}
    return _signer(actor.id, _sealing(batch, agency_code), key)


def unlock(actor: Actor, batch: str, pin: str, *, agency_code: str = "") -> float:
    """Opens a key with its PIN for a batch; gives the seconds that it stays open.

    Raises NoKey, PinPaused, Unavailable, and what `signing` raises of keys: WrongPassphrase, WrongPin, TokenMissing …
    """
    names = [agency_code] if agency_code else _names(actor)
    opened = _sealing(batch, agency_code) if agency_code else batch
    told = _ask({"do": "open", "user": actor.id, "batch": opened, "key": {"names": names}, "pin": pin})
    return float(told["seconds"])


def _sealing(batch: str, agency_code: str) -> str:
    """A clerk may seal for several agencies in one batch: each seal is opened by itself and never taken for another."""
    return f"{batch}/{agency_code}"


def _names(actor: Actor) -> list[str]:
    """What a person's key may be called: the user name, or the account's id."""
    found = User.objects.filter(pk=actor.id).values_list("username", flat=True)
    return [*found, actor.id]


def _signer(user: str, batch: str, key: dict[str, Any]) -> AgentSigner:
    who = {"user": user, "batch": batch}
    _ask({"do": "open", **who, "key": key})
    told = _ask({"do": "show", **who})
    return AgentSigner(
        user,
        batch,
        base64.b64decode(told["certificate"]),
        tuple(base64.b64decode(one) for one in told["chain"]),
        signing.Mechanism(told["mechanism"]),
        bool(told["remote"]),
    )


class _Unanswered(Unavailable):
    """The agent took a request and did not answer it."""


def _ask(request: dict[str, Any]) -> dict[str, Any]:
    """One question, one answer. Raises PinNeeded, NoKey, Unavailable."""
    try:
        link = _connected()
    except OSError as error:
        raise Unavailable(service="signing agent") from error
    try:
        with link, link.makefile("rwb") as line:
            line.write(json.dumps(request).encode() + b"\n")
            line.flush()
            told: dict[str, Any] = json.loads(line.readline())
    except (OSError, ValueError) as error:
        raise _Unanswered(service="signing agent") from error
    if "error" not in told:
        return told
    if told["error"] == "agent.locked":
        raise PinNeeded()
    raise _error(str(told["error"]), told.get("context", {}))


def _error(code: str, context: dict[str, str]) -> HosoError:
    """The agent's error as it was raised there; what a remote service did not answer, in the jobs' own terms."""
    if code == SigningServiceDown.code:
        return Unavailable(service="CSC")
    if code == signing_errors.OutcomeUnknown.code:
        return OutcomeUnknown(service="CSC")
    kinds: list[type[HosoError]] = [NoKey, PinPaused, WrongPassphrase, *_kinds(KeyUnusable)]
    known = {kind.code: kind for kind in kinds}
    return known[code](**context) if code in known else NoKey(who=code)


def _kinds(root: type[HosoError]) -> Iterator[type[HosoError]]:
    yield root
    for kind in root.__subclasses__():
        yield from _kinds(kind)


def _connected() -> socket.socket:
    """The agent may be starting still."""
    path, deadline = address(settings.HOSO.data), time.monotonic() + SECONDS
    while True:
        link = socket.socket(socket.AF_UNIX)
        link.settimeout(SECONDS)
        try:
            with short(path) as name:
                link.connect(name)
        except OSError:
            link.close()
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return link
