"""Pictures of pages that a worker drew: for whom they were drawn, and how long they are used again."""

from __future__ import annotations

import time
from uuid import UUID

from django.http import HttpResponse

import workers
from portal.errors import PageNotFound
from portal.http import Request
from workers import Job

SLOT = 300
"""Seconds in which the same person is given the same pictures; they live for ten minutes."""


def slot() -> int:
    """The present span of time in which a drawing is used again."""
    return int(time.time()) // SLOT


def drawn_for(request: Request, job_id: UUID, *kinds: str) -> Job:
    """The drawing that this very person asked for. Raises PageNotFound, also for anybody else's."""
    job = Job.objects.filter(pk=job_id, kind__in=kinds, created_by=request.actor.id).first()
    if job is None:
        raise PageNotFound()
    return job


def picture(job: Job, number: int) -> HttpResponse:
    """The picture of one page as PNG. Raises PageNotFound when it is not drawn, or gone again."""
    image = workers.page_image(job.id, number)
    if image is None:
        raise PageNotFound()
    return HttpResponse(image, content_type="image/png")
