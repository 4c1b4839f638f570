"""`form`: receipt and forms 02 to 05 as PDF, filed with their step; `tell-archive`: a result that no longer counts."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID, uuid4

from django.utils import timezone

import paper
import storage
from accounts import WORKER, Actor
from dossiers import papers, services
from dossiers.models import Result, Step
from dossiers.states import ResultState
from workers.context import actor_of, software
from workers.errors import Vanished
from workers.issuing import owner_id, system
from workers.ledger import Run
from workers.registry import MONTH, task
from workers.signatures import roles_of

RECEIPT = "01"
TITLES = {
    "01": "Giấy tiếp nhận hồ sơ và hẹn trả kết quả",
    "02": "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ",
    "03": "Phiếu từ chối tiếp nhận, giải quyết hồ sơ",
    "04": "Phiếu xin lỗi và hẹn lại ngày trả kết quả",
    "05": "Thông báo dừng giải quyết hồ sơ",
}
"""Circular 03/2025/TT-VPCP, Annex I."""
KIND = "khac"
VOID = "việc ký không hoàn tất, văn bản không được ban hành"


@task("form")
def make_form(run: Run) -> None:
    """Payload: `step`, `actor`. Result: `document`, absent where the step has no form that can be printed yet."""
    step = Step.objects.select_related("dossier").filter(pk=run.payload["step"]).first()
    if step is None:
        raise Vanished(what="step")
    number = step.form or RECEIPT
    actor, dossier = actor_of(run.payload["actor"]), step.dossier
    if step.document is not None or (number == RECEIPT and dossier.due_at is None):
        return
    if "document" not in run.result:
        run.remember(document=str(uuid4()))
    document = UUID(run.result["document"])
    run.stage("compose")
    made = _typeset(number, step, actor)
    deposit = storage.Deposit(
        document=document,
        owners=(dossier.owner,),
        role=storage.VersionRole.ISSUED,
        media_type="application/pdf",
        key=f"form:{step.pk}",
        metadata=storage.Metadata(
            kind=KIND,
            title=f"{TITLES[number]} {dossier.code}",
            number=dossier.code,
            issued_on=timezone.localdate(step.at),
            issuer_code=step.agency or dossier.receive_agency,
        ),
        sensitivity=3,
        dossier=dossier.code,
        agency=step.agency or dossier.receive_agency,
        software=software(),
        settings={"form": number},
    )
    if not roles_of(document):
        storage.deposit(deposit, made.pdf, actor)
    with run.finish():
        services.attach_form(step.pk, document, actor)


def _typeset(number: str, step: Step, actor: Actor) -> paper.Paper:
    who = owner_id(step.dossier, actor)
    if number == RECEIPT:
        return paper.receipt(papers.receipt(step.dossier, owner_id=who, system=system(), printed_at=step.at))
    return paper.form(*papers.notice(step, owner_id=who, system=system(), printed_at=step.at))


@task("tell-archive", patience=MONTH)
def tell_archive(run: Run) -> None:
    """Payload: `result` that was revoked or that replaces another, or `void`: a document whose signing was given up.

    Revokes or supersedes the document, so that it is reused no more. As our worker: the right to it was judged when
    the act was done, and whoever did it may have left since, or may not see the document.
    """
    if "void" in run.payload:
        with suppress(storage.NotFound):  # the attempt may have ended before its deposit
            storage.revoke(UUID(run.payload["void"]), WORKER, VOID)
        return
    result = Result.objects.select_related("replaces").filter(pk=run.payload["result"]).first()
    if result is None:
        raise Vanished(what="result")
    if result.state == ResultState.REVOKED and result.document is not None:
        storage.revoke(result.document, WORKER, result.end_reason)
    replaced = result.replaces.document if result.replaces is not None else None
    if result.state == ResultState.ISSUED and result.document is not None and replaced is not None:
        storage.supersede(replaced, result.document, WORKER, result.replace_reason)
