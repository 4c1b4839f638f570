"""Records of procedures, their components, what proves them, and result types."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from enum import StrEnum

from catalogue.model import Provenance
from catalogue.text import fold


class Unit(StrEnum):
    """Units of a procedure's time limit, as the national data set writes them (`DonViTinh`)."""

    HOUR = "Giờ"
    DAY = "Ngày"
    WORKING_DAY = "Ngày làm việc"
    MONTH = "Tháng"


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """How long the agency has from valid receipt.

    `same_day`: due on the day of receipt; received after `cutoff`, on the next working day (amount 1, working day).
    """

    amount: int
    unit: Unit
    same_day: bool = False
    cutoff: time | None = None
    note_vi: str = ""


class Mode(StrEnum):
    """Whether a paper is handed in or only shown (TT 03/2025/TT-VPCP Đ5.2b: what is only shown is not scanned)."""

    SUBMIT = "nộp"
    SHOW = "xuất trình"


class ScanRule(StrEnum):
    """What the desk does with a component: scan it, leave it unscanned with a legal reason, or ask a database."""

    SCAN = "SCAN"
    SKIP = "SKIP"
    LOOKUP = "LOOKUP"


class Party(StrEnum):
    """Whose document a component asks for, seen from the dossier."""

    APPLICANT = "applicant"
    SPOUSE = "spouse"  # the other party of a marriage
    CHILD = "child"
    PARENT = "parent"
    DECEASED = "deceased"
    HOUSEHOLD = "household"
    AGENT = "agent"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Database:
    """A database that answers instead of a paper (NQ 66.7/2025/NQ-CP); `kinds` are the papers it stands in for."""

    id: str
    name_vi: str
    name_en: str
    holder: str
    kinds: tuple[str, ...]
    basis: str
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class PurposeRule:
    """The purpose a paper must have been issued for. `words` are folded; any one of them must be said, not denied."""

    text_vi: str
    text_en: str
    words: tuple[str, ...]

    def met_by(self, stated: str) -> bool:
        """Whether a purpose as printed on a paper meets the rule.

        `để kết hôn với …` meets the rule of marriage; `để vay vốn` and `không có giá trị sử dụng để đăng ký kết hôn`
        do not.
        """
        clauses = re.split(r"[.;,()\n]|\bnhung\b", fold(stated))
        said = [re.sub(r"\b(khong|ngoai tru|tru viec)\b.*", "", clause) for clause in clauses]
        return any(re.search(rf"\b{re.escape(word)}\b", clause) for clause in said for word in self.words)


@dataclass(frozen=True, slots=True)
class Component:
    """One component (thành phần hồ sơ) of a procedure.

    `kinds` are the ids of the kinds that satisfy it, the usual one first. `required` is unconditional;
    `required_if_vi` is the condition in words otherwise, empty for an optional paper. `database` is the id of the
    database that replaces the paper, if any. `max_age_months` narrows the kind's own term.
    """

    id: str
    title_vi: str
    title_en: str
    kinds: tuple[str, ...]
    mode: Mode
    scan: ScanRule
    legal_basis: str
    required: bool = False
    required_if_vi: str = ""
    party: Party = Party.APPLICANT
    database: str | None = None
    lookup_basis: str = ""
    skip_reason_vi: str = ""
    skip_reason_en: str = ""
    purpose: PurposeRule | None = None
    max_age_months: int | None = None
    reusable: bool = True


@dataclass(frozen=True, slots=True)
class Procedure:
    """An administrative procedure (thủ tục hành chính) as it stands in a span of time."""

    code: str
    name_vi: str
    name_en: str
    levels: tuple[str, ...]
    field_vi: str
    decision: str
    result_types: tuple[str, ...]
    result_kinds: tuple[str, ...]
    components: tuple[Component, ...]
    provenance: Provenance
    time_limit: TimeLimit | None = None
    time_limit_if_verified: TimeLimit | None = None
    result_template: str | None = None

    def component(self, id: str) -> Component | None:
        """The component of that id, or None."""
        return next((item for item in self.components if item.id == id), None)


class Source(StrEnum):
    """Where evidence for a component can come from, in the order the law wants it asked."""

    DATABASE = "database"
    ARCHIVE = "archive"
    PAPER = "paper"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One acceptable proof of a component: which kind, from where. `provider` is a database id for DATABASE."""

    kind: str
    source: Source
    provider: str = ""


@dataclass(frozen=True, slots=True)
class ResultType:
    """A result type of the national database of procedures; `KQ.G15.000031` is the birth certificate."""

    code: str
    name: str
    procedures: int
    """How many procedures of the July 2026 crawl give it."""
    example_procedure: str


@dataclass(frozen=True, slots=True)
class ListedProcedure:
    """A commune procedure as the national portal lists it, without components (crawl of July 2026)."""

    code: str
    name: str
    levels: tuple[str, ...]
    field_vi: str
    decision: str
    result_types: tuple[str, ...]
    ministry: str
