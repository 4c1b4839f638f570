"""Renewal of archive time-stamps: until when a file proves itself, and one more time-stamp before that day.

A document time-stamp covers all that lies before it (ETSI EN 319 142-1, clause 5.5): each new one, made while the last
one still holds, keeps everything under it provable for the life of its own authority's certificate.
"""

from __future__ import annotations

import asyncio
import io
from contextlib import suppress
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
from signing.strength import ALWAYS, Strength
from signing.verification import verify_async
from signing.wire import key_until

__all__ = ["Lapse", "lapse", "lapse_here", "renew", "renew_async"]


@dataclass(frozen=True, slots=True)
class Lapse:
    """Until when the newest time-stamp of a file can be believed, and what ends then: its authority's `certificate` or
    an `algorithm`. `at` is None for a file without a time-stamp: nothing holds its time, so nothing can be kept."""

    at: datetime | None
    why: str = ""


def lapse(pdf: bytes, *, strength: Strength | None = None) -> Lapse:
    """Looks at a file in a child with limits. `strength` is that of the installation (`Trust.strength`). Raises
    `Unreadable`, `Encrypted`, `TooCostly`."""
    found, _ = ask({"op": "lapse", "strength": (strength or Strength.default()).to_json()}, pdf)
    return Lapse(datetime.fromisoformat(found["at"]) if found["at"] else None, str(found["why"]))


def lapse_here(pdf: bytes, strength: Strength) -> dict[str, Any]:
    """The same in this process: what the child runs. Raises what parsers raise."""
    token = newest_stamp(PdfFileReader(io.BytesIO(pdf), strict=False))
    if token is None:
        return {"at": None, "why": ""}
    held = generic_cms.extract_certs_for_validation(token)
    certificates = [held.signer_cert, *held.other_certs]
    ends = {
        "certificate": held.signer_cert.not_valid_after,
        "algorithm": _strong_until(token, certificates, strength),
    }
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
    strength = services.trust.strength
    before = await asyncio.to_thread(lapse, pdf, strength=strength)
    if not report.signatures or before.at is None:
        raise NothingToRenew
    if report.verdict is not Status.VALID:
        raise TooLateToRenew(why=", ".join(_why(report)))
    ascent = Ascent(pdf, Session.open(services), Level.B_LTA)
    ascent.level = min((one.level for one in report.signatures), key=lambda one: one.rank)
    await ascent.renew(archived=ascent.level.rank >= Level.B_LT.rank)
    made, last = ascent.out.getvalue(), report.signatures[-1]
    if made != pdf:
        after = await asyncio.to_thread(lapse, made, strength=strength)
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


def _strong_until(token: cms.SignedData, certificates: list[x509.Certificate], strength: Strength) -> datetime | None:
    """Until when the first of a token's algorithms is taken to hold: imprint, digest, the keys of the authority and of
    its issuers as far as the token brings them, the digests of their certificates. None where no end is known."""
    imprint = token["encap_content_info"]["content"].parsed["message_imprint"]["hash_algorithm"]["algorithm"].native
    digests = {imprint, token["signer_infos"][0]["digest_algorithm"]["algorithm"].native}
    for one in certificates:
        with suppress(ValueError):  # EdDSA has no digest of its own choice
            if not one.self_issued:
                digests.add(one.hash_algo)
    ends = [*map(strength.digest, digests), *(key_until(strength, one.public_key) for one in certificates)]
    first = min(ends)
    return max(first, certificates[0].not_valid_before) if first < ALWAYS else None
