"""Whose paper it is: the twelve-digit number and the full name, of two people where a paper has two owners."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from catalogue import Kind, Reuse, fold
from digitize.labels import Labelled, label_likeness
from digitize.model import Field
from digitize.spans import TextLine, field, words_between
from digitize.values import find_citizen_id, find_name

_LABELS = ("dinh danh", "cccd", "can cuoc", "cmnd")
_ADDRESS = re.compile(r"(?:\b(?:Ông|Bà|Anh|Chị|ông|bà|anh|chị)\b(?:\s*/\s*[Bb]à)?\s*(?:\([Bb]à\))?\s*:?\s*)")
_NAME_FIELDS = ("full_name", "applicant_name", "beneficiary", "organisation_name", "payer")
_ID_LABELS = ("so dinh danh ca nhan", "so dinh danh", "so cccd", "so can cuoc", "so can cuoc cong dan")
_FULL_NAME_LABELS = ("ho chu dem ten", "ho va ten", "ho ten", "ho chu dem va ten khai sinh")
_FALLBACK = 0.85
_FORM_OWNERS = 2
_CALLED_WITHIN = 45


def owner_fields(kind: Kind, own: Sequence[Field], pairs: Sequence[Labelled], lines: Sequence[TextLine]) -> list[Field]:
    """`owner_id` and `owner_name`, each as often as the paper has owners.

    Taken from the fields that the catalogue says hold the owner; then from what is labelled as an identity number or
    a full name; then from the first number in the text that is called one, and the first person addressed.
    """
    by_name = {made.name: made for made in own}
    ids, names = [], []
    for owner in kind.owners:
        party = re.sub(r"_?(?:citizen_id|identity_paper|id_card)$", "", owner)
        number = by_name.get(owner) or by_name.get(f"{party}_citizen_id" if party else "citizen_id")
        name = by_name.get(f"{party}_full_name" if party else "full_name")
        ids += [number] if number else []
        names += [name] if name else []
    # A form may be of two people (a marriage); what is never reused is a form.
    most = _FORM_OWNERS if kind.reuse is Reuse.NEVER else max(1, len(kind.owners))
    ids += _labelled_ids(pairs)
    names += [by_name[name] for name in _NAME_FIELDS if name in by_name]
    names += _labelled_names(pairs)
    return [
        *_distinct("owner_id", ids or _first_number(lines), most),
        *_distinct("owner_name", names or _first_name(lines), most),
    ]


def _distinct(name: str, found: Iterable[Field], most: int) -> list[Field]:
    """Each value once, in order, under the owner's name."""
    values: dict[str, Field] = {}
    for made in found:
        values.setdefault(made.value, made)
    return [Field(name, made.value, made.confidence, made.page, made.box) for made in list(values.values())[:most]]


def _labelled_ids(pairs: Sequence[Labelled]) -> list[Field]:
    made = []
    for pair in pairs:
        likeness = max(label_likeness(label, pair.key) for label in _ID_LABELS)
        found = find_citizen_id(pair.value, boxed=True) if likeness else None
        if found:
            made.append(field("owner_id", found.text, pair.page, pair.words, likeness * found.penalty))
    return made


def _labelled_names(pairs: Sequence[Labelled]) -> list[Field]:
    made = []
    for pair in pairs:
        likeness = max(label_likeness(label, pair.key) for label in _FULL_NAME_LABELS)
        found = find_name(pair.value) if likeness else None
        if found:
            count = len(found.text.split())
            made.append(field("owner_name", found.text, pair.page, pair.words[:count], likeness * found.penalty))
    return made


def _first_number(lines: Sequence[TextLine]) -> list[Field]:
    """The first twelve digits that follow the name of an identity number, be it on the line before."""
    for at, line in enumerate(lines):
        found = find_citizen_id(line.text)
        if not found:
            continue
        before = fold(f"{lines[at - 1].text if at else ''} {line.text[: found.start]}")[-_CALLED_WITHIN:]
        if any(label in before for label in _LABELS):
            words = words_between(line, found.start, found.end)
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
