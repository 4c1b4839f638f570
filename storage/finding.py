"""Search: filters inside the query, paged by key, an event each time; handles come out, never bytes or values."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Prefetch, Q, QuerySet

from accounts import Actor, Purpose
from catalogue import ExitCode, fold
from storage import events
from storage.access import visible
from storage.errors import NotAllowed, PurposeMissing, StorageError
from storage.index import handle_of
from storage.merges import same_owners
from storage.models import Document, DocumentOwner, Version
from storage.scrub import scrub
from storage.values import EventRecord, Found, Query

LIMIT = 200


class BadCursor(StorageError):
    """The continuation of a search is not one that a search gave."""

    code = "storage.bad_cursor"
    message_vi = "Vị trí tiếp theo của kết quả tìm kiếm không hợp lệ."
    message_en = "The search cannot be continued from there."
    next_vi = "Tìm lại từ trang đầu."
    next_en = "Search again from the first page."
    exit_code = ExitCode.BAD_INPUT
    status = 422


def search(query: Query, actor: Actor, purpose: Purpose | None, *, after: str = "", limit: int = 50) -> Found:
    """One page of the documents that match and that the actor may see, newest first.

    The search is recorded, found or refused, before its answer is given. Raises PurposeMissing, NotAllowed, BadCursor.
    """
    owners = same_owners(query.owner) if query.owner else set()
    refused: StorageError | None = None
    allowed: Q | None = None
    if purpose is None or not purpose.legal_basis.strip():
        refused = PurposeMissing()
    else:
        allowed = visible(actor, purpose, of_one_owner=query.owner is not None)
        if allowed is None:
            refused = NotAllowed(reason_vi="vai trò", reason="role")
    rows: list[Document] = []
    limit = max(1, min(limit, LIMIT))
    if allowed is not None:
        found = _narrowed(Document.objects.filter(allowed), query, owners)
        rows = list(_continued(found, after)[: limit + 1])
    told = EventRecord(
        "archive.search",
        refused.code if refused else "ok",
        owners=tuple(sorted(owners)),
        fields=_used(query),
        details={"found": min(len(rows), limit), "more": len(rows) > limit},
    )
    with transaction.atomic():
        events.record(told, actor, purpose)
    if refused is not None:
        raise refused
    page = rows[:limit]
    handles = tuple(handle_of(row, list(row.versions.all())) for row in page)
    return Found(handles, _cursor(page[-1]) if len(rows) > limit else None)


def _narrowed(found: QuerySet[Document], query: Query, owners: set[UUID]) -> QuerySet[Document]:
    if query.owner:
        shared = DocumentOwner.objects.filter(owner__in=owners).values("document")
        found = found.filter(id__in=shared)
    equal = {
        "kind__in": query.kinds,
        "result_type__in": query.result_types,
        "status__in": query.statuses,
        "number": scrub(query.number),
        "dossier": query.dossier,
        "agency": query.agency,
        "issued_on__gte": query.issued_from,
        "issued_on__lte": query.issued_to,
    }
    found = found.filter(**{name: value for name, value in equal.items() if value})
    for word in fold(scrub(query.text)).split():
        found = found.filter(search_text__contains=word)
    return found


def _continued(found: QuerySet[Document], after: str) -> QuerySet[Document]:
    newest = Prefetch("versions", queryset=Version.objects.order_by("number"))
    found = found.distinct().order_by("-created_at", "-id").prefetch_related(newest)
    if not after:
        return found
    try:
        at, last = urlsafe_b64decode(after.encode()).decode().split("|")
        when, document = datetime.fromisoformat(at), UUID(last)
    except ValueError as error:
        raise BadCursor from error
    return found.filter(Q(created_at__lt=when) | Q(created_at=when, id__lt=document))


def _cursor(row: Document) -> str:
    return urlsafe_b64encode(f"{row.created_at.isoformat()}|{row.id}".encode()).decode()


def _used(query: Query) -> tuple[str, ...]:
    """Which parts of the query were set: names only, as the log holds no values."""
    names = ("owner", "kinds", "result_types", "text", "number", "dossier", "agency", "issued_from", "issued_to")
    return tuple(name for name in names if getattr(query, name))
