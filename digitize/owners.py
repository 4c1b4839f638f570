"""Whose paper it is: the twelve-digit number and the full name, of two people where a paper has two owners."""

from __future__ import annotations

import re
from collections.abc import Sequence

from catalogue import Kind, fold
from digitize.model import Field
from digitize.spans import TextLine, field, words_between
from digitize.values import find_citizen_id, find_name

_LABELS = ("dinh danh", "cccd", "can cuoc", "cmnd")
_ADDRESS = re.compile(r"(?:\b(?:Ông|Bà|Anh|Chị|ông|bà|anh|chị)\b(?:\s*/\s*[Bb]à)?\s*(?:\([Bb]à\))?\s*:?\s*)")
_NAME_FIELDS = ("full_name", "applicant_name", "beneficiary", "organisation_name", "payer")
_FALLBACK = 0.85


def owner_fields(kind: Kind, own: Sequence[Field], lines: Sequence[TextLine]) -> list[Field]:
    """`owner_id` and `owner_name`, each as often as the paper has owners.

    Taken from the fields that the catalogue says hold the owner; where those were not found, from the first number
    in the text that is called an identity number, and the first person's name.
    """
    by_name = {made.name: made for made in own}
    ids, names = [], []
    for owner in kind.owners:
        party = re.sub(r"_?(?:citizen_id|identity_paper|id_card)$", "", owner)
        number = by_name.get(owner) or by_name.get(f"{party}_citizen_id" if party else "citizen_id")
        name = by_name.get(f"{party}_full_name" if party else "full_name")
        if number:
            ids.append(_renamed("owner_id", number))
        if name:
            names.append(_renamed("owner_name", name))
    if not ids:
        ids = _first_number(lines)
    if not names:
        names = [_renamed("owner_name", by_name[name]) for name in _NAME_FIELDS if name in by_name][:1]
    if not names:
        names = _first_name(lines)
    return [*ids, *names]


def _renamed(name: str, made: Field) -> Field:
    return Field(name, made.value, made.confidence, made.page, made.box)


def _first_number(lines: Sequence[TextLine]) -> list[Field]:
    for line in lines:
        folded = fold(line.text)
        at = min((folded.find(label) for label in _LABELS if label in folded), default=-1)
        if at < 0:
            continue
        # Folding changes no lengths that matter here: letters stay letters.
        found = find_citizen_id(line.text[at:]) or find_citizen_id(line.text.partition(":")[2], boxed=True)
        if found:
            start = line.text.find(found.text)
            words = words_between(line, start, start + 12) if start >= 0 else line.words
            return [field("owner_id", found.text, line.page, words, found.penalty * _FALLBACK)]
    return []


def _first_name(lines: Sequence[TextLine]) -> list[Field]:
    for line in lines:
        for match in _ADDRESS.finditer(line.text):
            found = find_name(line.text[match.end() :])
            if found:
                words = words_between(line, match.end() + found.start, match.end() + found.end)
                return [field("owner_name", found.text, line.page, words, found.penalty * _FALLBACK)]
    return []
