"""The archive's own word on a document that somebody holds: does it still count today?

Asked by people who have not signed in, so it tells of a document what its holder reads on it anyway, and its state;
no owner, and of a revocation the cause, never the reason in words, which may name somebody. It asks the archive as our
own worker, for handles only, never for bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

import storage
from accounts import WORKER
from dossiers import queries
from dossiers.labels import label
from dossiers.models import Result
from dossiers.states import EndCause, ResultState
from portal.api.models import CodedDocument
from portal.templatetags.hoso import day

PUBLIC = (ResultState.ISSUED, ResultState.REVOKED, ResultState.REPLACED)
"""Results that the world may know of; drafts and what waits for its seal are nobody's business yet."""


class Form(StrEnum):
    """Which form of a document somebody holds."""

    NEWEST = "newest"
    OLDER = "older"
    """A later signed form was made since, such as one with a newer archive time stamp."""
    UNSEALED = "unsealed"
    """A result as the leader signed it, before the agency's seal."""


class Origin(StrEnum):
    """How a document came into the archive: what it may say of it, and on whose behalf."""

    ISSUED = "issued"
    """A result of a dossier, signed and sealed here: the archive knows whether it still counts."""
    CERTIFIED = "certified"
    """A paper that one of our officers copied and signed; it was issued by whoever stands on it."""
    BROUGHT = "brought"
    """Sent in by another system and kept as it came."""
    KEPT = "kept"
    """Kept here, and nothing is recorded of how it came: the index was rebuilt from the objects, for example."""


