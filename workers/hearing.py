"""A worker that hears or does nothing although jobs are told of ends itself; whoever supervises it starts a new one.

After Redis was lost at the wrong moment, a Celery worker may stay alive and listen to nobody (seen once in eight kills
of Redis here). When a process of its pool is killed while it holds the pool's lock, the others wait for it for ever,
with their hands full of messages. The ledger shows both: the sweeper tells again and again of a job that nobody takes.
"""

from __future__ import annotations

import os
import threading
import time
from datetime import timedelta

import structlog
from celery.signals import task_received, worker_ready

from workers.owner import is_child

log = structlog.get_logger("workers.hearing")

PERIOD = 5.0
"""Seconds between two looks."""
SILENCE = 20.0
"""Seconds without a message, while the ledger has work and this worker none, after which it counts as deaf."""
DEAF = 75
"""Exit status (EX_TEMPFAIL)."""

_heard = time.monotonic()


def listen(**_: object) -> None:
    """Notes that a message came."""
    global _heard
    _heard = time.monotonic()


def is_deaf() -> bool:
    """Whether due jobs were told of lately, and this process has heard nothing and its children do nothing."""
    from django.db.models import F
    from django.utils import timezone

    from workers.models import Job

    now = timezone.now()
    held = Job.objects.filter(state=Job.State.RUNNING, lease_until__gt=now).values_list("lease_owner", flat=True)
    if time.monotonic() - _heard < SILENCE or any(is_child(owner) for owner in held):
        return False
    waits = now - timedelta(seconds=SILENCE)
    told_again = Job.objects.filter(state=Job.State.QUEUED, run_at__lt=waits, sent_at__gt=F("run_at"))
    return told_again.filter(sent_at__gt=waits).exists()


def _watch() -> None:
    from django.db import DatabaseError, connection

    while True:
        time.sleep(PERIOD)
        try:
            deaf = is_deaf()
        except DatabaseError:
            deaf = False
        finally:
            connection.close()
        if deaf:
            log.error("worker.deaf", seconds=SILENCE)
            os._exit(DEAF)  # an orderly stop would wait for the loop that hangs; leases make this harmless


def _start(**_: object) -> None:
    listen()
    threading.Thread(target=_watch, name="hearing", daemon=True).start()


def connect() -> None:
    """Watches over this process, where it becomes a Celery worker."""
    task_received.connect(listen, weak=False)
    worker_ready.connect(_start, weak=False)
