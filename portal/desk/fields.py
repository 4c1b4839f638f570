"""The fields of a document as the check page asks for them, and what becomes of the officer's answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language

import storage
from accounts import Actor
from catalogue import FieldSpec, FieldType, kind, metadata, nfc
from dossiers.services import Check
from portal.http import whole_day

SURE = 0.95
"""A field that the machine gives at least this much is shown and not asked."""
LONG = 60
"""From so many characters on a field is a box of several lines."""
IDENTIFIERS = (FieldType.CITIZEN_ID, FieldType.ID_CARD, FieldType.IDENTITY, FieldType.TAX_CODE)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_WRITTEN = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_HEAD = {name: name for name in ("number", "title", "issuer", "summary", "scope")} | {"issuer_name": "issuer"}
_DAYS = ("issued_on", "valid_from", "valid_to")


@dataclass(frozen=True, slots=True)
class Asked:
    """One field on the page: what it is called, what was read, how sure the machine was, where it stands.

    `names` are all fields that were read from the same place and say the same, such as a person's name and the
    owner's name: they are asked once and answered together. `value` is as people write it, days as 15/06/1990.
    """

    names: tuple[str, ...]
    label: str
    value: str
    confidence: float | None
    required: bool
    page: int | None = None
    box: tuple[float, float, float, float] | None = None
    verified: bool = False
    type: FieldType = FieldType.TEXT

    @property
    def name(self) -> str:
        """What the field is called in the form."""
        return self.names[0]

    @property
    def doubtful(self) -> bool:
        """Whether a person must look."""
        if self.verified:
            return False
        if not self.value:
            return self.required
        return self.confidence is not None and self.confidence < SURE

    @property
    def long(self) -> bool:
        """Whether it needs several lines."""
        return len(self.value) > LONG or self.type is FieldType.LIST

    @property
    def numeric(self) -> bool:
        """Whether a phone should show digits."""
        return self.type in (FieldType.CITIZEN_ID, FieldType.ID_CARD, FieldType.MONEY)


def asked(described: storage.Metadata) -> list[Asked]:
    """The fields of a document, the doubtful ones first, each group in the order of the kind."""
    entry = kind(described.kind)
    specs = {spec.name: spec for spec in metadata()} | {spec.name: spec for spec in entry.fields}
    known = {value.name: value for value in described.fields}
    order = list(dict.fromkeys([*(spec.name for spec in entry.fields), *known]))
    required = {spec.name for spec in entry.fields if spec.required}
    found: dict[object, Asked] = {}
    for name in order:
        field = _asked(name, specs.get(name), known.get(name), required=name in required)
        place = (field.page, field.box, field.value) if field.box else name
        before = found.get(place)
        found[place] = replace(before, names=(*before.names, name)) if before else field
    return sorted(found.values(), key=lambda field: not field.doubtful)


def _asked(name: str, spec: FieldSpec | None, value: storage.FieldValue | None, *, required: bool) -> Asked:
    english = get_language() == "en"
    label = (spec.label_en if english else spec.label_vi) if spec else name.replace("_", " ")
    type_ = spec.type if spec else FieldType.TEXT
    if value is None:
        return Asked((name,), label, "", None, required, type=type_)
    return Asked(
        (name,),
        label,
        shown(value.value, type_),
        value.confidence,
        required,
        page=value.page,
        box=value.box,
        verified=value.verified_at is not None,
        type=type_,
    )


def shown(value: str, type_: FieldType) -> str:
    """A value as people write it: 1990-06-15 as 15/06/1990."""
    match = _ISO.fullmatch(value) if type_ is FieldType.DATE else None
    return f"{match[3]}/{match[2]}/{match[1]}" if match else value


def kept(text: str, type_: FieldType) -> str:
    """A value as the archive keeps it: 15/06/1990 as 1990-06-15, where that is a day."""
    match = _WRITTEN.fullmatch(text) if type_ is FieldType.DATE else None
    if match is None:
        return text
    try:
        return date(int(match[3]), int(match[2]), int(match[1])).isoformat()
    except ValueError:
        return text


def answers(fields: Iterable[Asked], posted: Mapping[str, str]) -> tuple[dict[str, str], list[Check]]:
    """What the officer changed, by field name as the archive keeps it, and every field that was looked at."""
    changed: dict[str, str] = {}
    checks: list[Check] = []
    for field in fields:
        text = nfc(posted.get(f"f-{field.name}", field.value)).replace("\r\n", "\n").strip()
        corrected_ = text != field.value
        if corrected_:
            changed |= dict.fromkeys(field.names, kept(text, field.type))
        checks += [Check(name, corrected_, field.confidence, filled=bool(text)) for name in field.names]
    return changed, checks


def corrected(described: storage.Metadata, changed: Mapping[str, str], actor: Actor) -> storage.Metadata:
    """The description with the officer's values: who and when stand with each, the place on the page stays."""
    now = timezone.now()
    entry = kind(described.kind)
    values = {value.name: value for value in described.fields}
    for name, text in changed.items():
        spec = entry.field(name)
        personal = name == "owner_id" or (spec is not None and spec.type in IDENTIFIERS)
        before = values.get(name) or storage.FieldValue(name=name, value="", personal_id=personal)
        values[name] = replace(
            before, value=text, origin="manual", confidence=None, verified_by=actor.id, verified_at=now
        )
    head: dict[str, Any] = {_HEAD[name]: text for name, text in changed.items() if name in _HEAD}
    head |= {name: day for name, text in changed.items() if name in _DAYS and (day := whole_day(text)) is not None}
    return replace(described, fields=tuple(value for value in values.values() if value.value), **head)
