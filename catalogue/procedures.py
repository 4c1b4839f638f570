"""Procedures and their components: what is asked of a person, in which form, and what may prove it instead."""

from __future__ import annotations

from datetime import date, time
from functools import cache
from typing import Any

from catalogue.codes.dossier import ProcedureCode, ResultTypeCode
from catalogue.errors import BadCatalogue, InvalidCode, UnknownEntry, UnknownProcedure
from catalogue.kinds import kind
from catalogue.load import Record, in_order, read_toml, read_tsv
from catalogue.model import Reuse
from catalogue.procedure_model import (
    Component,
    Database,
    Evidence,
    ListedProcedure,
    Mode,
    Party,
    Procedure,
    PurposeRule,
    ScanRule,
    Source,
    TimeLimit,
    Unit,
)

_FILE = "procedures.toml"
_LISTED = "procedures_commune.tsv"


def procedure(code: str, on: date | None = None) -> Procedure:
    """The procedure with a code as it stood on a day, or as it stands last; a provincial suffix is ignored.

    Raises `UnknownProcedure`.
    """
    national = code[:8]
    found = [item for item in _all() if item.code == national and (on is None or item.provenance.holds(on))]
    if not found:
        raise UnknownProcedure(id=code, on=f"{on:%d/%m/%Y}" if on else "…")
    return found[-1]


def procedures(on: date | None = None) -> tuple[Procedure, ...]:
    """The procedures with worked-out components, in force on a day or as they stand last."""
    if on is not None:
        return tuple(item for item in _all() if item.provenance.holds(on))
    return tuple({item.code: item for item in _all()}.values())


def database(id: str) -> Database:
    """The database of that id. Raises `UnknownEntry`."""
    for item in databases():
        if item.id == id:
            return item
    raise UnknownEntry(id=id)


@cache
def databases() -> tuple[Database, ...]:
    """The databases that answer instead of papers."""
    found = []
    data = read_toml(_FILE)
    for id, values in data["database"].items():
        record = Record(_FILE, id, {**data["defaults_database"], **values})
        span = record.provenance()
        made = Database(
            id=id,
            name_vi=record.text("name_vi"),
            name_en=record.text("name_en"),
            holder=record.text("holder"),
            kinds=record.texts("kinds"),
            basis=span.source,
            provenance=span,
        )
        record.done()
        _known_kinds(record, made.kinds)
        found.append(made)
    return tuple(found)


def evidence_for(component: Component) -> tuple[Evidence, ...]:
    """What proves a component and where it comes from, in the order to ask: database, archive, paper.

    This is the evidence broker's table: (component → kind of evidence → provider). Paper comes last, and a kind that
    has lost its legal value is never asked for.
    """
    looked_up = []
    if component.database is not None:
        holder = database(component.database)
        looked_up = [Evidence(id, Source.DATABASE, holder.id) for id in component.kinds if id in holder.kinds]
    stored = [
        Evidence(id, Source.ARCHIVE)
        for id in component.kinds
        if component.reusable and kind(id).reuse is not Reuse.NEVER and kind(id).archive_image
    ]
    paper = [Evidence(id, Source.PAPER) for id in component.kinds if kind(id).void_since is None]
    return (*looked_up, *stored, *paper)


@cache
def listed_procedures() -> dict[str, ListedProcedure]:
    """Every procedure with a commune level by code, as the portal listed them in July 2026, without components."""
    found = {}
    for row in read_tsv(_LISTED):
        try:
            code = ProcedureCode(row["code"]).value
        except InvalidCode as error:
            raise BadCatalogue(file=_LISTED, record=row["code"], why="not a procedure code") from error
        found[code] = ListedProcedure(
            code=code,
            name=row["name"],
            levels=tuple(row["level"].split(", ")),
            field_vi=row["field"],
            decision=row["decision"],
            result_types=tuple(filter(None, row["result_codes"].split(";"))),
            ministry=row["ministry"],
        )
    return found


@cache
def _all() -> tuple[Procedure, ...]:
    data = read_toml(_FILE)
    found = tuple(_procedure(values, data) for values in data["procedure"])
    in_order(_FILE, ((item.code, item.provenance) for item in found))
    return found


