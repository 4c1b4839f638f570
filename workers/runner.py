"""Runs one job: claims it, keeps its lease, calls its task, and writes down how it ended."""

from __future__ import annotations

import random
import uuid
from datetime import timedelta

import structlog
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from catalogue import ExitCode, HosoError
from workers import registry
from workers.errors import Crashed, Internal, LeaseLost, OutcomeUnknown, PinNeeded, Unavailable
from workers.ledger import Run, claim
from workers.models import Job

log = structlog.get_logger("workers.runner")

MAX_CRASHES = 5
"""Deaths of the worker after which a job is thought to be their cause."""
MAX_AGE = timedelta(days=1)
"""How long a job is tried again while what it needs is down."""
PIN_PATIENCE = timedelta(days=30)
"""How long a batch waits for its PIN before it looks again."""
TRANSIENT = (OperationalError, InterfaceError, ConnectionError, TimeoutError)


def run(job_id: uuid.UUID) -> bool:
    """Does the job if it is free. True when this call brought it to an end."""
    held = claim(job_id)
    if held is None:
        return False
    log.info("job.started", job=str(job_id), kind=held.kind, attempt=held.attempts)
    try:
        if held.crashes >= MAX_CRASHES:
            raise Crashed(times=held.crashes)
        with held.heartbeat():
            registry.handler(held.kind)(held)
        if not held.finished:
            with held.finish():
                pass
    except LeaseLost:
        log.warning("job.lease_lost", job=str(job_id), kind=held.kind)
        return False
    except PinNeeded as error:
        return _wait(held, error, PIN_PATIENCE)
    except OutcomeUnknown as error:
        return _end(held, error, Job.State.UNKNOWN)
    except HosoError as error:
        return _end(held, error, Job.State.FAILED)
    except TRANSIENT as error:
        log.warning("job.transient", job=str(job_id), kind=held.kind, error=type(error).__name__)
        return _end(held, Unavailable(service=type(error).__name__), Job.State.FAILED)
    except Exception as error:
        log.exception("job.internal", job=str(job_id), kind=held.kind)
        return _end(held, Internal(kind=type(error).__name__, job=str(job_id)), Job.State.FAILED)
    log.info("job.done", job=str(job_id), kind=held.kind, attempt=held.attempts)
    return True


def retryable(error: HosoError) -> bool:
    """Whether the same call may succeed later: something is down, nothing is wrong with the input."""
    return error.status == 503 or (error.exit_code is ExitCode.UNAVAILABLE and error.status >= 500)


def pause(attempts: int) -> timedelta:
    """The pause before the next attempt: 1, 2, 4 … 300 seconds, a little scattered."""
    return timedelta(seconds=min(2.0 ** min(attempts - 1, 10), 300.0) * random.uniform(0.8, 1.2))


def _wait(held: Run, error: HosoError, delay: timedelta) -> bool:
    """Puts the job back for later; what it waits for is shown."""
    try:
        held.retry(error, delay)
    except LeaseLost:
        log.warning("job.lease_lost", job=str(held.job_id), kind=held.kind)
    else:
        log.warning("job.put_back", job=str(held.job_id), kind=held.kind, code=error.code)
    return False


def _end(held: Run, error: HosoError, state: Job.State) -> bool:
    if state is Job.State.FAILED and retryable(error) and timezone.now() - held.created_at < MAX_AGE:
        return _wait(held, error, pause(held.attempts))
    try:
        held.fail(error, state)
    except LeaseLost:
        log.warning("job.lease_lost", job=str(held.job_id), kind=held.kind)
        return False
    log.warning("job.failed", job=str(held.job_id), kind=held.kind, code=error.code, state=state)
    return True
