"""The form of a result: the fields of its template, filled with what the dossier's papers say already."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from django.http import QueryDict
from django.utils import timezone

import storage
from accounts import Actor, Role
from accounts.models import User
from catalogue import UnknownEntry, nfc, procedure
from dossiers import papers
from dossiers.models import Attachment, Dossier
from portal.desk.frames import why

CAPACITY = "CHỦ TỊCH"


@dataclass(frozen=True, slots=True)
class Line:
    """One field of the form."""

    name: str
    label: str
    value: str
    type: str
    required: bool
    suggested: bool = False


class Draft:
    """The form of one dossier's result, as it is shown and as it was sent."""

    def __init__(self, dossier: Dossier, actor: Actor, posted: QueryDict | None) -> None:
        self.dossier = dossier
        self.posted = posted
        self.key = posted.get("key") if posted else str(uuid4())
        self.templates = papers.templates()
        self.template = self.templates[self._chosen()]
        self.known = {} if posted else suggestions(dossier, actor)
        self.missing = [line.label for line in self.lines() if line.required and not line.value] if posted else []

    @property
    def whole(self) -> bool:
        """Whether every required field has a value."""
        return self.posted is not None and not self.missing and bool(self._value("number"))

    def lines(self) -> Iterator[Line]:
        """The template's fields with their values."""
        for field in self.template.fields:
            known = self.known.get(field.name, "")
            value = self._value(f"f-{field.name}") or known
            yield Line(field.name, field.label, value, field.type, field.required, suggested=bool(known))

    def head(self) -> dict[str, str]:
        """What every result has besides its template's fields."""
        today = timezone.localdate().isoformat()
        return {
            "number": self._value("number"),
            "capacity": self._value("capacity") or CAPACITY,
            "signer": self._value("signer") or leader_of(self.dossier.decide_agency),
            "issued_on": self._value("issued_on") or today,
            "valid_to": self._value("valid_to"),
            "scope": self._value("scope"),
        }

    def data(self) -> dict[str, object]:
        """What `Result.data` holds (see `dossiers.papers.result_data`)."""
        head = self.head()
        capacity = [line.strip() for line in head.pop("capacity").splitlines() if line.strip()]
        return {**head, "capacity": capacity, "fields": {line.name: line.value for line in self.lines() if line.value}}

    def _value(self, name: str) -> str:
        return nfc(self.posted.get(name, "")).strip() if self.posted else ""

    def _chosen(self) -> str:
        wanted = self._value("template")
        if wanted in self.templates:
            return wanted
        with suppress(UnknownEntry):
            usual = procedure(self.dossier.procedure, _day(self.dossier)).result_template
            if usual in self.templates:
                return str(usual)
        return next(iter(self.templates))


def leader_of(agency: str) -> str:
    """The name of a leader of the agency, who will most likely sign; empty where none has an account."""
    people = User.objects.filter(is_active=True, roles__icontains=Role.LEADER.value).order_by("username")
    return next((user.full_name for user in people if agency in user.agencies), "")


def suggestions(dossier: Dossier, actor: Actor) -> dict[str, str]:
    """Field name → value from the dossier's own papers; reading them is an event, for this dossier."""
    found: dict[str, str] = {}
    for document in Attachment.objects.filter(component__dossier=dossier).values_list("document", flat=True):
        with suppress(storage.StorageError):
            for field in storage.metadata(document, actor, why(dossier)).fields:
                found.setdefault(field.name, field.value)
    found["name"] = dossier.applicant_name
    with suppress(storage.StorageError):
        profile = storage.owner_profile(dossier.owner, actor, why(dossier))
        found["born"] = profile.born or found.get("born", "")
        found["identifier"] = next((item.value for item in profile.identifiers), found.get("identifier", ""))
    return found


def _day(dossier: Dossier) -> date:
    return timezone.localtime(dossier.registered_at).date()
