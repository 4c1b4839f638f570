"""Every error of the API as an RFC 9457 problem document."""

from __future__ import annotations

import functools
import json
import logging
from collections.abc import Callable, Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.response import HttpResponseBase
from ninja import NinjaAPI
from ninja.errors import HttpError, Throttled, ValidationError

from catalogue import HosoError
from portal import errors as portal_errors
from portal.api.errors import Invalid, TooManyRequests, WrongMethod
from portal.error_pages import problem

log = logging.getLogger(__name__)


def install(api: NinjaAPI) -> None:
    """Has every error of the API told as a problem."""
    handlers: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
        HosoError: _ours,
        ValidationError: _invalid,
        Throttled: _throttled,
        HttpError: _http,
        Http404: _not_found,
        UnreadablePostError: _unreadable,
        Exception: _unforeseen,
    }
    for error, handler in handlers.items():
        api.add_exception_handler(error, handler)


def told(error: HosoError, **more: object) -> HttpResponse:
    """The error's document with further members."""
    answer = problem(error)
    if more:
        answer.content = json.dumps({**json.loads(answer.content), **more}, ensure_ascii=False).encode()
    if error.status == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="hoso"'
    return answer


def with_problems(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The view, with its 405 told as a problem too: ninja answers that before any handler is asked."""

    @functools.wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        answer = view(request, *args, **kwargs)
        if answer.status_code != 405:
            return answer
        refused = told(WrongMethod(method=_method(request)))
        refused.headers["Allow"] = answer.headers.get("Allow", "")
        return refused

    return wrapped


def _method(request: HttpRequest) -> str:
    return "".join(letter for letter in (request.method or "") if letter.isalpha())[:20]


def _ours(request: HttpRequest, error: HosoError) -> HttpResponse:
    log.info("api.refused: %s", error.code)
    return told(error)


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """The places that do not fit; what stood there is not repeated, for it may be somebody's number."""
    places = [{"where": _where(one), "what": str(one.get("type", ""))} for one in error.errors][:50]
    return told(Invalid(where=places[0]["where"] if places else "body"), errors=places)


def _where(one: Mapping[str, object]) -> str:
    loc = one.get("loc", ())
    parts = [str(part) for part in loc] if isinstance(loc, list | tuple) else []
    unknown = one.get("type") == "extra_forbidden"
    return ".".join(parts[:-1] if unknown else parts) or "body"


def _throttled(request: HttpRequest, error: Throttled) -> HttpResponse:
    answer = told(TooManyRequests())
    answer.headers["Retry-After"] = str(int(error.wait or 1) + 1)
    return answer


def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    if error.status_code == 404:
        return told(portal_errors.PageNotFound())
    return told(Invalid(where="body"))


def _not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return told(portal_errors.PageNotFound())


def _unreadable(request: HttpRequest, error: UnreadablePostError) -> HttpResponse:
    return told(portal_errors.BadRequest())


def _unforeseen(request: HttpRequest, error: Exception) -> HttpResponse:
    log.exception("api.unforeseen")
    return told(portal_errors.OurFault())
