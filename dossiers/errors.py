"""What can go wrong with a dossier, in two languages and with the next step."""

from __future__ import annotations

from catalogue import ExitCode, HosoError


class DossierError(HosoError):
    """The root of this package's errors."""

    code = "dossiers.error"
    message_vi = "Không thực hiện được thao tác trên hồ sơ."
    message_en = "The act on the dossier could not be done."


class DossierNotFound(DossierError):
    """No such dossier, or the actor may not know of it; the two look alike on purpose."""

    code = "dossiers.not_found"
    message_vi = "Không tìm thấy hồ sơ."
    message_en = "No such dossier."
    next_vi = "Kiểm tra lại mã hồ sơ trên giấy tiếp nhận."
    next_en = "Check the dossier code on the receipt."
    exit_code = ExitCode.NOT_FOUND
    status = 404


class PartNotFound(DossierError):
    """The dossier has no such component or result."""

    code = "dossiers.part_not_found"
    message_vi = "Hồ sơ không có thành phần hoặc kết quả này."
    message_en = "The dossier has no such component or result."
    next_vi = "Tải lại trang hồ sơ rồi chọn lại."
    next_en = "Reload the dossier's page and choose again."
    exit_code = ExitCode.NOT_FOUND
    status = 404


class NotAllowed(DossierError):
    """The actor's roles or agencies do not allow the act."""

    code = "dossiers.not_allowed"
    message_vi = "Tài khoản của bạn không được phép thực hiện thao tác “{act_vi}” trên hồ sơ này."
    message_en = "Your account may not do “{act_en}” on this dossier."
    next_vi = "Nhờ người có vai trò phù hợp tại cơ quan giữ hồ sơ thực hiện."
    next_en = "Ask somebody with the right role at the agency that holds the dossier."
    exit_code = ExitCode.REFUSED
    status = 403


class IllegalAct(DossierError):
    """The act does not start from the present state."""

    code = "dossiers.illegal_act"
    message_vi = "Không thể thực hiện “{act_vi}” khi trạng thái là “{state_vi}”."
    message_en = "“{act_en}” cannot be done in the state “{state_en}”."
    next_vi = "Tải lại trang để xem trạng thái mới nhất."
    next_en = "Reload the page to see the present state."
    exit_code = ExitCode.REFUSED
    status = 409


class DraftChanged(DossierError):
    """A draft was edited after the page was opened from which it is signed: nobody signs what they have not seen."""

    code = "dossiers.draft_changed"
    message_vi = "Dự thảo {result} đã được sửa sau khi bạn mở trang này nên chưa ký."
    message_en = "The draft {result} was edited after you opened this page, so it was not signed."
    next_vi = "Mở lại kết quả, xem bản mới rồi ký."
    next_en = "Open the result again, look at the new draft, then sign."
    exit_code = ExitCode.REFUSED
    status = 409


class ReasonMissing(DossierError):
    """An act that the applicant must be told the reason of came without one."""

    code = "dossiers.reason_missing"
    message_vi = "Phải ghi rõ lý do."
    message_en = "A reason is required."
    next_vi = "Nhập lý do để in lên phiếu gửi người nộp."
    next_en = "Type the reason; it is printed on the form for the applicant."
    exit_code = ExitCode.BAD_INPUT
    status = 422


class KeyReused(DossierError):
    """The idempotency key was used before for something else."""

    code = "dossiers.key_reused"
    message_vi = "Khóa chống gửi trùng này đã dùng cho một yêu cầu khác."
    message_en = "This idempotency key was used for a different request."
    next_vi = "Gửi lại với khóa mới."
    next_en = "Send again with a new key."
    exit_code = ExitCode.BAD_INPUT
    status = 409


class ComponentsOpen(DossierError):
    """A required component is not settled yet (Resolution 27/NQ-CP of 2025: digitise before processing)."""

    code = "dossiers.components_open"
    message_vi = "Còn {count} thành phần bắt buộc chưa xong: {titles}."
    message_en = "{count} required components are not settled: {titles}."
    next_vi = "Số hóa, đối chiếu hoặc dùng lại từ kho các thành phần này rồi chuyển xử lý."
    next_en = "Scan, compare or reuse these components, then start processing."
    exit_code = ExitCode.REFUSED
    status = 409


