"""Errors of signing and verifying, each with a stable code, two languages and a next step."""

from __future__ import annotations

from catalogue import ExitCode, HosoError

__all__ = [
    "AgentAway",
    "AuthorityRefused",
    "BadKeySettings",
    "BadProfile",
    "BadTrustStore",
    "CertificateExpired",
    "CertificateNotYetValid",
    "CertificateRefused",
    "CertificateRevoked",
    "CertificateUntrusted",
    "DocumentLocked",
    "Encrypted",
    "KeyMismatch",
    "KeyMissing",
    "KeyUnusable",
    "MechanismMissing",
    "NoPublicAddress",
    "OutcomeUnknown",
    "PinLocked",
    "SignatureWrong",
    "SigningError",
    "SigningServiceDown",
    "SigningServiceRefused",
    "TokenFailed",
    "TokenGone",
    "TokenMissing",
    "TokenModuleMissing",
    "TooCostly",
    "UnknownProfile",
    "Unreadable",
    "WeakKey",
    "WrongKeyUsage",
    "WrongPassphrase",
    "WrongPin",
]


class SigningError(HosoError):
    """The root of this package's errors."""

    code = "signing.error"
    message_vi = "Không ký hoặc kiểm tra được tệp."
    message_en = "The file could not be signed or verified."


class BadTrustStore(SigningError):
    """A file in the folder of trusted roots is no certificate, or `trust.toml` is wrong."""

    code = "signing.trust_store"
    message_vi = "Thư mục chứng thư gốc tin cậy có tệp sai: {file} ({reason})."
    message_en = "The folder of trusted roots has a wrong file: {file} ({reason})."
    next_vi = "Sửa hoặc bỏ tệp đó; xem docs/signing.md."
    next_en = "Correct or remove that file; see docs/signing.md."
    exit_code = ExitCode.BAD_INPUT
    status = 500


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


class BadProfile(SigningError):
    """A profile of the installation's or an agency's own is wrong."""

    code = "signing.bad_profile"
    message_vi = "Tệp kiểu ký “{file}” sai: {why_vi}."
    message_en = "The signing profile “{file}” is wrong: {why_en}."
    next_vi = "Sửa hoặc bỏ tệp đó; các mục và giá trị ở docs/signing.md, mục Profiles."
    next_en = "Correct or remove that file; docs/signing.md, Profiles, has the entries and their values."
    exit_code = ExitCode.USAGE
    status = 500


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


class KeyUnusable(SigningError):
    """A key that is kept elsewhere cannot be used now: on a token, at a desk, at a remote service."""

    code = "signing.key_unusable"
    exit_code = ExitCode.UNAVAILABLE
    status = 503


class BadKeySettings(KeyUnusable):
    code = "signing.bad_key_settings"
    message_vi = "Tệp cấu hình khóa ký sai: {why}."
    message_en = "The settings of the signing key are wrong: {why}."
    next_vi = "Sửa tệp theo hướng dẫn trong docs/signing.md."
    next_en = "Correct the file as docs/signing.md says."
    exit_code = ExitCode.USAGE
    status = 500


class TokenModuleMissing(KeyUnusable):
    code = "signing.no_module"
    message_vi = "Không nạp được thư viện PKCS#11 “{module}”."
    message_en = "The PKCS#11 module “{module}” cannot be loaded."
    next_vi = "Cài trình điều khiển của thiết bị ký số và kiểm tra đường dẫn tới tệp .so hoặc .dll."
    next_en = "Install the driver of the token and check the path of its .so or .dll file."


class TokenMissing(KeyUnusable):
    code = "signing.no_token"
    message_vi = "Không thấy thiết bị ký số “{token}”. Đang cắm: {present}."
    message_en = "The token “{token}” is not there. Present: {present}."
    next_vi = "Cắm thiết bị, hoặc sửa tên thiết bị trong cấu hình."
    next_en = "Plug the token in, or correct its label in the settings."


