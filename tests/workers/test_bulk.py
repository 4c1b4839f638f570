"""Many documents by one press: one failure is its own, a pause holds back whole documents, a crash doubles none."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from uuid import uuid4

import pytest
from cryptography.x509 import NameOID, load_der_x509_certificate
from django.conf import settings
from django.db import connection
from django.utils import timezone

import signing
import storage
import workers
from accounts.models import User
from dossiers import services
from dossiers.models import Dossier, Result
from dossiers.states import Act, ResultState
from signing.demo import Authority
from storage import VersionRole
from tests.workers.conftest import Office
from tests.workers.test_production import PIN, put_key, username
from tests.workers.test_production import office_at_work as office_at_work
from tests.workers.test_production import pki as pki
from tests.workers.test_remote import WORKER, until
from workers import bulk, keyring, keys, ledger, runner
from workers.agencies import agency_name
from workers.errors import Vanished
from workers.ledger import Run
from workers.models import Batch, Job, RemoteCall
from workers.sweeper import sweep

pytestmark = [pytest.mark.s3, pytest.mark.timeout(600)]


def drafts(office: Office, count: int) -> list[Result]:
    return [office.draft(office.receive()) for _ in range(count)]


def asked(office: Office, results: list[Result], key: str = "form-1") -> Batch:
    """The leader asks for these signatures by one press."""
    items = [
        bulk.Item(
            str(result.id),
            {"result": str(result.id), "edits": services.times(result, Act.EDIT_RESULT)},
            result.dossier.code,
        )
        for result in results
    ]
    return bulk.begin("sign-result", items, office.leader, key=key)


def one_of(batch: Batch) -> Job:
    """A job of the batch that waits."""
    found = Job.objects.filter(batch=batch, state=Job.State.QUEUED).order_by("created_at").first()
    assert found is not None
    return found


def states(results: list[Result]) -> list[str]:
    return [Result.objects.get(pk=result.pk).state for result in results]


def published(office: Office, result: Result) -> int:
    """How many signed versions the archive has of a result."""
    document = Result.objects.get(pk=result.pk).document
    assert document is not None
    return [version.role for version in storage.versions(document, office.leader)].count(VersionRole.ISSUED)


def test_one_that_cannot_be_signed_leaves_the_others_signed(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    results = drafts(office, 5)
    batch = asked(office, results)
    services.edit_result(results[2].id, office.officer, data={**results[2].data, "number": "2"})
    read: list[signing.Services] = []
    services_of = keys.services

    def reading() -> signing.Services:
        read.append(services_of())
        return read[-1]

    monkeypatch.setattr(keys, "services", reading)
    runner.run(one_of(batch).id)
    assert states(results) == ["signed", "signed", "draft", "signed", "signed"]
    told = bulk.progress(batch)
    assert (told.total, told.done, told.failed, told.over) == (5, 4, 1, True)
    failed = Job.objects.get(batch=batch, state="failed")
    assert (failed.payload["result"], failed.error_code) == (str(results[2].id), "dossiers.draft_changed")
    assert len(read) == 1, "the documents of a batch share what is known of the services"
    assert bulk.retry(batch) == 1
    runner.run(failed.id)
    assert states(results)[2] == "draft", "whoever tries again has still not seen the new draft"


def test_trying_all_again_leaves_out_what_a_service_may_have_signed(office: Office) -> None:
    batch = asked(office, drafts(office, 2))
    left, other = Job.objects.filter(batch=batch).order_by("created_at", "id")
    Job.objects.filter(batch=batch).update(state=Job.State.FAILED)
    told = {"name": "signed", "fence": 1, "attempt": 1, "document": "", "digest": "", "signer": "", "profile": ""}
    RemoteCall.objects.create(job=left, **told)
    assert bulk.retry(batch) == 1
    assert {job.pk: job.state for job in Job.objects.filter(batch=batch)} == {left.pk: "failed", other.pk: "queued"}
    assert RemoteCall.objects.get().outcome == "asked"
    assert bulk.retry(batch, left.pk) == 1
    assert RemoteCall.objects.get().outcome == "waived"


def test_a_form_sent_twice_is_one_batch(office: Office) -> None:
    results = drafts(office, 1)
    assert asked(office, results) == asked(office, results)
    assert Job.objects.filter(kind="sign-result").count() == 1
    assert asked(office, results, "form-2").id != Batch.objects.earliest("created_at").id
    first, second = Job.objects.filter(kind="sign-result").order_by("created_at")
    assert office.do(first).state == "done"
    assert (office.do(second).state, office.do(second).error_code) == ("failed", "dossiers.illegal_act")
    assert published(office, results[0]) == 1


def test_a_pause_holds_back_whole_documents(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "TOGETHER", 1)
    results = drafts(office, 3)
    batch = asked(office, results)
    held = ledger.claim(one_of(batch).id)
    assert held is not None

    def do(run: Run) -> bool:
        over = runner._do(run)
        bulk.pause(batch)
        return over

    bulk.work_off(held, do)
    assert sorted(states(results)) == ["draft", "draft", "signed"]
    waiting = one_of(batch)
    assert not runner.run(waiting.id)
    sweep()
    assert Job.objects.filter(batch=batch, state="queued", fence=0).count() == 2
    bulk.go_on(Batch.objects.get(pk=batch.pk))
    runner.run(waiting.id)
    assert states(results) == ["signed"] * 3


def test_a_worker_killed_in_the_middle_signs_nothing_twice(office: Office) -> None:
    results = drafts(office, 4)
    batch = asked(office, results)
    env = {"HOSO_DATA": str(settings.HOSO.data), "DJANGO_SETTINGS_MODULE": "portal.settings"}
    command = [sys.executable, "-c", WORKER, str(connection.settings_dict["NAME"]), str(one_of(batch).id)]
    child = subprocess.Popen(command, env={**os.environ, **env})
    until(lambda: ResultState.SIGNED in states(results) or child.poll() is not None, "nothing was signed")
    child.kill()
    child.wait()
    left = Job.objects.filter(batch=batch).exclude(state="done")
    left.filter(state="running").update(lease_until=timezone.now() - timedelta(seconds=1))
    for job in list(left):
        runner.run(job.id)
    assert states(results) == ["signed"] * 4
    assert [published(office, result) for result in results] == [1] * 4
    assert bulk.progress(batch).done == 4


def test_the_whole_batch_waits_for_one_pin(office_at_work: Office, pki: Authority) -> None:
    office = office_at_work
    put_key(username(office.leader), pki.issue(office.leader.name, "leader"))
    results = drafts(office, 3)
    batch = asked(office, results)
    runner.run(one_of(batch).id)
    assert bulk.progress(batch).locked == 3
    (waiting,) = workers.waiting(office.leader)
    workers.give_pin(waiting.id, office.leader, PIN)
    runner.run(one_of(batch).id)
    assert states(results) == ["signed"] * 3


@pytest.fixture
def two_agencies(office_at_work: Office, pki: Authority) -> tuple[Office, list[Result]]:
    """Results of two agencies that wait for their seals, each kept in a file with the PIN of its own; one clerk."""
    office, agencies = office_at_work, ("H26.01.02", "H26.01.03")
    put_key(username(office.leader), pki.issue(office.leader.name, "leader"))
    (keyring.folder(settings.HOSO.data) / keyring.AGENCIES).mkdir(exist_ok=True)
    for agency in agencies:
        seal = pki.issue(f"Cơ quan {agency}", "agency", organisation=f"Cơ quan {agency}")
        put_key(f"{keyring.AGENCIES}/{agency}", seal)
    for one in (office.leader, office.clerk):
        User.objects.filter(pk=one.id).update(agencies=list(agencies))
    office.leader, office.clerk = (User.objects.get(pk=one.id).actor("test") for one in (office.leader, office.clerk))
    results = drafts(office, 4)
    for result, agency in zip(results, agencies * 2, strict=True):
        Dossier.objects.filter(pk=result.dossier_id).update(decide_agency=agency)
    batch = asked(office, results)
    runner.run(one_of(batch).id)
    (waiting,) = workers.waiting(office.leader)
    workers.give_pin(waiting.id, office.leader, PIN)
    runner.run(one_of(batch).id)
    assert states(results) == ["signed"] * 4
    return office, results


def test_a_batch_for_the_seals_of_two_agencies_asks_for_the_pin_of_each(
    two_agencies: tuple[Office, list[Result]],
) -> None:
    office, results = two_agencies
    items = [bulk.Item(str(one.id), {"result": str(one.id)}, one.dossier.code) for one in results]
    batch = bulk.begin("seal-result", items, office.clerk, key="form-1")
    runner.run(one_of(batch).id)
    assert bulk.progress(batch).locked == 4
    one, other = workers.waiting(office.clerk)
    assert one.dossier != other.dossier
    assert {workers.seal_of(one), workers.seal_of(other)} == {agency_name("H26.01.02"), agency_name("H26.01.03")}
    workers.give_pin(other.id, office.clerk, PIN)
    assert bulk.progress(batch).locked == 2, "the PIN of one seal wakes nothing of the other"
    assert [job.id for job in workers.waiting(office.clerk)] == [one.id]
    runner.run(other.id)
    opened = Dossier.objects.get(code=other.dossier).decide_agency
    assert [state == "issued" for state in states(results)] == [agency_of(one) == opened for one in results]
    workers.give_pin(one.id, office.clerk, PIN)
    runner.run(one.id)
    assert (states(results), workers.waiting(office.clerk)) == (["issued"] * 4, [])


def test_what_waits_for_one_seal_holds_back_no_other(
    two_agencies: tuple[Office, list[Result]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "TOGETHER", 1)
    office, results = two_agencies
    items = [bulk.Item(str(one.id), {"result": str(one.id)}, one.dossier.code) for one in results]
    batch = bulk.begin("seal-result", items, office.clerk, key="form-1")
    keys.unlock(office.clerk, str(batch.id), PIN, agency_code="H26.01.03")
    runner.run(one_of(batch).id)
    assert bulk.progress(batch).locked == 2
    assert sorted(states(results)) == ["issued", "issued", "sealing", "signed"]
    assert [agency_of(one) for one, state in zip(results, states(results), strict=True) if state == "issued"] == [
        "H26.01.03"
    ] * 2


def agency_of(result: Result) -> str:
    return Dossier.objects.get(pk=result.dossier_id).decide_agency


def test_only_who_asked_finds_the_batch(office: Office) -> None:
    batch = asked(office, drafts(office, 1))
    assert bulk.find(batch.id, office.leader) == batch
    assert list(bulk.under_way(office.leader)) == [batch]
    assert not bulk.under_way(office.clerk)
    with pytest.raises(Vanished):
        bulk.find(batch.id, office.clerk)


def test_a_demo_batch_for_two_agencies_signs_with_the_certificate_of_each(office: Office) -> None:
    batch = str(uuid4())
    named = []
    for agency in ("H26.01.02", "H26.01.03"):
        signer = keys.person(office.leader, "leader", agency, batch)
        subject = load_der_x509_certificate(signer.certificate).subject
        named.append(subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)[0].value)
    assert named[0] != named[1]
