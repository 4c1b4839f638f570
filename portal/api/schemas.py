"""What the evidence and webhook endpoints take and give."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field, field_validator

MOST = 200
"""The largest page."""

Scheme = Literal["citizen_id", "id_card", "passport", "tax_code", "agency"]
Event = Literal["document.stored", "result.issued", "result.revoked"]


class Strict(Schema):
    """A body in which a misspelt member is an error, not silence."""

    model_config = ConfigDict(extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def _without_nul(cls, value: object) -> object:
        """PostgreSQL keeps no NUL character."""
        if isinstance(value, str) and "\x00" in value:
            raise ValueError("NUL")
        return value


class OwnerIn(Strict):
    """Whose documents: the number goes into the body, never into an address."""

    scheme: Scheme
    value: str = Field(min_length=1, max_length=40)


class SearchIn(Strict):
    """What is searched for. Without `kinds`: every kind that the client and the stated procedure allow."""

    owner: OwnerIn
    kinds: list[str] = Field(default_factory=list, max_length=50)
    purpose_of_use: str = Field(default="", max_length=200, description="What the paper is to be used for, in words.")
    on: date | None = Field(default=None, description="The day on which it must hold; today by default.")
    limit: int = Field(default=50, ge=1, le=MOST)
    after: str = Field(default="", max_length=200, description="`next` of the page before.")


class ReasonOut(Schema):
    """Why a document cannot be reused."""

    code: str
    vi: str
    en: str


class VerdictOut(Schema):
    """Whether the document can stand for the paper; `reasons` is empty exactly when it can."""

    reusable: bool
    reasons: list[ReasonOut]


class HandleOut(Schema):
    """Enough to choose a document; no bytes, no field values."""

    id: UUID
    kind: str
    title: str
    number: str
    issued_on: date | None
    issuer: str
    valid_from: date | None
    valid_to: date | None
    scope: str
    status: str
    signature_level: str
    reusable: VerdictOut


class SearchOut(Schema):
    """One page, newest first; `next` is null on the last."""

    items: list[HandleOut]
    next: str | None


class FieldOut(Schema):
    """A type-specific field; identifiers are masked."""

    name: str
    value: str
    origin: str
    confidence: float | None
    verified: bool


class VersionOut(Schema):
    """A version of the document; `sha256` and `size` are of its bytes."""

    number: int
    role: str
    media_type: str
    sha256: str
    size: int
    created_at: datetime


class VerificationOut(Schema):
    """What verification said of a file that came signed, and the forms in which its report can be fetched."""

    verdict: Literal["valid", "invalid", "indeterminate"]
    at: datetime
    forms: list[Literal["json", "xml"]]


class EvidenceOut(Schema):
    """What describes a document (Circular 01/2023/TT-VPCP, article 9)."""

    id: UUID
    kind: str
    title: str
    number: str
    issued_on: date | None
    issuer: str
    issuer_code: str
    summary: str
    valid_from: date | None
    valid_to: date | None
    scope: str
    result_type: str
    language: str
    agency: str
    status: str
    signature_level: str
    doc_code: str | None
    fields: list[FieldOut]
    versions: list[VersionOut]
    verification: VerificationOut | None


class StatusOut(Schema):
    """Whether the document may be relied on."""

    id: UUID
    status: Literal["active", "superseded", "revoked", "restricted", "destroyed"]


class SubscribeIn(Strict):
    """An address that was registered for the client, and what it wants to hear of."""

    url: str = Field(min_length=1, max_length=500)
    events: list[Event] = Field(min_length=1, max_length=3)


class SubscriptionOut(Schema):
    """A subscription."""

    id: UUID
    url: str
    events: list[str]
    active: bool


class SubscribedOut(SubscriptionOut):
    """A new subscription; `secret` is told this once."""

    secret: str


class MessageOut(Schema):
    """One message to the client: `state` is queued, running, done or failed (a dead letter)."""

    id: UUID
    type: str
    state: str
    attempts: int
    created_at: datetime
    delivered_at: datetime | None
    next_attempt_at: datetime | None
    error: str


class MessagesOut(Schema):
    """One page, newest first; `next` is null on the last."""

    items: list[MessageOut]
    next: UUID | None


class Problem(Schema):
    """RFC 9457; `code` is stable, `errors` lists what does not fit the schema."""

    type: str
    title: str
    status: int
    code: str
    message_vi: str
    message_en: str
    next: str
    next_en: str
    errors: list[dict[str, str]] | None = None


PROBLEMS = frozenset({400, 401, 403, 404, 405, 406, 409, 410, 413, 415, 422, 429, 500, 503, 507})
"""The statuses that a problem document may come with."""
