"""Reads the catalogue's data files from the package and turns each wrong record into one clear error."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Iterable, Iterator
from datetime import date
from enum import StrEnum
from importlib.resources import files
from typing import Any, TypeVar

from catalogue.errors import BadCatalogue
from catalogue.model import Certainty, Provenance

E = TypeVar("E", bound=StrEnum)


def read_text(name: str) -> str:
    """The text of a data file, UTF-8."""
    return (files("catalogue") / "data" / name).read_text(encoding="utf-8")


def read_toml(name: str) -> dict[str, Any]:
    """A TOML data file. Raises `BadCatalogue` where it does not parse."""
    try:
        return tomllib.loads(read_text(name))
    except tomllib.TOMLDecodeError as error:
        raise BadCatalogue(file=name, record="-", why=str(error)) from error


def read_tsv(name: str) -> Iterator[dict[str, str]]:
    """The rows of a TSV data file by column; lines that open with # are comments."""
    lines = [line for line in read_text(name).splitlines() if line and not line.startswith("#")]
    rows = csv.DictReader(io.StringIO("\n".join(lines)), delimiter="\t", quoting=csv.QUOTE_NONE, strict=True)
    for row in rows:
        if None in row or None in row.values():
            raise BadCatalogue(file=name, record=str(next(iter(row.values()))), why="wrong number of columns")
        yield row


class Record:
    """One record of a data file, read key by key; `done()` finds keys that nobody read, so misspelt ones."""

    def __init__(self, file: str, record: str, values: dict[str, Any]) -> None:
        self.file = file
        self.record = record
        self.values = dict(values)

    def fail(self, why: str) -> BadCatalogue:
        """The error that names this record."""
        return BadCatalogue(file=self.file, record=self.record, why=why)

    def text(self, key: str, default: str | None = None) -> str:
        value = self.values.pop(key, default)
        if not isinstance(value, str):
            raise self.fail(f"{key} must be text")
        return value

    def optional(self, key: str) -> str | None:
        return self.text(key, "") or None

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.values.pop(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.fail(f"{key} must be a list of texts")
        return tuple(value)

    def whole(self, key: str) -> int | None:
        value = self.values.pop(key, None)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            raise self.fail(f"{key} must be a whole number")
        return value

    def flag(self, key: str, default: bool) -> bool:
        value = self.values.pop(key, default)
        if not isinstance(value, bool):
            raise self.fail(f"{key} must be true or false")
        return value

    def day(self, key: str) -> date | None:
        value = self.values.pop(key, None)
        if isinstance(value, str):
            try:
                value = date.fromisoformat(value) if value else None
            except ValueError as error:
                raise self.fail(f"{key} must be a date YYYY-MM-DD") from error
        if value is not None and type(value) is not date:
            raise self.fail(f"{key} must be a date")
        return value

    def choice(self, key: str, kind: type[E], default: E | None = None) -> E:
        value = self.values.pop(key, default)
        try:
            return kind(value)
        except ValueError as error:
            raise self.fail(f"{key} must be one of {', '.join(kind)}") from error

    def provenance(self, source: str = "") -> Provenance:
        """The keys valid_from, valid_to, source and certainty."""
        start = self.day("valid_from")
        if start is None:
            raise self.fail("valid_from is missing")
        end = self.day("valid_to")
        if end is not None and end < start:
            raise self.fail("valid_to lies before valid_from")
        said = self.text("source", source)
        if not said:
            raise self.fail("source is missing")
        return Provenance(said, self.choice("certainty", Certainty), start, end)

    def done(self) -> None:
        if self.values:
            raise self.fail(f"unknown keys {', '.join(sorted(self.values))}")


def in_order(file: str, spans: Iterable[tuple[str, Provenance]]) -> None:
    """Raises `BadCatalogue` unless the records of each id follow each other in time, no two on the same day."""
    last: dict[str, Provenance] = {}
    for id, span in spans:
        before = last.get(id)
        if before is not None and (before.valid_to is None or before.valid_to >= span.valid_from):
            raise BadCatalogue(file=file, record=id, why="two records hold on the same day, or stand out of order")
        last[id] = span
