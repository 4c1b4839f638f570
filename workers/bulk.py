"""Batches: documents that were asked for by one press, done several at a time, paused, gone on with, tried again.

Each document is a job with its own lease, fence and end: what a crash or a pause leaves is known to the document. One
message sets a worker going; it takes up the next documents of the batch by itself, for a round, and then lets others
come first.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from django.db import connections, transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from accounts import Actor
from dossiers.models import Dossier
from workers.errors import PinNeeded, Vanished
from workers.ledger import Run, again, claim, to_do, wake
from workers.models import Batch, Job, RemoteCall

TOGETHER = 8
"""Documents of a batch that one process does at the same time: they wait for time stamps and for the archive."""
ROUND = 40
"""Documents after which a process takes up other work before it goes on with the batch."""
CHAINS = 2
"""Processes that are set going on a batch."""
SEALS = frozenset({"seal-result"})
"""Kinds of job that sign with the key of the agency that decides the dossier, not with a person's."""


@dataclass(frozen=True, slots=True)
class Item:
    """One document of a batch: what its job is given, and the dossier it belongs to."""

    key: str
    payload: Mapping[str, object]
    dossier: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How many documents of a batch stand where; `locked` of those that wait do so for the PIN."""

    total: int
    done: int
    failed: int
    unknown: int
    running: int
    waiting: int
    locked: int

    @property
    def over(self) -> bool:
        """Whether nothing more will happen by itself."""
        return not self.running and not self.waiting

    @property
    def settled(self) -> int:
        """Documents that came to an end, good or bad."""
        return self.done + self.failed + self.unknown


def begin(kind: str, items: Iterable[Item], actor: Actor, *, key: str) -> Batch:
    """A batch of this person's, its jobs written in one transaction. The same `key` gives the same batch."""
    with transaction.atomic():
        batch, made = Batch.objects.get_or_create(
            key=f"{actor.id}:{key}", defaults={"kind": kind, "created_by": actor.id}
        )
        if made:
            jobs = [
                Job(
                    kind=kind,
                    key=f"{kind}:{item.key}:{batch.id}",
                    payload={**item.payload, "actor": actor.id, "batch": str(batch.id)},
                    dossier=item.dossier,
                    created_by=actor.id,
                    batch=batch,
                )
                for item in items
            ]
            Job.objects.bulk_create(jobs, batch_size=500)
            transaction.on_commit(lambda: wake_next(batch.id))
    return batch


def find(batch_id: uuid.UUID, actor: Actor) -> Batch:
    """A batch of this person's. Raises Vanished, also for somebody else's."""
    found = Batch.objects.filter(pk=batch_id, created_by=actor.id).first()
    if found is None:
        raise Vanished(what="batch")
    return found


def under_way(actor: Actor) -> QuerySet[Batch]:
    """This person's batches in which something is still to be done, newest first."""
    open_ = Job.objects.filter(batch__created_by=actor.id, state__in=[Job.State.QUEUED, Job.State.RUNNING])
    return Batch.objects.filter(pk__in=open_.values("batch")).order_by("-created_at")


def progress(batch: Batch) -> Progress:
    """Counts, read in one question."""
    states = {state: Count("id", filter=Q(state=state)) for state in Job.State.values}
    locked = Count("id", filter=Q(state=Job.State.QUEUED, error_code=PinNeeded.code))
    found = Job.objects.filter(batch=batch).aggregate(total=Count("id"), locked=locked, **states)
    return Progress(
        total=found["total"],
        done=found["done"],
        failed=found["failed"],
        unknown=found["unknown"],
        running=found["running"],
        waiting=found["queued"],
        locked=found["locked"],
    )


def pause(batch: Batch) -> None:
    """Begins no further document; those that are being signed are brought to their end."""
    Batch.objects.filter(pk=batch.pk, paused_at__isnull=True).update(paused_at=timezone.now())


def go_on(batch: Batch) -> None:
    """Takes a paused batch up again."""
    with transaction.atomic():
        Batch.objects.filter(pk=batch.pk).update(paused_at=None)
        transaction.on_commit(lambda: wake_next(batch.id))


def retry(batch: Batch, job: uuid.UUID | None = None) -> int:
    """Tries failed documents again, all or one; one of unknown outcome only by itself, for its signer has to look at
    the service first. Gives how many."""
    found = Job.objects.filter(batch=batch)
    if job is not None:
        found = found.filter(pk=job, state__in=[Job.State.FAILED, Job.State.UNKNOWN])
    else:
        asked = RemoteCall.objects.filter(job__batch=batch, outcome=RemoteCall.Outcome.ASKED)
        found = found.filter(state=Job.State.FAILED).exclude(pk__in=asked.values("job"))
    return sum(again(one) for one in list(found.values_list("pk", flat=True)))


def wake_next(batch: uuid.UUID, chains: int = CHAINS) -> int:
    """Tells workers of the next documents of a batch. Gives how many messages went out."""
    waiting = to_do().filter(batch=batch).order_by("run_at", "created_at").values_list("pk", flat=True)
    return sum(wake(one) for one in list(waiting[:chains]))


def work_off(first: Run, do: Callable[[Run], bool]) -> bool:
    """Does a document that was claimed, and beside it the next ones of its batch, until a round is over, nothing waits
    or the PIN is asked for. One at which a worker has died goes alone. True when the first came to its end."""
    assert first.batch is not None
    batch = first.batch
    if first.crashes:
        over = do(first)
    else:
        left = threading.Semaphore(ROUND - 1)
        helpers = min(TOGETHER, ROUND, to_do().filter(batch=batch).count() + 1) - 1
        with ThreadPoolExecutor(max(helpers, 1), thread_name_prefix="batch") as pool:
            others = [pool.submit(_apart, batch, do, left) for _ in range(helpers)]
            over = do(first)
            _go_on(first, batch, do, left)
            for other in others:
                other.result()
    wake_next(batch, 1)
    return over


def _apart(batch: uuid.UUID, do: Callable[[Run], bool], left: threading.Semaphore) -> None:
    try:
        _go_on(None, batch, do, left)
    finally:
        connections.close_all()


def _go_on(last: Run | None, batch: uuid.UUID, do: Callable[[Run], bool], left: threading.Semaphore) -> None:
    """Document after document. Where one waits for the PIN, those that the same key signs do."""
    while left.acquire(blocking=False):
        if last is not None:
            _lock_with(last, batch)
        last = _next(batch)
        if last is None:
            return
        do(last)


def _next(batch: uuid.UUID) -> Run | None:
    fresh = to_do().filter(batch=batch, crashes=0, state=Job.State.QUEUED).order_by("run_at", "created_at")
    for job in list(fresh.values_list("pk", flat=True)[: 2 * TOGETHER]):
        held = claim(job)
        if held is not None:
            return held
    return None


def _lock_with(last: Run, batch: uuid.UUID) -> None:
    """Where a document was put back for its PIN, the others that its key signs wait with it, unasked; what another
    agency's seal is for goes on."""
    if last.state is not Job.State.QUEUED:
        return
    row = Job.objects.filter(pk=last.job_id, error_code=PinNeeded.code).first()
    if row is None:
        return
    same = Job.objects.filter(batch=batch, state=Job.State.QUEUED, error_code="")
    if row.kind in SEALS:
        agency = Dossier.objects.filter(code=row.dossier).values("decide_agency")
        ours = Dossier.objects.filter(code__in=same.values("dossier"), decide_agency__in=agency)
        same = same.filter(dossier__in=list(ours.values_list("code", flat=True)))
    same.update(run_at=row.run_at, error=row.error, error_code=row.error_code)
