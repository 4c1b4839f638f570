"""A deaf worker is told from an idle one, a busy one and one whose broker has nothing to say."""

from __future__ import annotations

import os
import re
import subprocess
import time
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.workers.conftest import make_job
from workers import Job, enqueue, hearing, owner

pytestmark = pytest.mark.django_db
LONG_AGO = timedelta(hours=2)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Job:
    """A job that has been due for hours and was told of a moment ago, while nothing was heard for hours."""
    monkeypatch.setattr(hearing, "SILENCE", 3600.0)
    monkeypatch.setattr(hearing, "_heard", time.monotonic() - LONG_AGO.total_seconds())
    job = enqueue("count", key=str(uuid.uuid4()))
    Job.objects.filter(pk=job.pk).update(run_at=timezone.now() - LONG_AGO, sent_at=timezone.now())
    return job


def test_what_is_told_and_never_heard_shows_that_a_worker_is_deaf(told: Job) -> None:
    assert hearing.is_deaf()


def test_a_message_shows_that_it_hears(told: Job) -> None:
    hearing.listen()
    assert not hearing.is_deaf()


def test_a_worker_whose_child_is_at_a_job_is_busy_not_deaf(told: Job) -> None:
    """Whatever it holds in its hands besides: messages alone are no work."""
    with subprocess.Popen(["sleep", "600"]) as child:
        mine = re.sub(rf"/{os.getpid()}/[^/]+/", f"/{child.pid}/{owner._started(child.pid)}/", owner.name_owner())
        running = make_job(state=Job.State.RUNNING, lease_owner=mine, lease_until=timezone.now() + LONG_AGO)
        assert not hearing.is_deaf()
        Job.objects.filter(pk=running.pk).update(lease_until=timezone.now() - LONG_AGO)
        assert hearing.is_deaf()
        child.kill()


def test_work_of_other_workers_does_not_excuse_it(told: Job) -> None:
    make_job(state=Job.State.RUNNING, lease_owner=owner.name_owner(), lease_until=timezone.now() + LONG_AGO)
    assert hearing.is_deaf()


@pytest.mark.parametrize("change", [{"state": Job.State.RUNNING}, {"sent_at": None}])
def test_nobody_told_means_nothing_to_hear(told: Job, change: dict[str, object]) -> None:
    Job.objects.filter(pk=told.pk).update(**change)
    assert not hearing.is_deaf()
