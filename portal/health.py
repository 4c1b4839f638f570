"""What watches the machine asks: does it answer, and how much does it do."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest


def healthz(request: HttpRequest) -> JsonResponse:
    """200 when the pages and the index answer; 503 when the index does not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "down", "index": "down"}, status=503)
    return JsonResponse({"status": "ok", "index": "ok"})


def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text; it holds counts only."""
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)
