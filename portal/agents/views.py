"""The page where somebody connects the PC that their token is plugged into, and sees that it is connected."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

import workers
from catalogue import HosoError
from portal.error_pages import in_words
from portal.http import Request
from workers import desk_calls

SILENT = 60.0
"""Seconds without a call after which a PC is said to be away."""
PLAIN = re.compile(r"[A-Za-z0-9_./:\\-]+")


@require_http_methods(["GET", "POST"])
def page(request: Request) -> HttpResponse:
    """GET: where the session stands. POST: `open` begins one and shows its ticket, this once; `end` ends it."""
    context: dict[str, object] = {}
    try:
        if request.method == "POST" and request.POST.get("do") == "end":
            desk_calls.dismiss(request.actor)
            return HttpResponseRedirect(reverse("agents:page"))
        if request.method == "POST":
            made = desk_calls.invite(request.actor)
            context = {"command": command(_here(request), made), "expires": _at(made.seconds)}
    except HosoError as error:
        context = {"problem": in_words(error)}
    return render(request, "agents/page.html", context | _standing(request))


@require_GET
def state(request: Request) -> HttpResponse:
    """Asked by a timer: the part that tells how it stands; the page anew once that is something else."""
    standing = _standing(request)
    response = render(request, "agents/state.html", standing)
    if standing["state"] != request.GET.get("was"):
        response.headers["HX-Redirect"] = reverse("agents:page")
    return response


def command(server: str, made: desk_calls.Invitation) -> str:
    """What is to be run on the PC, quoted as both a Windows and a Unix shell take it."""
    told = {"module": "…", "token": "…"} | {name: value for name, value in made.options.items() if value}
    words = ["hoso", "sign-agent", server, "--ticket", made.ticket]
    for name, value in told.items():
        words += [f"--{name}", value]
    words += ["--pkcs1"] if made.pkcs1 else []
    return " ".join(word if PLAIN.fullmatch(word) else f'"{word}"' for word in words)


def _standing(request: Request) -> dict[str, object]:
    """The session's state, as the templates tell it. In DEMO nobody has a token to connect."""
    if settings.HOSO.env == "demo":
        return {"state": "none"}
    try:
        found = desk_calls.session(request.actor)
    except HosoError as error:
        return {"state": "down", "trouble": in_words(error)}
    return {
        "state": found.state,
        "session": found,
        "until": _at(found.seconds),
        "away": found.state == "connected" and found.silent > SILENT,
        "waiting": len(workers.waiting(request.actor)),
    }


def _at(seconds: float) -> datetime:
    return timezone.now() + timedelta(seconds=seconds)


def _here(request: Request) -> str:
    """The address that people reach, or the one that this page was opened at."""
    return str(settings.HOSO.public_url or request.build_absolute_uri("/")).rstrip("/")
