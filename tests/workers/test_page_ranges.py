"""A long file is read by many workers through the ledger, with the result that one would have had."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pikepdf
import pytest
from django.utils import timezone
from PIL import Image

import digitize
import storage
from dossiers.models import Dossier
from storage.models import Event
from tests.workers.conftest import SCAN, Office
from workers import Job, ledger, page_ranges, runner
from workers.errors import LeaseLost
from workers.ledger import Run, claim

pytestmark = pytest.mark.s3


def long_pdf(path: Path, pages: int) -> Path:
    """A paper of so many pages, all typed: quick to read, one document."""
    with pikepdf.open(SCAN) as pdf:
        del pdf.pages[1:]
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica,
            Encoding=pikepdf.Name.WinAnsiEncoding,
        )  # fmt: skip
        for number in range(2, pages + 1):
            page = pdf.add_blank_page(page_size=(595, 842))
            page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F0=pdf.make_indirect(font)))
            page.obj.Contents = pdf.make_stream(f"BT /F0 12 Tf 80 700 Td (and so on, page {number}) Tj ET".encode())
        pdf.save(path)
    return path


@pytest.fixture
def long_job(office: Office, dossier: Dossier, tmp_path: Path) -> Job:
    return office.hand_in(dossier, long_pdf(tmp_path / "long.pdf", 25))


def ranges() -> list[Job]:
    return sorted(Job.objects.filter(kind=page_ranges.KIND), key=lambda job: int(job.payload["first"]))


@pytest.mark.parametrize("pages", range(13, 500, 7))
def test_ranges_are_all_pages_once_and_even(pages: int) -> None:
    found = page_ranges.ranges_of(pages)
    assert [page for first, last in found for page in range(first, last + 1)] == list(range(1, pages + 1))
    sizes = {last - first + 1 for first, last in found}
    assert max(sizes) <= page_ranges.RANGE and max(sizes) - min(sizes) <= 1


def without_times(page: digitize.Page) -> digitize.Page:
    steps = tuple(dataclasses.replace(step, seconds=0.0) for step in page.steps)
    return dataclasses.replace(page, steps=steps, seconds=0.0)


def drawn_by(path: Path) -> list[object]:
    """All that the pages of a copy are drawn from."""
    with pikepdf.open(path) as pdf:
        return [
            (
                [
                    part.read_bytes()
                    for part in (page.Contents if isinstance(page.Contents, pikepdf.Array) else [page.Contents])
                ],
                sorted(
                    image.read_raw_bytes() for image in page.Resources.get("/XObject", pikepdf.Dictionary()).values()
                ),
            )
            for page in pdf.pages
        ]


def test_parts_joined_are_what_one_process_reads(tmp_path: Path) -> None:
    """A scan, a typed page, a typed page with a scan on it: the same values and the same copy."""
    drawn = Image.new("L", (900, 1200), 250)
    for at in range(600):
        drawn.paste(20, (40 + at % 20 * 40, 60 + at // 20 * 36, 58 + at % 20 * 40, 84 + at // 20 * 36))
    drawn.save(tmp_path / "scan.pdf", resolution=120)
    path = tmp_path / "mixed.pdf"
    with pikepdf.open(SCAN) as typed, pikepdf.open(tmp_path / "scan.pdf") as scan, pikepdf.new() as pdf:
        pdf.pages.append(typed.pages[0])
        pdf.pages.append(scan.pages[0])
        pdf.pages.append(typed.pages[0])
        picture = next(iter(pdf.pages[1].Resources.XObject.values()))
        name = pdf.pages[2].add_resource(picture, pikepdf.Name.XObject)
        pdf.pages[2].contents_add(f"q 300 0 0 200 100 40 cm {name} Do Q".encode(), prepend=True)
        pdf.save(path)
    engine = "tests.digitize.test_insets:EngineThatBoxesInk"
    whole = digitize.digitize(path, tmp_path / "whole", engine=engine)
    files = []
    for first, last in ((1, 2), (3, 3)):
        files.append(tmp_path / f"part-{first}")
        files[-1].write_bytes(digitize.read_part(path, first, last, engine=engine))
    joined = digitize.digitize(path, tmp_path / "joined", engine=engine, elsewhere=lambda pages: files)
    assert joined.source == whole.source and len(joined.documents) == len(whole.documents)
    for one, other in zip(joined.documents, whole.documents, strict=True):
        assert list(map(without_times, one.pages)) == list(map(without_times, other.pages))
        assert (one.text, one.kind, one.fields) == (other.text, other.kind, other.fields)
        assert drawn_by(one.pdf.path) == drawn_by(other.pdf.path)
    read = [page for document in whole.documents for page in document.pages]
    assert [page.born_digital for page in read] == [True, False, True]
    assert "mực" in [line.text for line in read[2].lines]


def test_a_long_file_is_shared_and_leaves_nothing_behind(office: Office, long_job: Job) -> None:
    done = office.do(long_job)
    assert done.state == "done", done.error
    found = ranges()
    assert [(job.payload["first"], job.payload["last"], job.state) for job in found] == [
        (1, 8, "done"), (9, 16, "done"), (17, 25, "done"),
    ]  # fmt: skip
    assert all(job.parent_id == long_job.pk for job in found)
    assert storage.stashed(found[0].result["key"]) is None
    (document,) = done.result["documents"]
    first, second = storage.versions(UUID(document), office.officer)
    assert first.role is storage.VersionRole.ORIGINAL and second.role is storage.VersionRole.ARCHIVAL


def test_the_ranges_of_a_file_are_one_read_in_the_log(office: Office, long_job: Job) -> None:
    held = claim(long_job.pk)
    assert held is not None
    page_ranges._ask(held, 25)
    lapse(long_job)
    assert office.do(long_job).state == "done"
    told = Event.objects.filter(action="intake.open")
    assert [(event.result, event.actor, event.details) for event in told] == [
        ("ok", office.officer.id, {"job": str(long_job.pk)})
    ]


def test_pages_told_as_read_are_never_taken_back(
    office: Office, long_job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither when a range is read again after a kill nor when what it gave is gone."""
    held = claim(long_job.pk)
    assert held is not None
    page_ranges._ask(held, 25)
    killed = claim(ranges()[0].pk)
    assert killed is not None
    killed.stage("read", 5, 8)
    lapse(ranges()[0])
    office.do(ranges()[1])
    storage.unstash(ranges()[1].result["key"])
    lapse(long_job)
    shown, stage = [5 + 8], Run.stage

    def look(run: Run, name: str, done: int = 0, total: int = 0) -> None:
        stage(run, name, done, total)
        shown.append(sum(job.done for job in ranges()))
        if run.job_id == long_job.pk and name == "read":
            assert (done, total) == (shown[-1], 25)

    monkeypatch.setattr(Run, "stage", look)
    assert office.do(long_job).state == "done"
    assert [job.fence for job in ranges()] == [2, 2, 1]
    assert shown == sorted(shown) and shown[-1] == 25


