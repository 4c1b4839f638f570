"""Until when signed files prove themselves: kept in the index, so that what lapses soon is found without reading all.

What another system brought is never rewritten, so it is not looked at. A restricted document is left alone until it
is released; one that was destroyed is not here any more; one that was revoked or replaced is evidence all the same.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from storage.models import Version
from storage.signed import HANDED_OUT
from storage.values import Lapsing, SignedVersion, Status, VersionRole

__all__ = ["lapses_before", "lapsing", "note_lapse", "unlooked"]


FRESH = timedelta(days=1)
"""What was signed a moment ago does not lapse today: it is looked at the next day."""


def unlooked(limit: int, *, fresh: bool = False) -> tuple[SignedVersion, ...]:
    """Newest signed versions whose end nobody knows yet; those of the last day only where `fresh` ones are wanted."""
    rows = _unlooked(timezone.now() if fresh else timezone.now() - FRESH).order_by("created_at", "pk")[:limit]
    return tuple(_told(row) for row in rows.select_related("document"))


def note_lapse(document: UUID, version: int, at: datetime | None) -> None:
    """Writes down until when a version proves itself; nothing if it is gone meanwhile. Earlier ones need no look."""
    now = timezone.now()
    Version.objects.filter(document=document, number=version).update(lapses_at=at, lapse_looked_at=now)
    earlier = Version.objects.filter(document=document, number__lt=version, lapse_looked_at__isnull=True)
    earlier.exclude(signature_level="").update(lapse_looked_at=now)


def lapsing(before: datetime) -> tuple[SignedVersion, ...]:
    """Documents whose newest signed version lapses before that moment, the first to lapse first."""
    rows = _free(_newest()).filter(lapses_at__lte=before).order_by("lapses_at", "pk")
    return tuple(_told(row) for row in rows.select_related("document"))


def lapses_before(before: datetime) -> Lapsing:
    """The same as numbers."""
    every = _newest()
    due = every.filter(lapses_at__lte=before)
    free = _free(due)
    return Lapsing(
        count=free.count(),
        first=free.aggregate(first=Min("lapses_at"))["first"],
        held=due.count() - free.count(),
        unlooked=_unlooked(timezone.now() - FRESH).count(),
    )


def _newest() -> QuerySet[Version]:
    same = Version.objects.filter(document=OuterRef("document"))
    later = same.filter(number__gt=OuterRef("number"), role__in=HANDED_OUT).exclude(signature_level="")
    as_it_came = same.filter(role=VersionRole.ORIGINAL, sha256=OuterRef("sha256"))
    signed = Version.objects.filter(role__in=HANDED_OUT).exclude(signature_level="")
    return signed.filter(~Exists(later), ~Exists(as_it_came))


def _unlooked(until: datetime) -> QuerySet[Version]:
    return _free(_newest()).filter(lapse_looked_at__isnull=True, created_at__lte=until)


def _free(rows: QuerySet[Version]) -> QuerySet[Version]:
    return rows.filter(~Q(document__status=Status.RESTRICTED))


def _told(row: Version) -> SignedVersion:
    return SignedVersion(row.document_id, row.number, row.document.dossier, row.lapses_at)
