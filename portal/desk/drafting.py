"""The form of a result: the fields of its template, filled with what the dossier's papers say already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

import storage
from accounts import Actor, Role
from accounts.models import User
from catalogue import UnknownEntry, nfc, procedure
from dossiers import papers
from dossiers.models import Attachment, Dossier, Result
from portal.desk.frames import why
from portal.http import whole_day

CAPACITY = "CHỦ TỊCH"
FIELD = "f-"
"""Before the name of a template's field in the form."""
HEAD = ("number", "signer", "issued_on", "valid_to", "scope")


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
    """The form of a result, as it is shown and as it was sent.

    A new one starts from what the dossier's papers say. One that is edited or replaced (`result`) keeps its template
    and starts from `start`: values by the names of the form's fields.
    """

    def __init__(
        self,
        dossier: Dossier,
        actor: Actor,
        posted: QueryDict | None,
        *,
        result: Result | None = None,
        start: Mapping[str, str] | None = None,
    ) -> None:
        self.dossier = dossier
        self.posted = posted
        self.key = posted.get("key") if posted else str(uuid4())
        self.templates = papers.templates()
        if result is not None and result.template in self.templates:
            self.templates = {result.template: self.templates[result.template]}
        self.template = self.templates[self._chosen()]
        self.known = {} if posted or result is not None else suggestions(dossier, actor)
        self.start = start or {f"{FIELD}{name}": value for name, value in self.known.items()}

    @property
    def whole(self) -> bool:
        """Whether every required field has a value, and every day is one."""
        return self.posted is not None and not self.missing and not self.wrong

    @property
    def missing(self) -> list[str]:
        """What was left empty though it is required, by label."""
        if self.posted is None:
            return []
        head = {"number": _("Số văn bản"), "signer": _("Họ tên người ký")}
        head |= {"valid_to": _("Có giá trị đến")} if self.template.limited else {}
        empty = [label for name, label in head.items() if not self._value(name)]
        return empty + [line.label for line in self.lines() if line.required and not line.value]

    @property
    def wrong(self) -> list[str]:
        """What should be a day and is none, by label."""
        days = {"issued_on": _("Ngày ban hành"), "valid_to": _("Có giá trị đến")}
        given = [(label, self._value(name)) for name, label in days.items()]
        given += [(line.label, line.value) for line in self.lines() if line.type == "date"]
        if self.posted is None:
            return []
        return [label for label, value in given if value and whole_day(value) is None]

    def lines(self) -> Iterator[Line]:
        """The template's fields with their values."""
        for field in self.template.fields:
            value = self._value(f"{FIELD}{field.name}")
            yield Line(field.name, field.label, value, field.type, field.required, suggested=field.name in self.known)

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
        given = self.start.get(name, "") if self.posted is None else self.posted.get(name, "")
        return nfc(given).strip()

    def _chosen(self) -> str:
        wanted = nfc(self.posted.get("template", "")) if self.posted else ""
        if wanted in self.templates:
            return wanted
        with suppress(UnknownEntry):
            usual = procedure(self.dossier.procedure, _day(self.dossier)).result_template
            if usual in self.templates:
                return str(usual)
        return next(iter(self.templates))


def drafted(result: Result) -> dict[str, str]:
    """The form's values as they stand in a draft."""
    data: Mapping[str, object] = result.data
    head = {name: str(value) for name, value in data.items() if name in HEAD and value}
    capacity, fields = data.get("capacity"), data.get("fields")
    if isinstance(capacity, list):
        head["capacity"] = "\n".join(map(str, capacity))
    return head | {f"{FIELD}{name}": str(value) for name, value in (fields if isinstance(fields, dict) else {}).items()}


def issued(result: Result, actor: Actor) -> dict[str, str]:
    """The form's values as they stand in an issued result: the archive tells them, as a read for the dossier.

    Number and days are the new paper's own and left out. Raises what `storage.metadata` raises.
    """
    assert result.document is not None
    described = storage.metadata(result.document, actor, why(result.dossier))
    values = {f"{FIELD}{field.name}": field.value for field in described.fields}
    return values | {"scope": described.scope, "signer": result.signer_name}


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
