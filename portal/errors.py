"""What goes wrong in the pages themselves, told as every error of the house is."""

from __future__ import annotations

from catalogue import ExitCode, HosoError


class PortalError(HosoError):
    """The root of the portal's errors."""

    code = "portal.error"


class PageNotFound(PortalError):
    """No page, or no thing, lies at this address (or the person may not know that it does)."""

    code = "portal.not_found"
    message_vi = "Không tìm thấy trang này."
    message_en = "There is no such page."
    next_vi = "Kiểm tra lại địa chỉ, hoặc về trang đầu."
    next_en = "Check the address, or go to the first page."
    exit_code = ExitCode.NOT_FOUND
    status = 404


class Forbidden(PortalError):
    """The person's roles do not open this page."""

    code = "portal.forbidden"
    message_vi = "Vai trò của bạn không mở được trang này."
    message_en = "Your role does not open this page."
    next_vi = "Đăng nhập bằng tài khoản có quyền, hoặc nhờ quản trị viên cấp quyền."
    next_en = "Sign in with an account that may, or ask the administrator for the role."
    exit_code = ExitCode.REFUSED
    status = 403


class SignInNeeded(PortalError):
    """The page asks who you are; told to programs and to htmx, people are sent to the sign-in page."""

    code = "portal.sign_in"
    message_vi = "Bạn cần đăng nhập."
    message_en = "You need to sign in."
    next_vi = "Đăng nhập rồi làm lại việc vừa rồi."
    next_en = "Sign in and do it again."
    exit_code = ExitCode.REFUSED
    status = 401


class FormExpired(PortalError):
    """The CSRF token is missing or belongs to another session."""

    code = "portal.form_expired"
    message_vi = "Trang này đã mở quá lâu nên không gửi được."
    message_en = "This page was open for too long and could not be sent."
    next_vi = "Quay lại, tải lại trang rồi gửi lần nữa."
    next_en = "Go back, reload the page and send it again."
    exit_code = ExitCode.REFUSED
    status = 403


class TooManyAttempts(PortalError):
    """Five wrong passwords in a row (QCVN 12:2026/BCA, section 3)."""

    code = "portal.locked"
    message_vi = "Tài khoản bị khóa 15 phút vì nhập sai mật khẩu 5 lần."
    message_en = "The account is locked for 15 minutes after 5 wrong passwords."
    next_vi = "Chờ 15 phút rồi thử lại."
    next_en = "Wait 15 minutes and try again."
    exit_code = ExitCode.REFUSED
    status = 429


class TooManyRequests(PortalError):
    """One address asks too often."""

    code = "portal.too_many"
    message_vi = "Địa chỉ của bạn đã gửi quá nhiều yêu cầu."
    message_en = "Too many requests came from your address."
    next_vi = "Chờ {minutes} phút rồi thử lại."
    next_en = "Wait {minutes} minutes and try again."
    exit_code = ExitCode.REFUSED
    status = 429


class BadRequest(PortalError):
    """The request cannot be read."""

    code = "portal.bad_request"
    message_vi = "Yêu cầu không đọc được."
    message_en = "The request could not be read."
    next_vi = "Quay lại trang trước và thử lại."
    next_en = "Go back and try again."
    exit_code = ExitCode.BAD_INPUT


class IndexDown(PortalError):
    """The database does not answer, or is busy for longer than a request may wait; nothing was changed."""

    code = "portal.index_down"
    message_vi = "Cơ sở dữ liệu của hệ thống chưa trả lời. Chưa có gì bị thay đổi."
    message_en = "The system's database does not answer. Nothing was changed."
    next_vi = "Chờ một lát rồi thử lại; nếu vẫn lỗi, quản trị viên chạy `hoso doctor`."
    next_en = "Wait a moment and try again; if it fails again, the administrator runs `hoso doctor`."
    exit_code = ExitCode.UNAVAILABLE
    status = 503


class DiskFull(PortalError):
    """The disk of the web server or of the database has no room left; nothing was accepted."""

    code = "portal.disk_full"
    message_vi = "Ổ đĩa của máy chủ đã hết chỗ nên chưa ghi nhận được gì."
    message_en = "The server's disk is full, so nothing was accepted."
    next_vi = "Giữ lại giấy tờ và tệp gốc; báo quản trị viên giải phóng ổ đĩa rồi làm lại."
    next_en = "Keep papers and files; tell the administrator to free disk space, then do it again."
    exit_code = ExitCode.UNAVAILABLE
    status = 507


class OurFault(PortalError):
    """Something that we did not foresee; what was accepted before is safe."""

    code = "portal.unexpected"
    message_vi = "Hệ thống gặp lỗi ngoài dự kiến. Những gì đã nhận vẫn an toàn."
    message_en = "The system met an unexpected error. What was accepted before is safe."
    next_vi = "Thử lại sau ít phút; nếu vẫn lỗi, báo quản trị viên giờ xảy ra lỗi và mã lỗi."
    next_en = "Try again in a few minutes; if it fails again, tell the administrator the time and the error code."
    status = 500
