"""One document on its way up the PAdES levels: signature, time-stamp, validation data, archive time-stamp."""

from __future__ import annotations

import io
import uuid
from dataclasses import dataclass, field
from datetime import datetime

from asn1crypto import cms
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError as PyhankoSigningError
from pyhanko.sign.signers.pdf_signer import (
    PdfSignatureMetadata,
    PdfSigner,
    PdfTimeStamper,
    TimestampDSSContentSettings,
)
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko.sign.validation import generic_cms
from pyhanko.sign.validation.dss import DocumentSecurityStore, collect_validation_info
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko_certvalidator import CertificateValidator
from pyhanko_certvalidator.errors import CRLValidationError, OCSPValidationError, PathError, ValidationError
from pyhanko_certvalidator.fetchers import Fetchers

from signing.errors import DocumentLocked, Unreadable
from signing.keys import DIGEST, Signer
from signing.marks import Drawn
from signing.model import Level, Reason
from signing.services import Services
from signing.wire import FailOver, KeySigner, OptionalTimestamp, context, fetchers, self_signed

__all__ = ["Ascent", "Session"]

VALUE_ROOM = 1200
"""Bytes kept for what a signature holds besides certificates: attributes and the value of an RSA-4096 key."""

UNVALIDATED = (SignatureValidationError, ValidationError, PathError, OCSPValidationError, CRLValidationError)
"""What pyHanko raises when a chain or its revocation data is not to be had."""


@dataclass(slots=True)
class Session:
    """What the documents of a batch share: the services, the answers of OCSP and CRL, the time-stamp authorities."""

    services: Services
    source: Fetchers
    stamper: FailOver
    believed: set[bytes] = field(default_factory=set)
    """Time-stamp certificates whose chains lead to a trusted root."""

    @classmethod
    def open(cls, services: Services) -> Session:
        return cls(services, fetchers(services.transport), FailOver(services.timestampers, services.transport))


class Ascent:
    """Climbs from nothing, or from the level a file has, towards `wanted`; stops at the first level that cannot be
    had, with the reason. `out` holds the file as far as it has come, whole at every step."""

    def __init__(self, pdf: bytes, session: Session, wanted: Level) -> None:
        self.out = io.BytesIO(pdf)
        self.wanted = wanted
        self.level = Level.NONE
        self.reasons: list[Reason] = []
        self.signed_at: datetime | None = None
        self._session = session
        self._stamper = session.stamper
        self._stamping = bool(session.services.timestampers)
        self._stopped = False

    def stop(self, *reasons: Reason) -> None:
        """Goes no higher than it is, for these reasons."""
        self.reasons.extend(reasons)
        self._stopped = bool(reasons) or self._stopped

    async def sign(self, signer: Signer, drawn: Drawn, title: str) -> None:
        """To B-T, or B-B if B-B is wanted or no time-stamp authority answers. Raises `DocumentLocked`, `Unreadable`."""
        stamping = self.wanted.rank >= Level.B_T.rank and self._stamping
        optional = OptionalTimestamp(self._stamper)
        room = self._room(signer, stamping)
        try:
            signed = await self._value(signer, drawn, title, optional if stamping else None, room)
        except _NoRoomError:
            # the first token of an authority was larger than was thought; its size is known now
            signed = await self._value(signer, drawn, title, optional, self._room(signer, stamping))
        self.out = signed
        self.level = Level.B_B
        if optional.token is not None and not await self._believed(optional.token["content"]):
            self.stop(Reason("timestamp_invalid"))
        elif optional.token is not None:
            self.level = Level.B_T
            self.signed_at = _gen_time(optional.token["content"])
        elif self.wanted.rank > Level.B_B.rank:
            self.stop(Reason("tsa_unavailable" if self._stamping else "no_tsa"))

    async def _believed(self, token: cms.SignedData) -> bool:
        """Whether a token comes from a trusted authority: a time that nobody will believe is not told as one."""
        found = generic_cms.extract_certs_for_validation(token)
        der = found.signer_cert.dump()
        if der not in self._session.believed:
            validation = context(self._session.services.trust, self._session.source, revocation_mode="soft-fail")
            others = list(found.other_certs)
            validator = CertificateValidator(found.signer_cert, others, validation_context=validation)
            try:
                await validator.async_validate_usage(set(), {"time_stamping"})  # type: ignore[no-untyped-call]
            except UNVALIDATED:
                return False
            self._session.believed.add(der)
        return True

    async def climb(self) -> None:
        """From B-T to B-LT and B-LTA, as wanted."""
        if not self._stopped and self.level is Level.B_T and self.wanted.rank > Level.B_T.rank:
            await self._validation_data()
        if not self._stopped and self.level is Level.B_LT and self.wanted.rank > Level.B_LT.rank:
            await self.archive_timestamp(Level.B_LTA)

    async def archive_timestamp(self, reached: Level) -> None:
        """Appends a document time-stamp; for B-LTA with what is needed to check it later."""
        if await self._document_stamp(_writer(self.out), store=reached is Level.B_LTA):
            self.level = reached

    async def _validation_data(self) -> None:
        """Puts chains, OCSP answers and CRLs of the signature and the time-stamps into the security store; in the same
        revision as the archive time-stamp if one is wanted and to be had."""
        before = self.out.getvalue()
        if self.wanted is Level.B_LTA and (writer := await self._with_store()) is not None:
            if await self._document_stamp(writer, store=True):
                self.level = Level.B_LTA
                return
            self.out = io.BytesIO(before)
        writer = await self._with_store()
        if writer is not None:
            writer.write_in_place()  # type: ignore[no-untyped-call]
            self.level = Level.B_LT

    async def _with_store(self) -> Writer | None:
        """The file with a security store about to be written."""
        writer = _writer(self.out)
        validation = context(self._session.services.trust, self._session.source)
        reader = writer.prev
        try:
            paths = list(await collect_validation_info(reader.embedded_regular_signatures[-1], validation))
            for stamp in reader.embedded_timestamp_signatures:
                paths += await collect_validation_info(stamp, validation)
        except UNVALIDATED:
            if not self._stopped:
                self.stop(Reason("revocation_unavailable"))
            return None
        DocumentSecurityStore.supply_dss_in_writer(writer, None, paths=paths, validation_context=validation)
        return writer

    async def _document_stamp(self, writer: Writer, *, store: bool) -> bool:
        """Writes what the writer holds, under a document time-stamp; or nothing, with the reason."""
        if not self._stamping:
            self.stop(Reason("no_tsa"))
            return False
        before = self.out.getvalue()
        validation = context(self._session.services.trust, self._session.source) if store else None
        try:
            await PdfTimeStamper(self._stamper).async_timestamp_pdf(
                writer,
                DIGEST,
                validation,
                bytes_reserved=2 * self._stamper.room,
                in_place=True,
                dss_settings=TimestampDSSContentSettings(include_vri=False, update_before_ts=True),
            )
        except (TimestampRequestError, PyhankoSigningError, *UNVALIDATED) as error:
            self.out = io.BytesIO(before)
            self.stop(_hindrance(error))
            return False
        if self.signed_at is None:
            self.signed_at = _gen_time(_reader(self.out).embedded_timestamp_signatures[-1].signed_data)
        return True

    async def _value(
        self, signer: Signer, drawn: Drawn, title: str, optional: OptionalTimestamp | None, room: int
    ) -> io.BytesIO:
        key = KeySigner(signer)
        if optional is not None:
            key.unsigned_attr_prov_spec = optional
        name = f"Chu-ky-{uuid.uuid4().hex[:12]}"
        place = drawn.place
        meta = PdfSignatureMetadata(name, md_algorithm=DIGEST, subfilter=SigSeedSubFilter.PADES, reason=title)
        spec = SigFieldSpec(
            name,
            on_page=place.page - 1 if place else 0,
            box=_whole(place.box) if place else None,
            readable_field_name=title,
        )
        out = io.BytesIO()
        try:
            machine = _Machine(meta, signer=key, stamp_style=drawn.style, new_field_spec=spec)
            await machine.async_sign_pdf(_writer(self.out), bytes_reserved=2 * room, output=out)
        except PyhankoSigningError as error:
            raise _refusal(error) from error
        except PdfError as error:
            raise Unreadable from error
        return out

    def _room(self, signer: Signer, stamping: bool) -> int:
        """Bytes kept for the CMS, so that no trial signature is needed to learn its size."""
        certificates = len(signer.certificate) + sum(len(one) for one in signer.chain if not self_signed(one))
        return VALUE_ROOM + certificates + (self._stamper.room if stamping else 0)


