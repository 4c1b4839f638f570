"""Renewal of archive time-stamps over the whole archive: what is looked at, what is due, how large the backlog is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

import signing
import storage
from accounts import WORKER, Purpose
from signing.errors import Encrypted, TooCostly, Unreadable
from workers.ledger import enqueue
from workers.models import Job

log = structlog.get_logger("workers.renewal")

PURPOSE = Purpose("LAW:20/2023/QH15", text="gia hạn dấu thời gian của chữ ký số trong kho")
LOOK, RENEW, ALARM, UPGRADE = "renewals", "renew", "renewal-alarm", "upgrade"
BATCH = 100


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits to be renewed: `count` documents, the `first` of which lapses then, `held` of them restricted;
    `failed` jobs that gave up or wait for an authority; `unlooked` signed files that nobody has looked at yet."""

    count: int
    first: datetime | None
    held: int
    unlooked: int
    failed: int


def horizon(days: int | None = None) -> datetime:
    """What lapses before this moment is renewed now."""
    return timezone.now() + timedelta(days=settings.HOSO.renew_before if days is None else days)


def ask() -> None:
    """Writes the job of the day; asked for often, it is one a day."""
    with transaction.atomic():
        enqueue(LOOK, key=f"{LOOK}:{timezone.localdate()}")


def look(*, fresh: bool = False) -> int:
    """Looks once at each signed file that nobody has looked at, those of the last day too where `fresh` ones are
    wanted; how many they were. One that the archive cannot give is told of and looked at again the next day; the others
    go on. Raises `StoreDown`."""
    seen = 0
    broken: set[storage.SignedVersion] = set()
    while True:
        batch = [one for one in storage.unlooked(BATCH + len(broken), fresh=fresh) if one not in broken]
        if not batch:
            return seen
        for one in batch:
            try:
                end = _end(one)
            except storage.StoreDown:
                raise
            except storage.StorageError as error:
                broken.add(one)
                alarm(error.code)
                continue
            storage.note_lapse(one.document, one.version, end)
            seen += 1


def demand(one: storage.SignedVersion) -> Job:
    """The job that renews a version: one a version and month, whoever asks, so that what failed is tried anew; but an
    older one of the document, or one that raises its level, is waited for: each would add a version of its own."""
    payload = {"document": str(one.document), "version": one.version}
    open_ = Job.objects.filter(state__in=(Job.State.QUEUED, Job.State.RUNNING), dossier=one.dossier)
    with transaction.atomic():
        older = open_.filter(kind__in=(RENEW, UPGRADE), payload__document=payload["document"]).first()
        if older is not None:
            return older
        key = f"{RENEW}:{one.document}:{one.version}:{timezone.localdate():%Y-%m}"
        return enqueue(RENEW, key=key, payload=payload, dossier=one.dossier)


def backlog() -> Backlog:
    """How much waits, for pages, metrics and the command line."""
    told = storage.lapses_before(horizon())
    stuck = Job.objects.filter(kind=RENEW, created_at__gt=timezone.now() - timedelta(days=31)).exclude(error_code="")
    failed = stuck.filter(state__in=(Job.State.FAILED, Job.State.QUEUED)).count()
    return Backlog(told.count, told.first, told.held, told.unlooked, failed)


def alarm(code: str) -> None:
    """Tells once a day, in the log and as an event, that something will lapse and cannot be renewed now."""
    with transaction.atomic():
        enqueue(ALARM, key=f"{ALARM}:{timezone.localdate()}", payload={"code": code})


def sound(code: str) -> None:
    """The alarm itself, inside the caller's transaction."""
    told = backlog()
    first = told.first.date().isoformat() if told.first else ""
    details: dict[str, str | int | bool | None] = {"documents": told.count, "first": first, "failed": told.failed}
    storage.record(storage.EventRecord("signing.renewal_alarm", code, details=details), WORKER, PURPOSE)
    log.error("renewal.alarm", code=code, **details)


def _end(one: storage.SignedVersion) -> datetime | None:
    """Until when a file proves itself; None for one that has no time-stamp or that nobody can open."""
    from workers import keys  # brings the DEMO authority with it, which pages that only count do without

    pdf = storage.open(one.document, WORKER, PURPOSE, one.version).read()
    try:
        return signing.lapse(pdf, strength=keys.trust().strength).at
    except (Unreadable, Encrypted, TooCostly):
        return None
