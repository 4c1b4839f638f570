"""The idle lock: fifteen minutes without a person's act end the session (QCVN 12:2026/BCA, section 3)."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from portal import permissions

SEEN = "seen"


class IdleLockMiddleware:
    """Ends a session that nobody used; a timer in the page (a polled row of the table) is nobody."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.limit = settings.IDLE_LOCK.total_seconds()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = time.time()
            seen = request.session.get(SEEN)
            if isinstance(seen, float) and now - seen > self.limit:
                logout(request)
                messages.warning(
                    request, _("Phiên làm việc đã khóa sau 15 phút không thao tác. Đăng nhập để làm tiếp.")
                )
            elif seen is None or (not _polled(request) and now - seen > 1):
                request.session[SEEN] = now
        return self.get_response(request)


def _polled(request: HttpRequest) -> bool:
    try:
        page = permissions.row(resolve(request.path_info).view_name)
    except Resolver404:
        return False
    return page is not None and page.polled
