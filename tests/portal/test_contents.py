"""What a dossier's page tells of the work behind it."""

from __future__ import annotations

import pytest
from django.test import Client

from dossiers.models import Dossier
from portal.desk import contents
from workers import Job

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", ["form", "tell-archive"])
def test_work_that_nobody_asked_for_is_seen_once_it_has_failed(officer: Client, received: Dossier, kind: str) -> None:
    Job.objects.filter(dossier=received.code).update(state="done")
    error = {"message_vi": "Kho từ chối.", "message_en": "Refused.", "next": "Báo quản trị viên.", "next_en": "Tell."}
    job = Job.objects.create(kind=kind, key="k", dossier=received.code, error=error, error_code="storage.store_refused")
    address = f"/dossiers/{received.id}/files"
    for state in ("queued", "done"):
        Job.objects.filter(pk=job.pk).update(state=state)
        assert "storage.store_refused" not in officer.get(address).content.decode()
    Job.objects.filter(pk=job.pk).update(state="failed")
    part = officer.get(address).content.decode()
    assert "Kho từ chối. Báo quản trị viên." in part
    assert f">{kind}<" not in part, "it has a name for people"


def test_such_work_does_not_make_a_scan_unreadable(officer: Client, received: Dossier) -> None:
    Job.objects.filter(dossier=received.code).update(state="done")
    Job.objects.create(kind="form", key="k", dossier=received.code, state="failed")
    assert [job.kind for job in contents.jobs(received)] == ["form"]
    assert "Có tệp máy không đọc được" not in officer.get(f"/dossiers/{received.id}").content.decode()
