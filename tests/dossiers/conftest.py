"""People, agencies and archive rows for the tests of dossiers; everything invented, everything in a real database."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from accounts import WORKER, Actor, Role
from dossiers import services
from dossiers.calendar import ZONE
from dossiers.models import Component, Dossier, Result
from dossiers.states import ComponentState, Decision
from storage import models as archive
from storage.values import Status, VersionRole

HERE = "H26.01.02"
ELSEWHERE = "H26.01.03"
MARRIAGE = "1.000894"
SINGLE = "1.004873"
MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=ZONE)

OFFICER = Actor("officer-1", "Trần Thị Mẫu", frozenset({Role.OFFICER}), frozenset({HERE}), clearance=3, desk="Q1")
LEADER = Actor("leader-1", "Lê Văn Mẫu", frozenset({Role.LEADER}), frozenset({HERE}), clearance=4)
CLERK = Actor("clerk-1", "Phạm Thị Dấu", frozenset({Role.SEAL_CLERK}), frozenset({HERE}), clearance=3)
STRANGER = Actor("officer-2", "Võ Văn Xa", frozenset({Role.OFFICER}), frozenset({ELSEWHERE}), clearance=3)
AUDITOR = Actor("auditor-1", "Đỗ Thị Soát", frozenset({Role.AUDITOR}))


@dataclass
class Desk:
    """The shortest way to a dossier in a given state."""

    owner: UUID

    def new(self, procedure: str = SINGLE, **more: object) -> services.NewDossier:
        base = services.NewDossier(
            procedure=procedure, owner=self.owner, applicant_name="Nguyễn Văn Mẫu", receive_agency=HERE
        )
        return replace(base, **more)  # type: ignore[arg-type]

    def receive(
        self, procedure: str = SINGLE, at: datetime = MONDAY, key: str | None = None, **more: object
    ) -> Dossier:
        return services.receive(self.new(procedure, **more), OFFICER, at=at, key=key)

    def settle(self, dossier: Dossier, at: datetime = MONDAY) -> None:
        """Settles every required component as a desk would."""
        for part in Component.objects.filter(dossier=dossier, required=True).exclude(state=ComponentState.SETTLED):
            if part.decision == Decision.SHOWN:
                services.mark_shown(part.id, OFFICER, at=at)
            elif part.decision == Decision.LOOKUP:
                services.record_lookup(part.id, OFFICER, found=True, at=at)
            elif part.decision == Decision.REUSE and part.reuse_document:
                services.choose_reuse(part.id, OFFICER, document=part.reuse_document, at=at)
            else:
                services.attach(part.id, OFFICER, document=uuid.uuid4(), pages=1, at=at)
                services.tick(part.id, OFFICER, at=at)

    def processing(self, procedure: str = SINGLE, at: datetime = MONDAY, **more: Any) -> Dossier:
        dossier = self.receive(procedure, at, **more)
        self.settle(dossier, at)
        return services.start_processing(dossier.id, OFFICER, at=at)

    def draft(self, dossier: Dossier, at: datetime = MONDAY, key: str | None = None) -> Result:
        return services.draft_result(
            dossier.id,
            OFFICER,
            kind="giay_xn_tthn",
            title="Giấy xác nhận tình trạng hôn nhân",
            data={"fields": {"ho_ten": "Nguyễn Văn Mẫu"}},
            template="giay_xn_tthn",
            at=at,
            key=key,
        )

    def issue(self, result: Result, at: datetime = MONDAY) -> Result:
        document = uuid.uuid4()
        services.start_signing(result.id, LEADER, at=at)
        services.mark_signed(result.id, WORKER, document=document, level="B-LT", at=at)
        services.start_sealing(result.id, CLERK, at=at)
        services.mark_sealed(result.id, WORKER, document=document, level="B-LTA", at=at)
        return services.issue(result.id, WORKER, at=at)

    def done(self, procedure: str = SINGLE, at: datetime = MONDAY, until: datetime | None = None) -> Dossier:
        dossier = self.processing(procedure, at)
        self.issue(self.draft(dossier, at), until or at)
        dossier.refresh_from_db()
        return dossier


def make_owner() -> UUID:
    owner = archive.Owner.objects.create(key_id=uuid.uuid4(), created_at=MONDAY)
    return owner.id


@pytest.fixture
def owner(db: None) -> UUID:
    return make_owner()


@pytest.fixture
def desk(owner: UUID) -> Desk:
    return Desk(owner)


Stored = Callable[..., UUID]


@pytest.fixture
def stored(db: None) -> Stored:
    """Puts the index rows of a document into the archive, as a deposit would; gives its id."""

    def put(
        owner: UUID,
        kind: str = "giay_xn_tthn",
        *,
        scope: str = "để kết hôn với bà Lê Thị Thử",
        issued_on: date = date(2026, 11, 2),
        valid_to: date | None = date(2027, 5, 2),
        status: Status = Status.ACTIVE,
        role: VersionRole = VersionRole.ISSUED,
        agency: str = HERE,
        sensitivity: int = 2,
    ) -> UUID:
        row = archive.Document.objects.create(
            id=uuid.uuid4(),
            key_id=uuid.uuid4(),
            home_id=owner,
            kind=kind,
            title="Giấy tờ thử",
            issued_on=issued_on,
            valid_to=valid_to,
            scope=scope,
            sensitivity=sensitivity,
            status=status,
            agency=agency,
            retain_until=MONDAY + timedelta(days=3650),
            created_at=MONDAY,
        )
        archive.DocumentOwner.objects.create(document=row, owner_id=owner)
        archive.Version.objects.create(
            document=row,
            number=1,
            content=1,
            role=role,
            media_type="application/pdf",
            sha256="0" * 64,
            size=1,
            deposit_key="test",
            signature_level="B-LTA",
            created_at=MONDAY,
            created_by="test",
        )
        return row.id

    return put