class Writer(IncrementalPdfFileWriter):
    """Leaves the document's information and XMP alone: a signature changes nothing that they speak of, what a PDF/A
    says of itself stays word for word, and each revision is 4 KB smaller."""

    def _update_meta(self) -> None:
        return None


class _Machine(PdfSigner):
    """Declares no ISO 32002 extension for ECDSA: it would make the file a PDF 2.0, which a PDF/A-2 may not be."""

    def register_extensions(self, pdf_out: BasePdfFileWriter, *, md_algorithm: str) -> None:
        return None


class _NoRoomError(Exception):
    """The CMS did not fit into what was kept for it."""


def _refusal(error: PyhankoSigningError) -> Exception:
    """pyHanko has one class for both; only its text tells them apart."""
    return _NoRoomError() if "larger than expected" in str(error) else DocumentLocked()


def _whole(box: tuple[float, float, float, float]) -> tuple[int, int, int, int]:
    x0, y0, x1, y1 = box
    return int(x0), int(y0), int(x1), int(y1)


def _hindrance(error: Exception) -> Reason:
    """Why no document time-stamp could be appended. Raises `DocumentLocked`."""
    if isinstance(error, TimestampRequestError):
        return Reason("tsa_unavailable")
    if not isinstance(error, PyhankoSigningError):
        return Reason("revocation_unavailable")
    refusal = _refusal(error)
    if isinstance(refusal, _NoRoomError):
        return Reason("token_too_large")
    raise refusal from error


def _gen_time(token: cms.SignedData) -> datetime:
    at = token["encap_content_info"]["content"].parsed["gen_time"].native
    assert isinstance(at, datetime)
    return at


def _writer(stream: io.BytesIO) -> Writer:
    try:
        return Writer(stream, strict=False)
    except (PdfError, ValueError) as error:
        raise Unreadable from error


def _reader(stream: io.BytesIO) -> PdfFileReader:
    return PdfFileReader(stream, strict=False)
