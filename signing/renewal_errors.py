"""Why a level is not raised, or an archive time-stamp not renewed."""

from __future__ import annotations

from catalogue import ExitCode
from signing.errors import SigningError


class NothingToUpgrade(SigningError):
    code = "signing.nothing_to_upgrade"
    message_vi = "Tệp không có chữ ký số nào để nâng mức."
    message_en = "The file carries no signature to upgrade."
    next_vi = "Ký tệp trước."
    next_en = "Sign the file first."
    exit_code = ExitCode.BAD_INPUT
    status = 422


class NothingToRenew(SigningError):
    code = "signing.nothing_to_renew"
    message_vi = "Tệp không có chữ ký với dấu thời gian nên không có gì để gia hạn."
    message_en = "The file has no signature with a time-stamp, so there is nothing to renew."
    next_vi = "Ký tệp với dịch vụ cấp dấu thời gian trước."
    next_en = "Sign the file with a time-stamp authority first."
    exit_code = ExitCode.BAD_INPUT
    status = 422


class TooLateToRenew(SigningError):
    """What a file does not prove today, no new time-stamp can prove tomorrow. `why` names the codes of verification."""

    code = "signing.too_late_to_renew"
    message_vi = "Chữ ký hoặc dấu thời gian của tệp không còn kiểm tra được ({why}) nên gia hạn không có tác dụng."
    message_en = "The file's signatures do not hold any more ({why}), so a new time-stamp would prove nothing."
    next_vi = "Giữ nguyên tệp; lập hồ sơ cho trường hợp này, hoặc phục hồi bản đã gia hạn từ bản sao lưu."
    next_en = "Keep the file as it is and put the case on record, or restore a renewed copy from a backup."
    exit_code = ExitCode.REFUSED
    status = 409


class NoGain(SigningError):
    """The authority's own certificate or algorithm ends no later than what is there; `until` is that day."""

    code = "signing.renewal_no_gain"
    message_vi = "Dấu thời gian mới cũng chỉ có giá trị đến {until} như dấu hiện có nên không thêm vào tệp."
    message_en = "A new time-stamp would hold no longer than the present one ({until}), so none was added."
    next_vi = "Chọn dịch vụ cấp dấu thời gian (HOSO_TSA) có chứng thư dài hạn hơn, thuật toán mạnh hơn."
    next_en = "Choose a time-stamp authority (HOSO_TSA) whose certificate ends later and whose algorithms are stronger."
    exit_code = ExitCode.REFUSED
    status = 409
