"""The sweeper: what was lost is told of again, one sweeper at a time."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.utils import timezone

import storage
from tests.workers.conftest import make_job
from workers import Job, sweeper
from workers.ledger import claim
from workers.models import Lease
from workers.owner import is_dead, name_owner

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_clock_matters(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hours instead of seconds: however slowly a test runs, it runs between two of them."""
    monkeypatch.setattr(sweeper, "RESEND", timedelta(hours=5))
    monkeypatch.setattr(sweeper, "BUSY_RESEND", timedelta(hours=60))
    monkeypatch.setattr(sweeper, "LEASE", timedelta(hours=10))


def hours(number: float) -> datetime:
    """So many hours from now; negative: ago."""
    return timezone.now() + timedelta(hours=number)


def test_the_sweeper_tells_of_lost_messages_and_lapsed_leases_only() -> None:
    now = timezone.now()
    lost = make_job(sent_at=hours(-61), run_at=hours(-61))
    never = make_job(sent_at=None)
    make_job(sent_at=now)
    make_job(sent_at=None, run_at=hours(1))
    lapsed = make_job(state="running", lease_until=hours(-1), sent_at=hours(-61))
    make_job(state="running", lease_until=hours(1), sent_at=hours(-61), lease_owner=name_owner())
    assert sweeper.sweep() == 3
    sent = set(Job.objects.filter(sent_at__gt=now).values_list("id", flat=True))
    assert sent == {lost.id, never.id, lapsed.id}


def test_the_death_of_a_worker_of_this_machine_is_noticed_at_once() -> None:
    machine, _, _, claim_id = name_owner().rsplit("/", 3)
    dead = f"{machine}/999999999/1/{claim_id}"
    assert is_dead(dead) and not is_dead(name_owner()) and not is_dead(f"other/boot/999999999/1/{claim_id}")
    made = make_job(state="running", lease_until=hours(1), lease_owner=dead, fence=1)
    assert sweeper.sweep() == 1
    assert claim(made.id) is not None


def test_one_sweeper_sweeps_and_another_follows_it() -> None:
    assert sweeper.take_lease("sweeper", "a")
    assert not sweeper.take_lease("sweeper", "b")
    assert sweeper.take_lease("sweeper", "a")
    Lease.objects.update(until=hours(-1))
    assert sweeper.take_lease("sweeper", "b")


def test_a_long_line_is_not_flooded_while_somebody_works() -> None:
    """The message lies in the broker still, behind the others."""
    make_job(state="running", lease_until=hours(1), lease_owner=name_owner())
    for _ in range(3):
        make_job(sent_at=hours(-20), run_at=hours(-40))
    assert sweeper.sweep() == 0
    Job.objects.filter(state="running").update(state="done")
    assert sweeper.sweep() == 3


def test_lost_messages_are_looked_for_at_the_head_of_the_line_only() -> None:
    for _ in range(sweeper.BATCH):
        make_job(sent_at=hours(-1), run_at=hours(-90))
    make_job(sent_at=hours(-70), run_at=hours(-80))
    assert sweeper.sweep() == 0
    never_told = make_job(sent_at=None, run_at=hours(-1))
    assert sweeper.sweep() == 1
    never_told.refresh_from_db()
    assert never_told.sent_at is not None


class Rounds:
    """Stops a duty after so many rounds, and keeps the pauses that it asked for."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.pauses: list[float] = []

    def __call__(self, pause: float) -> bool:
        self.pauses.append(pause)
        return len(self.pauses) > self.most


@pytest.mark.django_db(transaction=True)
def test_a_duty_that_fails_is_done_again_soon_and_not_at_once() -> None:
    done: list[str] = []

    def fail_once() -> None:
        done.append("x")
        if len(done) == 1:
            raise storage.StoreDown

    rounds = Rounds(3)
    sweeper.attend(sweeper.Duty("anchor", 3600.0, fail_once), rounds)
    assert len(done) == 3
    assert rounds.pauses[1] == sweeper.HOUSE and rounds.pauses[2:] == [3600.0, 3600.0]


@pytest.mark.django_db(transaction=True)
def test_reports_of_the_verification_page_go_while_the_store_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = settings.HOSO.model_copy(update={"s3_endpoint": "127.0.0.1:9"})
    monkeypatch.setattr(settings, "HOSO", nowhere)
    old = make_job("verify", state="done", finished_at=timezone.now() - timedelta(minutes=11))
    new = make_job("verify", state="done", finished_at=timezone.now())
    for duty in sweeper.duties():
        sweeper.attend(duty, Rounds(1))
    assert set(Job.objects.filter(kind="verify").values_list("id", flat=True)) == {new.id}, old
