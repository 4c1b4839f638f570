"""A dossier's page and the lists that lead to it."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from catalogue import DossierCode, InvalidCode
from dossiers import queries
from dossiers.errors import DossierNotFound
from dossiers.models import Dossier, Step
from dossiers.moves import possible
from dossiers.queries import Filter
from dossiers.states import OPEN, Act, State
from portal.desk import contents, next_step, scan_names
from portal.desk.frames import back_to, find, may
from portal.http import Request

COURSE = (State.RECEIVED, State.PROCESSING, State.DONE, State.RETURNED)
"""The way of a dossier that nothing stops."""
REASONED = (Act.REQUEST_SUPPLEMENT, Act.EXTEND, Act.REFUSE, Act.STOP, Act.WITHDRAW)
"""Acts that are told to the applicant on a form and so need a reason."""
RECEIPTS = (Act.RECEIVE, Act.ACCEPT)
"""Acts that the receipt (form 01) tells of."""
LISTS: dict[str, Filter] = {
    "open": Filter(),
    "late": Filter(late=True),
    "risk": Filter(risk=True),
    "supplement": Filter(states=(State.SUPPLEMENT,)),
    "done": Filter(states=(State.DONE,)),
    "closed": Filter(states=(State.RETURNED, State.REFUSED, State.STOPPED, State.WITHDRAWN)),
}


@require_GET
def all_dossiers(request: Request) -> HttpResponse:
    """The dossiers that the person may see, the most urgent first."""
    chosen = request.GET.get("list", "open")
    wanted = LISTS.get(chosen, LISTS["open"])
    page = queries.work_list(request.actor, wanted, cursor=request.GET.get("after") or None, limit=25)
    return render(request, "desk/dossiers.html", {"page": page, "chosen": chosen, "lists": list(LISTS)})


@require_POST
def search(request: Request) -> HttpResponse:
    """Finds by code or name; posted, since what is typed may be a person's name. One hit by code opens at once."""
    text = request.POST.get("text", "").strip()
    try:
        return back_to(queries.by_code(str(DossierCode.parse(text)), request.actor).id)
    except (InvalidCode, DossierNotFound):
        everything = Filter(states=tuple(State), text=text)
        page = queries.work_list(request.actor, everything, limit=25)
        return render(request, "desk/dossiers.html", {"page": page, "chosen": "", "lists": list(LISTS), "text": text})


@require_GET
def dossier(request: Request, dossier_id: UUID) -> HttpResponse:
    """One dossier: where it stands, what to do next, what lies in it, what was done."""
    found = find(dossier_id, request.actor)
    scan_names.forget(found, request.actor)
    inside = contents.of(found, request.actor)
    allowed = may(request.actor, found)
    open_now = possible(State(found.state), received=found.received_at is not None)
    open_now |= {Act.EXTEND} if found.state in OPEN else set()
    steps = list(found.steps.select_related("component", "result"))
    return render(
        request,
        "desk/dossier.html",
        {
            "dossier": found,
            "contents": inside,
            "next": next_step.of(found, inside, allowed),
            "may": allowed,
            "course": _course(State(found.state)),
            "reasoned": [act for act in REASONED if act in open_now and allowed[act.value]],
            "steps": steps[::-1],
            "receipt": _receipt(found, steps),
            "forms": [step for step in steps if step.form and step.act not in RECEIPTS],
            "open": found.state in OPEN,
        },
    )


@require_GET
def receipt(request: Request, dossier_id: UUID) -> HttpResponse:
    """The receipt's button, asked for again until the receipt is made."""
    found = find(dossier_id, request.actor)
    return render(request, "desk/receipt.html", {"dossier": found, "receipt": _receipt(found, found.steps.all())})


def _receipt(dossier: Dossier, steps: Iterable[Step]) -> Step | None:
    """The step that the receipt tells of; None where there is no receipt to come."""
    return next((step for step in steps if step.act in RECEIPTS and dossier.due_at), None)


@require_GET
def files(request: Request, dossier_id: UUID) -> HttpResponse:
    """The jobs of a dossier, asked for again while one is underway."""
    found = find(dossier_id, request.actor)
    jobs = contents.jobs(found)
    names = scan_names.of(jobs, found, request.actor)
    rows = [(job, names.get(job.id, "")) for job in jobs]
    working = any(not job.over for job in jobs)
    response = render(request, "desk/files.html", {"dossier": found, "rows": rows, "working": working})
    if request.GET.get("was") == "working" and not working:
        response.headers["HX-Trigger"] = "hoso:settled"
    return response


def _course(state: State) -> list[tuple[State, str]]:
    """The steps of the way with how far each is: done, now, stopped or nothing."""
    stopped = state in (State.REFUSED, State.STOPPED, State.WITHDRAWN)
    if stopped:
        return [(State.RECEIVED, "done"), (state, "stopped")]
    at = State.RECEIVED if state is State.SUPPLEMENT else state
    place = COURSE.index(at) if at in COURSE else -1
    finished = state is State.RETURNED
    return [
        (item, "done" if number < place or finished else "now" if number == place else "")
        for number, item in enumerate(COURSE)
    ]
