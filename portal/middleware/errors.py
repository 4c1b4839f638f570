"""An error of the house becomes its page: two languages, a code, a next step."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from catalogue import HosoError
from portal.error_pages import answer

log = logging.getLogger(__name__)


class ErrorMiddleware:
    """Catches every `HosoError` that a view lets through; anything else is Django's 500."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, HosoError):
            return None
        log.info("refused: %s", exception.code)
        return answer(request, exception)
