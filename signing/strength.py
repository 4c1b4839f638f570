"""Whether an algorithm held at a time: the dates of `algorithms.toml`, and those of an installation over them.

    strength = Strength.read(Path("trust/algorithms.toml"))
    strength.digest("sha1")      # the last moment at which SHA-1 held
    strength.key("rsa", 2048)

A signature is judged at the time that is proven for it, a time-stamp at the time until which it must hold (that of the
next later one, or now): the validation constraints of ETSI EN 319 102-1, clause 5.2.8.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

from signing.errors import BadTrustStore

__all__ = ["ALWAYS", "FILE", "NEVER", "Strength"]

FILE = "algorithms.toml"
DEFAULT = Path(__file__).with_name(FILE)
ALWAYS = datetime.max.replace(tzinfo=UTC)
NEVER = datetime.min.replace(tzinfo=UTC)
DIGESTS = "digest"
KEYS = ("rsa", "dsa", "ecdsa", "eddsa")
MOST_BITS = 1 << 16


@dataclass(frozen=True, slots=True)
class Strength:
    """The last moment at which each algorithm held: digests by name, keys by family and least number of bits."""

    digests: Mapping[str, datetime]
    keys: Mapping[str, Mapping[int, datetime]]

    @classmethod
    def default(cls) -> Strength:
        """What the product knows."""
        return _default()

    @classmethod
    def read(cls, path: Path) -> Strength:
        """The product's table with what `path` says differently. Raises `BadTrustStore`, which names the entry."""
        return _default().with_rows(_table(path))

    def with_rows(self, told: Mapping[str, Mapping[str, datetime]]) -> Strength:
        """This table with other rows in place of its own."""
        keys = {
            family: {**self.keys.get(family, {}), **{int(bits): at for bits, at in told.get(family, {}).items()}}
            for family in KEYS
        }
        return Strength({**self.digests, **told.get(DIGESTS, {})}, keys)

    def digest(self, name: str) -> datetime:
        """Until when a digest algorithm held; `NEVER` for one that is not in the table."""
        return self.digests.get(name, NEVER)

    def key(self, family: str, bits: int) -> datetime:
        """Until when keys of a family and that many bits held."""
        rows = self.keys.get(family, {})
        under = [least for least in rows if least <= bits]
        return rows[max(under)] if under else NEVER

    def to_json(self) -> dict[str, dict[str, str]]:
        """As it crosses to the child that opens a file."""
        keys = {name: {str(bits): at.isoformat() for bits, at in rows.items()} for name, rows in self.keys.items()}
        return keys | {DIGESTS: {name: at.isoformat() for name, at in self.digests.items()}}

    @classmethod
    def from_json(cls, told: Mapping[str, Mapping[str, str]]) -> Strength:
        """Reads what `to_json` wrote."""
        rows = {name: {key: datetime.fromisoformat(at) for key, at in one.items()} for name, one in told.items()}
        return cls({}, {}).with_rows(rows)


@cache
def _default() -> Strength:
    return Strength({}, {}).with_rows(_table(DEFAULT))


def _table(path: Path) -> dict[str, dict[str, datetime]]:
    try:
        read = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadTrustStore(file=path.name, reason=str(error)) from error
    found: dict[str, dict[str, datetime]] = {}
    for section, rows in read.items():
        if section not in (DIGESTS, *KEYS) or not isinstance(rows, dict):
            raise BadTrustStore(file=path.name, reason=f"[{section}]")
        found[section] = {name: _row(path, section, name, value) for name, value in rows.items()}
    return found


def _row(path: Path, section: str, name: str, value: Any) -> datetime:
    wrong_key = section != DIGESTS and not (name.isascii() and name.isdigit() and 0 < int(name[:6]) <= MOST_BITS)
    known = section != DIGESTS or path == DEFAULT or name in _default().digests
    if wrong_key or not known or isinstance(value, datetime) or not isinstance(value, bool | date):
        raise BadTrustStore(file=path.name, reason=f"[{section}] {name} = {value}")
    if isinstance(value, bool):
        return ALWAYS if value else NEVER
    return datetime.combine(value, time.max, UTC)
