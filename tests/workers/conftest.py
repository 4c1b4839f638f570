"""What the tests of the tasks share: people, a dossier, and a worker that runs in the test's own process."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

import storage
from accounts import Actor, Role
from accounts.models import User
from catalogue import Identifier
from dossiers import services
from dossiers.models import Component, Dossier, Result
from dossiers.states import Act, ComponentState, Decision
from hoso.children import Child
from hoso.objectstore import ObjectStore
from workers import Job, enqueue, runner

AGENCY = "H26.01.02"
SAMPLES = Path(__file__).parents[2] / "samples"
SINGLE = "1.004873"
SCAN = SAMPLES / "1-tinh-trang-hon-nhan" / "03-xac-nhan-cu-tru.pdf"
"""Born-digital: read without a recogniser, so quick."""


def person(role: Role, name: str) -> Actor:
    user = User.objects.create(
        username=f"{role}-{uuid.uuid4().hex[:8]}", full_name=name, roles=[role], agencies=[AGENCY], clearance=4
    )
    return user.actor("test")


def make_job(kind: str = "count", **values: object) -> Job:
    """A job of the ledger, its row changed as a test needs it."""
    made = enqueue(kind, key=str(uuid.uuid4()))
    Job.objects.filter(pk=made.pk).update(**values)
    made.refresh_from_db()
    return made


@dataclass
class Office:
    """The people of one agency and the shortest way through their work."""

    officer: Actor = field(default_factory=lambda: person(Role.OFFICER, "Trần Thị Mẫu"))
    leader: Actor = field(default_factory=lambda: person(Role.LEADER, "Lê Văn Mẫu"))
    clerk: Actor = field(default_factory=lambda: person(Role.SEAL_CLERK, "Phạm Thị Dấu"))

    def receive(self, email: str = "") -> Dossier:
        number = f"001190{uuid.uuid4().int % 10**6:06d}"
        owner = storage.owner_for(Identifier("citizen_id", number), self.officer, name="Nguyễn Thị Mẫu")
        new = services.NewDossier(
            procedure=SINGLE,
            owner=owner,
            applicant_name="Nguyễn Thị Mẫu",
            receive_agency=AGENCY,
            email=email,
            choices={"noi_cu_tru": services.Choice(decision=Decision.SCAN, reason="có bản giấy", needed=True)},
        )
        return services.receive(new, self.officer)

    def hand_in(self, dossier: Dossier, path: Path, media_type: str = "application/pdf") -> Job:
        with path.open("rb") as stream:
            intake = storage.receive(
                stream,
                name=path.name,
                media_type=media_type,
                actor=self.officer,
                dossier=dossier.code,
                agency=AGENCY,
                key=str(uuid.uuid4()),
            )
        return self.ask("digitize", dossier, self.officer, intake=str(intake.id))

    def ask(self, kind: str, dossier: Dossier, actor: Actor, **payload: object) -> Job:
        started = {"sign-result": Act.START_SIGNING, "seal-result": Act.START_SEALING}.get(kind)
        if started is not None:
            payload["attempt"] = services.times(Result.objects.get(pk=str(payload["result"])), started)
        with transaction.atomic():
            return enqueue(
                kind,
                key=f"{kind}:{uuid.uuid4()}",
                payload={**payload, "actor": actor.id},
                dossier=dossier.code,
                created_by=actor.id,
            )

    def do(self, job: Job) -> Job:
        """Runs a job here and gives it as it is afterwards."""
        runner.run(job.id)
        job.refresh_from_db()
        return job

    def do_waiting(self, kind: str) -> list[Job]:
        return [self.do(job) for job in Job.objects.filter(kind=kind, state=Job.State.QUEUED)]

    def component(self, dossier: Dossier, catalogue_id: str) -> Component:
        return Component.objects.get(dossier=dossier, catalogue_id=catalogue_id)

    def draft(self, dossier: Dossier) -> Result:
        """A result that waits for the leader; its dossier is in process."""
        for part in Component.objects.filter(dossier=dossier, required=True).exclude(state=ComponentState.SETTLED):
            if part.decision == "shown":
                services.mark_shown(part.id, self.officer)
            else:
                services.skip_component(part.id, self.officer, reason="bài thử", legal_basis="bài thử")
        services.start_processing(dossier.id, self.officer)
        return services.draft_result(
            dossier.id,
            self.officer,
            kind="giay_xn_tthn",
            title="Giấy xác nhận tình trạng hôn nhân",
            data={
                "number": "01/UBND-XNTTHN",
                "capacity": ["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"],
                "valid_to": "2027-05-20",
                "fields": {
                    "name": "NGUYỄN THỊ MẪU",
                    "born": "1990-01-01",
                    "sex": "Nữ",
                    "ethnicity": "Kinh",
                    "nationality": "Việt Nam",
                    "identifier": "001190000001",
                    "residence": "xã Ví Dụ",
                    "status": "chưa kết hôn",
                    "purpose": "để kết hôn",
                },
            },
            template="giay_xn_tthn",
            result_type="KQ.G15.000038",
        )


@pytest.fixture(scope="session")
def agent() -> Iterator[Child]:
    """The signing agent in a process of its own, as it always is."""
    data = settings.HOSO.data
    env = {"HOSO_DATA": str(data), "DJANGO_SETTINGS_MODULE": "portal.settings"}
    child = Child("agent", [sys.executable, "-m", "workers.agent"], log=data / "log" / "agent.log", env=env)
    child.start()
    yield child
    child.stop()


@pytest.fixture
def office(transactional_db: None, store: ObjectStore, agent: Child) -> Office:
    return Office()


@pytest.fixture
def dossier(office: Office) -> Dossier:
    return office.receive(email="nguoi.mau@example.invalid")


@pytest.fixture
def scanned(office: Office, dossier: Dossier) -> uuid.UUID:
    """A confirmation of residence, digitised."""
    job = office.do(office.hand_in(dossier, SCAN))
    assert job.state == "done", job.error
    return uuid.UUID(job.result["documents"][0])


@pytest.fixture
def drafted(office: Office, dossier: Dossier) -> Result:
    """A drafted result of a dossier in process."""
    return office.draft(dossier)
