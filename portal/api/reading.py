"""Documents on their way out to a system: each read is judged, recorded, and then given."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import suppress
from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse

import storage
from catalogue import mask
from dossiers.queries import unissued
from portal.api.errors import NoPdf
from portal.api.models import CodedDocument
from portal.api.purpose import Asked
from portal.api.schemas import EvidenceOut, FieldOut, VerificationOut, VersionOut

PDF = "application/pdf"


def admit(ask: Asked, document: UUID, action: str) -> storage.Handle | None:
    """Refuses what headers or grant do not allow. None for a document that the caller may not know of: the archive's
    own door then refuses it, with its event."""
    known: storage.Handle | None = None
    with suppress(storage.NotFound, storage.Destroyed):
        known = storage.handle(document, ask.actor)
    ask.admit(action, document=document, kind=known.kind if known else "")
    if known is not None and unissued([document]):
        storage.refuse(document, ask.actor, ask.purpose, action, storage.NotFound.code)
        raise storage.NotFound
    return known


def describe(ask: Asked, document: UUID) -> tuple[storage.Handle, storage.Metadata]:
    """A document's handle and whole description, for a read that is recorded."""
    known = admit(ask, document, "document.metadata")
    metadata = storage.metadata(document, ask.actor, ask.purpose)
    return known or storage.handle(document, ask.actor), metadata


def evidence(ask: Asked, document: UUID) -> EvidenceOut:
    """The description as the API tells it."""
    handle, metadata = describe(ask, document)
    return EvidenceOut(
        id=document,
        kind=metadata.kind,
        title=metadata.title,
        number=metadata.number,
        issued_on=metadata.issued_on,
        issuer=metadata.issuer,
        issuer_code=metadata.issuer_code,
        summary=metadata.summary,
        valid_from=metadata.valid_from,
        valid_to=metadata.valid_to,
        scope=metadata.scope,
        result_type=metadata.result_type,
        language=metadata.language,
        agency=handle.agency,
        status=handle.status,
        signature_level=handle.signature_level,
        doc_code=CodedDocument.objects.filter(document=document).values_list("code", flat=True).first(),
        fields=[_field(field) for field in metadata.fields],
        verification=_verification(document, ask),
        versions=[
            VersionOut(
                number=one.number,
                role=one.role,
                media_type=one.media_type,
                sha256=one.sha256,
                size=one.size,
                created_at=one.created_at,
            )
            for one in storage.versions(document, ask.actor)
        ],
    )


def report(ask: Asked, document: UUID, form: str) -> HttpResponse:
    """The report of the verification of a file that came signed. Raises NotFound where there is none."""
    admit(ask, document, "document.report")
    told = storage.report(document, ask.actor, ask.purpose, form)
    answer = HttpResponse(told, content_type=f"application/{form}")
    answer.headers["Content-Disposition"] = f'attachment; filename="{document}.{form}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def content(ask: Asked, document: UUID, *, name: str = "", pdf_only: bool = True) -> StreamingHttpResponse:
    """The bytes of the newest version, streamed; with `pdf_only` of the newest PDF. Raises NoPdf."""
    admit(ask, document, "document.open")
    number: int | None = None
    if pdf_only:
        with suppress(storage.NotFound, storage.Destroyed):
            numbers = [one.number for one in storage.versions(document, ask.actor) if one.media_type == PDF]
            if not numbers:
                raise NoPdf
            number = numbers[-1]
    opened = storage.open(document, ask.actor, ask.purpose, number)
    # The connection is given back at the end of the answer, also when the caller hangs up.
    answer = StreamingHttpResponse(_Closing(opened), content_type=opened.media_type)
    suffix = {PDF: "pdf", "image/tiff": "tif", "image/jpeg": "jpg", "image/png": "png"}.get(opened.media_type, "bin")
    digest = base64.b64encode(bytes.fromhex(opened.sha256)).decode()
    answer.headers["Content-Length"] = str(opened.size)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name or document}.{suffix}"'
    answer.headers["Repr-Digest"] = f"sha-256=:{digest}:"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _verification(document: UUID, ask: Asked) -> VerificationOut | None:
    told = storage.verification(document, ask.actor)
    if told is None:
        return None
    return VerificationOut.model_validate({"verdict": told.verdict, "at": told.at, "forms": list(told.forms)})


class _Closing:
    """An opened document as an answer's body."""

    def __init__(self, opened: storage.Opened) -> None:
        self._opened = opened

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._opened)

    def close(self) -> None:
        self._opened.close()


def _field(field: storage.FieldValue) -> FieldOut:
    return FieldOut(
        name=field.name,
        value=mask(field.value) if field.personal_id else field.value,
        origin=field.origin,
        confidence=field.confidence,
        verified=bool(field.verified_by),
    )