class PagesDiffer(DossierError):
    """The scan has another number of pages than the paper (Circular 01/2023/TT-VPCP Art. 8)."""

    code = "dossiers.pages_differ"
    message_vi = "Bản giấy có {declared} trang nhưng bản số hóa có {scanned} trang."
    message_en = "The paper has {declared} pages, the scan {scanned}."
    next_vi = "Quét lại trang thiếu hoặc sửa số trang đã khai."
    next_en = "Scan the missing pages or correct the declared number."
    exit_code = ExitCode.REFUSED
    status = 409


class NothingAttached(DossierError):
    """A component that must be scanned has no document."""

    code = "dossiers.nothing_attached"
    message_vi = "Thành phần “{title}” chưa có bản số hóa."
    message_en = "The component “{title}” has no scan."
    next_vi = "Quét hoặc tải lên giấy tờ của thành phần này."
    next_en = "Scan or upload the paper of this component."
    exit_code = ExitCode.REFUSED
    status = 409


class NotReusable(DossierError):
    """The archive's document does not satisfy the component."""

    code = "dossiers.not_reusable"
    message_vi = "Không dùng lại được giấy tờ này: {reasons_vi}."
    message_en = "This document cannot be reused: {reasons_en}."
    next_vi = "Chọn giấy tờ khác trong kho hoặc yêu cầu nộp bản mới."
    next_en = "Choose another document of the archive or ask for a new one."
    exit_code = ExitCode.REFUSED
    status = 409


class WrongDecision(DossierError):
    """The act does not fit what was decided about the component."""

    code = "dossiers.wrong_decision"
    message_vi = "Thành phần “{title}” đang ở cách xử lý “{decision_vi}”, không làm được thao tác này."
    message_en = "The component “{title}” is handled as “{decision_en}”; this act does not fit."
    next_vi = "Đổi cách xử lý của thành phần trước."
    next_en = "Change how the component is handled first."
    exit_code = ExitCode.REFUSED
    status = 409


class DecisionTaken(DossierError):
    """A result is being signed or is issued: the dossier can no longer be stopped or withdrawn."""

    code = "dossiers.decision_taken"
    message_vi = "Hồ sơ đã có kết quả đang ký hoặc đã ban hành, không thể dừng, rút hay từ chối."
    message_en = "A result is being signed or is issued; the dossier can no longer be stopped."
    next_vi = "Nếu kết quả sai, thu hồi hoặc thay thế kết quả."
    next_en = "If the result is wrong, revoke or replace it."
    exit_code = ExitCode.REFUSED
    status = 409


class NoResult(DossierError):
    """The dossier has no issued result to finish with."""

    code = "dossiers.no_result"
    message_vi = "Hồ sơ chưa có kết quả được ban hành."
    message_en = "The dossier has no issued result."
    next_vi = "Soạn, ký và đóng dấu kết quả trước."
    next_en = "Draft, sign and seal the result first."
    exit_code = ExitCode.REFUSED
    status = 409


class BadDossier(DossierError):
    """What was sent does not make a dossier."""

    code = "dossiers.bad_input"
    message_vi = "Thông tin hồ sơ không hợp lệ: {field}."
    message_en = "The dossier's data are not valid: {field}."
    next_vi = "Sửa ô đã nêu rồi gửi lại."
    next_en = "Correct the named field and send again."
    exit_code = ExitCode.BAD_INPUT
    status = 422


class CalendarFileBroken(DossierError):
    """The working calendar's data file cannot be read."""

    code = "dossiers.calendar_file"
    message_vi = "Tệp lịch làm việc không hợp lệ: {problem}."
    message_en = "The working calendar's file is not valid: {problem}."
    next_vi = "Sửa tệp calendar.json trong thư mục dữ liệu rồi khởi động lại."
    next_en = "Correct calendar.json in the data folder and restart."
    exit_code = ExitCode.USAGE
    status = 500


class BadCursor(DossierError):
    """The key of a page was cut or made up."""

    code = "dossiers.bad_cursor"
    message_vi = "Vị trí trang không hợp lệ."
    message_en = "The page position is not valid."
    next_vi = "Mở lại danh sách từ đầu."
    next_en = "Open the list from its beginning."
    exit_code = ExitCode.BAD_INPUT
    status = 400
