"""The first address: leads each person to their own first page."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from portal import permissions
from portal.errors import PageNotFound
from portal.http import Request

FIRST_PAGES = ("desk:home", "citizen:home")


def home(request: Request) -> HttpResponse:
    """The first of the first pages that this person may open. Raises PageNotFound where there is none."""
    for page in FIRST_PAGES:
        if page in permissions.PAGES and permissions.may_open(request.actor, page):
            return HttpResponseRedirect(reverse(page))
    raise PageNotFound()
