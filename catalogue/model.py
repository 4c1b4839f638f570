"""What the catalogue says: kinds of document, procedures, agencies, provinces, result types; every record dated."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum

from catalogue.text import fold


class Certainty(StrEnum):
    """How sure a record is: the legal text was read, somebody quoting it was read, or it is our own knowledge."""

    CONFIRMED = "confirmed"
    SECONDARY = "secondary"
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True, slots=True)
class Provenance:
    """When a record holds, where it comes from and how sure it is. `valid_to` is the last day, None while open."""

    source: str
    certainty: Certainty
    valid_from: date
    valid_to: date | None = None

    def holds(self, on: date) -> bool:
        """Whether the record holds on a day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


class FieldType(StrEnum):
    """What a field's value is; `value` of an extracted field is text in the form named here."""

    TEXT = "text"
    NAME = "name"  # a person's name
    DATE = "date"  # YYYY-MM-DD; YYYY-MM or YYYY on old papers
    DATETIME = "datetime"  # YYYY-MM-DDTHH:MM, local time as printed
    CITIZEN_ID = "citizen_id"
    ID_CARD = "id_card"
    IDENTITY = "identity"  # any identity paper: citizen id, old card, passport
    TAX_CODE = "tax_code"
    NUMBER = "number"  # a decimal number, point as decimal sign
    MONEY = "money"  # whole đồng
    CODE = "code"
    PLACE = "place"
    AGENCY = "agency"
    SEX = "sex"  # Nam, Nữ
    ETHNICITY = "ethnicity"
    NATIONALITY = "nationality"
    LIST = "list"  # items joined by newlines


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field of a kind of document. `labels` are the words printed before its value, most usual first."""

    name: str
    type: FieldType
    label_vi: str
    label_en: str
    required: bool = False
    labels: tuple[str, ...] = ()


class Reuse(StrEnum):
    """Whether a stored copy may stand in for the paper in a later dossier."""

    REUSABLE = "reusable"
    PURPOSE_BOUND = "purpose_bound"  # only for the purpose printed on it
    LOOKUP_FIRST = "lookup_first"  # a database has it; the copy is for when the look-up fails
    NEVER = "never"


class ValidityRule(StrEnum):
    """How long a document of a kind counts."""

    OPEN_ENDED = "open_ended"
    PRINTED = "printed"  # until the date printed on it
    MONTHS = "months"  # `months` from the day of issue
    CALENDAR_YEAR = "calendar_year"  # until 31 December of the year it names or was issued in
    NONE = "none"  # has no term: it is not proof of anything later (forms, minutes)


@dataclass(frozen=True, slots=True)
class Validity:
    """The term of a kind of document, with the rule's source."""

    rule: ValidityRule
    months: int | None = None
    basis: str = ""

    def ends(self, issued_on: date, *, printed: date | None = None, year: int | None = None) -> date | None:
        """The last day a document issued then counts, or None for no end (or an end that is only printed on it).

        `printed` is the expiry on the paper: it wins where it is earlier. `year` is the year a yearly paper names.
        """
        end: date | None = None
        if self.rule is ValidityRule.MONTHS and self.months is not None:
            end = add_months(issued_on, self.months)
        elif self.rule is ValidityRule.CALENDAR_YEAR:
            end = date(year or issued_on.year, 12, 31)
        if printed is not None and (end is None or printed < end):
            return printed
        return end


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of document.

    `titles` are the title lines as printed, for classification. `result_types` are codes `KQ.*`. `sensitivity` runs
    from 1 (public) to 4 (highest). `archive_image` false means: read it, tick it, do not keep its picture
    (`archive_reason_vi` says why). `void_since`: no legal value from that day on, must not be asked for.
    """

    id: str
    name_vi: str
    name_en: str
    titles: tuple[str, ...]
    fields: tuple[FieldSpec, ...]
    sensitivity: int
    reuse: Reuse
    reuse_reason_vi: str
    reuse_reason_en: str
    validity: Validity
    provenance: Provenance
    result_types: tuple[str, ...] = ()
    archive_image: bool = True
    archive_reason_vi: str = ""
    void_since: date | None = None
    void_reason_vi: str = ""
    owners: tuple[str, ...] = ()
    """Names of the fields that say whose document it is; a marriage certificate has two owners."""

    def field(self, name: str) -> FieldSpec | None:
        """The field of that name, or None."""
        return next((spec for spec in self.fields if spec.name == name), None)

    def void_on(self, on: date) -> bool:
        """Whether papers of this kind have lost their legal value by a day."""
        return self.void_since is not None and on >= self.void_since


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


def add_months(day: date, months: int) -> date:
    """The same day of the month so many months on, or that month's last day (Bộ luật Dân sự 2015 Đ147, Đ148)."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    last = (date(year + month // 12, month % 12 + 1, 1) - date.resolution).day
    return date(year, month, min(day.day, last))
