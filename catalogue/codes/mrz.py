"""The machine-readable zone of identity cards (TD1) and passports (TD3), ICAO Doc 9303 parts 3 to 5."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from catalogue.codes.base import plain
from catalogue.codes.person import CitizenId, Sex, mask
from catalogue.errors import InvalidMrz

_WEIGHTS = (7, 3, 1)
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_CHARACTERS = frozenset(_ALPHABET + "<")
_SEX: dict[str, Sex] = {"M": "Nam", "F": "Nữ"}


def check_digit(text: str) -> int:
    """The check digit over digits, letters A to Z (10 to 35) and `<` (0), weights 7, 3, 1 (Doc 9303-3, 4.9)."""
    return sum(max(_ALPHABET.find(char), 0) * _WEIGHTS[place % 3] for place, char in enumerate(text)) % 10


@dataclass(frozen=True, slots=True, repr=False)
class Mrz:
    """A zone whose check digits are all right. Names carry no tone marks; the century of birth is inferred."""

    form: Literal["TD1", "TD3"]
    document: str
    issuer: str
    number: str
    surname: str
    given_names: str
    nationality: str
    born: date | None
    sex: Sex | None
    expires: date | None
    optional: str
    lines: tuple[str, ...]

    def __repr__(self) -> str:
        return f"Mrz({self.form}, {self.issuer}, {mask(self.number)})"

    @property
    def citizen_id(self) -> CitizenId | None:
        """The 12 digits in the optional data of Vietnamese cards and passports (own knowledge), or None."""
        digits = self.optional[:12]
        if self.issuer == "VNM" and len(digits) == 12 and digits.isascii() and digits.isdigit():
            return CitizenId(digits)
        return None

    @classmethod
    def parse(cls, text: str, *, today: date | None = None) -> Mrz:
        """Reads three lines of 30 or two of 44 characters, with or without line ends. Raises `InvalidMrz`.

        `today` settles the century of a two-digit year of birth; by default the current day.
        """
        joined = plain(text).upper()
        if set(joined) - _CHARACTERS:
            raise InvalidMrz(reason_vi="có ký tự lạ", reason_en="it has characters that a zone cannot have")
        now = today or date.today()  # noqa: DTZ011 (only the century hangs on it)
        if len(joined) == 90:
            return _td1(joined[:30], joined[30:60], joined[60:], now)
        if len(joined) == 88:
            return _td3(joined[:44], joined[44:], now)
        raise InvalidMrz(
            reason_vi=f"có {len(joined)} ký tự, cần 90 hoặc 88",
            reason_en=f"it has {len(joined)} characters, not 90 or 88",
        )


def _td1(first: str, second: str, third: str, today: date) -> Mrz:
    _verify("số thẻ", "the number", first[5:14], first[14])
    _verify("ngày sinh", "the date of birth", second[:6], second[6])
    _verify("ngày hết hạn", "the date of expiry", second[8:14], second[14])
    _verify("toàn dòng", "the whole zone", first[5:30] + second[:7] + second[8:15] + second[18:29], second[29])
    surname, given = _names(third)
    return Mrz(
        form="TD1",
        document=first[:2].rstrip("<"),
        issuer=first[2:5].rstrip("<"),
        number=first[5:14].rstrip("<"),
        surname=surname,
        given_names=given,
        nationality=second[15:18].rstrip("<"),
        born=_date(second[:6], today, past=True),
        sex=_SEX.get(second[7]),
        expires=_date(second[8:14], today, past=False),
        optional=first[15:30].rstrip("<"),
        lines=(first, second, third),
    )


def _td3(first: str, second: str, today: date) -> Mrz:
    _verify("số hộ chiếu", "the number", second[:9], second[9])
    _verify("ngày sinh", "the date of birth", second[13:19], second[19])
    _verify("ngày hết hạn", "the date of expiry", second[21:27], second[27])
    if second[28:42].strip("<") or second[42] != "<":
        _verify("số cá nhân", "the personal number", second[28:42], second[42])
    _verify("toàn dòng", "the whole zone", second[:10] + second[13:20] + second[21:43], second[43])
    surname, given = _names(first[5:])
    return Mrz(
        form="TD3",
        document=first[:2].rstrip("<"),
        issuer=first[2:5].rstrip("<"),
        number=second[:9].rstrip("<"),
        surname=surname,
        given_names=given,
        nationality=second[10:13].rstrip("<"),
        born=_date(second[13:19], today, past=True),
        sex=_SEX.get(second[20]),
        expires=_date(second[21:27], today, past=False),
        optional=second[28:42].rstrip("<"),
        lines=(first, second),
    )


def _verify(what_vi: str, what_en: str, text: str, digit: str) -> None:
    if str(check_digit(text)) != digit:
        raise InvalidMrz(
            reason_vi=f"sai chữ số kiểm tra của {what_vi}", reason_en=f"the check digit of {what_en} is wrong"
        )


def _names(text: str) -> tuple[str, str]:
    surname, _, given = text.rstrip("<").partition("<<")
    return surname.replace("<", " "), " ".join(given.replace("<", " ").split())


def _date(yymmdd: str, today: date, *, past: bool) -> date | None:
    """A two-digit year: births lie in the past hundred years, expiries from fifty years ago to fifty ahead."""
    if not yymmdd.isdigit():
        return None
    year = today.year - today.year % 100 + int(yymmdd[:2])
    try:
        day = date(year, int(yymmdd[2:4]), int(yymmdd[4:]))
        if past and day > today:
            return day.replace(year=year - 100)
        if not past and year > today.year + 50:
            return day.replace(year=year - 100)
    except ValueError:
        return None
    return day
