"""One batch of signatures or seals: how far it is, what failed and why; pause, go on, try again."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from dossiers.errors import PartNotFound
from dossiers.models import Attachment, Result
from dossiers.states import ResultState
from portal.desk import copies
from portal.desk.frames import id_of
from portal.http import Request
from workers import Job, bulk

SHOWN = 50
"""Documents that did not come about, on one page."""
AGAIN = {
    "sign-result": (ResultState.DRAFT, ResultState.SIGNING),
    "seal-result": (ResultState.SIGNED, ResultState.SEALING),
}
"""States of a result in which what the batch is for can still be wanted."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """One document that was not signed, and its job."""

    job: Job
    result: Result | None
    copy: Attachment | None = None

    @property
    def again(self) -> bool:
        """Whether the same may be tried again: not what was edited since, which has to be looked at."""
        if self.job.kind == copies.KIND:
            return self.copy is not None
        wanted = self.result is not None and self.result.state in AGAIN[self.job.kind]
        return wanted and self.job.error_code != "dossiers.draft_changed"


@require_GET
def batch(request: Request, batch_id: UUID) -> HttpResponse:
    """The whole page; it stands as it is after a reload, a crash, another day."""
    return render(request, "desk/batch.html", _told(request, batch_id))


@require_GET
def progress(request: Request, batch_id: UUID) -> HttpResponse:
    """The part that a timer asks for while something is being done."""
    return render(request, "desk/batch_progress.html", _told(request, batch_id) | {"polled": True})


@require_POST
def act(request: Request, batch_id: UUID, act: str) -> HttpResponse:
    """Pauses, goes on, tries again: what failed, or one document."""
    found = bulk.find(batch_id, request.actor)
    match act:
        case "pause":
            bulk.pause(found)
        case "go_on":
            bulk.go_on(found)
        case "retry":
            job = request.POST.get("job", "")
            bulk.retry(found, id_of(job) if job else None)
        case _:
            raise PartNotFound()
    return HttpResponseRedirect(reverse("desk:batch", args=[found.id]))


def _told(request: Request, batch_id: UUID) -> dict[str, object]:
    found = bulk.find(batch_id, request.actor)
    stopped = Job.objects.filter(batch=found, state__in=[Job.State.FAILED, Job.State.UNKNOWN]).order_by("created_at")
    jobs = list(stopped[: SHOWN + 1])
    rows = _copies(jobs[:SHOWN]) if found.kind == copies.KIND else _results(jobs[:SHOWN])
    told = bulk.progress(found)
    return {
        "batch": found,
        "progress": told,
        "stopped": rows,
        "more": len(jobs) > SHOWN,
        "retry": any(row.again and row.job.state == Job.State.FAILED for row in rows),
        "live": told.running or (told.waiting and not found.paused_at),
    }


def _results(jobs: list[Job]) -> list[Stopped]:
    named = [job.payload["result"] for job in jobs]
    results = {str(one.pk): one for one in Result.objects.select_related("dossier").filter(pk__in=named)}
    return [Stopped(job, results.get(job.payload["result"])) for job in jobs]


def _copies(jobs: list[Job]) -> list[Stopped]:
    """Each with the copy as it is attached in its dossier, if it still is."""
    rows = Attachment.objects.select_related("component__dossier").filter(
        document__in=[document for job in jobs for document in job.payload["documents"]],
        component__dossier__code__in=[job.dossier for job in jobs],
        confirmed_at__isnull=False,
    )
    found = {(row.component.dossier.code, str(row.document)): row for row in rows}
    return [Stopped(job, None, found.get((job.dossier, job.payload["documents"][0]))) for job in jobs]
