"""A worker that hears nothing although jobs are told of ends itself; whoever supervises it starts a new one.

After Redis was lost at the wrong moment, a Celery worker may stay alive and listen to nobody (seen once in eight kills
of Redis here). The ledger shows it: the sweeper tells again and again of a job that nobody takes.
"""

from __future__ import annotations

import os
import threading
import time
from datetime import timedelta

import structlog
from celery.signals import task_received, worker_ready

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
    """Whether due jobs were told of lately, and this process has heard nothing and does nothing."""
    from celery.worker import state
    from django.db.models import F
    from django.utils import timezone

    from workers.models import Job

    if time.monotonic() - _heard < SILENCE or state.active_requests or state.reserved_requests:
        return False
    waits = timezone.now() - timedelta(seconds=SILENCE)
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