class Count(StrEnum):
    """Whether a document counts today, for programs."""

    IN_FORCE = "in_force"
    """Issued here, and nothing is recorded against it."""
    RECORDED = "recorded"
    """Kept here and not issued here: only whoever issued it knows whether it counts."""
    REPLACED = "replaced"
    REVOKED = "revoked"
    RESTRICTED = "restricted"
    NOT_ISSUED = "not_issued"
    """Signed, but without the agency's seal."""
    EXPIRED = "expired"
    NOT_YET = "not_yet"
    DESTROYED = "destroyed"


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a document counts today: tone (green, amber, red), a short word, a sentence, and how we came by it."""

    count: Count
    tone: str
    word: str
    text: str
    origin: Origin = Origin.KEPT
    handle: storage.Handle | None = None
    result: Result | None = None

    @property
    def good(self) -> bool:
        """Whether nothing that the archive knows speaks against it."""
        return self.tone == "green"


def of_result(result: Result) -> Standing:
    """How a result stands. It is one of `PUBLIC`, so the archive has its document."""
    assert result.document is not None
    return of_document(result.document)


def of_document(document: UUID, form: Form = Form.NEWEST) -> Standing:
    """How a document stands, and with it a file that is this form of it."""
    try:
        handle = storage.handle(document, WORKER)
    except storage.StorageError:
        text = _("Giấy tờ này đã được hủy theo quy định về lưu trữ.")
        return Standing(Count.DESTROYED, "red", _("Không còn trong kho"), text)
    result = queries.result_of_document(document)
    origin = _origin(document, result)
    return Standing(*_judged(handle, result, form, origin), origin, handle, result)


def replacement_of(result: Result) -> Result | None:
    """The issued result that stands in place of this one."""
    return result.replacements.filter(state__in=PUBLIC).order_by("issued_at").last()


def _origin(document: UUID, result: Result | None) -> Origin:
    if result is not None:
        return Origin.ISSUED
    if any(version.role is storage.VersionRole.CERTIFIED for version in storage.versions(document, WORKER)):
        return Origin.CERTIFIED
    brought = CodedDocument.objects.filter(document=document).exclude(client="").exists()
    return Origin.BROUGHT if brought else Origin.KEPT


def _judged(handle: storage.Handle, result: Result | None, form: Form, origin: Origin) -> tuple[Count, str, str, str]:
    state = result.state if result else None
    if state == ResultState.REVOKED or handle.status is storage.Status.REVOKED:
        text = _ended(_("Cơ quan ban hành đã thu hồi văn bản này."), result)
        return Count.REVOKED, "red", _("Đã bị thu hồi"), text
    if state == ResultState.REPLACED or handle.status is storage.Status.SUPERSEDED:
        new = replacement_of(result) if result else None
        told = _("Đã có văn bản khác thay thế. Hãy dùng văn bản mới.")
        if new is not None:
            told = _("Đã có văn bản khác thay thế, mã %(code)s. Hãy dùng văn bản mới.") % {"code": new.code}
        return Count.REPLACED, "red", _("Đã bị thay thế"), _ended(told, result)
    if handle.status is storage.Status.RESTRICTED:
        text = _("Hỏi cơ quan ban hành trước khi dùng.")
        return Count.RESTRICTED, "amber", _("Đang bị hạn chế sử dụng"), text
    if state is not None and state != ResultState.ISSUED:
        text = _("Văn bản đã ký nhưng chưa có dấu của cơ quan nên chưa được ban hành.")
        return Count.NOT_ISSUED, "amber", _("Chưa ban hành"), text
    if form is Form.UNSEALED and origin is Origin.ISSUED:
        text = _("Tệp này chưa có dấu của cơ quan. Hãy dùng bản đã đóng dấu.")
        return Count.NOT_ISSUED, "amber", _("Bản chưa ban hành"), text
    return _in_time(handle, timezone.localdate(), form, origin)


def _in_time(handle: storage.Handle, today: date, form: Form, origin: Origin) -> tuple[Count, str, str, str]:
    if handle.valid_to is not None and handle.valid_to < today:
        text = _("Văn bản chỉ có giá trị đến hết ngày %(day)s.") % {"day": day(handle.valid_to)}
        return Count.EXPIRED, "amber", _("Hết hiệu lực"), text
    if handle.valid_from is not None and handle.valid_from > today:
        text = _("Văn bản có giá trị từ ngày %(day)s.") % {"day": day(handle.valid_from)}
        return Count.NOT_YET, "amber", _("Chưa đến ngày có hiệu lực"), text
    text = _origins()[origin] + " "
    if handle.valid_to is not None:
        text += _("Ghi giá trị đến hết ngày %(day)s.") % {"day": day(handle.valid_to)}
    else:
        text += _("Không ghi thời hạn.")
    if form is not Form.NEWEST:
        text += " " + _("Tệp của bạn là bản ký trước đó; trong kho có bản mới hơn của cùng văn bản.")
    if origin is Origin.ISSUED:
        return Count.IN_FORCE, "green", _("Còn hiệu lực"), text
    return Count.RECORDED, "green", _("Chưa có ghi nhận hết hiệu lực"), text


def _origins() -> dict[Origin, str]:
    return {
        Origin.ISSUED: _("Do hệ thống này ban hành."),
        Origin.CERTIFIED: _(
            "Bản sao điện tử do cán bộ một cửa ký xác nhận tại hệ thống này; bản gốc do cơ quan ghi trên văn bản cấp."
        ),
        Origin.BROUGHT: _("Do hệ thống khác gửi đến, kho này chỉ lưu giữ, không phải nơi ban hành."),
        Origin.KEPT: _("Kho này có lưu giữ, nhưng không có ghi nhận là do hệ thống này ban hành."),
    }


def _ended(text: str, result: Result | None) -> str:
    """The sentence with the day and the cause, where a result of ours ended."""
    if result is None or result.ended_at is None:
        return text
    if result.end_cause:
        cause = label(EndCause(result.end_cause), "en" if get_language() == "en" else "vi")
        text += " " + _("Nguyên nhân: %(cause)s.") % {"cause": cause[0].lower() + cause[1:]}
    return f"{text} ({day(result.ended_at)})"
