"""What the work needs goes away and comes back: every job waits or ends with a code, nothing is lost, all goes on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

import digitize
import signing
import storage
import workers
from dossiers import services
from dossiers.models import Dossier, Result, Step
from dossiers.states import ResultState
from hoso.objectstore import ObjectStore
from storage import VersionRole
from tests.workers.conftest import SCAN, Office
from workers import Job, context, keys

pytestmark = pytest.mark.s3


def waits(job: Job, code: str) -> None:
    """The job is not over, and says in two languages what it waits for and what to do."""
    assert (job.state, job.error_code) == ("queued", code), job.error
    assert all(job.error[part] for part in ("message_vi", "message_en", "next", "next_en"))


def ends(job: Job, code: str) -> None:
    """The same of a job that is over."""
    assert (job.state, job.error_code) == ("failed", code), job.error
    assert all(job.error[part] for part in ("message_vi", "message_en", "next", "next_en"))


def go_on(office: Office, job: Job) -> Job:
    """The next attempt, whose time would come by itself."""
    Job.objects.filter(pk=job.pk, state="queued").update(run_at=timezone.now())
    return office.do(job)


class Refusing(BaseHTTPRequestHandler):
    """A time-stamp authority that is there and does not serve."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.send_error(503)

    def log_message(self, *_: object) -> None:
        return


class Transports:
    """The time stamps over HTTP, the rest of the DEMO authority in this process."""

    def __init__(self, tsa: str, rest: Any) -> None:
        self.tsa = tsa
        self.http = signing.HttpTransport((tsa,))
        self.rest = rest

    async def post(self, url: str, body: bytes, content_type: str) -> bytes:
        way = self.http if url.startswith(self.tsa) else self.rest
        return bytes(await way.post(url, body, content_type))

    async def get(self, url: str) -> bytes:
        return bytes(await self.rest.get(url))