def test_a_short_file_is_read_by_one(office: Office, dossier: Dossier, tmp_path: Path) -> None:
    job = office.do(office.hand_in(dossier, long_pdf(tmp_path / "short.pdf", page_ranges.LONG)))
    assert job.state == "done" and ranges() == []


def lapse(job: Job) -> None:
    """The worker of a job is dead and its lease is over."""
    Job.objects.filter(pk=job.pk).update(
        state="running", lease_until=timezone.now() - timedelta(seconds=1), lease_owner="dead:1:1"
    )


def test_what_was_read_is_not_read_again_after_a_crash(office: Office, long_job: Job) -> None:
    held = claim(long_job.pk)
    assert held is not None
    page_ranges._ask(held, 25)
    first, second, third = ranges()
    office.do(first)
    lapse(second)
    lapse(long_job)
    assert office.do(long_job).state == "done"
    assert [job.fence for job in ranges()] == [1, 1, 1]
    assert [job.crashes for job in ranges()] == [0, 1, 0]
    assert third.state == "queued"


def test_a_range_whose_pages_are_gone_is_read_again(office: Office, long_job: Job) -> None:
    held = claim(long_job.pk)
    assert held is not None
    page_ranges._ask(held, 25)
    for job in ranges():
        office.do(job)
    storage.unstash(ranges()[1].result["key"])
    lapse(long_job)
    assert office.do(long_job).state == "done"
    assert [job.fence for job in ranges()] == [1, 2, 1]


