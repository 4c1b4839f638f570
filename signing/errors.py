"""Errors of signing and verifying, each with a stable code, two languages and a next step."""

from __future__ import annotations

from catalogue import ExitCode, HosoError

__all__ = [
    "AuthorityRefused",
    "CertificateExpired",
    "CertificateNotYetValid",
    "CertificateRefused",
    "CertificateRevoked",
    "CertificateUntrusted",
    "DocumentLocked",
    "Encrypted",
    "NoPublicAddress",
    "NothingToUpgrade",
    "SigningError",
    "TooCostly",
    "UnknownProfile",
    "Unreadable",
    "WeakKey",
    "WrongKeyUsage",
    "WrongPassphrase",
]


class SigningError(HosoError):
    """The root of this package's errors."""

    code = "signing.error"
    message_vi = "Không ký hoặc kiểm tra được tệp."
    message_en = "The file could not be signed or verified."


class Unreadable(SigningError):
    code = "signing.unreadable"
    message_vi = "Không đọc được tệp PDF: tệp hỏng hoặc không phải PDF."
    message_en = "The PDF cannot be read: it is damaged or not a PDF."
    next_vi = "Quét hoặc xuất lại tệp rồi ký lại."
    next_en = "Scan or export the file again, then sign."
    exit_code = ExitCode.BAD_INPUT
    status = 422


class Encrypted(SigningError):
    code = "signing.encrypted"
    message_vi = "Tệp PDF bị đặt mật khẩu nên không ký được."
    message_en = "The PDF is encrypted and cannot be signed."
    next_vi = "Bỏ mật khẩu của tệp rồi ký lại; PDF/A không cho phép mã hóa."
    next_en = "Remove the password and sign again; PDF/A forbids encryption."
    exit_code = ExitCode.BAD_INPUT
    status = 422


class TooCostly(SigningError):
    code = "signing.too_costly"
    message_vi = "Tệp cần quá nhiều thời gian hoặc bộ nhớ để mở nên đã bị dừng."
    message_en = "The file needs too much time or memory to open and was stopped."
    next_vi = "Chia nhỏ tệp hoặc xuất lại từ nguồn; nếu không rõ nguồn gốc, không dùng tệp này."
    next_en = "Split the file or export it again; do not use it if its origin is unclear."
    exit_code = ExitCode.BAD_INPUT
    status = 422


class DocumentLocked(SigningError):
    code = "signing.document_locked"
    message_vi = "Chữ ký đã có trong tệp không cho phép thêm chữ ký khác."
    message_en = "A signature in the file forbids further signatures."
    next_vi = "Xin người ký trước cấp lại bản không khóa."
    next_en = "Ask the earlier signer for a copy that is not locked."
    exit_code = ExitCode.REFUSED
    status = 409


class UnknownProfile(SigningError):
    code = "signing.unknown_profile"
    message_vi = "Không có kiểu ký “{name}”. Các kiểu hiện có: {known}."
    message_en = "There is no signing profile “{name}”. Known profiles: {known}."
    next_vi = "Chọn một kiểu trong danh sách."
    next_en = "Choose one of the list."
    exit_code = ExitCode.USAGE


class WrongPassphrase(SigningError):
    code = "signing.wrong_passphrase"
    message_vi = "Không mở được tệp khóa PKCS#12: sai mật khẩu hoặc tệp hỏng."
    message_en = "The PKCS#12 key file cannot be opened: wrong passphrase or damaged file."
    next_vi = "Nhập lại mật khẩu; nếu vẫn lỗi, xin cấp lại tệp khóa."
    next_en = "Enter the passphrase again; if it fails, ask for the key file again."
    exit_code = ExitCode.REFUSED
    status = 403


class CertificateRefused(SigningError):
    """The signer's certificate may not sign (TT 15/2025/TT-BKHCN: checked before each signature)."""

    code = "signing.certificate_refused"
    message_vi = "Chứng thư “{subject}” không được phép ký."
    message_en = "The certificate “{subject}” may not sign."
    next_vi = "Dùng chứng thư ký số còn hiệu lực do tổ chức chứng thực được tin cậy cấp."
    next_en = "Use a valid signing certificate of a trusted authority."
    exit_code = ExitCode.REFUSED
    status = 409


