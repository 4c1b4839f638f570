"""Who is told under which name a scan came, and how often that is in the log."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from uuid import UUID

import pytest
from django.core.cache import cache
from django.test import Client

import storage
from accounts import Role
from accounts.models import User
from dossiers.models import Dossier
from hoso.objectstore import ObjectStore
from tests.portal.conftest import AGENCY
from workers import Job

pytestmark = [pytest.mark.django_db, pytest.mark.s3]

NAME = "tờ khai của bà Mẫu.pdf"


@pytest.fixture
def scanned(store: ObjectStore, received: Dossier) -> Dossier:
    """A dossier with a scan whose job is underway, so that its page is polled."""
    cache.clear()
    bring(received, NAME)
    return received


def bring(dossier: Dossier, name: str) -> UUID:
    arrived = storage.receive(
        io.BytesIO(name.encode()),
        name=name,
        media_type="application/pdf",
        actor=User.objects.get(username="nguoi-tiep-nhan").actor(),
        dossier=dossier.code,
        agency=AGENCY,
        key=str(uuid.uuid4()),
    )
    Job.objects.create(kind="digitize", key=str(arrived.id), dossier=dossier.code, payload={"intake": str(arrived.id)})
    return arrived.id


def told() -> list[tuple[str, str]]:
    """The reads of names in the log: result and reader."""
    return [(one.result, one.actor_name) for one in storage.history(limit=200) if one.action == "intake.name"]


def poll(client: Client, dossier: Dossier, times: int = 3) -> str:
    for _ in range(times):
        text = client.get(f"/dossiers/{dossier.id}/files?was=working").content.decode()
    return text


def test_one_page_view_is_one_read_however_long_it_is_polled(officer: Client, scanned: Dossier) -> None:
    officer.get(f"/dossiers/{scanned.id}")
    assert NAME in poll(officer, scanned)
    assert len(told()) == 1
    officer.get(f"/dossiers/{scanned.id}/scan")
    assert NAME in poll(officer, scanned)
    assert len(told()) == 2


def test_a_scan_that_comes_while_the_page_is_open_is_read_once(officer: Client, scanned: Dossier) -> None:
    officer.get(f"/dossiers/{scanned.id}")
    poll(officer, scanned)
    bring(scanned, "trang hai.pdf")
    text = poll(officer, scanned)
    assert NAME in text
    assert "trang hai.pdf" in text
    assert len(told()) == 2


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.LEADER])
def test_who_may_not_open_a_scan_is_not_told_its_name_and_nothing_is_refused(
    as_role: Callable[[Role], Client], scanned: Dossier, role: Role
) -> None:
    """The leader's agency decides, another one received: the scan is that one's."""
    client = as_role(role)
    if role is Role.LEADER:
        User.objects.filter(username=role).update(agencies=["H26.01.09"])
        Dossier.objects.filter(pk=scanned.pk).update(decide_agency="H26.01.09")
    client.get(f"/dossiers/{scanned.id}")
    text = poll(client, scanned)
    assert "Số hóa" in text
    assert NAME not in text
    assert told() == []


def test_one_person_is_not_told_out_of_anothers_memory(
    officer: Client, as_role: Callable[[Role], Client], scanned: Dossier
) -> None:
    poll(officer, scanned)
    assert NAME not in poll(as_role(Role.AUDITOR), scanned)
