"""From a PDF to a signed PDF, one level after the other: signature, time-stamp, validation data, archive time-stamp."""

from __future__ import annotations

import asyncio
import io
import uuid
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError as PyhankoSigningError
from pyhanko.sign.signers.pdf_signer import (
    PdfSignatureMetadata,
    PdfSigner,
    PdfTimeStamper,
    TimestampDSSContentSettings,
)
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko.sign.validation.dss import async_add_validation_info
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko_certvalidator.errors import CRLValidationError, OCSPValidationError, PathError, ValidationError
from pyhanko_certvalidator.fetchers import Fetchers

from catalogue import HosoError
from signing.errors import DocumentLocked, NothingToUpgrade, Unreadable
from signing.keys import DIGEST, Signer
from signing.marks import MarkStyle, prepare
from signing.model import Level, Mark, Place, Reason, Signed
from signing.precheck import check
from signing.profile import Profile, profile
from signing.services import Services
from signing.wire import FailOver, KeySigner, OptionalTimestamp, context, fetchers

__all__ = ["Job", "Outcome", "sign", "sign_async", "sign_many", "upgrade", "upgrade_async"]

VALUE_ROOM = 2048
"""Bytes kept for what a signature holds besides certificates: attributes and the value of an RSA-4096 key."""

UNVALIDATED = (SignatureValidationError, ValidationError, PathError, OCSPValidationError, CRLValidationError)
"""What pyHanko raises when a chain or its revocation data is not to be had."""


