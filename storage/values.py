"""What goes into the archive and what comes out: the frozen dataclasses that cross its border."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class VersionRole(StrEnum):
    """What a version of a document is. A document from paper has ORIGINAL (1), ARCHIVAL (2), CERTIFIED (3)."""

    ORIGINAL = "original"
    """A lossless cut of an intake object, or a signed file kept as it came."""
    ARCHIVAL = "archival"
    """The searchable PDF/A made from another version."""
    CERTIFIED = "certified"
    """The archival copy with the officer's signature (a certified electronic copy)."""
    ISSUED = "issued"
    """A result as the leader signed it, and again as the clerk sealed it."""
    RENEWED = "renewed"
    """The same signed file with newer validation data and a newer archive time stamp."""
    METADATA = "metadata"
    """The bytes of the version before it under a changed description or status, or with the reports of verification."""


class Status(StrEnum):
    """Whether a document may be relied on."""

    ACTIVE = "active"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"
    RESTRICTED = "restricted"
    DESTROYED = "destroyed"


@dataclass(frozen=True, slots=True)
class FieldValue:
    """One type-specific field; `confidence` 0 to 1, None when a person typed it; `page` from 1, `box` as in digitize.

    `personal_id` marks a value that is somebody's identifier: it is kept in the encrypted metadata and nowhere else.
    """

    name: str
    value: str
    origin: str = "manual"
    """ocr, qr, chip, db or manual."""
    confidence: float | None = None
    verified_by: str = ""
    verified_at: datetime | None = None
    page: int | None = None
    box: tuple[float, float, float, float] | None = None
    personal_id: bool = False


