"""The names of states, decisions, channels and acts as people read them, in Vietnamese and English."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum, StrEnum
from types import MappingProxyType

from dossiers.states import Act, Channel, ComponentState, Decision, EndCause, ResultState, State

_NAMES: tuple[tuple[StrEnum | IntEnum, str, str], ...] = (
    (State.REGISTERED, "Mới đăng ký", "Registered"),
    (State.RECEIVED, "Được tiếp nhận", "Received"),
    (State.PROCESSING, "Đang xử lý", "In process"),
    (State.SUPPLEMENT, "Yêu cầu bổ sung", "Supplement requested"),
    (State.DONE, "Đã xử lý xong", "Processed"),
    (State.RETURNED, "Đã trả kết quả", "Result returned"),
    (State.REFUSED, "Từ chối", "Refused"),
    (State.STOPPED, "Dừng xử lý", "Stopped"),
    (State.WITHDRAWN, "Công dân yêu cầu rút", "Withdrawn by the applicant"),
    (ResultState.DRAFT, "Dự thảo", "Draft"),
    (ResultState.SIGNING, "Đang ký số", "Being signed"),
    (ResultState.SIGNED, "Chờ đóng dấu", "Awaiting seal"),
    (ResultState.SEALING, "Đang đóng dấu", "Being sealed"),
    (ResultState.SEALED, "Đã đóng dấu", "Sealed"),
    (ResultState.ISSUED, "Đã ban hành", "Issued"),
    (ResultState.REVOKED, "Đã thu hồi", "Revoked"),
    (ResultState.REPLACED, "Đã được thay thế", "Replaced"),
    (EndCause.ERROR, "Có sai sót trong văn bản", "A mistake in the document"),
    (EndCause.CHANGED, "Thông tin đã thay đổi", "The facts have changed"),
    (EndCause.REQUEST, "Theo yêu cầu của người được cấp", "Asked for by its holder"),
    (EndCause.DECISION, "Theo quyết định của tòa án, cơ quan có thẩm quyền", "By decision of a court or authority"),
    (EndCause.OTHER, "Lý do khác", "Another reason"),
    (Decision.SCAN, "Số hóa", "To scan"),
    (Decision.SKIP, "Không cần số hóa", "No need to scan"),
    (Decision.LOOKUP, "Tra cứu cơ sở dữ liệu", "Looked up in a database"),
    (Decision.REUSE, "Dùng lại từ kho", "Reused from the archive"),
    (Decision.SHOWN, "Chỉ xuất trình", "Only to be shown"),
    (ComponentState.WAITING, "Chưa có", "Missing"),
    (ComponentState.ATTACHED, "Đã có bản số hóa", "Scan attached"),
    (ComponentState.SETTLED, "Đã đủ", "Settled"),
    (Channel.COUNTER, "Trực tiếp", "At the counter"),
    (Channel.ONLINE, "Trực tuyến", "Online"),
    (Channel.POST, "Bưu chính công ích", "Public post"),
    (Act.REGISTER, "Đăng ký hồ sơ", "Register"),
    (Act.RECEIVE, "Tiếp nhận hồ sơ", "Receive"),
    (Act.ACCEPT, "Tiếp nhận hồ sơ đã đăng ký", "Accept"),
    (Act.REQUEST_SUPPLEMENT, "Yêu cầu bổ sung", "Request a supplement"),
    (Act.SUPPLEMENT_RECEIVED, "Ghi nhận đã bổ sung", "Record the supplement"),
    (Act.START_PROCESSING, "Chuyển xử lý", "Start processing"),
    (Act.EXTEND, "Xin lỗi và hẹn lại", "Apologise and set a new date"),
    (Act.REFUSE, "Từ chối hồ sơ", "Refuse"),
    (Act.STOP, "Dừng giải quyết", "Stop"),
    (Act.WITHDRAW, "Rút hồ sơ", "Withdraw"),
    (Act.FINISH, "Kết thúc xử lý", "Finish processing"),
    (Act.HAND_OVER, "Trả kết quả", "Hand over the result"),
    (Act.ATTACH_FORM, "Lưu phiếu vào hồ sơ", "File the form"),
    (Act.MARK_SHOWN, "Đã đối chiếu", "Compared with the original"),
    (Act.SKIP_COMPONENT, "Bỏ qua thành phần", "Leave the component out"),
    (Act.CHOOSE_REUSE, "Dùng lại giấy tờ trong kho", "Reuse a document of the archive"),
    (Act.REQUIRE_PAPER, "Yêu cầu nộp bản giấy", "Ask for the paper"),
    (Act.RECORD_LOOKUP, "Ghi kết quả tra cứu", "Record a look-up"),
    (Act.ATTACH, "Gắn bản số hóa", "Attach a document"),
    (Act.DETACH, "Gỡ bản số hóa", "Detach a document"),
    (Act.DECLARE_PAGES, "Khai số trang", "Declare the number of pages"),
    (Act.CONFIRM_FIELDS, "Xác nhận thông tin", "Confirm the fields"),
    (Act.TICK, "Đánh dấu đã đủ", "Tick the component"),
    (Act.DRAFT_RESULT, "Soạn kết quả", "Draft a result"),
    (Act.EDIT_RESULT, "Sửa dự thảo kết quả", "Edit the draft"),
    (Act.DISCARD_RESULT, "Hủy dự thảo kết quả", "Discard the draft"),
    (Act.START_SIGNING, "Ký kết quả", "Sign the result"),
    (Act.SIGNING_FAILED, "Ký không thành công", "Signing failed"),
    (Act.MARK_SIGNED, "Ghi nhận đã ký", "Record the signature"),
    (Act.START_SEALING, "Đóng dấu kết quả", "Seal the result"),
    (Act.SEALING_FAILED, "Đóng dấu không thành công", "Sealing failed"),
    (Act.MARK_SEALED, "Ghi nhận đã đóng dấu", "Record the seal"),
    (Act.ISSUE, "Ban hành kết quả", "Issue the result"),
    (Act.REVOKE_RESULT, "Thu hồi kết quả", "Revoke the result"),
    (Act.REPLACE_RESULT, "Thay thế kết quả", "Replace the result"),
)

NAMES: Mapping[tuple[str, str], tuple[str, str]] = MappingProxyType(
    {(type(value).__name__, str(value.value)): (vi, en) for value, vi, en in _NAMES}
)
"""(enumeration, value) → (Vietnamese, English): members of two enumerations may be equal as text."""


def label(value: StrEnum | IntEnum, language: str = "vi") -> str:
    """The name of a state, decision, channel or act in `vi` or `en`."""
    vi, en = NAMES[type(value).__name__, str(value.value)]
    return en if language.startswith("en") else vi
