"""Users: who they are to the archive, and what the database refuses."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from accounts import WORKER, Actor, Role
from accounts.models import User


@pytest.mark.django_db
def test_a_user_acts_with_their_own_rights() -> None:
    owner = uuid4()
    user = User.objects.create_user(
        "canbo",
        password="x",
        full_name="Nguyễn Văn Mẫu",
        roles=["officer", "leader"],
        agencies=["H26.01.02"],
        desk="Quầy 1",
        clearance=3,
        owner=owner,
        certificate="CN=Nguyễn Văn Mẫu",
    )
    user.refresh_from_db()
    assert user.actor("desk", "127.0.0.1") == Actor(
        id=str(user.id),
        name="Nguyễn Văn Mẫu",
        roles=frozenset({Role.OFFICER, Role.LEADER}),
        agencies=frozenset({"H26.01.02"}),
        clearance=3,
        owner=str(owner),
        channel="desk",
        desk="Quầy 1",
        certificate="CN=Nguyễn Văn Mẫu",
        address="127.0.0.1",
    )
    assert (user.get_full_name(), user.get_short_name(), str(user)) == ("Nguyễn Văn Mẫu", "Mẫu", "Nguyễn Văn Mẫu")


@pytest.mark.django_db
def test_a_fresh_user_may_nothing() -> None:
    actor = User.objects.create_user("moi").actor()
    assert (actor.roles, actor.agencies, actor.clearance, actor.owner) == (frozenset(), frozenset(), 1, None)


@pytest.mark.django_db
@pytest.mark.parametrize("clearance", [0, 5])
def test_the_database_refuses_a_clearance_outside_1_to_4(clearance: int) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("x", clearance=clearance)


@pytest.mark.django_db
def test_an_owner_has_one_account() -> None:
    owner = uuid4()
    User.objects.create_user("a", owner=owner)
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("b", owner=owner)


def test_only_the_system_role_makes_a_worker() -> None:
    assert WORKER.is_worker and WORKER.has(Role.SYSTEM, Role.OFFICER)
    assert not Actor("worker").is_worker
    assert not Actor("client:kho", roles=frozenset({Role.SYSTEM})).is_worker
