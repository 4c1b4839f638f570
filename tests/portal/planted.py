"""A counter on a busy day: dossiers, papers and results in every state that the pages can show, with trying names."""

from __future__ import annotations

import io
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils import timezone

import storage
from accounts import WORKER
from dossiers import services
from dossiers.models import Component, Dossier, Result
from dossiers.states import Decision
from storage import FieldValue, VersionRole
from tests.portal.people import AGENCY, NAME, World, blank, signed, work
from workers import Job
from workers.models import Batch

LONG = "Nguyễn Phước Quý Thị Tường Vân Ẩn Dũng Khuyến Nghĩ Hạo Đỗ Mẫu"
"""Sixty letters with every tone mark: the longest name that a card holds."""
FILE = "2026-11-22 quét tại quầy số 3, tập giấy tờ của người nộp, bản thứ hai.pdf"
"""What somebody calls a scan."""
SIGNERS = ("Lê Văn Mẫu", "UBND xã Mẫu")
"""Who signs and seals by `people.signed`."""
MARITAL, MARRIAGE, BIRTH = "1.004873", "1.000894", "1.001193"
DRAFT = {
    "number": "12/UBND-XNTTHN", "capacity": ["CHỦ TỊCH"], "signer": "Lê Văn Lãnh Đạo", "issued_on": "2026-11-22",
    "valid_to": "2027-05-22", "scope": "",
    "fields": {
        "name": LONG, "born": "1990-01-01", "sex": "Nữ", "ethnicity": "Kinh", "nationality": "Việt Nam",
        "identifier": "001190000001", "residence": "Số 1, thôn Minh Họa, xã Ví Dụ, tỉnh Thử Nghiệm",
        "status": "đã ly hôn, chưa kết hôn với ai", "purpose": "để kết hôn",
    },
}  # fmt: skip
DOUBTFUL = (
    FieldValue("full_name", LONG, "ocr", 0.62, page=1, box=(300.0, 400.0, 1500.0, 450.0)),
    FieldValue("born", "1990-01-01", "ocr", 0.71, page=1, box=(300.0, 500.0, 700.0, 550.0)),
    FieldValue(
        "residence", "Số 1, thôn Minh Họa, xã Ví Dụ, huyện Thí Dụ, tỉnh Thử Nghiệm, nước Việt Nam", "ocr", 0.44,
        page=1, box=(300.0, 600.0, 1900.0, 700.0),
    ),
    FieldValue("number", "07/XN", "ocr", 0.99, page=1, box=(300.0, 200.0, 600.0, 250.0)),
    FieldValue("issuer_name", "Công an xã Mẫu", "ocr", 0.98, page=1, box=(300.0, 100.0, 900.0, 150.0)),
)  # fmt: skip
SURE = tuple(
    FieldValue(name, "Mẫu", "ocr", 0.99, page=1, box=(300.0, 100.0 * row, 900.0, 100.0 * row + 50.0))
    for row, name in enumerate(("number", "full_name", "issuer_name"), start=1)
)
ENCRYPTED = {
    "message_vi": "Tệp có mật khẩu.", "message_en": "The file is encrypted.",
    "next": "Gỡ mật khẩu rồi gửi lại.", "next_en": "Remove the password and send it again.",
}  # fmt: skip


def open_dossier(world: World, *, name: str = NAME, procedure: str = MARITAL, at: datetime | None = None,
                 received: bool = True) -> Dossier:  # fmt: skip
    """A dossier of the citizen, received or only registered."""
    new = services.NewDossier(
        procedure=procedure, owner=world.owner, applicant_name=name, receive_agency=AGENCY, email="mau@vi-du.example"
    )
    return (services.receive if received else services.register)(new, world.officer, at=at)


def scanned(world: World, dossier: Dossier, fields: tuple[FieldValue, ...], *, attach: bool = True) -> UUID:
    """A paper that the machine has read; put to the component that waits for one, or to none."""
    content, document = blank(), uuid.uuid4()
    intake = storage.receive(
        io.BytesIO(content), name=FILE, actor=world.officer,
        media_type="application/pdf", dossier=dossier.code, agency=AGENCY, key=str(document),
    )  # fmt: skip
    described = storage.Metadata(
        kind="ct07", title="Xác nhận thông tin về cư trú (CT07)", number="07/XN", issued_on=date(2026, 11, 2),
        issuer="Công an xã Mẫu", fields=fields,
    )  # fmt: skip
    world.deposit(
        document, VersionRole.ORIGINAL, content, metadata=described, dossier=dossier.code, agency=AGENCY,
        source=storage.Source(intake.id, intake.sha256, (1,)),
    )  # fmt: skip
    job(dossier, "done", payload={"intake": str(intake.id)}, result={"documents": [str(document)]})
    if attach:
        services.attach(to_scan(dossier).id, world.officer, document=document, pages=2)
    return document


