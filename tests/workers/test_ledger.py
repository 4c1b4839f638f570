"""The job ledger: asked once, claimed by one, published by the newest claim only, retried when it helps."""

from __future__ import annotations

import base64
import json
import os
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from catalogue import HosoError
from workers import Job, again, enqueue, registry, runner, sweeper
from workers.errors import BadPayload, LeaseLost, OutcomeUnknown, Unavailable
from workers.ledger import Run, claim
from workers.models import Lease
from workers.owner import is_dead, name_owner

pytestmark = pytest.mark.django_db


@pytest.fixture
def does(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, registry.Handler]]:
    """Tasks of this test by kind."""
    tasks: dict[str, registry.Handler] = {}
    monkeypatch.setattr(registry, "_handlers", tasks)
    monkeypatch.setattr(registry, "MODULES", ())
    yield tasks


def job(kind: str = "count", **values: object) -> Job:
    made = enqueue(kind, key=str(uuid.uuid4()))
    Job.objects.filter(pk=made.pk).update(**values)
    made.refresh_from_db()
    return made


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
    made = job()
    assert claim(made.id) is not None
    assert claim(made.id) is None
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    second = claim(made.id)
    assert second is not None and second.fence == 2 and second.crashes == 1


def test_a_job_is_not_claimed_before_its_time() -> None:
    assert claim(job(run_at=timezone.now() + timedelta(minutes=1)).id) is None


def test_who_lost_the_lease_publishes_nothing() -> None:
    made = job()
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
    made = job()
    held = claim(made.id)
    assert held is not None
    with pytest.raises(ZeroDivisionError), held.finish():
        _ = 1 / 0
    made.refresh_from_db()
    assert made.state == "running"


def test_a_done_job_does_not_run_again(does: dict[str, registry.Handler]) -> None:
    times: list[Run] = []
    does["count"] = times.append
    made = job()
    assert runner.run(made.id) is True
    assert runner.run(made.id) is False
    assert len(times) == 1


class Broken(HosoError):
    code = "test.broken"
    message_vi = "Tệp hỏng."
    message_en = "The file is broken."


def failing(error: Exception) -> registry.Handler:
    def fail(run: Run) -> None:
        raise error

    return fail


def test_bad_input_fails_with_its_code_and_both_languages(does: dict[str, registry.Handler]) -> None:
    does["count"] = failing(Broken())
    made = job()
    runner.run(made.id)
    made.refresh_from_db()
    assert (made.state, made.error_code) == ("failed", "test.broken")
    assert (made.error["message_vi"], made.error["message_en"]) == ("Tệp hỏng.", "The file is broken.")


def test_a_failed_job_runs_again_when_a_person_says_so(does: dict[str, registry.Handler]) -> None:
    does["count"] = failing(Broken())
    made = job()
    runner.run(made.id)
    does["count"] = lambda run: None
    assert again(made.id) is True
    runner.run(made.id)
    made.refresh_from_db()
    assert (made.state, made.error, made.error_code) == ("done", {}, "")
    assert again(made.id) is False


def test_what_is_down_is_tried_again_after_a_pause(does: dict[str, registry.Handler]) -> None:
    does["count"] = failing(Unavailable(service="S3"))
    made = job(attempts=3)
    before = timezone.now()
    runner.run(made.id)
    made.refresh_from_db()
    assert (made.state, made.error_code) == ("queued", "workers.unavailable")
    assert timedelta(seconds=6) < made.run_at - before < timedelta(seconds=11)


def test_after_a_day_of_trying_it_fails(does: dict[str, registry.Handler]) -> None:
    does["count"] = failing(ConnectionRefusedError())
    made = job(created_at=timezone.now() - timedelta(days=2))
    runner.run(made.id)
    made.refresh_from_db()
    assert (made.state, made.error_code) == ("failed", "workers.unavailable")


def test_an_unknown_outcome_is_never_retried(does: dict[str, registry.Handler]) -> None:
    does["count"] = failing(OutcomeUnknown(service="CSC"))
    made = job()
    runner.run(made.id)
    made.refresh_from_db()
    assert made.state == "unknown"
    assert claim(made.id) is None


def test_an_unforeseen_error_tells_people_no_more_than_its_kind(does: dict[str, registry.Handler]) -> None:
    does["count"] = failing(ValueError("Nguyễn Văn A 001099012345"))
    made = job()
    runner.run(made.id)
    made.refresh_from_db()
    assert (made.state, made.error_code) == ("failed", "workers.internal")
    assert "Nguyễn" not in str(made.error)


def test_a_job_that_kills_its_workers_is_set_aside(does: dict[str, registry.Handler]) -> None:
    does["count"] = lambda run: None
    made = job(state="running", crashes=4, lease_until=timezone.now() - timedelta(seconds=1))
    runner.run(made.id)
    made.refresh_from_db()
    assert (made.state, made.error_code) == ("failed", "workers.crashed")


def test_the_sweeper_tells_of_lost_messages_and_lapsed_leases_only() -> None:
    now, minute = timezone.now(), timedelta(minutes=1)
    lost = job(sent_at=now - minute, run_at=now - minute)
    never = job(sent_at=None)
    job(sent_at=now)
    job(sent_at=None, run_at=now + minute)
    lapsed = job(state="running", lease_until=now - minute, sent_at=now - minute)
    job(state="running", lease_until=now + minute, sent_at=now - minute, lease_owner=name_owner())
    assert sweeper.sweep() == 3
    sent = set(Job.objects.filter(sent_at__gt=now).values_list("id", flat=True))
    assert sent == {lost.id, never.id, lapsed.id}


def test_the_death_of_a_worker_of_this_machine_is_noticed_at_once() -> None:
    machine, _, _, claim_id = name_owner().rsplit("/", 3)
    dead = f"{machine}/999999999/1/{claim_id}"
    assert is_dead(dead) and not is_dead(name_owner()) and not is_dead(f"other/boot/999999999/1/{claim_id}")
    made = job(state="running", lease_until=timezone.now() + timedelta(minutes=1), lease_owner=dead, fence=1)
    assert sweeper.sweep() == 1
    assert claim(made.id) is not None


def test_one_sweeper_sweeps_and_another_follows_it() -> None:
    assert sweeper.take_lease("sweeper", "a")
    assert not sweeper.take_lease("sweeper", "b")
    assert sweeper.take_lease("sweeper", "a")
    Lease.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert sweeper.take_lease("sweeper", "b")


def test_a_long_task_keeps_its_lease(monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> None:
    from portal.config import Config

    monkeypatch.setattr(settings, "HOSO", Config(lease_seconds=0.3))
    made = job()
    held = claim(made.id)
    assert held is not None
    with held.heartbeat():
        held._over.wait(0.8)
        assert claim(made.id) is None
        held.stage("still here")
