"""Provinces and agencies over time: who they were on a day, and who answers for their papers today."""

from __future__ import annotations

from datetime import date
from functools import cache

from catalogue.agency_model import Agency, Level, Province
from catalogue.codes.organisation import AgencyCode
from catalogue.errors import BadCatalogue, InvalidCode, UnknownAgency
from catalogue.load import Record, in_order, read_tsv
from catalogue.text import fold

_PROVINCES = "provinces.tsv"
_AGENCIES = "agencies.tsv"
MERGER = date(2025, 7, 1)
"""The first day of 34 provinces and of two levels: from then on there are no districts."""


def province(code: str, on: date | None = None) -> Province:
    """The province with a two-digit code on a day, or today's. The same digits may mean another one before July 2025.

    Raises `UnknownAgency`.
    """
    for item in provinces(on):
        if item.code == code:
            return item
    raise UnknownAgency(id=code, on=_said(on))


def provinces(on: date | None = None) -> tuple[Province, ...]:
    """The provinces of a day (63 or 34 of them), or those of today, by code."""
    if on is None:
        return tuple(item for item in all_provinces() if item.provenance.valid_to is None)
    return tuple(item for item in all_provinces() if item.provenance.holds(on))


def province_by_name(name: str, on: date | None = None) -> Province | None:
    """The province of that name, marks and `tỉnh`, `thành phố` apart, on a day or today; None if there is none."""
    bare = province_key(name)
    return next((item for item in provinces(on) if fold(item.name) == bare), None)


def agency(code: str, on: date | None = None) -> Agency:
    """The agency that had a code on a day, or has or last had it; codes in the order of TT 01/2018 too.

    Raises `UnknownAgency`.
    """
    found = [
        item
        for item in all_agencies()
        if code in (item.code, *item.legacy_codes) and (on is None or item.provenance.holds(on))
    ]
    if not found:
        raise UnknownAgency(id=code, on=_said(on))
    return found[-1]


def agencies(on: date | None = None) -> tuple[Agency, ...]:
    """The agencies in force on a day, or every record there is."""
    return tuple(item for item in all_agencies() if on is None or item.provenance.holds(on))


def province_key(name: str) -> str:
    """A province's name folded, without the words for what it is."""
    words = fold(name).replace("tp.", "tp ")
    for lead in ("thanh pho ", "tinh ", "tp "):
        words = words.removeprefix(lead).strip()
    return {"hcm": "ho chi minh"}.get(words, words)


@cache
def all_provinces() -> tuple[Province, ...]:
    """Every record of every province, in the file's order. Raises `BadCatalogue`."""
    found = []
    for row in read_tsv(_PROVINCES):
        record = Record(_PROVINCES, f"{row['code']} {row['name']}", row)
        made = Province(
            code=record.text("code"),
            name=record.text("name"),
            kind_vi=record.text("kind_vi"),
            h_code=record.optional("h_code"),
            successor=record.text("successor"),
            provenance=record.provenance(),
        )
        record.done()
        found.append(made)
    in_order(_PROVINCES, ((item.code, item.provenance) for item in found))
    now = {item.code for item in found if item.provenance.valid_to is None}
    for item in found:
        if item.successor not in now:
            raise BadCatalogue(file=_PROVINCES, record=item.name, why="its successor is no province of today")
    return tuple(found)


@cache
def all_agencies() -> tuple[Agency, ...]:
    """Every record of every agency; committees of provinces are made from the provinces. Raises `BadCatalogue`."""
    listed = [_agency(Record(_AGENCIES, row["code"], row)) for row in read_tsv(_AGENCIES)]
    found = (*(_committee(item) for item in all_provinces() if item.h_code), *listed)
    in_order(_AGENCIES, ((item.code, item.provenance) for item in found))
    codes = {item.code for item in found}
    for item in found:
        if {item.parent, item.successor} - {None} - codes:
            raise BadCatalogue(file=_AGENCIES, record=item.code, why="its parent or successor is not listed")
    return found


def _agency(record: Record) -> Agency:
    made = Agency(
        code=record.text("code"),
        name=record.text("name"),
        level=record.choice("level", Level),
        parent=record.optional("parent"),
        province=record.optional("province"),
        legacy_codes=_parts(record.text("legacy_codes")),
        successor=record.optional("successor"),
        demo=record.text("demo") == "yes",
        aliases=_parts(record.text("aliases")),
        provenance=record.provenance(),
    )
    record.done()
    for code in (made.code, *made.legacy_codes):
        try:
            AgencyCode(code)
        except InvalidCode as error:
            raise record.fail(f"{code} is no agency code") from error
    return made


def _committee(item: Province) -> Agency:
    """The people's committee of a province, the agency its H-code names."""
    code = str(item.h_code)
    heir = next(
        other for other in all_provinces() if other.code == item.successor and other.provenance.valid_to is None
    )
    ended = item.provenance.valid_to is not None
    return Agency(
        code=code,
        name=f"Ủy ban nhân dân {item.kind_vi} {item.name}",
        level=Level.PROVINCE,
        parent=None,
        province=item.code,
        legacy_codes=(f"000.00.00.{code}",),
        successor=heir.h_code if ended and heir.h_code != code else None,
        demo=False,
        provenance=item.provenance,
    )


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def _said(on: date | None) -> str:
    return f"{on:%d/%m/%Y}" if on else "…"
