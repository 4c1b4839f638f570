"""What goes wrong when somebody brings a file or a code to be checked."""

from __future__ import annotations

from catalogue import ExitCode
from portal.errors import PortalError


class CheckError(PortalError):
    """The root of the verification page's errors."""

    code = "portal.verify"


class NoFile(CheckError):
    """The form came without a file, or with an empty one."""

    code = "portal.verify.no_file"
    message_vi = "Bạn chưa chọn tệp, hoặc tệp rỗng."
    message_en = "No file was chosen, or the file is empty."
    next_vi = "Chọn tệp PDF cần kiểm tra rồi bấm Kiểm tra."
    next_en = "Choose the PDF to be checked, then press Check."
    exit_code = ExitCode.BAD_INPUT


class NotPdf(CheckError):
    """The bytes are no PDF, whatever the name says."""

    code = "portal.verify.not_pdf"
    message_vi = "Tệp này không phải là PDF."
    message_en = "This file is not a PDF."
    next_vi = (
        "Chọn tệp PDF mà cơ quan gửi cho bạn. Ảnh chụp hoặc tệp quét (scan) từ tờ giấy không có chữ ký số để kiểm tra; "
        "nếu chỉ có giấy, hãy quét mã QR in trên giấy."
    )
    next_en = (
        "Choose the PDF that the agency sent you. A photo or a scan of a sheet of paper carries no digital signature "
        "to check; if paper is all you have, scan the QR code on it."
    )
    exit_code = ExitCode.BAD_INPUT
    status = 415


class FileTooLarge(CheckError):
    """More than the limit; refused before it was read."""

    code = "portal.verify.too_large"
    message_vi = "Tệp lớn hơn {limit} MB."
    message_en = "The file is larger than {limit} MB."
    next_vi = "Mang tệp đến Bộ phận Một cửa để được kiểm tra, hoặc quét mã QR trên giấy."
    next_en = "Bring the file to the one-stop counter, or scan the QR code on the paper."
    exit_code = ExitCode.BAD_INPUT
    status = 413


class CheckGone(CheckError):
    """There is no such check, or its ten minutes are over."""

    code = "portal.verify.gone"
    message_vi = "Kết quả kiểm tra này không còn: tệp và kết quả chỉ được giữ 10 phút."
    message_en = "This check is gone: file and outcome are kept for 10 minutes only."
    next_vi = "Tải tệp lên để kiểm tra lại."
    next_en = "Upload the file to check it again."
    exit_code = ExitCode.NOT_FOUND
    status = 404
