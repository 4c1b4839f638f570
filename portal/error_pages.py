"""Errors as people and programs meet them: a page, a part of a page for htmx, or an RFC 9457 problem document."""

from __future__ import annotations

import errno
import sys

from django.db import DatabaseError, DataError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation

from catalogue import HosoError
from portal import errors
from portal.http import wants_fragment, wants_problem

FULL = ("database or disk is full", "No space left on device")
"""How SQLite and PostgreSQL say that there is no room."""
IN_PLACE = ("drawing",)
"""Parts of a page that only load something: the error stands where it would, instead of a wheel that turns on."""


def foreseen(exception: BaseException | None) -> HosoError | None:
    """The error of the house that an exception is; None for what nobody foresaw."""
    if isinstance(exception, HosoError):
        return exception
    if isinstance(exception, OSError) and exception.errno in (errno.ENOSPC, errno.EDQUOT):
        return errors.DiskFull()
    if isinstance(exception, (OperationalError, InterfaceError)):
        full = any(words in str(exception) for words in FULL)
        return errors.DiskFull() if full else errors.IndexDown()
    if isinstance(exception, DataError):  # PostgreSQL keeps no NUL in a text, which an address or a form may carry
        return errors.BadRequest()
    return None


def told(error: HosoError) -> dict[str, object]:
    """The error in the language of the page first, in the other one second."""
    texts = error.as_dict()
    vi = {"lang": "vi", "message": texts["message_vi"], "next": texts["next"]}
    en = {"lang": "en", "message": texts["message_en"], "next": texts["next_en"]}
    first, second = (en, vi) if translation.get_language() == "en" else (vi, en)
    return {"code": error.code, "first": first, "second": second, "status": error.status}


def in_words(error: HosoError) -> str:
    """The error in the language of the page, in one line with its next step and its code."""
    texts = error.as_dict()
    english = translation.get_language() == "en"
    message, step = ("message_en", "next_en") if english else ("message_vi", "next")
    return f"{texts[message]} {texts[step]} [{error.code}]"


def answer(request: HttpRequest, error: HosoError) -> HttpResponse:
    """The error in the form that the caller reads."""
    if wants_problem(request):
        return problem(error)
    if wants_fragment(request):
        response = render(request, "components/error.html", {"error": told(error)}, status=error.status)
        if request.headers.get("HX-Target") in IN_PLACE:
            response["HX-Reswap"] = "innerHTML"
        else:
            response["HX-Retarget"], response["HX-Reswap"] = "#toasts", "beforeend"
        return response
    try:
        return render(request, "error.html", {"error": told(error)}, status=error.status)
    except DatabaseError:  # the frame asks who is signed in, which nobody can tell now
        return HttpResponse(render_to_string("error_bare.html", {"error": told(error)}), status=error.status)


def problem(error: HosoError) -> JsonResponse:
    """RFC 9457: the members of the standard, then ours."""
    texts = error.as_dict()
    body = {"type": f"urn:hoso:error:{error.code}", "title": texts["message_en"], "status": error.status, **texts}
    return JsonResponse(
        body,
        status=error.status,
        content_type="application/problem+json",
        json_dumps_params={"ensure_ascii": False},
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler400."""
    return answer(request, errors.BadRequest())


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler403."""
    return answer(request, errors.Forbidden())


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler404."""
    return answer(request, errors.PageNotFound())


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500: what a middleware raised comes here too, and is told as what it is."""
    return answer(request, foreseen(sys.exc_info()[1]) or errors.OurFault())


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """What Django calls when a form comes without its token."""
    return answer(request, errors.FormExpired())
