"""Words that forms are filled with: the 54 peoples, numbers and dates in words."""

from __future__ import annotations

from datetime import date
from functools import cache

from catalogue.load import read_tsv
from catalogue.text import fold

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_MONTHS = ("", "một", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười", "mười một", "mười hai")


def ethnic_groups() -> tuple[str, ...]:
    """The 54 peoples by their usual names, the most numerous first."""
    return tuple(dict.fromkeys(_ethnic().values()))


def ethnic_group(text: str) -> str | None:
    """The usual name of a people for the ways it is printed (`H'Mông`, `Khơ-me`), marks apart; None if unknown."""
    return _ethnic().get(_ethnic_key(text))


@cache
def _ethnic() -> dict[str, str]:
    found = {}
    for row in read_tsv("ethnic_groups.tsv"):
        for name in (row["name"], *filter(None, row["also"].split(";"))):
            found[_ethnic_key(name)] = row["name"]
    return found


def _ethnic_key(text: str) -> str:
    return "".join(c for c in fold(text) if c.isalpha())


def number_words(number: int) -> str:
    """A whole number from 0 to 9999 in words, as forms have them: 2019 is hai nghìn không trăm mười chín."""
    if not 0 <= number <= 9999:
        raise ValueError("only 0 to 9999 are written out")
    thousands, rest = divmod(number, 1000)
    words = [f"{_DIGITS[thousands]} nghìn"] if thousands else []
    hundreds, tail = divmod(rest, 100)
    if hundreds or (thousands and rest):
        words.append(f"{_DIGITS[hundreds]} trăm")
    if tail or not words:
        words.append(_below_hundred(tail, after=bool(words)))
    return " ".join(words)


def date_words(day: date) -> str:
    """A date in words as birth certificates have it: ngày năm, tháng sáu, năm hai nghìn không trăm mười chín.

    Days up to ten go with `mồng` in speech; forms leave it out. The fourth month is `tư`.
    """
    return f"ngày {number_words(day.day)}, tháng {_MONTHS[day.month]}, năm {number_words(day.year)}"


def _below_hundred(number: int, *, after: bool) -> str:
    tens, ones = divmod(number, 10)
    if tens == 0:
        return f"linh {_DIGITS[ones]}" if after else _DIGITS[ones]
    head = "mười" if tens == 1 else f"{_DIGITS[tens]} mươi"
    if ones == 0:
        return head
    # một, bốn and năm change their sound after mươi; năm does after mười too.
    last = {1: "mốt", 4: "tư", 5: "lăm"}.get(ones, _DIGITS[ones]) if tens > 1 else {5: "lăm"}.get(ones, _DIGITS[ones])
    return f"{head} {last}"
