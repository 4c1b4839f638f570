"""Renewal in the archive: what lapses soon gets a new version with a new time-stamp, once; what cannot, is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

import signing
import storage
from accounts import WORKER
from dossiers.models import Dossier
from signing.demo import Authority
from signing.demo.architecture import ARCH, configuration
from storage import VersionRole
from storage.models import Event, Version
from tests.workers.conftest import Office
from workers import Job, keys, renewal, sweeper

YOUNGER = "http://127.0.0.1:8733"


def named_apart(*given: Any) -> dict[str, Any]:
    """The younger authority has names of its own and a time-stamp certificate of 18 years instead of 15."""
    made = configuration(*given)
    if given[1] == YOUNGER:
        pki = made["pki-architectures"][ARCH]
        for label in ("root", "issuing", "tsa", "ocsp"):
            pki["entities"][label]["common-name"] += " (2)"
        ends = datetime.fromisoformat(pki["certs"]["tsa"]["validity"]["valid-to"]) + timedelta(days=3 * 365)
        pki["certs"]["tsa"]["validity"]["valid-to"] = ends.isoformat()
    return made


class Both:
    """Two authorities at their own addresses."""

    def __init__(self, younger: Authority) -> None:
        self._younger, self._own = younger.transport, keys.authority().transport

    async def post(self, url: str, body: bytes, content_type: str) -> bytes:
        way = self._younger if url.startswith(YOUNGER) else self._own
        return await way.post(url, body, content_type)

    async def get(self, url: str) -> bytes:
        return await (self._younger if url.startswith(YOUNGER) else self._own).get(url)


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything that the DEMO authority stamped, for fifteen years, lapses soon."""
    changed = settings.HOSO.model_copy(update={"renew_before": 6000})
    monkeypatch.setattr(settings, "HOSO", changed)