def _procedure(values: dict[str, Any], data: dict[str, Any]) -> Procedure:
    record = Record(_FILE, str(values.get("code")), {**data["defaults"], **values})
    parts = record.values.pop("component", [])
    made = Procedure(
        code=record.text("code"),
        name_vi=record.text("name_vi"),
        name_en=record.text("name_en"),
        levels=record.texts("levels"),
        field_vi=record.text("field_vi"),
        decision=record.text("decision"),
        result_types=record.texts("result_types"),
        result_kinds=record.texts("result_kinds"),
        components=tuple(_component(record.record, part, data) for part in parts),
        time_limit=_limit(record, "limit"),
        time_limit_if_verified=_limit(record, "limit_if_verified"),
        result_template=record.optional("result_template"),
        provenance=record.provenance(),
    )
    record.done()
    _known_kinds(record, made.result_kinds)
    try:
        ProcedureCode(made.code)
        for code in made.result_types:
            ResultTypeCode(code)
    except InvalidCode as error:
        raise record.fail(error.en) from error
    ids = [item.id for item in made.components]
    if len(set(ids)) < len(ids):
        raise record.fail("a component stands twice")
    return made


def _component(code: str, values: dict[str, Any], data: dict[str, Any]) -> Component:
    shared = values.get("use")
    if shared is not None and shared not in data["shared"]:
        raise BadCatalogue(file=_FILE, record=code, why=f"no shared component {shared}")
    merged = {**(data["shared"][shared] if shared else {}), **values}
    merged.pop("use", None)
    record = Record(_FILE, f"{code} {values.get('id')}", merged)
    made = Component(
        id=record.text("id"),
        title_vi=record.text("title_vi"),
        title_en=record.text("title_en"),
        kinds=record.texts("kinds"),
        mode=record.choice("mode", Mode),
        scan=record.choice("scan", ScanRule),
        legal_basis=record.text("legal_basis"),
        required=record.flag("required", False),
        required_if_vi=record.text("required_if_vi", ""),
        party=record.choice("party", Party, Party.APPLICANT),
        database=record.optional("database"),
        lookup_basis=record.text("lookup_basis", ""),
        skip_reason_vi=record.text("skip_reason_vi", ""),
        skip_reason_en=record.text("skip_reason_en", ""),
        purpose=_purpose(record, data),
        max_age_months=record.whole("max_age_months"),
        reusable=record.flag("reusable", True),
    )
    record.done()
    _check(record, made, data)
    return made


def _check(record: Record, made: Component, data: dict[str, Any]) -> None:
    if not made.kinds:
        raise record.fail("kinds must not be empty")
    _known_kinds(record, made.kinds)
    if made.database is not None and made.database not in data["database"]:
        raise record.fail(f"no database {made.database}")
    if made.scan is ScanRule.LOOKUP and not (made.database and made.lookup_basis):
        raise record.fail("scan = LOOKUP needs database and lookup_basis")
    if (made.scan is ScanRule.SKIP or made.mode is Mode.SHOW) and not (made.skip_reason_vi and made.skip_reason_en):
        raise record.fail("what is not scanned needs skip_reason_vi and skip_reason_en")
    if made.mode is Mode.SHOW and made.scan is ScanRule.SCAN:
        raise record.fail("what is only shown is not scanned (TT 03/2025/TT-VPCP Đ5.2b)")
    if made.required and made.required_if_vi:
        raise record.fail("required and required_if_vi exclude each other")


def _purpose(record: Record, data: dict[str, Any]) -> PurposeRule | None:
    id = record.optional("purpose")
    if id is None:
        return None
    if id not in data["purpose"]:
        raise record.fail(f"no purpose {id}")
    rule = data["purpose"][id]
    return PurposeRule(rule["text_vi"], rule["text_en"], tuple(rule["words"]))


def _limit(record: Record, key: str) -> TimeLimit | None:
    values = record.values.pop(key, None)
    if values is None:
        return None
    part = Record(record.file, f"{record.record} {key}", values)
    amount = part.whole("amount")
    cutoff = part.values.pop("cutoff", None)
    if amount is None or amount < 1 or not (cutoff is None or isinstance(cutoff, time)):
        raise part.fail("amount must be at least 1 and cutoff a time")
    made = TimeLimit(amount, part.choice("unit", Unit), part.flag("same_day", False), cutoff, part.text("note", ""))
    part.done()
    return made


def _known_kinds(record: Record, ids: tuple[str, ...]) -> None:
    for id in ids:
        try:
            kind(id)
        except UnknownEntry as error:
            raise record.fail(f"no kind {id}") from error
