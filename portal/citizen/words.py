"""States, acts and events in words for people who do not work in an office."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from catalogue import UnknownEntry, agency
from dossiers.models import Component, Dossier
from dossiers.states import Act, ComponentState, Decision, State

PLAIN: dict[State, str | Promise] = {
    State.REGISTERED: _("Hồ sơ đã đăng ký, đang chờ cán bộ kiểm tra và tiếp nhận."),
    State.RECEIVED: _("Cán bộ đã nhận hồ sơ và đang kiểm tra giấy tờ."),
    State.PROCESSING: _("Cơ quan đang giải quyết. Bạn không phải làm gì thêm."),
    State.SUPPLEMENT: _("Hồ sơ còn thiếu. Thời gian hẹn trả tạm dừng cho đến khi bạn bổ sung."),
    State.DONE: _("Đã có kết quả, mời bạn nhận."),
    State.RETURNED: _("Kết quả đã trao cho bạn. Hồ sơ kết thúc."),
    State.REFUSED: _("Hồ sơ bị từ chối. Lý do ghi trong phiếu gửi bạn."),
    State.STOPPED: _("Cơ quan đã dừng giải quyết. Lý do ghi trong thông báo gửi bạn."),
    State.WITHDRAWN: _("Hồ sơ đã được rút theo yêu cầu của bạn."),
}
"""State of a dossier → what it means for the applicant."""

ACTS: dict[Act, str | Promise] = {
    Act.REGISTER: _("Đăng ký hồ sơ"),
    Act.RECEIVE: _("Tiếp nhận hồ sơ"),
    Act.ACCEPT: _("Tiếp nhận hồ sơ"),
    Act.REQUEST_SUPPLEMENT: _("Yêu cầu bổ sung giấy tờ"),
    Act.SUPPLEMENT_RECEIVED: _("Đã nhận giấy tờ bổ sung"),
    Act.START_PROCESSING: _("Chuyển cơ quan giải quyết"),
    Act.EXTEND: _("Xin lỗi và hẹn lại ngày trả"),
    Act.REFUSE: _("Từ chối hồ sơ"),
    Act.STOP: _("Dừng giải quyết"),
    Act.WITHDRAW: _("Rút hồ sơ"),
    Act.FINISH: _("Giải quyết xong"),
    Act.HAND_OVER: _("Trả kết quả"),
    Act.MARK_SIGNED: _("Lãnh đạo đã ký kết quả"),
    Act.ISSUE: _("Kết quả đã ký, đóng dấu và ban hành"),
    Act.REVOKE_RESULT: _("Thu hồi kết quả"),
    Act.CHOOSE_REUSE: _("Dùng lại giấy tờ có sẵn trong kho"),
}
"""Acts that the applicant is told of → in their words; what is not here is the office's own work."""

FORMS: dict[str, str | Promise] = {
    "": _("Giấy tiếp nhận và hẹn trả kết quả"),
    "01": _("Giấy tiếp nhận và hẹn trả kết quả"),
    "02": _("Phiếu yêu cầu bổ sung hồ sơ"),
    "03": _("Phiếu từ chối hồ sơ"),
    "04": _("Phiếu xin lỗi và hẹn lại"),
    "05": _("Thông báo dừng giải quyết"),
}
"""Number of a form (Circular 03/2025/TT-VPCP, Annex I) → its short name."""

READS: dict[str, str | Promise] = {
    "account.make": _("Lập tài khoản của bạn"),
    "account.change": _("Sửa tài khoản của bạn"),
    "account.close": _("Khóa tài khoản của bạn"),
    "account.reopen": _("Mở lại tài khoản của bạn"),
    "account.password": _("Cấp mật khẩu mới cho tài khoản của bạn"),
    "document.open": _("Mở xem giấy tờ"),
    "document.metadata": _("Xem thông tin ghi trên giấy tờ"),
    "document.status": _("Hỏi giấy tờ còn hiệu lực không"),
    "document.verify": _("Kiểm tra bằng mã QR hoặc bằng tệp"),
    "document.report": _("Xem báo cáo kiểm tra chữ ký của giấy tờ"),
    "document.reuse": _("Dùng lại giấy tờ cho hồ sơ"),
    "archive.search": _("Tìm trong giấy tờ của bạn"),
    "owner.read": _("Xem tên, số định danh của bạn"),
}
"""Events by which somebody learns something of the person."""

CHANGES: dict[str, str | Promise] = {
    "document.deposit": _("Lưu giấy tờ vào kho"),
    "document.describe": _("Ghi, sửa thông tin của giấy tờ"),
    "document.examine": _("Kiểm tra chữ ký số của tệp, lưu báo cáo"),
    "document.revoke": _("Thu hồi giấy tờ"),
    "document.restrict": _("Hạn chế sử dụng giấy tờ"),
    "document.release": _("Bỏ hạn chế sử dụng"),
    "document.supersede": _("Thay bằng giấy tờ mới"),
    "document.destroy": _("Hủy giấy tờ"),
    "owner.make": _("Lập nơi lưu giấy tờ của bạn"),
    "owner.alias": _("Ghi thêm một số giấy tờ của bạn"),
    "owner.merge": _("Gộp hai nơi lưu giấy tờ của bạn"),
    "owner.unmerge": _("Tách lại nơi lưu giấy tờ"),
}
"""Other events that concern the person."""


def component_word(row: Component, dossier: Dossier) -> tuple[str, str | Promise]:
    """How a component stands for the person who handed it in, or did not have to: tone and words."""
    settled = row.state == ComponentState.SETTLED
    match Decision(row.decision):
        case Decision.REUSE:
            return ("green", _("Đã có trong kho, không cần nộp"))
        case Decision.LOOKUP:
            return ("green", _("Đã tra cứu, không cần nộp")) if settled else ("blue", _("Cơ quan tự tra cứu"))
        case Decision.SHOWN:
            return ("green", _("Đã đối chiếu")) if settled else ("amber", _("Mang theo để đối chiếu"))
        case Decision.SKIP:
            return ("plain", _("Không cần nộp"))
    if row.state != ComponentState.WAITING:
        return ("green", _("Đã nhận"))
    if row.required:
        return ("amber", _("Chưa nộp"))
    return ("plain", _("Nộp nếu có")) if dossier.is_open else ("plain", _("Không nộp, không bắt buộc"))


def agency_name(code: str) -> str:
    """An agency's name; its code where the catalogue does not know it."""
    try:
        return agency(code).name
    except UnknownEntry:
        return code
