"""What the tests of the pages share: one signed-in browser for each role."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, sync_playwright

from accounts import Role
from accounts.models import User
from dossiers import services
from dossiers.models import Dossier
from storage import models as archive
from tests.chromium import EXECUTABLE
from tests.portal.people import signed

PASSWORD = "mat-khau-cua-bai-thu"
AGENCY = "H26.01.02"

MakeUser = Callable[..., User]


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    """The real hash costs a quarter of a second on purpose."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def make_user(db: None) -> MakeUser:
    """Makes an invented person with the roles given."""

    def make(*roles: Role, username: str = "", **fields: Any) -> User:
        name = username or (roles[0] if roles else "khach")
        defaults: dict[str, Any] = {"full_name": f"Người Thử {name}", "agencies": [AGENCY], "clearance": 3}
        return User.objects.create_user(name, password=PASSWORD, roles=list(roles), **(defaults | fields))

    return make


@pytest.fixture
def as_role(make_user: MakeUser) -> Iterator[Callable[[Role], Client]]:
    """A browser signed in with one role."""

    def sign_in(role: Role) -> Client:
        client = Client(enforce_csrf_checks=False)
        client.force_login(make_user(role), backend="django.contrib.auth.backends.ModelBackend")
        return client

    yield sign_in


@pytest.fixture
def received(make_user: MakeUser) -> Dossier:
    """A dossier for the confirmation of marital status, received at the officers' agency."""
    owner = archive.Owner.objects.create(key_id=uuid.uuid4(), created_at=timezone.now())
    clerk = make_user(Role.OFFICER, username="nguoi-tiep-nhan").actor()
    new = services.NewDossier(
        procedure="1.004873", owner=owner.id, applicant_name="Nguyễn Văn Mẫu", receive_agency=AGENCY
    )
    return services.receive(new, clerk)


@pytest.fixture
def officer(as_role: Callable[[Role], Client]) -> Client:
    """An officer's browser."""
    return as_role(Role.OFFICER)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser, for the files that drive one."""
    signed(seal=False), signed()  # made before: signing runs an event loop of its own
    # The synchronous driver keeps an event loop in this thread, which Django takes for an async caller.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=EXECUTABLE)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
