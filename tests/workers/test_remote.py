"""A remote key is never asked twice blindly: what was asked is written down before, and outlives the worker."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

import storage
import workers
from signing.demo import Authority
from storage import VersionRole
from tests.signing.csc_server import Rssp, serve
from tests.workers.conftest import Office
from tests.workers.test_production import PIN, certify, username
from tests.workers.test_production import office_at_work as office_at_work
from tests.workers.test_production import pki as pki
from workers import keyring, ledger
from workers.models import Job, RemoteCall

pytestmark = [pytest.mark.s3, pytest.mark.timeout(600)]

WORKER = """
import sys, uuid, django
django.setup()
from django.conf import settings
from django.db import connections
connections["default"].settings_dict["NAME"] = sys.argv[1]
from workers import runner
runner.run(uuid.UUID(sys.argv[2]))
"""
"""A worker that does one job, on the tests' own database."""


@pytest.fixture
def service(office_at_work: Office, pki: Authority) -> Iterator[Rssp]:
    """The officer's key lies with a remote service."""
    rssp = Rssp(pki.issue(office_at_work.officer.name, "officer"))
    server = serve(rssp)
    key = f'kind = "csc"\nurl = "http://127.0.0.1:{server.server_port}/csc/v2"\ncredential = "cred-1"\n'
    key += 'client_id = "hoso"\nclient_secret = "client secret"\n'
    folder = keyring.folder(settings.HOSO.data)
    folder.mkdir(exist_ok=True, mode=0o700)
    (folder / f"{username(office_at_work.officer)}.toml").write_text(key, "utf-8")
    yield rssp
    rssp.release.set()
    server.shutdown()
    server.server_close()


def until(true: Callable[[], bool], what: str) -> None:
    limit = time.monotonic() + 400
    while not true():
        assert time.monotonic() < limit, what
        time.sleep(0.02)


def asked(service: Rssp) -> int:
    """How often the service was asked to sign."""
    return [method for method, _ in service.log].count("signatures/signHash")


def worker(job: Job) -> subprocess.Popen[bytes]:
    """A worker in a process of its own that does the job."""
    told = settings.HOSO
    env = {
        "HOSO_DATA": str(told.data),
        "HOSO_ENV": told.env,
        "HOSO_PUBLIC_URL": told.public_url,
        "HOSO_TSA": told.tsa,
        "HOSO_REVOCATION": told.revocation,
        "HOSO_TRUST": told.trust,
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }
    name = str(connection.settings_dict["NAME"])
    return subprocess.Popen([sys.executable, "-c", WORKER, name, str(job.id)], env={**os.environ, **env})


def waits_for_its_pin(office: Office) -> Job:
    return office.do(certify(office, office.receive()))


def test_a_worker_killed_while_the_service_signs_leaves_the_outcome_unknown(
    office_at_work: Office, service: Rssp
) -> None:
    office, job = office_at_work, waits_for_its_pin(office_at_work)
    workers.give_pin(job.id, office.officer, service.pin)
    service.faults["signatures/signHash"] = "silent"
    child = worker(job)
    until(lambda: bool(service.made) or child.poll() is not None, "the service was never asked")
    child.kill()
    child.wait()
    assert len(service.made) == 1, "the service has signed"
    service.release.set()
    service.faults.clear()
    call = RemoteCall.objects.get()
    assert (call.job_id, call.outcome, call.profile, call.attempt) == (job.id, "asked", "thanh_phan", 2)
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    stopped = office.do(job)
    assert (stopped.state, stopped.error_code) == ("unknown", "workers.outcome_unknown")
    assert asked(service) == 1
    ledger.again(job.id)
    assert office.do(job).error_code == "workers.pin_needed"
    workers.give_pin(job.id, office.officer, service.pin)
    done = office.do(job)
    assert (done.state, asked(service)) == ("done", 2), done.error
    assert sorted(RemoteCall.objects.values_list("outcome", flat=True)) == ["answered", "waived"]
    versions = storage.versions(UUID(done.result["documents"][0]), office.officer)
    assert [version.role for version in versions].count(VersionRole.CERTIFIED) == 1


def test_a_call_whose_answer_came_is_known_and_the_document_is_signed(office_at_work: Office, service: Rssp) -> None:
    job = waits_for_its_pin(office_at_work)
    workers.give_pin(job.id, office_at_work.officer, service.pin)
    assert office_at_work.do(job).state == "done"
    call = RemoteCall.objects.get()
    assert (call.outcome, asked(service)) == ("answered", 1)
    assert call.digest in {made.hex() for made in service.made}, "the row names what the service's own log names"


def test_a_call_that_the_service_refused_is_no_unknown_one(office_at_work: Office, service: Rssp) -> None:
    job = waits_for_its_pin(office_at_work)
    workers.give_pin(job.id, office_at_work.officer, "0000")
    refused = office_at_work.do(job)
    assert (refused.state, refused.error_code) == ("failed", "signing.wrong_pin")
    assert RemoteCall.objects.get().outcome == "answered"
    assert asked(service) == 0


def test_an_answer_that_never_came_is_not_asked_for_again(office_at_work: Office, service: Rssp) -> None:
    job = waits_for_its_pin(office_at_work)
    workers.give_pin(job.id, office_at_work.officer, service.pin)
    service.faults["signatures/signHash"] = "cut"
    assert office_at_work.do(job).state == "unknown"
    assert (RemoteCall.objects.get().outcome, asked(service)) == ("asked", 1)
    assert office_at_work.do(job).state == "unknown"
    assert asked(service) == 1


def test_a_key_on_this_machine_is_simply_asked_again(office_at_work: Office, pki: Authority) -> None:
    job = waits_for_its_pin(office_at_work)
    workers.give_pin(job.id, office_at_work.officer, PIN)
    assert office_at_work.do(job).state == "done"
    assert not RemoteCall.objects.exists()
