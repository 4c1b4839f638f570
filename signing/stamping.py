"""Time-stamp tokens (RFC 3161): authorities in turn, a silent one left alone for a while, each answer checked."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import cms, tsp
from pyhanko.sign.general import CMSExtractionError, extract_signer_info
from pyhanko.sign.validation import generic_cms
from pyhanko.sign.validation.errors import SignatureValidationError

from signing.cms import parsed
from signing.keys import DIGEST
from signing.services import Transport, Unreachable

__all__ = ["Stampers", "Token", "Unstamped"]

FIRST_TOKEN = 9000
"""Bytes kept for the first time-stamp token of an authority; commercial ones with their whole chain reach 7 KB."""

SPARE = 96
"""Bytes kept beyond the largest token seen: serial numbers and ECDSA values differ by a few."""

SLOW = 1.0
PAUSE = 60.0
"""An authority that took more than SLOW seconds to fail is not asked again for PAUSE seconds, so that a dead one costs
its time-out once and not on every document; one that fails at once is asked after the others."""

_seen: dict[str, int] = {}
"""Largest token of each authority that this process has seen."""
_failed: dict[str, tuple[float, bool]] = {}
"""When an authority last failed in this process, and whether it took long."""


class Unstamped(Exception):
    """No authority gave a token that holds."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token whose signature, imprint and nonce were checked; whether its authority is trusted is not said.
    `certificate` is the authority's, `others` what else came with it (DER)."""

    der: bytes
    time: datetime
    certificate: bytes
    others: tuple[bytes, ...]


class Stampers:
    """The authorities of an installation. `known` holds the certificates that have stamped here, with their chains."""

    def __init__(self, urls: Iterable[str], transport: Transport) -> None:
        self._urls = tuple(urls)
        self._transport = transport
        self.known: dict[bytes, tuple[bytes, ...]] = {}

    def __bool__(self) -> bool:
        return bool(self._urls)

    @property
    def room(self) -> int:
        """Bytes to keep for a token: plenty until these authorities have shown how large theirs are."""
        return max((_seen.get(url, FIRST_TOKEN) for url in self._urls), default=0) + SPARE

    async def stamp(self, digest: bytes) -> Token:
        """A token over a SHA-256 digest. Raises `Unstamped`."""
        for url in self._order():
            began = time.monotonic()
            try:
                token = await self._ask(url, digest)
            except (Unreachable, Unstamped, ValueError, TypeError, KeyError, CMSExtractionError):
                _failed[url] = (time.monotonic(), time.monotonic() - began > SLOW)
                continue
            _failed.pop(url, None)
            self.known[token.certificate] = token.others
            return token
        raise Unstamped

    def _order(self) -> list[str]:
        """Those in order first, then those that failed; silent ones only after their pause, one request at a time."""
        now = time.monotonic()
        good = [url for url in self._urls if url not in _failed]
        bad = [url for url in self._urls if url in _failed]
        due = [url for url in bad if not _failed[url][1] or now - _failed[url][0] > PAUSE]
        for url in due:
            # whoever comes meanwhile does not wait for the same answer
            _failed[url] = (now, _failed[url][1])
        return good + due

    async def _ask(self, url: str, digest: bytes) -> Token:
        nonce = (1 << 63) + secrets.randbits(63)
        imprint = {"hash_algorithm": {"algorithm": DIGEST}, "hashed_message": digest}
        asked = tsp.TimeStampReq({"version": 1, "message_imprint": imprint, "nonce": nonce, "cert_req": True})
        body = await self._transport.post(url, asked.dump(), "application/timestamp-query")
        answer = tsp.TimeStampResp.load(body)
        if answer["status"]["status"].native not in ("granted", "granted_with_mods"):
            raise Unstamped
        token = _checked(answer["time_stamp_token"], digest, nonce)
        _seen[url] = max(len(token.der), _seen.get(url, 0))
        return token


def _checked(content: cms.ContentInfo, digest: bytes, nonce: int) -> Token:
    """The token, if it says what was asked and its signature holds. Raises `Unstamped`."""
    der = content.dump()
    signed = content["content"]
    told = signed["encap_content_info"]["content"]
    info = told.parsed
    imprint = info["message_imprint"]
    if imprint["hashed_message"].native != digest or imprint["hash_algorithm"]["algorithm"].native != DIGEST:
        raise Unstamped
    if info["nonce"].native != nonce:
        raise Unstamped
    signer = extract_signer_info(signed)
    own, others = _certificates(signed, signer)
    algorithm = signer["digest_algorithm"]["algorithm"].native
    try:
        actual = hashlib.new(algorithm, told.contents).digest()
        intact, valid = generic_cms.validate_sig_integrity(signer, parsed(own), "tst_info", actual)
    except SignatureValidationError as error:
        raise Unstamped from error
    at = info["gen_time"].native
    if not (intact and valid) or not isinstance(at, datetime):
        raise Unstamped
    return Token(der, at, own, others)


def _certificates(signed: cms.SignedData, signer: cms.SignerInfo) -> tuple[bytes, tuple[bytes, ...]]:
    """The authority's certificate and what else came with it; the same few are parsed once. Raises `Unstamped`."""
    held = [one.chosen.dump() for one in signed["certificates"]]
    name = signer["sid"].chosen
    if not isinstance(name, cms.IssuerAndSerialNumber):
        found = generic_cms.extract_certs_for_validation(signed)
        return found.signer_cert.dump(), tuple(one.dump() for one in found.other_certs)
    issuer, serial = name["issuer"].dump(), name["serial_number"].native
    for der in held:
        if parsed(der).serial_number == serial and parsed(der).issuer.dump() == issuer:
            return der, tuple(one for one in held if one != der)
    raise Unstamped
