"""Who signs: keys of people and agencies, opened in the signing agent, and the services that a signature may use.

In DEMO keys come from the local demo authority and need no PIN. `HOSO_ENV=production` refuses it: there a person's key
is `HOSO_DATA/keys/<user id>.p12`, an agency's `HOSO_DATA/keys/<agency code>.p12`.
"""

from __future__ import annotations

import asyncio
import base64
import json
import socket
import time
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from django.conf import settings

import signing
from accounts import Actor
from signing.demo import Authority, home
from signing.errors import WrongPassphrase
from workers.agencies import agency_name
from workers.agent import address, short
from workers.errors import NoKey, PinNeeded, Unavailable

SECONDS = 30.0
"""How long the agent may take to come up, and to answer."""


@cache
def authority() -> Authority:
    """The DEMO authority of this installation. Raises `signing.errors.AuthorityRefused` in production."""
    return Authority(home(settings.HOSO.data), env=settings.HOSO.env)


def services() -> signing.Services:
    """Time stamps, OCSP, CRL and trust."""
    return authority().services


def trust() -> signing.Trust:
    """The roots that verification believes; none outside DEMO, where no trust list can be set yet."""
    return authority().trust if settings.HOSO.env == "demo" else signing.Trust(roots=())


@dataclass(frozen=True, slots=True)
class AgentSigner:
    """A key that the agent holds for a person and a batch."""

    user: str
    batch: str
    certificate: bytes
    chain: tuple[bytes, ...]
    mechanism: signing.Mechanism

    async def sign(self, data: bytes) -> bytes:
        """Signs in the agent. Raises PinNeeded when the key was forgotten meanwhile."""
        told = await asyncio.to_thread(
            _ask, {"do": "sign", "user": self.user, "batch": self.batch, "data": base64.b64encode(data).decode()}
        )
        return base64.b64decode(told["signature"])


def person(actor: Actor, role: Literal["officer", "leader"], agency_code: str, batch: str) -> signing.Signer:
    """The key of somebody who signs for an agency. Raises PinNeeded, NoKey, Unavailable."""
    demo = {"demo": role, "name": actor.name, "organisation": agency_name(agency_code)}
    return _signer(actor.id, batch, demo, f"{actor.id}.p12")


def seal(actor: Actor, agency_code: str, batch: str) -> signing.Signer:
    """The key of an agency's seal, in the hands of its clerk. Raises PinNeeded, NoKey, Unavailable."""
    demo = {"demo": "agency", "name": agency_name(agency_code), "organisation": ""}
    return _signer(actor.id, batch, demo, f"{agency_code}.p12")


def unlock(actor: Actor, batch: str, pin: str, *, agency_code: str = "") -> float:
    """Opens a key with its PIN for a batch; gives the seconds that it stays open. Raises `signing` errors by code."""
    name = f"{agency_code or actor.id}.p12"
    told = _ask({"do": "open", "user": actor.id, "batch": batch, "key": {"p12": name}, "pin": pin})
    return float(told["seconds"])


def _signer(user: str, batch: str, demo: dict[str, str], name: str) -> AgentSigner:
    who = {"user": user, "batch": batch}
    if settings.HOSO.env == "demo":
        _ask({"do": "open", **who, "key": demo})
    elif not (settings.HOSO.data / "keys" / name).exists():
        raise NoKey(who=name.removesuffix(".p12"))
    told = _ask({"do": "show", **who})
    return AgentSigner(
        user,
        batch,
        base64.b64decode(told["certificate"]),
        tuple(base64.b64decode(one) for one in told["chain"]),
        signing.Mechanism(told["mechanism"]),
    )


def _ask(request: dict[str, Any]) -> dict[str, Any]:
    """One question, one answer. Raises PinNeeded, NoKey, Unavailable."""
    try:
        with _connected() as link, link.makefile("rwb") as line:
            line.write(json.dumps(request).encode() + b"\n")
            line.flush()
            told: dict[str, Any] = json.loads(line.readline())
    except (OSError, ValueError) as error:
        raise Unavailable(service="signing agent") from error
    match told.get("error"):
        case None:
            return told
        case "agent.locked":
            raise PinNeeded()
        case WrongPassphrase.code:
            raise WrongPassphrase()
        case code:
            raise NoKey(who=str(code))


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
