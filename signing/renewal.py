"""Renewal of archive time-stamps: until when a file proves itself, and one more time-stamp before that day.

A document time-stamp covers all that lies before it (ETSI EN 319 142-1, clause 5.5): each new one, made while the last
one still holds, keeps everything under it provable for the life of its own authority's certificate.
"""

from __future__ import annotations

import asyncio
import io
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from asn1crypto import cms, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import generic_cms

from signing.child import ask
from signing.levels import Ascent, newest_stamp
from signing.model import Level, Report, Signed, Status
from signing.renewal_errors import NoGain, NothingToRenew, TooLateToRenew
from signing.services import Services
from signing.session import Session
from signing.verification import verify_async

__all__ = ["Lapse", "lapse", "lapse_here", "renew", "renew_async"]

WEAK_FROM = {
    "sha1": datetime(2014, 1, 1, tzinfo=UTC),
    "sha224": datetime(2031, 1, 1, tzinfo=UTC),
    "rsa": datetime(2031, 1, 1, tzinfo=UTC),
}
"""From when an algorithm is no longer taken to hold: 112 bits of strength (SHA-224, RSA below 3072 bits) end with the
year 2030, 80 bits (SHA-1) ended with 2013 (NIST SP 800-57 part 1 revision 5, table 4)."""
RSA_BITS = 3072


@dataclass(frozen=True, slots=True)
class Lapse:
    """Until when the newest time-stamp of a file can be believed, and what ends then: its authority's `certificate` or
    an `algorithm`. `at` is None for a file without a time-stamp: nothing holds its time, so nothing can be kept."""

    at: datetime | None
    why: str = ""


def lapse(pdf: bytes) -> Lapse:
    """Looks at a file in a child with limits. Raises `Unreadable`, `Encrypted`, `TooCostly`."""
    found, _ = ask({"op": "lapse"}, pdf)
    return Lapse(datetime.fromisoformat(found["at"]) if found["at"] else None, str(found["why"]))


def lapse_here(pdf: bytes) -> dict[str, Any]:
    """The same in this process: what the child runs. Raises what parsers raise."""
    token = newest_stamp(PdfFileReader(io.BytesIO(pdf), strict=False))
    if token is None:
        return {"at": None, "why": ""}
    certificate = generic_cms.extract_certs_for_validation(token).signer_cert
    ends = {"certificate": certificate.not_valid_after, "algorithm": _weak_from(token, certificate)}
    known = {why: at for why, at in ends.items() if at is not None}
    why = min(known, key=lambda one: known[one])
    return {"at": known[why].isoformat(), "why": why}


def renew(pdf: bytes, *, services: Services) -> Signed:
    """Adds one more archive time-stamp; see `renew_async`."""
    return asyncio.run(renew_async(pdf, services=services))


async def renew_async(pdf: bytes, *, services: Services) -> Signed:
    """The file with what proves its newest time-stamp and a new document time-stamp over all of it; what lies before
    stays byte for byte. A result that is not `complete` says why: no authority answered, its revocation data is not to
    be had.

    Raises `NothingToRenew` (no signature, no time-stamp), `TooLateToRenew` (it does not hold any more, so a new
    time-stamp would prove nothing), `NoGain` (the new one would end no later), `Unreadable`, `Encrypted`, `TooCostly`.
    """
    report = await verify_async(pdf, trust=services.trust)
    before = await asyncio.to_thread(lapse, pdf)
    if not report.signatures or before.at is None:
        raise NothingToRenew
    if report.verdict is not Status.VALID:
        raise TooLateToRenew(why=", ".join(_why(report)))
    ascent = Ascent(pdf, Session.open(services), Level.B_LTA)
    ascent.level = min((one.level for one in report.signatures), key=lambda one: one.rank)
    await ascent.renew(archived=ascent.level.rank >= Level.B_LT.rank)
    made, last = ascent.out.getvalue(), report.signatures[-1]
    if made != pdf:
        after = await asyncio.to_thread(lapse, made)
        if after.at is None or after.at <= before.at:
            raise NoGain(until=before.at.date().isoformat())
    return Signed(
        pdf=made,
        level=ascent.level if made != pdf else Level.NONE,
        wanted=Level.B_LTA,
        reasons=tuple(ascent.reasons),
        signed_at=last.signed_at,
        claimed_at=last.claimed_at or datetime.now(UTC),
        mark_box=None,
        signer=last.signer,
        demo=report.demo,
    )


def _why(report: Report) -> list[str]:
    codes = [reason.code for one in report.signatures for reason in one.reasons]
    return list(dict.fromkeys([*(reason.code for reason in report.reasons), *codes]))


def _weak_from(token: cms.SignedData, certificate: x509.Certificate) -> datetime | None:
    """When the first of a token's algorithms is no longer taken to hold: imprint, digest, the authority's key."""
    imprint = token["encap_content_info"]["content"].parsed["message_imprint"]["hash_algorithm"]["algorithm"].native
    used = {imprint, token["signer_infos"][0]["digest_algorithm"]["algorithm"].native}
    if certificate.public_key.algorithm == "rsa" and certificate.public_key.bit_size < RSA_BITS:
        used.add("rsa")
    return min((WEAK_FROM[name] for name in used if name in WEAK_FROM), default=None)
