"""A deaf worker is told from an idle one, a busy one and one whose broker has nothing to say."""

from __future__ import annotations

import time
import uuid
from datetime import timedelta

import pytest
from celery.worker import state
from django.utils import timezone

from workers import Job, enqueue, hearing

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


def test_a_worker_with_work_in_hand_is_busy_not_deaf(told: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "active_requests", {object()})
    assert not hearing.is_deaf()


@pytest.mark.parametrize("change", [{"state": Job.State.RUNNING}, {"sent_at": None}])
def test_nobody_told_means_nothing_to_hear(told: Job, change: dict[str, object]) -> None:
    Job.objects.filter(pk=told.pk).update(**change)
    assert not hearing.is_deaf()
