"""The PIN of a signing key, asked for when a batch waits for it: once a batch, straight to the signing agent."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

import workers
from catalogue import HosoError
from portal.desk.frames import id_of
from portal.error_pages import in_words
from portal.http import Request


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
    context = {"job": waiting[0] if waiting else None, "problem": problem, "minutes": opened // 60}
    return render(request, "desk/pin.html", context)
