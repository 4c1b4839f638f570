"""Runs one job: claims it, keeps its lease, calls its task, and writes down how it ended."""

from __future__ import annotations

import errno
import random
import uuid
from datetime import timedelta

import structlog
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from catalogue import ExitCode, HosoError
from storage import FenceLost
from workers import bulk, registry
from workers.errors import Crashed, DiskFull, Internal, LeaseLost, OutcomeUnknown, PinNeeded, Unavailable
from workers.ledger import Run, claim, unanswered
from workers.models import Job

log = structlog.get_logger("workers.runner")

MAX_CRASHES = 5
"""Deaths of the worker after which a job is thought to be their cause."""
PIN_PATIENCE = timedelta(days=30)
"""How long a batch waits for its PIN before it looks again."""
DATABASE = (OperationalError, InterfaceError)
NETWORK = (ConnectionError, TimeoutError)
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


def run(job_id: uuid.UUID) -> bool:
    """Does the job if it is free, and goes on with its batch. True when this call brought the job to an end."""
    held = claim(job_id)
    if held is None:
        return False
    return _do(held) if held.batch is None else bulk.work_off(held, _do)


def _do(held: Run) -> bool:
    """One attempt at one job. True when it brought the job to an end."""
    log.info("job.started", job=str(held.job_id), kind=held.kind, attempt=held.attempts)
    task = None
    try:
        task = registry.find(held.kind)
        if held.crashes >= MAX_CRASHES:
            raise Crashed(times=held.crashes)
        with held.heartbeat():
            task.do(held)
        if held.state is Job.State.RUNNING:
            with held.finish():
                pass
    except Exception as error:
        return _stop(held, task, error)
    log.info("job.done", job=str(held.job_id), kind=held.kind, attempt=held.attempts)
    return True


def retryable(error: HosoError) -> bool:
    """Whether the same call may succeed later: something is down or busy, nothing is wrong with the input."""
    return error.status == 503 or error.exit_code is ExitCode.UNAVAILABLE or isinstance(error, FenceLost)


def pause(attempts: int) -> timedelta:
    """The pause before the next attempt: 1, 2, 4 … 300 seconds, a little scattered."""
    return timedelta(seconds=min(2.0 ** min(attempts - 1, 10), 300.0) * random.uniform(0.8, 1.2))


def _stop(held: Run, task: registry.Task | None, error: Exception) -> bool:
    """Ends the attempt: the job goes back for later, or is over. True when it is over by this call."""
    told = _as_told(held, error)
    try:
        if isinstance(told, LeaseLost):
            raise told
        if isinstance(told, PinNeeded):
            held.wait(told, PIN_PATIENCE)
        elif isinstance(told, OutcomeUnknown):
            held.fail(told, Job.State.UNKNOWN)
        elif retryable(told) and timezone.now() - held.tried_since < (task.patience if task else registry.DAY):
            held.retry(told, pause(held.attempts))
        elif asked := unanswered(held.job_id).first():
            # an earlier attempt may have signed: whatever stopped this one, its signer has to look there first
            held.fail(OutcomeUnknown(service=asked.service), Job.State.UNKNOWN)
        else:
            with transaction.atomic():
                held.fail(told)
                _give_up(held, task, told)
    except LeaseLost:
        log.warning("job.lease_lost", job=str(held.job_id), kind=held.kind)
        return False
    log.warning("job.stopped", job=str(held.job_id), kind=held.kind, code=told.code, state=held.state)
    return held.state is not Job.State.QUEUED


def _as_told(held: Run, error: Exception) -> HosoError:
    """The error as people see it; what nobody foresaw is told by its kind alone, and its trace stays in the log."""
    if isinstance(error, HosoError):
        return error
    log.warning("job.raised", job=str(held.job_id), kind=held.kind, error=type(error).__name__)
    if isinstance(error, DATABASE):
        return Unavailable(service="CSDL (database)")
    if isinstance(error, NETWORK):
        return Unavailable(service="TCP")
    if isinstance(error, OSError) and error.errno in FULL:
        return DiskFull()
    log.exception("job.internal", job=str(held.job_id), kind=held.kind)
    return Internal(kind=type(error).__name__, job=str(held.job_id))


def _give_up(held: Run, task: registry.Task | None, error: HosoError) -> None:
    """Tells whoever waits for the job, inside the transaction that ends it.

    That the other side refuses to hear of it (its state has moved on) does not keep the job alive; that the database
    is down does, since then nothing is written at all.
    """
    if task is None or task.gave_up is None:
        return
    try:
        with transaction.atomic():
            task.gave_up(held, error)
    except DATABASE:
        raise
    except Exception as refused:
        log.warning("job.gave_up_unheard", job=str(held.job_id), kind=held.kind, error=type(refused).__name__)
