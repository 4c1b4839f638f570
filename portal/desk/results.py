"""Results: drafted by the officer, signed by the leader, sealed by the clerk; two acts of two people."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

import workers
from accounts import Actor
from dossiers import permissions, queries, services
from dossiers.errors import PartNotFound
from dossiers.models import Result
from dossiers.states import Act, ResultState
from portal.desk import revising
from portal.desk.drafting import Draft
from portal.desk.frames import back_to, find, may
from portal.drawings import slot
from portal.http import Request, whole_number
from workers import Job


def draft(request: Request, dossier_id: UUID) -> HttpResponse:
    """GET: the form of the procedure's template, filled from what the dossier knows. POST: drafts the result."""
    found = find(dossier_id, request.actor)
    permissions.demand(Act.DRAFT_RESULT, request.actor, found)
    form = Draft(found, request.actor, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.whole:
        made = services.draft_result(
            found.id,
            request.actor,
            kind=form.template.id,
            title=form.template.title,
            data=form.data(),
            template=form.template.id,
            result_type=form.template.result_type,
            key=request.POST.get("key") or None,
        )
        return HttpResponseRedirect(reverse("desk:result", args=[made.id]))
    return render(request, "desk/draft.html", {"dossier": found, "form": form})


@require_GET
def result(request: Request, result_id: UUID) -> HttpResponse:
    """One result: its picture, where it stands, the one act that is this person's."""
    found = queries.result(result_id, request.actor)
    return render(
        request,
        "desk/result.html",
        {
            "result": found,
            "dossier": found.dossier,
            "may": may(request.actor, found.dossier),
            "levels": [(name, found.levels[name]) for name in ("signature", "seal") if name in found.levels],
            "underway": found.state in (ResultState.SIGNING, ResultState.SEALING),
            "unknown": _unknown(found),
            "edits": _edits(found),
            "failed": _failed(found),
            "replacement": revising.replacement_of(found) or found.replacements.last(),
        },
    )


@require_GET
def state(request: Request, result_id: UUID) -> HttpResponse:
    """Asked by a timer while a signature is made: the page is loaded anew once the state is another."""
    found = queries.result(result_id, request.actor)
    response = HttpResponse(status=204)
    if found.state != request.GET.get("was"):
        response.headers["HX-Refresh"] = "true"
    return response


@require_POST
def preview(request: Request, result_id: UUID) -> HttpResponse:
    """Asks a worker to draw the result: the draft as it would be signed, or the signed file."""
    found = queries.result(result_id, request.actor)
    payload: dict[str, object] = {"actor": request.actor.id, "dossier": found.dossier.code}
    if found.document is None:
        kind, payload["result"] = "draft-preview", str(found.id)
    else:
        kind, payload["document"] = "page-images", str(found.document)
    job = workers.enqueue(
        kind,
        key=f"{kind}:{found.id}:{request.actor.id}:{len(found.levels)}:{_edits(found)}:{slot()}",
        payload=payload,
        dossier=found.dossier.code,
        created_by=request.actor.id,
    )
    return render(request, "desk/drawing.html", {"job": job})


@require_POST
def act(request: Request, result_id: UUID, act: str) -> HttpResponse:
    """Signs, seals, discards or revokes one result; `ask_again` after a remote service was looked into."""
    found = queries.result(result_id, request.actor)
    match act:
        case Act.START_SIGNING:
            _sign(found, request.actor, seen=whole_number(request.POST.get("seen", "")))
        case Act.START_SEALING:
            _seal(found, request.actor)
        case Act.DISCARD_RESULT:
            services.discard_result(found.id, request.actor)
            return back_to(found.dossier_id)
        case Act.REVOKE_RESULT:
            why = request.POST.get("reason", "")
            services.revoke_result(found.id, request.actor, reason=why, cause=revising.cause_of(request))
        case "ask_again":
            job = _unknown(found)
            if job is None or job.created_by != request.actor.id:
                raise PartNotFound()
            workers.again(job.id)
        case _:
            raise PartNotFound()
    return HttpResponseRedirect(reverse("desk:result", args=[found.id]))


def _sign(result: Result, actor: Actor, seen: int | None) -> None:
    """`seen`: how often the draft had been edited when the page was opened. Raises DraftChanged, and nothing is asked
    for, where it was edited since."""
    with transaction.atomic():
        services.start_signing(result.id, actor, seen=seen)
        _ask("sign-result", result, actor, Act.START_SIGNING)


def _seal(result: Result, actor: Actor) -> None:
    with transaction.atomic():
        services.start_sealing(result.id, actor)
        _ask("seal-result", result, actor, Act.START_SEALING)


def _ask(kind: str, result: Result, actor: Actor, act: Act) -> None:
    """One job for each time that the act was begun: after a failure the next press is a new job."""
    attempt = services.times(result, act)
    workers.enqueue(
        kind,
        key=f"{kind}:{result.id}:{attempt}",
        payload={"result": str(result.id), "actor": actor.id, "attempt": attempt},
        dossier=result.dossier.code,
        created_by=actor.id,
    )


def _failed(result: Result) -> Job | None:
    """The job that last failed to sign or seal the result: it says in words what `result.failure` is the code of."""
    if not result.failure:
        return None
    return _jobs(result).filter(error_code=result.failure).order_by("created_at").last()


def _unknown(result: Result) -> Job | None:
    """The job whose signature may or may not have been made: nobody tries again but who asked for it."""
    if result.state not in (ResultState.SIGNING, ResultState.SEALING):
        return None
    return _jobs(result).filter(state=Job.State.UNKNOWN).first()


def _jobs(result: Result) -> QuerySet[Job]:
    """What was asked for to sign or seal the result."""
    kinds = ("sign-result", "seal-result")
    return Job.objects.filter(kind__in=kinds, dossier=result.dossier.code, payload__result=str(result.id))


def _edits(result: Result) -> int:
    return services.times(result, Act.EDIT_RESULT)
