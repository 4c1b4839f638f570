"""Puts one more revision under a PDF: a signature or a document time-stamp whose value is filled in afterwards."""

from __future__ import annotations

import io
import uuid
from collections.abc import Generator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import InvisSigSettings, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError as PyhankoSigningError
from pyhanko.sign.signers import constants
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigAppearanceSetup, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import DocumentTimestamp, SignatureObject
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import read_certification_data

from signing.errors import DocumentLocked, Unreadable
from signing.keys import DIGEST
from signing.marks import Drawn

__all__ = ["Placed", "Writer", "size", "truncate", "writer_on"]


class Writer(IncrementalPdfFileWriter):
    """Leaves the document's information and XMP alone: a signature changes nothing that they speak of, what a PDF/A
    says of itself stays word for word, and each revision is 4 KB smaller."""

    def _update_meta(self) -> None:
        return None


@dataclass(slots=True)
class Placed:
    """A revision that stands in the file with room for its value; `digest` is what the value is over."""

    digest: bytes
    room: int
    _steps: Generator[Any, Any, Any]

    @classmethod
    def signature(cls, stream: io.BytesIO, drawn: Drawn, title: str, at: datetime, room: int) -> Placed:
        """An approval signature with its mark. Raises `DocumentLocked`, `Unreadable`."""
        name = f"Chu-ky-{uuid.uuid4().hex[:12]}"
        place = drawn.place
        spec = SigFieldSpec(
            name,
            on_page=place.page - 1 if place else 0,
            box=_whole(place.box) if place else None,
            readable_field_name=title,
        )
        value = SignatureObject(timestamp=at, subfilter=SigSeedSubFilter.PADES, reason=title, bytes_reserved=2 * room)
        look = SigAppearanceSetup(style=drawn.style, timestamp=at, name=None) if drawn.style else None
        try:
            writer = writer_on(stream)
            _permitted(writer)
            return cls._write(writer, spec, SigObjSetup(sig_placeholder=value, appearance_setup=look), room)
        except PyhankoSigningError as error:
            raise DocumentLocked from error
        except PdfError as error:
            raise Unreadable from error

    @classmethod
    def timestamp(cls, writer: Writer, room: int) -> Placed:
        """A document time-stamp, under what the writer holds. Raises `DocumentLocked`."""
        name = f"Dau-thoi-gian-{uuid.uuid4().hex[:12]}"
        spec = SigFieldSpec(name, invis_sig_settings=InvisSigSettings())
        writer.register_extension(constants.ESIC_EXTENSION_1)
        try:
            value = DocumentTimestamp(bytes_reserved=2 * room)  # type: ignore[no-untyped-call]
            return cls._write(writer, spec, SigObjSetup(value), room)
        except PyhankoSigningError as error:
            raise DocumentLocked from error

    @classmethod
    def _write(cls, writer: Writer, spec: SigFieldSpec, setup: SigObjSetup, room: int) -> Placed:
        steps = PdfCMSEmbedder(new_field_spec=spec).write_cms(spec.sig_field_name, writer)
        next(steps)
        steps.send(setup)
        prepared, _ = steps.send(SigIOSetup(md_algorithm=DIGEST, in_place=True))
        return cls(prepared.document_digest, room, steps)

    def fill(self, value: bytes) -> bool:
        """Puts the CMS in; False if it does not fit, and the revision must be taken back (`truncate`)."""
        if len(value) > self.room:
            return False
        self._steps.send(value)
        return True


def writer_on(stream: io.BytesIO) -> Writer:
    """A writer of one more revision, at the end of the same stream. Raises `Unreadable`."""
    try:
        return Writer(stream, strict=False)
    except (PdfError, ValueError) as error:
        raise Unreadable from error


def size(stream: io.BytesIO) -> int:
    """Bytes in the stream."""
    return stream.seek(0, io.SEEK_END)


def truncate(stream: io.BytesIO, length: int) -> None:
    """Takes back revisions: what stood before them was never touched."""
    stream.truncate(length)


def _permitted(writer: Writer) -> None:
    """A certification signature may forbid every further change (ISO 32000-1, 12.8.2.2)."""
    try:
        told = read_certification_data(writer.prev)
    except SignatureValidationError as error:
        raise DocumentLocked from error
    if told is not None and told.permission == MDPPerm.NO_CHANGES:
        raise DocumentLocked


def _whole(box: tuple[float, float, float, float]) -> tuple[int, int, int, int]:
    x0, y0, x1, y1 = box
    return int(x0), int(y0), int(x1), int(y1)
