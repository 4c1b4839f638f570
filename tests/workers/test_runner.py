"""How a job ends: done, failed with its code, put back for later, unknown; who waits for it hears."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

import storage
from catalogue import HosoError
from tests.workers.conftest import make_job
from workers import Job, again, registry, runner
from workers.errors import OutcomeUnknown, PinNeeded, Unavailable
from workers.ledger import Run, claim
from workers.models import Lease, RemoteCall

pytestmark = pytest.mark.django_db

Does = Callable[..., None]
LONG = timedelta(days=2)


@pytest.fixture
def does(monkeypatch: pytest.MonkeyPatch) -> Does:
    """Registers a task of this test."""
    monkeypatch.setattr(registry, "_tasks", {})
    monkeypatch.setattr(registry, "MODULES", ())

    def register(handler: registry.Handler, **more: Any) -> None:
        registry.task("count", **more)(handler)

    return register


def test_a_done_job_does_not_run_again(does: Does) -> None:
    times: list[Run] = []
    does(times.append)
    made = make_job()
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


def test_bad_input_fails_with_its_code_and_both_languages(does: Does) -> None:
    does(failing(Broken()))
    made = make_job()
    runner.run(made.id)
    made.refresh_from_db()
    assert (made.state, made.error_code) == ("failed", "test.broken")
    assert (made.error["message_vi"], made.error["message_en"]) == ("Tệp hỏng.", "The file is broken.")


def test_a_failed_job_runs_again_when_a_person_says_so(does: Does) -> None:
    does(failing(Broken()))
    made = make_job()
    runner.run(made.id)
    does(lambda run: None)
    assert again(made.id) is True
    runner.run(made.id)
    made.refresh_from_db()
    assert (made.state, made.error, made.error_code) == ("done", {}, "")
    assert again(made.id) is False


def test_what_is_down_is_tried_again_after_a_pause(does: Does) -> None:
    does(failing(Unavailable(service="S3")))
    made = make_job(attempts=3)
    before = timezone.now()
    runner.run(made.id)
    made.refresh_from_db()
    assert (made.state, made.error_code) == ("queued", "workers.unavailable")
    assert made.run_at - before >= runner.pause(4) / 1.5


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 1), (2, 2), (4, 8), (9, 256), (10, 300), (1000, 300)])
def test_pauses_grow_up_to_five_minutes_and_are_scattered(attempts: int, seconds: int) -> None:
    pauses = {runner.pause(attempts) for _ in range(20)}
    assert len(pauses) > 1
    assert all(timedelta(seconds=0.8 * seconds) <= one <= timedelta(seconds=1.2 * seconds) for one in pauses)


def test_after_a_day_of_trying_it_fails(does: Does) -> None:
    does(failing(ConnectionRefusedError()))
    made = make_job(tried_since=timezone.now() - LONG)
    runner.run(made.id)
    made.refresh_from_db()
    assert (made.state, made.error_code) == ("failed", "workers.unavailable")


def test_the_day_begins_anew_when_a_person_asks_again(does: Does) -> None:
    does(failing(ConnectionRefusedError()))
    made = make_job(state="failed", created_at=timezone.now() - timedelta(days=9), tried_since=timezone.now() - LONG)
    assert again(made.id)
    runner.run(made.id)
    made.refresh_from_db()
    assert (made.state, made.error_code) == ("queued", "workers.unavailable")


def test_a_kind_may_have_more_patience(does: Does) -> None:
    does(failing(Unavailable(service="TSA")), patience=timedelta(days=30))
    made = make_job(tried_since=timezone.now() - LONG)
    runner.run(made.id)
    made.refresh_from_db()
    assert made.state == "queued"


def test_a_batch_that_waits_for_its_pin_wears_out_no_patience(does: Does) -> None:
    does(failing(PinNeeded()))
    made = make_job(tried_since=timezone.now() - LONG)
    runner.run(made.id)
    made.refresh_from_db()
    assert (made.state, made.tried_since) == ("queued", None)


def disk_full(run: Run) -> None:
    """Writes to a disk that is full, as the kernel has one for tests."""
    with Path("/dev/full").open("wb", buffering=0) as disk:
        disk.write(b"scan")


def test_a_full_disk_is_waited_for(does: Does) -> None:
    does(disk_full)
    made = make_job()
    runner.run(made.id)
    made.refresh_from_db()
    assert (made.state, made.error_code) == ("queued", "workers.disk_full")
    assert made.error["next"] and made.error["next_en"]


@pytest.mark.parametrize("error", [storage.DepositBusy(), storage.FenceLost(), storage.StoreFull(needed=1, free=0)])
def test_what_another_writer_or_a_full_store_holds_up_is_tried_again(does: Does, error: HosoError) -> None:
    does(failing(error))
    made = make_job()
    runner.run(made.id)
    made.refresh_from_db()
    assert (made.state, made.error_code) == ("queued", error.code)


def test_who_waits_for_a_job_hears_once_and_only_when_it_is_given_up(does: Does) -> None:
    heard: list[str] = []
    errors: list[Exception] = [Unavailable(service="S3"), OutcomeUnknown(service="CSC"), PinNeeded(), Broken()]

    def fail(run: Run) -> None:
        raise errors.pop(0)

    does(fail, gave_up=lambda run, error: heard.append(error.code))
    made = make_job()
    while errors:
        Job.objects.update(state="queued", run_at=timezone.now())
        runner.run(made.id)
    assert heard == ["test.broken"]


def test_who_lost_the_lease_gives_nothing_up(does: Does) -> None:
    def overtaken(run: Run) -> None:
        Job.objects.update(fence=9)
        raise Broken()

    heard: list[str] = []
    does(overtaken, gave_up=lambda run, error: heard.append(error.code))
    made = make_job()
    assert runner.run(made.id) is False
    made.refresh_from_db()
    assert (made.state, heard) == ("running", [])


def test_giving_up_undoes_itself_where_it_cannot_be_told_and_the_job_is_over_all_the_same(does: Does) -> None:
    def refuse(run: Run, error: HosoError) -> None:
        Lease.objects.create(name="effect", until=timezone.now())
        raise Broken()

    does(failing(Broken()), gave_up=refuse)
    made = make_job()
    assert runner.run(made.id)
    made.refresh_from_db()
    assert (made.state, Lease.objects.count()) == ("failed", 0)


def test_an_unknown_outcome_is_never_retried(does: Does) -> None:
    does(failing(OutcomeUnknown(service="CSC")))
    made = make_job()
    runner.run(made.id)
    made.refresh_from_db()
    assert made.state == "unknown"
    assert claim(made.id) is None


@pytest.mark.parametrize("error", [Broken(), ValueError("x"), Unavailable(service="S3")])
def test_what_was_asked_of_a_service_and_not_answered_is_unknown_whatever_stops_the_next_attempt(
    does: Does, error: Exception
) -> None:
    heard: list[str] = []
    does(failing(error), gave_up=lambda run, error: heard.append(error.code), patience=timedelta())
    made = make_job()
    asked = {"name": "signed", "fence": 1, "attempt": 1, "document": "", "digest": "", "signer": "", "profile": ""}
    RemoteCall.objects.create(job=made, service="hoso sign-agent", **asked)
    runner.run(made.id)
    made.refresh_from_db()
    assert (made.state, made.error_code, heard) == ("unknown", "workers.outcome_unknown", [])
    assert "hoso sign-agent" in made.error["message_vi"]


def test_an_unforeseen_error_tells_people_no_more_than_its_kind(does: Does) -> None:
    does(failing(ValueError("Nguyễn Văn A 001099012345")))
    made = make_job()
    runner.run(made.id)
    made.refresh_from_db()
    assert (made.state, made.error_code) == ("failed", "workers.internal")
    assert "Nguyễn" not in str(made.error)


def test_a_job_that_kills_its_workers_is_set_aside(does: Does) -> None:
    does(lambda run: None)
    made = make_job(state="running", crashes=4, lease_until=timezone.now() - timedelta(seconds=1))
    runner.run(made.id)
    made.refresh_from_db()
    assert (made.state, made.error_code) == ("failed", "workers.crashed")