@dataclass(frozen=True, slots=True)
class Metadata:
    """What describes a document (Circular 01/2023/TT-VPCP, article 9) and what search finds it by."""

    kind: str
    """The id of a kind in the catalogue."""
    title: str
    number: str = ""
    issued_on: date | None = None
    issuer: str = ""
    """As printed."""
    issuer_code: str = ""
    summary: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    """None is open-ended."""
    scope: str = ""
    """As printed: empty or nationwide, a territory, or a purpose such as "để kết hôn"."""
    result_type: str = ""
    """The national result-type code (`KQ.…`) of an e-result."""
    language: str = "vi"
    fields: tuple[FieldValue, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Where version 1 was cut from: the intake object, the SHA-256 of its plain bytes (hex), its pages from 1."""

    intake: UUID
    sha256: str
    pages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SignatureNote:
    """What is known of the signatures of a version. `level` is B-B, B-T, B-LT or B-LTA; `wanted` what was asked for."""

    level: str
    signer: str
    signed_at: datetime
    wanted: str = ""
    demo: bool = False
    sealed: bool = False


@dataclass(frozen=True, slots=True)
class Verification:
    """What verification said of a file that came signed: `verdict` is valid, invalid or indeterminate. Its reports, in
    the forms `json` and `xml`, lie sealed beside the file, put there with version `version`."""

    verdict: str
    at: datetime
    version: int
    forms: tuple[str, ...]
    software: str = ""


@dataclass(frozen=True, slots=True)
class Deposit:
    """One version of one document.

    `document` is the caller's random UUID (`uuid4`), the same for all versions. `owners[0]` is the owner under whose
    prefix the document lies for ever; the others are recorded in their own objects. `key` is the idempotency key: the
    same (document, role, SHA-256, key) deposits once, of signatures the same (document, role, key). `metadata` is
    needed for the first version; later None keeps it.
    `source` is needed for an ORIGINAL from a scan; `made_from` with `software` and `settings` for every later form.
    """

    document: UUID
    owners: tuple[UUID, ...]
    role: VersionRole
    media_type: str
    key: str
    metadata: Metadata | None = None
    sensitivity: int = 2
    dossier: str = ""
    agency: str = ""
    page_count: int | None = None
    source: Source | None = None
    made_from: int | None = None
    software: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    signature: SignatureNote | None = None


@dataclass(frozen=True, slots=True)
class VersionRef:
    """A version that is durable in the archive; `sha256` (hex) and `size` are of the plain bytes."""

    document: UUID
    number: int
    role: VersionRole
    sha256: str
    size: int
    media_type: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class IntakeRef:
    """An intake object that is durable: what arrived, before anybody knows what or whose it is."""

    id: UUID
    sha256: str
    size: int
    media_type: str
    received_at: datetime
    created: bool
    """False when the same key brought the same bytes before."""


@dataclass(frozen=True, slots=True)
class Handle:
    """What a search tells: enough to choose a document, no bytes, no field values."""

    id: UUID
    kind: str
    title: str
    number: str
    issued_on: date | None
    issuer: str
    valid_from: date | None
    valid_to: date | None
    scope: str
    result_type: str
    sensitivity: int
    status: Status
    dossier: str
    agency: str
    latest: int
    """The number of the newest version."""
    signature_level: str
    """The level of the newest signed version, empty when none is."""
    verdict: str = ""
    """Of a file that came signed, what verification said of it: valid, invalid, indeterminate."""


@dataclass(frozen=True, slots=True)
class Recognized:
    """The signed version that a file was found to be; `newest` is False when a later signed one was made since.

    `sealed` says whether the agency's seal is on it: a result that the leader has signed only is not issued yet.
    """

    document: UUID
    version: int
    role: VersionRole
    newest: bool
    sealed: bool


@dataclass(frozen=True, slots=True)
class SignedVersion:
    """The newest signed version of a document, and until when its file proves itself (None: no time-stamp)."""

    document: UUID
    version: int
    dossier: str
    lapses_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Lapsing:
    """How much will lapse before some moment: how many documents, the first of them when; how many of those are held
    back because they are restricted; how many signed versions nobody has looked at yet."""

    count: int
    first: datetime | None
    held: int
    unlooked: int


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a search, newest first; `after` continues it and is None on the last page."""

    handles: tuple[Handle, ...]
    after: str | None


@dataclass(frozen=True, slots=True)
class Query:
    """What to search for; every part that is set must match. `text` matches with and without tone marks."""

    owner: UUID | None = None
    kinds: tuple[str, ...] = ()
    result_types: tuple[str, ...] = ()
    text: str = ""
    number: str = ""
    dossier: str = ""
    agency: str = ""
    statuses: tuple[Status, ...] = (Status.ACTIVE,)
    issued_from: date | None = None
    issued_to: date | None = None


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a procedure's component asks of a document that is to be reused."""

    owner: UUID
    on: date
    kinds: tuple[str, ...] = ()
    result_types: tuple[str, ...] = ()
    purpose: str = ""
    """The use, in words, that a purpose-bound paper must name, such as "kết hôn"."""
    territory: str = ""
    """The place, by name, that a paper of limited scope must cover."""
    issuers: tuple[str, ...] = ()
    """Accepted agency codes or names; empty accepts all."""
    max_age_days: int | None = None
    """At most so many days since it was issued, where the procedure says so."""
    certified: bool = True
    min_level: str = ""
    """The lowest signature level: B-B, B-T, B-LT or B-LTA."""
    remaining_days: int = 0
    """The paper must stay valid for so long after `on`."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a document cannot be reused: a stable code and words for people."""

    code: str
    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a document satisfies a requirement; `reasons` is empty exactly when it does."""

    document: UUID
    reusable: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class EventRecord:
    """What is about to be recorded (domain: who, what, on what, what for, through what, with which result).

    `fields` are the names of the attributes that were disclosed, never their values; `details` are codes and counts.
    """

    action: str
    """Such as `document.open`, `document.deposit`, `archive.search`."""
    result: str = "ok"
    """ok, or the code of the error that refused it."""
    document: UUID | None = None
    version: int | None = None
    intake: UUID | None = None
    owners: tuple[UUID, ...] = ()
    sensitivity: int | None = None
    fields: tuple[str, ...] = ()
    details: Mapping[str, str | int | bool | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EventView:
    """An event as auditors and, for their own documents, citizens see it."""

    seq: int
    at: datetime
    action: str
    result: str
    actor: str
    actor_name: str
    agencies: tuple[str, ...]
    on_behalf_of: str
    channel: str
    legal_basis: str
    dossier: str
    purpose: str
    document: UUID | None
    version: int | None
    fields: tuple[str, ...]
