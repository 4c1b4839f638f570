"""What can go wrong while the processes of an installation are started and watched."""

from __future__ import annotations

from catalogue import ExitCode, HosoError


class RunError(HosoError):
    """Root of the errors of the front door."""

    code = "run.error"
    exit_code = ExitCode.FAILED
    status = 500


class AlreadyRunning(RunError):
    """Another supervisor holds the lock of this data folder."""

    code = "run.already_running"
    message_vi = "Thư mục dữ liệu {data} đang được một tiến trình hoso khác sử dụng (PID {pid}, từ {since})."
    message_en = "The data folder {data} is in use by another hoso process (PID {pid}, since {since})."
    next_vi = "Dừng tiến trình đó (Ctrl-C hoặc kill {pid}), hoặc đặt HOSO_DATA sang thư mục khác."
    next_en = "Stop that process (Ctrl-C or kill {pid}), or point HOSO_DATA at another folder."
    exit_code = ExitCode.REFUSED
    status = 409


class ProgramMissing(RunError):
    """A program that the product starts is not installed."""

    code = "run.program_missing"
    message_vi = "Không tìm thấy chương trình {program}."
    message_en = "The program {program} was not found."
    next_vi = "Chạy `make setup`, rồi `hoso doctor` để xem còn thiếu gì."
    next_en = "Run `make setup`, then `hoso doctor` to see what is still missing."
    exit_code = ExitCode.UNAVAILABLE
    status = 503


class PortTaken(RunError):
    """A port that this installation keeps is held by somebody else."""

    code = "run.port_taken"
    message_vi = "Cổng {port} của {name} đang bị chương trình khác chiếm."
    message_en = "Port {port} of {name} is taken by another program."
    next_vi = "Dừng chương trình đó, hoặc chọn cổng khác ({setting})."
    next_en = "Stop that program, or choose another port ({setting})."
    exit_code = ExitCode.UNAVAILABLE
    status = 503


class ChildFailed(RunError):
    """A child process ended, or was not ready in time."""

    code = "run.child_failed"
    message_vi = "Tiến trình {name} không khởi động được trong {seconds} giây (mã thoát: {status})."
    message_en = "The process {name} was not ready within {seconds} seconds (exit status: {status})."
    next_vi = "Xem nhật ký {log}; chạy `hoso doctor` để kiểm tra máy."
    next_en = "Read the log {log}; run `hoso doctor` to check the machine."
    exit_code = ExitCode.UNAVAILABLE
    status = 503


class DemoFailed(RunError):
    """The demonstration did not come to its end."""

    code = "run.demo_failed"
    message_vi = "Bản trình diễn dừng ở bước {what} (mã lỗi: {code})."
    message_en = "The demonstration stopped at {what} (error code: {code})."
    next_vi = "Chạy lại lệnh: các bước đã xong không lặp lại. Nếu vẫn lỗi, xem nhật ký trong HOSO_DATA/log."
    next_en = "Run the command again: finished steps are not repeated. If it fails again, see HOSO_DATA/log."


class WhoScans(RunError):
    """The folder's scans must be somebody's."""

    code = "run.who_scans"
    message_vi = "Không có người dùng “{officer}” đang hoạt động."
    message_en = "There is no active user “{officer}”."
    next_vi = "Chỉ rõ cán bộ quét: --officer TÊN_ĐĂNG_NHẬP."
    next_en = "Say who scans: --officer USERNAME."
    exit_code = ExitCode.USAGE
    status = 400


class FolderInProduct(RunError):
    """The watched folder may not overlap the product's own."""

    code = "run.folder_in_product"
    message_vi = "Thư mục quét {folder} trùng với thư mục dữ liệu của hệ thống."
    message_en = "The scan folder {folder} overlaps the data folder of the product."
    next_vi = "Chọn một thư mục khác cho máy quét."
    next_en = "Choose another folder for the scanners."
    exit_code = ExitCode.USAGE
    status = 400


class NoSpace(RunError):
    """The disk, the quota or the limit of a file's size is reached."""

    code = "run.no_space"
    message_vi = "Ổ đĩa đã đầy nên không ghi được; những gì đã ghi xong trước đó vẫn nguyên."
    message_en = "The disk is full and nothing more could be written; what was written before is whole."
    next_vi = "Giải phóng hoặc mở rộng ổ đĩa rồi chạy lại lệnh; `hoso doctor` cho biết còn trống bao nhiêu."
    next_en = "Free or add disk space, then run the command again; `hoso doctor` says how much is free."
    exit_code = ExitCode.UNAVAILABLE
    status = 507


class FileTrouble(RunError):
    """A file or folder that cannot be read or written. `why` is the name of the system's error, such as EACCES."""

    code = "run.file"
    message_vi = "Không đọc hoặc ghi được {path} ({why})."
    message_en = "{path} cannot be read or written ({why})."
    next_vi = "Kiểm tra đường dẫn, quyền truy cập và ổ đĩa rồi chạy lại lệnh."
    next_en = "Check the path, the permissions and the disk, then run the command again."
    exit_code = ExitCode.UNAVAILABLE


class BadSetting(RunError):
    """A setting that cannot be read; its value is not repeated, since it may be a secret."""

    code = "run.bad_setting"
    message_vi = "Giá trị của {names} không hợp lệ."
    message_en = "The value of {names} is not valid."
    next_vi = "Sửa biến môi trường theo bảng trong docs/operating.md rồi chạy lại lệnh."
    next_en = "Correct the environment variable as docs/operating.md says, then run the command again."
    exit_code = ExitCode.USAGE
    status = 400


class DatabaseDown(RunError):
    """The database does not answer, is locked, or cannot be read."""

    code = "run.database"
    message_vi = "Không làm việc được với cơ sở dữ liệu."
    message_en = "The database cannot be used."
    next_vi = "Kiểm tra HOSO_DATA hoặc HOSO_DB_URL bằng `hoso doctor`, rồi chạy lại lệnh."
    next_en = "Check HOSO_DATA or HOSO_DB_URL with `hoso doctor`, then run the command again."
    exit_code = ExitCode.UNAVAILABLE
    status = 503


class Unexpected(RunError):
    """An error that nobody foresaw; HOSO_DEBUG=true shows where it came from."""

    code = "run.unexpected"
    message_vi = "Lỗi ngoài dự kiến ({kind})."
    message_en = "An unforeseen error ({kind})."
    next_vi = "Chạy lại với HOSO_DEBUG=true để xem chi tiết rồi báo quản trị viên kèm mã lỗi."
    next_en = "Run it again with HOSO_DEBUG=true to see the details, and tell the administrator the error code."
