"""Addresses of the desk."""

from __future__ import annotations

from django.urls import path

from portal.desk import (
    acts,
    bulk,
    check,
    documents,
    dossier,
    home,
    log,
    numbers,
    pins,
    place,
    queues,
    receive,
    results,
    revising,
    scan,
)

app_name = "desk"
urlpatterns = [
    path("desk", home.desk_home, name="home"),
    path("receive", receive.page, name="receive"),
    path("receive/procedures", receive.find_procedures, name="procedures"),
    path("receive/fill", receive.fill, name="receive-fill"),
    path("dossiers", dossier.all_dossiers, name="dossiers"),
    path("dossiers/search", dossier.search, name="search"),
    path("dossiers/<uuid:dossier_id>", dossier.dossier, name="dossier"),
    path("dossiers/<uuid:dossier_id>/files", dossier.files, name="files"),
    path("dossiers/<uuid:dossier_id>/receipt", dossier.receipt, name="receipt"),
    path("dossiers/<uuid:dossier_id>/scan", scan.scan, name="scan"),
    path("dossiers/<uuid:dossier_id>/certify", acts.certify, name="certify"),
    path("dossiers/<uuid:dossier_id>/act/<slug:act>", acts.act, name="act"),
    path("dossiers/<uuid:dossier_id>/jobs/<uuid:job_id>/again", acts.again, name="again"),
    path("dossiers/<uuid:dossier_id>/draft", results.draft, name="draft"),
    path("dossiers/<uuid:dossier_id>/check/<uuid:document_id>", check.check, name="check"),
    path("dossiers/<uuid:dossier_id>/place/<uuid:document_id>", place.place, name="place"),
    path("dossiers/<uuid:dossier_id>/documents/<uuid:document_id>", documents.document, name="document"),
    path("dossiers/<uuid:dossier_id>/documents/<uuid:document_id>/report.<slug:form>", documents.report, name="report"),
    path("dossiers/<uuid:dossier_id>/documents/<uuid:document_id>/draw", documents.draw, name="draw"),
    path("drawings/<uuid:job_id>", documents.drawing, name="drawing"),
    path("drawings/<uuid:job_id>/<int:number>.png", documents.page_image, name="page-image"),
    path("components/<uuid:component_id>/<slug:act>", acts.component_act, name="component-act"),
    path("results", queues.waiting, name="results"),
    path("results/many/<slug:act>", queues.many, name="results-many"),
    path("batches/<uuid:batch_id>", bulk.batch, name="batch"),
    path("batches/<uuid:batch_id>/progress", bulk.progress, name="batch-progress"),
    path("batches/<uuid:batch_id>/act/<slug:act>", bulk.act, name="batch-act"),
    path("results/<uuid:result_id>", results.result, name="result"),
    path("results/<uuid:result_id>/edit", revising.edit, name="result-edit"),
    path("results/<uuid:result_id>/replace", revising.replace, name="result-replace"),
    path("results/<uuid:result_id>/state", results.state, name="result-state"),
    path("results/<uuid:result_id>/preview", results.preview, name="preview"),
    path("results/<uuid:result_id>/act/<slug:act>", results.act, name="result-act"),
    path("pin", pins.pin, name="pin"),
    path("numbers", numbers.numbers, name="numbers"),
    path("log", log.log, name="log"),
    path("log/prove", log.prove, name="log-prove"),
]
