"""What becomes of a document after its deposit: revoked, superseded, restricted, released, destroyed.

A status is a new METADATA version of the document's object, so that it survives a rebuild. Destruction is a tombstone
in the owner's object, the index rows gone, and then the key gone: the sealed bytes may stay locked for years, in every
copy and backup, and nobody can open them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid4

from accounts import STAFF, WORKER, Actor, Purpose, Role
from catalogue import nfc
from storage import keys, ocfl
from storage.copies import keyfolder
from storage.deposits import amend, get_document
from storage.errors import BadDeposit, NotAllowed, StillKept
from storage.intakes import raise_still_kept
from storage.models import ArchiveObject, Document, Tombstone
from storage.owners import amended, read_owner
from storage.records import DocumentRecord, Grave
from storage.values import EventRecord, Status, VersionRef

_BATCH = 500


def revoke(document: UUID, actor: Actor, reason: str) -> VersionRef:
    """Says that the document no longer holds: withdrawn or cancelled by the agency that issued it."""
    return _set(document, Status.REVOKED, actor, reason)


def restrict(document: UUID, actor: Actor, reason: str) -> VersionRef:
    """Hides the document from reuse and from officers, but keeps it.

    This answers an erasure request that the archival duty forbids to grant (Law 91/2025/QH15).
    """
    return _set(document, Status.RESTRICTED, actor, reason)


def release(document: UUID, actor: Actor, reason: str) -> VersionRef:
    """Lifts a restriction."""
    if get_document(document).status != Status.RESTRICTED:
        raise BadDeposit(reason_vi="giấy tờ không bị hạn chế", reason="the document is not restricted")
    return _set(document, Status.ACTIVE, actor, reason)


def supersede(document: UUID, by: UUID, actor: Actor, reason: str) -> VersionRef:
    """Says that another document of the archive has replaced this one."""
    if by == document:
        raise BadDeposit(reason_vi="giấy tờ không thể tự thay thế", reason="a document cannot replace itself")
    get_document(by)
    return _set(document, Status.SUPERSEDED, actor, reason, by=by)


def destroy(document: UUID, actor: Actor, *, ground: str, approved_by: tuple[str, ...], mistaken: bool = False) -> None:
    """Destroys a document in every copy: two people approve, its retention has ended, or it was stored by mistake.

    `ground` is the legal ground, `approved_by` the user ids of the approvers (QCVN 12:2026/BCA 2.2.12.2.6). The
    intake object it was cut from has its own retention (`destroy_intake`). May be repeated. Raises StillKept, NotFound.
    """
    stone = Tombstone.objects.filter(document=document).first()
    if stone is not None:
        _destroy_keys([_stone(stone)])
        return
    row = get_document(document)
    if len(set(approved_by)) < 2 or not ground.strip():
        raise StillKept(reason_vi="cần căn cứ và hai người phê duyệt", reason="a ground and two approvers are needed")
    if not mistaken and row.retain_until > datetime.now(UTC):
        raise_still_kept(row.retain_until)
    _may_change(row, actor)
    grave = Grave(document, datetime.now(UTC), actor.id, nfc(ground)[:300], tuple(approved_by))
    owners = tuple(row.owners.values_list("id", flat=True))
    with amended(row.home_id, "document destroyed", actor) as change:
        change.record.graves.append(grave)
        change.rows = lambda: bury(row.home_id, grave)
        change.event = EventRecord(
            "document.destroy", document=document, owners=owners, details={"ground": grave.ground, "mistaken": mistaken}
        )
    _destroy_keys([keyfolder.stone_of(row.home_id, grave)])


def bury(home: UUID, grave: Grave) -> None:
    """The rows of a destroyed document go, its tombstone comes."""
    Document.objects.filter(id=grave.document).delete()
    # A writer that is at work on it loses its fence with this row.
    ArchiveObject.objects.filter(path=ocfl.document_path(home, grave.document)).delete()
    Tombstone.objects.get_or_create(
        document=grave.document,
        defaults={
            "owner_id": home,
            "ground": grave.ground,
            "approved_by": list(grave.approved_by),
            "destroyed_at": grave.at,
        },
    )


def replay_tombstones(*, every: bool) -> int:
    """Destroys the keys of what was destroyed and has them still, because of a crash. With `every` those of all that
    was destroyed: a backup of the keys may have come back, or a copy of them that was not at hand at the time."""
    rows = Tombstone.objects.order_by("document")
    return _destroy_keys([_stone(row) for row in (rows if every else rows.filter(keys_gone=False)).iterator()])


def stones() -> Iterator[keyfolder.Stone]:
    """All tombstones of the index."""
    for row in Tombstone.objects.order_by("document").iterator():
        yield _stone(row)


def engrave(stone: keyfolder.Stone) -> None:
    """Brings a tombstone that only a list of them told of into its owner's object, so that it survives a rebuild."""
    assert stone.home is not None
    record = read_owner(stone.home)
    if all(grave.document != stone.object for grave in record.graves):
        with amended(stone.home, "document destroyed", WORKER) as change:
            change.record.graves.append(stone.grave())
            change.event = EventRecord("document.destroy", document=stone.object, owners=(stone.home,))


def _destroy_keys(destroyed: Sequence[keyfolder.Stone]) -> int:
    """Destroys the keys of documents, here and in the copies of the keys that this machine knows."""
    if not destroyed:
        return 0
    gone = sum(keys.destroy_keys("documents", stone.object) for stone in destroyed)
    keyfolder.destroy_in_copies(destroyed)
    for first in range(0, len(destroyed), _BATCH):
        done = [stone.object for stone in destroyed[first : first + _BATCH]]
        Tombstone.objects.filter(document__in=done, keys_gone=False).update(keys_gone=True)
    return gone


def _stone(row: Tombstone) -> keyfolder.Stone:
    return keyfolder.Stone(
        "documents", row.document, row.destroyed_at, row.owner_id, row.ground, approved_by=tuple(row.approved_by)
    )


def _set(document: UUID, status: Status, actor: Actor, reason: str, by: UUID | None = None) -> VersionRef:
    row = get_document(document)
    _may_change(row, actor)

    def change(record: DocumentRecord) -> None:
        record.status, record.status_reason, record.superseded_by = status, nfc(reason), by

    purpose = Purpose("", row.dossier, nfc(reason))
    action = {Status.ACTIVE: "document.release"}.get(status, f"document.{status.value}")
    return amend(document, change, actor, action=action, key=f"{status}:{uuid4()}", purpose=purpose)


def _may_change(row: Document, actor: Actor) -> None:
    """Only the agency that keeps a document, and our workers for it, change what becomes of it."""
    inside = actor.has(*STAFF, Role.ADMIN) and row.agency in actor.agencies
    if not (actor.is_worker or inside):
        raise NotAllowed(reason_vi="cơ quan khác đang giữ giấy tờ", reason="another agency keeps the document")
