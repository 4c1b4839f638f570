"""A worker application with one tiny task whose effect can be counted; run by `test_chaos` in processes of its own."""

from __future__ import annotations

import time

import django
from django.db import connection, transaction

django.setup()

from workers import Job, enqueue  # noqa: E402
from workers.app import app  # noqa: E402
from workers.ledger import Run  # noqa: E402
from workers.registry import task  # noqa: E402

__all__ = ["app"]


@task("tick")
def tick(run: Run) -> None:
    """Works a moment, then publishes one effect behind the fence."""
    run.stage("working", 1, 2)
    time.sleep(0.05)
    with run.finish(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO effect (job) VALUES (%s)", [str(run.job_id)])


def fill(count: int) -> None:
    """Asks for so many jobs, each in a transaction of its own."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE effect (job text)")
    for number in range(count):
        with transaction.atomic():
            enqueue("tick", key=f"tick:{number}")
    assert Job.objects.filter(kind="tick").count() == count
