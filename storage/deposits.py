"""Deposits: one version of one document, sealed, staged, committed with its index rows and its event, published.

Each version carries its sealed description, so that the index can be made anew from the objects and the keys alone.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import BinaryIO
from uuid import UUID

from django.db import DatabaseError, transaction

from accounts import Actor, Purpose
from catalogue import nfc
from storage import config, events, keys, ocfl
from storage.blobs import blobs
from storage.cipher import Kind, Label, seal, unseal
from storage.errors import BadDeposit, Destroyed, EmptyContent, NotFound, StorageError, TooLarge
from storage.index import version_ref, write_document, write_version
from storage.intakes import check_space
from storage.models import Document, Intake, Tombstone, Version
from storage.objects import Draft, claim, content_key, publish, read_inventory
from storage.owners import note_shared, owner_key
from storage.records import DocumentRecord, VersionRecord, dump, load_document
from storage.signals import Stored, version_stored
from storage.values import Deposit, EventRecord, Metadata, Status, VersionRef, VersionRole


@dataclass(frozen=True, slots=True)
class _Plain:
    """The plain content: rewindable, digested."""

    stream: BinaryIO
    sha256: str
    size: int


def deposit(deposit: Deposit, content: bytes | BinaryIO, actor: Actor) -> VersionRef:
    """Stores one version and returns when it is durable. A stream must be seekable: it is read twice, memory flat.

    The same (document, role, SHA-256, key) gives the version that it gave before; of signatures the same (document,
    role, key) does, so that of two made side by side one is published. Raises BadDeposit, EmptyContent,
    StoreFull, StoreDown, DepositBusy, FenceLost, Destroyed, NotFound (an owner or the intake is unknown).
    """
    plain = _plain(content)
    done = _done(deposit, plain.sha256)
    if done is not None:
        publish(_path(done.document_id))
        return version_ref(done)
    check_space(plain.size)
    existing = _check(deposit)
    home = existing.home_id if existing else deposit.owners[0]
    for other in deposit.owners:
        if other != home:
            note_shared(other, deposit.document, home, actor)
    path = ocfl.document_path(home, deposit.document)
    with claim(path) as draft:
        done = _done(deposit, plain.sha256)
        if done is not None:
            return version_ref(done)
        existing = _check(deposit)
        with _key(existing, deposit.document, home) as key:
            record = _record(deposit, plain, existing, draft.number, key, actor)
            label = Label(Kind.CONTENT, deposit.document, draft.number, key.name.id)
            draft.add(ocfl.DOCUMENT, seal(plain.stream, key.secret, label))
            row = _commit(draft, record, key, actor, "document.deposit", keep=())
    publish(path)
    return version_ref(row)


def describe(document: UUID, metadata: Metadata, actor: Actor, key: str) -> VersionRef:
    """A new version with the same bytes under another description. The same key describes once."""

    def change(record: DocumentRecord) -> None:
        record.metadata = metadata

    return amend(document, change, actor, action="document.describe", key=key)


def amend(
    document: UUID,
    change: Callable[[DocumentRecord], None],
    actor: Actor,
    *,
    action: str,
    key: str,
    purpose: Purpose | None = None,
    beside: Mapping[str, tuple[Kind, bytes]] | None = None,
) -> VersionRef:
    """A new METADATA version: the same bytes, the record as `change` leaves it, and sealed files `beside` them by name.
    Raises NotFound, Destroyed."""
    done = Version.objects.filter(document=document, role=VersionRole.METADATA, deposit_key=key).first()
    if done is not None:
        publish(_path(document))
        return version_ref(done)
    path = _path(document)
    with claim(path) as draft:
        row = get_document(document)
        wrapped = document_key(row)
        record = read_record(row, wrapped)
        record.version = replace(
            record.version,
            number=draft.number,
            role=VersionRole.METADATA,
            deposit_key=key,
            created_at=datetime.now(UTC),
            created_by=actor.id,
            made_from=record.version.number,
        )
        change(record)
        for name, (kind, content) in (beside or {}).items():
            label = Label(kind, document, draft.number, wrapped.name.id)
            draft.add(name, seal(io.BytesIO(content), wrapped.secret, label))
        version = _commit(draft, record, wrapped, actor, action, keep=(ocfl.DOCUMENT,), purpose=purpose)
    publish(path)
    return version_ref(version)


def get_document(document: UUID) -> Document:
    """The row of a document. Raises Destroyed, NotFound."""
    row = Document.objects.filter(id=document).first()
    if row is None:
        raise Destroyed() if Tombstone.objects.filter(document=document).exists() else NotFound()
    return row


def document_key(row: Document) -> keys.Key:
    """The document's key. Raises KeyMissing."""
    return keys.open_key(keys.KeyName("documents", row.id, row.key_id))


