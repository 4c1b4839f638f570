"""A small world for the tests of the citizen's and the verification page: a person, their dossier, an issued result."""

from __future__ import annotations

import hashlib
import io
import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from uuid import UUID

from django.utils import timezone

import paper
import signing
import storage
from accounts import WORKER, Actor, Role
from accounts.models import User
from catalogue import Identifier
from dossiers import services
from dossiers.models import Component, Dossier, Result
from dossiers.states import ComponentState, Decision
from storage import VersionRole
from workers import Job, keys, runner

AGENCY = "H26.01.02"
NAME = "Nguyễn Thị Mẫu"


def person(role: Role, name: str) -> Actor:
    """A member of staff."""
    made = User.objects.create(
        username=f"{role}-{uuid.uuid4().hex[:8]}", full_name=name, roles=[role], agencies=[AGENCY], clearance=4
    )
    return made.actor("test")


def citizen(owner: UUID | None, name: str = NAME) -> User:
    """A person who signs in on the phone."""
    return User.objects.create(
        username=f"dan-{uuid.uuid4().hex[:8]}", full_name=name, roles=[Role.CITIZEN], owner=owner
    )


def blank() -> bytes:
    """An unsigned result as PDF/A."""
    return paper.separator(
        paper.Separator(dossier_code="H26.01.02-261121-0001", component="x", title="Giấy xác nhận", demo=True)
    ).pdf


@cache
def signed(seal: bool = True) -> bytes:
    """The same, signed by a leader of the DEMO authority and sealed."""
    authority = keys.authority()
    leader = authority.issue("Lê Văn Mẫu", "leader", organisation="UBND xã Mẫu")
    done = signing.sign(blank(), profile="ket_qua_nguoi_ky", signer=leader, services=authority.services)
    if not seal:
        return done.pdf
    clerk = authority.issue("UBND xã Mẫu", "agency")
    return signing.sign(done.pdf, profile="ket_qua_dau", signer=clerk, services=authority.services).pdf


