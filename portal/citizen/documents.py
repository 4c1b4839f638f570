"""My documents: the list, one document with its pages and signatures, the file itself."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

import storage
import workers
from dossiers import queries
from portal.citizen import papers
from portal.citizen.frames import OWN, citizen, handle, owner_of
from portal.drawings import drawn_for, picture, slot
from portal.http import Request

ENDINGS = {"application/pdf": "pdf", "image/tiff": "tif", "image/jpeg": "jpg", "image/png": "png", "image/heic": "heic"}


@require_GET
def documents(request: Request) -> HttpResponse:
    """The person's documents in the archive."""
    actor = citizen(request)
    found = papers.of(actor, request.GET.get("after", ""))
    return render(request, "citizen/documents.html", {"papers": found, "owner": owner_of(actor)})


@require_GET
def document(request: Request, document_id: UUID) -> HttpResponse:
    """One document. Raises PageNotFound for anybody else's."""
    actor = citizen(request)
    found = handle(document_id, actor)
    return render(
        request,
        "citizen/document.html",
        {
            "paper": papers.paper(found),
            "signatures": storage.signatures(document_id, actor),
            "result": queries.result_of_document(document_id),
        },
    )


@require_GET
def file(request: Request, document_id: UUID) -> StreamingHttpResponse:
    """The newest version as it lies in the archive; the read is an event. Raises PageNotFound."""
    actor = citizen(request)
    found = handle(document_id, actor)
    opened = storage.open(document_id, actor, OWN)
    response = StreamingHttpResponse(opened, content_type=opened.media_type)
    response.headers["Content-Length"] = str(opened.size)
    ending = ENDINGS.get(opened.media_type, "bin")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.kind}-{str(found.id)[:8]}.{ending}"'
    return response


@require_POST
def draw(request: Request, document_id: UUID) -> HttpResponse:
    """Asks a worker to draw the pages of the newest version. Raises PageNotFound."""
    actor = citizen(request)
    found = handle(document_id, actor)
    job = workers.enqueue(
        "page-images",
        key=f"page-images:own:{found.id}:{found.latest}:{actor.id}:{slot()}",
        payload={"document": str(found.id), "actor": actor.id},
        created_by=actor.id,
    )
    return render(request, "citizen/drawing.html", {"job": job})


@require_GET
def drawing(request: Request, job_id: UUID) -> HttpResponse:
    """The drawn pages, or the word that they are being drawn."""
    return render(request, "citizen/drawing.html", {"job": drawn_for(request, job_id, "page-images")})


@require_GET
def page_image(request: Request, job_id: UUID, number: int) -> HttpResponse:
    """The picture of one page, to the person for whom it was drawn."""
    return picture(drawn_for(request, job_id, "page-images"), number)
