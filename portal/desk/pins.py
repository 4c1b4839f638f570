"""The PIN of a signing key, asked for when a batch waits for it: once a batch, straight to the signing agent.

A key at its owner's PC has its PIN asked there: the box leads to the page that connects the PC.
"""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

import workers
from accounts import Actor
from catalogue import HosoError
from portal.desk.frames import id_of
from portal.error_pages import in_words
from portal.http import Request
from workers import desk_calls


@require_http_methods(["GET", "POST"])
def pin(request: Request) -> HttpResponse:
    """GET: the box where a batch of this person's waits, else what asks again. POST: opens the key for the batch."""
    problem, opened = "", 0
    if request.method == "POST":
        try:
            opened = int(
                workers.give_pin(id_of(request.POST.get("job", "")), request.actor, request.POST.get("pin", ""))
            )
        except HosoError as error:
            problem = in_words(error)
    waiting = workers.waiting(request.actor)
    job = waiting[0] if waiting else None
    context = {
        "job": job,
        "agency": job and workers.seal_of(job),
        "problem": problem,
        "minutes": opened // 60,
        "desk": job and _desk(job, request.actor),
    }
    return render(request, "desk/pin.html", context)


def _desk(job: workers.Job, actor: Actor) -> desk_calls.Session | None:
    """The session with this person's PC, where the key that the job waits for is at one."""
    try:
        return desk_calls.session(actor) if desk_calls.at_desk(job, actor) else None
    except HosoError:
        return None
