"""What arrives is durable, once, readable by the officers of its dossiers only, under a name that is kept sealed."""

from __future__ import annotations

import io
import shutil
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID, uuid4

import pytest

import storage
from accounts import WORKER, Actor, Purpose, Role
from storage import config
from storage.blobs import blobs
from storage.cipher import ChunkReader
from storage.models import Event, Intake
from tests.storage.conftest import AGENCY, DOSSIER, OFFICER, PURPOSE, SCAN, STRANGER, Archive

pytestmark = pytest.mark.s3


def test_the_same_key_and_bytes_arrive_once_and_other_bytes_are_refused(archive: Archive) -> None:
    first = archive.scan(key="upload-1")
    again = archive.scan(key="upload-1")
    assert (again.id, first.created, again.created) == (first.id, True, False)
    with pytest.raises(storage.KeyReused):
        archive.scan(SCAN + b"!", key="upload-1")
    assert Intake.objects.count() == 1


def test_officers_of_its_dossiers_read_it_and_nobody_else(archive: Archive) -> None:
    intake = archive.scan()
    assert storage.open_intake(intake.id, OFFICER, PURPOSE).read() == SCAN
    assert storage.open_intake(intake.id, WORKER, Purpose("TTHC:1.004873")).read() == SCAN
    citizen = Actor("citizen", roles=frozenset({Role.CITIZEN}), agencies=frozenset({AGENCY}))
    admin = Actor("admin", roles=frozenset({Role.ADMIN}), agencies=frozenset({AGENCY}))
    for actor in (STRANGER, citizen, admin):
        with pytest.raises(storage.NotAllowed):
            storage.open_intake(intake.id, actor, PURPOSE)
    with pytest.raises(storage.NotAllowed):
        storage.open_intake(intake.id, OFFICER, Purpose("TTHC:1.004873", "H26.01.02-261121-9999"))
    for purpose in (None, Purpose("", DOSSIER)):
        with pytest.raises(storage.PurposeMissing):
            storage.open_intake(intake.id, OFFICER, purpose)
    results = list(Event.objects.filter(intake=intake.id, action="intake.open").values_list("result", flat=True))
    assert results.count("ok") == 2 and len(results) == 8

    storage.grant_intake(intake.id, dossier="other", agency="H26.09.09", actor=OFFICER)
    assert storage.open_intake(intake.id, STRANGER, Purpose("TTHC:1", "other")).read() == SCAN
    assert [ref.id for ref in storage.intakes_of("other", STRANGER)] == [intake.id]
    assert storage.intakes_of("other", OFFICER) == []


def openings(intake: UUID) -> list[tuple[str, str]]:
    """The results and jobs of the events of its openings, oldest first."""
    found = Event.objects.filter(intake=intake, action="intake.open").order_by("seq")
    return [(event.result, event.details.get("job", "")) for event in found]


def test_what_one_job_opens_again_is_one_read(archive: Archive) -> None:
    intake, job = archive.scan(), uuid4()
    for _ in range(3):
        assert storage.open_intake(intake.id, OFFICER, PURPOSE, job=job).read() == SCAN
    assert openings(intake.id) == [("ok", str(job))]
    storage.open_intake(intake.id, OFFICER, PURPOSE).close()
    assert openings(intake.id) == [("ok", str(job)), ("ok", "")], "and what is opened for no job is a read each time"
    storage.open_intake(intake.id, OFFICER, PURPOSE).close()
    assert len(openings(intake.id)) == 3


@pytest.mark.parametrize("other", ["job", "person", "desk", "basis", "dossier", "file", "day"])
def test_what_differs_in_anything_from_the_read_of_a_job_is_an_event(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, other: str
) -> None:
    intake, job = archive.scan(), uuid4()
    storage.grant_intake(intake.id, dossier="other", agency=AGENCY, actor=OFFICER)
    storage.open_intake(intake.id, OFFICER, PURPOSE, job=job).close()
    before = Event.objects.filter(action="intake.open").count()
    actor, purpose = OFFICER, PURPOSE
    match other:
        case "job":
            job = uuid4()
        case "person":
            actor = replace(actor, id="officer-3")
        case "desk":
            actor = replace(actor, desk="quay-9")
        case "basis":
            purpose = replace(purpose, legal_basis="TTHC:2")
        case "dossier":
            purpose = replace(purpose, dossier="other")
        case "file":
            intake = archive.scan(SCAN + b"!")
        case _:
            monkeypatch.setattr("storage.intakes.ONE_READ", timedelta())
    storage.open_intake(intake.id, actor, purpose, job=job).close()
    assert Event.objects.filter(action="intake.open").count() == before + 1


