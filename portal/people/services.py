"""Accounts made, changed, closed and given new passwords; every act is an event of the log."""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

import storage
from accounts import STAFF, Actor, Role
from accounts.demo import new_password
from accounts.models import User
from catalogue import AgencyCode, Identifier, nfc
from portal.errors import SignInNeeded
from portal.people.errors import BadPerson, LastAdministrator, NameTaken, PersonNotFound, PersonTaken

GIVEN = tuple(role for role in Role if role is not Role.SYSTEM)
"""The roles that a person may hold."""

_NUMBER = re.compile(r"\d{9}")
"""So many digits in a row may be an identity number, and user names stand in rows and logs."""

OPERATOR = Actor(id="operator", name="hoso account", roles=frozenset({Role.ADMIN}), channel="cli")
"""Whoever has the machine itself, at its command line."""


@dataclass(frozen=True, slots=True)
class Details:
    """What an account says of its person. `clearance` is the highest sensitivity label, 1 to 4, that they may open."""

    full_name: str
    roles: tuple[Role, ...]
    agencies: tuple[str, ...] = ()
    desk: str = ""
    clearance: int = 1


@dataclass(frozen=True, slots=True)
class Made:
    """An account and the password that is shown this once."""

    user: User
    password: str


def people(*, after: str = "", limit: int = 50) -> list[User]:
    """Accounts by user name, from the one after `after`."""
    return list(User.objects.filter(username__gt=after).order_by("username")[:limit])


def person(user_id: UUID) -> User:
    """Raises PersonNotFound."""
    return _one(User.objects.filter(pk=user_id))


def named(username: str) -> User:
    """Raises PersonNotFound."""
    return _one(User.objects.filter(username__iexact=username))


