"""An error of the house becomes its page: two languages, a code, a next step."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from portal.error_pages import answer, foreseen

log = logging.getLogger(__name__)


class ErrorMiddleware:
    """Catches every `HosoError` that a view lets through, a full disk, a lost database and what it cannot keep; all
    else is Django's 500."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        error = foreseen(exception)
        if error is None:
            return None
        if error is exception:
            log.info("refused: %s", error.code)
        else:
            log.error("failed: %s", error.code, exc_info=exception)
        return answer(request, error)
