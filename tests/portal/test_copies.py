"""Copies of many dossiers by one press: who sees which, what a tick takes, what is left out, what failed and why."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from accounts import Role
from accounts.models import User
from dossiers import services
from dossiers.models import Attachment
from hoso.objectstore import ObjectStore
from tests.portal.people import World
from tests.portal.planted import SURE, open_dossier, scanned, shown, to_scan
from workers import Job

pytestmark = [pytest.mark.s3, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(store: ObjectStore, transactional_db: None) -> World:
    return World.make()


@pytest.fixture
def officer(world: World) -> Client:
    return signed_in(world.officer.id)


@pytest.fixture
def copies(world: World) -> list[Attachment]:
    """Three checked copies, each in a dossier of its own; a fourth that nobody has checked."""
    rows = [copy(world, f"Người Mẫu {number}") for number in range(3)]
    copy(world, "Chưa Kiểm Tra", check=False)
    return rows


def signed_in(person: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=person), backend="django.contrib.auth.backends.ModelBackend")
    return client


def copy(world: World, name: str, *, check: bool = True) -> Attachment:
    dossier = open_dossier(world, name=name)
    shown(world, dossier)
    document = scanned(world, dossier, SURE)
    if check:
        services.confirm_fields(to_scan(dossier).id, world.officer, document=document, checks=[])
    return Attachment.objects.get(document=document)


def asked() -> set[UUID]:
    """The documents that jobs were made for, one each."""
    found = [job.payload["documents"] for job in Job.objects.filter(kind="certify", batch__isnull=False)]
    assert all(len(documents) == 1 for documents in found)
    return {UUID(documents[0]) for documents in found}


def test_the_officer_certifies_the_ticked_copies_of_many_dossiers(officer: Client, copies: list[Attachment]) -> None:
    text = officer.get("/results").content.decode()
    assert "Chờ ký số bản sao" in text
    assert re.findall(r'name="result" value="(\d+)"', text) == [str(row.pk) for row in copies]
    form = {"result": [str(copies[0].pk), str(copies[2].pk)], "key": "k1"}
    first = officer.post("/results/many/certify", form)
    assert officer.post("/results/many/certify", {**form, "key": "k1"}).status_code == 302
    assert asked() == {copies[0].document, copies[2].document}
    text = officer.get("/results").content.decode()
    assert re.findall(r'name="result" value="(\d+)"', text) == [str(copies[1].pk)], "what is asked for waits no more"
    page = officer.get(first.headers["Location"]).content.decode()
    assert "0/2" in page and "Ký số bản sao" in page


def test_what_a_batch_is_to_sign_is_not_asked_for_by_its_dossier_too(officer: Client, copies: list[Attachment]) -> None:
    officer.post("/results/many/certify", {"result": [str(copies[0].pk)], "key": "k"})
    for row in copies[:2]:
        officer.post(f"/dossiers/{row.component.dossier_id}/certify")
    alone = Job.objects.filter(kind="certify", batch__isnull=True)
    assert [job.payload["documents"] for job in alone] == [[str(copies[1].document)]]


def test_what_a_remote_service_may_have_signed_is_not_asked_for_anew(officer: Client, copies: list[Attachment]) -> None:
    officer.post("/results/many/certify", {"result": [str(row.pk) for row in copies], "key": "k1"})
    Job.objects.filter(kind="certify").update(state="unknown", finished_at=timezone.now())
    text = officer.get("/results").content.decode()
    assert not re.findall(r'name="result" value="(\d+)"', text)
    until = (timezone.now() + timedelta(days=1)).isoformat()
    officer.post("/results/many/certify", {"whole": "yes", "until": until, "key": "k2"})
    officer.post("/results/many/certify", {"result": [str(copies[0].pk)], "key": "k3"})
    officer.post(f"/dossiers/{copies[0].component.dossier_id}/certify")
    assert Job.objects.filter(kind="certify").count() == 3


def test_all_are_those_that_waited_when_the_page_was_opened(
    world: World, officer: Client, copies: list[Attachment], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.desk.queues.SHOWN", 2)
    text = officer.get("/results?q=nguoi+mau").content.decode()
    assert "Chọn tất cả 3 bản sao" in text
    after = re.search(r"copies=([^\"&]+)", text)
    assert after
    second = officer.get(f"/results?q=nguoi+mau&copies={after[1]}").content.decode()
    assert re.findall(r'name="result" value="(\d+)"', second) == [str(copies[2].pk)]
    until = re.search(r'name="until" value="([^"]+)"', text)
    assert until
    copy(world, "Người Mẫu Sau")
    officer.post("/results/many/certify", {"whole": "yes", "text": "nguoi mau", "until": until[1], "key": "k"})
    assert asked() == {row.document for row in copies}


def test_nobody_signs_what_is_not_theirs(world: World, copies: list[Attachment]) -> None:
    leader = signed_in(world.leader.id)
    assert "Chờ ký số bản sao" not in leader.get("/results").content.decode()
    assert leader.post("/results/many/certify", {"result": [str(copies[0].pk)], "key": "k"}).status_code == 403
    User.objects.create(username="xa", full_name="Võ Văn Xa", roles=[Role.OFFICER], agencies=["H26.01.03"])
    stranger = signed_in(User.objects.get(username="xa").actor().id)
    assert "Không có bản sao nào chờ ký số" in stranger.get("/results").content.decode()
    stranger.post("/results/many/certify", {"result": [str(copies[0].pk)], "key": "k"})
    until = (timezone.now() + timedelta(days=1)).isoformat()
    stranger.post("/results/many/certify", {"whole": "yes", "until": until, "key": "k"})
    assert asked() == set()


@pytest.mark.parametrize("told", [{"result": ["x", "²", "-1", "9" * 30]}, {"result": ["7777777"]}, {}])
def test_nothing_that_waits_is_no_batch(officer: Client, copies: list[Attachment], told: dict[str, list[str]]) -> None:
    answer = officer.post("/results/many/certify", {**told, "key": "k"}, follow=True)
    assert "Chưa chọn văn bản nào" in answer.content.decode()
    assert officer.get("/results?copies=khong-phai").status_code == 400


def test_what_failed_says_which_copy_why_and_is_tried_again(
    world: World, officer: Client, copies: list[Attachment]
) -> None:
    answer = officer.post("/results/many/certify", {"result": [str(row.pk) for row in copies], "key": "k"})
    page = answer.headers["Location"]
    told = {"message_vi": "Không mở được token.", "next": "Cắm token rồi thử lại.", "message_en": "No token."}
    Job.objects.filter(kind="certify").update(
        state="failed", error=told, error_code="signing.token_missing", finished_at=timezone.now()
    )
    services.detach(copies[0].component_id, world.officer, document=copies[0].document, reason="Xếp nhầm")
    text = officer.get(page).content.decode()
    assert text.count("Không mở được token. Cắm token rồi thử lại.") == 3
    assert text.count("Bản sao không còn trong hồ sơ") == 1
    assert text.count('id="again-') == 2
    officer.post(f"{page}/act/retry")
    assert Job.objects.filter(kind="certify", state="queued").count() == 3