@dataclass(frozen=True, slots=True)
class Job:
    """One document of a batch; `key` comes back with its outcome."""

    key: str
    pdf: bytes
    mark: Mark = field(default_factory=Mark)
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one document of a batch: a signed file or an error, never both."""

    key: str
    signed: Signed | None = None
    error: HosoError | None = None


def sign(
    pdf: bytes,
    *,
    profile: Profile | str,
    signer: Signer,
    services: Services,
    mark: Mark | None = None,
    place: Place | None = None,
    level: Level | None = None,
) -> Signed:
    """Signs one document; see `sign_async`."""
    return asyncio.run(
        sign_async(pdf, profile=profile, signer=signer, services=services, mark=mark, place=place, level=level)
    )


async def sign_async(
    pdf: bytes,
    *,
    profile: Profile | str,
    signer: Signer,
    services: Services,
    mark: Mark | None = None,
    place: Place | None = None,
    level: Level | None = None,
    source: Fetchers | None = None,
) -> Signed:
    """Signs as the profile says, to `level` or the profile's own, or as far as the services allow; the result says why.

    The earlier bytes stay as they are (an incremental update), so earlier signatures stay valid. `place` overrides
    where the profile would put its mark. Raises `CertificateRefused`, `Unreadable`, `Encrypted`, `DocumentLocked`,
    `TooCostly`.
    """
    chosen = _profile(profile)
    wanted = level or chosen.level
    now = datetime.now(UTC)
    source = source or fetchers(services.transport)
    unknown = await check(signer, services, source, now)
    drawn = await asyncio.to_thread(prepare, pdf, chosen, mark or Mark(), place, signer.certificate, services.demo, now)
    work = _Work(services, source, wanted)
    out = await work.signature(pdf, chosen, signer, drawn.style, drawn.place, now)
    if unknown:
        work.stop(*unknown)
    await work.raise_level(out)
    reasons = (*work.reasons, *drawn.reasons)
    return Signed(
        pdf=out.getvalue(),
        level=work.level,
        wanted=wanted,
        reasons=reasons,
        signed_at=work.signed_at,
        claimed_at=now,
        mark_box=drawn.place,
        signer=drawn.signer,
        demo=services.demo,
    )


async def sign_many(
    jobs: Iterable[Job],
    *,
    profile: Profile | str,
    signer: Signer,
    services: Services,
    level: Level | None = None,
    concurrency: int = 8,
) -> AsyncIterator[Outcome]:
    """Signs a batch, `concurrency` documents at once, and yields each outcome as it comes. One document's failure
    is its own; the answers of OCSP and CRL are shared, the jobs are drawn from the iterable as room allows."""
    source = fetchers(services.transport)

    async def one(job: Job) -> Outcome:
        try:
            signed = await sign_async(
                job.pdf,
                profile=profile,
                signer=signer,
                services=services,
                mark=job.mark,
                place=job.place,
                level=level,
                source=source,
            )
        except HosoError as error:
            return Outcome(job.key, error=error)
        return Outcome(job.key, signed=signed)

    running: set[asyncio.Task[Outcome]] = set()
    for job in jobs:
        running.add(asyncio.create_task(one(job)))
        if len(running) >= concurrency:
            done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                yield task.result()
    for last in asyncio.as_completed(running):
        yield await last


def upgrade(pdf: bytes, *, services: Services, level: Level) -> Signed:
    """Raises the last signature of a signed file to `level`; see `upgrade_async`."""
    return asyncio.run(upgrade_async(pdf, services=services, level=level))


async def upgrade_async(pdf: bytes, *, services: Services, level: Level) -> Signed:
    """Adds to a signed file what its last signature lacks, as far as the services allow.

    A signature made without a time-stamp cannot be given one inside later: a document time-stamp takes its place
    (ETSI EN 319 142-1, clause 6.3 lets level B-T rest on either). It proves that the signature existed when the
    upgrade was made, not when the signer claims to have signed; `signed_at` says so. Raises `NothingToUpgrade`,
    `Unreadable`.
    """
    from signing.verification import verify_here

    report = await verify_here(pdf, services.trust)
    if not report.signatures:
        raise NothingToUpgrade
    last = report.signatures[-1]
    work = _Work(services, fetchers(services.transport), level, level=max(last.level, Level.B_B, key=lambda x: x.rank))
    work.signed_at = last.signed_at
    out = io.BytesIO(pdf)
    if work.level is Level.B_B and level.rank > Level.B_B.rank:
        await work.archive_timestamp(out, Level.B_T)
    await work.raise_level(out)
    return Signed(
        pdf=out.getvalue(),
        level=work.level,
        wanted=level,
        reasons=tuple(work.reasons),
        signed_at=work.signed_at,
        claimed_at=last.claimed_at or datetime.now(UTC),
        mark_box=None,
        signer=last.signer,
        demo=last.demo,
    )


class _Work:
    """One document on its way up the levels; stops at the first that cannot be had, with the reason."""

    def __init__(self, services: Services, source: Fetchers, wanted: Level, level: Level = Level.NONE) -> None:
        self.services = services
        self.source = source
        self.wanted = wanted
        self.level = level
        self.reasons: list[Reason] = []
        self.signed_at: datetime | None = None
        self._stopped = False

    def stop(self, *reasons: Reason) -> None:
        self.reasons.extend(reasons)
        self._stopped = True

    async def signature(
        self, pdf: bytes, chosen: Profile, signer: Signer, style: MarkStyle | None, place: Place | None, now: datetime
    ) -> io.BytesIO:
        writer = _writer(io.BytesIO(pdf))
        stamping = self.wanted.rank >= Level.B_T.rank and bool(self.services.timestampers)
        key = KeySigner(signer)
        stamper = FailOver(self.services.timestampers, self.services.transport)
        optional = OptionalTimestamp(stamper)
        if stamping:
            key.unsigned_attr_prov_spec = optional
        name = f"Chu-ky-{uuid.uuid4().hex[:12]}"
        box = _whole(place) if place else None
        meta = PdfSignatureMetadata(
            field_name=name,
            md_algorithm=DIGEST,
            subfilter=SigSeedSubFilter.PADES,
            reason=chosen.title_vi,
        )
        spec = SigFieldSpec(name, on_page=place.page - 1 if place else 0, box=box, readable_field_name=chosen.title_vi)
        machine = PdfSigner(meta, signer=key, stamp_style=style, new_field_spec=spec)
        out = io.BytesIO()
        try:
            await machine.async_sign_pdf(
                writer, bytes_reserved=2 * _room(signer, stamper if stamping else None), output=out
            )
        except PyhankoSigningError as error:
            raise DocumentLocked from error
        except PdfError as error:
            raise Unreadable from error
        self.level = Level.B_B
        if optional.token is not None:
            self.level = Level.B_T
            self.signed_at = optional.token["content"]["encap_content_info"]["content"].parsed["gen_time"].native
        elif self.wanted.rank > Level.B_B.rank:
            self.stop(Reason("tsa_unavailable" if self.services.timestampers else "no_tsa"))
        return out

    async def raise_level(self, out: io.BytesIO) -> None:
        if not self._stopped and self.level is Level.B_T and self.wanted.rank > Level.B_T.rank:
            await self._validation_data(out)
        if not self._stopped and self.level is Level.B_LT and self.wanted.rank > Level.B_LT.rank:
            await self.archive_timestamp(out, Level.B_LTA)

    async def _validation_data(self, out: io.BytesIO) -> None:
        """Puts chains, OCSP answers and CRLs of the signature and its time-stamps into the security store."""
        before = out.getvalue()
        try:
            await self._store(out, _reader(out).embedded_regular_signatures[-1])
            for stamp in _reader(out).embedded_timestamp_signatures:
                await self._store(out, stamp)
        except UNVALIDATED:
            _restore(out, before)
            self.stop(Reason("revocation_unavailable"))
            return
        self.level = Level.B_LT

    async def _store(self, out: io.BytesIO, signature: EmbeddedPdfSignature) -> None:
        validation = context(self.services.trust, self.source)
        await async_add_validation_info(signature, validation, in_place=True, embed_roots=False)

    async def archive_timestamp(self, out: io.BytesIO, reached: Level) -> None:
        """Appends a document time-stamp and, in the same go, what is needed to check it later."""
        if not self.services.timestampers:
            self.stop(Reason("no_tsa"))
            return
        before = out.getvalue()
        validation = context(self.services.trust, self.source) if reached is Level.B_LTA else None
        stamper = FailOver(self.services.timestampers, self.services.transport)
        settings = TimestampDSSContentSettings(include_vri=False, update_before_ts=True)
        try:
            await PdfTimeStamper(stamper).async_timestamp_pdf(
                _writer(out),
                DIGEST,
                validation,
                bytes_reserved=2 * stamper.room,
                in_place=True,
                dss_settings=settings,
                embed_roots=False,
            )
        except (TimestampRequestError, *UNVALIDATED):
            _restore(out, before)
            self.stop(Reason("tsa_unavailable"))
            return
        self.level = reached
        if self.signed_at is None:
            self.signed_at = (
                _reader(out)
                .embedded_timestamp_signatures[-1]
                .signed_data["encap_content_info"]["content"]
                .parsed["gen_time"]
                .native
            )


def _room(signer: Signer, stamper: FailOver | None) -> int:
    """Bytes kept for the CMS, so that no trial signature is needed to learn its size."""
    certificates = len(signer.certificate) + sum(len(one) for one in signer.chain)
    return VALUE_ROOM + certificates + (stamper.room if stamper else 0)


def _whole(place: Place) -> tuple[int, int, int, int]:
    x0, y0, x1, y1 = place.box
    return int(x0), int(y0), int(x1), int(y1)


def _profile(wanted: Profile | str) -> Profile:
    return profile(wanted) if isinstance(wanted, str) else wanted


def _restore(out: io.BytesIO, before: bytes) -> None:
    out.seek(0)
    out.truncate()
    out.write(before)


def _writer(stream: io.BytesIO) -> IncrementalPdfFileWriter:
    try:
        return IncrementalPdfFileWriter(stream, strict=False)
    except (PdfError, ValueError) as error:
        raise Unreadable from error


def _reader(stream: io.BytesIO) -> PdfFileReader:
    return PdfFileReader(stream, strict=False)
