"""Addresses of the signing agents on officers' PCs."""

from __future__ import annotations

from django.urls import path

from portal.agents import calls, views

app_name = "agents"
urlpatterns = [
    path("sign-agent", views.page, name="page"),
    path("sign-agent/state", views.state, name="state"),
    path("sign-agent/v1/<slug:method>", calls.call, name="call"),
]