class TokenGone(KeyUnusable):
    code = "signing.token_gone"
    message_vi = "Thiết bị ký số đã bị rút ra hoặc đã khóa phiên khi đang ký."
    message_en = "The token was pulled out, or its session ended, while it was signing."
    next_vi = "Cắm lại thiết bị, nhập mã PIN rồi cho đợt ký chạy tiếp; các tệp đã ký vẫn giữ nguyên."
    next_en = "Plug it in, enter the PIN and let the batch go on; what was signed stays signed."


class TokenFailed(KeyUnusable):
    code = "signing.token_failed"
    message_vi = "Thiết bị ký số báo lỗi {what}."
    message_en = "The token failed: {what}."
    next_vi = "Rút thiết bị ra cắm lại rồi thử lại; nếu vẫn lỗi, báo nhà cung cấp kèm mã lỗi này."
    next_en = "Unplug the token, plug it in and try again; if it fails again, tell its maker this code."


class MechanismMissing(KeyUnusable):
    code = "signing.no_mechanism"
    message_vi = "Khóa ký không làm được thuật toán {mechanism}."
    message_en = "The key cannot do {mechanism}."
    next_vi = 'Nếu thiết bị chỉ có RSA PKCS#1 v1.5, đặt padding = "pkcs1"; nếu không, dùng thiết bị khác.'
    next_en = 'If the device has RSA PKCS#1 v1.5 only, set padding = "pkcs1"; else use another device.'


class KeyMissing(KeyUnusable):
    code = "signing.no_key"
    message_vi = "Không thấy khóa ký “{key}” cùng chứng thư của nó. Hiện có: {present}."
    message_en = "The key “{key}” with its certificate is not there. Present: {present}."
    next_vi = "Kiểm tra nhãn hoặc mã (id) của khóa trong cấu hình."
    next_en = "Check the label or id of the key in the settings."
    exit_code = ExitCode.NOT_FOUND
    status = 409


class KeyMismatch(KeyUnusable):
    code = "signing.key_mismatch"
    message_vi = "Chứng thư “{subject}” không phải của khóa ký này."
    message_en = "The certificate “{subject}” does not belong to this key."
    next_vi = "Chọn đúng cặp khóa và chứng thư; không ký bằng cặp này."
    next_en = "Choose the key and the certificate that belong together."
    exit_code = ExitCode.REFUSED
    status = 409


class WrongPin(KeyUnusable):
    code = "signing.wrong_pin"
    message_vi = "Mã PIN không đúng.{warning_vi}"
    message_en = "The PIN is wrong.{warning_en}"
    next_vi = "Nhập lại mã PIN; nhập sai nhiều lần, thiết bị sẽ bị khóa."
    next_en = "Enter the PIN again; too many wrong ones lock the token."
    exit_code = ExitCode.REFUSED
    status = 403


class PinLocked(KeyUnusable):
    code = "signing.pin_locked"
    message_vi = "Mã PIN đã bị khóa do nhập sai nhiều lần hoặc đã hết hạn."
    message_en = "The PIN is locked after wrong entries, or has expired."
    next_vi = "Liên hệ nơi cấp thiết bị để mở khóa hoặc đổi mã PIN."
    next_en = "Ask whoever issued the token to unlock or change the PIN."
    exit_code = ExitCode.REFUSED
    status = 403


class SignatureWrong(KeyUnusable):
    """What came back does not verify with the certificate: never put into a file."""

    code = "signing.signature_wrong"
    message_vi = "Giá trị chữ ký nhận được không khớp với chứng thư “{subject}” nên đã bị bỏ, không phát hành."
    message_en = "The signature that came back does not fit the certificate “{subject}”; it was dropped."
    next_vi = "Kiểm tra khóa và chứng thư có cùng một cặp; nếu ký từ xa, báo nhà cung cấp dịch vụ."
    next_en = "Check that key and certificate belong together; tell the provider if the key is remote."
    exit_code = ExitCode.REFUSED
    status = 502


