"""Putting a scanned document to a component when the machine could not: look at its pages, choose, go on."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

import storage
from dossiers import permissions, services
from dossiers.errors import PartNotFound
from dossiers.states import Act, Decision
from portal.desk import contents
from portal.desk.frames import back_to, find, holds
from portal.http import Request
from workers import Job

TAKES = (Decision.SCAN, Decision.LOOKUP, Decision.SKIP)
"""What a document may be put to; what is only shown keeps no image."""


def place(request: Request, dossier_id: UUID, document_id: UUID) -> HttpResponse:
    """GET: the pages and the components. POST: attaches the document to the chosen one."""
    found = find(dossier_id, request.actor)
    permissions.demand(Act.ATTACH, request.actor, found)
    holds(found, document_id)
    inside = contents.of(found, request.actor)
    choices = [part.row for part in inside.components if part.row.decision in TAKES]
    if request.method == "POST":
        pages = _pages(document_id)
        if not pages:
            messages.warning(request, _("Chờ các trang hiện ra, xem rồi hãy xếp."))
            return redirect("desk:place", dossier_id, document_id)
        chosen = next((row for row in choices if str(row.id) == request.POST.get("component")), None)
        if chosen is None:
            raise PartNotFound()
        services.attach(chosen.id, request.actor, document=document_id, pages=pages)
        return back_to(dossier_id, f"c-{chosen.id}")
    handle = storage.handle(document_id, request.actor)
    return render(
        request,
        "desk/place.html",
        {"dossier": found, "document": document_id, "handle": handle, "choices": choices},
    )


def _pages(document: UUID) -> int:
    """How many pages were drawn of the document: the officer has seen them."""
    drawn = Job.objects.filter(kind="page-images", payload__document=str(document), state=Job.State.DONE).last()
    return len(drawn.result.get("pages", ())) if drawn is not None else 0
