"""The scan page: files are dropped, sent in pieces and digitized at once."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from dossiers import permissions
from dossiers.states import Act, Decision
from portal.desk import contents, scan_names
from portal.desk.frames import find
from portal.http import Request


@require_GET
def scan(request: Request, dossier_id: UUID) -> HttpResponse:
    """Where scans of a dossier are dropped. Raises NotAllowed for who may not attach to it."""
    found = find(dossier_id, request.actor)
    permissions.demand(Act.ATTACH, request.actor, found)
    scan_names.forget(found, request.actor)
    inside = contents.of(found, request.actor)
    wanted = [part for part in inside.components if part.row.decision == Decision.SCAN]
    return render(request, "desk/scan.html", {"dossier": found, "wanted": wanted})
