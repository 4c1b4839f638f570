"""What the archive refuses or cannot do, each with a stable code, two languages and a next step."""

from __future__ import annotations

from catalogue import ExitCode, HosoError


class StorageError(HosoError):
    """The root of the archive's errors."""

    code = "storage.error"
    message_vi = "Kho giấy tờ gặp lỗi."
    message_en = "The archive failed."
    status = 500


class StoreDown(StorageError):
    """The object store did not answer; nothing was changed."""

    code = "storage.store_down"
    message_vi = "Không kết nối được với kho lưu trữ tệp."
    message_en = "The object store does not answer."
    next_vi = "Chờ một lát rồi thử lại; nếu vẫn lỗi, quản trị viên kiểm tra máy chủ lưu trữ bằng lệnh `hoso doctor`."
    next_en = "Wait a moment and try again; if it fails again, the administrator runs `hoso doctor`."
    exit_code = ExitCode.UNAVAILABLE
    status = 503


class StoreRefused(StorageError):
    """The object store refused a request with an error that we do not expect."""

    code = "storage.store_refused"
    message_vi = "Kho lưu trữ tệp từ chối yêu cầu ({reason})."
    message_en = "The object store refused the request ({reason})."
    next_vi = "Quản trị viên kiểm tra khóa truy cập và quyền trên các thùng chứa (bucket)."
    next_en = "The administrator checks the access keys and the rights on the buckets."
    exit_code = ExitCode.UNAVAILABLE
    status = 503


class StoreFull(StorageError):
    """There is not enough free space to accept the bytes; nothing was accepted."""

    code = "storage.full"
    message_vi = "Không còn đủ chỗ trống để nhận tệp (cần {needed} MB, còn {free} MB)."
    message_en = "There is not enough free space to accept the file (needs {needed} MB, {free} MB are free)."
    next_vi = "Giữ lại tệp gốc, giải phóng hoặc mở rộng ổ đĩa, rồi gửi lại."
    next_en = "Keep the original file, free or add disk space, then send it again."
    exit_code = ExitCode.UNAVAILABLE
    status = 507


class TooLarge(StorageError):
    """The upload is over the limit of one file."""

    code = "storage.too_large"
    message_vi = "Tệp lớn hơn giới hạn {limit} MB."
    message_en = "The file is over the limit of {limit} MB."
    next_vi = "Chia bản quét thành nhiều tệp nhỏ hơn rồi gửi lại."
    next_en = "Split the scan into smaller files and send them again."
    exit_code = ExitCode.BAD_INPUT
    status = 413


class EmptyContent(StorageError):
    """A file without a single byte."""

    code = "storage.empty"
    message_vi = "Tệp không có dữ liệu (0 byte)."
    message_en = "The file is empty (0 bytes)."
    next_vi = "Quét hoặc chọn lại tệp rồi gửi lại."
    next_en = "Scan or choose the file again."
    exit_code = ExitCode.BAD_INPUT
    status = 422


class KeyReused(StorageError):
    """An idempotency key came again with other content."""

    code = "storage.key_reused"
    message_vi = "Mã lần gửi này đã dùng cho một nội dung khác."
    message_en = "This idempotency key was already used for other content."
    next_vi = "Gửi lại nội dung mới với một mã lần gửi mới."
    next_en = "Send the new content with a new idempotency key."
    exit_code = ExitCode.REFUSED
    status = 409


class DepositBusy(StorageError):
    """Another process is writing to the same object; its lease has not run out."""

    code = "storage.busy"
    message_vi = "Giấy tờ này đang được ghi bởi một tiến trình khác."
    message_en = "Another process is writing to this document."
    next_vi = "Chờ vài giây rồi thử lại."
    next_en = "Wait a few seconds and try again."
    exit_code = ExitCode.UNAVAILABLE
    status = 409


class FenceLost(StorageError):
    """The writer was too slow and another one took over; what it staged is discarded."""

    code = "storage.fence_lost"
    message_vi = "Tiến trình ghi quá chậm nên tiến trình khác đã thay thế; không có gì bị ghi hai lần."
    message_en = "The writer was too slow and another one took over; nothing was written twice."
    next_vi = "Thử lại; lần gửi lại sẽ nhận kết quả của tiến trình thay thế."
    next_en = "Try again; the retry gets the result of the other writer."
    status = 409


class BadDeposit(StorageError):
    """A deposit breaks a rule of the archive."""

    code = "storage.bad_deposit"
    message_vi = "Không thể lưu giấy tờ: {reason_vi}."
    message_en = "The document cannot be stored: {reason}."
    next_vi = "Kiểm tra lại thông tin giấy tờ rồi gửi lại."
    next_en = "Check what describes the document and send it again."
    exit_code = ExitCode.BAD_INPUT
    status = 422


