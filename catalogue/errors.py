"""The root of every error that a person or a program may meet: a stable code, two languages, a next step."""

from __future__ import annotations

from enum import IntEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """What a command's exit status says. `hoso verify` alone answers 0, 1, 2 by verdict."""

    OK = 0
    FAILED = 1
    USAGE = 2
    BAD_INPUT = 3
    NOT_FOUND = 4
    UNAVAILABLE = 5
    REFUSED = 6


class HosoError(Exception):
    """An error that is told to people.

    Subclasses set the class attributes. The texts are `str.format` templates over the keyword arguments given to
    the constructor; no argument may carry a citizen ID, a secret or a document's content, since errors are logged.
    """

    code: ClassVar[str] = "hoso.error"
    message_vi: ClassVar[str] = "Có lỗi xảy ra."
    message_en: ClassVar[str] = "Something went wrong."
    next_vi: ClassVar[str] = "Thử lại; nếu vẫn lỗi, báo cho quản trị viên kèm mã lỗi."
    next_en: ClassVar[str] = "Try again; if it fails again, tell the administrator the error code."
    exit_code: ClassVar[ExitCode] = ExitCode.FAILED
    status: ClassVar[int] = 400

    def __init__(self, **context: object) -> None:
        self.context = context
        super().__init__(self.message_en.format(**context))

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.context)

    @property
    def vi(self) -> str:
        """The message in Vietnamese."""
        return self.message_vi.format(**self.context)

    @property
    def en(self) -> str:
        """The message in English."""
        return self.message_en.format(**self.context)

    def as_dict(self) -> dict[str, str]:
        """The error as every JSON face of the product shows it."""
        return {
            "code": self.code,
            "message_vi": self.vi,
            "message_en": self.en,
            "next": self.next_vi.format(**self.context),
            "next_en": self.next_en.format(**self.context),
        }


def _rebuild(cls: type[HosoError], context: dict[str, object]) -> HosoError:
    """Errors cross process boundaries (a child that opens hostile files sends them back)."""
    return cls(**context)


class InvalidCode(HosoError):
    """A code, number or identifier that is not what it should be. The text itself never enters the error.

    `reason_vi` and `reason_en` say what is wrong ("có 11 chữ số, cần 12").
    """

    code = "catalogue.invalid_code"
    message_vi = "Mã không đúng: {reason_vi}."
    message_en = "Invalid code: {reason_en}."
    next_vi = "Kiểm tra lại trên giấy tờ gốc rồi nhập lại."
    next_en = "Check it on the original paper and type it again."
    exit_code = ExitCode.BAD_INPUT
    status = 422


class InvalidCitizenId(InvalidCode):
    code = "catalogue.citizen_id"
    message_vi = "Số định danh cá nhân không đúng: {reason_vi}."
    message_en = "Invalid citizen ID: {reason_en}."
    next_vi = "Nhập đủ 12 chữ số in trên thẻ căn cước, hoặc quét mã QR trên thẻ."
    next_en = "Type all 12 digits printed on the identity card, or scan the card's QR code."


class InvalidIdCard(InvalidCode):
    code = "catalogue.id_card"
    message_vi = "Số chứng minh nhân dân không đúng: {reason_vi}."
    message_en = "Invalid old identity card number: {reason_en}."


class InvalidPassport(InvalidCode):
    code = "catalogue.passport"
    message_vi = "Số hộ chiếu không đúng: {reason_vi}."
    message_en = "Invalid passport number: {reason_en}."


class InvalidTaxCode(InvalidCode):
    code = "catalogue.tax_code"
    message_vi = "Mã số thuế không đúng: {reason_vi}."
    message_en = "Invalid tax code: {reason_en}."


class InvalidAgencyCode(InvalidCode):
    code = "catalogue.agency_code"
    message_vi = "Mã định danh cơ quan không đúng: {reason_vi}."
    message_en = "Invalid agency code: {reason_en}."


class InvalidDossierCode(InvalidCode):
    code = "catalogue.dossier_code"
    message_vi = "Mã hồ sơ không đúng: {reason_vi}."
    message_en = "Invalid dossier code: {reason_en}."
    next_vi = "Xem mã in trên Giấy tiếp nhận hồ sơ và hẹn trả kết quả, ví dụ H04.01.02-240531-0001."
    next_en = "See the code printed on the receipt, for example H04.01.02-240531-0001."


