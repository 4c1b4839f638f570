"""The job ledger: ask for work inside a transaction, claim it under a lease, publish it behind a fence.

The row is the truth. A message may be lost, doubled or late: `claim` lets one worker in, and only the holder of the
newest fence can commit. `Run.fenced` is the transaction in which a task publishes what it did.
"""

from __future__ import annotations

import re
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Case, F, IntegerField, Q, QuerySet, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from catalogue import HosoError
from workers.errors import BadPayload, LeaseLost
from workers.models import Batch, Job, RemoteCall
from workers.owner import name_owner

log = structlog.get_logger("workers.ledger")

QUIET = 2.0
"""Seconds in which a process does not call a broker that has just failed to answer."""
_quiet_until = 0.0

_PERSONAL = re.compile(r"(?<![0-9a-fA-F-])\d{9}(\d{3})?(?![0-9a-fA-F-])")
"""Nine or twelve digits that stand alone: an identity number."""


def enqueue(
    kind: str,
    *,
    key: str,
    payload: Mapping[str, object] | None = None,
    dossier: str = "",
    created_by: str = "",
    parent: Job | None = None,
    delay: timedelta = timedelta(),
) -> Job:
    """Writes a job in the caller's transaction and wakes a worker when it commits.

    The same `key` gives the same job, whatever became of it. Raises BadPayload.
    """
    content = dict(payload or {})
    _check(content)
    job, made = Job.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "payload": content,
            "dossier": dossier,
            "created_by": created_by,
            "parent": parent,
            "run_at": timezone.now() + delay,
        },
    )
    if made and not delay:
        transaction.on_commit(lambda: wake(job.id))
    return job


def again(job_id: uuid.UUID) -> bool:
    """Queues a failed or unknown job once more, because a person said so: whatever a remote service was asked and did
    not answer, they have looked into."""
    with transaction.atomic():
        changed = Job.objects.filter(pk=job_id, state__in=[Job.State.FAILED, Job.State.UNKNOWN]).update(
            state=Job.State.QUEUED,
            run_at=timezone.now(),
            tried_since=None,
            crashes=0,
            error={},
            error_code="",
            finished_at=None,
        )
        if changed:
            unanswered(job_id).update(outcome=RemoteCall.Outcome.WAIVED)
            transaction.on_commit(lambda: wake(job_id))
    return bool(changed)


def unanswered(job_id: uuid.UUID) -> QuerySet[RemoteCall]:
    """What remote services were asked for a job and have not answered, oldest first: they may have signed."""
    return RemoteCall.objects.filter(job=job_id, outcome=RemoteCall.Outcome.ASKED).order_by("asked_at")


def wake(job_id: uuid.UUID) -> bool:
    """Tells the workers of a job. A broker that is down costs a moment only: the sweeper tells them again."""
    from workers.app import app

    global _quiet_until
    if time.monotonic() < _quiet_until:
        return False
    try:
        Job.objects.filter(pk=job_id).update(sent_at=timezone.now())
        app.send_task("workers.run", [str(job_id)], retry=False)
    except Exception as error:  # every broker library has its own family; after the commit nothing may fail any more
        _quiet_until = time.monotonic() + QUIET
        log.warning("job.not_sent", job=str(job_id), error=type(error).__name__)
        return False
    return True


def lease_time() -> timedelta:
    """How long a claim holds without a heartbeat."""
    return timedelta(seconds=settings.HOSO.lease_seconds)


def to_do() -> QuerySet[Job]:
    """The jobs that a worker may take now."""
    now = timezone.now()
    free = Q(state=Job.State.QUEUED, run_at__lte=now) | Q(state=Job.State.RUNNING, lease_until__lt=now)
    return Job.objects.filter(free).exclude(batch__in=Batch.objects.filter(paused_at__isnull=False))


def claim(job_id: uuid.UUID) -> Run | None:
    """Takes a queued job, or a running one whose lease has lapsed. None when another has it, it is over, or its batch
    is paused."""
    now, owner = timezone.now(), name_owner()
    taken = (
        to_do()
        .filter(pk=job_id)
        .update(
            state=Job.State.RUNNING,
            fence=F("fence") + 1,
            attempts=F("attempts") + 1,
            crashes=Case(
                When(state=Job.State.RUNNING, then=F("crashes") + 1), default=F("crashes"), output_field=IntegerField()
            ),
            lease_owner=owner,
            lease_until=now + lease_time(),
            started_at=now,
            tried_since=Coalesce("tried_since", now),
        )
    )
    if not taken:
        return None
    job = Job.objects.filter(pk=job_id, lease_owner=owner).first()
    return Run(job) if job is not None else None


