"""`take-in`: what another system brought. A validly signed file is said to be signed; its bytes stay as they came."""

from __future__ import annotations

from uuid import UUID

import storage
from accounts import WORKER, Purpose
from storage import VersionRole
from workers.incoming import PDF, examine
from workers.ledger import Run
from workers.registry import task

PURPOSE = Purpose("LAW:30/2020/NĐ-CP", text="kiểm tra chữ ký số của tài liệu nhận từ hệ thống khác")


@task("take-in")
def take_in(run: Run) -> None:
    """Payload: `document`. Result: the signature's `level`, the `verdict` of its verification and its `reasons`."""
    document = UUID(run.payload["document"])
    original = next(one for one in storage.versions(document, WORKER) if one.role is VersionRole.ORIGINAL)
    if original.media_type != PDF:
        return
    run.stage("verify")
    found = examine(original, storage.open(document, WORKER, PURPOSE, original.number).read(), PURPOSE)
    with run.finish(verdict=found.verdict, level=found.level, reasons=list(found.reasons)):
        pass
