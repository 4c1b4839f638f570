"""A draft that is edited before it is signed, and an issued result that a new one takes the place of."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from dossiers import permissions, queries, services
from dossiers.models import Result
from dossiers.moves import illegal
from dossiers.states import Act, EndCause, ResultState
from portal.desk import drafting
from portal.desk.drafting import Draft
from portal.http import Request

OVER = (ResultState.ISSUED, ResultState.REVOKED, ResultState.REPLACED)


def edit(request: Request, result_id: UUID) -> HttpResponse:
    """GET: the draft's form. POST: keeps what was changed. Raises IllegalAct once it is being signed."""
    found = queries.result(result_id, request.actor)
    permissions.demand(Act.EDIT_RESULT, request.actor, found.dossier)
    if found.state != ResultState.DRAFT:
        raise illegal(Act.EDIT_RESULT, ResultState(found.state))
    posted = request.POST if request.method == "POST" else None
    form = Draft(found.dossier, request.actor, posted, result=found, start=drafting.drafted(found))
    if form.whole:
        services.edit_result(found.id, request.actor, data=form.data(), key=request.POST.get("key") or None)
        return _to(found)
    return render(request, "desk/draft.html", {"dossier": found.dossier, "form": form, "edited": found})


def replace(request: Request, result_id: UUID) -> HttpResponse:
    """GET: the form of the new result, filled from the old. POST: drafts it; the old one counts until it is issued.

    Raises IllegalAct where the old one is not in force, ReasonMissing.
    """
    found = queries.result(result_id, request.actor)
    permissions.demand(Act.REPLACE_RESULT, request.actor, found.dossier)
    posted = request.POST if request.method == "POST" else None
    before = replacement_of(found)
    if before is not None and (posted is None or before.key != posted.get("key")):
        messages.info(request, _("Đã có bản thay thế đang soạn: mở bản này để sửa hoặc ký."))
        return _to(before)
    if found.state != ResultState.ISSUED:
        raise illegal(Act.REPLACE_RESULT, ResultState(found.state))
    start = drafting.issued(found, request.actor) if posted is None else None
    form = Draft(found.dossier, request.actor, posted, result=found, start=start)
    if form.whole:
        made = services.replace_result(
            found.id,
            request.actor,
            data=form.data(),
            reason=request.POST.get("reason", ""),
            cause=cause_of(request),
            key=request.POST.get("key") or None,
        )
        return _to(made)
    context = {"dossier": found.dossier, "form": form, "replaced": found, "reason": request.POST.get("reason", "")}
    return render(request, "desk/draft.html", context)


def replacement_of(result: Result) -> Result | None:
    """The result that is on its way to replace this one."""
    return result.replacements.exclude(state__in=OVER).first()


def cause_of(request: Request) -> EndCause:
    """What the form gives as the cause that everybody may know; anything else is told as another reason."""
    given = request.POST.get("cause", "")
    return EndCause(given) if given in set(EndCause) else EndCause.OTHER


def _to(result: Result) -> HttpResponse:
    return HttpResponseRedirect(reverse("desk:result", args=[result.id]))