class Run:
    """One attempt at one job, by the worker that holds its lease."""

    def __init__(self, job: Job) -> None:
        self.job_id = job.id
        self.kind = job.kind
        self.key = job.key
        self.payload: dict[str, Any] = job.payload
        self.dossier = job.dossier
        self.batch = job.batch_id
        self.created_by = job.created_by
        self.attempts = job.attempts
        self.crashes = job.crashes
        self.fence = job.fence
        self.done = job.done
        """What an attempt before this one told of last."""
        self.created_at = job.created_at
        self.tried_since = job.tried_since or timezone.now()
        self.state = Job.State.RUNNING
        self.result: dict[str, Any] = dict(job.result)
        self._lost = threading.Event()
        self._over = threading.Event()

    def stage(self, name: str, done: int = 0, total: int = 0) -> None:
        """Shows where the work is. Raises LeaseLost when another worker has taken over."""
        self._write(stage=name, done=done, total=total)

    def remember(self, **values: object) -> None:
        """Keeps ids with the job, so that a later attempt goes on with the same ones. Raises LeaseLost."""
        self.result = {**self.result, **values}
        self._write(result=self.result)

    def survived(self) -> None:
        """Forgets the deaths of workers before: a part of the work is done since. Raises LeaseLost."""
        self._write(crashes=0)

    @contextmanager
    def fenced(self) -> Iterator[None]:
        """A transaction that commits only while this worker still holds the job. Raises LeaseLost."""
        with transaction.atomic():
            self._write(lease_until=timezone.now() + lease_time())
            yield

    @contextmanager
    def finish(self, **result: object) -> Iterator[None]:
        """`fenced`, and the job is done in the same transaction. `result` holds ids only."""
        with self.fenced():
            yield
            told = {name: value for name, value in self.result.items() if name != "staged"}
            self._end(Job.State.DONE, result={**told, **result})

    def fail(self, error: HosoError, state: Job.State = Job.State.FAILED) -> None:
        """Ends the job with an error that people can read."""
        self._end(state, error=error.as_dict(), error_code=error.code)

    def retry(self, error: HosoError, delay: timedelta) -> None:
        """Puts the job back; the error is shown until the next attempt succeeds."""
        self._put_back(error, delay)

    def wait(self, error: HosoError, delay: timedelta) -> None:
        """Puts the job back until a person has done something; that is no trying, whose end would come."""
        self._put_back(error, delay, tried_since=None)

    @contextmanager
    def heartbeat(self) -> Iterator[None]:
        """Keeps the lease alive while the block runs."""
        thread = threading.Thread(target=self._beat, name=f"lease-{self.job_id}", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join(timeout=30)

    def _beat(self) -> None:
        try:
            while not self._over.wait(lease_time().total_seconds() / 3):
                try:
                    self._write(lease_until=timezone.now() + lease_time())
                except LeaseLost:
                    self._lost.set()
                    return
                except Exception as error:  # the next beat may succeed; the fence protects if none does
                    log.warning("job.heartbeat_failed", job=str(self.job_id), error=type(error).__name__)
        finally:
            connection.close()

    def _put_back(self, error: HosoError, delay: timedelta, **values: object) -> None:
        self._write(
            state=Job.State.QUEUED,
            run_at=timezone.now() + delay,
            sent_at=None,
            lease_until=None,
            lease_owner="",
            error=error.as_dict(),
            error_code=error.code,
            **values,
        )
        self.state = Job.State.QUEUED

    def _end(self, state: Job.State, **values: object) -> None:
        values = {"error": {}, "error_code": "", **values}
        self._write(state=state, finished_at=timezone.now(), lease_until=None, lease_owner="", **values)
        self.state = state

    def _write(self, **values: object) -> None:
        held = Job.objects.filter(pk=self.job_id, fence=self.fence, state=Job.State.RUNNING)
        if self._lost.is_set() or not held.update(**values):
            raise LeaseLost(job=str(self.job_id))


def _check(value: object) -> None:
    """Ids, numbers, flags and lists of them; nothing that looks like an identity number."""
    if isinstance(value, dict):
        for inner in value.values():
            _check(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _check(inner)
    elif not isinstance(value, str | int | float | None) or _PERSONAL.search(str(value)):
        raise BadPayload()
