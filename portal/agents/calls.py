"""What `hoso sign-agent` on a PC asks, handed on to the signing agent of this machine (`signing.desk` says it in full).

No session and no cookie: the header carries a one-time ticket, then the session's own name. Nothing of it is kept here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from portal.http import Request, whole_number
from portal.limits import Limit
from workers import desk_calls

KIB = 1024
MOST = {"hello": 64 * KIB, "next": KIB, "agree": KIB, "done": 32 * KIB}
"""Bytes of what each call may say: `hello` brings a chain of certificates, `done` sixteen signatures."""
BEARER = re.compile(r"Bearer ([0-9A-Za-z_-]{32,128})")
WAIT = 5.0
"""Seconds that a question for work is held open; a new batch is seen after as long."""
HELD = BoundedSemaphore(6)
"""So many of the server's threads are held at once; whoever comes then is answered at once and asks again."""
WRONG = Limit("sign-agent", 60)


@csrf_exempt
@require_POST
def call(request: Request, method: str) -> HttpResponse:
    """One call of an agent: JSON there and back. Whoever has no ticket and no session is refused before the body is
    read; where the signing agent is down nobody waits. Raises TooManyRequests after many wrong ones, Unavailable."""
    WRONG.check(request)
    status, answer = _answered(request, method)
    if status not in (200, 409):
        WRONG.spend(request)
    return JsonResponse(answer, status=status)


def _answered(request: Request, method: str) -> tuple[int, dict[str, Any]]:
    if method not in MOST:
        return 404, {"error": "method"}
    if (whole_number(request.META.get("CONTENT_LENGTH") or "") or 0) > MOST[method]:
        return 413, {"error": "size"}
    found = BEARER.fullmatch(request.headers.get("Authorization", ""))
    if found is None or not desk_calls.admits(method, found[1]):
        return 401, {"error": "ticket" if method == "hello" else "session"}
    try:
        told = json.loads(request.body)
    except (ValueError, RecursionError):
        told = None
    with _held(method) as wait:
        return desk_calls.call(method, found[1], told, wait=wait)


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
