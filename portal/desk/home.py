"""The desk's first page: what waits for this person, the most urgent first."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render

from accounts import STAFF, Role
from dossiers import queries
from dossiers.models import Dossier
from dossiers.queries import Count, Filter
from dossiers.states import OPEN, ResultState, State
from portal.desk import contents, next_step
from portal.desk.frames import may
from portal.http import Request

SHOWN = 12


@dataclass(frozen=True, slots=True)
class Task:
    """One dossier of the work list with the one thing to do next."""

    dossier: Dossier
    next: next_step.NextStep


def desk_home(request: Request) -> HttpResponse:
    """The work list of the person's roles."""
    actor = request.actor
    tasks: list[Task] = []
    counts: dict[str, Count] = {}
    if actor.has(Role.OFFICER):
        page = queries.work_list(actor, Filter(states=(*OPEN, State.DONE)), limit=SHOWN)
        tasks = [_task(dossier, request) for dossier in page.items]
        tasks.sort(key=lambda task: task.next.busy)
    if actor.has(*STAFF):
        counts = queries.desk_counts(actor)
    return render(
        request,
        "desk/home.html",
        {
            "tasks": tasks,
            "counts": counts,
            "officer": actor.has(Role.OFFICER),
            "leader": actor.has(Role.LEADER),
            "clerk": actor.has(Role.SEAL_CLERK),
            "to_sign": queries.results_waiting(actor).items if actor.has(Role.LEADER) else (),
            "to_seal": queries.results_waiting(actor, ResultState.SIGNED).items if actor.has(Role.SEAL_CLERK) else (),
        },
    )


def _task(dossier: Dossier, request: Request) -> Task:
    inside = contents.of(dossier, request.actor)
    return Task(dossier, next_step.of(dossier, inside, may(request.actor, dossier)))
