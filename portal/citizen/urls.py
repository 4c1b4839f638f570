"""Addresses of the citizen's pages."""

from __future__ import annotations

from django.urls import path

from portal.citizen import documents, dossiers, readers

app_name = "citizen"
urlpatterns = [
    path("citizen/", dossiers.home, name="home"),
    path("citizen/dossiers/<uuid:dossier_id>", dossiers.dossier, name="dossier"),
    path("citizen/documents", documents.documents, name="documents"),
    path("citizen/documents/<uuid:document_id>", documents.document, name="document"),
    path("citizen/documents/<uuid:document_id>/file", documents.file, name="file"),
    path("citizen/documents/<uuid:document_id>/draw", documents.draw, name="draw"),
    path("citizen/drawings/<uuid:job_id>", documents.drawing, name="drawing"),
    path("citizen/drawings/<uuid:job_id>/<int:number>.png", documents.page_image, name="page-image"),
    path("citizen/events", readers.events, name="events"),
    path("citizen/follow", dossiers.follow, name="follow"),
]
