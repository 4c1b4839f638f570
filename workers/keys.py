"""Who signs: keys of people and agencies, opened in the signing agent, and the services that a signature may use.

In DEMO keys come from the local demo authority and need no PIN. `HOSO_ENV=production` refuses it: there keys are those
of `workers.keyring`, time stamps come from `HOSO_TSA`, and `HOSO_TRUST` says whom verification believes.
"""

from __future__ import annotations

import asyncio
import base64
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from django.conf import settings

import signing
from accounts import Actor
from accounts.models import User
from signing.demo import Authority, home
from workers.agencies import agency_name
from workers.agent_link import SECONDS, Unanswered, ask
from workers.errors import OutcomeUnknown, PinNeeded, Unavailable

REMOTE_SECONDS = 180.0
"""How long a remote service, or the PC that holds a token, may take to sign."""


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
    service: str = ""
    """Who signs where the key is kept elsewhere: a remote service, the program on a PC. Nothing on this machine."""
    demo: bool = False
    """Of the DEMO authority: opened without a PIN, so nobody is asked for one."""

    async def sign(self, data: bytes) -> bytes:
        """Signs in the agent. Raises PinNeeded when the key was forgotten meanwhile, Unavailable where that was a demo
        key, OutcomeUnknown of a remote service, and what tokens raise."""
        asked = {"do": "sign", "user": self.user, "batch": self.batch, "data": base64.b64encode(data).decode()}
        try:
            seconds = REMOTE_SECONDS if self.service else SECONDS
            told = await asyncio.to_thread(ask, asked, seconds=seconds)
        except PinNeeded as error:
            if self.demo:  # the agent died and came up again: the next attempt opens the key anew
                raise Unavailable(service="signing agent") from error
            raise
        except Unanswered as error:
            if self.service:  # it may have signed, and the agent be gone before it could say so
                raise OutcomeUnknown(service=self.service) from error
            raise
        return base64.b64decode(told["signature"])


def person(actor: Actor, role: Literal["officer", "leader"], agency_code: str, batch: str) -> AgentSigner:
    """The key of somebody who signs for an agency. Raises PinNeeded, NoKey, Unavailable."""
    demo = {"demo": role, "name": actor.name, "organisation": agency_name(agency_code)}
    if settings.HOSO.env == "demo":  # its certificates name the agency: for each agency of a batch another
        return _signer(actor.id, sealing(batch, agency_code), demo)
    return _signer(actor.id, batch, own_key(actor))


def seal(actor: Actor, agency_code: str, batch: str) -> AgentSigner:
    """The key of an agency's seal, in the hands of its clerk. Raises PinNeeded, NoKey, Unavailable."""
    demo = {"demo": "agency", "name": agency_name(agency_code), "organisation": ""}
    key = demo if settings.HOSO.env == "demo" else {"agency": agency_code}
    return _signer(actor.id, sealing(batch, agency_code), key)


def unlock(actor: Actor, batch: str, pin: str, *, agency_code: str = "") -> float:
    """Opens a key with its PIN for a batch; gives the seconds that it stays open.

    Raises NoKey, PinPaused, Unavailable, and what `signing` raises of keys: WrongPassphrase, WrongPin, TokenMissing …
    """
    key = {"agency": agency_code} if agency_code else own_key(actor)
    opened = sealing(batch, agency_code) if agency_code else batch
    told = ask({"do": "open", "user": actor.id, "batch": opened, "key": key, "pin": pin})
    return float(told["seconds"])


def sealing(batch: str, agency_code: str) -> str:
    """A clerk may seal for several agencies in one batch: each seal is opened by itself and never taken for another."""
    return f"{batch}/{agency_code}"


def own_key(actor: Actor) -> dict[str, Any]:
    """What a person's key may be called: the user name, or the account's id."""
    found = User.objects.filter(pk=actor.id).values_list("username", flat=True)
    return {"person": [*found, actor.id]}


def _signer(user: str, batch: str, key: dict[str, Any]) -> AgentSigner:
    who, demo = {"user": user, "batch": batch}, "demo" in key
    ask({"do": "open", **who, "key": key})
    try:
        told = ask({"do": "show", **who})
    except PinNeeded as error:
        if demo:
            raise Unavailable(service="signing agent") from error
        raise
    return AgentSigner(
        user,
        batch,
        base64.b64decode(told["certificate"]),
        tuple(base64.b64decode(one) for one in told["chain"]),
        signing.Mechanism(told["mechanism"]),
        str(told["service"]),
        demo,
    )
