"""Values as they are printed, made into the form the catalogue names: dates, twelve-digit numbers, names, codes.

Recognition takes O for 0 and l for 1. Inside a number such letters are read as the digits they look like, and the
value is then worth less: `penalty` says how much of its confidence is left.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from catalogue import CitizenId, InvalidCode, fold, nfc

_LOOKS_LIKE = str.maketrans(
    {"O": "0", "o": "0", "Q": "0", "D": "0", "l": "1", "I": "1", "i": "1", "!": "1", "Z": "2", "z": "2", "A": "4"}
    | {"S": "5", "s": "5", "G": "6", "b": "6", "T": "7", "B": "8", "g": "9", "q": "9"}
)
_DIGIT = "[0-9OoQlIi!SsBZ]"
_WORDS_DATE = re.compile(
    rf"ng\S{{0,2}}y\s*({_DIGIT}{{1,2}})\s*(?:,\s*)?th\S{{0,2}}ng\s*({_DIGIT}{{1,2}})\s*(?:,\s*)?n\S{{0,2}}m\s*({_DIGIT}{{4}})",
    re.IGNORECASE,
)
_SIGNS_DATE = re.compile(rf"(?<!\d)({_DIGIT}{{1,2}})\s?[/.\-]\s?({_DIGIT}{{1,2}})\s?[/.\-]\s?({_DIGIT}{{4}})(?!\d)")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_CITIZEN = re.compile(r"(?<![0-9A-Za-z])\d{12}(?![0-9A-Za-z])")
_BOXES = re.compile(r"[\s|\[\]()_.,:;'’‘\"“”/\\-]+")
_MISREAD = 0.6
_BOXED = 0.9
_NUMBER = re.compile(r"[0-9OolI]{1,7}(?:\s*/\s*[\w.&-]+)*", re.UNICODE)
_NOTATION = re.compile(r"^\d+[A-Za-z]?(?:/\d{4})?/(.*[^\W\d_].*)$")
_FIRST_YEAR, _LAST_YEAR = 1850, 2150


@dataclass(frozen=True, slots=True)
class Value:
    """A value in its normal form, where it stood in the text, and what is left of the confidence."""

    text: str
    start: int
    end: int
    penalty: float = 1.0


def digits(text: str) -> tuple[str, float]:
    """A number in which letters that look like digits are digits, and the penalty for there being any."""
    read = text.translate(_LOOKS_LIKE)
    return read, 1.0 if read == text else _MISREAD


def find_date(text: str) -> Value | None:
    """The first date in a text, as YYYY-MM-DD; a year alone, as YYYY, where there is no more."""
    found = [match for pattern in (_WORDS_DATE, _SIGNS_DATE) for match in pattern.finditer(text)]
    for match in sorted(found, key=lambda match: match.start()):
        (day, a), (month, b), (year, c) = (digits(group) for group in match.groups())
        try:
            made = date(int(year), int(month), int(day))
        except ValueError:
            continue
        if _FIRST_YEAR <= made.year <= _LAST_YEAR:
            return Value(made.isoformat(), match.start(), match.end(), min(a, b, c))
    year_alone = _YEAR.search(text)
    return Value(year_alone[1], year_alone.start(), year_alone.end(), 0.95) if year_alone else None


def find_citizen_id(text: str, *, boxed: bool = False) -> Value | None:
    """The first twelve-digit number in a text that can be a citizen ID.

    With `boxed`, the whole text may be one number whose digits stand in boxes of their own.
    """
    for match in _CITIZEN.finditer(text):
        if is_citizen_id(match[0]):
            return Value(match[0], match.start(), match.end())
    if not boxed:
        return None
    joined = _BOXES.sub("", text)[:12]
    if len(joined) == 12 and not joined.isdigit():
        read, penalty = digits(joined)
    else:
        read, penalty = joined, 1.0
    if len(read) == 12 and read.isdigit() and is_citizen_id(read):
        return Value(read, 0, len(text), penalty * _BOXED)
    return None


def is_citizen_id(text: str) -> bool:
    """Whether twelve digits are built as a citizen ID is."""
    try:
        CitizenId.parse(text)
    except InvalidCode:
        return False
    return True


def find_number(text: str) -> Value | None:
    """A document's number and notation at the beginning of a text: 27/2024/QĐST-HNGĐ."""
    match = _NUMBER.match(text.lstrip(" :."))
    if not match:
        return None
    head, slash, rest = re.sub(r"\s+", "", match[0]).partition("/")
    read, penalty = digits(head)
    whole = nfc(read + slash + rest).rstrip(".-/,;")
    start = len(text) - len(text.lstrip(" :."))
    return Value(whole, start, start + match.end(), penalty)


def notation_of(number: str) -> str | None:
    """The letters of a number: QĐST-HNGĐ of 27/2024/QĐST-HNGĐ; None for 12/2016."""
    match = _NOTATION.match(number)
    return match[1] if match else None


def find_name(text: str) -> Value | None:
    """A person's name at the beginning of a text: two to seven words in capitals, or each with a capital."""
    words: list[str] = []
    end = 0
    for match in re.finditer(r"[^\s,;.:()]+", text):
        word = match[0]
        letters = word.replace("’", "").replace("'", "").replace("-", "")
        if not letters.isalpha() or not word[0].isupper() or (words and text[end : match.start()].strip()):
            break
        words.append(word)
        end = match.end()
        if len(words) == 7:
            break
    if len(words) < 2:
        return None
    if words[0].isupper() and any(not word.isupper() for word in words):
        words = words[: next(i for i, word in enumerate(words) if not word.isupper())]
        if len(words) < 2:
            return None
        end = text.index(words[-1]) + len(words[-1])
    return Value(nfc(" ".join(words)), 0, end)


def find_sex(text: str) -> Value | None:
    """Nam or Nữ at the beginning of a text."""
    first = re.match(r"\s*([^\s,;.:]+)", text)
    if not first:
        return None
    sex = {"nam": "Nam", "nu": "Nữ"}.get(fold(first[1]))
    return Value(sex, first.start(1), first.end(1)) if sex else None
