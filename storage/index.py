"""The index rows of a document, made from its record: at a deposit and at a rebuild by the same code."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from storage.models import Document, DocumentOwner, Field, Version
from storage.records import DocumentRecord, VersionRecord
from storage.scrub import looks_personal, scrub, search_text
from storage.values import Handle, Metadata, Status, Verification, VersionRef, VersionRole


def write_document(record: DocumentRecord, key_id: UUID) -> Document:
    """Makes or renews the row of a document, its owners and its fields."""
    described = record.metadata
    row, _ = Document.objects.update_or_create(
        id=record.document,
        defaults={
            "key_id": key_id,
            "home_id": record.home,
            "kind": described.kind,
            "title": scrub(described.title)[:300],
            "number": scrub(described.number)[:100],
            "issued_on": described.issued_on,
            "issuer": scrub(described.issuer)[:300],
            "issuer_code": described.issuer_code,
            "summary": scrub(described.summary)[:500],
            "valid_from": described.valid_from,
            "valid_to": described.valid_to,
            "scope": scrub(described.scope)[:300],
            "result_type": described.result_type,
            "language": described.language,
            "sensitivity": record.sensitivity,
            "status": record.status,
            "status_reason": scrub(record.status_reason)[:300],
            "superseded_by": record.superseded_by,
            "dossier": record.dossier,
            "agency": record.agency,
            "retain_until": record.retain_until,
            "created_at": record.created_at,
            "verification": _told(record.verification),
            "search_text": search_text(described),
        },
    )
    for owner in record.owners:
        DocumentOwner.objects.get_or_create(document=row, owner_id=owner)
    _write_fields(row, described)
    return row


def write_version(document: UUID, record: VersionRecord) -> Version:
    """The row of a version."""
    source, signature = record.source, record.signature
    return Version.objects.create(
        document_id=document,
        number=record.number,
        content=record.content,
        role=record.role,
        media_type=record.media_type,
        sha256=record.sha256,
        size=record.size,
        page_count=record.page_count,
        deposit_key=record.deposit_key,
        source_intake=source.intake if source else None,
        source_sha256=source.sha256 if source else "",
        source_pages=list(source.pages) if source else [],
        made_from=record.made_from,
        software=record.software,
        settings=record.settings,
        signature_level=signature.level if signature else "",
        signature_wanted=signature.wanted if signature else "",
        signer=signature.signer if signature else "",
        signed_at=signature.signed_at if signature else None,
        signature_demo=signature.demo if signature else False,
        sealed=signature.sealed if signature else False,
        created_at=record.created_at,
        created_by=record.created_by,
    )


def version_ref(row: Version) -> VersionRef:
    """What callers see of a version."""
    return VersionRef(
        document=row.document_id,
        number=row.number,
        role=VersionRole(row.role),
        sha256=row.sha256,
        size=row.size,
        media_type=row.media_type,
        created_at=row.created_at,
    )


def handle_of(row: Document, versions: list[Version]) -> Handle:
    """What a search tells of a document; `versions` are its own, oldest first."""
    levels = [version.signature_level for version in versions if version.signature_level]
    return Handle(
        id=row.id,
        kind=row.kind,
        title=row.title,
        number=row.number,
        issued_on=row.issued_on,
        issuer=row.issuer,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        scope=row.scope,
        result_type=row.result_type,
        sensitivity=row.sensitivity,
        status=Status(row.status),
        dossier=row.dossier,
        agency=row.agency,
        latest=versions[-1].number if versions else 0,
        signature_level=levels[-1] if levels else "",
        verdict=row.verification["verdict"] if row.verification else "",
    )


def _told(verification: Verification | None) -> dict[str, object] | None:
    return asdict(verification) | {"at": verification.at.isoformat()} if verification else None


def _write_fields(row: Document, described: Metadata) -> None:
    row.fields.all().delete()
    Field.objects.bulk_create(
        Field(
            document=row,
            name=field.name,
            value="" if hidden else field.value,
            hidden=hidden,
            origin=field.origin,
            confidence=field.confidence,
            verified_by=field.verified_by,
            verified_at=field.verified_at,
            page=field.page,
            box=list(field.box) if field.box else None,
        )
        for field in described.fields
        for hidden in [field.personal_id or looks_personal(field.value)]
    )
