"""Makes the index anew from the object store and the keys alone; what is destroyed stays destroyed.

Owners come first with their merges and tombstones, then intake objects, then documents. Rows that stand already are
made again from the objects, so that it may run on an empty or on a damaged index. The event log is not the index: it
comes back from a backup of the database, and its anchors in the store say whether the backup is whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

from django.db import transaction

from accounts import WORKER
from storage import config, events, keys, ocfl
from storage.blobs import blobs
from storage.cipher import HEADER_SIZE, label_of, read_full
from storage.deposits import open_record as open_document_record
from storage.errors import KeyMissing, StorageError
from storage.index import write_document, write_version
from storage.intakes import PREFIX as INTAKES
from storage.intakes import read_intake, write_rows
from storage.lifecycle import bury, replay_tombstones
from storage.models import ArchiveObject, Document, Intake, IntakeGrant, Owner, OwnerIndex, Tombstone
from storage.objects import content_key, read_inventory
from storage.owners import index_alias
from storage.owners import open_record as open_owner_record
from storage.records import DocumentRecord, Grave, IntakeRecord, OwnerRecord
from storage.reports import Finding, ReindexReport
from storage.values import EventRecord


class _Rebuild:
    """One run: what was found so far."""

    def __init__(self) -> None:
        self.owners: dict[UUID, OwnerRecord] = {}
        self.documents = self.versions = self.intakes = 0
        self.findings: list[Finding] = []

    def note(self, path: str, error: StorageError) -> None:
        """Something that could not be read; the others go on."""
        self.findings.append(Finding(error.code, path, error.en))


def reindex(graves: Mapping[UUID, Sequence[Grave]] | None = None) -> ReindexReport:
    """Restores owners, documents, versions, fields, intake objects and tombstones; says what could not be read.

    `graves` are tombstones by home that the owners' objects do not know of: a restore has them from elsewhere.
    """
    run = _Rebuild()
    owners, documents = _objects()
    for owner in owners:
        _owner(run, owner)
    _bury_and_merge(run, graves or {})
    _intakes(run)
    for home, document in documents:
        _document(run, home, document)
    destroyed = Tombstone.objects.count()
    with transaction.atomic():
        details = {"owners": len(run.owners), "documents": run.documents, "findings": len(run.findings)}
        events.record(EventRecord("archive.reindex", details=details), WORKER)
    return ReindexReport(len(run.owners), run.documents, run.versions, run.intakes, destroyed, tuple(run.findings))


def _objects() -> tuple[list[UUID], list[tuple[UUID, UUID]]]:
    """The owners and the (home, document) pairs that have an object in the storage root."""
    owners, documents = [], []
    for path in object_paths():
        home, name = path.split("/")
        if name == "owner":
            owners.append(UUID(home))
        else:
            documents.append((UUID(home), UUID(name)))
    return owners, documents


def object_paths() -> Iterator[str]:
    """The path of every OCFL object in the storage root."""
    declaration = f"/{ocfl.OBJECT_DECLARATION[0]}"
    for key in blobs().keys(config.buckets().archive, ocfl.ROOT):
        if key.endswith(declaration):
            yield key.removeprefix(ocfl.ROOT).removesuffix(declaration)


def _owner(run: _Rebuild, owner: UUID) -> None:
    path = ocfl.owner_path(owner)
    try:
        inventory = read_inventory(path)
        key = _key_of(path, inventory, "owners", owner, ocfl.OWNER)
        record = open_owner_record(owner, inventory, key)
    except StorageError as error:
        run.note(path, error)
        return
    run.owners[owner] = record
    with transaction.atomic():
        made = {"key_id": key.name.id, "created_at": record.created_at, "merged_into": None}
        row, _ = Owner.objects.update_or_create(id=owner, defaults=made)
        OwnerIndex.objects.filter(owner=row).delete()
        for alias in record.aliases:
            index_alias(row, alias)
        _head(path, inventory)


def _bury_and_merge(run: _Rebuild, graves: Mapping[UUID, Sequence[Grave]]) -> None:
    with transaction.atomic():
        for home in Owner.objects.filter(id__in=graves).values_list("id", flat=True):
            for grave in graves[home]:
                bury(home, grave)
        for owner, record in run.owners.items():
            for grave in record.graves:
                bury(owner, grave)
            Owner.objects.filter(id__in=record.merged()).update(merged_into=owner)
    replay_tombstones(every=True)


def _document(run: _Rebuild, home: UUID, document: UUID) -> None:
    if Tombstone.objects.filter(document=document).exists():
        return
    path = ocfl.document_path(home, document)
    try:
        inventory = read_inventory(path)
        key = _key_of(path, inventory, "documents", document, ocfl.METADATA)
        records = [
            open_document_record(document, path, inventory, key, number) for number in range(1, inventory.head + 1)
        ]
    except StorageError as error:
        run.note(path, error)
        return
    newest = records[-1]
    shared = {owner for owner, known in run.owners.items() if document in {s.document for s in known.shared}}
    newest.owners = tuple(dict.fromkeys([*newest.owners, *shared]))
    with transaction.atomic():
        _write(newest, records, key.name.id)
        _head(path, inventory)
    run.documents += 1
    run.versions += len(records)


def _write(newest: DocumentRecord, records: list[DocumentRecord], key_id: UUID) -> None:
    Document.objects.filter(id=newest.document).delete()
    write_document(newest, key_id)
    for record in records:
        write_version(newest.document, record.version)
        source = record.version.source
        if source and record.dossier and Intake.objects.filter(id=source.intake).exists():
            given = {"granted_at": record.created_at}
            IntakeGrant.objects.get_or_create(
                intake_id=source.intake, dossier=record.dossier, agency=record.agency, defaults=given
            )


def _intakes(run: _Rebuild) -> None:
    """Every intake object whose key is left, the newest first.

    An upload that broke off after its bytes were in the store and came again under the same idempotency key left two:
    the acknowledged one is the newer, and keeps the key.
    """
    names = blobs().keys(config.buckets().archive, INTAKES)
    found = [_intake(run, UUID(name.split("/")[1])) for name in list(names) if name.endswith("/metadata.sealed")]
    for record, key_id in sorted(filter(None, found), key=lambda pair: pair[0].received_at, reverse=True):
        run.intakes += 1
        if Intake.objects.filter(id=record.intake).exists():
            continue
        if Intake.objects.filter(idempotency_key=record.idempotency_key).exists():
            record.idempotency_key = f"{record.idempotency_key[:160]}#{record.intake}"
        with transaction.atomic():
            write_rows(record, key_id)


def _intake(run: _Rebuild, intake: UUID) -> tuple[IntakeRecord, UUID] | None:
    path = f"{INTAKES}{intake}/metadata.sealed"
    try:
        with blobs().get(config.buckets().archive, path) as sealed:
            label = label_of(read_full(sealed, HEADER_SIZE))
        key = keys.open_key(keys.KeyName("intakes", intake, label.key_id))
        return read_intake(intake, key), key.name.id
    except KeyMissing:
        return None  # given up by its writer, or destroyed at the end of its retention: the locked bytes mean nothing
    except StorageError as error:
        run.note(path, error)
        return None


def _key_of(path: str, inventory: ocfl.Inventory, family: str, obj: UUID, name: str) -> keys.Key:
    """The key that the newest sealed file of an object names in its header."""
    content = inventory.path(inventory.state(inventory.head)[name])
    with blobs().get(config.buckets().archive, content_key(path, content)) as sealed:
        label = label_of(read_full(sealed, HEADER_SIZE))
    return keys.open_key(keys.KeyName(family, obj, label.key_id))


def _head(path: str, inventory: ocfl.Inventory) -> None:
    row, made = ArchiveObject.objects.get_or_create(path=path, defaults={"head": inventory.head})
    if not made and row.plan is None and row.head != inventory.head:
        row.head, row.lease_until = inventory.head, datetime.now(UTC)
        row.save(update_fields=["head", "lease_until"])
