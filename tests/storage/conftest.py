"""What the archive's tests share: invented people, actors, and the shortest way to a document."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings

import storage
from accounts import Actor, Purpose, Role
from catalogue import Identifier
from hoso.objectstore import ObjectStore
from storage.running import make_buckets

AGENCY = "H26.01.02"
DOSSIER = "H26.01.02-261121-0001"
PURPOSE = Purpose("TTHC:1.004873", DOSSIER, "cấp giấy xác nhận")
OFFICER = Actor("officer-1", "Cán Bộ Mẫu", frozenset({Role.OFFICER}), frozenset({AGENCY}), clearance=3)
STRANGER = Actor("officer-2", "Cán Bộ Khác", frozenset({Role.OFFICER}), frozenset({"H26.09.09"}), clearance=3)
SCAN = b"%PDF-1.7 a scan that nobody has read yet\n" * 50
CITIZEN_ID = "001190000018"


@dataclass
class Archive:
    """Shortcuts over the public face of storage."""

    running: ObjectStore
    officer: Actor = OFFICER
    purpose: Purpose = PURPOSE
    people: int = field(default=0)

    def person(self, name: str = "Nguyễn Văn Mẫu") -> UUID:
        """An owner with an identifier of their own."""
        return storage.owner_for(self.identifier(), OFFICER, name=name)

    def identifier(self) -> Identifier:
        """A citizen ID that nobody had yet in this test run."""
        return Identifier("citizen_id", f"001190{uuid4().int % 10**6:06d}")

    def scan(self, content: bytes = SCAN, key: str = "", **more: Any) -> storage.IntakeRef:
        """An intake object."""
        given: dict[str, Any] = {
            "name": "Quét của ông Mẫu.pdf",
            "media_type": "application/pdf",
            "actor": OFFICER,
            "dossier": DOSSIER,
            "agency": AGENCY,
            "key": key or str(uuid4()),
        }
        return storage.receive(io.BytesIO(content), **(given | more))

    def original(self, *owners: UUID, content: bytes = b"cut of pages 1 and 2", **more: Any) -> storage.VersionRef:
        """A document's version 1, cut from a fresh intake object."""
        intake = self.scan()
        given: dict[str, Any] = {
            "document": uuid4(),
            "owners": owners or (self.person(),),
            "role": storage.VersionRole.ORIGINAL,
            "media_type": "application/pdf",
            "key": str(uuid4()),
            "metadata": self.metadata(),
            "dossier": DOSSIER,
            "agency": AGENCY,
            "source": storage.Source(intake.id, intake.sha256, (1, 2)),
        }
        return storage.deposit(storage.Deposit(**(given | more)), content, OFFICER)

    def later(self, document: UUID, role: storage.VersionRole, made_from: int, **more: Any) -> storage.VersionRef:
        """A later version of a document."""
        content = more.pop("content", f"{role} of version {made_from}".encode())
        given: dict[str, Any] = {
            "document": document,
            "owners": (),
            "role": role,
            "media_type": "application/pdf",
            "key": str(uuid4()),
            "made_from": made_from,
            "software": "hoso 0.1.0",
            "settings": {"dpi": "300"},
        }
        return storage.deposit(storage.Deposit(**(given | more)), content, OFFICER)

    def metadata(self, **more: Any) -> storage.Metadata:
        """The description of an invented paper."""
        given: dict[str, Any] = {
            "kind": "giay_xac_nhan_hon_nhan",
            "title": "Giấy xác nhận tình trạng hôn nhân",
            "number": "12/UBND-XNTTHN",
            "issued_on": date(2026, 3, 2),
            "issuer": "Ủy ban nhân dân xã Mẫu Đơn",
            "summary": "Xác nhận của ông Nguyễn Văn Mẫu",
            "fields": (
                storage.FieldValue("ho_ten", "Nguyễn Văn Mẫu", "ocr", 0.97, page=1, box=(10.0, 20.0, 300.0, 60.0)),
                storage.FieldValue("so_dinh_danh", CITIZEN_ID, "ocr", 0.99, personal_id=True),
            ),
            "text": f"Giấy xác nhận\nông Nguyễn Văn Mẫu, số định danh {CITIZEN_ID}, ở Quận Đống Đa",
        }
        return storage.Metadata(**(given | more))


@pytest.fixture(scope="module")
def bucket_name() -> str:
    """A bucket for each file of tests: locked objects cannot be cleared away, and many buckets use up the store."""
    return f"t{uuid4().hex[:12]}"


@pytest.fixture
def _own_bucket(store: ObjectStore, bucket_name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An archive bucket of our own on the one object store."""
    monkeypatch.setattr(settings, "HOSO", settings.HOSO.model_copy(update={"bucket": bucket_name}))
    make_buckets()


@pytest.fixture
def archive(_own_bucket: None, store: ObjectStore, db: None) -> Archive:
    """The archive on the real object store, empty."""
    return Archive(store)


@pytest.fixture
def committed_archive(_own_bucket: None, store: ObjectStore, transactional_db: None) -> Archive:
    """The same, where every transaction really commits: for threads and for what happens after a rollback."""
    return Archive(store)
