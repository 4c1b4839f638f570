"""The sweeper: what was lost is told of again, one sweeper at a time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.workers.conftest import make_job
from workers import Job, sweeper
from workers.ledger import claim
from workers.models import Lease
from workers.owner import is_dead, name_owner

pytestmark = pytest.mark.django_db


def test_the_sweeper_tells_of_lost_messages_and_lapsed_leases_only() -> None:
    now, minute = timezone.now(), timedelta(minutes=1)
    lost = make_job(sent_at=now - minute, run_at=now - minute)
    never = make_job(sent_at=None)
    make_job(sent_at=now)
    make_job(sent_at=None, run_at=now + minute)
    lapsed = make_job(state="running", lease_until=now - minute, sent_at=now - minute)
    make_job(state="running", lease_until=now + minute, sent_at=now - minute, lease_owner=name_owner())
    assert sweeper.sweep() == 3
    sent = set(Job.objects.filter(sent_at__gt=now).values_list("id", flat=True))
    assert sent == {lost.id, never.id, lapsed.id}


def test_the_death_of_a_worker_of_this_machine_is_noticed_at_once() -> None:
    machine, _, _, claim_id = name_owner().rsplit("/", 3)
    dead = f"{machine}/999999999/1/{claim_id}"
    assert is_dead(dead) and not is_dead(name_owner()) and not is_dead(f"other/boot/999999999/1/{claim_id}")
    made = make_job(state="running", lease_until=timezone.now() + timedelta(minutes=1), lease_owner=dead, fence=1)
    assert sweeper.sweep() == 1
    assert claim(made.id) is not None


def test_one_sweeper_sweeps_and_another_follows_it() -> None:
    assert sweeper.take_lease("sweeper", "a")
    assert not sweeper.take_lease("sweeper", "b")
    assert sweeper.take_lease("sweeper", "a")
    Lease.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert sweeper.take_lease("sweeper", "b")