def to_scan(dossier: Dossier) -> Component:
    """The first component that asks for a scan."""
    part = Component.objects.filter(dossier=dossier, decision=Decision.SCAN).first()
    assert part is not None
    return part


def job(dossier: Dossier, state: str, *, kind: str = "digitize", **more: object) -> Job:
    """A row of the ledger as a worker left it."""
    over = timezone.now() if state in ("done", "failed", "unknown") else None
    held = {"lease_until": timezone.now() + timedelta(days=1)} if state == "running" else {}
    return Job.objects.create(
        kind=kind, key=str(uuid.uuid4()), dossier=dossier.code, state=state, finished_at=over, **held, **more
    )


def shown(world: World, dossier: Dossier) -> None:
    """What is only shown was seen."""
    for part in Component.objects.filter(dossier=dossier, decision=Decision.SHOWN):
        services.mark_shown(part.id, world.officer)


@dataclass(frozen=True, slots=True)
class Counter:
    """What was planted: dossiers and papers by what is to be done with them, results by their state."""

    dossiers: dict[str, Dossier]
    papers: dict[str, UUID]
    results: dict[str, Result]
    batches: dict[str, Batch]
    number: str
    """The citizen's number, as it is typed at the counter."""

    @classmethod
    def plant(cls, world: World) -> Counter:
        """A counter on a busy day."""
        made, papers = dossiers(world)
        done = results(world)
        made["processing"] = processing(world)
        work("form")
        made |= {
            "new": open_dossier(world, name=LONG, procedure=BIRTH),
            "reuse": open_dossier(world, procedure=MARRIAGE),
        }
        return cls(made, papers, done, batches(world, done) | {"copies": copies(world)}, world.number)


def dossiers(world: World) -> tuple[dict[str, Dossier], dict[str, UUID]]:
    """A dossier in each state, and the papers on which somebody must act."""
    now = timezone.now()
    made = {
        "registered": open_dossier(world, received=False),
        "late": open_dossier(world, at=now - timedelta(days=60)),
    }
    for name in ("unsorted", "to_check", "working", "failed", "to_certify", "supplement", "refused", "stopped",
                 "withdrawn"):  # fmt: skip
        made[name] = open_dossier(world, name=LONG)
        shown(world, made[name])
    papers = {
        "loose": scanned(world, made["unsorted"], SURE, attach=False),
        "doubtful": scanned(world, made["to_check"], DOUBTFUL),
        "sure": scanned(world, made["to_certify"], SURE),
    }
    services.confirm_fields(to_scan(made["to_certify"]).id, world.officer, document=papers["sure"], checks=[])
    job(made["working"], "running", stage="read", done=3, total=12)
    job(made["working"], "queued", run_at=now + timedelta(days=1))
    job(made["failed"], "failed", error=ENCRYPTED, error_code="digitize.encrypted")
    items = ("Bản chính giấy xác nhận thông tin về cư trú", "Giấy ủy quyền có chứng thực chữ ký của người ủy quyền")
    services.request_supplement(made["supplement"].id, world.officer, reason="Thiếu bản chính", items=items)
    for name, end in (("refused", services.refuse), ("stopped", services.stop), ("withdrawn", services.withdraw)):
        end(made[name].id, world.officer, reason="Không thuộc thẩm quyền của Ủy ban nhân dân xã Mẫu Đơn")
    return made, papers


def processing(world: World) -> Dossier:
    """A dossier of which only the result is missing."""
    dossier = world.receive()
    world.settle(dossier)
    return dossier


def drafted(world: World, data: Mapping[str, object] = DRAFT) -> Result:
    """A result that waits for the leader."""
    return services.draft_result(
        processing(world).id, world.officer, kind="giay_xn_tthn", title="Giấy xác nhận tình trạng hôn nhân",
        data=data, template="giay_xn_tthn",
    )  # fmt: skip


