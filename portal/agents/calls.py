"""What `hoso sign-agent` on a PC asks, handed on to the signing agent of this machine (`signing.desk` says it in full).

No session and no cookie: the header carries a one-time ticket, then the session's own name. Nothing of it is kept here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from django.http import HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from portal.http import Request
from portal.limits import Limit
from workers import desk_calls

MOST_BYTES = 1024 * 1024
WAIT = 5.0
"""Seconds that a question for work is held open; a new batch is seen after as long."""
HELD = BoundedSemaphore(6)
"""So many of the server's threads are held at once; whoever comes then is answered at once and asks again."""
WRONG = Limit("sign-agent", 60)


@csrf_exempt
@require_POST
def call(request: Request, method: str) -> HttpResponse:
    """One call of an agent: JSON there and back. Raises TooManyRequests after many wrong ones, Unavailable."""
    WRONG.check(request)
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        return JsonResponse({"error": "size"}, status=413)
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    try:
        told = json.loads(request.body)
    except (ValueError, RecursionError):
        told = None
    with _held(method) as wait:
        status, answer = desk_calls.call(method, bearer if scheme == "Bearer" else "", told, wait=wait)
    if status not in (200, 409):
        WRONG.spend(request)
    return JsonResponse(answer, status=status)


@contextmanager
def _held(method: str) -> Iterator[float]:
    """How long this call may wait: not at all while too many do."""
    if method != "next" or not HELD.acquire(blocking=False):
        yield 0.0
        return
    try:
        yield WAIT
    finally:
        HELD.release()