@pytest.fixture
def younger(
    office: Office, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[signing.Services]:
    """The installation has changed to an authority whose certificate ends later."""
    monkeypatch.setattr("signing.demo.authority.configuration", named_apart)
    other, own = Authority(tmp_path_factory.mktemp("younger"), base_url=YOUNGER), keys.authority()
    transport = Both(other)
    one, two = own.trust, other.trust
    roots, others = (*one.roots, *two.roots), (*one.others, *two.others)
    trust = signing.Trust(roots, transport=transport, others=others, strength=one.strength)
    made = signing.Services(trust, other.services.timestampers, transport, demo=True)
    monkeypatch.setattr(keys, "services", lambda: made)
    yield made


@pytest.fixture
def certified(office: Office, dossier: Dossier, scanned: UUID) -> UUID:
    """A copy with the officer's signature, B-LTA."""
    job = office.do(office.ask("certify", dossier, office.officer, documents=[str(scanned)]))
    assert job.result["levels"] == ["B-LTA"], job.error
    return scanned


def today(office: Office) -> Job:
    """The work of a day: one job, however often it is asked for. What was signed is older than a day by then."""
    Version.objects.update(created_at=timezone.now() - timedelta(days=2))
    Job.objects.filter(kind=renewal.LOOK).delete()
    renewal.ask()
    renewal.ask()
    (job,) = office.do_waiting(renewal.LOOK)
    assert job.state == "done", job.error
    return job


def kept(document: UUID) -> list[tuple[VersionRole, bytes]]:
    return [
        (one.role, storage.open(document, WORKER, renewal.PURPOSE, one.number).read())
        for one in storage.versions(document, WORKER)
    ]


def test_what_lapses_soon_becomes_a_new_version_once(
    office: Office, certified: UUID, soon: None, younger: signing.Services
) -> None:
    before = kept(certified)
    assert today(office).result == {"looked": 1, "due": 1}
    assert renewal.backlog().count == 1
    (job,) = office.do_waiting(renewal.RENEW)
    assert job.state == "done", job.error
    after = kept(certified)
    assert after[:-1] == before, "the old evidence is untouched"
    role, pdf = after[-1]
    assert role is VersionRole.RENEWED and pdf.startswith(before[-1][1])
    made = Version.objects.get(document=certified, number=len(after))
    assert (made.made_from, made.signature_level) == (len(before), "B-LTA")
    offline = signing.Trust(younger.trust.roots, others=younger.trust.others)
    report = signing.verify(pdf, trust=offline)
    assert (report.verdict, report.timestamps) == (signing.Status.VALID, 2)
    assert (
        storage.signatures(certified, WORKER)[-1].signed_at
        == Version.objects.get(document=certified, number=len(before)).signed_at
    )
    # the next day there is nothing to do
    assert today(office).result == {"looked": 0, "due": 0}
    assert office.do_waiting(renewal.RENEW) == []
    assert renewal.backlog() == renewal.Backlog(0, None, 0, 0, 0)
    assert len(kept(certified)) == len(after)


def test_a_file_that_the_archive_cannot_give_stops_no_other(
    office: Office, certified: UUID, soon: None, younger: signing.Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    (one,) = storage.unlooked(10, fresh=True)
    given = storage.unlooked
    lost = replace(one, document=uuid4())
    monkeypatch.setattr(storage, "unlooked", lambda limit, *, fresh=False: (lost, *given(limit, fresh=fresh)))
    job = today(office)
    assert (job.state, job.result) == (Job.State.DONE, {"looked": 1, "due": 1})
    assert [job.payload["code"] for job in Job.objects.filter(kind=renewal.ALARM)] == ["storage.not_found"]


def test_what_does_not_lapse_soon_is_left_alone(office: Office, certified: UUID) -> None:
    assert renewal.look() == 0, "what was signed today is looked at tomorrow"
    assert today(office).result == {"looked": 1, "due": 0}
    assert not Job.objects.filter(kind=renewal.RENEW).exists()


def test_without_an_authority_it_waits_and_sounds_the_alarm_once_a_day(
    office: Office, certified: UUID, soon: None, younger: signing.Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = replace(younger, timestampers=("http://127.0.0.1:9/tsa",))
    monkeypatch.setattr(keys, "services", lambda: nobody)
    today(office)
    (job,) = office.do_waiting(renewal.RENEW)
    assert (job.state, job.error_code) == ("queued", "workers.unavailable")
    Job.objects.filter(pk=job.pk).update(run_at=timezone.now())
    office.do(job)
    assert [one.state for one in office.do_waiting(renewal.ALARM)] == ["done"]
    event = Event.objects.get(action="signing.renewal_alarm")
    assert (event.result, event.details["documents"], event.details["failed"]) == ("tsa_unavailable", 1, 1)
    assert event.details["first"]
    monkeypatch.setattr(keys, "services", lambda: younger)
    Job.objects.filter(pk=job.pk).update(run_at=timezone.now())
    assert office.do(job).state == "done"
    assert renewal.backlog().count == 0


def test_a_restricted_document_is_left_alone_until_it_is_released(
    office: Office, certified: UUID, soon: None, younger: signing.Services
) -> None:
    today(office)
    job = Job.objects.get(kind=renewal.RENEW)
    storage.restrict(certified, office.leader, "tranh chấp")
    number = len(kept(certified))
    assert office.do(job).state == "done"
    assert len(kept(certified)) == number
    assert (renewal.backlog().count, renewal.backlog().held) == (0, 1)


def test_a_renewal_that_gains_nothing_is_given_up_with_an_alarm(office: Office, certified: UUID, soon: None) -> None:
    """The DEMO authority has one certificate for time-stamps: a second one ends no later than the first."""
    today(office)
    (job,) = office.do_waiting(renewal.RENEW)
    assert (job.state, job.error_code) == ("failed", "signing.renewal_no_gain")
    cache.clear()
    told = Client().get("/metrics").content.decode()
    assert "hoso_renewal_due 1.0" in told and "hoso_renewal_failed 1.0" in told
    office.do_waiting(renewal.ALARM)
    assert Event.objects.get(action="signing.renewal_alarm").result == "signing.renewal_no_gain"
    assert [role for role, _ in kept(certified)].count(VersionRole.RENEWED) == 0


def test_the_sweeper_asks_for_it() -> None:
    assert "renewals" in {duty.name for duty in sweeper.duties()}
