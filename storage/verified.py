"""What verification found in a file that came signed, kept for as long as the file: sealed beside it, never in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

from accounts import Actor, Purpose
from storage import ocfl
from storage.cipher import REPORT_KINDS
from storage.deposits import amend
from storage.records import DocumentRecord
from storage.values import Verification, VersionRef

__all__ = ["keep_verification"]


def keep_verification(
    document: UUID,
    verdict: str,
    reports: Mapping[str, bytes],
    actor: Actor,
    *,
    key: str,
    software: str,
    purpose: Purpose | None = None,
) -> VersionRef:
    """A new METADATA version with the same bytes and the reports (by form: `json`, `xml`) beside them. The same key
    keeps them once. Raises NotFound, Destroyed, StoreDown, StoreFull, DepositBusy."""

    def change(record: DocumentRecord) -> None:
        number, forms = record.version.number, tuple(sorted(reports))
        record.verification = Verification(verdict, datetime.now(UTC), number, forms, software)

    beside = {ocfl.REPORTS[form]: (REPORT_KINDS[form], content) for form, content in reports.items()}
    return amend(document, change, actor, action="document.examine", key=key, purpose=purpose, beside=beside)
