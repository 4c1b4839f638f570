"""The sealed JSON records from which the index is rebuilt: a document's metadata, an owner's record, an intake's."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from storage.errors import Corrupt
from storage.values import FieldValue, Metadata, SignatureNote, Source, Status, Verification, VersionRole

T = TypeVar("T")


@dataclass(slots=True)
class VersionRecord:
    """A version as its metadata file tells it; `content` is the number of the version that holds its bytes."""

    number: int
    content: int
    role: VersionRole
    media_type: str
    sha256: str
    size: int
    deposit_key: str
    created_at: datetime
    created_by: str
    page_count: int | None = None
    source: Source | None = None
    made_from: int | None = None
    software: str = ""
    settings: dict[str, str] = field(default_factory=dict)
    signature: SignatureNote | None = None


@dataclass(slots=True)
class DocumentRecord:
    """A document as the metadata file of its newest version tells it."""

    document: UUID
    home: UUID
    owners: tuple[UUID, ...]
    metadata: Metadata
    sensitivity: int
    status: Status
    status_reason: str
    superseded_by: UUID | None
    dossier: str
    agency: str
    retain_until: datetime
    created_at: datetime
    version: VersionRecord
    verification: Verification | None = None


@dataclass(slots=True)
class Name:
    """A name an owner was known by; `born` as an ISO date, or what is known of it."""

    name: str
    born: str
    at: datetime


@dataclass(slots=True)
class Alias:
    """An identifier of an owner."""

    scheme: str
    value: str
    at: datetime
    by: str
    reason: str


@dataclass(slots=True)
class Merge:
    """Another owner that turned out to be the same; moves nothing, and can be undone."""

    other: UUID
    at: datetime
    by: str
    reason: str
    undone_at: datetime | None = None
    undone_by: str = ""


@dataclass(slots=True)
class Shared:
    """A document of this owner that lies under another owner's prefix."""

    document: UUID
    home: UUID


@dataclass(slots=True)
class Grave:
    """What is left of a destroyed document of this owner."""

    document: UUID
    at: datetime
    by: str
    ground: str
    approved_by: tuple[str, ...]


@dataclass(slots=True)
class OwnerRecord:
    """Who an owner is, and what no document can say of itself: aliases, merges, shared and destroyed documents."""

    owner: UUID
    created_at: datetime
    names: list[Name] = field(default_factory=list)
    aliases: list[Alias] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    shared: list[Shared] = field(default_factory=list)
    graves: list[Grave] = field(default_factory=list)

    def merged(self) -> set[UUID]:
        """The owners that are merged into this one now."""
        return {merge.other for merge in self.merges if merge.undone_at is None}


@dataclass(slots=True)
class IntakeRecord:
    """What arrived, with the name it came under."""

    intake: UUID
    name: str
    media_type: str
    sha256: str
    size: int
    idempotency_key: str
    dossier: str
    agency: str
    received_at: datetime
    received_by: str
    retain_until: datetime


Record = DocumentRecord | OwnerRecord | IntakeRecord


def dump(record: Record) -> bytes:
    """The record as JSON, with its format named."""
    return json.dumps({"format": _format(type(record)), **asdict(record)}, default=str, ensure_ascii=False).encode()


def load_document(text: bytes) -> DocumentRecord:
    """Reads a document's metadata file. Raises Corrupt."""
    raw = _load(text, DocumentRecord)
    version = raw.pop("version")
    described = raw.pop("metadata")
    described["fields"] = tuple(
        _make(FieldValue, item, verified_at=_time, box=lambda box: tuple(box) if box else None)
        for item in described["fields"]
    )
    return _make(
        DocumentRecord,
        raw,
        document=UUID,
        home=UUID,
        owners=lambda owners: tuple(map(UUID, owners)),
        status=Status,
        superseded_by=lambda other: UUID(other) if other else None,
        retain_until=datetime.fromisoformat,
        created_at=datetime.fromisoformat,
        metadata=_make(Metadata, described, issued_on=_date, valid_from=_date, valid_to=_date),
        verification=read_verification,
        version=_make(
            VersionRecord,
            version,
            role=VersionRole,
            created_at=datetime.fromisoformat,
            source=lambda item: _make(Source, item, intake=UUID, pages=tuple) if item else None,
            signature=lambda item: _make(SignatureNote, item, signed_at=datetime.fromisoformat) if item else None,
        ),
    )


def read_verification(item: dict[str, Any] | None) -> Verification | None:
    """What verification said of a file that came signed, as JSON has it. Raises Corrupt."""
    return _make(Verification, item, at=datetime.fromisoformat, forms=tuple) if item else None


def load_owner(text: bytes) -> OwnerRecord:
    """Reads an owner's record. Raises Corrupt."""
    raw = _load(text, OwnerRecord)
    return _make(
        OwnerRecord,
        raw,
        owner=UUID,
        created_at=datetime.fromisoformat,
        names=lambda items: [_make(Name, item, at=datetime.fromisoformat) for item in items],
        aliases=lambda items: [_make(Alias, item, at=datetime.fromisoformat) for item in items],
        merges=lambda items: [
            _make(Merge, item, other=UUID, at=datetime.fromisoformat, undone_at=_time) for item in items
        ],
        shared=lambda items: [_make(Shared, item, document=UUID, home=UUID) for item in items],
        graves=lambda items: [
            _make(Grave, item, document=UUID, at=datetime.fromisoformat, approved_by=tuple) for item in items
        ],
    )


def load_intake(text: bytes) -> IntakeRecord:
    """Reads an intake object's metadata. Raises Corrupt."""
    return _make(
        IntakeRecord,
        _load(text, IntakeRecord),
        intake=UUID,
        received_at=datetime.fromisoformat,
        retain_until=datetime.fromisoformat,
    )


def _format(cls: type) -> str:
    return f"hoso.{cls.__name__.removesuffix('Record').lower()}/1"


def _load(text: bytes, cls: type) -> dict[str, Any]:
    try:
        raw = json.loads(text)
    except ValueError as error:
        raise Corrupt(what=_format(cls)) from error
    if not isinstance(raw, dict) or raw.pop("format", "") != _format(cls):
        raise Corrupt(what=_format(cls))
    return raw


def _make(cls: type[T], raw: dict[str, Any], **readers: Any) -> T:
    """A dataclass from a JSON object; keys that a later version of the software wrote are left alone."""
    known = {item.name for item in fields(cls)}  # type: ignore[arg-type]
    values = {name: value for name, value in raw.items() if name in known}
    for name, read in readers.items():
        if callable(read) and name in values:
            values[name] = read(values[name])
        elif not callable(read):
            values[name] = read
    try:
        return cls(**values)
    except TypeError as error:
        raise Corrupt(what=_format(cls)) from error


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
