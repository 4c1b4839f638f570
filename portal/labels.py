"""Words for codes: what roles, states and kinds are called on the pages (Vietnamese; English by the catalogue)."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import Role
from catalogue import Party

ROLE_NAMES: dict[Role, str | Promise] = {
    Role.OFFICER: _("Cán bộ một cửa"),
    Role.LEADER: _("Lãnh đạo"),
    Role.SEAL_CLERK: _("Văn thư"),
    Role.AUDITOR: _("Kiểm tra viên"),
    Role.ADMIN: _("Quản trị viên"),
    Role.CITIZEN: _("Công dân"),
    Role.SYSTEM: _("Hệ thống"),
}

JOB_KINDS: dict[str, str | Promise] = {
    "digitize": _("Số hóa"),
    "certify": _("Ký số bản sao"),
    "page-images": _("Tạo ảnh trang"),
    "draft-preview": _("Tạo bản xem trước"),
    "sign-result": _("Ký kết quả"),
    "seal-result": _("Đóng dấu kết quả"),
    "verify": _("Kiểm tra chữ ký"),
    "form": _("Mẫu"),
    "tell-archive": _("Thu hồi giấy tờ"),
    "renewals": _("Tìm dấu thời gian sắp hết hạn"),
    "renew": _("Gia hạn dấu thời gian"),
    "renewal-alarm": _("Báo động gia hạn dấu thời gian"),
}
"""Kind of a job → what people call it."""

JOB_STAGES: dict[str, str | Promise] = {
    "open": _("Mở tệp an toàn"),
    "read": _("Đọc chữ"),
    "sort": _("Tách và phân loại giấy tờ"),
    "compose": _("Tạo bản PDF/A"),
    "deposit": _("Cất vào kho"),
    "sign": _("Ký số"),
    "seal": _("Đóng dấu"),
    "draw": _("Tạo ảnh trang"),
    "verify": _("Kiểm tra chữ ký"),
}
"""Stage of a job → what people call it."""

LEVEL_REASONS: dict[str, str | Promise] = {
    "no_tsa": _("Chưa khai báo máy chủ dấu thời gian (TSA); báo quản trị viên."),
    "tsa_unavailable": _("Không lấy được dấu thời gian từ máy chủ TSA nào; không phải ký lại."),
    "timestamp_invalid": _("Dấu thời gian nhận về không hợp lệ nên không dùng; báo quản trị viên."),
    "revocation_unavailable": _("Không lấy được dữ liệu thu hồi (OCSP, CRL) của chứng thư; không phải ký lại."),
    "token_too_large": _("Dấu thời gian lớn hơn chỗ dành sẵn; lần nâng mức sau sẽ đủ chỗ."),
    "mark_no_room": _("Trang không còn chỗ trống nên chữ ký không hiển thị trên trang; chữ ký số vẫn có."),
    "demo": _("Chữ ký DEMO, không có giá trị pháp lý."),
}
"""Why a signature did not reach the level that was wanted → what it means for whoever signed."""

INDICATORS: dict[str, str | Promise] = {
    "4.1": _("Trong số hồ sơ thuộc thủ tục có trả giấy tờ kết quả: bao nhiêu hồ sơ đã có tệp kết quả điện tử."),
    "4.2": _(
        "Trong số hồ sơ đã tiếp nhận: bao nhiêu hồ sơ vừa có tệp của ít nhất một thành phần, vừa có tệp kết quả. "
        "Một tệp đính kèm là đủ, không phải mọi giấy tờ đều đã số hóa."
    ),
    "4.3": _(
        "Trong số hồ sơ đã tiếp nhận: bao nhiêu hồ sơ có ít nhất một giấy tờ lấy từ kho hoặc cơ sở dữ liệu. "
        "Một giấy tờ là đủ, các giấy tờ khác người dân vẫn có thể phải nộp."
    ),
    "true_reuse": _(
        "Tính trên từng giấy tờ: trong số giấy tờ bắt buộc (không kể giấy tờ chỉ xuất trình hoặc không cần số hóa), "
        "bao nhiêu giấy tờ người dân không phải nộp vì kho hoặc cơ sở dữ liệu đã có."
    ),
}
"""Indicator of the numbers page → what is counted, in plain words (Decision 766/QĐ-TTg; the last is our own)."""

PARTIES: dict[Party, str | Promise] = {
    Party.APPLICANT: _("người nộp"),
    Party.SPOUSE: _("vợ hoặc chồng"),
    Party.CHILD: _("con"),
    Party.PARENT: _("cha, mẹ"),
    Party.DECEASED: _("người đã mất"),
    Party.HOUSEHOLD: _("hộ gia đình"),
    Party.AGENT: _("người được ủy quyền"),
    Party.ANY: _("bất kỳ ai"),
}
"""Whose document a component asks for → what people call them."""

LISTS: dict[str, str | Promise] = {
    "open": _("Đang giải quyết"),
    "late": _("Quá hạn"),
    "risk": _("Sắp đến hạn"),
    "supplement": _("Chờ bổ sung"),
    "done": _("Chờ trả"),
    "closed": _("Đã kết thúc"),
}
"""Lists of dossiers → their names."""

ACTIONS: dict[str, str | Promise] = {
    "archive.search": _("Tìm trong kho"),
    "archive.verify": _("Kiểm tra toàn vẹn kho"),
    "archive.reindex": _("Dựng lại chỉ mục"),
    "archive.export": _("Xuất kho"),
    "archive.backup": _("Sao lưu kho"),
    "archive.restore": _("Khôi phục kho"),
    "document.open": _("Mở giấy tờ"),
    "document.metadata": _("Đọc thông tin giấy tờ"),
    "document.status": _("Hỏi hiệu lực giấy tờ"),
    "document.verify": _("Kiểm tra chữ ký giấy tờ"),
    "document.examine": _("Lưu báo cáo kiểm tra chữ ký"),
    "document.report": _("Đọc báo cáo kiểm tra chữ ký"),
    "document.deposit": _("Cất giấy tờ vào kho"),
    "document.describe": _("Sửa thông tin giấy tờ"),
    "document.reuse": _("Dùng lại giấy tờ"),
    "document.revoke": _("Thu hồi giấy tờ"),
    "document.supersede": _("Thay thế giấy tờ"),
    "document.restrict": _("Hạn chế giấy tờ"),
    "document.release": _("Bỏ hạn chế giấy tờ"),
    "document.destroy": _("Tiêu hủy giấy tờ"),
    "document.import": _("Nhận giấy tờ từ hệ thống khác"),
    "intake.receive": _("Nhận tệp quét"),
    "intake.open": _("Mở tệp quét"),
    "intake.name": _("Đọc tên tệp quét"),
    "intake.grant": _("Chia sẻ tệp quét cho hồ sơ"),
    "intake.destroy": _("Tiêu hủy tệp quét"),
    "owner.make": _("Lập hồ sơ chủ giấy tờ"),
    "owner.read": _("Xem số định danh của chủ giấy tờ"),
    "owner.alias": _("Thêm số định danh"),
    "owner.merge": _("Gộp hai chủ giấy tờ"),
    "owner.unmerge": _("Tách chủ giấy tờ"),
    "log.read": _("Xem nhật ký"),
    "signing.renewal_alarm": _("Báo động: dấu thời gian sắp hết hạn mà chưa gia hạn được"),
    "account.make": _("Lập tài khoản"),
    "account.change": _("Sửa tài khoản"),
    "account.close": _("Khóa tài khoản"),
    "account.reopen": _("Mở lại tài khoản"),
    "account.password": _("Đổi mật khẩu"),
}
"""Action of the event log → what people call it."""