def sign(world: World, result: Result) -> Result:
    """The leader signs, at a lower level than was wanted; the result waits for its seal."""
    document, today = uuid.uuid4(), timezone.localdate()
    services.start_signing(result.id, world.leader)
    described = storage.Metadata(
        kind="giay_xn_tthn", title=result.title, number="12/UBND-XNTTHN", issuer="Ủy ban nhân dân xã Mẫu Đơn",
        issued_on=today, valid_from=today, valid_to=today + timedelta(days=180), scope="để kết hôn",
    )  # fmt: skip
    note = storage.SignatureNote("B-T", "Lê Văn Lãnh Đạo", timezone.now(), wanted="B-LT", demo=True)
    world.deposit(
        document, VersionRole.ISSUED, signed(seal=False), metadata=described, signature=note, software="hoso",
        dossier=result.dossier.code, agency=AGENCY,
    )  # fmt: skip
    return services.mark_signed(
        result.id, WORKER, document=document, level="B-T", wanted="B-LT", reasons=("revocation_unavailable",)
    )


def seal(world: World, result: Result) -> Result:
    """The clerk seals; the result counts."""
    document = sign(world, result).document
    assert document is not None
    services.start_sealing(result.id, world.clerk)
    note = storage.SignatureNote("B-LTA", "UBND xã Mẫu Đơn", timezone.now(), demo=True, sealed=True)
    world.deposit(document, VersionRole.ISSUED, signed(), made_from=1, software="hoso", signature=note)
    services.mark_sealed(result.id, WORKER, document=document, level="B-LTA")
    return services.issue(result.id, WORKER)


def results(world: World) -> dict[str, Result]:
    """A result in each state."""
    made = {name: drafted(world) for name in ("draft", "signing", "sign_failed")}
    services.start_signing(made["signing"].id, world.leader)
    services.start_signing(made["sign_failed"].id, world.leader)
    services.signing_failed(made["sign_failed"].id, WORKER, failure="signing.timestamp_unavailable")
    made |= {name: sign(world, drafted(world)) for name in ("signed", "sealing")}
    services.start_sealing(made["sealing"].id, world.clerk)
    made |= {name: seal(world, drafted(world)) for name in ("issued", "revoked", "replaced", "returned")}
    services.revoke_result(made["revoked"].id, world.leader, reason="Cấp nhầm người")
    seal(world, services.replace_result(made["replaced"].id, world.officer, data=DRAFT, reason="Sai ngày sinh"))
    services.hand_over(made["returned"].dossier_id, world.officer)
    return made


NO_TOKEN = {
    "message_vi": "Không tìm thấy token ký số “USB-UBND-01”.",
    "message_en": "The signing token “USB-UBND-01” was not found.",
    "next": "Cắm token rồi thử lại.", "next_en": "Plug the token in and try again.",
}  # fmt: skip


def batches(world: World, made: Mapping[str, Result]) -> dict[str, Batch]:
    """Batches of the leader's as the workers and the leader left them."""
    ends = {
        "running": ("done", "done", "running", "queued", "queued"),
        "paused": ("done", "queued", "queued"),
        "failed": ("done", "done", "failed", "failed", "unknown"),
        "done": ("done", "done", "done"),
    }
    named, found = [*made.values()], {}
    for name, states in ends.items():
        batch = Batch.objects.create(kind="sign-result", key=name, created_by=world.leader.id)
        found[name] = batch
        for result, state in zip(named, states, strict=False):
            wrong = state in ("failed", "unknown")
            job(
                result.dossier, state, kind="sign-result", batch=batch, created_by=world.leader.id,
                payload={"result": str(result.id)}, run_at=timezone.now() + timedelta(days=1),
                error=NO_TOKEN if wrong else {}, error_code="signing.token_missing" if wrong else "",
            )  # fmt: skip
    Batch.objects.filter(key="paused").update(paused_at=timezone.now())
    return found


def copies(world: World) -> Batch:
    """A batch of the officer's: copies of two dossiers, of which one was not signed."""
    batch = Batch.objects.create(kind="certify", key="copies", created_by=world.officer.id)
    for state in ("done", "failed"):
        dossier = open_dossier(world, name=LONG)
        document = scanned(world, dossier, SURE)
        services.confirm_fields(to_scan(dossier).id, world.officer, document=document, checks=[])
        wrong = state == "failed"
        job(
            dossier, state, kind="certify", batch=batch, created_by=world.officer.id,
            payload={"documents": [str(document)]}, error=NO_TOKEN if wrong else {},
            error_code="signing.token_missing" if wrong else "",
        )  # fmt: skip
    return batch
