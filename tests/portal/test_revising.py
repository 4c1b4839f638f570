"""A draft that is edited before it is signed, and an issued result that a new one takes the place of."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils.html import strip_tags

from accounts import Role
from accounts.models import User
from dossiers import services
from dossiers.models import Result
from dossiers.states import ResultState
from hoso.objectstore import ObjectStore
from tests.portal.people import World, work

pytestmark = [pytest.mark.django_db, pytest.mark.s3]

FORM = {
    "number": "15/UBND-XNTTHN", "signer": "Lê Văn Mẫu", "capacity": "CHỦ TỊCH", "issued_on": "2026-11-20",
    "valid_to": "2027-05-20", "scope": "", "key": "k1", "f-name": "Nguyễn Thị Mẫu", "f-born": "1990-06-15",
    "f-sex": "Nữ", "f-ethnicity": "Kinh", "f-nationality": "Việt Nam", "f-identifier": "001190000018",
    "f-residence": "Xã Mẫu Đơn", "f-period": "", "f-status": "Chưa đăng ký kết hôn với ai", "f-purpose": "Kết hôn",
}  # fmt: skip


@pytest.fixture
def world(store: ObjectStore, db: None) -> World:
    return World.make()


@pytest.fixture
def draft(world: World) -> Result:
    dossier = world.receive()
    world.settle(dossier)
    return world.draft(dossier)


def browser(world: World, role: Role) -> Client:
    actor = {Role.OFFICER: world.officer, Role.LEADER: world.leader, Role.SEAL_CLERK: world.clerk}[role]
    client = Client()
    client.force_login(User.objects.get(pk=actor.id), backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize("role", [Role.OFFICER, Role.LEADER])
def test_a_draft_is_edited_from_what_it_says(world: World, draft: Result, role: Role) -> None:
    client = browser(world, role)
    assert f"/results/{draft.id}/edit" in client.get(f"/results/{draft.id}").content.decode()
    client.post(f"/results/{draft.id}/edit", FORM)
    text = client.get(f"/results/{draft.id}/edit").content.decode()
    for said in ("15/UBND-XNTTHN", "Chưa đăng ký kết hôn với ai", "2027-05-20", "Lê Văn Mẫu"):
        assert said in text
    client.post(f"/results/{draft.id}/edit", FORM | {"f-status": "Đã ly hôn", "key": "k2"})
    draft.refresh_from_db()
    assert draft.data["fields"]["status"] == "Đã ly hôn"
    assert draft.data["capacity"] == ["CHỦ TỊCH"]
    assert draft.state == ResultState.DRAFT


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"number": ""}, "Còn thiếu: Số văn bản"),
        ({"valid_to": ""}, "Còn thiếu: Có giá trị đến"),
        ({"f-born": "15/13/1990"}, "Không phải ngày hợp lệ"),
    ],
)
def test_what_is_missing_or_no_day_is_named_and_nothing_is_lost(
    world: World, draft: Result, change: dict[str, str], said: str
) -> None:
    answer = browser(world, Role.OFFICER).post(f"/results/{draft.id}/edit", FORM | change)
    text = strip_tags(answer.content.decode())
    assert said in text
    assert 'value="Xã Mẫu Đơn"' in answer.content.decode()
    draft.refresh_from_db()
    assert draft.data == {"number": "12/UBND-XNTTHN"}


def test_a_draft_is_not_edited_once_it_is_being_signed(world: World, draft: Result) -> None:
    services.start_signing(draft.id, world.leader)
    client = browser(world, Role.OFFICER)
    for answer in (client.get(f"/results/{draft.id}/edit"), client.post(f"/results/{draft.id}/edit", FORM)):
        assert answer.status_code == 409
        assert "dossiers.illegal_act" in answer.content.decode()


def test_the_clerk_neither_edits_nor_replaces(world: World, draft: Result) -> None:
    clerk = browser(world, Role.SEAL_CLERK)
    assert "/edit" not in clerk.get(f"/results/{draft.id}").content.decode()
    for page in ("edit", "replace"):
        assert clerk.post(f"/results/{draft.id}/{page}", FORM).status_code == 403


def test_another_agencys_officer_learns_of_no_draft(
    world: World, draft: Result, as_role: Callable[[Role], Client]
) -> None:
    stranger = as_role(Role.OFFICER)
    User.objects.filter(username=Role.OFFICER).update(agencies=["H26.01.03"])
    for page in ("edit", "replace"):
        assert stranger.get(f"/results/{draft.id}/{page}").status_code == 404


def test_a_leader_signs_only_the_draft_that_was_seen(world: World, draft: Result) -> None:
    leader = browser(world, Role.LEADER)
    assert 'name="seen" value="0"' in leader.get(f"/results/{draft.id}").content.decode()
    assert f'value="{draft.id}:0"' in leader.get("/results").content.decode()
    services.edit_result(draft.id, world.officer, data={"number": "13"})
    alone = leader.post(f"/results/{draft.id}/act/start_signing", {"seen": "0"})
    assert alone.status_code == 409
    assert "dossiers.draft_changed" in alone.content.decode()
    many = leader.post("/results/many/start_signing", {"result": [f"{draft.id}:0"]})
    work("sign-result")
    assert "dossiers.draft_changed" in leader.get(many.headers["Location"]).content.decode()
    draft.refresh_from_db()
    assert draft.state == ResultState.DRAFT
    assert f'value="{draft.id}:1"' in leader.get("/results").content.decode()


def test_an_issued_result_is_replaced_and_counts_until_the_new_one_does(world: World) -> None:
    old = world.whole()
    officer = browser(world, Role.OFFICER)
    assert f"/results/{old.id}/replace" in officer.get(f"/results/{old.id}").content.decode()
    assert "Giấy xác nhận" in officer.get(f"/results/{old.id}/replace").content.decode()
    assert officer.post(f"/results/{old.id}/replace", FORM).status_code == 422
    given = FORM | {"reason": "Ghi sai ngày sinh"}
    first = officer.post(f"/results/{old.id}/replace", given)
    again = officer.post(f"/results/{old.id}/replace", given)
    new = Result.objects.get(replaces=old)
    assert first.headers["Location"] == again.headers["Location"] == f"/results/{new.id}"
    assert (new.data["number"], new.replace_reason) == ("15/UBND-XNTTHN", "Ghi sai ngày sinh")
    old.refresh_from_db()
    assert old.state == ResultState.ISSUED
    page = officer.get(f"/results/{old.id}").content.decode()
    assert new.code in page
    assert f"/results/{old.id}/replace" not in page
    assert officer.get(f"/results/{old.id}/replace").headers["Location"] == f"/results/{new.id}"
    assert new.code in browser(world, Role.LEADER).get("/results").content.decode()
    world.publish(new, b"%PDF-1.7 new signed", b"%PDF-1.7 new sealed")
    work("tell-archive")
    page = officer.get(f"/results/{old.id}").content.decode()
    assert "Ghi sai ngày sinh" in page
    assert new.code in page
    assert "Đã bị thay thế" in Client().get(f"/verify/{old.verify_token}").content.decode()


def test_the_form_of_a_replacement_starts_from_what_was_issued(world: World) -> None:
    old = world.whole(purpose="Kết hôn tại xã Mẫu Đơn")
    text = browser(world, Role.LEADER).get(f"/results/{old.id}/replace").content.decode()
    assert "Kết hôn tại xã Mẫu Đơn" in text
    assert "12/UBND-XNTTHN" not in text