class CertificateExpired(CertificateRefused):
    code = "signing.certificate_expired"
    message_vi = "Chứng thư “{subject}” đã hết hạn từ {until}."
    message_en = "The certificate “{subject}” expired on {until}."
    next_vi = "Gia hạn chứng thư tại tổ chức chứng thực rồi ký lại."
    next_en = "Renew the certificate with its authority, then sign again."


class CertificateNotYetValid(CertificateRefused):
    code = "signing.certificate_not_yet_valid"
    message_vi = "Chứng thư “{subject}” chưa có hiệu lực, chỉ dùng được từ {since}."
    message_en = "The certificate “{subject}” is not valid before {since}."
    next_vi = "Kiểm tra đồng hồ máy tính; nếu đúng giờ, chờ đến ngày có hiệu lực."
    next_en = "Check the computer's clock; if it is right, wait for that day."


class CertificateRevoked(CertificateRefused):
    code = "signing.certificate_revoked"
    message_vi = "Chứng thư “{subject}” đã bị thu hồi."
    message_en = "The certificate “{subject}” is revoked."
    next_vi = "Liên hệ tổ chức chứng thực để được cấp chứng thư mới."
    next_en = "Ask the authority for a new certificate."


class CertificateUntrusted(CertificateRefused):
    code = "signing.certificate_untrusted"
    message_vi = "Chứng thư “{subject}” không thuộc tổ chức chứng thực được tin cậy."
    message_en = "The certificate “{subject}” does not lead to a trusted authority."
    next_vi = "Thêm chứng thư gốc của tổ chức chứng thực vào danh sách tin cậy, hoặc dùng chứng thư khác."
    next_en = "Add the authority's root to the trust list, or use another certificate."


class WrongKeyUsage(CertificateRefused):
    code = "signing.wrong_key_usage"
    message_vi = "Chứng thư “{subject}” không được cấp để ký số văn bản."
    message_en = "The certificate “{subject}” was not issued for signing documents."
    next_vi = "Chọn chứng thư có mục đích chữ ký số hoặc chống chối bỏ."
    next_en = "Choose a certificate for digital signature or non-repudiation."


class WeakKey(CertificateRefused):
    code = "signing.weak_key"
    message_vi = "Khóa của chứng thư “{subject}” không đủ mạnh (cần RSA từ 2048 bit hoặc ECDSA từ 256 bit)."
    message_en = "The key of the certificate “{subject}” is too weak (RSA from 2048 bits or ECDSA from 256 bits)."
    next_vi = "Xin cấp chứng thư có khóa đủ dài."
    next_en = "Ask for a certificate with a longer key."


class AuthorityRefused(SigningError):
    code = "signing.demo_refused"
    message_vi = "Môi trường chính thức (HOSO_ENV=production) không dùng chứng thư DEMO."
    message_en = "The production environment (HOSO_ENV=production) refuses the DEMO authority."
    next_vi = "Cấu hình khóa ký, máy chủ dấu thời gian và chứng thư gốc thật."
    next_en = "Configure real keys, a time-stamp authority and trusted roots."
    exit_code = ExitCode.REFUSED
    status = 409


class NoPublicAddress(SigningError):
    code = "signing.no_public_address"
    message_vi = "Chưa đặt địa chỉ công khai (HOSO_PUBLIC_URL) nên chưa ký chính thức được."
    message_en = "Nothing is signed outside DEMO while HOSO_PUBLIC_URL is unset or loopback."
    next_vi = "Đặt HOSO_PUBLIC_URL là địa chỉ https mà người dân truy cập được, rồi ký lại."
    next_en = "Set HOSO_PUBLIC_URL to the https address that citizens can reach, then sign again."
    exit_code = ExitCode.REFUSED
    status = 409


class NothingToUpgrade(SigningError):
    code = "signing.nothing_to_upgrade"
    message_vi = "Tệp không có chữ ký số nào để nâng mức."
    message_en = "The file carries no signature to upgrade."
    next_vi = "Ký tệp trước."
    next_en = "Sign the file first."
    exit_code = ExitCode.BAD_INPUT
    status = 422
