"""What can go wrong when a paper is made or its code is read."""

from __future__ import annotations

from typing import ClassVar

from catalogue import ExitCode, HosoError


class PaperError(HosoError):
    """The root of this package's errors."""

    code: ClassVar[str] = "paper.error"
    message_vi: ClassVar[str] = "Không lập được giấy tờ."
    message_en: ClassVar[str] = "The paper could not be made."
    exit_code: ClassVar[ExitCode] = ExitCode.BAD_INPUT
    status: ClassVar[int] = 422


class Unprintable(PaperError):
    """A document of which no paper copy can be made."""

    code = "paper.unprintable"
    message_vi = "Không lập được bản giấy của tệp PDF này: tệp hỏng, đặt mật khẩu hoặc có quá nhiều trang."
    message_en = "No paper copy can be made of this PDF: it is damaged, encrypted or has too many pages."
    next_vi = "Tải lại tệp từ kho hoặc từ nơi đã gửi rồi thử lại."
    next_en = "Fetch the file again from the archive or from its sender, then try again."


class UnknownTemplate(PaperError):
    """Context: `template`, `known`."""

    code = "paper.unknown_template"
    message_vi = "Không có mẫu kết quả “{template}”."
    message_en = "There is no result template “{template}”."
    next_vi = "Chọn một trong các mẫu: {known}."
    next_en = "Choose one of: {known}."
    exit_code = ExitCode.NOT_FOUND
    status = 404


class UnknownForm(PaperError):
    """Context: `number`, `data` (the type that was given)."""

    code = "paper.unknown_form"
    message_vi = "Không có mẫu số {number} cho dữ liệu loại {data}."
    message_en = "There is no form {number} for data of type {data}."
    next_vi = "Dùng mẫu 02 đến 05 với Notice, 06 với ControlSlip, 07 với TrackingBook."
    next_en = "Use forms 02 to 05 with Notice, 06 with ControlSlip, 07 with TrackingBook."


class MissingFields(PaperError):
    """Context: `fields`, names only."""

    code = "paper.missing_fields"
    message_vi = "Còn thiếu thông tin để lập giấy tờ: {fields}."
    message_en = "Fields are missing: {fields}."
    next_vi = "Điền đủ các thông tin còn thiếu rồi lập lại."
    next_en = "Fill in the missing fields and try again."


class UnknownFields(PaperError):
    """Context: `fields`, names only; `template`."""

    code = "paper.unknown_fields"
    message_vi = "Mẫu “{template}” không có các trường: {fields}."
    message_en = "Template “{template}” has no fields {fields}."
    next_vi = "Bỏ các trường này hoặc chọn mẫu khác."
    next_en = "Leave these fields out or choose another template."


class BadField(PaperError):
    """A value of the wrong type, too long, or with control characters. Context: `field`, the name only."""

    code = "paper.bad_field"
    message_vi = "Giá trị của trường “{field}” không hợp lệ."
    message_en = "The value of field “{field}” is not valid."
    next_vi = "Kiểm tra kiểu dữ liệu (chữ hoặc ngày), độ dài và các ký tự điều khiển."
    next_en = "Check the type (text or date), the length and control characters."


class BadQr(PaperError):
    """Text that is no data QR of this system, or of an unknown version. Context: `reason_vi`, `reason_en`."""

    code = "paper.bad_qr"
    message_vi = "Mã QR không đúng định dạng: {reason_vi}."
    message_en = "The QR code is not in the expected form: {reason_en}."
    next_vi = "Quét lại mã ở góc trên bên trái của giấy tờ."
    next_en = "Scan the code at the top left of the paper again."


class BadPublicUrl(PaperError):
    """Context: `url`."""

    code = "paper.bad_public_url"
    message_vi = "Địa chỉ công khai “{url}” không dùng được cho mã tra cứu."
    message_en = "The public address “{url}” cannot carry a look-up code."
    next_vi = "Đặt HOSO_PUBLIC_URL là một địa chỉ http(s) đầy đủ, không có tham số."
    next_en = "Set HOSO_PUBLIC_URL to a whole http(s) address without a query."


class Overfull(PaperError):
    """Content that does not fit where it must. Context: `what_vi`, `what_en`."""

    code = "paper.overfull"
    message_vi = "Nội dung quá dài: {what_vi}."
    message_en = "Too much content: {what_en}."
    next_vi = "Rút gọn nội dung rồi lập lại."
    next_en = "Shorten the content and try again."
