"""Owners: people and organisations by random id, found by keyed hash; who they are stands sealed in their own object.

Identifier → owner uuid goes through an HMAC-SHA256 in SQL, which `reindex` makes anew from the owners' objects. Aliases
(an old 9-digit card, a tax code) and merges are records in the owner's object and move nothing.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from accounts import STAFF, Actor, Purpose, Role
from catalogue import Identifier, nfc
from storage import config, events, keys, ocfl
from storage.blobs import blobs
from storage.cipher import Kind, Label, seal, unseal
from storage.errors import KeyReused, NotAllowed, NotFound, PurposeMissing, StorageError
from storage.merges import resolve, same_owners
from storage.models import Owner, OwnerIndex
from storage.objects import Draft, claim, content_key, publish, read_inventory
from storage.records import Alias, Merge, Name, OwnerRecord, Shared, dump, load_owner
from storage.values import EventRecord


@dataclass(frozen=True, slots=True)
class OwnerProfile:
    """Who an owner is: the newest name and date of birth first, identifiers as they were given."""

    owner: UUID
    names: tuple[str, ...]
    born: str
    identifiers: tuple[Identifier, ...]
    merged: tuple[UUID, ...]


def find_owner(identifier: Identifier) -> UUID | None:
    """The owner with this identifier, after merges; None when the archive does not know it."""
    digest = keys.index_digest(identifier.scheme, identifier.value)
    row = OwnerIndex.objects.filter(digest=digest, key_version=keys.INDEX_VERSION).select_related("owner").first()
    return resolve(row.owner_id) if row else None


def owner_for(identifier: Identifier, actor: Actor, *, name: str = "", born: str = "") -> UUID:
    """The owner with this identifier, made if there is none: key, archive object and index row, durable on return."""
    found = find_owner(identifier)
    if found:
        return found
    owner, now = uuid4(), datetime.now(UTC)
    alias = Alias(identifier.scheme, identifier.value, now, actor.id, "first")
    record = OwnerRecord(owner, now, names=_names(name, born, now), aliases=[alias])
    key = keys.new_key("owners", owner, None)
    path = ocfl.owner_path(owner)
    try:
        with claim(path) as draft:
            _stage(draft, record, key)
            with transaction.atomic():
                draft.commit("owner made", actor.id, until=_until(now))
                row = Owner.objects.create(id=owner, key_id=key.name.id, created_at=now)
                index_alias(row, alias)
                events.record(EventRecord("owner.make", owners=(owner,)), actor)
    except IntegrityError:
        keys.drop_key(key)
        other = find_owner(identifier)
        if other is None:
            raise
        return other
    publish(path)
    return owner


def add_alias(owner: UUID, identifier: Identifier, actor: Actor, reason: str) -> None:
    """Records another identifier of the owner. Raises KeyReused when it belongs to somebody else: merge them then."""
    known = find_owner(identifier)
    if known == resolve(owner):
        return
    if known is not None:
        raise KeyReused
    alias = Alias(identifier.scheme, identifier.value, datetime.now(UTC), actor.id, nfc(reason))
    with amended(owner, "alias added", actor) as change:
        change.record.aliases.append(alias)
        change.rows = lambda: index_alias(Owner.objects.get(id=owner), alias)
        change.event = EventRecord("owner.alias", owners=(owner,), details={"scheme": alias.scheme})


def merge_owners(kept: UUID, other: UUID, actor: Actor, reason: str) -> None:
    """Says that `other` is the same as `kept`; both keep their objects and documents, and it can be undone."""
    kept, other = resolve(kept), resolve(other)
    if kept == other:
        return
    with amended(kept, "owners merged", actor) as change:
        change.record.merges.append(Merge(other, datetime.now(UTC), actor.id, nfc(reason)))
        change.rows = lambda: _update(other, kept)
        change.event = EventRecord("owner.merge", owners=(kept, other))


def undo_merge(kept: UUID, other: UUID, actor: Actor, reason: str) -> None:
    """Takes a merge back. Raises NotFound when there is none."""
    with amended(kept, f"merge undone: {nfc(reason)}", actor) as change:
        standing = [m for m in change.record.merges if m.other == other and m.undone_at is None]
        if not standing:
            raise NotFound
        for merge in standing:
            merge.undone_at, merge.undone_by = datetime.now(UTC), actor.id
        change.rows = lambda: _update(other, None)
        change.event = EventRecord("owner.unmerge", owners=(kept, other))


def note_shared(owner: UUID, document: UUID, home: UUID, actor: Actor) -> None:
    """Records that a document under another owner's prefix is this owner's too; once."""
    if any(shared.document == document for shared in read_owner(owner).shared):
        return
    with amended(owner, "document shared", actor) as change:
        change.record.shared.append(Shared(document, home))


def owner_profile(owner: UUID, actor: Actor, purpose: Purpose | None) -> OwnerProfile:
    """Names and identifiers of an owner: a read of personal data, hence purpose and event. Raises NotAllowed."""
    itself = actor.owner is not None and UUID(actor.owner) in same_owners(owner)
    allowed = itself or actor.has(*STAFF) or actor.has(Role.SYSTEM)
    refused: StorageError | None = None
    if not purpose or not purpose.legal_basis:
        refused = PurposeMissing()
    elif not allowed:
        refused = NotAllowed(reason_vi="vai trò", reason="role")
    with transaction.atomic():
        result = refused.code if refused else "ok"
        told = EventRecord("owner.read", result, owners=(owner,), fields=("name", "born", "identifiers"))
        events.record(told, actor, purpose)
    if refused:
        raise refused
    record = read_owner(owner)
    return OwnerProfile(
        owner=owner,
        names=tuple(name.name for name in reversed(record.names)),
        born=record.names[-1].born if record.names else "",
        identifiers=tuple(Identifier(alias.scheme, alias.value) for alias in record.aliases),  # type: ignore[arg-type]
        merged=tuple(record.merged()),
    )


def owner_key(owner: UUID) -> keys.Key:
    """The owner's key. Raises NotFound, KeyMissing."""
    row = Owner.objects.filter(id=owner).first()
    if row is None:
        raise NotFound
    return keys.open_key(keys.KeyName("owners", owner, row.key_id))


