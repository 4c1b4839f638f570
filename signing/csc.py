"""Remote keys behind the Cloud Signature Consortium's API 2.0: credentials/info, credentials/authorize, signHash.

Digests go out, many in one request under one authorisation; signatures come back, at once or, in the asynchronous
mode, when the service is asked for them (signPolling). A request to sign that went out and brought no signatures has
an unknown outcome: it is told as such and never repeated here, and this signer asks for nothing more.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
import uuid
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass
from typing import Any

from signing.bulk import Gathering
from signing.csc_link import CscService, Link, secure_address, word
from signing.errors import (
    KeyMissing,
    MechanismMissing,
    OutcomeUnknown,
    SignatureWrong,
    SigningServiceDown,
    SigningServiceRefused,
)
from signing.keys import Mechanism, mechanism_for, pss_parameters

__all__ = ["CscService", "CscSigner", "secure_address"]

SHA256 = "2.16.840.1.101.3.4.2.1"
ALGORITHMS = {
    Mechanism.RSA_PSS: ("1.2.840.113549.1.1.10", "1.2.840.113549.1.1.1"),
    Mechanism.RSA_PKCS1: ("1.2.840.113549.1.1.11", "1.2.840.113549.1.1.1"),
    Mechanism.ECDSA: ("1.2.840.10045.4.3.2", "1.2.840.10045.2.1"),
}
"""The signature's own object identifier and the key's, by which services may announce it as well."""

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0
"""Seconds between questions for signatures that are being made; each pause is half as long again as the last."""
REFUSED = ("access_denied", "rejected_request")
"""Errors of an asynchronous order by which the service says that the signer has refused: nothing was signed."""


class CscSigner:
    """A `Signer` at a remote service. Make it with `open`."""

    def __init__(self, link: Link, told: _Credential, secrets: dict[str, str]) -> None:
        self.certificate, self.chain, self.mechanism = told.certificate, told.chain, told.mechanism
        self._link, self._told, self._secrets = link, told, secrets
        self._stopped = False
        self._gathering = Gathering(self._sign_many, most=min(told.multisign, link.service.most))

    @classmethod
    def open(cls, service: CscService, pin: str = "", *, otp: str = "") -> CscSigner:
        """See `opened`; for callers without an event loop."""
        return asyncio.run(cls.opened(service, pin, otp=otp))

    @classmethod
    async def opened(cls, service: CscService, pin: str = "", *, otp: str = "") -> CscSigner:
        """Asks for the credential. PIN and OTP stay in memory until the signer is dropped, since each request to sign
        is authorised anew. Raises `SigningServiceDown`, `SigningServiceRefused`, `KeyMissing`, `MechanismMissing`,
        `WeakKey`, `BadKeySettings`."""
        link = Link(service)
        asked = {"credentialID": service.credential, "certificates": "chain", "certInfo": False, "authInfo": True}
        told = _credential(await link.call("credentials/info", asked), service)
        return cls(link, told, _secrets(told.objects, pin, otp))

    async def sign(self, data: bytes) -> bytes:
        """Signs with SHA-256. Raises `OutcomeUnknown`, `SigningServiceDown`, `SigningServiceRefused`, `WrongPin`."""
        return await self._gathering.one(hashlib.sha256(data).digest())

    async def _sign_many(self, digests: list[bytes]) -> list[bytes]:
        if self._stopped:
            raise SigningServiceDown
        hashes = [b64encode(one).decode() for one in digests]
        common: dict[str, Any] = {"credentialID": self._told.id, "hashes": hashes, "hashAlgorithmOID": SHA256}
        permit = {**common, "numSignatures": len(hashes)}
        if self._secrets:
            permit["authData"] = [{"id": name, "value": value} for name, value in self._secrets.items()]
        sad = (await self._link.call("credentials/authorize", permit)).get("SAD")
        if not isinstance(sad, str):
            raise SigningServiceRefused(why="no SAD")
        reference = uuid.uuid4().hex
        order = {**common, "SAD": sad, "signAlgo": ALGORITHMS[self.mechanism][0], "clientData": reference}
        if self._link.service.asynchronous:
            order |= {"operationMode": "A", "validity_period": int(self._link.service.patience * 1000)}
        if self.mechanism is Mechanism.RSA_PSS:
            order["signAlgoParams"] = b64encode(pss_parameters().dump()).decode()
        try:
            answer = await self._link.call("signatures/signHash", order, signs=True)
            if "signatures" not in answer and isinstance(answer.get("responseID"), str):
                answer = await self._polled(answer["responseID"])
            values = [b64decode(one, validate=True) for one in answer["signatures"]]
        except (OutcomeUnknown, KeyError, TypeError, ValueError, Base64Error) as error:
            self._stopped = True
            raise OutcomeUnknown(reference=reference) from error
        if len(values) != len(digests):
            raise SignatureWrong(subject=self._told.id)
        return values

    async def _polled(self, order: str) -> dict[str, Any]:
        """The answer to an asynchronous order, asked for until patience ends. Asking signs nothing, so a question that
        is lost is put again. Raises `OutcomeUnknown`, and `SigningServiceRefused` where the signer has refused."""
        until, pause = time.monotonic() + self._link.service.patience, FIRST_PAUSE
        while True:
            try:
                status, told = await self._link.ask("signatures/signPolling", {"requestID": order})
            except SigningServiceDown:
                status, told = 503, {}
            except SigningServiceRefused:  # us, at its door: that tells nothing of the order
                status, told = 401, {}
            if status == 200 and "signatures" in told:
                return told
            error = word(told.get("error", status))
            if error in REFUSED:
                raise SigningServiceRefused(why=error)
            if (status < 500 and not _pending(status, told)) or time.monotonic() + pause > until:
                raise OutcomeUnknown(reference=order)
            await asyncio.sleep(pause)
            pause = min(1.5 * pause, LONGEST_PAUSE)


def _pending(status: int, told: dict[str, Any]) -> bool:
    """Whether an order is still being worked on: services say so with status 202, with an error code, with a status
    200 that names the order again, or with a sentence of the specification (clause 11.15)."""
    said = "accepted for processing" in str(told.get("error_description", ""))
    again = status == 200 and "responseID" in told
    return status == 202 or told.get("error") == "accepted_request" or said or again


@dataclass(frozen=True, slots=True)
class _Credential:
    id: str
    certificate: bytes
    chain: tuple[bytes, ...]
    mechanism: Mechanism
    objects: tuple[dict[str, Any], ...]
    multisign: int


def _credential(told: dict[str, Any], service: CscService) -> _Credential:
    """What the service says of a credential, if it can be used here."""
    try:
        key, auth = told["key"], told.get("auth") or {}
        certificates = [b64decode(one) for one in told["cert"]["certificates"]]
        algorithms = {str(one) for one in key["algo"]}
        mode, objects = auth.get("mode", "implicit"), tuple(auth.get("objects") or ())
        multisign = int(told.get("multisign") or 1)
    except (KeyError, TypeError, ValueError) as error:
        raise SigningServiceRefused(why="credentials/info") from error
    if key.get("status") != "enabled" or not certificates:
        raise KeyMissing(key=service.credential, present="—")
    if mode not in ("implicit", "explicit"):
        # the person's own browser would have to go to the service for every batch
        raise SigningServiceRefused(why=f"auth.mode {word(mode)}")
    mechanism = mechanism_for(certificates[0], legacy_padding=service.legacy_padding)
    if algorithms.isdisjoint(ALGORITHMS[mechanism]):
        raise MechanismMissing(mechanism=str(mechanism))
    return _Credential(service.credential, certificates[0], tuple(certificates[1:]), mechanism, objects, multisign)


def _secrets(objects: tuple[dict[str, Any], ...], pin: str, otp: str) -> dict[str, str]:
    """What each authentication object of the credential is answered with."""
    found = {}
    for one in objects:
        kind = str(one.get("type", "")).lower()
        value = otp if "otp" in kind else pin
        if value and one.get("id"):
            found[str(one["id"])] = value
    return found
