"""What the API's tests share: a registered system with its token, and an invented person with a valid result."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

import storage
from accounts import Actor, Role
from catalogue import Identifier
from hoso.objectstore import ObjectStore
from portal.api import clients
from portal.api.scopes import SCOPES
from tests import hostile

AGENCY = "H26.01.02"
ELSEWHERE = "H26.09.09"
CASE = "H26.09.09-261121-0007"
MARRIAGE = "1.000894"
OFFICER = Actor("officer-1", "Cán Bộ Mẫu", frozenset({Role.OFFICER}), frozenset({AGENCY}), clearance=3)
HEADERS = {"X-Purpose": f"TTHC:{MARRIAGE}", "X-Case": CASE, "X-Officer": "can.bo.07", "X-Agency": AGENCY}
PDF = hostile.sound()
ISSUED = timezone.localdate() - timedelta(days=20)


@dataclass
class System:
    """A system that calls: its browserless HTTP client, its token, the headers that it sends."""

    http: Client
    client_id: str
    secret: str
    token: str
    headers: dict[str, str] = field(default_factory=lambda: dict(HEADERS))

    def send(self, method: str, path: str, body: Any = None, **headers: str | None) -> Any:
        """A call; a header given as None is left out."""
        given = {"Authorization": f"Bearer {self.token}", **self.headers}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}  # type: ignore[misc]
        sent = {name: value for name, value in given.items() if value is not None}
        data = b"" if body is None else json.dumps(body).encode()
        return self.http.generic(method, f"/api/v1{path}", data, "application/json", headers=sent)

    def search(self, identifier: Identifier, *kinds: str, **headers: str | None) -> Any:
        body = {"owner": {"scheme": identifier.scheme, "value": identifier.value}, "kinds": list(kinds)}
        return self.send("POST", "/evidence/search", body, **headers)


MakeSystem = Callable[..., System]


@pytest.fixture
def system_of(db: None, client: Client) -> MakeSystem:
    """Registers a system as `hoso client add` does and gets its token as the system would."""
    cache.clear()

    def make(**grant: Any) -> System:
        given: dict[str, Any] = {"agency": AGENCY, "scopes": tuple(SCOPES), "clearance": 3}
        made = clients.register("Hệ thống thử", **(given | grant))
        answer = client.post(
            "/oauth/token/",
            {"grant_type": "client_credentials", "client_id": made.client_id, "client_secret": made.secret},
        )
        assert answer.status_code == 200, answer.content
        agency = given["agency"] if "agency" not in grant else grant["agency"]
        return System(
            client, made.client_id, made.secret, answer.json()["access_token"], {**HEADERS, "X-Agency": agency}
        )

    return make


@pytest.fixture
def system(system_of: MakeSystem) -> System:
    """A system with every scope."""
    return system_of()


@dataclass
class Person:
    """An invented person: their number, their owner id, and the result that the archive holds."""

    identifier: Identifier
    owner: UUID

    def result(self, **more: Any) -> UUID:
        """A certificate of marital status, issued for marriage and signed."""
        metadata: dict[str, Any] = {
            "kind": "giay_xn_tthn",
            "title": "Giấy xác nhận tình trạng hôn nhân",
            "number": "12/UBND-XNTTHN",
            "issued_on": ISSUED,
            "issuer": "Ủy ban nhân dân xã Mẫu Đơn",
            "valid_from": ISSUED,
            "valid_to": ISSUED + timedelta(days=180),
            "scope": "để đăng ký kết hôn",
            "fields": (
                storage.FieldValue("ho_ten", "Nguyễn Văn Mẫu", "db"),
                storage.FieldValue("owner_id", self.identifier.value, "db", personal_id=True),
            ),
        }
        given: dict[str, Any] = {
            "document": uuid4(),
            "owners": (self.owner,),
            "role": storage.VersionRole.ISSUED,
            "media_type": "application/pdf",
            "key": str(uuid4()),
            "dossier": "H26.01.02-261102-0001",
            "agency": AGENCY,
            "sensitivity": 3,
            "software": "hoso 0.1.0",
        }
        names = set(metadata)
        metadata |= {name: value for name, value in more.items() if name in names}
        given |= {name: value for name, value in more.items() if name not in names}
        made = storage.deposit(storage.Deposit(metadata=storage.Metadata(**metadata), **given), PDF, OFFICER)
        return made.document

    def events(self) -> list[storage.EventView]:
        """What the person sees of who asked for their documents."""
        return storage.events_for_owner(self.owner)


@pytest.fixture
def person(store: ObjectStore, db: None) -> Person:
    """Somebody whom nobody knew yet."""
    identifier = Identifier("citizen_id", f"001190{uuid4().int % 10**6:06d}")
    return Person(identifier, storage.owner_for(identifier, OFFICER, name="Nguyễn Văn Mẫu"))