def make(username: str, details: Details, by: Actor, *, citizen_id: str = "") -> Made:
    """Opens an account with a password to be changed at the first sign-in.

    A citizen's account is tied to the archive by the citizen ID, which is kept there and nowhere in the account.
    Raises BadPerson, NameTaken, PersonTaken, InvalidCode.
    """
    name, checked = User.normalize_username(nfc(username).strip()), _checked(details)
    if _NUMBER.search(name):
        raise BadPerson(
            reason_vi="tên đăng nhập không được chứa số định danh", reason_en="a user name holds no citizen ID"
        )
    owner = _owner(checked, citizen_id, by)
    user = User(username=name, password="-", must_change_password=True, owner=owner, **_columns(checked))
    try:
        user.full_clean(exclude=["password"], validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        reason = "tên đăng nhập chỉ gồm chữ, số và @ . + - _", "a user name has letters, digits and @ . + - _ only"
        raise BadPerson(reason_vi=reason[0], reason_en=reason[1]) from error
    password = new_password()
    user.set_password(password)
    try:
        with transaction.atomic():
            if User.objects.filter(username__iexact=name).exists():
                raise NameTaken()
            user.save(force_insert=True)
            _tell("account.make", user, by)
    except IntegrityError as error:
        raise PersonTaken() if owner and User.objects.filter(owner=owner).exists() else NameTaken() from error
    return Made(user, password)


@transaction.atomic
def change(user_id: UUID, details: Details, by: Actor) -> User:
    """Gives the account these details. Raises PersonNotFound, BadPerson, LastAdministrator."""
    user, checked = _locked(user_id), _checked(details)
    if Role.CITIZEN in checked.roles and user.owner is None:
        raise BadPerson(
            reason_vi="tài khoản công dân phải lập mới cùng số định danh",
            reason_en="a citizen's account is made anew with the citizen ID",
        )
    if Role.ADMIN not in checked.roles:
        _spare_the_last(user)
    columns = _columns(checked)
    for column, value in columns.items():
        setattr(user, column, value)
    user.save(update_fields=list(columns))
    _tell("account.change", user, by)
    return user


@transaction.atomic
def close(user_id: UUID, by: Actor) -> User:
    """Ends every session and lets nobody sign in with it any more. Raises PersonNotFound, LastAdministrator."""
    user = _locked(user_id)
    if user.is_active:
        _spare_the_last(user)
        user.is_active = False
        user.save(update_fields=["is_active"])
        _tell("account.close", user, by)
    return user


@transaction.atomic
def reopen(user_id: UUID, by: Actor) -> User:
    """Raises PersonNotFound."""
    user = _locked(user_id)
    if not user.is_active:
        user.is_active = True
        user.save(update_fields=["is_active"])
        _tell("account.reopen", user, by)
    return user


@transaction.atomic
def give_password(user_id: UUID, by: Actor) -> Made:
    """A new password, to be changed at the next sign-in; it ends every session. Raises PersonNotFound."""
    user, password = _locked(user_id), new_password()
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    _tell("account.password", user, by)
    return Made(user, password)


@transaction.atomic
def choose_password(user: User, password: str, by: Actor) -> None:
    """Gives the account of whoever is signed in the password that they chose; `user` is as the request found it.

    Nothing else of the account is written: what an administrator changed meanwhile stays. Raises SignInNeeded where the
    account was closed or given another password meanwhile.
    """
    now = User.objects.select_for_update().filter(pk=user.pk, is_active=True).first()
    if now is None or now.password != user.password:
        raise SignInNeeded()
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    _tell("account.password", user, by)


def _one(found: QuerySet[User]) -> User:
    user = found.first()
    if user is None:
        raise PersonNotFound()
    return user


def _locked(user_id: UUID) -> User:
    return _one(User.objects.select_for_update().filter(pk=user_id))


def _checked(details: Details) -> Details:
    """The same, tidied. Raises BadPerson, InvalidCode."""
    name = " ".join(nfc(details.full_name).split())
    if not name:
        raise BadPerson(reason_vi="thiếu họ và tên", reason_en="the full name is missing")
    roles = tuple(role for role in GIVEN if role in details.roles)
    if not roles:
        raise BadPerson(reason_vi="chưa chọn vai trò", reason_en="no role is chosen")
    agencies = tuple(dict.fromkeys(str(AgencyCode.parse(code)) for code in details.agencies))
    if not agencies and not STAFF.isdisjoint(roles):
        raise BadPerson(reason_vi="cán bộ phải thuộc một cơ quan", reason_en="staff belong to an agency")
    if not 1 <= details.clearance <= 4:
        raise BadPerson(reason_vi="mức được xem là từ 1 đến 4", reason_en="the clearance is 1 to 4")
    return Details(name, roles, agencies, " ".join(nfc(details.desk).split())[:40], details.clearance)


def _columns(details: Details) -> dict[str, object]:
    return {
        "full_name": details.full_name,
        "roles": [str(role) for role in details.roles],
        "agencies": list(details.agencies),
        "desk": details.desk,
        "clearance": details.clearance,
    }


def _owner(details: Details, citizen_id: str, by: Actor) -> UUID | None:
    if Role.CITIZEN not in details.roles:
        return None
    if not citizen_id.strip():
        raise BadPerson(reason_vi="tài khoản công dân cần số định danh", reason_en="a citizen's account needs the ID")
    owner = storage.owner_for(Identifier("citizen_id", citizen_id), by, name=details.full_name)
    if User.objects.filter(owner=owner).exists():
        raise PersonTaken()
    return owner


def _spare_the_last(user: User) -> None:
    """Raises LastAdministrator when nobody else could open accounts; the rows are locked against a second act."""
    if not user.is_active or Role.ADMIN not in user.roles:
        return
    active = User.objects.select_for_update().filter(is_active=True)
    if not any(Role.ADMIN in other.roles for other in active if other.pk != user.pk):
        raise LastAdministrator()


def _tell(action: str, user: User, by: Actor) -> None:
    event = storage.EventRecord(
        action,
        owners=(user.owner,) if user.owner else (),  # whoever can sign in as a citizen can read their papers
        details={"account": str(user.pk), "roles": " ".join(user.roles), "clearance": user.clearance},
    )
    storage.record(event, by)
