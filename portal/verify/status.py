"""The public status service: does an issued result still count? By the code on the paper or the SHA-256 of the file.

Answers are for programs (`hoso.status/1`): a status, since when, the cause, the code of what replaced it. They hold
nothing about a person, and nothing of a document but what its holder has in hand; they are `no-store`.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from dossiers import queries
from dossiers.errors import PartNotFound
from dossiers.models import Result
from portal.errors import PortalError
from portal.limits import Limit
from portal.verify import seen, standing
from portal.verify.intake import form_of

SCHEMA = "hoso.status/1"
ASKED = Limit("verify-status", most=600)
MISSES = Limit("verify-status-miss", most=60)
"""Codes cannot be guessed; who asks for what we never issued is slowed down all the same."""
_DIGEST = re.compile(r"[0-9a-f]{64}")


@require_GET
def of_code(request: HttpRequest, token: str) -> JsonResponse:
    """By the look-up code that is printed on the paper."""
    try:
        _spend(request)
        try:
            result: Result | None = queries.result_by_token(token)
        except PartNotFound:
            result = None
        if result is None or result.state not in standing.PUBLIC or result.document is None:
            return _unknown(request)
    except PortalError as error:
        return _refused(error)
    seen.result(result, request)
    return JsonResponse(_told(standing.of_result(result)))


@require_GET
def of_file(request: HttpRequest, digest: str) -> JsonResponse:
    """By the SHA-256 (hex) of the signed file; whoever holds the file knows it."""
    try:
        _spend(request)
        known = seen.file(digest.lower(), request) if _DIGEST.fullmatch(digest.lower()) else None
        if known is None:
            return _unknown(request)
    except PortalError as error:
        return _refused(error)
    form = form_of(known)
    return JsonResponse(_told(standing.of_document(known.document, form)) | {"form": str(form)})


def _told(found: standing.Standing) -> dict[str, object]:
    """The status as JSON. A result that is not public is told of as a document that is not issued, without its code."""
    result = found.result if found.result is not None and found.result.state in standing.PUBLIC else None
    new = standing.replacement_of(result) if result is not None and found.count is standing.Count.REPLACED else None
    over = result is not None and found.count in (standing.Count.REPLACED, standing.Count.REVOKED)
    return {
        "schema": SCHEMA,
        "status": str(found.count),
        "code": result.code if result is not None else None,
        "issued_at": _iso(result.issued_at) if result is not None else None,
        "ended_at": _iso(result.ended_at) if result is not None and over else None,
        "cause": (result.end_cause or None) if result is not None and over else None,
        "replaced_by": new.code if new is not None else None,
        "valid_to": found.handle.valid_to.isoformat() if found.handle and found.handle.valid_to else None,
        "origin": str(found.origin),
        "as_of": _iso(timezone.now()),
    }


def _spend(request: HttpRequest) -> None:
    ASKED.spend(request)
    MISSES.check(request)


def _unknown(request: HttpRequest) -> JsonResponse:
    """The same answer for every code and file that leads nowhere, whatever the reason."""
    MISSES.spend(request)
    return JsonResponse({"schema": SCHEMA, "status": "unknown", "as_of": _iso(timezone.now())}, status=404)


def _refused(error: PortalError) -> JsonResponse:
    headers = {"Retry-After": str(ASKED.seconds)} if error.status == 429 else {}
    return JsonResponse({"schema": SCHEMA, "error": error.as_dict()}, status=error.status, headers=headers)


def _iso(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if moment else None
