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
