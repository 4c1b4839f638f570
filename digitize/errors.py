"""What can go wrong while a scan is read: each error with a stable code, two languages and a next step."""

from __future__ import annotations

from catalogue import ExitCode, HosoError


class DigitizeError(HosoError):
    """The root of the package's errors."""

    code = "digitize.failed"
    message_vi = "Không số hóa được tệp này."
    message_en = "This file could not be digitized."
    next_vi = "Quét lại giấy tờ rồi thử lại; nếu vẫn lỗi, báo cho quản trị viên kèm mã lỗi."
    next_en = "Scan the paper again and retry; if it still fails, tell the administrator the error code."
    exit_code = ExitCode.BAD_INPUT
    status = 422


class NoFile(DigitizeError):
    """The path names no regular file."""

    code = "digitize.no_file"
    message_vi = "Không tìm thấy tệp cần đọc."
    message_en = "There is no such file to read."
    next_vi = "Kiểm tra lại đường dẫn và quyền đọc của tệp."
    next_en = "Check the path and that the file may be read."
    exit_code = ExitCode.NOT_FOUND
    status = 404


class EmptyFile(DigitizeError):
    """Zero bytes."""

    code = "digitize.empty"
    message_vi = "Tệp rỗng, không có dữ liệu nào bên trong."
    message_en = "The file is empty: it holds no bytes."
    next_vi = "Quét hoặc tải tệp lên lại; có thể lần chép trước bị ngắt giữa chừng."
    next_en = "Scan or upload it again; the last copy may have been cut off."


class UnknownFormat(DigitizeError):
    """The content is none of the formats that are read, whatever the name says."""

    code = "digitize.unknown_format"
    message_vi = "Nội dung tệp không phải PDF, TIFF, JPEG, PNG hay HEIC."
    message_en = "The file's content is not PDF, TIFF, JPEG, PNG or HEIC."
    next_vi = "Lưu lại tài liệu thành PDF hoặc ảnh rồi gửi lại; đổi tên tệp không làm đổi nội dung."
    next_en = "Save it as a PDF or an image and send that; renaming a file does not change what it holds."
    status = 415


class Encrypted(DigitizeError):
    """A PDF that wants a password to be opened."""

    code = "digitize.encrypted"
    message_vi = "Tệp PDF được đặt mật khẩu nên không đọc được."
    message_en = "The PDF is protected by a password and cannot be read."
    next_vi = "Đề nghị người nộp gửi bản không đặt mật khẩu, hoặc quét từ bản giấy."
    next_en = "Ask for a copy without a password, or scan the paper."


class Damaged(DigitizeError):
    """Truncated or corrupt bytes."""

    code = "digitize.damaged"
    message_vi = "Tệp bị hỏng hoặc bị cắt cụt, không đọc được trọn vẹn."
    message_en = "The file is damaged or cut short and cannot be read whole."
    next_vi = "Quét hoặc tải tệp lên lại; không dùng tệp này vì có thể thiếu trang."
    next_en = "Scan or upload it again; do not use this file, pages may be missing."


class NoPages(DigitizeError):
    """A well-formed file without a single page."""

    code = "digitize.no_pages"
    message_vi = "Tệp không có trang nào."
    message_en = "The file has no pages."
    next_vi = "Quét lại giấy tờ rồi gửi lại."
    next_en = "Scan the paper again and send that."


class TooLarge(DigitizeError):
    """More bytes than the limit."""

    code = "digitize.too_large"
    message_vi = "Tệp lớn hơn {limit} MB."
    message_en = "The file is larger than {limit} MB."
    next_vi = "Chia hồ sơ thành nhiều tệp nhỏ hơn, hoặc quét ở 300 dpi."
    next_en = "Split it into smaller files, or scan at 300 dpi."
    status = 413


class TooManyPages(DigitizeError):
    """More pages than the limit."""

    code = "digitize.too_many_pages"
    message_vi = "Tệp có {pages} trang, quá giới hạn {limit} trang."
    message_en = "The file has {pages} pages; the limit is {limit}."
    next_vi = "Chia thành nhiều tệp, mỗi tệp không quá {limit} trang."
    next_en = "Split it into files of at most {limit} pages."
    status = 413


class PageTooLarge(DigitizeError):
    """A page that would unpack to more pixels than the limit (a decompression bomb looks like this)."""

    code = "digitize.page_too_large"
    message_vi = "Trang {page} quá lớn: {megapixels} triệu điểm ảnh, giới hạn là {limit}."
    message_en = "Page {page} is too large: {megapixels} megapixels, the limit is {limit}."
    next_vi = "Quét lại trang ở độ phân giải thấp hơn (300 dpi là đủ)."
    next_en = "Scan the page again at a lower resolution (300 dpi is enough)."
    status = 413


