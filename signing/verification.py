"""Verifies every signature of a PDF: wholeness, signer, chain, time, level, revocation, changes, strength.

Time slides backwards as in past signature validation (ETSI EN 319 102-1, clause 5.6.2): each document time-stamp is
judged at the time of the next later one, the last at the present; a signature is judged at the time that the earliest
time-stamp over it proves, with the revocation data that the file's own security store keeps.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import re
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from pyhanko.pdf_utils.crypt import AuthStatus, StandardSecurityHandler
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import CMSExtractionError
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from signing.child import ask
from signing.errors import Encrypted, TooCostly, Unreadable
from signing.evidence import DAMAGED, Evidence
from signing.judgement import judge, tell_apart
from signing.model import Reason, Report, SignatureReport, Status
from signing.services import Transport, Trust, Unreachable

__all__ = ["verify", "verify_async", "verify_here"]

SIGNED = re.compile(rb"/ByteRange|/SubFilter\s*/(?:ETSI\.|adbe\.)")
"""What only a file that was signed holds, in whatever state it is now."""


def verify(pdf: bytes, *, trust: Trust) -> Report:
    """Verifies a file in a child with limits; see `verify_async`."""
    return asyncio.run(verify_async(pdf, trust=trust))


async def verify_async(pdf: bytes, *, trust: Trust) -> Report:
    """Verifies every signature of `pdf` against `trust`, in a child with limits. Never raises on what a file holds.

    A file without signatures is indeterminate (`no_signature`); one that cannot be opened is indeterminate
    (`unreadable`, `encrypted`, `too_costly`), or invalid (`format_failure`) if it was signed once and is damaged now.
    """
    head = {"op": "verify", "online": trust.transport is not None, "trust": _dump(trust)}
    loop = asyncio.get_running_loop()

    def answer(asked: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
        assert trust.transport is not None
        future = asyncio.run_coroutine_threadsafe(_fetch(trust.transport, asked, body), loop)
        try:
            return {"reached": True}, future.result()
        except Unreachable:
            return {"reached": False}, b""

    try:
        found, _ = await asyncio.to_thread(ask, head, pdf, answer)
    except (TooCostly, Encrypted, Unreadable) as error:
        codes = {TooCostly: "too_costly", Encrypted: "encrypted"}
        return _failed(pdf, codes.get(type(error), "unreadable"))
    return Report.from_json(found["report"])


async def verify_here(pdf: bytes, trust: Trust, now: datetime | None = None) -> Report:
    """The same in this process, as of `now`: what the child runs, and what tells how a file will fare in years."""
    try:
        reader = _open(pdf)
        signatures = list(reader.embedded_signatures)
    except Encrypted:
        return _failed(pdf, "encrypted")
    except DAMAGED:
        return _failed(pdf, "unreadable")
    except RecursionError:
        return _failed(pdf, "too_costly")
    regular = [one for one in signatures if one.sig_object_type != "/DocTimeStamp"]
    stamps = [one for one in signatures if one.sig_object_type == "/DocTimeStamp"]
    if not regular:
        return _report(pdf, (), Status.INDETERMINATE, (Reason("no_signature"),), timestamps=len(stamps))
    evidence = await Evidence.gather(reader, stamps, trust, now or datetime.now(UTC))
    found = tuple([await _one(reader, one, evidence, trust) for one in regular])
    if not _ended(pdf, reader.last_startxref):
        found = tuple(_trailed(one) for one in found)
    return _report(pdf, found, _together(found), (), timestamps=len(stamps))


async def _one(reader: PdfFileReader, one: EmbeddedPdfSignature, evidence: Evidence, trust: Trust) -> SignatureReport:
    try:
        return await judge(one, evidence, trust, hybrid=reader.xrefs.hybrid_xrefs_present)
    except (*DAMAGED, SignatureValidationError, CMSExtractionError, RecursionError):
        return tell_apart(one)


async def _fetch(transport: Transport, asked: dict[str, Any], body: bytes) -> bytes:
    if asked.get("method") == "post":
        return await transport.post(str(asked["url"]), body, str(asked["content_type"]))
    return await transport.get(str(asked["url"]))


def _open(pdf: bytes) -> PdfFileReader:
    """Strictly if the file bears it; many honest files of other makers do not."""
    try:
        reader = _unlocked(PdfFileReader(io.BytesIO(pdf), strict=True))
        _ = list(reader.embedded_signatures)
    except DAMAGED:
        reader = _unlocked(PdfFileReader(io.BytesIO(pdf), strict=False))
    return reader


def _unlocked(reader: PdfFileReader) -> PdfFileReader:
    """The reader of a file that needs no password, though it may be encrypted. Raises `Encrypted`."""
    if not reader.encrypted:
        return reader
    if not isinstance(reader.security_handler, StandardSecurityHandler):
        raise Encrypted
    if reader.decrypt(b"").status is AuthStatus.FAILED:
        raise Encrypted
    return reader


def _together(found: tuple[SignatureReport, ...]) -> Status:
    """The file is as good as its worst signature."""
    if any(one.status is Status.INVALID for one in found):
        return Status.INVALID
    if all(one.status is Status.VALID for one in found):
        return Status.VALID
    return Status.INDETERMINATE


def _ended(pdf: bytes, xref: int | None) -> bool:
    """Whether nothing but white space follows the end-of-file mark of the cross-reference section in use: readers
    differ in what they make of more, even where it names the same section again."""
    return not pdf[pdf.find(b"%%EOF", xref or 0) + len(b"%%EOF") :].strip(b"\r\n\t \0")


def _trailed(one: SignatureReport) -> SignatureReport:
    if one.status is Status.INVALID:
        return one
    return replace(one, status=Status.INDETERMINATE, reasons=(*one.reasons, Reason("trailing_bytes")))


def _failed(pdf: bytes, code: str) -> Report:
    if code == "unreadable" and SIGNED.search(pdf) and b"%PDF-" in pdf[:1024]:
        code = "format_failure"
    verdict = Status.INVALID if code == "format_failure" else Status.INDETERMINATE
    return _report(pdf, (), verdict, (Reason(code),))


def _report(
    pdf: bytes, found: tuple[SignatureReport, ...], verdict: Status, reasons: tuple[Reason, ...], timestamps: int = 0
) -> Report:
    demo = any(one.demo for one in found)
    return Report(found, verdict, reasons, demo, hashlib.sha256(pdf).hexdigest(), timestamps)


def _dump(trust: Trust) -> dict[str, Any]:
    def iso(moment: datetime | None) -> str | None:
        return moment.astimezone(UTC).isoformat() if moment else None

    roots = [
        {
            "certificate": b64encode(root.certificate).decode(),
            "name": root.name,
            "from": iso(root.trusted_from),
            "until": iso(root.trusted_until),
            "demo": root.demo,
        }
        for root in trust.roots
    ]
    others = [b64encode(one).decode() for one in trust.others]
    return {"roots": roots, "others": others, "strength": trust.strength.to_json()}
