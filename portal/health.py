"""What watches the machine asks: does it answer, and how much does it do."""

from __future__ import annotations

from contextlib import suppress

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest

from workers import renewal

COUNTED, EVERY = "health.backlog", 60
"""Anybody may ask, so the backlog is counted once in so many seconds, however often they do."""
DUE = Gauge("hoso_renewal_due", "Signed documents whose archive time stamp lapses soon")
FIRST = Gauge("hoso_renewal_first_lapse_timestamp_seconds", "When the first of them lapses; 0: none")
FAILED = Gauge("hoso_renewal_failed", "Renewals that gave up or wait for a time stamp authority")
UNLOOKED = Gauge("hoso_renewal_unlooked", "Signed documents whose time stamp nobody has looked at yet")


def healthz(request: HttpRequest) -> JsonResponse:
    """200 when the pages and the index answer; 503 when the index does not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "down", "index": "down"}, status=503)
    return JsonResponse({"status": "ok", "index": "ok"})


def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text; it holds counts only. Without the index the backlog of renewals stays as it was last seen."""
    if cache.add(COUNTED, True, EVERY):
        with suppress(DatabaseError):
            _count()
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def _count() -> None:
    waiting = renewal.backlog()
    DUE.set(waiting.count)
    FIRST.set(waiting.first.timestamp() if waiting.first else 0)
    FAILED.set(waiting.failed)
    UNLOOKED.set(waiting.unlooked)
