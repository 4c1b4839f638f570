"""Records of provinces and agencies over time, and what an issuer's printed name was found to be."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from catalogue.model import Provenance


class Level(StrEnum):
    """The level of an agency. There are no districts since 1 July 2025."""

    MINISTRY = "bộ"
    PROVINCE = "tỉnh"
    DISTRICT = "huyện"
    COMMUNE = "xã"
    OTHER = "khác"


@dataclass(frozen=True, slots=True)
class Province:
    """A province in a span of time. `code` has two digits (those of its time); `person_code` opens citizen ids."""

    code: str
    name: str
    kind_vi: str
    h_code: str | None
    successor: str
    """The code of the province of today that holds its territory (its own code where it stands)."""
    provenance: Provenance

    @property
    def person_code(self) -> str:
        """The three digits that open the citizen ids of births registered there before the merger."""
        return f"0{self.code}"


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency in a span of time. `demo` marks invented ones that samples and demonstrations use."""

    code: str
    name: str
    level: Level
    parent: str | None
    province: str | None
    legacy_codes: tuple[str, ...]
    successor: str | None
    demo: bool
    provenance: Provenance
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IssuerWarning:
    """Why an issuer's name looks wrong for the day of the document. A hint for the officer, never a refusal."""

    code: str
    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class Issuer:
    """What an issuer's name as printed was found to be.

    `agency` is None for bodies that the registry does not list one by one; `level` is still said where the words
    tell it. `successor` is who answers for the papers today. `province` is a code of the province's time.
    """

    as_printed: str
    agency: Agency | None
    level: Level | None
    province: Province | None
    successor: Agency | Province | None
    warnings: tuple[IssuerWarning, ...] = field(default=())
