"""From what the machine read to what the archive keeps of a document: title, number, dates, fields, their owners."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date

import digitize
import storage
from catalogue import FieldType, Kind, UnknownEntry, nfc
from catalogue import kind as catalogue_kind

UNKNOWN = "khac"
"""The kind of what was not recognised."""
_IDENTIFIERS = {FieldType.CITIZEN_ID, FieldType.ID_CARD, FieldType.IDENTITY, FieldType.TAX_CODE}
_NAMES_OF_IDENTIFIERS = {"owner_id", "citizen_id", "tax_code", "identity_paper"}


def kind_of(document: digitize.Document) -> Kind:
    """The catalogue's entry for what the document was taken for."""
    with suppress(UnknownEntry):
        return catalogue_kind(document.kind.id)
    return catalogue_kind(UNKNOWN)


def describe(document: digitize.Document, pages: Sequence[int]) -> storage.Metadata:
    """The description under which a digitised document is first deposited.

    Pages of fields are counted within the document: `pages` are the source's numbers in the document's order.
    """
    kind = kind_of(document)
    fields = tuple(_field(field, kind, pages) for field in document.fields)
    return metadata_of(kind, fields, document.text)


def metadata_of(kind: Kind, fields: Sequence[storage.FieldValue], text: str) -> storage.Metadata:
    """The description that follows from a kind and its fields; of a field that comes twice the first counts."""
    values = {field.name: field.value for field in reversed(fields)}
    issued_on = _day(values.get("issued_on", ""))
    printed = _day(values.get("valid_to", ""))
    return storage.Metadata(
        kind=kind.id,
        title=nfc(values.get("title", "") or kind.name_vi),
        number=values.get("number", ""),
        issued_on=issued_on,
        issuer=nfc(values.get("issuer_name", "")),
        issuer_code=values.get("issuer_code", ""),
        summary=nfc(values.get("summary", "")),
        valid_from=_day(values.get("valid_from", "")) or issued_on,
        valid_to=kind.validity.ends(issued_on, printed=printed) if issued_on else printed,
        scope=nfc(values.get("scope", "") or values.get("purpose", "")),
        result_type=kind.result_types[0] if kind.result_types else "",
        language=values.get("language", "vi"),
        fields=tuple(fields),
        text=nfc(text),
    )


def _field(field: digitize.Field, kind: Kind, pages: Sequence[int]) -> storage.FieldValue:
    return storage.FieldValue(
        name=field.name,
        value=nfc(field.value),
        origin="ocr",
        confidence=field.confidence,
        page=pages.index(field.page) + 1 if field.page in pages else None,
        box=field.box,
        personal_id=is_identifier(field.name, kind),
    )


def is_identifier(name: str, kind: Kind) -> bool:
    """Whether a field's value is somebody's identifier."""
    spec = kind.field(name)
    return name.rpartition(":")[2] in _NAMES_OF_IDENTIFIERS or (spec is not None and spec.type in _IDENTIFIERS)


def _day(text: str) -> date | None:
    """A whole date; a year or a month alone is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
