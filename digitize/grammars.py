"""What a field may hold: dates, twelve-digit numbers, document numbers, read from all that the recognizer saw.

A grammar says of a beginning whether it may become a value, and of a text whether it is one. The best such text is
looked for among everything that was seen; it is taken only where it was seen nearly as well as the best text of all,
so that nothing is invented: else the field stays as doubtful as it was.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from digitize.ctc import Step, search
from digitize.model import Word

_WIDTH = 24
# What a grammar allows is taken where it is at least e to this as likely as the best of all.
_MARGIN = -2.0
_NO_WAY = -1e7
_NOISE = " |()[]_·'’`"
_LEAST, _MOST = 1e-6, 1 - 1e-6


@dataclass(frozen=True, slots=True)
class Grammar:
    """`opens(text)`: whether more characters can make a value of it; `holds(text)`: whether it is one; `odd(text)`:
    what speaks against a value (natural logarithm, 0 or less). Characters of `skipped` mean nothing."""

    name: str
    opens: Callable[[str], bool]
    holds: Callable[[str], bool]
    odd: Callable[[str], float] = lambda _: 0.0
    skipped: str = _NOISE

    def core(self, text: str) -> str:
        """A text without what means nothing."""
        return "".join(character for character in text if character not in self.skipped)


@dataclass(frozen=True, slots=True)
class Best:
    """The likeliest text of a grammar, how likely it is that this and no other one stands there, and by how much
    (natural logarithm) the best text of all is likelier."""

    text: str
    sure: float
    behind: float


def read(words: Sequence[Word], grammar: Grammar) -> Best | None:
    """The best text that the grammar allows in some neighbouring words; None where what was seen forbids it."""
    frames = [step for word in words for step in _steps(word)]
    known: dict[str, bool] = {}

    def prior(text: str, whole: bool) -> float:
        if whole:
            core = grammar.core(text)
            return grammar.odd(core) if grammar.holds(core) else _NO_WAY
        if text not in known:
            known[text] = grammar.opens(grammar.core(text))
        return 0.0 if known[text] else _NO_WAY

    free = search(frames, lambda text, whole: 0.0, _WIDTH)
    allowed: defaultdict[str, float] = defaultdict(float)
    for text, score in search(frames, prior, _WIDTH):
        if score > _NO_WAY / 2:
            allowed[grammar.core(text)] += math.exp(max(-700.0, score))
    if not allowed or not free:
        return None
    best = max(allowed, key=lambda text: allowed[text])
    behind = math.log(max(allowed[best], 1e-300)) - free[0][1]
    if behind < _MARGIN:
        return None
    seen = [word.confidence for word in words if not word.lattice]
    sure = allowed[best] / sum(allowed.values()) * min([1.0, *seen])
    return Best(best, sure * math.exp(min(0.0, behind) * _DISTRUST), behind)


# How much of the distance to the best text of all is held against the grammar's.
_DISTRUST = 0.1


def _steps(word: Word) -> list[Step]:
    """The frames of a word; one of which nothing else was kept is what it was read as."""
    blank: Step = ([], 0.0)
    if word.lattice:
        frames: list[Step] = [([(text, value) for text, value in frame if text], frame[0][1]) for frame in word.lattice]
        return [*frames, blank]
    surely: list[Step] = [([(character, math.log(_MOST))], math.log(_LEAST)) for character in word.text]
    return [part for step in surely for part in (step, blank)]


def _date_opens(text: str) -> bool:
    day, *others = _SEPARATOR.split(text)
    return (
        bool(_DATE_PREFIX.fullmatch(text)) and int(day or 1) <= 31 and all(int(part or 1) <= 12 for part in others[:1])
    )


def _date_holds(text: str) -> bool:
    match = _DATE.fullmatch(text)
    if not match:
        return False
    day, month, year = map(int, match.groups())
    try:
        return _FIRST_YEAR <= date(year, month, day).year <= _LAST_YEAR
    except ValueError:
        return False


_SEPARATOR = re.compile(r"[/.\-]")
_DATE = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})\.?", re.ASCII)
_DATE_PREFIX = re.compile(r"\d{0,2}|\d{1,2}[/.\-]\d{0,2}|\d{1,2}[/.\-]\d{1,2}[/.\-](?:\d{0,4}|\d{4}\.)", re.ASCII)
_FIRST_YEAR, _LAST_YEAR = 1850, 2150

_DIGITS = 12
# The fourth digit says century and sex: nobody has been registered who was born after 2099. Odd numbers exist.
_ODD_PLACE, _ODD_CENTURY = -3.0, -2.0


def _citizen_odd(text: str) -> float:
    return (_ODD_PLACE if text.startswith("000") else 0.0) + (_ODD_CENTURY if text[3] > "3" else 0.0)


_SYMBOL = r"[A-ZĐƯÂÊÔƠĂ][A-ZĐƯÂÊÔƠĂa-zđ]*"
_NUMBER = re.compile(rf"\d{{1,6}}[A-Z]?(?:/\d{{4}})?(?:/{_SYMBOL}(?:[-–.&]{_SYMBOL})*)?", re.ASCII)
_NUMBER_PREFIX = re.compile(
    rf"\d{{0,6}}|\d{{1,6}}[A-Z]?(?:/\d{{4}})?/?|\d{{1,6}}[A-Z]?/\d{{1,4}}|"
    rf"\d{{1,6}}[A-Z]?(?:/\d{{4}})?/{_SYMBOL}(?:[-–.&]{_SYMBOL})*[-–.&]?",
    re.ASCII,
)

DATE = Grammar("date", _date_opens, _date_holds, skipped=_NOISE + ",;:")
"""A day, a month and a year with signs between, a day of the calendar."""
CITIZEN_ID = Grammar(
    "citizen_id",
    lambda text: text.isdecimal() and len(text) <= _DIGITS if text else True,
    lambda text: text.isdecimal() and len(text) == _DIGITS,
    _citizen_odd,
    _NOISE + ".,-/",
)
"""Twelve digits, with or without boxes (Luật Căn cước 26/2023/QH15, art. 12)."""
NUMBER = Grammar(
    "number",
    lambda text: bool(_NUMBER_PREFIX.fullmatch(text)),
    lambda text: bool(_NUMBER.fullmatch(text)),
    skipped=_NOISE + ",;:",
)
"""A document's number and symbol: 123/QĐ-UBND, 12/2024/TT-BTP (NĐ 30/2020/NĐ-CP, annex I, II.3)."""


def up_to(most: int, digits: int = 2) -> Grammar:
    """A number from 1 to `most` that stands alone: a day, a month."""
    return Grammar(
        f"up to {most}",
        lambda text: not text or (text.isdecimal() and len(text) <= digits and int(text) <= most),
        lambda text: text.isdecimal() and len(text) <= digits and 1 <= int(text) <= most,
        skipped=_NOISE + ".,",
    )


DAY, MONTH = up_to(31), up_to(12)
YEAR = Grammar(
    "year",
    lambda text: (
        not text or (text.isdecimal() and len(text) <= 4 and "1850"[: len(text)] <= text <= "2150"[: len(text)])
    ),
    lambda text: len(text) == 4 and text.isdecimal() and _FIRST_YEAR <= int(text) <= _LAST_YEAR,
    skipped=_NOISE + ".,;:",
)