def read_record(row: Document, key: keys.Key, number: int | None = None) -> DocumentRecord:
    """The sealed record of a version, the newest by default. Raises Corrupt, NotFound."""
    path = ocfl.document_path(row.home_id, row.id)
    publish(path)
    inventory = read_inventory(path)
    return open_record(row.id, path, inventory, key, number or inventory.head)


def open_record(document: UUID, path: str, inventory: ocfl.Inventory, key: keys.Key, number: int) -> DocumentRecord:
    """The sealed record of a version, from an inventory at hand."""
    content = inventory.path(inventory.state(number)[ocfl.METADATA])
    label = Label(Kind.METADATA, document, number, key.name.id)
    with blobs().get(config.buckets().archive, content_key(path, content)) as sealed:
        return load_document(b"".join(unseal(sealed, key.secret, label)))


def _plain(content: bytes | BinaryIO) -> _Plain:
    stream = io.BytesIO(content) if isinstance(content, bytes) else content
    digest, size = hashlib.sha256(), 0
    stream.seek(0)
    while chunk := stream.read(config.MIB):
        digest.update(chunk)
        size += len(chunk)
    if size == 0:
        raise EmptyContent
    if size > 2 * config.UPLOAD_LIMIT:
        raise TooLarge(limit=2 * config.UPLOAD_LIMIT // config.MIB)
    stream.seek(0)
    return _Plain(stream, digest.hexdigest(), size)


def _done(deposit: Deposit, sha256: str) -> Version | None:
    same = Version.objects.filter(document=deposit.document, role=deposit.role, deposit_key=deposit.key)
    return (same if deposit.signature else same.filter(sha256=sha256)).first()


def _check(deposit: Deposit) -> Document | None:
    """The rules of invariant 1: what each version must name. Returns the document when it stands already."""
    if Tombstone.objects.filter(document=deposit.document).exists():
        raise Destroyed
    row = Document.objects.filter(id=deposit.document).first()
    if row is None and (deposit.metadata is None or not deposit.owners):
        raise BadDeposit(reason_vi="thiếu thông tin mô tả hoặc chủ giấy tờ", reason="metadata or owner is missing")
    if deposit.role is VersionRole.METADATA:
        raise BadDeposit(reason_vi="vai trò chỉ dùng cho thay đổi mô tả", reason="role is for describe only")
    if row is not None and not row.versions.filter(number=deposit.made_from or 0).exists():
        raise BadDeposit(reason_vi="chưa nêu được làm từ phiên bản nào", reason="made_from names no version")
    if row is not None and not deposit.software:
        raise BadDeposit(reason_vi="chưa nêu phần mềm đã tạo ra", reason="software is missing")
    if deposit.role is VersionRole.ORIGINAL and deposit.source is None:
        raise BadDeposit(reason_vi="chưa nêu bản quét nguồn", reason="an original names the intake it was cut from")
    if deposit.source and not Intake.objects.filter(id=deposit.source.intake, sha256=deposit.source.sha256).exists():
        raise BadDeposit(reason_vi="không có bản quét nguồn như đã nêu", reason="the source intake is unknown")
    if deposit.source and not deposit.source.pages:
        raise BadDeposit(reason_vi="chưa nêu số trang của bản quét nguồn", reason="the source pages are missing")
    if not 1 <= deposit.sensitivity <= 4:
        raise BadDeposit(reason_vi="mức nhạy cảm phải từ 1 đến 4", reason="sensitivity must be 1 to 4")
    return row


@contextmanager
def _key(existing: Document | None, document: UUID, home: UUID) -> Iterator[keys.Key]:
    """The document's key; one that was made here goes again when the first deposit fails."""
    if existing is not None:
        yield document_key(existing)
        return
    key = keys.new_key("documents", document, owner_key(home))
    try:
        yield key
    except BaseException:
        # A commit of unknown outcome may stand: the row alone tells, and in doubt the key stays.
        with suppress(StorageError, DatabaseError):
            if not Document.objects.filter(id=document).exists():
                keys.drop_key(key)
        raise


def _record(
    deposit: Deposit, plain: _Plain, existing: Document | None, number: int, key: keys.Key, actor: Actor
) -> DocumentRecord:
    now = datetime.now(UTC)
    version = VersionRecord(
        number=number,
        content=number,
        role=deposit.role,
        media_type=deposit.media_type,
        sha256=plain.sha256,
        size=plain.size,
        deposit_key=deposit.key,
        created_at=now,
        created_by=actor.id,
        page_count=deposit.page_count,
        source=deposit.source,
        made_from=deposit.made_from,
        software=deposit.software,
        settings=dict(deposit.settings),
        signature=deposit.signature,
    )
    if existing is not None:
        record = read_record(existing, key)
        record.version = version
        record.owners = tuple(dict.fromkeys(record.owners + deposit.owners))
        record.metadata = deposit.metadata or record.metadata
        return record
    assert deposit.metadata is not None
    return DocumentRecord(
        document=deposit.document,
        home=deposit.owners[0],
        owners=tuple(dict.fromkeys(deposit.owners)),
        metadata=deposit.metadata,
        sensitivity=deposit.sensitivity,
        status=Status.ACTIVE,
        status_reason="",
        superseded_by=None,
        dossier=deposit.dossier,
        agency=deposit.agency,
        retain_until=now + timedelta(days=config.DOCUMENT_DAYS),
        created_at=now,
        version=version,
    )


def _commit(
    draft: Draft,
    record: DocumentRecord,
    key: keys.Key,
    actor: Actor,
    action: str,
    *,
    keep: tuple[str, ...],
    purpose: Purpose | None = None,
) -> Version:
    """Stages the record and commits: the winner, the index rows and the event, all or nothing."""
    record.metadata = replace(record.metadata, title=nfc(record.metadata.title), text=nfc(record.metadata.text))
    label = Label(Kind.METADATA, record.document, draft.number, key.name.id)
    draft.add(ocfl.METADATA, seal(io.BytesIO(dump(record)), key.secret, label))
    fresh = {file.name for file in draft.files}
    held = draft.before.state(draft.before.head) if draft.before else {}
    keep += tuple(name for name in ocfl.REPORTS.values() if name in held and name not in fresh)
    told = EventRecord(
        action,
        document=record.document,
        version=draft.number,
        owners=record.owners,
        sensitivity=record.sensitivity,
        fields=tuple(field.name for field in record.metadata.fields),
        details={"role": record.version.role, "kind": record.metadata.kind, "sha256": record.version.sha256},
    )
    with transaction.atomic():
        draft.commit(record.version.role, actor.id, keep=keep, until=record.retain_until)
        write_document(record, key.name.id)
        version = write_version(record.document, record.version)
        events.record(told, actor, purpose or Purpose("", record.dossier))
        version_stored.send(
            Deposit,
            stored=Stored(
                document=record.document,
                version=draft.number,
                role=record.version.role,
                kind=record.metadata.kind,
                agency=record.agency,
                sensitivity=record.sensitivity,
            ),
        )
    return version


def _path(document: UUID) -> str:
    return ocfl.document_path(get_document(document).home_id, document)
