"""Who may see which documents: the same rules as a filter inside a query and as an answer about one document.

- A citizen sees their own documents (every owner id that was merged with theirs counts).
- Officers, leaders, seal clerks and other systems see what their clearance reaches: of their own agencies always, of
  others only for a dossier that they name.
- Our own workers see everything, for a stated purpose. Auditors and administrators see the log, not documents.
- A restricted document is seen by its owner and by leaders of the agency that keeps it; so is the scan it was cut from.
"""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from accounts import STAFF, Actor, Purpose, Role
from storage.errors import NotAllowed, PurposeMissing, StorageError
from storage.merges import same_owners
from storage.models import Document
from storage.values import Status


def refusal(row: Document, actor: Actor, purpose: Purpose | None) -> StorageError | None:
    """Why the actor may not read the document for this purpose; None when they may."""
    if purpose is None or not purpose.legal_basis.strip():
        return PurposeMissing()
    if actor.is_worker or owns(row, actor):
        return None
    if not actor.has(*STAFF, Role.SYSTEM):
        return NotAllowed(reason_vi="vai trò", reason="role")
    if actor.clearance < row.sensitivity:
        return NotAllowed(reason_vi="mức nhạy cảm", reason="clearance")
    if row.agency not in actor.agencies and not purpose.dossier.strip():
        return PurposeMissing()
    if row.status == Status.RESTRICTED and not (actor.has(Role.LEADER) and row.agency in actor.agencies):
        return NotAllowed(reason_vi="giấy tờ đang bị hạn chế sử dụng", reason="restricted")
    return None


def visible(actor: Actor, purpose: Purpose, *, of_one_owner: bool) -> Q | None:
    """The filter of a search; None when the role may not search at all.

    Looking around is for one's own agencies; another agency's documents are found for one owner and one dossier.
    """
    if actor.is_worker:
        return Q()
    own = Q(owners__in=same_owners(UUID(actor.owner))) if actor.owner is not None else None
    if not actor.has(*STAFF, Role.SYSTEM):
        return own
    kept = Q(agency__in=actor.agencies)
    free = ~Q(status=Status.RESTRICTED)
    reached = kept if actor.has(Role.LEADER) else kept & free
    if of_one_owner and purpose.dossier.strip():
        reached |= free
    reached &= Q(sensitivity__lte=actor.clearance)
    return reached if own is None else reached | own


def owns(row: Document, actor: Actor) -> bool:
    """Whether the actor is an owner of the document."""
    return actor.owner is not None and row.owners.filter(id__in=same_owners(UUID(actor.owner))).exists()


def may_know(row: Document, actor: Actor) -> bool:
    """Whether the actor may know that the document exists: who may read it for some purpose."""
    return refusal(row, actor, Purpose("LAW:", "any")) is None