def test_a_job_is_judged_anew_each_time_and_a_refusal_is_an_event(archive: Archive) -> None:
    cut, job = archive.original(), uuid4()
    intake = Intake.objects.get().id
    storage.open_intake(intake, OFFICER, PURPOSE, job=job).close()
    storage.restrict(cut.document, OFFICER, "đang tranh chấp")
    for actor in (OFFICER, OFFICER, STRANGER):
        with pytest.raises(storage.NotAllowed):
            storage.open_intake(intake, actor, PURPOSE, job=job)
    results, jobs = zip(*openings(intake), strict=True)
    assert results == ("ok", *[storage.NotAllowed.code] * 3) and set(jobs) == {str(job)}


def test_the_name_is_sealed_and_comes_back_composed(archive: Archive) -> None:
    intake = archive.scan(name="Giâ\u0301y khai sinh.pdf")
    assert storage.intake_name(intake.id, OFFICER, PURPOSE) == "Giấy khai sinh.pdf"


def test_a_file_that_does_not_fit_is_refused_before_it_is_read(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Usage(NamedTuple):
        total: int
        used: int
        free: int

    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(1, 1, config.RESERVE + 10))
    stream = io.BytesIO(SCAN)
    with pytest.raises(storage.StoreFull) as refused:
        storage.receive(
            stream,
            name="n",
            media_type="application/pdf",
            actor=OFFICER,
            dossier=DOSSIER,
            agency=AGENCY,
            key="k",
            size=len(SCAN),
        )
    assert refused.value.status == 507 and "MB" in refused.value.vi
    assert stream.tell() == 0 and not Intake.objects.exists()


def test_empty_and_oversized_files_are_refused_and_leave_no_key(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = set(blobs().keys(config.buckets().keys, "intakes/"))
    with pytest.raises(storage.EmptyContent):
        archive.scan(b"")
    monkeypatch.setattr(config, "UPLOAD_LIMIT", 1000)
    with pytest.raises(storage.TooLarge):
        archive.scan(b"x" * 1001)
    assert set(blobs().keys(config.buckets().keys, "intakes/")) == before
    assert not Intake.objects.exists()


def test_a_store_that_is_down_is_said_and_nothing_is_acknowledged(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = config.Address("127.0.0.1:9", "a", "b", False)
    monkeypatch.setattr(config, "address", lambda: nowhere)
    with pytest.raises(storage.StoreDown) as refused:
        archive.scan()
    assert refused.value.status == 503
    assert not Intake.objects.exists() and not Event.objects.exists()


def test_memory_stays_flat(archive: Archive) -> None:
    def chunks() -> Iterator[bytes]:
        for number in range(48):
            yield bytes([number]) * config.MIB

    tracemalloc.start()
    intake = storage.receive(
        ChunkReader(chunks()),
        name="big",
        media_type="application/pdf",
        actor=OFFICER,
        dossier=DOSSIER,
        agency=AGENCY,
        key="big",
    )
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert intake.size == 48 * config.MIB
    assert peak < 40 * config.MIB, "parts of 8 MiB, a few copies of one, never the file"
    with storage.open_intake(intake.id, OFFICER, PURPOSE) as opened:
        assert sum(len(chunk) for chunk in opened) == intake.size


def test_it_goes_only_when_its_retention_has_ended(archive: Archive) -> None:
    intake = archive.scan()
    with pytest.raises(storage.StillKept):
        storage.destroy_intake(intake.id, OFFICER, ground="hết hạn")
    Intake.objects.update(retain_until=datetime.now(UTC) - timedelta(days=1))
    storage.destroy_intake(intake.id, OFFICER, ground="hết hạn")
    assert not list(blobs().keys(config.buckets().keys, f"intakes/{intake.id}/"))
    with pytest.raises(storage.NotFound):
        storage.open_intake(intake.id, OFFICER, PURPOSE)
