"""Kinds of document: what they are called, what stands on them, how sensitive, how long and where they count."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from catalogue.codes.dossier import ResultTypeCode
from catalogue.errors import BadCatalogue, InvalidCode, UnknownKind
from catalogue.load import Record, in_order, read_toml
from catalogue.model import FieldSpec, FieldType, Kind, Reuse, Validity, ValidityRule

_FILE = "kinds.toml"
_FIELDS = "fields.toml"


def kind(id: str, on: date | None = None) -> Kind:
    """The kind of that id as the rules stood on a day, or as they stand last. Raises `UnknownKind`.

    `on` is the day on which the question is asked, not the day of issue: old papers are judged by today's rules.
    """
    found = [item for item in _all() if item.id == id and (on is None or item.provenance.holds(on))]
    if not found:
        raise UnknownKind(id=id)
    return found[-1]


def kinds(on: date | None = None) -> tuple[Kind, ...]:
    """All kinds, in the catalogue's order; with a day, those whose rules hold on it."""
    if on is not None:
        return tuple(item for item in _all() if item.provenance.holds(on))
    latest = {item.id: item for item in _all()}
    return tuple(latest.values())


def kind_of_result(code: str) -> Kind | None:
    """The kind that a result type (`KQ.G15.000031`) is printed as, or None where the catalogue does not know it."""
    return next((item for item in kinds() if code in item.result_types), None)


@cache
def metadata() -> tuple[FieldSpec, ...]:
    """The minimum metadata of TT 01/2023/TT-VPCP Đ9, which every document has beside its kind's own fields."""
    table = read_toml(_FIELDS)["metadata"]
    return tuple(_spec(name, values) for name, values in table.items())


@cache
def _all() -> tuple[Kind, ...]:
    data = read_toml(_FILE)
    defaults = data["defaults"]
    found = tuple(_kind(Record(_FILE, str(item.get("id")), {**defaults, **item})) for item in data["kind"])
    in_order(_FILE, ((item.id, item.provenance) for item in found))
    return found


def _kind(record: Record) -> Kind:
    fields = tuple(_named(record, name) for name in record.texts("fields"))
    made = Kind(
        id=record.text("id"),
        name_vi=record.text("name_vi"),
        name_en=record.text("name_en"),
        titles=record.texts("titles"),
        fields=fields,
        sensitivity=record.whole("sensitivity") or 0,
        reuse=record.choice("reuse", Reuse),
        reuse_reason_vi=record.text("reuse_vi"),
        reuse_reason_en=record.text("reuse_en"),
        validity=Validity(
            record.choice("validity", ValidityRule), record.whole("validity_months"), record.text("validity_basis", "")
        ),
        result_types=record.texts("result_types"),
        archive_image=record.flag("archive_image", True),
        archive_reason_vi=record.text("archive_vi", ""),
        void_since=record.day("void_since"),
        void_reason_vi=record.text("void_vi", ""),
        owners=record.texts("owners"),
        provenance=record.provenance(),
    )
    record.done()
    _check(record, made)
    return made


def _check(record: Record, made: Kind) -> None:
    names = [spec.name for spec in made.fields]
    if not 1 <= made.sensitivity <= 4:
        raise record.fail("sensitivity must be 1 to 4")
    if len(set(names)) < len(names):
        raise record.fail("a field stands twice")
    if set(made.owners) - set(names):
        raise record.fail("owners must be fields of the kind")
    if (made.validity.rule is ValidityRule.MONTHS) != (made.validity.months is not None):
        raise record.fail("validity_months belongs to validity = months")
    if not made.archive_image and not made.archive_reason_vi:
        raise record.fail("archive_vi must say why no picture is kept")
    if (made.void_since is None) == bool(made.void_reason_vi):
        raise record.fail("void_since and void_vi go together")
    for code in made.result_types:
        try:
            ResultTypeCode(code)
        except InvalidCode as error:
            raise record.fail(f"{code} is no result type") from error


def _named(record: Record, written: str) -> FieldSpec:
    """The field that `party:name!` names."""
    table = _table()
    party, _, name = written.removesuffix("!").rpartition(":")
    if name not in table["field"] or (party and party not in table["party"]):
        raise record.fail(f"no such field: {written}")
    spec = _spec(name, table["field"][name], required=written.endswith("!"))
    if not party:
        return spec
    who = table["party"][party]
    return FieldSpec(
        name=f"{party}_{name}",
        type=spec.type,
        label_vi=f"{spec.label_vi} ({who['vi']})",
        label_en=f"{spec.label_en} ({who['en']})",
        required=spec.required,
        labels=(*(f"{label} {who['vi']}" for label in spec.labels), *spec.labels),
    )


@cache
def _table() -> dict[str, Any]:
    return read_toml(_FIELDS)


def _spec(name: str, values: dict[str, Any], *, required: bool = False) -> FieldSpec:
    try:
        return FieldSpec(
            name=name,
            type=FieldType(values["type"]),
            label_vi=values["vi"],
            label_en=values["en"],
            required=required or bool(values.get("required")),
            labels=tuple(values.get("labels", [values["vi"]])),
        )
    except (KeyError, ValueError) as error:
        raise BadCatalogue(file=_FIELDS, record=name, why=str(error)) from error
