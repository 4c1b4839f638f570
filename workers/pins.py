"""A batch that waits for the PIN of its key goes on when the PIN is given."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import Actor
from dossiers.models import Dossier
from workers import bulk
from workers.agencies import agency_name
from workers.errors import PinNeeded, Vanished
from workers.ledger import Run, wake
from workers.models import Job


@dataclass(frozen=True, slots=True)
class Lock:
    """What one PIN opens: for a batch, the seal of one agency, or (no agency) the key of whoever asked for it."""

    batch: str
    agency: str = ""


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


def locks(jobs: Iterable[Job]) -> dict[Lock, list[Job]]:
    """Jobs by what their PIN opens, in the order in which they come. Raises Vanished where a dossier is gone."""
    held = list(jobs)
    sealed = {job.dossier for job in held if job.kind in bulk.SEALS}
    agencies = {"": ""} | dict(Dossier.objects.filter(code__in=sealed).values_list("code", "decide_agency"))
    found: dict[Lock, list[Job]] = {}
    for job in held:
        agency = agencies.get(job.dossier if job.kind in bulk.SEALS else "")
        if agency is None:
            raise Vanished(what="dossier")
        found.setdefault(Lock(batch_of(job), agency), []).append(job)
    return found


def waiting(actor: Actor) -> list[Job]:
    """The newest job behind each lock of this person's that waits for a PIN: two seals of one batch are two."""
    return [jobs[-1] for jobs in locks(stopped(actor)).values()]


def seal_of(job: Job) -> str:
    """The name of the agency whose seal a job waits for; nothing where it is a person's own key."""
    code = Dossier.objects.filter(code=job.dossier).values_list("decide_agency", flat=True).first()
    return agency_name(code) if code and job.kind in bulk.SEALS else ""


def give_pin(job_id: uuid.UUID, actor: Actor, pin: str) -> float:
    """Opens the key that a job waits for and lets all of its batch that the key signs go on; gives the seconds that
    the key stays open.

    The PIN goes to the signing agent and nowhere else. Raises Vanished for somebody else's job, NoKey, Unavailable,
    and what `signing` raises of keys.
    """
    from workers import keys

    job = Job.objects.filter(pk=job_id, created_by=actor.id).first()
    if job is None:
        raise Vanished(what="job")
    [lock] = locks([job])
    seconds = keys.unlock(actor, lock.batch, pin, agency_code=lock.agency)
    go_on(one.pk for one in locks(stopped(actor)).get(lock, ()))
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
