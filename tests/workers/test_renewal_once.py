"""One renewal of a document at a time: two that race add one version, and no second is asked for while one is open."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

import signing
import storage
from dossiers.models import Dossier
from storage import VersionRole
from tests.workers.conftest import Office
from tests.workers.test_renewal import certified as certified
from tests.workers.test_renewal import kept
from tests.workers.test_renewal import soon as soon
from tests.workers.test_renewal import younger as younger
from workers import Job, enqueue, renewal

pytestmark = [pytest.mark.s3, pytest.mark.timeout(600)]


@pytest.fixture
def due(certified: UUID, soon: None, younger: signing.Services) -> storage.SignedVersion:
    """A copy that lapses soon."""
    renewal.look(fresh=True)
    (one,) = storage.lapsing(renewal.horizon())
    return one


def earlier(job: Job, state: str = "queued") -> None:
    """The job was asked for in another month."""
    Job.objects.filter(pk=job.pk).update(key=f"{renewal.RENEW}:{job.payload['document']}:1:2020-01", state=state)


def test_no_month_asks_for_a_second_job_while_one_is_open(due: storage.SignedVersion) -> None:
    first = renewal.demand(due)
    for state in ("queued", "running"):
        earlier(first, state)
        assert renewal.demand(due) == first
    earlier(first, "failed")
    assert renewal.demand(due) != first, "what failed is tried anew"


def test_a_level_that_is_being_raised_is_waited_for(due: storage.SignedVersion) -> None:
    payload = {"document": str(due.document), "level": "B-LTA"}
    raising = enqueue("upgrade", key="upgrade", payload=payload, dossier=due.dossier)
    assert renewal.demand(due) == raising
    assert not Job.objects.filter(kind=renewal.RENEW).exists()


def test_of_two_that_race_one_publishes(
    office: Office, dossier: Dossier, due: storage.SignedVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = renewal.demand(due)
    quick = enqueue(renewal.RENEW, key="quick", payload=slow.payload, dossier=due.dossier)
    renew, states = signing.renew, []

    def overtaken(*given: Any, **named: Any) -> signing.Signed:
        made = renew(*given, **named)
        monkeypatch.setattr(signing, "renew", renew)
        states.append(office.do(quick).state)
        return made

    monkeypatch.setattr(signing, "renew", overtaken)
    assert (office.do(slow).state, states) == ("done", ["done"])
    assert [role for role, _pdf in kept(due.document)].count(VersionRole.RENEWED) == 1
