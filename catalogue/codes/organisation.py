"""Numbers of organisations: tax codes with their check digit, electronic identifiers of agencies."""

from __future__ import annotations

import re
from dataclasses import dataclass

from catalogue.codes.base import WRONG_PATTERN, Code, digit_count_reason, digits_only, plain, plain_digits
from catalogue.errors import InvalidAgencyCode, InvalidTaxCode

_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
# Groups may hold letters (seen in the field, not confirmed); level 1 is a letter A to Y and two digits.
_AGENCY = re.compile(r"[A-Y]\d{2}(\.[0-9A-Z]{1,4}){0,10}", re.ASCII)
_OTHER_BODY = re.compile(r"Z\d{2}\.[0-9A-Z.]{1,32}", re.ASCII)
_LEGACY = re.compile(r"\d{3}\.\d{2}\.\d{2}\.[A-Y]\d{2}", re.ASCII)
LONGEST_AGENCY_CODE = 35


@dataclass(frozen=True, slots=True, order=True)
class TaxCode(Code):
    """Mã số thuế: 10 digits with a check digit, or 13 written `0100233488-001` for a branch."""

    error = InvalidTaxCode

    @classmethod
    def normalise(cls, text: str) -> str:
        bare = plain_digits(text)
        return f"{bare[:10]}-{bare[10:]}" if len(bare) == 13 else bare

    @classmethod
    def check(cls, value: str) -> None:
        head, dash, branch = value.partition("-")
        if not digits_only(head + branch):
            raise cls.error(reason_vi="chỉ được gồm chữ số", reason_en="only digits are allowed")
        if len(head) != 10 or len(branch) != (3 if dash else 0):
            raise cls.error(**digit_count_reason(len(head + branch), "10 hoặc 13"))
        total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, head, strict=False))
        if 10 - total % 11 != int(head[9]):
            raise cls.error(reason_vi="sai chữ số kiểm tra", reason_en="its check digit is wrong")
        if branch == "000":
            raise cls.error(reason_vi="số chi nhánh phải từ 001", reason_en="branch numbers start at 001")

    @property
    def head(self) -> str:
        """The ten digits of the enterprise, without the branch."""
        return self.value[:10]

    @property
    def branch(self) -> str | None:
        """The three digits of the branch, or None."""
        return self.value[11:] or None


@dataclass(frozen=True, slots=True, order=True)
class AgencyCode(Code):
    """Mã định danh điện tử of an agency (QĐ 20/2020/QĐ-TTg as amended): `H26.01.02`, at most 35 characters.

    The order of TT 01/2018 (`000.23.45.H13`) is accepted too: it stands on every older document.
    """

    error = InvalidAgencyCode

    @classmethod
    def normalise(cls, text: str) -> str:
        return plain(text).upper().strip(".")

    @classmethod
    def check(cls, value: str) -> None:
        if len(value) > LONGEST_AGENCY_CODE:
            raise cls.error(reason_vi="dài quá 35 ký tự", reason_en="longer than 35 characters")
        if not (_AGENCY.fullmatch(value) or _LEGACY.fullmatch(value) or _OTHER_BODY.fullmatch(value)):
            raise cls.error(**WRONG_PATTERN)
        if ".." in value or value.endswith("."):
            raise cls.error(**WRONG_PATTERN)

    @property
    def legacy(self) -> bool:
        """Whether it is written in the order of TT 01/2018, top level last."""
        return self.value[0].isdigit()

    @property
    def top(self) -> str:
        """The ministry or province it belongs to: `H26`."""
        return self.value[-3:] if self.legacy else self.value[:3]

    @property
    def parent(self) -> AgencyCode | None:
        """The code one level up, or None at the top and for legacy codes."""
        head, _, tail = self.value.rpartition(".")
        return AgencyCode(head) if tail and head and not self.legacy and not self.value.startswith("Z") else None
