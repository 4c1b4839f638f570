"""Records of kinds of document, and when and how surely any record of the catalogue holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


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


def add_months(day: date, months: int) -> date:
    """The same day of the month so many months on, or that month's last day (Bộ luật Dân sự 2015 Đ147, Đ148)."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    last = (date(year + month // 12, month % 12 + 1, 1) - date.resolution).day
    return date(year, month, min(day.day, last))
