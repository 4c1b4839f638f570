"""The only door to a document's bytes and field values: the event is committed first, and every doubt closes it."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from accounts import Actor, Purpose
from storage import config, events, keys, ocfl
from storage.access import may_know, refusal
from storage.blobs import Reader, blobs
from storage.cipher import REPORT_KINDS, Kind, Label, unseal
from storage.deposits import document_key, get_document, read_record
from storage.errors import NotFound, StorageError
from storage.index import handle_of, version_ref
from storage.models import Document, DocumentOwner, Version
from storage.objects import content_key, publish, read_inventory
from storage.opened import Opened
from storage.records import read_verification
from storage.values import EventRecord, Handle, Metadata, Status, Verification, VersionRef


def open(document: UUID, actor: Actor, purpose: Purpose | None, version: int | None = None) -> Opened:
    """The bytes of a version, the newest by default. The event of the read, or of its refusal, is committed first.

    Raises PurposeMissing, NotAllowed, NotFound, Destroyed, KeyMissing, Corrupt, StoreDown.
    """
    row = _admitted(document, actor, purpose, "document.open", version)
    found = row.versions.order_by("-number") if version is None else row.versions.filter(number=version)
    wanted = found.first()
    if wanted is None:
        raise NotFound
    key = document_key(row)
    path = ocfl.document_path(row.home_id, row.id)
    publish(path)
    inventory = read_inventory(path)
    content = inventory.path(inventory.state(wanted.number)[ocfl.DOCUMENT])
    sealed = blobs().get(config.buckets().archive, content_key(path, content))
    return _opened(wanted, key, Label(Kind.CONTENT, row.id, wanted.content, key.name.id), sealed)


def metadata(document: UUID, actor: Actor, purpose: Purpose | None) -> Metadata:
    """The whole description with all field values, identifiers too; a read like any other."""
    row = _admitted(document, actor, purpose, "document.metadata", None)
    return read_record(row, document_key(row)).metadata


def versions(document: UUID, actor: Actor) -> tuple[VersionRef, ...]:
    """The versions of a document, oldest first. Raises NotFound, Destroyed."""
    return tuple(version_ref(row) for row in _known(document, actor).versions.order_by("number"))


def handle(document: UUID, actor: Actor) -> Handle:
    """What a search would tell of one document that the caller holds the id of. Raises NotFound, Destroyed."""
    row = _known(document, actor)
    return handle_of(row, list(row.versions.order_by("number")))


def status(document: UUID, actor: Actor, purpose: Purpose | None) -> Status:
    """Whether the document may be relied on; a read like any other. Raises as `open` does."""
    return Status(_admitted(document, actor, purpose, "document.status", None).status)


def verification(document: UUID, actor: Actor) -> Verification | None:
    """What verification said of a file that came signed; None of any other. Raises NotFound, Destroyed."""
    return read_verification(_known(document, actor).verification)


def report(document: UUID, actor: Actor, purpose: Purpose | None, form: str) -> bytes:
    """The report of that verification as `json` (`hoso.verify/1`) or `xml` (ETSI TS 119 102-2). It names signers, so it
    is a read like any other. Raises as `open` does; NotFound where there is no such report."""
    row = _admitted(document, actor, purpose, "document.report", None)
    told = read_verification(row.verification)
    if told is None or form not in told.forms:
        raise NotFound
    key, path = document_key(row), ocfl.document_path(row.home_id, row.id)
    publish(path)
    inventory = read_inventory(path)
    content = inventory.path(inventory.state(told.version)[ocfl.REPORTS[form]])
    label = Label(REPORT_KINDS[form], row.id, told.version, key.name.id)
    with blobs().get(config.buckets().archive, content_key(path, content)) as sealed:
        return b"".join(unseal(sealed, key.secret, label))


def refuse(document: UUID, actor: Actor, purpose: Purpose | None, action: str, result: str) -> None:
    """Records that a caller's own rule refused a read, so that the owners see the attempt; `result` is its code."""
    owners = DocumentOwner.objects.filter(document=document).values_list("owner", flat=True)
    with transaction.atomic():
        events.record(EventRecord(action, result, document=document, owners=tuple(owners)), actor, purpose)


def _opened(wanted: Version, key: keys.Key, label: Label, sealed: Reader) -> Opened:
    return Opened(
        sealed,
        key.secret,
        label,
        media_type=wanted.media_type,
        size=wanted.size,
        sha256=wanted.sha256,
        version=wanted.number,
    )


def _known(document: UUID, actor: Actor) -> Document:
    row = get_document(document)
    if not may_know(row, actor):
        raise NotFound
    return row


def _admitted(document: UUID, actor: Actor, purpose: Purpose | None, action: str, version: int | None) -> Document:
    """Commits the event of a read, allowed or refused, and returns the row when it is allowed."""
    row, refused = None, None
    owners: tuple[UUID, ...] = ()
    fields: tuple[str, ...] = ()
    try:
        row = get_document(document)
        refused = refusal(row, actor, purpose)
        owners = tuple(row.owners.values_list("id", flat=True))
        if refused is None and action == "document.metadata":
            fields = tuple(row.fields.values_list("name", flat=True))
        if version is None:
            version = row.versions.order_by("-number").values_list("number", flat=True).first()
    except StorageError as error:
        refused = error
    told = EventRecord(
        action,
        refused.code if refused else "ok",
        document=document,
        version=version,
        owners=owners,
        sensitivity=row.sensitivity if row else None,
        fields=fields,
    )
    with transaction.atomic():
        events.record(told, actor, purpose)
    if refused is not None:
        raise refused
    assert row is not None
    return row