def read_owner(owner: UUID) -> OwnerRecord:
    """The owner's record from the archive. Raises NotFound, Corrupt, KeyMissing."""
    publish(ocfl.owner_path(owner))
    return open_record(owner, read_inventory(ocfl.owner_path(owner)), owner_key(owner))


def open_record(owner: UUID, inventory: ocfl.Inventory, key: keys.Key) -> OwnerRecord:
    """The newest record of an owner's object, opened with its key."""
    content = inventory.path(inventory.state(inventory.head)[ocfl.OWNER])
    label = Label(Kind.OWNER, owner, inventory.head, key.name.id)
    with blobs().get(config.buckets().archive, content_key(ocfl.owner_path(owner), content)) as sealed:
        return load_owner(b"".join(unseal(sealed, key.secret, label)))


def index_alias(owner: Owner, alias: Alias) -> None:
    """The index row of an identifier."""
    digest = keys.index_digest(alias.scheme, alias.value)
    OwnerIndex.objects.create(digest=digest, key_version=keys.INDEX_VERSION, scheme=alias.scheme, owner=owner)


@dataclass(slots=True)
class Change:
    """An amendment under way: the record to change, what to write in SQL with it, the event that tells of it."""

    record: OwnerRecord
    rows: Callable[[], object] | None = None
    event: EventRecord | None = None


@contextmanager
def amended(owner: UUID, message: str, actor: Actor) -> Iterator[Change]:
    """Read, change, write of an owner's record, one writer at a time."""
    path, key = ocfl.owner_path(owner), owner_key(owner)
    with claim(path) as draft:
        assert draft.before is not None
        change = Change(open_record(owner, draft.before, key))
        yield change
        _stage(draft, change.record, key)
        with transaction.atomic():
            draft.commit(message, actor.id, until=_until(datetime.now(UTC)))
            if change.rows:
                change.rows()
            if change.event:
                events.record(change.event, actor)
    publish(path)


def _stage(draft: Draft, record: OwnerRecord, key: keys.Key) -> None:
    label = Label(Kind.OWNER, record.owner, draft.number, key.name.id)
    draft.add(ocfl.OWNER, seal(io.BytesIO(dump(record)), key.secret, label))


def _until(now: datetime) -> datetime:
    return now + timedelta(days=config.DOCUMENT_DAYS)


def _names(name: str, born: str, at: datetime) -> list[Name]:
    return [Name(nfc(name), born, at)] if name else []


def _update(owner: UUID, into: UUID | None) -> None:
    Owner.objects.filter(id=owner).update(merged_into=into)
