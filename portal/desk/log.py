"""The event log as an auditor reads it: who did what to which document, for what; reading it is an event too."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

import storage
from portal.http import Request, whole_number

PAGE = 50


@require_GET
def log(request: Request) -> HttpResponse:
    """Events, newest first, narrowed by dossier, document or person (their ids, never an identity number)."""
    dossier = request.GET.get("dossier", "").strip()[:80]
    actor = request.GET.get("actor", "").strip()[:80]
    document = _uuid(request.GET.get("document", ""))
    before = whole_number(request.GET.get("before", ""))
    events = storage.history(document=document, dossier=dossier, actor=actor, before=before, limit=PAGE)
    told = storage.EventRecord("log.read", "ok", document=document, details={"found": len(events)})
    with transaction.atomic():
        storage.record(told, request.actor)
    return render(
        request,
        "desk/log.html",
        {
            "events": events,
            "dossier": dossier,
            "wanted_actor": actor,
            "document": document or "",
            "before": events[-1].seq if len(events) == PAGE else None,
        },
    )


@require_POST
def prove(request: Request) -> HttpResponse:
    """Proves the log complete and unaltered, by its chain of hashes and its anchors. Raises LogBroken."""
    return render(request, "desk/log_proof.html", {"report": storage.verify_log()})


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
