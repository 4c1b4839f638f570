"""What the API refuses; each becomes an RFC 9457 problem document."""

from __future__ import annotations

from catalogue import ExitCode
from portal.errors import PortalError


class ApiError(PortalError):
    """The root of the API's errors."""

    code = "api.error"
    message_vi = "Yêu cầu của hệ thống không thực hiện được."
    message_en = "The system's request could not be done."
    next_vi = "Xem docs/integrating.md rồi gửi lại."
    next_en = "See docs/integrating.md and send again."


class TokenMissing(ApiError):
    """No bearer token, or one that is unknown or has run out (RFC 6750)."""

    code = "api.token"
    message_vi = "Thiếu mã truy cập, hoặc mã đã hết hạn hay không đúng."
    message_en = "The access token is missing, has run out or is not ours."
    next_vi = "Lấy mã truy cập mới tại /oauth/token/ rồi gửi lại với tiêu đề Authorization: Bearer."
    next_en = "Get a new token from /oauth/token/ and send it as Authorization: Bearer."
    exit_code = ExitCode.REFUSED
    status = 401


class ScopeMissing(ApiError):
    """The token does not carry the scope that the call needs."""

    code = "api.scope"
    message_vi = "Mã truy cập không có phạm vi {scope}."
    message_en = "The access token lacks the scope {scope}."
    next_vi = "Đề nghị quản trị viên cấp thêm phạm vi này cho hệ thống của bạn."
    next_en = "Ask the administrator to grant your system this scope."
    exit_code = ExitCode.REFUSED
    status = 403


class HeaderMissing(ApiError):
    """X-Purpose, X-Case, X-Officer or X-Agency is missing or malformed: no purpose, no read."""

    code = "api.purpose_header"
    message_vi = "Tiêu đề {header} còn thiếu hoặc không đúng dạng."
    message_en = "The header {header} is missing or malformed."
    next_vi = "Gửi đủ X-Purpose, X-Case, X-Officer và X-Agency; lần từ chối này đã được ghi vào nhật ký."
    next_en = "Send X-Purpose, X-Case, X-Officer and X-Agency; this refusal has been recorded."
    exit_code = ExitCode.REFUSED
    status = 403


class AgencyRefused(ApiError):
    """X-Agency is not the client's own agency or one below it."""

    code = "api.agency"
    message_vi = "Hệ thống của bạn không đại diện cho cơ quan {agency}."
    message_en = "Your system does not act for the agency {agency}."
    next_vi = "Dùng mã cơ quan đã đăng ký, hoặc đề nghị quản trị viên đăng ký thêm; lần từ chối này đã được ghi."
    next_en = "Use the agency that was registered, or have it registered; this refusal has been recorded."
    exit_code = ExitCode.REFUSED
    status = 403


class PurposeRefused(ApiError):
    """The client may not read on this legal basis, or not for this procedure."""

    code = "api.purpose"
    message_vi = "Hệ thống của bạn không được đọc theo căn cứ {basis}."
    message_en = "Your system may not read on the legal basis {basis}."
    next_vi = "Nêu thủ tục đã đăng ký cho hệ thống, dạng TTHC:<mã thủ tục>; lần từ chối này đã được ghi."
    next_en = "State a procedure registered for your system, as TTHC:<code>; this refusal has been recorded."
    exit_code = ExitCode.REFUSED
    status = 403


class KindRefused(ApiError):
    """The client may not read this kind, or the stated procedure does not ask for it."""

    code = "api.kind"
    message_vi = "Loại giấy tờ này không thuộc phạm vi của hệ thống, hoặc thủ tục đã nêu không cần đến."
    message_en = "This kind of document is not granted to your system, or the stated procedure does not ask for it."
    next_vi = "Chỉ hỏi loại giấy tờ mà thủ tục yêu cầu; lần từ chối này đã được ghi vào nhật ký."
    next_en = "Ask only for kinds that the procedure needs; this refusal has been recorded."
    exit_code = ExitCode.REFUSED
    status = 403


class NoPdf(ApiError):
    """The document has no version in the format that was asked for."""

    code = "api.no_pdf"
    message_vi = "Giấy tờ này chưa có bản PDF."
    message_en = "This document has no PDF version yet."
    next_vi = "Thử lại sau khi bản quét được xử lý xong."
    next_en = "Try again after the scan has been processed."
    exit_code = ExitCode.NOT_FOUND
    status = 406


class Invalid(ApiError):
    """What was sent does not fit the schema; `where` names the first place, the document lists all."""

    code = "api.invalid"
    message_vi = "Dữ liệu gửi lên không hợp lệ ở {where}."
    message_en = "What was sent is not valid at {where}."
    next_vi = "Sửa theo /api/v1/openapi.json rồi gửi lại."
    next_en = "Correct it as /api/v1/openapi.json says and send again."
    exit_code = ExitCode.BAD_INPUT
    status = 422


