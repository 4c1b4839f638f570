"""The numbers: the national indicators and, beside them, the honest ones, over days that the reader chooses."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts import Actor, Role
from dossiers import statistics
from portal.http import Request, whole_day
from workers import renewal

SPAN = timedelta(days=29)
FIRST = ("4.1", "4.2", "4.3", "true_reuse")
"""What the page shows large: electronic results, digitization, reuse as counted nationally, reuse as it truly is."""


@require_GET
def numbers(request: Request) -> HttpResponse:
    """Indicators of the person's agencies; auditors and administrators without an agency see all."""
    end = whole_day(request.GET.get("end", "")) or timezone.localdate()
    start = whole_day(request.GET.get("start", "")) or end - SPAN
    if start > end:
        start, end = end, start
    report = statistics.report(scope(request.actor), start, end)
    first = [item for name in FIRST for item in report.indicators if item.id == name]
    values = {name: getattr(report, name) for name in ("start", "end", "received", "finished", "indicators")}
    waiting = renewal.backlog()
    return render(request, "desk/numbers.html", values | {"first": first, "renewal": waiting})


def scope(actor: Actor) -> statistics.Scope:
    """Whose dossiers the person's numbers count."""
    if not actor.agencies and actor.has(Role.AUDITOR, Role.ADMIN):
        return statistics.Scope()
    # No agency is none of them; an empty scope would be all.
    return statistics.Scope(agencies=tuple(sorted(actor.agencies)) or ("",))
