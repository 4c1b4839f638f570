"""Intake objects: what arrived, sealed under its own key before anybody knows what it is or whose.

They lie outside the OCFL root, `intake/<id>/content.sealed` and `metadata.sealed`, locked for their own retention.
"""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from django.db import DatabaseError, IntegrityError, transaction

from accounts import STAFF, Actor, Purpose, Role
from catalogue import nfc
from storage import config, events, keys
from storage.blobs import Digests, blobs
from storage.cipher import ChunkReader, Kind, Label, Readable, seal, unseal
from storage.copies import keyfolder
from storage.errors import (
    EmptyContent,
    KeyReused,
    NotAllowed,
    NotFound,
    PurposeMissing,
    StillKept,
    StorageError,
    StoreFull,
    TooLarge,
)
from storage.models import Document, Event, Intake, IntakeGrant
from storage.opened import Opened
from storage.records import IntakeRecord, dump, load_intake
from storage.values import EventRecord, IntakeRef, Status

PREFIX = "intake/"
ONE_READ = timedelta(days=1)
"""What a job opens again within this time is the same read."""


def receive(
    stream: Readable,
    *,
    name: str,
    media_type: str,
    actor: Actor,
    dossier: str,
    agency: str,
    key: str,
    size: int | None = None,
) -> IntakeRef:
    """Takes in a file as it came: durable in the store and in the index when this returns; memory stays flat.

    `name` is kept sealed and nowhere else. `key` is the idempotency key: the same key with the same bytes gives the
    same intake, with others KeyReused. `size` in bytes, where it is known, lets a file that does not fit be refused
    before it is read. Raises StoreFull, TooLarge, EmptyContent, StoreDown.
    """
    check_space(size if size is not None else 0)
    before = Intake.objects.filter(idempotency_key=key).first()
    if before is not None:
        return _again(before, stream, dossier, agency, actor)
    intake, now = uuid4(), datetime.now(UTC)
    wrapped = keys.new_key("intakes", intake, None)
    until = now + timedelta(days=config.INTAKE_DAYS)
    counted = _Limited(stream)
    try:
        label = Label(Kind.INTAKE, intake, 1, wrapped.name.id)
        blobs().put_stream(
            config.buckets().archive, _key(intake, "content"), _sealed(counted, wrapped, label), until=until
        )
        if counted.size == 0:
            raise EmptyContent
        record = IntakeRecord(
            intake=intake,
            name=nfc(name),
            media_type=media_type,
            sha256=counted.hex("sha256"),
            size=counted.size,
            idempotency_key=key,
            dossier=dossier,
            agency=agency,
            received_at=now,
            received_by=actor.id,
            retain_until=until,
        )
        label = Label(Kind.INTAKE_METADATA, intake, 1, wrapped.name.id)
        sealed = b"".join(seal(io.BytesIO(dump(record)), wrapped.secret, label))
        blobs().put(config.buckets().archive, _key(intake, "metadata"), sealed, until=until)
        row = _keep(record, wrapped, actor)
    except IntegrityError:
        keys.drop_key(wrapped)
        winner = Intake.objects.get(idempotency_key=key)
        if winner.sha256 != counted.hex("sha256"):
            raise KeyReused from None
        return ref(winner, created=False)
    except BaseException:
        # Its bytes stay locked until their retention ends; without the key nobody can read them. A commit of unknown
        # outcome may stand: the row alone tells, and in doubt the key stays.
        with suppress(StorageError, DatabaseError):
            if not Intake.objects.filter(id=intake).exists():
                keys.drop_key(wrapped)
        raise
    return ref(row, created=True)


