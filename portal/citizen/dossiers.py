"""My dossiers, one dossier, and following one with the receipt in hand."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

import storage
from accounts import Actor
from dossiers import queries
from dossiers.errors import DossierNotFound
from dossiers.models import Component, Dossier, Result
from dossiers.states import ComponentState, Decision, State
from portal.citizen import course
from portal.citizen.frames import citizen, find, known, owner_of
from portal.citizen.words import FORMS, PLAIN, agency_name, component_word
from portal.http import Request
from portal.limits import Limit
from portal.verify.standing import PUBLIC

PAGE = 20
FOLLOWS = Limit("follow-miss", most=15)


@dataclass(frozen=True, slots=True)
class Part:
    """A component and the papers that prove it, where this person may know of them."""

    row: Component
    papers: tuple[storage.Handle, ...]
    tone: str
    word: object

    @property
    def reason(self) -> str:
        """Why it was decided so; of a paper that nobody handed in there is nothing to tell."""
        idle = self.row.decision == Decision.SCAN and self.row.state == ComponentState.WAITING
        return "" if idle else self.row.reason


@dataclass(frozen=True, slots=True)
class Form:
    """A paper of the dossier itself: the receipt or one of the forms 02 to 05."""

    name: object
    handle: storage.Handle


@require_GET
def home(request: Request) -> HttpResponse:
    """The person's dossiers, newest first."""
    actor = citizen(request)
    owner = owner_of(actor)
    page = queries.of_owner(owner, cursor=request.GET.get("after") or None, limit=PAGE) if owner else None
    rows = [(one, course.asked(one), PLAIN[State(one.state)]) for one in page.items] if page else []
    return render(request, "citizen/home.html", {"rows": rows, "after": page.after if page else None, "owner": owner})


@require_GET
def dossier(request: Request, dossier_id: UUID) -> HttpResponse:
    """One dossier: where it stands, what is asked, what lies in it. Raises DossierNotFound."""
    actor = citizen(request)
    found = find(dossier_id, actor)
    return render(
        request,
        "citizen/dossier.html",
        {
            "dossier": found,
            "course": course.own(found),
            "parts": _parts(found, actor),
            "forms": _forms(found, actor),
            "results": _results(found, actor),
            "handover": agency_name(found.handover_agency),
            "decides": agency_name(found.decide_agency),
        },
    )


@require_http_methods(["GET", "POST"])
def follow(request: Request) -> HttpResponse:
    """Code and look-up code from the receipt lead to its steps and appointment; no sign-in, no names."""
    if request.method == "GET":
        return render(request, "citizen/follow.html")
    FOLLOWS.check(request)
    code = request.POST.get("code", "").strip().upper()
    token = request.POST.get("token", "").strip().rpartition("/")[2]
    try:
        found = queries.by_token(token)
        if found.code != code:
            raise DossierNotFound()
    except DossierNotFound:
        FOLLOWS.spend(request)
        return render(request, "citizen/follow.html", {"unknown": True, "code": code[:64]}, status=404)
    return render(request, "verify/dossier.html", {"dossier": found, "course": course.public(found)})


def _parts(dossier: Dossier, actor: Actor) -> list[Part]:
    parts = []
    for row in dossier.components.prefetch_related("attachments"):
        ids = [attachment.document for attachment in row.attachments.all()]
        if row.reused and row.reuse_document is not None:
            ids.append(row.reuse_document)
        handles = (known(document, actor) for document in dict.fromkeys(ids))
        parts.append(
            Part(row, tuple(handle for handle in handles if handle is not None), *component_word(row, dossier))
        )
    return parts


def _forms(dossier: Dossier, actor: Actor) -> list[Form]:
    found = ((FORMS.get(step.form, step.form), known(step.document, actor)) for step in dossier.steps.all())
    return [Form(name, handle) for name, handle in found if handle is not None]


def _results(dossier: Dossier, actor: Actor) -> list[tuple[Result, storage.Handle | None]]:
    issued = dossier.results.filter(state__in=PUBLIC)
    return [(result, known(result.document, actor)) for result in issued]
