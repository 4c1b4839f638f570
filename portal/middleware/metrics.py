"""Counts requests and their time by page name; never by address, which may hold a code."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from prometheus_client import Counter, Histogram

REQUESTS = Counter("hoso_http_requests_total", "Requests answered", ["page", "method", "status"])
SECONDS = Histogram("hoso_http_request_seconds", "Time to answer", ["page"])


class MetricsMiddleware:
    """Outermost, so that it sees what every other layer answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begun = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        page = match.view_name if match is not None else "none"
        REQUESTS.labels(page, request.method or "", response.status_code).inc()
        SECONDS.labels(page).observe(time.perf_counter() - begun)
        return response
