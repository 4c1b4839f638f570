"""What the head of an official paper says: issuer, number, place and date, title, summary (NĐ 30/2020/NĐ-CP, annex I).

The issuer stands at the top left, its superior above it; under it the number; at the right the national heading and
under it place and date; below, in the middle, the title, and under that what it is about.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from catalogue import fold, nfc
from digitize.model import Field
from digitize.spans import TextLine, field, words_between
from digitize.titles import Match, in_capitals, key
from digitize.values import find_date, find_number, notation_of

_HEAD = 0.45
_MIDDLE = 0.52
_NATIONAL = ("hoaxahoichunghia", "doclaptudo", "tudohanhphuc")
_AGENCY = re.compile(
    r"^(?:ubnd|uy ban|so |bo |cong an|phong |toa an|cuc |chi cuc|tong cuc|trung tam|benh vien|truong |bao hiem|"
    r"van phong|hoi dong|hdnd|chi nhanh|tram |ban |vien |thanh tra|kho bac|ngan hang|dai hoc|hoc vien|cong ty)"
)
_NUMBER_LABEL = re.compile(r"^\W*s\S{1,2}\s*[:.]?\s*(?=\d|[OolI]\d)", re.IGNORECASE)
_DATED = re.compile(r"\bng\S{0,2}y\b.*\bth\S{0,2}ng\b.*\bn\S{0,2}m\b", re.IGNORECASE)
_ABOUT = re.compile(r"^\W*(?:v\s*/\s*v|v[eềê]\s+vi[eệê]c)\b", re.IGNORECASE)
_MADE_AT = re.compile(r"^\W*l[àa]m t[ạa]i\s*:", re.IGNORECASE)
_COPY = re.compile(r"\s*\(?\s*B[ẢA]N\s+SAO\s*\)?\s*$", re.IGNORECASE)


def first_page(lines: Sequence[TextLine]) -> list[TextLine]:
    """The lines of the document's first page."""
    return [line for line in lines if line.page == lines[0].page] if lines else []


def title_field(match: Match | None, page: int) -> list[Field]:
    """The title as printed; in the catalogue's spelling where that is all that is printed."""
    if match is None:
        return []
    words = [word for line in match.lines for word in line.words]
    more = len(key(match.printed)) - len(key(match.title))
    value = match.title if more <= 2 else nfc(match.printed)
    value = _COPY.sub("", value) or value
    sure = match.likeness if more <= 2 else 0.95 * match.likeness
    # What is taken from the catalogue is not as doubtful as the worst of the words it was recognised by.
    mean = sum(word.confidence for word in words) / len(words)
    made = field("title", value, page, words, sure)
    return [Field(made.name, value, sure * max(mean, 0.9) if more <= 2 else made.confidence, page, made.box)]


def number_fields(lines: Sequence[TextLine]) -> list[Field]:
    """Number with its notation, and the notation alone where there is one."""
    for line in first_page(lines):
        label = _NUMBER_LABEL.match(line.text)
        if line.placed.top > _HEAD or not label:
            continue
        found = find_number(line.text[label.end() :])
        if not found:
            continue
        words = words_between(line, label.end() + found.start, label.end() + found.end)
        fields = [field("number", found.text, line.page, words, found.penalty)]
        notation = notation_of(found.text)
        if notation:
            fields.append(field("notation", notation, line.page, words, found.penalty))
        return fields
    return []


def dated(lines: Sequence[TextLine]) -> Field | None:
    """The date of the place-and-date line: in the head, or else the last one above a signature."""
    candidates = [line for line in lines if _DATED.search(line.text) and len(line.text) < 70]
    if not candidates:
        return None
    first = lines[0].page
    head = [line for line in candidates if line.page == first and line.placed.top < _HEAD and _is_placed_date(line)]
    tail = [line for line in candidates if _is_placed_date(line)]
    for line in head[:1] or tail[-1:]:
        found = find_date(line.text)
        if found and len(found.text) == 10:
            words = words_between(line, found.start, found.end)
            return field("issued_on", found.text, line.page, words, found.penalty)
    return None


def _is_placed_date(line: TextLine) -> bool:
    """Whether a line is a place and a date and nothing after it."""
    text = _MADE_AT.sub("", line.text)
    match = _DATED.search(text)
    found = find_date(text)
    return bool(match and found and match.start() < 40 and len(text) - found.end < 4 and ":" not in text)


def issuer_field(lines: Sequence[TextLine]) -> Field | None:
    """The issuing agency: the last of the agencies at the top left, its name put together from its lines."""
    block: list[TextLine] = []
    for line in first_page(lines):
        middle = (line.placed.left + line.placed.right) / 2
        if line.placed.top > _HEAD or middle > _MIDDLE or any(part in key(line.text) for part in _NATIONAL):
            continue
        if _NUMBER_LABEL.match(line.text) or (block and line.placed.top - block[-1].placed.bottom > 0.03):
            break
        folded = fold(line.text)
        if not block and not (_AGENCY.match(folded) and in_capitals(line.text)):
            continue
        if block and not (line.text.isupper() or in_capitals(line.text) or _AGENCY.match(folded)):
            break
        if _AGENCY.match(folded) and block:
            block = []
        block.append(line)
    if not block:
        return None
    words = [word for line in block for word in line.words]
    return field("issuer_name", nfc(" ".join(line.text for line in block)).strip(" -–_."), block[0].page, words)


def summary_field(lines: Sequence[TextLine]) -> Field | None:
    """What the paper is about: V/v …, Về việc …, in the head, over as many lines as stay close."""
    page = first_page(lines)
    for at, line in enumerate(page):
        if line.placed.top > _HEAD or not _ABOUT.match(line.text):
            continue
        used = [line]
        for following in page[at + 1 : at + 4]:
            height = used[-1].placed.bottom - used[-1].placed.top
            gap = following.placed.top - used[-1].placed.bottom
            if not 0 <= gap < 0.8 * height or in_capitals(following.text):
                break
            used.append(following)
        words = [word for part in used for word in part.words]
        return field("summary", nfc(" ".join(part.text for part in used))[:500], line.page, words)
    return None
