"""Lines read once more where a field's grammar knows better: doubtful dates, twelve-digit numbers, document numbers.

Extraction looks for fields in these lines; a page's own text stays as it was recognised. What the grammar finds takes
the place of the words it was found in, with its own confidence; where it finds nothing they stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from catalogue import fold
from digitize.columns import line_of
from digitize.grammars import CITIZEN_ID, DATE, DAY, MONTH, NUMBER, YEAR, Best, Grammar, read
from digitize.model import Word, quad_of
from digitize.spans import TextLine, box_around

_LIKE_DIGIT = r"[0-9OoQDlIi!|SsBZzGbgq]"
_DIGITS = re.compile(rf"\W*{_LIKE_DIGIT}+\W*")
_DATE = re.compile(rf"\W*{_LIKE_DIGIT}{{1,2}}\s*[/.\-]\s*{_LIKE_DIGIT}{{1,2}}\s*[/.\-]\s*{_LIKE_DIGIT}{{4}}\W*")
_DATE_PART = re.compile(rf"(?:{_LIKE_DIGIT}|[/.\-])+\W*")
_NUMBER = re.compile(r"\W*[0-9OolI]{1,6}[A-Za-z]?/\S*[^\W\d_]\S*")
_SPAN = re.compile(r"^(\W*)(.*?)([^\w]*)$", re.DOTALL)
_ID_LABEL = re.compile(r"dinh danh|cccd|can cuoc|cmnd")
_CALLED_WITHIN = 45
_ID, _ID_MOST, _SHARE = 12, 2, 0.6


@dataclass(frozen=True, slots=True)
class _Found:
    """Words `start` to `end` (not included) of a line, and what stands there."""

    start: int
    end: int
    best: Best


def reread(lines: Sequence[TextLine]) -> list[TextLine]:
    """The lines, those with doubtful numbers in them as grammars read them."""
    made = []
    for at, line in enumerate(lines):
        if not any(word.lattice for word in line.words):
            made.append(line)
            continue
        found = [*_numbers(line.words, lines[at - 1].text if at else ""), *_dates(line.words)]
        made.append(_with(line, found))
    return made


def _numbers(words: Sequence[Word], before: str) -> Iterator[_Found]:
    """Citizen IDs that are called so, be it on the line before, and numbers with a symbol."""
    for start, end in _runs(words, _DIGITS):
        text = "".join(re.sub(r"\W", "", word.text) for word in words[start:end])
        called = fold(f"{before} {' '.join(word.text for word in words[:start])}")[-_CALLED_WITHIN:]
        near = abs(len(text) - _ID) <= _ID_MOST and sum(map(str.isdecimal, text)) >= _SHARE * len(text)
        if near and _ID_LABEL.search(called):
            yield from _read(words, start, end, CITIZEN_ID)
    for at, word in enumerate(words):
        if _NUMBER.fullmatch(word.text):
            yield from _read(words, at, at + 1, NUMBER)


def _dates(words: Sequence[Word]) -> Iterator[_Found]:
    for start, end in _runs(words, _DATE_PART):
        if _DATE.fullmatch(" ".join(word.text for word in words[start:end])):
            yield from _read(words, start, end, DATE)
    folded = [fold(word.text) for word in words]
    for at in range(len(words) - 5):
        if (folded[at], folded[at + 2], folded[at + 4]) == ("ngay", "thang", "nam"):
            yield from _in_words(words, at)


def _in_words(words: Sequence[Word], at: int) -> Iterator[_Found]:
    """The three numbers of a date that is written with words; all of them or none: together they are a day."""
    found = []
    for place, grammar in ((at + 1, DAY), (at + 3, MONTH), (at + 5, YEAR)):
        found += list(_read(words, place, place + 1, grammar))
    texts = {one.start: one.best.text for one in found}
    day, month, year = (texts.get(place, re.sub(r"\W", "", words[place].text)) for place in (at + 1, at + 3, at + 5))
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return
    yield from found


def _runs(words: Sequence[Word], pattern: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """Stretches of neighbouring words that fit a pattern."""
    start = 0
    while start < len(words):
        end = start
        while end < len(words) and pattern.fullmatch(words[end].text):
            end += 1
        if end > start:
            yield start, end
        start = end + 1


def _read(words: Sequence[Word], start: int, end: int, grammar: Grammar) -> Iterator[_Found]:
    part = words[start:end]
    if not any(word.lattice for word in part):
        return
    best = read(part, grammar)
    if best is not None:
        yield _Found(start, end, best)


def _with(line: TextLine, found: Sequence[_Found]) -> TextLine:
    """The line with what was found in place of its words; what ends or begins with a sign keeps it."""
    words, at = list[Word](), 0
    for one in sorted(found, key=lambda one: one.start):
        if one.start < at:
            continue
        part = line.words[one.start : one.end]
        lead, trail = _signs(part[0].text, 1), _signs(part[-1].text, 3)
        text = lead + one.best.text.strip(".,;:") + trail
        words += line.words[at : one.start]
        if len(part) == 1:
            words.append(replace(part[0], text=text, confidence=one.best.sure))
        else:
            box = box_around(part)
            words.append(Word(text, box, one.best.sure, quad_of(box)))
        at = one.end
    if not at:
        return line
    made = replace(line_of([*words, *line.words[at:]]), box=line.placed.line.box, quad=line.placed.line.quad)
    return replace(line, placed=replace(line.placed, line=made))


def _signs(text: str, group: int) -> str:
    match = _SPAN.match(text)
    return match[group] if match else ""