@pytest.fixture
def no_tsa(office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """The time-stamp authority refuses; the call brings it back."""
    server = HTTPServer(("127.0.0.1", 0), Refusing)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    whole, url = keys.services(), f"http://127.0.0.1:{server.server_port}/tsa"
    refusing = replace(whole, timestampers=(url,), transport=Transports(url, whole.transport))
    with monkeypatch.context() as patch:
        patch.setattr(keys, "services", lambda: refusing)
        yield patch.undo
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def up(store: ObjectStore) -> Iterator[ObjectStore]:
    """The object store, which a test may kill; it runs again afterwards."""
    yield store
    if store.child is not None and store.child.pid is None:
        store.start()


def test_a_copy_is_certified_without_a_time_stamp_and_gets_it_later(
    office: Office, dossier: Dossier, scanned: UUID, no_tsa: Callable[[], None]
) -> None:
    job = office.do(office.ask("certify", dossier, office.officer, documents=[str(scanned)]))
    assert (job.state, job.result["levels"]) == ("done", ["B-B"]), job.error
    upgrade = Job.objects.get(kind="upgrade")
    waits(office.do(upgrade), "workers.unavailable")
    no_tsa()
    assert go_on(office, upgrade).state == "done"
    assert storage.handle(scanned, office.officer).signature_level == "B-LTA"


def test_a_result_is_issued_without_time_stamps_and_both_signatures_get_them_later(
    office: Office, dossier: Dossier, drafted: Result, no_tsa: Callable[[], None]
) -> None:
    services.start_signing(drafted.id, office.leader)
    assert office.do(office.ask("sign-result", dossier, office.leader, result=str(drafted.id))).result["level"] == "B-B"
    services.start_sealing(drafted.id, office.clerk)
    sealed = office.do(office.ask("seal-result", dossier, office.clerk, result=str(drafted.id)))
    assert (sealed.state, sealed.result["level"]) == ("done", "B-B"), sealed.error
    drafted.refresh_from_db()
    assert drafted.state == ResultState.ISSUED and drafted.document is not None
    assert drafted.levels["seal"] | {"reasons": []} == {"level": "B-B", "wanted": "B-LTA", "reasons": []}
    assert drafted.levels["seal"]["reasons"]
    no_tsa()
    for upgrade in Job.objects.filter(kind="upgrade"):
        assert go_on(office, upgrade).state == "done"
    assert storage.handle(drafted.document, office.leader).signature_level == "B-LTA"
    why = services.purpose_of(dossier.procedure, dossier.code)
    report = signing.verify(storage.open(drafted.document, office.leader, why).read(), trust=keys.trust())
    assert (report.verdict, len(report.signatures)) == (signing.Status.VALID, 2)


def everything(office: Office, dossier: Dossier, scanned: UUID, drafted: Result) -> list[Job]:
    """A job of each kind that works with the archive, all asked for and none begun."""
    services.start_signing(drafted.id, office.leader)
    waiting = list(Job.objects.filter(kind="form", state="queued")[:1])
    assert waiting
    return [
        *waiting,
        office.hand_in(dossier, SCAN),
        office.ask("certify", dossier, office.officer, documents=[str(scanned)]),
        office.ask("sign-result", dossier, office.leader, result=str(drafted.id)),
        office.ask("page-images", dossier, office.officer, document=str(scanned), version=1),
    ]


def test_while_the_object_store_is_down_all_waits_and_goes_on_when_it_is_back(
    office: Office, dossier: Dossier, scanned: UUID, drafted: Result, up: ObjectStore
) -> None:
    storage.stash(workers.verify_key("abc"), SCAN.read_bytes(), ttl=timedelta(minutes=10))
    jobs = [*everything(office, dossier, scanned, drafted), office.ask("verify", dossier, office.officer, upload="abc")]
    assert up.child is not None
    up.child.kill()
    for job in jobs:
        waits(office.do(job), "storage.store_down")
    drafted.refresh_from_db()
    assert drafted.state == ResultState.SIGNING
    up.start()
    for job in jobs:
        assert go_on(office, job).state == "done", job.error
    drafted.refresh_from_db()
    assert drafted.state == ResultState.SIGNED
    assert Step.objects.filter(dossier=dossier, document__isnull=False).exists()


@pytest.mark.slow
def test_a_seal_waits_for_the_object_store_and_is_put_once(
    office: Office, dossier: Dossier, drafted: Result, up: ObjectStore
) -> None:
    services.start_signing(drafted.id, office.leader)
    office.do(office.ask("sign-result", dossier, office.leader, result=str(drafted.id)))
    services.start_sealing(drafted.id, office.clerk)
    seal = office.ask("seal-result", dossier, office.clerk, result=str(drafted.id))
    assert up.child is not None
    up.child.kill()
    waits(office.do(seal), "storage.store_down")
    up.start()
    assert go_on(office, seal).state == "done"
    drafted.refresh_from_db()
    assert drafted.state == ResultState.ISSUED and drafted.document is not None
    issued = [one.role for one in storage.versions(drafted.document, office.leader)]
    assert issued.count(VersionRole.ISSUED) == 2


def test_while_the_disk_is_full_nothing_is_deposited_and_nothing_is_lost(
    office: Office, dossier: Dossier, scanned: UUID, drafted: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = everything(office, dossier, scanned, drafted)[:-1]
    with monkeypatch.context() as full:
        full.setattr(storage.config, "RESERVE", 1 << 60)
        for job in jobs:
            waits(office.do(job), "storage.full")
    for job in jobs:
        assert go_on(office, job).state == "done", job.error


def test_a_scan_waits_for_room_on_the_workers_own_disk(
    office: Office, dossier: Dossier, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = office.hand_in(dossier, SCAN)
    with monkeypatch.context() as full:
        full.setattr(context, "ROOM", 1 << 60)
        waits(office.do(job), "workers.disk_full")
    assert go_on(office, job).state == "done"


def test_a_file_that_looks_broken_for_want_of_room_is_looked_at_again(
    office: Office, dossier: Dossier, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = office.hand_in(dossier, SCAN)

    def runs_full(*_: object, **__: object) -> digitize.Reading:
        full.setattr(context, "ROOM", 1 << 60)
        raise digitize.Damaged

    with monkeypatch.context() as full:
        full.setattr(digitize, "digitize", runs_full)
        waits(office.do(job), "workers.disk_full")
    assert go_on(office, job).state == "done"


def expired(office: Office, role: str, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """The key's certificate ended yesterday; the call gives the person the renewed one."""
    year = timedelta(days=365)
    yesterday = datetime.now(UTC) - timedelta(days=1)
    signer = keys.authority().issue("Hết Hạn Mẫu", role, valid_from=yesterday - year, valid_until=yesterday)  # type: ignore[arg-type]
    monkeypatch.setattr(keys, "seal" if role == "agency" else "person", lambda *_: signer)
    return monkeypatch.undo


def test_a_copy_waits_for_a_certificate_in_force(
    office: Office, dossier: Dossier, scanned: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    renew = expired(office, "officer", monkeypatch)
    job = office.do(office.ask("certify", dossier, office.officer, documents=[str(scanned)]))
    ends(job, "signing.certificate_expired")
    assert VersionRole.CERTIFIED not in {one.role for one in storage.versions(scanned, office.officer)}
    renew()
    assert workers.again(job.id)
    assert office.do(job).state == "done"


@pytest.mark.parametrize("role", ["leader", "agency"])
def test_a_result_waits_for_a_certificate_in_force(
    office: Office, dossier: Dossier, drafted: Result, role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sign() -> Job:
        services.start_signing(drafted.id, office.leader)
        return office.do(office.ask("sign-result", dossier, office.leader, result=str(drafted.id)))

    def seal() -> Job:
        services.start_sealing(drafted.id, office.clerk)
        return office.do(office.ask("seal-result", dossier, office.clerk, result=str(drafted.id)))

    if role == "agency":
        sign()
    renew = expired(office, role, monkeypatch)
    act = seal if role == "agency" else sign
    ends(act(), "signing.certificate_expired")
    drafted.refresh_from_db()
    before = ResultState.SIGNED if role == "agency" else ResultState.DRAFT
    assert (drafted.state, drafted.failure) == (before, "signing.certificate_expired")
    renew()
    assert act().state == "done"
