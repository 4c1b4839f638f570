"""Remote keys behind the Cloud Signature Consortium's API 2.0: credentials/info, credentials/authorize, signHash.

Digests go out, many in one request; signatures come back. A request to sign that went out without an answer has an
unknown outcome: it is told as such and never repeated here, and this signer asks for nothing more.
"""

from __future__ import annotations

import asyncio
import hashlib
import ipaddress
import json
import re
import ssl
import time
import uuid
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx

from signing.bulk import Gathering
from signing.errors import (
    BadKeySettings,
    KeyMissing,
    MechanismMissing,
    OutcomeUnknown,
    SignatureWrong,
    SigningServiceDown,
    SigningServiceRefused,
    WrongPin,
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

MOST_BYTES = 8 * 1024 * 1024
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol, httpx.ProxyError)


@dataclass(frozen=True, slots=True)
class CscService:
    """A credential at a remote signing service. `url` is the API's base (`https://…/csc/v2`), `token_url` its OAuth 2
    token endpoint; without a `refresh_token` the client's own credentials ask for the token. `most` limits the
    signatures of one request below what the service allows."""

    url: str
    credential: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    token_url: str = ""
    refresh_token: str = field(default="", repr=False)
    legacy_padding: bool = False
    most: int = 100
    seconds: float = 30.0
    ca_file: str = ""


class CscSigner:
    """A `Signer` at a remote service. Make it with `open`."""

    def __init__(self, link: _Link, told: _Credential, secrets: dict[str, str]) -> None:
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
        link = _Link(service)
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
        common = {"credentialID": self._told.id, "hashes": hashes, "hashAlgorithmOID": SHA256}
        permit = {**common, "numSignatures": len(hashes)}
        if self._secrets:
            permit["authData"] = [{"id": name, "value": value} for name, value in self._secrets.items()]
        sad = (await self._link.call("credentials/authorize", permit)).get("SAD")
        if not isinstance(sad, str):
            raise SigningServiceRefused(why="no SAD")
        reference = uuid.uuid4().hex
        order = {**common, "SAD": sad, "signAlgo": ALGORITHMS[self.mechanism][0], "clientData": reference}
        if self.mechanism is Mechanism.RSA_PSS:
            order["signAlgoParams"] = b64encode(pss_parameters().dump()).decode()
        try:
            answer = await self._link.call("signatures/signHash", order, signs=True)
            values = [b64decode(one, validate=True) for one in answer["signatures"]]
        except (OutcomeUnknown, KeyError, TypeError, ValueError, Base64Error) as error:
            self._stopped = True
            raise OutcomeUnknown(reference=reference) from error
        if len(values) != len(digests):
            raise SignatureWrong(subject=self._told.id)
        return values


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
        raise SigningServiceRefused(why=f"auth.mode {_word(mode)}")
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


class _Link:
    """Speaks to the service: an access token while it lasts, JSON there and back, bounded in time and size."""

    def __init__(self, service: CscService) -> None:
        self.service = service
        secure_address(service.url)
        self._token, self._until = "", 0.0
        self._token_url = service.token_url or f"{service.url.rstrip('/')}/oauth2/token"
        secure_address(self._token_url)

    async def call(self, method: str, body: dict[str, Any], *, signs: bool = False) -> dict[str, Any]:
        """One method of the API; a token that ran out is renewed once. `signs`: an answer that does not come back
        leaves the outcome unknown (`OutcomeUnknown`)."""
        url = f"{self.service.url.rstrip('/')}/{method}"
        async with self._client() as client:
            for fresh in (False, True):
                head = {"Authorization": f"Bearer {await self._access(client, fresh)}"}
                status, told = await self._post(client, url, signs, json=body, headers=head)
                if status != 401 or fresh:
                    break
        if status == 200:
            return told
        if status >= 500:
            raise OutcomeUnknown(reference="—") if signs else SigningServiceDown
        error = _word(told.get("error", status))
        if error in ("invalid_pin", "invalid_otp"):
            raise WrongPin(warning_vi="", warning_en="")
        raise SigningServiceRefused(why=error)

    async def _access(self, client: httpx.AsyncClient, fresh: bool) -> str:
        if fresh or time.monotonic() > self._until:
            form = {"grant_type": "client_credentials", "scope": "service"}
            if self.service.refresh_token:
                form = {"grant_type": "refresh_token", "refresh_token": self.service.refresh_token}
            own = httpx.BasicAuth(self.service.client_id, self.service.client_secret)
            status, told = await self._post(client, self._token_url, False, data=form, auth=own)
            if status >= 500:
                raise SigningServiceDown
            if status != 200 or not isinstance(told.get("access_token"), str):
                raise SigningServiceRefused(why=_word(told.get("error", status)))
            lasts = told.get("expires_in")
            self._token = told["access_token"]
            self._until = time.monotonic() + 0.9 * (lasts if isinstance(lasts, int | float) else 300)
        return self._token

    async def _post(
        self, client: httpx.AsyncClient, url: str, signs: bool, **content: Any
    ) -> tuple[int, dict[str, Any]]:
        got = bytearray()
        try:
            async with client.stream("POST", url, **content) as answer:
                async for part in answer.aiter_bytes():
                    got += part
                    if len(got) > MOST_BYTES:
                        raise httpx.ReadError("too large")
        except NOT_SENT as error:
            raise SigningServiceDown from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise (OutcomeUnknown(reference="—") if signs else SigningServiceDown()) from error
        return answer.status_code, _object(bytes(got))

    def _client(self) -> httpx.AsyncClient:
        trusted = ssl.create_default_context(cafile=self.service.ca_file) if self.service.ca_file else True
        return httpx.AsyncClient(timeout=self.service.seconds, follow_redirects=False, verify=trusted, trust_env=False)


def _object(body: bytes) -> dict[str, Any]:
    """The JSON object of an answer; an empty one if there is none, which no caller takes for a good one."""
    try:
        told = json.loads(body)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _word(told: object) -> str:
    """An error's code as the service names it, if it is one: its free text may hold anything."""
    text = str(told)
    return text if re.fullmatch(r"[A-Za-z0-9_]{1,40}", text) else "—"


def secure_address(url: str) -> str:
    """An https address, or a loopback one. Raises `BadKeySettings`: secrets do not travel in the open."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        near = ipaddress.ip_address(host).is_loopback
    except ValueError:
        near = host == "localhost"
    if not host or not (parts.scheme == "https" or (parts.scheme == "http" and near)):
        raise BadKeySettings(why=f"url: {parts.scheme}://{host}")
    return url
