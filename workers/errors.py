"""What can go wrong with a job."""

from __future__ import annotations

from catalogue import ExitCode, HosoError


class JobError(HosoError):
    """Root of the errors of the job ledger."""

    code = "workers.error"


class LeaseLost(JobError):
    """Another worker has taken the job over; whatever this one did since is not published."""

    code = "workers.lease_lost"
    message_vi = "Công việc đã được một tiến trình khác tiếp quản."
    message_en = "Another worker has taken the job over."
    next_vi = "Không cần làm gì: tiến trình kia sẽ hoàn tất công việc."
    next_en = "Nothing to do: the other worker completes the job."
    status = 409


class UnknownKind(JobError):
    """No task of this kind is registered."""

    code = "workers.unknown_kind"
    message_vi = "Không có loại công việc “{kind}”."
    message_en = "There is no kind of job called “{kind}”."
    next_vi = "Cập nhật tiến trình xử lý (worker) lên cùng phiên bản với trang web."
    next_en = "Bring the workers to the same version as the web server."
    status = 500


class BadPayload(JobError):
    """A payload may carry ids and small settings only."""

    code = "workers.bad_payload"
    message_vi = "Nội dung công việc chỉ được chứa mã định danh ngẫu nhiên, không chứa dữ liệu cá nhân."
    message_en = "A job's payload may hold random ids only, no personal data."
    next_vi = "Lưu dữ liệu vào kho và chỉ truyền mã của nó."
    next_en = "Put the data into the archive and pass its id."
    status = 500


class Crashed(JobError):
    """The worker died each time that it ran this job."""

    code = "workers.crashed"
    message_vi = "Tiến trình xử lý đã dừng đột ngột {times} lần khi làm việc này."
    message_en = "The worker died {times} times while it did this job."
    next_vi = "Tệp có thể quá lớn hoặc bị hỏng; quét lại thành các tệp nhỏ hơn, hoặc báo quản trị viên kèm mã lỗi."
    next_en = "The file may be too large or broken; scan it again in smaller parts, or tell the administrator the code."
    status = 500


class Internal(JobError):
    """An error that nobody foresaw; its trace is in the worker's log."""

    code = "workers.internal"
    message_vi = "Lỗi ngoài dự kiến khi xử lý ({kind})."
    message_en = "An unforeseen error happened during processing ({kind})."
    next_vi = "Báo quản trị viên kèm mã công việc {job}; nhật ký của worker có chi tiết."
    next_en = "Tell the administrator the job id {job}; the worker's log has the details."
    status = 500


class OutcomeUnknown(JobError):
    """A remote service was asked to act and its answer never came: the act may or may not have happened."""

    code = "workers.outcome_unknown"
    message_vi = "Chưa rõ dịch vụ {service} đã thực hiện hay chưa."
    message_en = "It is not known whether {service} has acted."
    next_vi = "Kiểm tra tại dịch vụ đó trước khi thử lại; hệ thống không tự thử lại."
    next_en = "Check with that service before trying again; nothing is retried by itself."
    exit_code = ExitCode.UNAVAILABLE
    status = 502


class Unavailable(JobError):
    """Something that is needed does not answer now; the job is tried again later."""

    code = "workers.unavailable"
    message_vi = "{service} tạm thời không phản hồi."
    message_en = "{service} does not answer for now."
    next_vi = "Không cần làm gì: hệ thống sẽ tự thử lại."
    next_en = "Nothing to do: it is tried again by itself."
    exit_code = ExitCode.UNAVAILABLE
    status = 503


class DiskFull(JobError):
    """The worker's own disk has no room for what the job needs; what was accepted lies in the object store."""

    code = "workers.disk_full"
    message_vi = "Ổ đĩa của máy xử lý không còn chỗ trống."
    message_en = "The worker's disk has no free space."
    next_vi = "Quản trị viên giải phóng hoặc mở rộng ổ đĩa; tệp đã nhận vẫn còn nguyên, hệ thống sẽ tự làm tiếp."
    next_en = "The administrator frees or adds disk space; what was accepted is safe, and the work goes on by itself."
    exit_code = ExitCode.UNAVAILABLE
    status = 507


class Vanished(JobError):
    """What the job is about is not there any more."""

    code = "workers.vanished"
    message_vi = "Không còn tìm thấy đối tượng của công việc này ({what})."
    message_en = "What this job is about is no longer there ({what})."
    next_vi = "Mở lại hồ sơ và kiểm tra; nếu cần, tạo lại công việc."
    next_en = "Open the dossier again and look; ask for the work once more if it is still needed."
    status = 404


class InLine(JobError):
    """A long file has asked for its pages and waits for a worker that joins them."""

    code = "workers.in_line"
    message_vi = "Tệp có nhiều trang và đang chờ đến lượt."
    message_en = "The file has many pages and waits for its turn."
    next_vi = "Không cần làm gì: các trang sẽ được đọc lần lượt."
    next_en = "Nothing to do: its pages are read one after another."
    status = 503