class SigningServiceDown(KeyUnusable):
    """Nothing was signed: the request never reached the service, or the service said so."""

    code = "signing.service_down"
    message_vi = "Dịch vụ ký từ xa không trả lời; chưa ký gì."
    message_en = "The remote signing service does not answer; nothing was signed."
    next_vi = "Thử lại sau ít phút; kiểm tra kết nối mạng tới dịch vụ."
    next_en = "Try again in a few minutes; check the connection to the service."


class SigningServiceRefused(KeyUnusable):
    code = "signing.service_refused"
    message_vi = "Dịch vụ ký từ xa từ chối yêu cầu ({why})."
    message_en = "The remote signing service refused the request ({why})."
    next_vi = "Kiểm tra tài khoản, mã PIN hoặc OTP và quyền của khóa tại nhà cung cấp."
    next_en = "Check the account, the PIN or OTP and the rights of the key with the provider."
    exit_code = ExitCode.REFUSED
    status = 502


class OutcomeUnknown(KeyUnusable):
    """The request went out and no answer came back: it may have signed. Never repeated without a person's word."""

    code = "signing.outcome_unknown"
    message_vi = "Không biết yêu cầu ký đã được thực hiện hay chưa: đã gửi đi nhưng không nhận được trả lời "
    message_vi += "(mã yêu cầu {reference})."
    message_en = "Whether the key signed is not known: request {reference} went out and no answer came back."
    next_vi = "Xem nhật ký của dịch vụ ký hoặc của máy ký, rồi người có trách nhiệm quyết định ký lại."
    next_en = "Look into the log of the signing service or agent; then somebody decides whether to sign again."
    status = 504


class AgentAway(KeyUnusable):
    """Nothing was signed: the request was not taken by the agent."""

    code = "signing.agent_away"
    message_vi = "Máy của cán bộ không nhận yêu cầu ký: chương trình ký (hoso sign-agent) chưa chạy hoặc đã dừng."
    message_en = "The officer's PC takes no requests: `hoso sign-agent` is not running there."
    next_vi = "Mở hoso sign-agent trên máy có cắm thiết bị ký số rồi cho đợt ký chạy tiếp."
    next_en = "Start `hoso sign-agent` on the PC that holds the token, then let the batch go on."


class WrongPerson(KeyUnusable):
    code = "signing.wrong_person"
    message_vi = "Chứng thư “{subject}” trên thiết bị không phải chứng thư đã đăng ký cho người dùng này."
    message_en = "The certificate “{subject}” on the token is not the one registered for this user."
    next_vi = "Cắm đúng thiết bị ký số của mình; nếu chứng thư vừa được cấp mới, nhờ quản trị viên đăng ký lại."
    next_en = "Plug in your own token; if the certificate is new, ask the administrator to register it."
    exit_code = ExitCode.REFUSED
    status = 409


class TicketRefused(KeyUnusable):
    code = "signing.ticket_refused"
    message_vi = "Máy chủ không nhận phiên ký này: mã dùng một lần sai, đã dùng hoặc đã hết hạn."
    message_en = "The server does not know this session: its one-time ticket is wrong, used or too old."
    next_vi = "Mở trang Ký bằng token, lấy mã mới rồi chạy lại lệnh."
    next_en = "Open the page for signing with a token, get a new ticket and run the command again."
    exit_code = ExitCode.REFUSED
    status = 401


class NotAgreed(KeyUnusable):
    """Nothing was signed: the officer has not agreed to it at the PC."""

    code = "signing.not_agreed"
    message_vi = "Người ký chưa đồng ý ký trên máy của mình."
    message_en = "The signer has not agreed to it at the PC."
    next_vi = "Mở phiên ký mới và đồng ý khi chương trình hỏi."
    next_en = "Begin a new session and agree when the program asks."
    exit_code = ExitCode.REFUSED
    status = 409