@dataclass
class World:
    """One citizen, the people at the desk, and the shortest way through their work."""

    officer: Actor
    leader: Actor
    clerk: Actor
    owner: UUID
    user: User
    number: str

    @classmethod
    def make(cls) -> World:
        officer = person(Role.OFFICER, "Trần Thị Cán Bộ")
        number = f"001190{uuid.uuid4().int % 10**6:06d}"
        owner = storage.owner_for(Identifier("citizen_id", number), officer, name=NAME)
        leader, clerk = person(Role.LEADER, "Lê Văn Lãnh Đạo"), person(Role.SEAL_CLERK, "Phạm Thị Dấu")
        return cls(officer, leader, clerk, owner, citizen(owner), number)

    def receive(self) -> Dossier:
        """A dossier for the confirmation of marital status."""
        new = services.NewDossier(
            procedure="1.004873",
            owner=self.owner,
            applicant_name=NAME,
            receive_agency=AGENCY,
            choices={"noi_cu_tru": services.Choice(decision=Decision.SCAN, reason="có bản giấy", needed=True)},
        )
        return services.receive(new, self.officer)

    def scan(self, dossier: Dossier, content: bytes = b"") -> UUID:
        """A certified copy of a paper, attached where the dossier waits for one."""
        content, document = content or blank(), uuid.uuid4()
        intake = storage.receive(
            io.BytesIO(content),
            name="quet.pdf",
            media_type="application/pdf",
            actor=self.officer,
            dossier=dossier.code,
            agency=AGENCY,
            key=str(document),
        )
        described = storage.Metadata(
            kind="ct07", title="Xác nhận thông tin về cư trú", number="07/XN", issued_on=date(2026, 11, 2),
            issuer="Công an xã Mẫu",
        )  # fmt: skip
        self.deposit(
            document, VersionRole.ORIGINAL, content, metadata=described, dossier=dossier.code, agency=AGENCY,
            source=storage.Source(intake.id, intake.sha256, (1,)),
        )  # fmt: skip
        note = storage.SignatureNote("B-LT", "Trần Thị Cán Bộ", timezone.now(), demo=True)
        made = {"made_from": 1, "software": "hoso", "signature": note}
        self.deposit(document, VersionRole.CERTIFIED, content + b"\n% certified", **made)
        part = Component.objects.filter(dossier=dossier, decision=Decision.SCAN).first()
        assert part is not None
        services.attach(part.id, self.officer, document=document, pages=1)
        services.tick(part.id, self.officer)
        return document

    def deposit(self, document: UUID, role: VersionRole, content: bytes, **more: object) -> storage.VersionRef:
        """A version of a document of the citizen."""
        made = hashlib.sha256(content).hexdigest()
        base = {"owners": (self.owner,), "media_type": "application/pdf", "key": f"{document}:{role}:{made}"}
        return storage.deposit(storage.Deposit(document=document, role=role, **(base | more)), content, self.officer)  # type: ignore[arg-type]

    def settle(self, dossier: Dossier) -> None:
        """Settles what is left as a desk would, and starts the processing."""
        for part in Component.objects.filter(dossier=dossier, required=True).exclude(state=ComponentState.SETTLED):
            if part.decision == Decision.SHOWN:
                services.mark_shown(part.id, self.officer)
            elif part.decision == Decision.LOOKUP:
                services.record_lookup(part.id, self.officer, found=True)
            else:
                services.attach(part.id, self.officer, document=uuid.uuid4(), pages=1)
                services.tick(part.id, self.officer)
        services.start_processing(dossier.id, self.officer)

    def draft(self, dossier: Dossier) -> Result:
        """A result that nobody has signed."""
        return services.draft_result(
            dossier.id,
            self.officer,
            kind="giay_xn_tthn",
            title="Giấy xác nhận tình trạng hôn nhân",
            data={"number": "12/UBND-XNTTHN"},
            template="giay_xn_tthn",
        )

    def issue(self, dossier: Dossier, leader: bytes, sealed: bytes, *, days: int = 180) -> Result:
        """A result signed, sealed and in the archive; `days` until its validity ends."""
        return self.publish(self.draft(dossier), leader, sealed, days=days)

    def publish(self, result: Result, leader: bytes, sealed: bytes, *, days: int = 180, purpose: str = "") -> Result:
        """The same for a draft; `purpose` is a field of its template."""
        dossier, document, today = result.dossier, uuid.uuid4(), timezone.localdate()
        described = storage.Metadata(
            kind="giay_xn_tthn", title=result.title, number="12/UBND-XNTTHN", issuer="Ủy ban nhân dân xã Mẫu Đơn",
            issued_on=today - timedelta(days=2), valid_from=today - timedelta(days=2),
            valid_to=today + timedelta(days=days),
            fields=(storage.FieldValue(name="purpose", value=purpose, origin="db"),) if purpose else (),
        )  # fmt: skip
        by_leader = storage.SignatureNote("B-LT", "Lê Văn Lãnh Đạo", timezone.now(), demo=True)
        services.start_signing(result.id, self.leader)
        self.deposit(
            document, VersionRole.ISSUED, leader, metadata=described, signature=by_leader, dossier=dossier.code,
            agency=AGENCY, software="hoso",
        )  # fmt: skip
        services.mark_signed(result.id, WORKER, document=document, level="B-LT")
        services.start_sealing(result.id, self.clerk)
        by_clerk = storage.SignatureNote("B-LTA", "UBND xã Mẫu Đơn", timezone.now(), demo=True, sealed=True)
        self.deposit(document, VersionRole.ISSUED, sealed, made_from=1, software="hoso", signature=by_clerk)
        services.mark_sealed(result.id, WORKER, document=document, level="B-LTA")
        return services.issue(result.id, WORKER)

    def whole(self, purpose: str = "") -> Result:
        """A dossier with a scan and an issued result whose bytes are no real signature: enough for what pages say."""
        dossier = self.receive()
        self.scan(dossier)
        self.settle(dossier)
        return self.publish(self.draft(dossier), b"%PDF-1.7 signed", b"%PDF-1.7 signed and sealed", purpose=purpose)


def work(kind: str = "") -> None:
    """Does the jobs that wait, as a worker would."""
    waiting = Job.objects.filter(state=Job.State.QUEUED, **({"kind": kind} if kind else {}))
    for job in waiting.order_by("created_at"):
        runner.run(job.id)
