"""A long file's pages shared over the ledger: ranges are jobs that any worker takes, joined by the job of the file.

The job of the file asks for its ranges (children, one key each), works on them itself like everybody else, and waits
for those that others have. What a range gave lies in the transient store under the fence of the attempt that finished
it. Ranges come after everything else that waits, so that a long file holds up no short one.
"""

from __future__ import annotations

import hashlib
import math
import threading
import time
from itertools import pairwise
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils import timezone

import digitize
import storage
from workers import ledger, runner
from workers.context import actor_of, dossier_of, purpose_for, spill, workspace
from workers.errors import InLine, PagesFailed, Vanished
from workers.ledger import Run
from workers.models import Job
from workers.registry import task
from workers.staging import LIFE

KIND = "digitize-pages"
RANGE = 10
"""Pages of a range, at most: starting one costs about as much as a page."""
LONG = 12
"""A file of more pages is shared."""
PAUSE = 0.5
"""Seconds between two looks at ranges that others read."""
_PASSING = 20
"""Pieces of other work that a range lets pass."""
_here = threading.local()


def ranges_of(pages: int) -> list[tuple[int, int]]:
    """First and last pages of ranges as even as can be."""
    count = math.ceil(pages / RANGE)
    ends = [pages * at // count for at in range(count + 1)]
    return [(before + 1, last) for before, last in pairwise(ends)]


def gathered(run: Run, pages: int, folder: Path) -> list[Path] | None:
    """Has all pages read by whoever has time; files in `folder` with what `digitize.read_part` gave of each range.

    None for a file that is short enough for one. Raises PagesFailed, with what a range was told that failed, LeaseLost,
    and InLine where this worker stands back with a range of another file: to wait here might be to wait for each other.
    """
    if pages <= LONG:
        return None
    ids = _ask(run, pages)
    if _is_standing_back():
        raise InLine()
    files: dict[UUID, Path] = {}
    while True:
        jobs = Job.objects.in_bulk(ids)
        for id_ in ids:
            if jobs[id_].state in (Job.State.FAILED, Job.State.UNKNOWN):
                raise PagesFailed(**jobs[id_].error)
            if jobs[id_].state == Job.State.DONE and id_ not in files:
                path = folder / f"pages-{len(files)}"
                if _fetched(run, jobs[id_], path):
                    files[id_] = path
        if len(files) == len(ids):
            run.stage("read", pages, pages)
            return [files[id_] for id_ in ids]
        run.stage("read", sum(job.done for job in jobs.values()), pages)
        free = ledger.to_do().filter(pk__in=ids).order_by("created_at").values_list("pk", flat=True).first()
        if free is not None and runner.run(free):
            run.survived()
        else:
            time.sleep(PAUSE)


def forget(run: Run) -> None:
    """What the ranges gave, after the file's documents are in the archive."""
    for id_ in Job.objects.filter(parent=run.job_id, kind=KIND).values_list("pk", flat=True):
        storage.unstash(f"staging/{id_}/")


@task(KIND)
def read_range(run: Run) -> None:
    """Payload: `file` (the job it is a part of), `intake`, `actor`, `first`, `last`. Result: `key`, `sha256`."""
    if Job.objects.get(pk=run.payload["file"]).over:
        raise Vanished(what="job")
    _stand_back()
    actor, dossier = actor_of(run.payload["actor"]), dossier_of(run.dossier)
    with workspace(run) as folder:
        # one read with that of the file's job, whoever reads the ranges and however often
        job = UUID(run.payload["file"])
        opened = storage.open_intake(UUID(run.payload["intake"]), actor, purpose_for(dossier), job=job)
        data = digitize.read_part(
            spill(opened, folder / "scan"),
            run.payload["first"],
            run.payload["last"],
            engine=settings.HOSO.engine,
            # of an attempt that was killed the pages stay told: people do not see a file unread
            progress=lambda told: run.stage(told.stage, max(told.done, run.done), told.total),
        )
    key = f"staging/{run.job_id}/{run.fence}/pages"
    storage.stash(key, data, ttl=LIFE)
    with run.finish(key=key, sha256=hashlib.sha256(data).hexdigest()):
        pass


def _ask(run: Run, pages: int) -> list[UUID]:
    """The jobs of the ranges in their order. What failed before the file was asked for again is tried again."""
    with run.fenced():
        parent = Job.objects.get(pk=run.job_id)
        jobs = [
            ledger.enqueue(
                KIND,
                key=f"{KIND}:{run.job_id}:{first}-{last}",
                payload={
                    "file": str(run.job_id),
                    "intake": run.payload["intake"],
                    "actor": run.payload["actor"],
                    "first": first,
                    "last": last,
                },
                dossier=run.dossier,
                created_by=run.created_by,
                parent=parent,
            )
            for first, last in ranges_of(pages)
        ]
    for job in jobs:
        if job.finished_at is not None and job.finished_at < run.tried_since:
            ledger.again(job.pk)
    return [job.pk for job in jobs]


def _fetched(run: Run, job: Job, path: Path) -> bool:
    """Whether what a range gave is there, in `path` now. If it is not, it is read again. Raises LeaseLost."""
    content = storage.stashed(job.result["key"])
    if content is not None and hashlib.sha256(content).hexdigest() == job.result["sha256"]:
        path.write_bytes(content)
        return True
    with run.fenced():
        Job.objects.filter(pk=job.pk, state=Job.State.DONE, fence=job.fence).update(
            state=Job.State.QUEUED, run_at=timezone.now(), sent_at=None, finished_at=None, tried_since=None
        )
    return False


def _is_standing_back() -> bool:
    return getattr(_here, "standing_back", False)


def _stand_back() -> None:
    """Does other work that waits, before a range is begun; no file that is shared, which takes as long as this one, and
    nothing at which a worker has died: it would take the range and its file with it."""
    _here.standing_back = True
    try:
        for _ in range(_PASSING):
            waits = ledger.to_do().filter(state=Job.State.QUEUED, crashes=0, children=None).exclude(kind=KIND)
            first = waits.order_by("run_at").values_list("pk", flat=True).first()
            if first is None:
                return
            runner.run(first)
    finally:
        _here.standing_back = False
