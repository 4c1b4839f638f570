"""What watches the machine: counted seldom, however often anybody asks, and never by reading the whole index."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from workers import Job, enqueue, renewal


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    cache.clear()


def failed(client: Client) -> str:
    told = client.get("/metrics").content.decode().splitlines()
    return next(line for line in told if line.startswith("hoso_renewal_failed "))


@pytest.mark.django_db
def test_a_flood_of_questions_counts_the_backlog_once(client: Client) -> None:
    before = failed(client)
    job = enqueue(renewal.RENEW, key="mot-van-ban")
    Job.objects.filter(pk=job.pk).update(state=Job.State.FAILED, error_code="signing.no_tsa")
    with CaptureQueriesContext(connection) as asked:
        assert {failed(client) for _ in range(20)} == {before}
    assert len(asked) == 0
    cache.clear()
    assert failed(client) == "hoso_renewal_failed 1.0", "after a minute it is counted anew"


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL weighs how large the tables are, here empty")
def test_the_backlog_is_counted_through_indexes() -> None:
    with CaptureQueriesContext(connection) as asked:
        renewal.backlog()
    plans = []
    with connection.cursor() as cursor:
        for one in asked.captured_queries:
            cursor.execute("EXPLAIN QUERY PLAN " + one["sql"])
            plans.append("\n".join(str(row[-1]) for row in cursor.fetchall()))
    assert all("SCAN storage_version" not in plan and "SCAN workers_job" not in plan for plan in plans), plans
    for name in ("version_lapses", "version_unlooked", "job_kind"):
        assert any(name in plan for plan in plans), (name, plans)