class NotFound(StorageError):
    """No such document, version, intake or owner, or none that this actor may know of."""

    code = "storage.not_found"
    message_vi = "Không tìm thấy, hoặc bạn không được phép biết đến mục này."
    message_en = "Not found, or you may not know of it."
    next_vi = "Kiểm tra lại mã; nếu cần quyền, liên hệ cơ quan đang giữ giấy tờ."
    next_en = "Check the reference; if you need access, ask the agency that keeps the document."
    exit_code = ExitCode.NOT_FOUND
    status = 404


class Destroyed(StorageError):
    """The document was destroyed; only its tombstone is left."""

    code = "storage.destroyed"
    message_vi = "Giấy tờ đã được tiêu hủy theo quyết định, chỉ còn dấu vết tiêu hủy."
    message_en = "The document was destroyed by decision; only its tombstone is left."
    next_vi = "Xem lý do và căn cứ tiêu hủy trong nhật ký."
    next_en = "See the reason and the legal ground in the event log."
    exit_code = ExitCode.NOT_FOUND
    status = 410


class PurposeMissing(StorageError):
    """A read without a purpose, or across agencies without a dossier (Law 91/2025/QH15: specific, clear purpose)."""

    code = "storage.purpose_missing"
    message_vi = "Chưa nêu mục đích xem giấy tờ (căn cứ pháp lý và mã hồ sơ)."
    message_en = "The purpose of the read is missing (legal basis and dossier code)."
    next_vi = "Nêu căn cứ pháp lý và mã hồ sơ đang giải quyết; lần từ chối này đã được ghi vào nhật ký."
    next_en = "State the legal basis and the code of the dossier; this refusal has been recorded."
    exit_code = ExitCode.REFUSED
    status = 403


class NotAllowed(StorageError):
    """The actor's role, agency, clearance or ownership does not reach this document."""

    code = "storage.not_allowed"
    message_vi = "Bạn không có quyền với giấy tờ này ({reason_vi})."
    message_en = "You may not do this with the document ({reason})."
    next_vi = "Liên hệ người quản trị nếu công việc của bạn cần quyền này; lần từ chối này đã được ghi vào nhật ký."
    next_en = "Ask the administrator if your work needs it; this refusal has been recorded."
    exit_code = ExitCode.REFUSED
    status = 403


class Corrupt(StorageError):
    """Stored bytes do not match what was deposited: altered, cut, reordered, or under another key."""

    code = "storage.corrupt"
    message_vi = "Dữ liệu lưu trữ không còn nguyên vẹn ({what})."
    message_en = "The stored bytes are not what was deposited ({what})."
    next_vi = "Không dùng bản này; quản trị viên chạy `hoso archive verify` và phục hồi từ bản sao lưu."
    next_en = "Do not use this copy; the administrator runs `hoso archive verify` and restores from a backup."
    status = 500


class KeyMissing(StorageError):
    """A key is not in the key store, or the master key is not the one that wrapped it."""

    code = "storage.key_missing"
    message_vi = "Không mở được khóa mã hóa ({what})."
    message_en = "An encryption key cannot be opened ({what})."
    next_vi = "Kiểm tra khóa chủ (HOSO_MASTER_KEY) và thùng chứa khóa (HOSO_KEYS) có đúng của hệ thống này không."
    next_en = "Check that the master key (HOSO_MASTER_KEY) and the key bucket (HOSO_KEYS) belong to this installation."
    status = 500


class LogBroken(StorageError):
    """The event log was altered, cut or reordered."""

    code = "storage.log_broken"
    message_vi = "Nhật ký bị sửa, mất hoặc đảo thứ tự từ bản ghi số {seq} ({what})."
    message_en = "The event log was altered, cut or reordered at record {seq} ({what})."
    next_vi = "Giữ nguyên hiện trạng, báo người phụ trách an toàn thông tin và đối chiếu với bản sao lưu."
    next_en = "Leave everything as it is, tell the security officer and compare with a backup."
    status = 500


class StillKept(StorageError):
    """The retention period has not ended, or a legal hold stands: nothing may be destroyed yet."""

    code = "storage.still_kept"
    message_vi = "Chưa được tiêu hủy: {reason_vi}."
    message_en = "It may not be destroyed yet: {reason}."
    next_vi = "Dùng hạn chế sử dụng (ẩn khỏi việc tái sử dụng) trong khi chờ hết thời hạn hoặc có đủ người phê duyệt."
    next_en = "Restrict the document (hide it from reuse) until the period ends or enough people have approved."
    exit_code = ExitCode.REFUSED
    status = 409
