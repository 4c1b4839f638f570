"""Demo accounts: one for each role, passwords at random, shown once."""

from __future__ import annotations

from typing import Any

import pytest

from accounts import Role, make_demo_accounts
from accounts.demo import new_password
from accounts.models import User


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    """The real hash costs a quarter of a second on purpose."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.mark.django_db
def test_each_role_gets_an_account_once_and_its_password_once() -> None:
    made = make_demo_accounts("H26.01.02")
    assert {account.role for account in made} == set(Role) - {Role.SYSTEM}
    for account in made:
        user = User.objects.get(username=account.username)
        assert account.password and user.check_password(account.password)
        assert user.roles == [account.role]
        assert user.agencies == ([] if account.role is Role.CITIZEN else ["H26.01.02"])
    assert len({account.password for account in made}) == len(made)
    again = make_demo_accounts("H26.01.02")
    assert [account.password for account in again] == [None] * len(made)
    officer = User.objects.get(username="canbo")
    assert officer.check_password(str(made[0].password)), "a second start changes no password"
    reset = make_demo_accounts("H26.01.02", reset=True)
    assert User.objects.get(username="canbo").check_password(str(reset[0].password))


def test_passwords_are_long_random_and_without_letters_that_look_alike() -> None:
    seen = {new_password() for _ in range(200)}
    assert len(seen) == 200
    assert all(len(password) == 19 and not set(password) & set("ilo01") for password in seen)
