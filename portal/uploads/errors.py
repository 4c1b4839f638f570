"""What goes wrong with an upload; statuses are those of the tus 1.0 protocol."""

from __future__ import annotations

from catalogue import ExitCode
from portal.errors import PortalError


class UploadError(PortalError):
    """The root of the upload errors."""

    code = "portal.upload"


class UploadGone(UploadError):
    """No such upload, or it is another person's, or its 24 hours are over."""

    code = "portal.upload.gone"
    message_vi = "Lượt tải lên này không còn."
    message_en = "This upload is no longer there."
    next_vi = "Tải tệp lên lại từ đầu."
    next_en = "Upload the file again from the beginning."
    exit_code = ExitCode.NOT_FOUND
    status = 404


class UploadTooLarge(UploadError):
    """More than the limit for one file."""

    code = "portal.upload.too_large"
    message_vi = "Tệp lớn hơn {limit} MB."
    message_en = "The file is larger than {limit} MB."
    next_vi = "Quét lại ở 300 dpi, hoặc tách thành nhiều tệp."
    next_en = "Scan again at 300 dpi, or split it into several files."
    exit_code = ExitCode.BAD_INPUT
    status = 413


class EmptyUpload(UploadError):
    """A file of no bytes."""

    code = "portal.upload.empty"
    message_vi = "Tệp rỗng (0 byte)."
    message_en = "The file is empty (0 bytes)."
    next_vi = "Kiểm tra máy quét rồi quét lại."
    next_en = "Check the scanner and scan again."
    exit_code = ExitCode.BAD_INPUT


class WrongOffset(UploadError):
    """The piece does not start where the last one ended."""

    code = "portal.upload.offset"
    message_vi = "Phần tệp gửi lên không nối tiếp phần đã nhận."
    message_en = "The piece does not go on where the last one ended."
    next_vi = "Hỏi lại vị trí (HEAD) rồi gửi tiếp."
    next_en = "Ask for the offset (HEAD) and go on from there."
    status = 409


class ChecksumWrong(UploadError):
    """The piece was damaged on the way."""

    code = "portal.upload.checksum"
    message_vi = "Phần tệp bị hỏng trên đường truyền."
    message_en = "The piece was damaged on the way."
    next_vi = "Gửi lại phần này."
    next_en = "Send the piece again."
    status = 460


class UploadBusy(UploadError):
    """The whole file is just being handed to the archive and cannot be given up now."""

    code = "portal.upload.busy"
    message_vi = "Tệp đang được cất vào kho nên chưa hủy được lượt tải lên này."
    message_en = "The file is just being put into the archive; the upload cannot be given up now."
    next_vi = "Chờ vài giây rồi tải lại trang hồ sơ."
    next_en = "Wait a few seconds, then reload the dossier's page."
    status = 423


class BadUpload(UploadError):
    """A header of the protocol is missing or cannot be read."""

    code = "portal.upload.bad"
    message_vi = "Yêu cầu tải lên sai giao thức: {header}."
    message_en = "The upload request does not follow the protocol: {header}."
    next_vi = "Dùng trang quét của hệ thống hoặc một chương trình theo chuẩn tus 1.0."
    next_en = "Use the scan page or a program that speaks tus 1.0."
    exit_code = ExitCode.BAD_INPUT
