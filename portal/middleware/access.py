"""The gate: puts the actor on the request and opens a page only to the roles in `portal.permissions`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from portal import errors, permissions
from portal.error_pages import answer
from portal.http import VISITOR, Request, wants_fragment, wants_problem


class AccessMiddleware:
    """Refuses what has no row; every answer that a view made is `no-store`, since it may hold personal data."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        if request.user.is_authenticated:
            request.actor = request.user.actor(channel="web", address=request.META.get("REMOTE_ADDR", ""))
        else:
            request.actor = VISITOR
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    def process_view(
        self, request: Request, view: Callable[..., HttpResponse], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        match = request.resolver_match
        if match is not None and permissions.may_open(request.actor, match.view_name):
            return self._own_password_first(request, match.view_name)
        if request.user.is_authenticated:
            return answer(request, errors.Forbidden())
        if wants_fragment(request) or wants_problem(request) or request.method not in ("GET", "HEAD"):
            return _sign_in_first(request)
        return redirect_to_login(request.get_full_path())

    def _own_password_first(self, request: Request, view_name: str) -> HttpResponse | None:
        page = permissions.row(view_name)
        if not request.user.is_authenticated or not request.user.must_change_password:
            return None
        if page is None or page.roles is None or view_name in permissions.BEFORE_PASSWORD:
            return None
        return HttpResponseRedirect(reverse("people:password"))


def _sign_in_first(request: Request) -> HttpResponse:
    response = answer(request, errors.SignInNeeded())
    if wants_fragment(request):
        response.headers["HX-Refresh"] = "true"
    return response
