"""Numbers of persons: the 12-digit citizen ID, the old 9-digit card, the passport; and how people may see them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from catalogue.codes.base import (
    NOT_DIGITS,
    WRONG_PATTERN,
    Code,
    digit_count_reason,
    digits_only,
    plain,
    plain_digits,
)
from catalogue.errors import InvalidCitizenId, InvalidIdCard, InvalidPassport

Sex = Literal["Nam", "Nữ"]
_PASSPORT = re.compile(r"[A-Z]\d{7,8}", re.ASCII)


@dataclass(frozen=True, slots=True)
class CodeWarning:
    """What looks odd about a well-formed code. It is shown to the officer and blocks nothing."""

    code: str
    vi: str
    en: str


@dataclass(frozen=True, slots=True, order=True, repr=False)
class PersonNumber(Code):
    """A number that tells who somebody is: its `repr` is masked, so that it cannot slip into a log."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({mask(self.value)})"


@dataclass(frozen=True, slots=True, order=True, repr=False)
class CitizenId(PersonNumber):
    """Số định danh cá nhân, 12 digits (Luật Căn cước 26/2023/QH15 Đ12): `PPP G YY NNNNNN`, no check digit.

    PPP is the place of birth registration by the 63 provinces before 2025, or a country code; G the century and sex;
    YY the year of birth.
    """

    error = InvalidCitizenId

    @classmethod
    def normalise(cls, text: str) -> str:
        return plain_digits(text)

    @classmethod
    def check(cls, value: str) -> None:
        if not digits_only(value):
            raise cls.error(**NOT_DIGITS)
        if len(value) != 12:
            raise cls.error(**digit_count_reason(len(value), "12"))

    @property
    def place(self) -> str:
        """The three digits of the place of birth registration."""
        return self.value[:3]

    @property
    def sex(self) -> Sex:
        """The sex that the fourth digit says."""
        return "Nam" if int(self.value[3]) % 2 == 0 else "Nữ"

    @property
    def birth_year(self) -> int:
        """The year of birth that digits four to six say (1900 to 2399)."""
        return 1900 + int(self.value[3]) // 2 * 100 + int(self.value[4:6])

    def warnings(self, born: date | int | None = None, sex: str | None = None) -> tuple[CodeWarning, ...]:
        """What does not fit a date (or year) of birth and a sex. Warns, never blocks: cards with odd numbers exist."""
        found = []
        year = born.year if isinstance(born, date) else born
        if year is not None and year != self.birth_year:
            found.append(
                CodeWarning(
                    "citizen_id.birth_year",
                    "Năm sinh không khớp với số định danh cá nhân.",
                    "The year of birth does not fit the citizen ID.",
                )
            )
        if sex is not None and (stated := normal_sex(sex)) is not None and stated != self.sex:
            found.append(
                CodeWarning(
                    "citizen_id.sex",
                    "Giới tính không khớp với số định danh cá nhân.",
                    "The sex does not fit the citizen ID.",
                )
            )
        if self.place == "000":
            found.append(
                CodeWarning(
                    "citizen_id.place",
                    "Ba chữ số đầu của số định danh không phải mã nơi đăng ký khai sinh.",
                    "The first three digits of the citizen ID are no place of birth registration.",
                )
            )
        return tuple(found)


@dataclass(frozen=True, slots=True, order=True, repr=False)
class IdCard(PersonNumber):
    """Số chứng minh nhân dân, 9 digits: void since 2025, kept as an alias of its holder."""

    error = InvalidIdCard

    @classmethod
    def normalise(cls, text: str) -> str:
        return plain_digits(text)

    @classmethod
    def check(cls, value: str) -> None:
        if not digits_only(value):
            raise cls.error(**NOT_DIGITS)
        if len(value) != 9:
            raise cls.error(**digit_count_reason(len(value), "9"))


@dataclass(frozen=True, slots=True, order=True, repr=False)
class Passport(PersonNumber):
    """A Vietnamese passport number: a letter and 7 or 8 digits (own knowledge; domain sources do not confirm it)."""

    error = InvalidPassport

    @classmethod
    def normalise(cls, text: str) -> str:
        return plain(text).upper().replace(".", "").replace("-", "")

    @classmethod
    def check(cls, value: str) -> None:
        if not _PASSPORT.fullmatch(value):
            raise cls.error(**WRONG_PATTERN)


def normal_sex(text: str) -> Sex | None:
    """`Nam` or `Nữ` for the ways the sex is printed or typed (Nam, NỮ, Nu, M, F, Male, Female), else None."""
    word = plain(text).casefold().strip(".")
    if word in {"nam", "m", "male", "trai"}:
        return "Nam"
    if word in {"nữ", "nu", "nư", "f", "female", "gái", "w"}:
        return "Nữ"
    return None


def mask(value: str) -> str:
    """An identifier as people may see it on a page or a receipt: three first and three last characters stay.

    `001090012345` → `001••••••345`; short ones keep the last two only. White space is not counted.
    """
    bare = plain(value)
    if len(bare) < 8:
        return "•" * max(len(bare) - 2, 0) + bare[-2:] if len(bare) > 2 else "•" * len(bare)
    return bare[:3] + "•" * (len(bare) - 6) + bare[-3:]
