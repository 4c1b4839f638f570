"""A document's bytes and the pictures of its pages; each opening is an event, with the dossier as its purpose."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

import storage
import workers
from portal.desk.frames import find, holds, why
from portal.drawings import drawn_for, picture, slot
from portal.http import Request

DRAWINGS = ("page-images", "draft-preview")
PDF_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""For the browser's own PDF viewer, which styles itself; nothing of ours is in that page."""


@require_GET
def document(request: Request, dossier_id: UUID, document_id: UUID) -> StreamingHttpResponse:
    """A document of the dossier as it lies in the archive, newest version. Raises DossierNotFound, NotAllowed."""
    found = find(dossier_id, request.actor)
    holds(found, document_id)
    opened = storage.open(document_id, request.actor, why(found))
    response = StreamingHttpResponse(opened, content_type=opened.media_type)
    response.headers["Content-Length"] = str(opened.size)
    response.headers["Content-Disposition"] = f'inline; filename="{found.code}-{str(document_id)[:8]}.pdf"'
    response.headers["Content-Security-Policy"] = PDF_POLICY
    return response


@require_GET
def report(request: Request, dossier_id: UUID, document_id: UUID, form: str) -> HttpResponse:
    """What verification found in a file that came signed, as `json` or `xml`. Raises DossierNotFound, NotFound."""
    found = find(dossier_id, request.actor)
    holds(found, document_id)
    content = storage.report(document_id, request.actor, why(found), form)
    response = HttpResponse(content, content_type=f"application/{form}")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.code}-{str(document_id)[:8]}.{form}"'
    return response


@require_POST
def draw(request: Request, dossier_id: UUID, document_id: UUID) -> HttpResponse:
    """Asks a worker to draw the pages of version 1, to which the boxes of the fields refer."""
    found = find(dossier_id, request.actor)
    holds(found, document_id)
    job = workers.enqueue(
        "page-images",
        key=f"page-images:{document_id}:{request.actor.id}:{slot()}",
        payload={"document": str(document_id), "version": 1, "actor": request.actor.id, "dossier": found.code},
        dossier=found.code,
        created_by=request.actor.id,
    )
    return render(request, "desk/drawing.html", {"job": job})


@require_GET
def drawing(request: Request, job_id: UUID) -> HttpResponse:
    """The drawn pages, or the word that they are being drawn."""
    return render(request, "desk/drawing.html", {"job": drawn_for(request, job_id, *DRAWINGS)})


@require_GET
def page_image(request: Request, job_id: UUID, number: int) -> HttpResponse:
    """The picture of one page, to the person for whom it was drawn."""
    return picture(drawn_for(request, job_id, *DRAWINGS), number)
