"""`take-in`: what another system brought. A validly signed file is said to be signed; its bytes stay as they came."""

from __future__ import annotations

from uuid import UUID

import signing
import storage
from accounts import WORKER, Purpose
from storage import VersionRole
from workers import keys
from workers.context import software
from workers.ledger import Run
from workers.registry import task
from workers.signatures import roles_of

PDF = "application/pdf"
PURPOSE = Purpose("LAW:30/2020/NĐ-CP", text="kiểm tra chữ ký số của tài liệu nhận từ hệ thống khác")


@task("take-in")
def take_in(run: Run) -> None:
    """Payload: `document`. Result: the signature's `level`, the `verdict` of its verification and its `reasons`."""
    document = UUID(run.payload["document"])
    original = next(one for one in storage.versions(document, WORKER) if one.role is VersionRole.ORIGINAL)
    if original.media_type != PDF:
        return
    run.stage("verify")
    pdf = storage.open(document, WORKER, PURPOSE, original.number).read()
    report = signing.verify(pdf, trust=keys.trust())
    note = _note(report)
    if note is not None and VersionRole.ISSUED not in roles_of(document):
        signed = storage.Deposit(
            document=document,
            owners=(),
            role=VersionRole.ISSUED,
            media_type=PDF,
            key=f"take-in:{document}",
            made_from=original.number,
            software=software(),
            settings={"verdict": str(report.verdict)},
            signature=note,
        )
        storage.deposit(signed, pdf, WORKER)
    told = [*report.reasons, *(reason for one in report.signatures for reason in one.reasons)]
    reasons = list(dict.fromkeys(reason.code for reason in told))
    with run.finish(verdict=str(report.verdict), level=note.level if note else "", reasons=reasons):
        pass


def _note(report: signing.Report) -> storage.SignatureNote | None:
    """What is known of the signatures of a file that is valid as a whole: the weakest level, the last signer."""
    if report.verdict is not signing.Status.VALID or not report.signatures:
        return None
    last = report.signatures[-1]
    at = last.signed_at or last.claimed_at
    if at is None:
        return None
    weakest = min((one.level for one in report.signatures), key=lambda level: level.rank)
    return storage.SignatureNote(level=str(weakest), signer=last.signer, signed_at=at, demo=report.demo)
