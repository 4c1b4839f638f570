"""The Celery application: it only wakes workers up; what is to be done stands in the job ledger."""

from __future__ import annotations

import os
import uuid
from pathlib import Path

from celery import Celery
from celery.signals import setup_logging, worker_ready
from kombu.transport import TRANSPORT_ALIASES

from workers import hearing, scratch

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

TRANSPORT_ALIASES["folder"] = "workers.broker:Transport"

app = Celery("hoso")
app.config_from_object("django.conf:settings", namespace="CELERY")
hearing.connect()
scratch.connect()


@app.task(name="workers.run", ignore_result=True)  # type: ignore[untyped-decorator]
def run(job_id: str) -> None:
    """Does one job of the ledger, if it is still to be done."""
    from workers import runner

    runner.run(uuid.UUID(job_id))


@setup_logging.connect  # type: ignore[untyped-decorator]
def _leave_logging_to_django(**_: object) -> None:
    """Celery would set up its own; the one of the settings writes JSON lines without secrets."""


@worker_ready.connect  # type: ignore[untyped-decorator]
def _say_ready(**_: object) -> None:
    """Leaves a mark for the supervisor."""
    from django.conf import settings

    folder: Path = settings.HOSO.data / "run"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / "worker.ready").touch(mode=0o600)
