"""The job ledger: asked once, claimed by one, published by the newest claim only."""

from __future__ import annotations

import base64
import json
import os
import time
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from tests.workers.conftest import make_job
from workers import Job, enqueue
from workers.errors import BadPayload, LeaseLost
from workers.ledger import claim
from workers.models import Lease

pytestmark = pytest.mark.django_db


def test_the_same_key_is_the_same_job() -> None:
    first = enqueue("count", key="scan:1", payload={"intake": "a"})
    assert enqueue("count", key="scan:1", payload={"intake": "b"}) == first
    assert Job.objects.get().payload == {"intake": "a"}


def test_a_job_of_a_transaction_that_fails_was_never_asked_for() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        enqueue("count", key="scan:1")
        _ = 1 / 0
    assert not Job.objects.exists()


@pytest.mark.skipif(bool(os.environ.get("HOSO_BROKER_URL")), reason="looks into the folder of the embedded broker")
def test_workers_are_woken_when_the_change_is_committed_and_not_before(
    django_capture_on_commit_callbacks: Any,
) -> None:
    queue = settings.HOSO.data / "broker" / "queue"
    before = len(list(queue.iterdir()))
    with django_capture_on_commit_callbacks(execute=True):
        made = enqueue("count", key="scan:1")
        assert (len(list(queue.iterdir())), made.sent_at) == (before, None)
    made.refresh_from_db()
    assert made.sent_at is not None
    messages = [path.read_text() for path in queue.iterdir()]
    assert len(messages) == before + 1
    assert any(str(made.id) in message_body(message) for message in messages)


def message_body(message: str) -> str:
    return base64.b64decode(json.loads(message)["body"]).decode()


@pytest.mark.parametrize("value", ["001099012345", ["x", {"id": "012345678"}], 1099012345_12, {"a": b"x"}])
def test_a_payload_holds_no_identity_number(value: object) -> None:
    with pytest.raises(BadPayload):
        enqueue("count", key="k", payload={"value": value})


def test_ids_and_codes_are_welcome_in_a_payload() -> None:
    enqueue("count", key="k", payload={"intake": str(uuid.uuid4()), "dossier": "H26.01.02-261121-0001", "n": 3})


def test_one_claim_wins_until_its_lease_lapses() -> None:
    made = make_job()
    assert claim(made.id) is not None
    assert claim(made.id) is None
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    second = claim(made.id)
    assert second is not None and second.fence == 2 and second.crashes == 1


def test_a_job_is_not_claimed_before_its_time() -> None:
    assert claim(make_job(run_at=timezone.now() + timedelta(days=1)).id) is None


def test_who_lost_the_lease_publishes_nothing() -> None:
    made = make_job()
    old = claim(made.id)
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    new = claim(made.id)
    assert old is not None and new is not None
    with pytest.raises(LeaseLost), old.finish():
        Lease.objects.create(name="effect", until=timezone.now())
    with pytest.raises(LeaseLost):
        old.stage("late")
    assert not Lease.objects.exists()
    with new.finish(document="d"):
        Lease.objects.create(name="effect", until=timezone.now())
    made.refresh_from_db()
    assert (made.state, made.result, Lease.objects.count()) == ("done", {"document": "d"}, 1)


def test_an_effect_that_fails_leaves_the_job_open() -> None:
    made = make_job()
    held = claim(made.id)
    assert held is not None
    with pytest.raises(ZeroDivisionError), held.finish():
        _ = 1 / 0
    made.refresh_from_db()
    assert made.state == "running"


def test_a_long_task_keeps_its_lease(monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> None:
    monkeypatch.setattr(settings, "HOSO", settings.HOSO.model_copy(update={"lease_seconds": 3.0}))
    made = make_job()
    held = claim(made.id)
    assert held is not None
    first = Job.objects.get().lease_until
    assert first is not None
    deadline = time.monotonic() + 120
    with held.heartbeat():
        while not Job.objects.filter(lease_until__gt=first).exists() and time.monotonic() < deadline:
            time.sleep(0.05)
    assert Job.objects.filter(lease_until__gt=first).exists()
