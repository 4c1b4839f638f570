"""Codes printed on documents or given to their copies."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from catalogue.codes.base import WRONG_PATTERN, Code, plain
from catalogue.codes.organisation import AgencyCode
from catalogue.errors import (
    InvalidAgencyCode,
    InvalidDocCode,
    InvalidDocumentNumber,
    InvalidLandSerial,
    InvalidPlate,
)
from catalogue.text import nfc

_DOC_CODE = re.compile(
    r"(?P<agency>[^_]+)_(?P<kind>[A-Za-zĐđ]{1,4})_(?P<sequence>[0-9]{5,6})_V(?P<version>[1-9][0-9]{0,3})"
)
_NUMBER = re.compile(r"[0-9]{1,6}(/[0-9]{4})?(/[0-9A-Za-zÀ-ỹĐđ]+(-[0-9A-Za-zÀ-ỹĐđ]+)*)*")
_NUMBER_LEAD = re.compile(r"^(số|so|no\.?|sổ)\s*(hiệu)?\s*[:.]?\s*", re.IGNORECASE)
_SERIAL = re.compile(r"([A-ZĐ]{1,2})([0-9]{6,8})")
_PLATE = re.compile(r"([0-9]{2}[A-ZĐ]{1,2}[0-9]??)-?([0-9]{5}|[0-9]{4})")


@dataclass(frozen=True, slots=True, order=True)
class DocCode(Code):
    """Code of a digitized document, `MCQ_LV_STT_PB` (guide of the Ministry of Science and Technology, Nov 2025).

    `G06.01_CV_000021_V1`: agency, abbreviation of the kind, sequence, version (V1 the raw scan, V2 the first
    correction).
    """

    error = InvalidDocCode

    @classmethod
    def check(cls, value: str) -> None:
        match = _DOC_CODE.fullmatch(value)
        if match is None:
            raise cls.error(**WRONG_PATTERN)
        try:
            AgencyCode.check(match["agency"])
        except InvalidAgencyCode as error:
            raise cls.error(
                reason_vi="phần đầu không phải mã định danh cơ quan", reason_en="it does not open with an agency code"
            ) from error

    @property
    def agency(self) -> AgencyCode:
        return AgencyCode(self.value.split("_")[0])

    @property
    def kind(self) -> str:
        """The abbreviation of the kind: CV, QĐ, GP …"""
        return self.value.split("_")[1]

    @property
    def sequence(self) -> int:
        return int(self.value.split("_")[2])

    @property
    def version(self) -> int:
        return int(self.value.split("_")[3][1:])

    def file_name(self, digitized: date, extension: str, description: str = "") -> str:
        """The guide's file name `CODE_YYYYMMDD_DESC.EXT`; `description` keeps ASCII letters and digits only."""
        words = re.sub(r"[^A-Za-z0-9]", "", description)
        return "_".join([self.value, f"{digitized:%Y%m%d}", *([words] if words else [])]) + f".{extension}"


@dataclass(frozen=True, slots=True, order=True)
class DocumentNumber(Code):
    """Số, ký hiệu of a document as printed after "Số:": `123/2024`, `45/QĐ-UBND`, `12/2024/TT-BTP`."""

    error = InvalidDocumentNumber

    @classmethod
    def normalise(cls, text: str) -> str:
        return plain(_NUMBER_LEAD.sub("", nfc(text).strip())).rstrip(".,;")

    @classmethod
    def check(cls, value: str) -> None:
        if not _NUMBER.fullmatch(value):
            raise cls.error(**WRONG_PATTERN)

    @property
    def number(self) -> int:
        return int(self.value.partition("/")[0])

    @property
    def year(self) -> int | None:
        """The year it names (1900 to 2099), or None."""
        parts = self.value.split("/")
        return int(parts[1]) if len(parts) > 1 and re.fullmatch(r"(19|20)[0-9]{2}", parts[1]) else None

    @property
    def notation(self) -> str:
        """What follows number and year: `QĐ-UBND`."""
        return "/".join(self.value.split("/")[2 if self.year else 1 :])


@dataclass(frozen=True, slots=True, order=True)
class LandSerial(Code):
    """Số phát hành of a land-use certificate: one or two letters, 6 to 8 digits, written `BĐ 123456`."""

    error = InvalidLandSerial

    @classmethod
    def normalise(cls, text: str) -> str:
        return _SERIAL.sub(r"\1 \2", plain(text).upper().replace(".", ""), count=1)

    @classmethod
    def check(cls, value: str) -> None:
        if not _SERIAL.fullmatch(value.replace(" ", "", 1)) or " " not in value:
            raise cls.error(**WRONG_PATTERN)


@dataclass(frozen=True, slots=True, order=True)
class Plate(Code):
    """A vehicle's plate, written `51F-123.45` or with four digits `29X1-2345` (pattern: own knowledge)."""

    error = InvalidPlate

    @classmethod
    def normalise(cls, text: str) -> str:
        # Without a gap 29X12345 is 29X-123.45; a gap before the last digits says where the number begins.
        head, _, number = text.strip().replace("-", " ").rpartition(" ")
        bare = plain(text).upper().replace(".", "").replace("-", "")
        tail = plain(number).replace(".", "")
        if head and len(tail) in (4, 5):
            bare = f"{bare[: -len(tail)]}-{tail}"
        match = _PLATE.fullmatch(bare)
        if match is None:
            return bare
        number = match[2]
        return f"{match[1]}-{number[:3]}.{number[3:]}" if len(number) == 5 else f"{match[1]}-{number}"

    @classmethod
    def check(cls, value: str) -> None:
        if not _PLATE.fullmatch(value.replace(".", "")) or cls.normalise(value) != value:
            raise cls.error(**WRONG_PATTERN)
