"""A file that came signed: verified as it is, its reports kept beside it; said to be signed where all of it is valid.

Its bytes are never rewritten. One that is not valid is kept for the record all the same; it is neither certified nor
reused (`storage.assess`: `signature_not_valid`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import signing
import storage
from accounts import WORKER, Purpose
from storage import VersionRole
from workers import keys
from workers.context import software
from workers.signatures import roles_of

__all__ = ["MOST_REPORT", "PDF", "Examined", "examine"]

PDF = "application/pdf"
MOST_REPORT = 8 * 1024 * 1024
"""Bytes of XML that are kept; nobody needs more, and a hostile file could make any number."""


@dataclass(frozen=True, slots=True)
class Examined:
    """What verification said: `level` is empty unless the file is valid, `reasons` are codes, each once."""

    verdict: str
    level: str
    reasons: tuple[str, ...]


def examine(original: storage.VersionRef, pdf: bytes, purpose: Purpose, *, signed: bool = False) -> Examined:
    """Verifies version 1 of a document, whose bytes are `pdf`, keeps the reports, and deposits a valid file as ISSUED
    with the same bytes. May be repeated. A file without any signature leaves nothing behind, unless it is known to
    be `signed`. Raises BadTrustStore, and what storage raises."""
    trust = keys.trust()
    report = signing.verify(pdf, trust=trust)
    told = [*report.reasons, *(reason for one in report.signatures for reason in one.reasons)]
    reasons = tuple(dict.fromkeys(reason.code for reason in told))
    if signed or "no_signature" not in reasons:
        storage.keep_verification(
            original.document,
            str(report.verdict),
            _reports(pdf, report, trust),
            WORKER,
            key=f"verification:{original.document}",
            software=software(),
            purpose=purpose,
        )
    note = _note(report)
    if note is not None and VersionRole.ISSUED not in roles_of(original.document):
        same = storage.Deposit(
            document=original.document,
            owners=(),
            role=VersionRole.ISSUED,
            media_type=PDF,
            key=f"take-in:{original.document}",
            made_from=original.number,
            software=software(),
            settings={"verdict": str(report.verdict)},
            signature=note,
        )
        storage.deposit(same, pdf, WORKER)
    return Examined(str(report.verdict), note.level if note else "", reasons)


def _reports(pdf: bytes, report: signing.Report, trust: signing.Trust) -> dict[str, bytes]:
    found = {"json": json.dumps(report.to_json(), ensure_ascii=False, indent=1).encode()}
    xml = signing.validation_report(pdf, report, trust=trust)
    return found | {"xml": xml} if len(xml) <= MOST_REPORT else found


def _note(report: signing.Report) -> storage.SignatureNote | None:
    """What is known of the signatures of a file that is valid as a whole: the weakest level, the last signer."""
    if report.verdict is not signing.Status.VALID or not report.signatures:
        return None
    last = report.signatures[-1]
    at = last.signed_at or last.claimed_at
    if at is None:
        return None
    weakest = min((one.level for one in report.signatures), key=lambda level: level.rank)
    return storage.SignatureNote(level=str(weakest), signer=last.signer, signed_at=at, demo=report.demo)