class TooCostly(DigitizeError):
    """Reading the file used up the memory or the time that one file may use."""

    code = "digitize.too_costly"
    message_vi = "Đọc tệp này tốn quá nhiều bộ nhớ hoặc thời gian nên đã dừng lại."
    message_en = "Reading this file took too much memory or time and was stopped."
    next_vi = "Quét lại từ bản giấy; nếu tệp do nơi khác gửi đến, báo quản trị viên kiểm tra tệp."
    next_en = "Scan the paper again; if the file came from elsewhere, have the administrator look at it."


class NoSuchPage(DigitizeError):
    """A page number outside the source."""

    code = "digitize.no_such_page"
    message_vi = "Tệp không có trang {page}."
    message_en = "The file has no page {page}."
    next_vi = "Chọn lại số trang, từ 1 đến {pages}."
    next_en = "Choose pages from 1 to {pages}."
    exit_code = ExitCode.USAGE


class CannotCut(DigitizeError):
    """A signed PDF cannot be cut: any other set of pages would break its signature."""

    code = "digitize.cannot_cut"
    message_vi = "Tệp PDF đã ký số nên không thể tách trang mà vẫn giữ chữ ký."
    message_en = "The PDF is signed; taking some of its pages would break the signature."
    next_vi = "Giữ nguyên tệp thành một tài liệu."
    next_en = "Keep the file as one document."
    status = 409


class CannotWrite(DigitizeError):
    """The output folder takes no more bytes."""

    code = "digitize.cannot_write"
    message_vi = "Không ghi được kết quả: hết dung lượng hoặc không có quyền ghi."
    message_en = "The result could not be written: no space left or no permission."
    next_vi = "Kiểm tra dung lượng đĩa và quyền ghi của thư mục kết quả rồi chạy lại."
    next_en = "Check the free space and the permissions of the output folder, then run it again."
    exit_code = ExitCode.UNAVAILABLE
    status = 507


class EngineUnknown(DigitizeError):
    """No engine of that name."""

    code = "digitize.engine_unknown"
    message_vi = "Không có bộ nhận dạng chữ tên “{engine}”."
    message_en = "There is no recognition engine named “{engine}”."
    next_vi = "Chọn một trong: {known}."
    next_en = "Choose one of: {known}."
    exit_code = ExitCode.USAGE
    status = 400


class EngineMissing(DigitizeError):
    """The engine's program is not installed."""

    code = "digitize.engine_missing"
    message_vi = "Máy này chưa cài chương trình nhận dạng chữ “{engine}”."
    message_en = "The recognition program “{engine}” is not installed on this machine."
    next_vi = "Cài đặt bằng: apt install {package}"
    next_en = "Install it with: apt install {package}"
    exit_code = ExitCode.UNAVAILABLE
    status = 503


class LanguageMissing(DigitizeError):
    """The engine's language data is not installed."""

    code = "digitize.language_missing"
    message_vi = "Chương trình nhận dạng chữ thiếu dữ liệu tiếng Việt “{language}”."
    message_en = "The recognition program lacks its language data “{language}”."
    next_vi = "Cài đặt bằng: apt install {package}"
    next_en = "Install it with: apt install {package}"
    exit_code = ExitCode.UNAVAILABLE
    status = 503


class WeightsMissing(DigitizeError):
    """A network's weights, which are part of the installation, cannot be opened."""

    code = "digitize.weights_missing"
    message_vi = "Bộ nhận dạng chữ thiếu tệp trọng số “{file}” hoặc tệp đó bị hỏng."
    message_en = "The recognition engine's weights “{file}” are missing or damaged."
    next_vi = "Cài đặt lại phần mềm (make setup); tệp này đi kèm bản cài đặt."
    next_en = "Install the software again (make setup); the file comes with it."
    exit_code = ExitCode.UNAVAILABLE
    status = 503


class EngineFailed(DigitizeError):
    """The engine crashed, answered nonsense or took too long on a page."""

    code = "digitize.engine_failed"
    message_vi = "Chương trình nhận dạng chữ bị lỗi ở trang {page}."
    message_en = "The recognition program failed on page {page}."
    next_vi = "Thử lại; nếu vẫn lỗi ở trang này, nhập tay nội dung trang."
    next_en = "Try again; if the page fails again, type its content by hand."
    exit_code = ExitCode.FAILED
    status = 500
