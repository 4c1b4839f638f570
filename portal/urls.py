"""The addresses of the pages and of the API."""

from __future__ import annotations

from django.contrib.auth.views import LogoutView
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from portal import account, health, home
from portal.uploads import views as uploads

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("login", account.SignIn.as_view(), name="login"),
    path("logout", LogoutView.as_view(next_page="login"), name="logout"),
    path("language", set_language, name="language"),
    path("text-size", account.text_size, name="text-size"),
    path("uploads", uploads.uploads, name="uploads"),
    path("uploads/<uuid:upload_id>", uploads.upload, name="upload"),
    path("", include("portal.people.urls")),
    path("", include("portal.desk.urls")),
    path("", include("portal.agents.urls")),
    path("", include("portal.citizen.urls")),
    path("", include("portal.verify.urls")),
    path("", include("portal.api.urls")),
    path("healthz", health.healthz, name="healthz"),
    path("metrics", health.metrics, name="metrics"),
]

handler400 = "portal.error_pages.bad_request"
handler403 = "portal.error_pages.forbidden"
handler404 = "portal.error_pages.not_found"
handler500 = "portal.error_pages.server_error"
