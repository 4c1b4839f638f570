"""A batch that waits for the PIN of its key goes on when the PIN is given."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts import Actor
from workers import bulk
from workers.context import dossier_of
from workers.errors import PinNeeded, Vanished
from workers.ledger import Run, wake
from workers.models import Job

SEALS = frozenset({"seal-result"})
"""Kinds of job that sign with the agency's key."""


def batch_of(job: Job | Run) -> str:
    """The batch whose key a job signs with: the one that its jobs were asked for in, or the job by itself."""
    own = job.pk if isinstance(job, Job) else job.job_id
    return str(job.payload.get("batch") or own)


def stopped(actor: Actor) -> QuerySet[Job]:
    """The jobs of this person's that wait for a PIN, oldest first."""
    found = Job.objects.filter(created_by=actor.id, state=Job.State.QUEUED, error_code=PinNeeded.code)
    return found.order_by("created_at")


def unfinished(actor: Actor) -> QuerySet[Job]:
    """The jobs of this person's that have yet to be done, oldest first."""
    found = Job.objects.filter(created_by=actor.id, state__in=[Job.State.QUEUED, Job.State.RUNNING])
    return found.order_by("created_at")


def waiting(actor: Actor) -> list[Job]:
    """The newest job of each batch of this person's that waits for a PIN."""
    return list({(batch_of(job), job.kind in SEALS): job for job in stopped(actor)}.values())


def give_pin(job_id: uuid.UUID, actor: Actor, pin: str) -> float:
    """Opens the key of a job's batch and lets the whole batch go on; gives the seconds that the key stays open.

    The PIN goes to the signing agent and nowhere else. Raises Vanished for somebody else's job, NoKey, Unavailable,
    and what `signing` raises of keys.
    """
    from workers import keys

    job = Job.objects.filter(pk=job_id, created_by=actor.id).first()
    if job is None:
        raise Vanished(what="job")
    batch = batch_of(job)
    agency = dossier_of(job.dossier).decide_agency if job.kind in SEALS else ""
    seconds = keys.unlock(actor, batch, pin, agency_code=agency)
    go_on(stopped(actor).filter(Q(pk=job_id) | Q(payload__batch=batch)).values_list("pk", flat=True))
    return seconds


def go_on(jobs: Iterable[uuid.UUID]) -> None:
    """Queues those of these jobs that wait for a PIN still."""
    with transaction.atomic():
        found = Job.objects.filter(pk__in=list(jobs), state=Job.State.QUEUED, error_code=PinNeeded.code)
        rows = list(found.values_list("pk", "batch"))
        ids = [job for job, _ in rows]
        Job.objects.filter(pk__in=ids, state=Job.State.QUEUED).update(run_at=timezone.now(), error={}, error_code="")
        transaction.on_commit(lambda: [wake(job) for job, batch in rows if batch is None])
        batches = {batch for _, batch in rows if batch is not None}
        transaction.on_commit(lambda: [bulk.wake_next(batch) for batch in batches])
