"""Addresses of the accounts' pages."""

from __future__ import annotations

from django.urls import path

from portal.people import password, views

app_name = "people"
urlpatterns = [
    path("people", views.listed, name="list"),
    path("people/new", views.new, name="new"),
    path("people/<uuid:user_id>", views.one, name="one"),
    path("people/<uuid:user_id>/<slug:act>", views.act, name="act"),
    path("password", password.own_password, name="password"),
]
