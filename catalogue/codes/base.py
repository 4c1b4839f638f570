"""What all codes share: input made plain, one frozen value, one error class, clear reasons."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import ClassVar, Self

from catalogue.errors import InvalidCode

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—−﹣－"), "-")
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
LONGEST = 200


def plain(text: str) -> str:
    """`text` with full-width forms and odd dashes made plain, NFC, no white space or invisible characters."""
    composed = unicodedata.normalize("NFKC", text).translate(_DASHES).translate(_INVISIBLE)
    return "".join(composed.split())


def plain_digits(text: str) -> str:
    """`plain`, without the dots, dashes and commas that people put between groups of digits."""
    bare = plain(text)
    return "".join(c for c in bare if c not in ".-,·")


@dataclass(frozen=True, slots=True, order=True)
class Code:
    """A code that is known to be well formed: `value` is its one canonical writing, and so is `str()`."""

    value: str

    error: ClassVar[type[InvalidCode]] = InvalidCode

    def __post_init__(self) -> None:
        self.check(self.value)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The code in `text`, forgiving of spaces, full-width digits, decomposed letters and stray dots.

        Raises the class's `InvalidCode` with the reason in Vietnamese and English.
        """
        if len(text) > LONGEST:
            raise cls.error(reason_vi="quá dài", reason_en="too long")
        value = cls.normalise(text)
        if not value:
            raise cls.error(reason_vi="để trống", reason_en="empty")
        return cls(value)

    @classmethod
    def normalise(cls, text: str) -> str:
        """The canonical writing that `text` seems to mean, before it is checked."""
        return plain(text)

    @classmethod
    def check(cls, value: str) -> None:
        """Raises the class's error unless `value` is canonical and well formed."""
        raise NotImplementedError

    def __str__(self) -> str:
        return self.value


def digits_only(value: str) -> bool:
    """Whether `value` is ASCII digits, at least one (str.isdigit would let other scripts pass)."""
    return value.isascii() and value.isdigit()


def digit_count_reason(found: int, wanted: str) -> dict[str, str]:
    """Why a number of digits is wrong, as keyword arguments of an `InvalidCode`."""
    return {
        "reason_vi": f"có {found} chữ số, cần {wanted}",
        "reason_en": f"it has {found} digits, {wanted.replace(' hoặc ', ' or ')} are needed",
    }


NOT_DIGITS = {"reason_vi": "chỉ được gồm chữ số", "reason_en": "only digits are allowed"}
WRONG_PATTERN = {"reason_vi": "không đúng mẫu", "reason_en": "it does not have the right pattern"}
