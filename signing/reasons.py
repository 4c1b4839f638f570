"""Why a level or a verdict is what it is: stable codes with texts, and the four plain lines made of them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from signing.model import Report, SignatureReport

__all__ = ["CODES", "STEPS", "VIETNAM", "lines", "local", "step", "text"]

VIETNAM = timezone(timedelta(hours=7))

CODES: dict[str, tuple[str, str]] = {
    # of a file
    "no_signature": ("Tệp không có chữ ký số.", "The file carries no digital signature."),
    "format_failure": (
        "Cấu trúc tệp hoặc chữ ký bị hỏng nên không kiểm tra được.",
        "The structure of the file or of the signature is damaged.",
    ),
    "unreadable": ("Không đọc được tệp PDF này.", "This PDF cannot be read."),
    "encrypted": (
        "Tệp PDF bị đặt mật khẩu nên không kiểm tra được chữ ký.",
        "The PDF is protected by a password; its signatures cannot be checked.",
    ),
    "too_costly": (
        "Tệp cần quá nhiều thời gian hoặc bộ nhớ để mở nên đã bị dừng.",
        "The file needs too much time or memory to open and was stopped.",
    ),
    # integrity
    "hash_mismatch": (
        "Nội dung đã bị thay đổi sau khi ký.",
        "The content was changed after signing.",
    ),
    "signature_broken": (
        "Giá trị chữ ký không khớp với chứng thư của người ký.",
        "The signature value does not match the signer's certificate.",
    ),
    "changed_after_signing": (
        "Tệp có phần thêm vào sau khi ký mà chữ ký không cho phép.",
        "The file was changed after signing in a way the signature does not permit.",
    ),
    "not_whole_file": (
        "Chữ ký không bao trùm toàn bộ phiên bản được ký.",
        "The signature does not cover the whole revision it signed.",
    ),
    "hybrid_file": (
        "Tệp dùng cấu trúc lai, các trình đọc khác nhau có thể hiển thị khác nhau.",
        "The file has hybrid cross-references; readers may show it differently.",
    ),
    "trailing_bytes": (
        "Sau chỗ kết thúc của tệp còn dữ liệu mà không chữ ký nào bao trùm.",
        "After the end of the file there is data that no signature covers.",
    ),
    "archive_timestamp_broken": (
        "Phần thêm vào sau khi ký đã bị sửa: dấu thời gian lưu trữ của tệp không còn khớp.",
        "What was added after signing was altered: an archive time-stamp of the file no longer fits.",
    ),
    # the certificate
    "untrusted": (
        "Chứng thư của người ký không thuộc tổ chức chứng thực được tin cậy.",
        "The signer's certificate does not lead to a trusted authority.",
    ),
    "untrusted_at_time": (
        "Chứng thư gốc không còn hoặc chưa được tin cậy tại thời điểm ký.",
        "The root certificate was not trusted at the time of signing.",
    ),
    "certificate_expired": (
        "Chứng thư đã hết hạn và không có bằng chứng là chữ ký được tạo trước đó.",
        "The certificate has expired and nothing proves that the signature was made before.",
    ),
    "certificate_not_yet_valid": (
        "Chứng thư chưa có hiệu lực tại thời điểm ký.",
        "The certificate was not yet valid when the signature was made.",
    ),
    "revoked": (
        "Chứng thư của người ký đã bị thu hồi trước khi ký.",
        "The signer's certificate was revoked before signing.",
    ),
    "revoked_no_poe": (
        "Chứng thư đã bị thu hồi và không có bằng chứng là chữ ký được tạo trước đó.",
        "The certificate is revoked and nothing proves that the signature was made before.",
    ),
    "revocation_unknown": (
        "Chưa biết chứng thư có bị thu hồi hay không vì không có dữ liệu OCSP hoặc CRL.",
        "Whether the certificate was revoked is not known: no OCSP or CRL data.",
    ),
    "wrong_key_usage": (
        "Chứng thư không được cấp để ký số văn bản.",
        "The certificate was not issued for signing documents.",
    ),
    "chain_constraints": (
        "Chuỗi chứng thư vi phạm ràng buộc của tổ chức chứng thực.",
        "The certificate chain breaks a constraint of its authority.",
    ),
    "weak_algorithm": (
        "Thuật toán hoặc độ dài khóa không đủ mạnh.",
        "The algorithm or the key length is too weak.",
    ),
    "old_padding": (
        "Chữ ký dùng thuật toán cũ RSA PKCS#1 v1.5 (vẫn được chấp nhận).",
        "The signature uses the older RSA PKCS#1 v1.5 (still accepted).",
    ),
    "undecided": (
        "Chưa đủ dữ liệu để kết luận về chữ ký.",
        "There is not enough data to decide about the signature.",
    ),
    # time
    "no_timestamp": (
        "Không có dấu thời gian; thời điểm ký chỉ là lời khai của người ký.",
        "No time-stamp; the time of signing is only what the signer claims.",
    ),
    "timestamp_invalid": (
        "Dấu thời gian không hợp lệ nên không được dùng.",
        "The time-stamp is not valid and was not used.",
    ),
    "claimed_time_ahead": (
        "Thời điểm ký do người ký tự khai muộn hơn thời điểm có thể ký, nên không đáng tin.",
        "The time that the signer claims is later than the signature can be; do not rely on it.",
    ),
    "not_pades": (
        "Chữ ký không theo chuẩn PAdES.",
        "The signature does not follow PAdES.",
    ),
    # signing
    "demo": (
        "Chữ ký DEMO: chỉ để thử nghiệm, không có giá trị pháp lý.",
        "DEMO signature: for trials only, without legal value.",
    ),
    "tsa_unavailable": (
        "Không lấy được dấu thời gian từ máy chủ TSA nào.",
        "No time-stamp authority could be reached.",
    ),
    "token_too_large": (
        "Dấu thời gian lớn hơn chỗ dành sẵn; lần nâng mức sau sẽ đủ chỗ.",
        "The time-stamp was larger than the room kept for it; the next upgrade will keep enough.",
    ),
    "no_tsa": ("Chưa cấu hình máy chủ dấu thời gian.", "No time-stamp authority is configured."),
    "revocation_unavailable": (
        "Không lấy được dữ liệu OCSP hoặc CRL của chứng thư.",
        "The OCSP or CRL data of the certificate could not be had.",
    ),
    "mark_no_room": (
        "Trang không còn chỗ trống cho dấu hiển thị nên chữ ký không hiển thị.",
        "The page has no free space for the mark; the signature is invisible.",
    ),
}

STEPS: dict[str, tuple[str, str]] = {
    "no_signature": (
        "Xin cơ quan ban hành tệp gốc có chữ ký số; bản in hoặc bản scan không mang chữ ký số.",
        "Ask the issuing agency for the signed file itself; a print or a scan carries no digital signature.",
    ),
    "format_failure": (
        "Không dùng tệp này; tải lại từ nơi đã gửi rồi kiểm tra lại.",
        "Do not use this file; fetch it again from where it came and check that.",
    ),
    "unreadable": (
        "Tải lại tệp từ nơi đã gửi; đổi tên tệp không làm tệp thành PDF.",
        "Fetch the file again from where it came; renaming a file does not make it a PDF.",
    ),
    "encrypted": (
        "Đề nghị nơi gửi cấp bản không đặt mật khẩu rồi kiểm tra lại.",
        "Ask the sender for a copy without a password and check that.",
    ),
    "too_costly": (
        "Không mở tệp nếu không rõ nguồn gốc; đề nghị nơi gửi xuất lại tệp.",
        "Do not open it if its origin is unclear; ask the sender to export it again.",
    ),
}
"""What to do next where a file as a whole cannot be judged."""


def text(code: str, language: str) -> str:
    """The text of a code in `vi` or `en`."""
    vi, en = CODES[code]
    return vi if language == "vi" else en


def step(code: str, language: str) -> str:
    """The next step after a reason of a file, in `vi` or `en`; none for a reason of one signature."""
    vi, en = STEPS.get(code, ("", ""))
    return vi if language == "vi" else en


def local(moment: datetime) -> str:
    """A time as people in Viet Nam read it and as NĐ 30/2020 prints it: `dd-mm-yyyy hh:mm:ss +07:00`."""
    return moment.astimezone(VIETNAM).strftime("%d-%m-%Y %H:%M:%S +07:00")


def lines(report: Report, language: str) -> list[str]:
    """Wholeness, signature and certificate, time, level: one line each, and one more for a DEMO signature."""
    vi = language == "vi"
    if not report.signatures:
        said = [text(reason.code, language) for reason in report.reasons]
        return said or [text("no_signature", language)]
    found = [_whole(report, vi)]
    found += _each(report, vi, _who)
    found += _each(report, vi, _when)
    found += _each(report, vi, _level)
    if report.demo:
        found.append(text("demo", language))
    return found


def _each(report: Report, vi: bool, say: object) -> list[str]:
    assert callable(say)
    if len(report.signatures) == 1:
        return [say(report.signatures[0], vi)]
    label = "Chữ ký" if vi else "Signature"
    return [f"[{label} {number}] {say(signature, vi)}" for number, signature in enumerate(report.signatures, 1)]


def _whole(report: Report, vi: bool) -> str:
    if any(not signature.intact for signature in report.signatures):
        return "Toàn vẹn: KHÔNG — nội dung đã bị thay đổi sau khi ký." if vi else "Whole: NO — changed after signing."
    if any(signature.changes == "forbidden" for signature in report.signatures):
        return (
            "Toàn vẹn: KHÔNG — tệp có thay đổi không được phép sau khi ký."
            if vi
            else "Whole: NO — changes that the signatures do not permit."
        )
    return "Toàn vẹn: CÓ — nội dung không đổi từ khi ký." if vi else "Whole: YES — unchanged since it was signed."


def _who(signature: SignatureReport, vi: bool) -> str:
    verdicts = {
        "valid": ("hợp lệ", "valid"),
        "invalid": ("KHÔNG hợp lệ", "NOT valid"),
        "indeterminate": ("chưa kết luận được", "cannot be decided"),
    }
    verdict = verdicts[signature.status][0 if vi else 1]
    signer = signature.signer or ("không rõ người ký" if vi else "unknown signer")
    issuer = signature.issuer or ("không rõ" if vi else "unknown")
    why = "" if signature.status == "valid" else " " + " ".join(_telling(signature, vi))
    if vi:
        return f"Chữ ký, chứng thư: {verdict} — {signer}, chứng thư do {issuer} cấp.{why}"
    return f"Signature, certificate: {verdict} — {signer}, certificate issued by {issuer}.{why}"


def _telling(signature: SignatureReport, vi: bool) -> list[str]:
    quiet = {"demo", "no_timestamp", "old_padding", "claimed_time_ahead"}
    return [reason.vi if vi else reason.en for reason in signature.reasons if reason.code not in quiet]


def _when(signature: SignatureReport, vi: bool) -> str:
    if signature.signed_at is not None:
        at = local(signature.signed_at)
        return f"Thời điểm: {at} (theo dấu thời gian)." if vi else f"Time: {at} (from a time-stamp)."
    if signature.claimed_at is not None:
        at = local(signature.claimed_at)
        ahead = any(reason.code == "claimed_time_ahead" for reason in signature.reasons)
        said = (
            f"Thời điểm: {at} (người ký tự khai, không có dấu thời gian)."
            if vi
            else f"Time: {at} (claimed by the signer, no time-stamp)."
        )
        return f"{said} {text('claimed_time_ahead', 'vi' if vi else 'en')}" if ahead else said
    return "Thời điểm: không rõ." if vi else "Time: unknown."


def _level(signature: SignatureReport, vi: bool) -> str:
    said = {
        "none": ("không đạt mức PAdES nào", "no PAdES level"),
        "B-B": ("B-B, chữ ký cơ bản", "B-B, basic signature"),
        "B-T": ("B-T, có dấu thời gian", "B-T, with a time-stamp"),
        "B-LT": ("B-LT, kiểm tra được lâu dài", "B-LT, with long-term data"),
        "B-LTA": ("B-LTA, lưu trữ được lâu dài", "B-LTA, for the long-term archive"),
    }[signature.level][0 if vi else 1]
    return f"Mức: {said}." if vi else f"Level: {said}."
