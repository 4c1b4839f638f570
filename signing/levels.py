"""One document on its way up the PAdES levels: signature, time-stamp, validation data, archive time-stamp."""

from __future__ import annotations

import io
import uuid
from datetime import datetime

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

from signing.errors import DocumentLocked, Unreadable
from signing.keys import DIGEST, Signer
from signing.marks import Drawn
from signing.model import Level, Reason
from signing.services import Services
from signing.wire import FailOver, KeySigner, OptionalTimestamp, context

__all__ = ["Ascent"]

VALUE_ROOM = 2048
"""Bytes kept for what a signature holds besides certificates: attributes and the value of an RSA-4096 key."""

UNVALIDATED = (SignatureValidationError, ValidationError, PathError, OCSPValidationError, CRLValidationError)
"""What pyHanko raises when a chain or its revocation data is not to be had."""


class Ascent:
    """Climbs from nothing, or from the level a file has, towards `wanted`; stops at the first level that cannot be
    had, with the reason. `out` holds the file as far as it has come, whole at every step."""

    def __init__(self, pdf: bytes, services: Services, source: Fetchers, wanted: Level) -> None:
        self.out = io.BytesIO(pdf)
        self.services = services
        self.source = source
        self.wanted = wanted
        self.level = Level.NONE
        self.reasons: list[Reason] = []
        self.signed_at: datetime | None = None
        self._stamper = FailOver(services.timestampers, services.transport)
        self._stopped = False

    def stop(self, *reasons: Reason) -> None:
        """Goes no higher than it is, for these reasons."""
        self.reasons.extend(reasons)
        self._stopped = bool(reasons) or self._stopped

    async def sign(self, signer: Signer, drawn: Drawn, title: str) -> None:
        """To B-T, or B-B if B-B is wanted or no time-stamp authority answers. Raises `DocumentLocked`, `Unreadable`."""
        stamping = self.wanted.rank >= Level.B_T.rank and bool(self.services.timestampers)
        optional = OptionalTimestamp(self._stamper)
        room = self._room(signer, stamping)
        try:
            signed = await self._value(signer, drawn, title, optional if stamping else None, room)
        except _NoRoomError:
            # the first token of an authority was larger than was thought; its size is known now
            signed = await self._value(signer, drawn, title, optional, self._room(signer, stamping))
        self.out = signed
        self.level = Level.B_B
        if optional.token is not None:
            self.level = Level.B_T
            self.signed_at = optional.token["content"]["encap_content_info"]["content"].parsed["gen_time"].native
        elif self.wanted.rank > Level.B_B.rank:
            self.stop(Reason("tsa_unavailable" if self.services.timestampers else "no_tsa"))

    async def climb(self) -> None:
        """From B-T to B-LT and B-LTA, as wanted."""
        if not self._stopped and self.level is Level.B_T and self.wanted.rank > Level.B_T.rank:
            await self._validation_data()
        if not self._stopped and self.level is Level.B_LT and self.wanted.rank > Level.B_LT.rank:
            await self.archive_timestamp(Level.B_LTA)

    async def archive_timestamp(self, reached: Level) -> None:
        """Appends a document time-stamp and, for B-LTA, what is needed to check it later."""
        if not self.services.timestampers:
            self.stop(Reason("no_tsa"))
            return
        before = self.out.getvalue()
        try:
            try:
                await self._document_stamp(reached)
            except _NoRoomError:
                self._restore(before)
                await self._document_stamp(reached)
        except TimestampRequestError:
            self._restore(before)
            self.stop(Reason("tsa_unavailable"))
            return
        except UNVALIDATED:
            self._restore(before)
            self.stop(Reason("revocation_unavailable"))
            return
        self.level = reached
        if self.signed_at is None:
            token = _reader(self.out).embedded_timestamp_signatures[-1].signed_data
            self.signed_at = token["encap_content_info"]["content"].parsed["gen_time"].native

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
            machine = PdfSigner(meta, signer=key, stamp_style=drawn.style, new_field_spec=spec)
            await machine.async_sign_pdf(_writer(self.out), bytes_reserved=2 * room, output=out)
        except PyhankoSigningError as error:
            raise _refusal(error) from error
        except PdfError as error:
            raise Unreadable from error
        return out

    async def _validation_data(self) -> None:
        """Puts chains, OCSP answers and CRLs of the signature and the time-stamps into the security store."""
        before = self.out.getvalue()
        try:
            await self._store(_reader(self.out).embedded_regular_signatures[-1])
            for stamp in _reader(self.out).embedded_timestamp_signatures:
                await self._store(stamp)
        except UNVALIDATED:
            self._restore(before)
            self.stop(Reason("revocation_unavailable"))
            return
        self.level = Level.B_LT

    async def _store(self, signature: EmbeddedPdfSignature) -> None:
        validation = context(self.services.trust, self.source)
        await async_add_validation_info(signature, validation, in_place=True, add_vri_entry=False)

    async def _document_stamp(self, reached: Level) -> None:
        validation = context(self.services.trust, self.source) if reached is Level.B_LTA else None
        try:
            await PdfTimeStamper(self._stamper).async_timestamp_pdf(
                _writer(self.out),
                DIGEST,
                validation,
                bytes_reserved=2 * self._stamper.room,
                in_place=True,
                dss_settings=TimestampDSSContentSettings(include_vri=False, update_before_ts=True),
            )
        except PyhankoSigningError as error:
            raise _refusal(error) from error

    def _room(self, signer: Signer, stamping: bool) -> int:
        """Bytes kept for the CMS, so that no trial signature is needed to learn its size."""
        certificates = len(signer.certificate) + sum(len(one) for one in signer.chain)
        return VALUE_ROOM + certificates + (self._stamper.room if stamping else 0)

    def _restore(self, before: bytes) -> None:
        self.out = io.BytesIO(before)


class _NoRoomError(Exception):
    """The CMS did not fit into what was kept for it."""


def _refusal(error: PyhankoSigningError) -> Exception:
    """pyHanko has one class for both; only its text tells them apart."""
    return _NoRoomError() if "larger than expected" in str(error) else DocumentLocked()


def _whole(box: tuple[float, float, float, float]) -> tuple[int, int, int, int]:
    x0, y0, x1, y1 = box
    return int(x0), int(y0), int(x1), int(y1)


def _writer(stream: io.BytesIO) -> IncrementalPdfFileWriter:
    try:
        return IncrementalPdfFileWriter(stream, strict=False)
    except (PdfError, ValueError) as error:
        raise Unreadable from error


def _reader(stream: io.BytesIO) -> PdfFileReader:
    return PdfFileReader(stream, strict=False)