def test_only_the_newest_attempt_at_a_range_is_joined(office: Office, long_job: Job) -> None:
    held = claim(long_job.pk)
    assert held is not None
    page_ranges._ask(held, 25)
    late = claim(ranges()[0].pk)
    assert late is not None
    lapse(ranges()[0])
    office.do(ranges()[0])
    with pytest.raises(LeaseLost), late.finish(key="staging/late", sha256=""):
        pass
    lapse(long_job)
    assert office.do(long_job).state == "done"


def test_a_range_that_fails_ends_the_file_with_its_error_and_can_be_tried_again(
    office: Office, long_job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = digitize.read_part

    def broken(path: Path, first: int, last: int, **rest: object) -> bytes:
        if first == 9:
            raise digitize.TooCostly()
        return real(path, first, last, **rest)  # type: ignore[arg-type]

    monkeypatch.setattr(digitize, "read_part", broken)
    failed = office.do(long_job)
    assert (failed.state, failed.error_code) == ("failed", digitize.TooCostly.code)
    assert failed.error == digitize.TooCostly().as_dict()
    assert [job.state for job in ranges()] == ["done", "failed", "queued"]
    assert office.do(ranges()[2]).state == "failed", "nobody reads what nobody waits for"
    monkeypatch.setattr(digitize, "read_part", real)
    assert ledger.again(long_job.pk)
    assert office.do(long_job).state == "done"
    assert [job.attempts for job in ranges()] == [1, 2, 2]


def test_deaths_between_which_ranges_were_read_are_not_the_file_s_fault(
    office: Office, long_job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that dies after each range, as often as no job may cost its worker."""
    real, deaths = runner.run, 0
    monkeypatch.setattr(runner, "MAX_CRASHES", 2)

    def dying(job_id: UUID) -> bool:
        nonlocal deaths
        read = Job.objects.filter(kind=page_ranges.KIND, state="done").count()
        if Job.objects.get(pk=job_id).kind == page_ranges.KIND and read > deaths:
            deaths += 1
            raise SystemExit
        return real(job_id)

    monkeypatch.setattr(runner, "run", dying)
    for _ in range(2):
        with pytest.raises(SystemExit):
            office.do(long_job)
        lapse(long_job)
    assert office.do(long_job).state == "done"
    assert deaths == runner.MAX_CRASHES


def test_short_work_passes_before_each_range(office: Office, dossier: Dossier, long_job: Job) -> None:
    held = claim(long_job.pk)
    assert held is not None
    page_ranges._ask(held, 25)
    short = office.hand_in(dossier, SCAN)
    office.do(ranges()[0])
    short.refresh_from_db()
    assert short.state == "done" and short.finished_at is not None
    ended = ranges()[0].finished_at
    assert ended is not None and ended > short.finished_at


def test_work_at_which_a_worker_died_is_not_begun_inside_a_range(
    office: Office, dossier: Dossier, long_job: Job
) -> None:
    held = claim(long_job.pk)
    assert held is not None
    page_ranges._ask(held, 25)
    deadly = office.hand_in(dossier, SCAN)
    Job.objects.filter(pk=deadly.pk).update(crashes=1)
    assert office.do(ranges()[0]).state == "done"
    deadly.refresh_from_db()
    assert (deadly.state, deadly.attempts) == ("queued", 0)


def test_a_long_file_waits_in_line_not_inside_another_s_range(
    office: Office, dossier: Dossier, long_job: Job, tmp_path: Path
) -> None:
    held = claim(long_job.pk)
    assert held is not None
    page_ranges._ask(held, 25)
    other = office.hand_in(dossier, long_pdf(tmp_path / "other.pdf", 13))
    assert office.do(ranges()[0]).state == "done"
    other.refresh_from_db()
    assert (other.state, other.error_code) == ("queued", "workers.in_line")
    assert other.children.count() == 2
    Job.objects.filter(pk=other.pk).update(run_at=timezone.now())
    office.do(ranges()[-1])
    other.refresh_from_db()
    assert other.attempts == 1, "and is taken by a worker that has nothing begun"
    assert office.do(other).state == "done"
