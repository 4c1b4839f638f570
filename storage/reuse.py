"""Judges whether a document in the archive satisfies what a procedure asks for, and says why not in two languages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from catalogue import fold
from storage.deposits import get_document
from storage.merges import same_owners
from storage.models import Document
from storage.values import Reason, Requirement, Status, Verdict, VersionRole

LEVELS = ("", "B-B", "B-T", "B-LT", "B-LTA")
_NATIONWIDE = {"", "toan quoc", "ca nuoc", "viet nam", "toan lanh tho viet nam", "nationwide"}
_STATUS = {
    Status.SUPERSEDED: Reason("superseded", "đã có giấy tờ khác thay thế", "another document has replaced it"),
    Status.REVOKED: Reason("revoked", "đã bị thu hồi hoặc hủy bỏ", "it was revoked"),
    Status.RESTRICTED: Reason("restricted", "đang bị hạn chế sử dụng", "its use is restricted"),
    Status.DESTROYED: Reason("destroyed", "đã được tiêu hủy", "it was destroyed"),
}


def assess(document: UUID, requirement: Requirement) -> Verdict:
    """Whether the document can stand for the paper that the requirement asks for. Raises NotFound, Destroyed."""
    row = get_document(document)
    reasons = tuple(
        reason for judge in (_status, _identity, _validity, _scope, _trust) for reason in judge(row, requirement)
    )
    return Verdict(document, not reasons, reasons)


def _status(row: Document, asked: Requirement) -> Iterator[Reason]:
    reason = _STATUS.get(Status(row.status))
    if reason:
        yield reason


def _identity(row: Document, asked: Requirement) -> Iterator[Reason]:
    if not row.owners.filter(id__in=same_owners(asked.owner)).exists():
        yield Reason("owner_mismatch", "không phải giấy tờ của người này", "it belongs to somebody else")
    by_kind = row.kind in asked.kinds
    by_result = bool(row.result_type) and row.result_type in asked.result_types
    if (asked.kinds or asked.result_types) and not (by_kind or by_result):
        yield Reason("kind_mismatch", "không đúng loại giấy tờ yêu cầu", "it is not of the kind that is asked for")


def _validity(row: Document, asked: Requirement) -> Iterator[Reason]:
    if row.valid_from and row.valid_from > asked.on:
        yield Reason(
            "not_yet_valid",
            f"chưa có hiệu lực (từ ngày {row.valid_from:%d/%m/%Y})",
            f"not valid before {row.valid_from.isoformat()}",
        )
    if row.valid_to and row.valid_to < asked.on:
        yield Reason("expired", f"hết hiệu lực ngày {row.valid_to:%d/%m/%Y}", f"expired on {row.valid_to.isoformat()}")
    elif row.valid_to and row.valid_to < asked.on + timedelta(days=asked.remaining_days):
        yield Reason(
            "expires_soon",
            f"còn hiệu lực đến {row.valid_to:%d/%m/%Y}, ít hơn {asked.remaining_days} ngày yêu cầu",
            f"valid until {row.valid_to.isoformat()}, less than the {asked.remaining_days} days that are asked for",
        )
    if asked.max_age_days is not None:
        if row.issued_on is None:
            yield Reason("issue_date_unknown", "không rõ ngày cấp", "the day of issue is not known")
        elif row.issued_on + timedelta(days=asked.max_age_days) < asked.on:
            yield Reason(
                "too_old",
                f"cấp ngày {row.issued_on:%d/%m/%Y}, quá {asked.max_age_days} ngày",
                f"issued on {row.issued_on.isoformat()}, more than {asked.max_age_days} days ago",
            )


def _scope(row: Document, asked: Requirement) -> Iterator[Reason]:
    scope = fold(row.scope)
    if scope in _NATIONWIDE:
        return
    if scope.startswith("de "):
        wanted = fold(asked.purpose)
        if not wanted or wanted not in scope:
            yield Reason(
                "wrong_purpose", f"được cấp “{row.scope}”", f"it was issued for another purpose: “{row.scope}”"
            )
    elif not asked.territory or fold(asked.territory) not in scope:
        yield Reason("wrong_scope", f"chỉ có hiệu lực tại {row.scope}", f"it is valid in “{row.scope}” only")


def _trust(row: Document, asked: Requirement) -> Iterator[Reason]:
    versions = list(row.versions.order_by("number"))
    trusted = (VersionRole.CERTIFIED, VersionRole.ISSUED, VersionRole.RENEWED)
    if asked.certified and not any(version.role in trusted for version in versions):
        yield Reason("not_certified", "bản số hóa chưa được ký xác nhận", "the digitized copy is not certified yet")
    if row.verification and row.verification["verdict"] != "valid":
        yield Reason(
            "signature_not_valid",
            "tệp nhận được có chữ ký số không hợp lệ hoặc chưa kết luận được",
            "the file came with signatures that are not valid, or that could not be decided",
        )
    reached = max((LEVELS.index(version.signature_level) for version in versions), default=0)
    if asked.min_level and reached < LEVELS.index(asked.min_level):
        level = LEVELS[reached] or "không có chữ ký"
        yield Reason(
            "level_too_low",
            f"mức chữ ký {level} thấp hơn {asked.min_level}",
            f"its signature level ({LEVELS[reached] or 'none'}) is below {asked.min_level}",
        )
    if asked.issuers and not _issued_by(row, asked.issuers):
        yield Reason("issuer_not_accepted", "không do cơ quan được chấp nhận cấp", "its issuer is not accepted")


def _issued_by(row: Document, issuers: tuple[str, ...]) -> bool:
    return row.issuer_code in issuers or fold(row.issuer) in {fold(issuer) for issuer in issuers}
