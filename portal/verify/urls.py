"""Addresses of the verification page; `/verify/<token>` is printed on papers and never changes."""

from __future__ import annotations

from django.urls import path

from portal.verify import status, views

app_name = "verify"
urlpatterns = [
    path("verify/", views.home, name="home"),
    path("verify/files", views.upload, name="upload"),
    path("verify/files/<uuid:job_id>", views.check, name="check"),
    path("verify/files/<uuid:job_id>/report.xml", views.etsi_report, name="report"),
    path("verify/status/code/<slug:token>", status.of_code, name="status-code"),
    path("verify/status/sha256/<slug:digest>", status.of_file, name="status-file"),
    path("verify/codes", views.code, name="code"),
    path("verify/<slug:token>", views.token, name="token"),
]
