"""Accounts: who may sign in, opened and closed by an administrator, each act in the log."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

import storage
from accounts import Actor, Role
from accounts.models import User
from catalogue import Identifier, InvalidCode
from hoso.objectstore import ObjectStore
from portal.errors import SignInNeeded
from portal.people import services
from portal.people.errors import BadPerson, LastAdministrator, NameTaken, PersonTaken
from portal.people.services import Details
from tests.portal.conftest import AGENCY, PASSWORD, MakeUser

pytestmark = pytest.mark.django_db

BOSS = Actor(id="boss", name="Quản Trị Mẫu", roles=frozenset({Role.ADMIN}), channel="test")
CLERK = Details("Trần Thị Cán Bộ", (Role.OFFICER,), (AGENCY,), "Quầy 2", 3)
ENTERED = {
    "username": "can.bo",
    "full_name": "Trần Thị Cán Bộ",
    "roles": ["officer"],
    "agencies": AGENCY,
    "clearance": 3,
}


def actions() -> list[tuple[str, str]]:
    return [(event.action, event.actor) for event in storage.history(limit=20)]


def admin(as_role: Callable[[Role], Client]) -> Client:
    return as_role(Role.ADMIN)


def test_a_new_account_signs_in_and_must_choose_its_own_password(
    as_role: Callable[[Role], Client], client: Client
) -> None:
    made = admin(as_role).post("/people/new", ENTERED)
    assert made.status_code == 201
    password = made.context["made"].password
    assert password in made.content.decode()
    client.post("/login", {"username": "can.bo", "password": password})
    assert client.get("/desk").headers["Location"] == "/password"
    own = {"old_password": password, "new_password1": "hoa-sen-no-som", "new_password2": "hoa-sen-no-som"}
    assert client.post("/password", own).headers["Location"] == "/"
    assert client.get("/desk").status_code == 200


def test_a_given_password_cannot_be_kept_by_choosing_a_weak_or_wrong_one(client: Client) -> None:
    made = services.make("can.bo", CLERK, BOSS)
    client.post("/login", {"username": "can.bo", "password": made.password})
    for old, new in ((made.password, "12345678"), ("sai", "hoa-sen-no-som"), (made.password, made.password)):
        answer = client.post("/password", {"old_password": old, "new_password1": new, "new_password2": new})
        assert answer.status_code == 422
        assert client.get("/desk").headers["Location"] == "/password"


def test_a_password_chosen_late_takes_nothing_back_that_an_administrator_did(make_user: MakeUser) -> None:
    found = make_user(Role.OFFICER, Role.LEADER, username="lan")
    services.change(found.pk, CLERK, BOSS)
    services.choose_password(found, "hoa-sen-no-som", found.actor())
    assert User.objects.get(pk=found.pk).roles == ["officer"]
    given = services.give_password(found.pk, BOSS)
    with pytest.raises(SignInNeeded):
        services.choose_password(found, "hoa-sen-no-muon", found.actor())
    assert User.objects.get(pk=found.pk).check_password(given.password)
    late = services.person(found.pk)
    services.close(found.pk, BOSS)
    with pytest.raises(SignInNeeded):
        services.choose_password(late, "hoa-sen-no-muon", late.actor())
    assert not User.objects.get(pk=found.pk).is_active


def test_whoever_has_yet_to_choose_may_still_sign_out_and_verify(client: Client) -> None:
    made = services.make("can.bo", CLERK, BOSS)
    client.post("/login", {"username": "can.bo", "password": made.password})
    assert client.get("/verify/").status_code == 200
    assert client.post("/logout").headers["Location"] == "/login"


def test_a_closed_account_loses_its_session_at_once_and_a_reopened_one_signs_in(
    as_role: Callable[[Role], Client], make_user: MakeUser
) -> None:
    boss, user = admin(as_role), make_user(Role.OFFICER, username="lan")
    browser = Client()
    browser.post("/login", {"username": "lan", "password": PASSWORD})
    assert browser.get("/desk").status_code == 200
    boss.post(reverse("people:act", args=[user.pk, "close"]))
    assert browser.get("/desk").status_code == 302
    assert Client().post("/login", {"username": "lan", "password": PASSWORD}).status_code == 200
    boss.post(reverse("people:act", args=[user.pk, "reopen"]))
    assert Client().post("/login", {"username": "lan", "password": PASSWORD}).status_code == 302


def test_a_new_password_ends_the_session_of_whoever_held_the_old_one(
    as_role: Callable[[Role], Client], make_user: MakeUser
) -> None:
    boss, user = admin(as_role), make_user(Role.OFFICER, username="lan")
    browser = Client()
    browser.post("/login", {"username": "lan", "password": PASSWORD})
    page = boss.post(reverse("people:act", args=[user.pk, "password"]))
    assert page.context["made"].password in page.content.decode()
    assert browser.get("/desk").status_code == 302


def test_roles_that_are_taken_away_close_their_pages_at_the_next_click(
    as_role: Callable[[Role], Client], make_user: MakeUser
) -> None:
    boss, user = admin(as_role), make_user(Role.OFFICER, username="lan")
    browser = Client()
    browser.post("/login", {"username": "lan", "password": PASSWORD})
    assert browser.get("/receive").status_code == 200
    boss.post(reverse("people:one", args=[user.pk]), ENTERED | {"roles": ["auditor"], "full_name": "Lan Mẫu"})
    assert browser.get("/receive").status_code == 403
    assert User.objects.get(pk=user.pk).full_name == "Lan Mẫu"


def test_every_act_is_an_event_with_who_did_it() -> None:
    user = services.make("can.bo", CLERK, BOSS).user
    services.change(user.pk, CLERK, BOSS)
    services.give_password(user.pk, BOSS)
    services.close(user.pk, BOSS)
    services.reopen(user.pk, BOSS)
    done = ["reopen", "close", "password", "change", "make"]
    assert actions() == [(f"account.{act}", "boss") for act in done]


def test_what_changes_nothing_is_no_event() -> None:
    user = services.make("can.bo", CLERK, BOSS).user
    services.reopen(user.pk, BOSS)
    assert actions() == [("account.make", "boss")]


def test_the_last_administrator_stays(as_role: Callable[[Role], Client]) -> None:
    boss = admin(as_role)
    own = User.objects.get(username="admin")
    answer = boss.post(reverse("people:act", args=[own.pk, "close"]))
    assert answer.status_code == 409
    assert "portal.last_admin" in answer.content.decode()
    with pytest.raises(LastAdministrator):
        services.change(own.pk, CLERK, BOSS)
    second = services.make("quan.tri.2", Details("Người Thứ Hai", (Role.ADMIN,)), BOSS)
    services.close(second.user.pk, BOSS)
    with pytest.raises(LastAdministrator):
        services.close(own.pk, BOSS)


def test_a_name_is_taken_in_whatever_case_and_by_closed_accounts_too() -> None:
    services.close(services.make("can.bo", CLERK, BOSS).user.pk, BOSS)
    with pytest.raises(NameTaken):
        services.make("Can.Bo", CLERK, BOSS)
    with pytest.raises(NameTaken):
        services.make("Ｃan.bo", CLERK, BOSS)


def test_a_user_name_holds_no_identity_number() -> None:
    for name in ("001190000015", "cd.001190000015"):
        with pytest.raises(BadPerson) as told:
            services.make(name, CLERK, BOSS)
        assert "số định danh" in told.value.vi and "0015" not in told.value.vi
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"full_name": "  "}, "thiếu họ và tên"),
        ({"roles": ()}, "chưa chọn vai trò"),
        ({"agencies": ()}, "thuộc một cơ quan"),
        ({"clearance": 5}, "từ 1 đến 4"),
    ],
)
def test_what_makes_no_account_is_said(changed: dict[str, object], said: str) -> None:
    given = {"full_name": "A", "roles": (Role.OFFICER,), "agencies": (AGENCY,), "clearance": 1} | changed
    with pytest.raises(BadPerson) as told:
        services.make("can.bo", Details(**given), BOSS)  # type: ignore[arg-type]
    assert said in told.value.vi
    assert not User.objects.exists()


def test_a_wrong_agency_code_or_user_name_is_said_on_the_page(as_role: Callable[[Role], Client]) -> None:
    boss = admin(as_role)
    for changed, code in (
        ({"agencies": "Q1"}, "catalogue.agency_code"),
        ({"username": "cán bộ!"}, "portal.bad_person"),
    ):
        answer = boss.post("/people/new", ENTERED | changed)
        assert answer.status_code == 422
        page = answer.content.decode()
        assert code in page
        assert "Trần Thị Cán Bộ" in page  # what was typed is still there


def test_a_citizens_account_is_tied_to_their_papers_and_the_number_stays_in_the_archive(
    store: ObjectStore, as_role: Callable[[Role], Client]
) -> None:
    boss, number = admin(as_role), "001099000123"
    given = ENTERED | {"username": "dan", "roles": ["citizen"], "agencies": "", "citizen_id": number}
    page = boss.post("/people/new", given)
    assert page.status_code == 201
    user = User.objects.get(username="dan")
    assert user.owner == storage.find_owner(Identifier("citizen_id", number))
    assert number not in page.content.decode()
    assert number not in json.dumps([str(event) for event in storage.history(limit=20)])
    boss.post(reverse("people:act", args=[user.pk, "password"]))
    seen = [event.action for event in storage.events_for_owner(user.owner)]  # type: ignore[arg-type]
    assert seen[:2] == ["account.password", "account.make"]  # who can sign in as them, they can see
    again = boss.post("/people/new", given | {"username": "dan2"})
    assert again.status_code == 409
    assert "portal.person_taken" in again.content.decode()


def test_a_citizen_without_a_number_or_with_a_wrong_one_gets_no_account() -> None:
    someone = Details("Nguyễn Thị Mẫu", (Role.CITIZEN,))
    with pytest.raises(BadPerson):
        services.make("dan", someone, BOSS)
    with pytest.raises(InvalidCode):
        services.make("dan", someone, BOSS, citizen_id="01209900012")


def test_an_officer_does_not_become_a_citizen_by_a_tick(make_user: MakeUser) -> None:
    user = make_user(Role.OFFICER, username="lan")
    with pytest.raises(BadPerson):
        services.change(user.pk, Details("Lan", (Role.OFFICER, Role.CITIZEN), (AGENCY,)), BOSS)


def test_a_lost_account_and_an_unknown_act_are_404(as_role: Callable[[Role], Client], make_user: MakeUser) -> None:
    boss, user = admin(as_role), make_user(Role.OFFICER, username="lan")
    assert boss.get("/people/00000000-0000-0000-0000-000000000007").status_code == 404
    assert boss.post(reverse("people:act", args=[user.pk, "promote"])).status_code == 404


def test_accounts_are_paged_by_name(as_role: Callable[[Role], Client]) -> None:
    boss = admin(as_role)
    User.objects.bulk_create(User(username=f"n{number:03}", password="-") for number in range(60))
    first = boss.get("/people")
    assert len(first.context["people"]) == 50
    second = boss.get(f"/people?after={first.context['more']}")
    names = [user.username for page in (first, second) for user in page.context["people"]]
    assert names == sorted({*names})
    assert len(names) == 61
    assert second.context["more"] == ""


def test_two_people_who_take_the_same_citizen_are_told(store: ObjectStore) -> None:
    someone = Details("Nguyễn Thị Mẫu", (Role.CITIZEN,))
    services.make("dan", someone, BOSS, citizen_id="001099000124")
    with pytest.raises(PersonTaken):
        services.make("dan2", someone, BOSS, citizen_id="001099000124")