def check_space(size: int) -> None:
    """Raises StoreFull when the bytes would eat into the room that the rest of the work needs."""
    free = shutil.disk_usage(config.data()).free
    needed = config.RESERVE + (size if config.embedded() else 0)
    if free < needed:
        raise StoreFull(needed=needed // config.MIB, free=free // config.MIB)
    if size > config.UPLOAD_LIMIT:
        raise TooLarge(limit=config.UPLOAD_LIMIT // config.MIB)


def open_intake(intake: UUID, actor: Actor, purpose: Purpose | None, *, job: UUID | None = None) -> Opened:
    """The bytes as they came, for the officers of its dossiers; the event is committed before the first byte.

    `job` is the work that they are for, an id of the caller's own. What one job opens within a day, for the same actor
    and purpose, is one read, whose event the first opening writes and which names the job; whoever opens it again is
    judged anew, and a refusal is always an event. Raises PurposeMissing, NotAllowed, NotFound.
    """
    row = _allowed(intake, actor, purpose, "intake.open", job)
    key = keys.open_key(keys.KeyName("intakes", intake, row.key_id))
    sealed = blobs().get(config.buckets().archive, _key(intake, "content"))
    label = Label(Kind.INTAKE, intake, 1, row.key_id)
    return Opened(sealed, key.secret, label, media_type=row.media_type, size=row.size, sha256=row.sha256, version=None)


def intake_name(intake: UUID, actor: Actor, purpose: Purpose | None) -> str:
    """The file name it came under; a read like any other."""
    row = _allowed(intake, actor, purpose, "intake.name")
    return read_intake(intake, keys.open_key(keys.KeyName("intakes", intake, row.key_id))).name


def grant_intake(intake: UUID, *, dossier: str, agency: str, actor: Actor) -> None:
    """Lets the officers of one more dossier read it."""
    with transaction.atomic():
        row = Intake.objects.filter(id=intake).first()
        if row is None:
            raise NotFound
        _, made = row.grants.get_or_create(dossier=dossier, agency=agency, defaults={"granted_at": datetime.now(UTC)})
        if made:
            events.record(EventRecord("intake.grant", intake=intake, details={"dossier": dossier}), actor)


def intakes_of(dossier: str, actor: Actor) -> list[IntakeRef]:
    """The intake objects of a dossier that the actor may read, oldest first; no names, hence no event."""
    granted = IntakeGrant.objects.filter(dossier=dossier)
    if not actor.is_worker:
        if not actor.has(*STAFF):
            return []
        granted = granted.filter(agency__in=actor.agencies)
    found = Intake.objects.filter(id__in=granted.values("intake"))
    return [ref(row, created=False) for row in found.order_by("received_at")]


def destroy_intake(intake: UUID, actor: Actor, *, ground: str) -> None:
    """Destroys an intake object whose retention has ended: its key first, its row last."""
    row = Intake.objects.filter(id=intake).first()
    if row is None:
        raise NotFound
    if row.retain_until > datetime.now(UTC):
        raise_still_kept(row.retain_until)
    keys.destroy_keys("intakes", intake)
    keyfolder.destroy_in_copies([keyfolder.intake_stone(intake)])
    with transaction.atomic():
        row.delete()
        events.record(EventRecord("intake.destroy", intake=intake, details={"ground": nfc(ground)[:200]}), actor)


def destroyed_intakes() -> Iterator[keyfolder.Stone]:
    """What the log says of intake objects destroyed: unlike documents they leave no tombstone elsewhere."""
    for intake, at in Event.objects.filter(action="intake.destroy").values_list("intake", "at").iterator():
        if intake is not None:
            yield keyfolder.Stone("intakes", intake, at)


def read_intake(intake: UUID, key: keys.Key) -> IntakeRecord:
    """The sealed record of an intake object."""
    label = Label(Kind.INTAKE_METADATA, intake, 1, key.name.id)
    with blobs().get(config.buckets().archive, _key(intake, "metadata")) as sealed:
        return load_intake(b"".join(unseal(sealed, key.secret, label)))


def ref(row: Intake, *, created: bool) -> IntakeRef:
    """What callers see of a row."""
    return IntakeRef(row.id, row.sha256, row.size, row.media_type, row.received_at, created)


def write_rows(record: IntakeRecord, key_id: UUID) -> Intake:
    """The index rows of an intake object, from its record."""
    row = Intake.objects.create(
        id=record.intake,
        key_id=key_id,
        idempotency_key=record.idempotency_key,
        sha256=record.sha256,
        size=record.size,
        media_type=record.media_type,
        received_at=record.received_at,
        received_by=record.received_by,
        retain_until=record.retain_until,
    )
    IntakeGrant.objects.create(intake=row, dossier=record.dossier, agency=record.agency, granted_at=record.received_at)
    return row


def raise_still_kept(until: datetime) -> None:
    """Refuses what its retention does not allow yet."""
    day = until.date()
    raise StillKept(reason_vi=f"còn thời hạn lưu giữ đến {day:%d/%m/%Y}", reason=f"retention ends on {day.isoformat()}")


class _Limited(Digests):
    """The upload: digested, counted, and cut off over the limit."""

    def __init__(self, source: Readable) -> None:
        super().__init__(source, "sha256")

    def read(self, size: int, /) -> bytes:
        part = super().read(size)
        if self.size > config.UPLOAD_LIMIT:
            raise TooLarge(limit=config.UPLOAD_LIMIT // config.MIB)
        return part


def _sealed(source: Readable, key: keys.Key, label: Label) -> Readable:
    return ChunkReader(seal(source, key.secret, label))


def _keep(record: IntakeRecord, key: keys.Key, actor: Actor) -> Intake:
    with transaction.atomic():
        row = write_rows(record, key.name.id)
        told = EventRecord("intake.receive", intake=record.intake, details={"size": record.size})
        events.record(told, actor, Purpose("", record.dossier))
        return row


def _again(row: Intake, stream: Readable, dossier: str, agency: str, actor: Actor) -> IntakeRef:
    counted = _Limited(stream)
    while counted.read(config.MIB):
        pass
    if counted.hex("sha256") != row.sha256:
        raise KeyReused
    grant_intake(row.id, dossier=dossier, agency=agency, actor=actor)
    return ref(row, created=False)


def _allowed(intake: UUID, actor: Actor, purpose: Purpose | None, action: str, job: UUID | None = None) -> Intake:
    """Commits the event of a read, allowed or refused, unless its job has it already; the row when it is allowed."""
    row = Intake.objects.filter(id=intake).first()
    refused: StorageError | None = None
    if row is None:
        refused = NotFound()
    elif purpose is None or not purpose.legal_basis:
        refused = PurposeMissing()
    elif not actor.is_worker:
        grants = row.grants.filter(dossier=purpose.dossier, agency__in=actor.agencies)
        if not actor.has(*STAFF) or not purpose.dossier or not grants.exists():
            refused = NotAllowed(reason_vi="không thuộc hồ sơ của cơ quan bạn", reason="not of your agency's dossier")
        elif _restricted(intake, actor):
            refused = NotAllowed(reason_vi="bản quét có giấy tờ đang bị hạn chế sử dụng", reason="restricted")
    told = EventRecord(
        action, refused.code if refused else "ok", intake=intake, details={"job": str(job)} if job else {}
    )
    if refused or job is None or not events.is_told(told, actor, purpose, since=datetime.now(UTC) - ONE_READ):
        with transaction.atomic():
            events.record(told, actor, purpose)
    if refused:
        raise refused
    assert row is not None
    return row


def _restricted(intake: UUID, actor: Actor) -> bool:
    """Whether a document that was cut from it is restricted, and the actor is no leader of the agency that keeps it."""
    cut = Document.objects.filter(versions__source_intake=intake, status=Status.RESTRICTED)
    return cut.exclude(agency__in=actor.agencies if actor.has(Role.LEADER) else ()).exists()


def _key(intake: UUID, part: str) -> str:
    return f"{PREFIX}{intake}/{part}.sealed"
