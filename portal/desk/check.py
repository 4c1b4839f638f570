"""Checking what the machine read: the doubtful fields first, each beside its place on the page."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

import storage
from catalogue import kind
from dossiers import permissions, queries, services
from dossiers.errors import PartNotFound
from dossiers.models import Attachment, Component, Dossier
from dossiers.states import Act, Decision
from portal.desk import contents
from portal.desk.fields import answers, asked, corrected
from portal.desk.frames import back_to, find, why
from portal.http import Request


def check(request: Request, dossier_id: UUID, document_id: UUID) -> HttpResponse:
    """GET: one document to check. POST: keeps the corrections and goes to the next."""
    found = find(dossier_id, request.actor)
    permissions.demand(Act.CONFIRM_FIELDS, request.actor, found)
    component = queries.component_of_document(document_id, found.id)
    if component is None:
        raise PartNotFound()
    described = storage.metadata(document_id, request.actor, why(found))
    if request.method == "POST":
        _keep(request, component, document_id, described)
        return _next(request, found, document_id)
    fields = asked(described)
    inside = contents.of(found, request.actor)
    waiting = inside.to_check
    return render(
        request,
        "desk/check.html",
        {
            "dossier": found,
            "component": component,
            "document": document_id,
            "key": uuid4(),
            "kind": kind(described.kind),
            "doubtful": [field for field in fields if field.doubtful],
            "sure": [field for field in fields if not field.doubtful],
            "others": [part.row for part in inside.components if part.row.decision == Decision.SCAN],
            "number": waiting.index(document_id) + 1 if document_id in waiting else 0,
            "total": len(waiting),
        },
    )


def _keep(request: Request, component: Component, document: UUID, described: storage.Metadata) -> None:
    """Corrections go to the archive as a new description, the act of checking to the dossier."""
    changed, checks = answers(asked(described), request.POST)
    if changed:
        better = corrected(described, changed, request.actor)
        storage.describe(document, better, request.actor, f"check:{request.POST.get('key', '')}"[:100])
    component = _moved(request, component, document)
    services.confirm_fields(component.id, request.actor, document=document, checks=checks)


def _moved(request: Request, component: Component, document: UUID) -> Component:
    """The component that the officer says the document is for; the document is moved there."""
    wanted = request.POST.get("component", "")
    if not wanted or wanted == str(component.id):
        return component
    rows = {str(row.id): row for row in Component.objects.filter(dossier=component.dossier_id)}
    if wanted not in rows:
        raise PartNotFound()
    with transaction.atomic():  # a document that cannot be put there stays where it was
        pages = Attachment.objects.get(component=component, document=document).pages
        services.detach(component.id, request.actor, document=document, reason="Phân loại lại")
        return services.attach(rows[wanted].id, request.actor, document=document, pages=pages)


def _next(request: Request, dossier: Dossier, document: UUID) -> HttpResponse:
    rest = [item for item in contents.of(dossier, request.actor).to_check if item != document]
    if rest:
        return HttpResponseRedirect(reverse("desk:check", args=[dossier.id, rest[0]]))
    return back_to(dossier.id)