class PagesFailed(JobError):
    """Pages of a long file could not be read; what the job that had them was told (`as_dict`) is told on as it is."""

    code = "workers.pages_failed"
    message_vi = "Không đọc được một số trang của tệp."
    message_en = "Some pages of the file could not be read."

    def __init__(self, **told: object) -> None:
        super().__init__(**told)
        self.code = str(told.get("code", self.code))  # type: ignore[misc]

    def as_dict(self) -> dict[str, str]:
        """What was told of those pages."""
        return {**super().as_dict(), **{name: str(text) for name, text in self.context.items()}}


class NothingToSign(JobError):
    """A document has no archival copy that could be certified."""

    code = "workers.nothing_to_sign"
    message_vi = "Giấy tờ chưa có bản lưu trữ để ký số."
    message_en = "The document has no archival copy that could be signed."
    next_vi = "Quét và số hóa lại giấy tờ, rồi ký."
    next_en = "Scan the document again, then sign."


class NoKey(JobError):
    """No signing key is set up for this person or agency."""

    code = "workers.no_key"
    message_vi = "Chưa có khóa ký số cho {who}."
    message_en = "No signing key is set up for {who}."
    next_vi = "Quản trị viên cấu hình chứng thư số (docs/operating.md), rồi ký lại."
    next_en = "The administrator sets a certificate up (docs/operating.md); then sign again."
    status = 409


class NoDeskKey(NoKey):
    """None of this person's keys is on a token at a PC."""

    code = "workers.no_desk_key"
    message_vi = "Tài khoản này chưa đăng ký chứng thư để ký bằng token trên máy của mình."
    message_en = "No certificate is registered with which this account could sign by a token at a PC."
    next_vi = 'Nhờ quản trị viên đăng ký chứng thư của bạn (kind = "desk", docs/signing.md).'
    next_en = 'Ask the administrator to register your certificate (kind = "desk", docs/signing.md).'


class CannotDraw(JobError):
    """A page could not be drawn."""

    code = "workers.cannot_draw"
    message_vi = "Không vẽ được trang của tệp này."
    message_en = "A page of this file could not be drawn."
    next_vi = "Tải tệp về để xem, hoặc quét lại giấy tờ."
    next_en = "Download the file to look at it, or scan the paper again."
    status = 422


class BadWebhookUrl(JobError):
    """An address that nothing may be sent to."""

    code = "workers.webhook_url"
    message_vi = "Địa chỉ nhận thông báo không được phép: chỉ nhận https, hoặc http tới chính máy này."
    message_en = "The webhook address is not allowed: https only, or http to this machine itself."
    next_vi = "Dùng địa chỉ https của hệ thống nhận, không kèm tên đăng nhập hay mật khẩu."
    next_en = "Use an https address of the receiving system, without user name or password."
    exit_code = ExitCode.BAD_INPUT
    status = 422


class ReceiverGone(JobError):
    """The receiver of a webhook said for good that it is gone (410): its subscription is stopped."""

    code = "workers.receiver_gone"
    message_vi = "Hệ thống nhận thông báo đã ngừng nhận ({host})."
    message_en = "The receiver of the webhook is gone for good ({host})."
    next_vi = "Đăng ký lại địa chỉ nhận nếu hệ thống đó vẫn cần thông báo."
    next_en = "Subscribe again if that system still wants to be told."
    status = 410


class PinPaused(JobError):
    """Somebody has given too many wrong PINs."""

    code = "workers.pin_paused"
    message_vi = "Đã nhập sai mã PIN năm lần."
    message_en = "The PIN was wrong five times."
    next_vi = "Chờ 15 phút rồi nhập lại; nếu quên mã PIN, hãy hỏi nơi cấp khóa."
    next_en = "Wait fifteen minutes and enter it again; if it is forgotten, ask whoever issued the key."
    exit_code = ExitCode.REFUSED
    status = 429


class PinNeeded(JobError):
    """The key is not open: its time is over, or the agent has started anew. The batch waits for the PIN."""

    code = "workers.pin_needed"
    message_vi = "Khóa ký số chưa mở hoặc đã hết 15 phút."
    message_en = "The signing key is not open, or its 15 minutes are over."
    next_vi = "Nhập mã PIN để ký tiếp; các tệp đã ký không phải ký lại."
    next_en = "Enter the PIN to go on; what was signed need not be signed again."
    status = 409


class KeyClash(JobError):
    """One key file could be a person's or an agency's: nobody signs with it."""

    code = "workers.key_clash"
    message_vi = "Tệp khóa “{name}” có thể là của người dùng hoặc của cơ quan cùng tên nên không được dùng."
    message_en = "The key file “{name}” could be a user's or an agency's of the same name, so it is not used."
    next_vi = "Quản trị viên chuyển tệp vào keys/users (khóa của người) hoặc keys/agencies (dấu của cơ quan)."
    next_en = "The administrator moves it to keys/users (a person's key) or keys/agencies (an agency's seal)."
    status = 409
