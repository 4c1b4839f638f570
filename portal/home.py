"""The first page after signing in: what waits for this person."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from portal.http import Request


def home(request: Request) -> HttpResponse:
    """The work list of the person's roles."""
    return render(request, "home.html")