class WrongMethod(ApiError):
    """The address knows other methods only."""

    code = "api.method"
    message_vi = "Địa chỉ này không nhận phương thức {method}."
    message_en = "This address does not take the method {method}."
    next_vi = "Xem các phương thức được phép ở tiêu đề Allow."
    next_en = "See the header Allow for the methods that it takes."
    exit_code = ExitCode.BAD_INPUT
    status = 405


class TooManyRequests(ApiError):
    """The client calls more often than it may."""

    code = "api.too_many"
    message_vi = "Hệ thống gọi quá nhiều lần trong một phút."
    message_en = "The system calls too often in a minute."
    next_vi = "Chờ số giây ghi ở tiêu đề Retry-After rồi gửi lại."
    next_en = "Wait for the seconds in the header Retry-After, then send again."
    exit_code = ExitCode.REFUSED
    status = 429


class KeyNeeded(ApiError):
    """An import without an Idempotency-Key could bring a document twice."""

    code = "api.idempotency_key"
    message_vi = "Thiếu tiêu đề Idempotency-Key, hoặc không phải 8 đến 100 ký tự chữ, số, gạch nối."
    message_en = "The header Idempotency-Key is missing or is not 8 to 100 letters, digits and dashes."
    next_vi = "Gửi kèm một mã ngẫu nhiên cho mỗi tài liệu và dùng lại mã đó khi gửi lại."
    next_en = "Send a random key for each document, and the same one when you send it again."
    exit_code = ExitCode.BAD_INPUT
    status = 400


class KeyReused(ApiError):
    """The idempotency key was used for something else."""

    code = "api.key_reused"
    message_vi = "Idempotency-Key này đã dùng cho một nội dung khác."
    message_en = "This Idempotency-Key was used for other content."
    next_vi = "Gửi nội dung mới với một mã mới."
    next_en = "Send the new content with a new key."
    exit_code = ExitCode.REFUSED
    status = 409


class CodeTaken(ApiError):
    """The DocCode belongs to another document, or to another agency."""

    code = "api.code_taken"
    message_vi = "Mã tài liệu {doc_code} đã có, hoặc không thuộc cơ quan của bạn."
    message_en = "The DocCode {doc_code} is taken, or is not your agency's."
    next_vi = "Bỏ trống DocCode để hệ thống cấp mã, hoặc dùng mã khác."
    next_en = "Leave DocCode out and one is assigned, or use another code."
    exit_code = ExitCode.REFUSED
    status = 409


class OneFile(ApiError):
    """An import carries one file, no more and no less."""

    code = "api.one_file"
    message_vi = "Mỗi DocCode có đúng một tệp đính kèm."
    message_en = "Each DocCode has exactly one attachment."
    next_vi = "Gửi mỗi tệp trong một lần nhập riêng."
    next_en = "Send each file in an import of its own."
    exit_code = ExitCode.BAD_INPUT
    status = 422


class UnknownFormat(ApiError):
    """The attachment is not a file of a kind that the archive keeps, or the body is not JSON or multipart."""

    code = "api.unknown_format"
    message_vi = "Định dạng không được nhận: tệp phải là PDF, TIFF, JPEG hoặc PNG, gửi bằng JSON hoặc multipart."
    message_en = "The format is not taken: a PDF, TIFF, JPEG or PNG file, sent as JSON or multipart."
    next_vi = "Chuyển tệp sang PDF rồi gửi lại."
    next_en = "Turn the file into a PDF and send it again."
    exit_code = ExitCode.BAD_INPUT
    status = 415


class WebhookNotRegistered(ApiError):
    """The address was not allowed when the client was registered."""

    code = "api.webhook_not_registered"
    message_vi = "Địa chỉ nhận thông báo này chưa được đăng ký cho hệ thống của bạn."
    message_en = "This webhook address was not registered for your system."
    next_vi = "Đề nghị quản trị viên đăng ký địa chỉ khi tạo hệ thống (hoso client add --webhook)."
    next_en = "Have the administrator register the address (hoso client add --webhook)."
    exit_code = ExitCode.REFUSED
    status = 403


class UnknownScope(ApiError):
    """A scope or a legal basis that does not exist."""

    code = "api.unknown_scope"
    message_vi = "Không có phạm vi hay căn cứ “{name}”."
    message_en = "There is no scope or legal basis “{name}”."
    next_vi = "Xem danh sách bằng `hoso client add --help`."
    next_en = "See the list with `hoso client add --help`."
    exit_code = ExitCode.USAGE