class InvalidResultCode(InvalidCode):
    code = "catalogue.result_code"
    message_vi = "Mã kết quả không đúng: {reason_vi}."
    message_en = "Invalid result code: {reason_en}."


class InvalidProcedureCode(InvalidCode):
    code = "catalogue.procedure_code"
    message_vi = "Mã thủ tục hành chính không đúng: {reason_vi}."
    message_en = "Invalid procedure code: {reason_en}."


class InvalidResultTypeCode(InvalidCode):
    code = "catalogue.result_type_code"
    message_vi = "Mã loại kết quả không đúng: {reason_vi}."
    message_en = "Invalid result type code: {reason_en}."


class InvalidDocCode(InvalidCode):
    code = "catalogue.doc_code"
    message_vi = "Mã tài liệu số hóa không đúng: {reason_vi}."
    message_en = "Invalid code of a digitized document: {reason_en}."


class InvalidDocumentNumber(InvalidCode):
    code = "catalogue.document_number"
    message_vi = "Số, ký hiệu văn bản không đúng: {reason_vi}."
    message_en = "Invalid document number: {reason_en}."


class InvalidLandSerial(InvalidCode):
    code = "catalogue.land_serial"
    message_vi = "Số phát hành giấy chứng nhận quyền sử dụng đất không đúng: {reason_vi}."
    message_en = "Invalid serial number of a land certificate: {reason_en}."


class InvalidPlate(InvalidCode):
    code = "catalogue.plate"
    message_vi = "Biển số xe không đúng: {reason_vi}."
    message_en = "Invalid vehicle plate: {reason_en}."


class InvalidCardQr(InvalidCode):
    code = "catalogue.card_qr"
    message_vi = "Mã QR trên thẻ không đọc được: {reason_vi}."
    message_en = "The card's QR code cannot be read: {reason_en}."
    next_vi = "Quét lại mã QR ở nơi đủ sáng, hoặc nhập tay số định danh."
    next_en = "Scan the QR code again in good light, or type the citizen ID."


class InvalidMrz(InvalidCode):
    code = "catalogue.mrz"
    message_vi = "Dòng mã máy đọc (MRZ) không đúng: {reason_vi}."
    message_en = "Invalid machine-readable zone: {reason_en}."


class UnknownEntry(HosoError):
    """The catalogue has no such entry, or none on that day. `id` is an id or a code of the catalogue."""

    code = "catalogue.unknown"
    message_vi = "Danh mục không có mục {id}."
    message_en = "The catalogue has no entry {id}."
    next_vi = "Chọn một mục có trong danh mục."
    next_en = "Choose an entry of the catalogue."
    exit_code = ExitCode.NOT_FOUND
    status = 404


class UnknownKind(UnknownEntry):
    code = "catalogue.unknown_kind"
    message_vi = "Danh mục không có loại giấy tờ {id}."
    message_en = "The catalogue has no kind of document {id}."


class UnknownProcedure(UnknownEntry):
    code = "catalogue.unknown_procedure"
    message_vi = "Danh mục không có thủ tục {id} có hiệu lực vào ngày {on}."
    message_en = "The catalogue has no procedure {id} in force on {on}."


class UnknownAgency(UnknownEntry):
    code = "catalogue.unknown_agency"
    message_vi = "Danh mục không có cơ quan, địa phương {id} vào ngày {on}."
    message_en = "The catalogue has no agency or place {id} on {on}."


class UnknownResultType(UnknownEntry):
    code = "catalogue.unknown_result_type"
    message_vi = "Danh mục không có loại kết quả {id}."
    message_en = "The catalogue has no result type {id}."


class BadCatalogue(HosoError):
    """A data file of the catalogue breaks its own rules: found when it is first loaded."""

    code = "catalogue.bad_data"
    message_vi = "Tệp danh mục {file} sai ở mục {record}: {why}."
    message_en = "Catalogue file {file} is wrong at {record}: {why}."
    next_vi = "Sửa tệp danh mục theo docs/catalogue.md."
    next_en = "Correct the data file as docs/catalogue.md says."
    exit_code = ExitCode.FAILED
    status = 500
