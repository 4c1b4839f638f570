"""What goes into a paper and what comes out: frozen data, no behaviour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

Box = tuple[float, float, float, float]
Value = str | date


@dataclass(frozen=True, slots=True)
class Place:
    """Where something goes on a page: `page` counts from 1, `box` is (x0, y0, x1, y1) in PDF points from the
    lower left corner."""

    page: int
    box: Box


@dataclass(frozen=True, slots=True)
class Paper:
    """A PDF/A-2b file and the named places on it.

    Results have `person` (the signature, between title and full name) and `seal` (a circle of 36 mm over a third of
    the signature from its left, NĐ 30/2020 Điều 33); every paper with the codes has `data_qr` and `lookup_qr`.
    """

    pdf: bytes
    places: Mapping[str, Place]


@dataclass(frozen=True, slots=True)
class Issuer:
    """The agency block at the top left (NĐ 30/2020 Annex I): `superior` above `name`, both set in capitals;
    `locality` stands before the date ("Xã Mẫu, ngày …")."""

    name: str
    superior: str = ""
    locality: str = ""
    address: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class System:
    """The system that issues the paper: its name goes into the data QR, `public_url` (no slash at the end needed)
    into the look-up QR; `demo` prints a plain DEMO mark on every page."""

    name: str
    public_url: str
    demo: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """What every form prints of a dossier. `printed_at` is an aware datetime, shown at +07:00; `token` is the random
    token of the look-up address; `officer` is the full name of who hands the paper out."""

    issuer: Issuer
    system: System
    dossier_code: str
    procedure_code: str
    procedure_name: str
    owner_id: str
    applicant: str
    printed_at: datetime
    token: str
    address: str = ""
    phone: str = ""
    email: str = ""
    officer: str = ""


@dataclass(frozen=True, slots=True)
class ReceivedItem:
    """One component handed in: how many originals and copies, and a remark ("đã có trong kho", "đã đối chiếu")."""

    title: str
    originals: int = 0
    copies: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """Form 01 (TT 03/2025/TT-VPCP, Annex I). Times are aware; `time_limit` is printed as it is ("03 ngày làm việc")."""

    case: Case
    items: tuple[ReceivedItem, ...]
    time_limit: str
    received_at: datetime
    due_at: datetime
    collect_at: str
    sets: int = 1
    book: str = ""
    serial: str = ""


@dataclass(frozen=True, slots=True)
class Signer:
    """The signer block: `capacity` is one to three lines in capitals ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"),
    `name` the full name under the signature."""

    capacity: tuple[str, ...]
    name: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Forms 02 to 05 (TT 03/2025/TT-VPCP, Annex I). `reason` is always needed. 02: `items` are what to supplement,
    `due_at` by when; 03: refusal; 04: apology, `due_at` is the new date and needed; 05: stop. In 03 and 05 `items` are
    papers given back. Without a `signer` the officer signs beside the applicant; with one, the agency's head does, with
    a seal."""

    case: Case
    reason: str
    items: tuple[str, ...] = ()
    number: str = ""
    received_at: datetime | None = None
    due_at: datetime | None = None
    contact: str = ""
    signer: Signer | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One hand-over on the control slip (form 06)."""

    sender: str
    receiver: str
    at: datetime
    outcome: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ControlSlip:
    """Form 06: the slip that follows a dossier through the agencies."""

    case: Case
    steps: tuple[Step, ...]
    received_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class BookEntry:
    """One row of the tracking book (form 07)."""

    dossier_code: str
    procedure_name: str
    applicant: str
    received_at: datetime
    due_at: datetime
    sets: int = 1
    done_at: datetime | None = None
    delivery: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class TrackingBook:
    """Form 07: the tracking book of one procedure field over a period. It names many people, so it has no codes."""

    issuer: Issuer
    system: System
    title: str
    entries: tuple[BookEntry, ...]
    printed_at: datetime


@dataclass(frozen=True, slots=True)
class ResultData:
    """A result of a dossier. `code` is `<dossier>-KQ<n>` (NĐ 45/2020 Điều 14.3), `number` the printed number and
    notation ("12/UBND-XNTTHN"), `fields` what the template asks for (see `templates()`), `valid_to` None means
    without limit, `scope` empty means no stated scope."""

    case: Case
    code: str
    number: str
    issued_on: date
    signer: Signer
    fields: Mapping[str, Value] = field(default_factory=dict)
    valid_to: date | None = None
    scope: str = ""


@dataclass(frozen=True, slots=True)
class TemplateField:
    """A field of a result template. `type` is "text" or "date"."""

    name: str
    label: str
    type: Literal["text", "date"] = "text"
    required: bool = True


@dataclass(frozen=True, slots=True)
class Template:
    """A result template: `id` is the catalogue's kind, `result_type` the national result-type code; `limited` results
    must be given a `valid_to`."""

    id: str
    title: str
    result_type: str
    limited: bool
    fields: tuple[TemplateField, ...]


@dataclass(frozen=True, slots=True)
class Separator:
    """A sheet laid before a component when a dossier is scanned in one stack."""

    dossier_code: str
    component: str
    title: str
    demo: bool = False
