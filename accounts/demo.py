"""Demo accounts: one for each role, invented people, random passwords that are shown once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.db import transaction

from accounts.actors import Role
from accounts.models import User

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """A demo account; `password` is in clear only here, and None when the account stood already."""

    username: str
    full_name: str
    role: Role
    password: str | None


_PEOPLE = (
    ("canbo", "Cán Bộ Mẫu", Role.OFFICER, 4, "Quầy 1"),
    ("lanhdao", "Lãnh Đạo Mẫu", Role.LEADER, 4, ""),
    ("vanthu", "Văn Thư Mẫu", Role.SEAL_CLERK, 3, ""),
    ("kiemtra", "Kiểm Tra Mẫu", Role.AUDITOR, 1, ""),
    ("quantri", "Quản Trị Mẫu", Role.ADMIN, 1, ""),
    ("congdan", "Công Dân Mẫu", Role.CITIZEN, 1, ""),
)


def new_password() -> str:
    """A password that can be read out and typed: four groups of four, about 79 bits."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))


@transaction.atomic
def make_demo_accounts(agency: str, *, reset: bool = False) -> list[DemoAccount]:
    """Makes the accounts that are missing, for the agency with this code, and returns all of them.

    A password comes back only for an account that was made now, or for every one with `reset`; it is kept hashed.
    """
    made = []
    for username, full_name, role, clearance, desk in _PEOPLE:
        user, created = User.objects.get_or_create(
            username=username,
            defaults={
                "full_name": full_name,
                "roles": [role],
                "agencies": [] if role is Role.CITIZEN else [agency],
                "desk": desk,
                "clearance": clearance,
                "is_staff": role is Role.ADMIN,
                "is_superuser": role is Role.ADMIN,
            },
        )
        password = new_password() if created or reset else None
        if password:
            user.set_password(password)
            user.save(update_fields=["password"])
        made.append(DemoAccount(username, full_name, role, password))
    return made
