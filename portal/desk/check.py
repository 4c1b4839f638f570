"""Checking what the machine read: the doubtful fields first, each beside its place on the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

import storage
from accounts import Actor
from catalogue import FieldSpec, FieldType, Kind, kind, nfc
from dossiers import permissions, queries, services
from dossiers.errors import PartNotFound
from dossiers.models import Attachment, Component, Dossier
from dossiers.states import Act, Decision
from portal.desk import contents
from portal.desk.frames import back_to, find, why
from portal.http import Request

SURE = 0.95
"""A field that the machine gives at least this much is shown and not asked."""
LONG = 60
"""From so many characters on a field is a box of several lines."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One field on the page: what it is called, what was read, how sure the machine was, where it stands."""

    name: str
    label: str
    value: str
    confidence: float | None
    required: bool
    page: int | None = None
    box: tuple[float, float, float, float] | None = None
    verified: bool = False
    spec: FieldSpec | None = None

    @property
    def doubtful(self) -> bool:
        """Whether a person must look."""
        if self.verified:
            return False
        if not self.value:
            return self.required
        return self.confidence is not None and self.confidence < SURE

    @property
    def long(self) -> bool:
        """Whether it needs several lines."""
        return len(self.value) > LONG or (self.spec is not None and self.spec.type is FieldType.LIST)

    @property
    def numeric(self) -> bool:
        """Whether a phone should show digits."""
        return self.spec is not None and self.spec.type in (FieldType.CITIZEN_ID, FieldType.ID_CARD, FieldType.MONEY)


def check(request: Request, dossier_id: UUID, document_id: UUID) -> HttpResponse:
    """GET: one document to check. POST: keeps the corrections and goes to the next."""
    found = find(dossier_id, request.actor)
    permissions.demand(Act.CONFIRM_FIELDS, request.actor, found)
    component = queries.component_of_document(document_id, found.id)
    if component is None:
        raise PartNotFound()
    metadata = storage.metadata(document_id, request.actor, why(found))
    fields = asked(metadata)
    if request.method == "POST":
        _keep(request, component, document_id, metadata, fields)
        return _next(request, found, document_id)
    inside = contents.of(found, request.actor)
    waiting = inside.to_check
    doubtful = [field for field in fields if field.doubtful]
    return render(
        request,
        "desk/check.html",
        {
            "dossier": found,
            "component": component,
            "document": document_id,
            "title": metadata.title,
            "kind": kind(metadata.kind),
            "doubtful": doubtful,
            "sure": [field for field in fields if not field.doubtful],
            "others": [part.row for part in inside.components if part.row.decision == Decision.SCAN],
            "number": waiting.index(document_id) + 1 if document_id in waiting else 0,
            "total": len(waiting),
        },
    )


def asked(metadata: storage.Metadata) -> list[Asked]:
    """The fields of a document, the doubtful ones first, each group in the order of the kind."""
    entry = kind(metadata.kind)
    english = get_language() == "en"
    known = {value.name: value for value in metadata.fields}
    names = [spec.name for spec in entry.fields] + [name for name in known if entry.field(name) is None]
    found = [_asked(name, entry, known.get(name), english) for name in names]
    return sorted(found, key=lambda field: not field.doubtful)


def _asked(name: str, entry: Kind, value: storage.FieldValue | None, english: bool) -> Asked:
    spec = entry.field(name)
    label = (spec.label_en if english else spec.label_vi) if spec else name
    required = spec is not None and spec.required
    if value is None:
        return Asked(name, label, "", None, required, spec=spec)
    return Asked(
        name,
        label,
        value.value,
        value.confidence,
        required,
        page=value.page,
        box=value.box,
        verified=value.verified_at is not None,
        spec=spec,
    )


def _keep(
    request: Request, component: Component, document: UUID, metadata: storage.Metadata, fields: list[Asked]
) -> None:
    """Corrections go to the archive as a new description, the act of checking to the dossier."""
    posted = {field.name: nfc(request.POST.get(f"f-{field.name}", field.value)).strip() for field in fields}
    changed = {field.name: posted[field.name] for field in fields if posted[field.name] != field.value}
    if changed:
        better = corrected(metadata, changed, request.actor)
        storage.describe(document, better, request.actor, f"check:{request.POST.get('key', '')}")
    component = _sorted(request, component, document)
    services.confirm_fields(
        component.id,
        request.actor,
        document=document,
        checks=[
            services.Check(field.name, field.name in changed, field.confidence, filled=bool(posted[field.name]))
            for field in fields
        ],
    )


def corrected(metadata: storage.Metadata, changed: Mapping[str, str], actor: Actor) -> storage.Metadata:
    """The description with the officer's values: who and when stand with each, the machine's place stays."""
    now = timezone.now()
    old = {value.name: value for value in metadata.fields}
    entry = kind(metadata.kind)
    for name, text in changed.items():
        before = old.get(name) or storage.FieldValue(name=name, value="", personal_id=_is_identifier(entry, name))
        old[name] = replace(before, value=text, origin="manual", confidence=None, verified_by=actor.id, verified_at=now)
    texts = {"number": "number", "title": "title", "issuer": "issuer", "issuer_name": "issuer", "summary": "summary",
             "scope": "scope"}  # fmt: skip
    days = ("issued_on", "valid_from", "valid_to")
    head: dict[str, Any] = {texts[name]: text for name, text in changed.items() if name in texts}
    head |= {name: day for name, text in changed.items() if name in days and (day := _day(text)) is not None}
    return replace(metadata, fields=tuple(value for value in old.values() if value.value), **head)


def _is_identifier(entry: Kind, name: str) -> bool:
    spec = entry.field(name)
    kinds = (FieldType.CITIZEN_ID, FieldType.ID_CARD, FieldType.IDENTITY, FieldType.TAX_CODE)
    return spec is not None and spec.type in kinds


def _sorted(request: Request, component: Component, document: UUID) -> Component:
    """Moves the document to the component that the officer says it is for."""
    wanted = request.POST.get("component", "")
    if not wanted or wanted == str(component.id):
        return component
    target = Component.objects.filter(dossier=component.dossier_id, pk=wanted).first()
    if target is None:
        raise PartNotFound()
    pages = Attachment.objects.get(component=component, document=document).pages
    services.detach(component.id, request.actor, document=document, reason="Phân loại lại")
    return services.attach(target.id, request.actor, document=document, pages=pages)


def _next(request: Request, dossier: Dossier, document: UUID) -> HttpResponse:
    rest = [item for item in contents.of(dossier, request.actor).to_check if item != document]
    if rest:
        return HttpResponseRedirect(reverse("desk:check", args=[dossier.id, rest[0]]))
    return back_to(dossier.id)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
