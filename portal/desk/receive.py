"""Receiving a dossier at the counter: procedure, applicant, checklist, receipt.

The applicant's number travels in the body of a POST only, never in an address.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime

from django.conf import settings
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

import storage
from catalogue import (
    CardQr,
    HosoError,
    Identifier,
    InvalidCode,
    Party,
    Procedure,
    fold,
    nfc,
    procedure,
    procedures,
)
from dossiers import checklist
from dossiers.services import Choice, NewDossier, purpose_of, receive
from dossiers.states import Channel, Decision
from portal.desk.frames import back_to
from portal.error_pages import in_words
from portal.http import Request, wants_fragment, whole_number

SHOWN = 7
"""So many procedures are offered while the officer types."""


@dataclass(slots=True)
class Person:
    """Somebody as typed, or as the card's QR code says (which is a typing aid, not a proof)."""

    identifier: str = ""
    name: str = ""
    born: date | None = None
    address: str = ""
    from_card: bool = False
    owner: uuid.UUID | None = None
    wrong: str = ""

    @property
    def known(self) -> bool:
        """Whether the archive has papers of this person already."""
        return self.owner is not None


@dataclass(slots=True)
class Entry:
    """The page's form as it stands."""

    procedure: Procedure | None = None
    applicant: Person = field(default_factory=Person)
    parties: dict[Party, Person] = field(default_factory=dict)
    email: str = ""
    phone: str = ""
    channel: Channel = Channel.COUNTER

    @property
    def ready(self) -> bool:
        """Whether there is enough for a dossier."""
        people = (self.applicant, *self.parties.values())
        return bool(
            self.procedure
            and self.applicant.identifier
            and self.applicant.name
            and not any(person.wrong for person in people)
        )


def page(request: Request) -> HttpResponse:
    """GET: the empty form. POST: receives the dossier."""
    if request.method != "POST":
        return render(request, "desk/receive.html", {"entry": Entry(), "key": uuid.uuid4(), "channels": list(Channel)})
    entry = _entry(request.POST)
    try:
        if not entry.ready or entry.procedure is None:
            people = (entry.applicant, *entry.parties.values())
            wrong = next((person.wrong for person in people if person.wrong), "")
            return _again(request, entry, wrong or _("Chọn thủ tục, nhập số định danh và họ tên người nộp."))
        made = receive(_new(request, entry, entry.procedure), request.actor, key=request.POST.get("key") or None)
    except HosoError as error:
        return _again(request, entry, in_words(error), status=error.status)
    return back_to(made.id)


@require_GET
def find_procedures(request: Request) -> HttpResponse:
    """The procedures that fit what was typed, with or without tone marks."""
    words = fold(request.GET.get("q", "")).split()
    found = [item for item in procedures(_today()) if all(word in _haystack(item) for word in words)]
    return render(request, "desk/procedures.html", {"found": found[:SHOWN], "more": max(0, len(found) - SHOWN)})


@require_POST
def fill(request: Request) -> HttpResponse:
    """The form again with what follows from it: the chosen procedure, the person of a card, the checklist."""
    return render(request, "desk/receive_form.html", _context(request, _entry(request.POST)))


def _again(request: Request, entry: Entry, problem: str, status: int = 422) -> HttpResponse:
    context = _context(request, entry) | {"problem": problem}
    template = "desk/receive_form.html" if wants_fragment(request) else "desk/receive.html"
    return render(request, template, context, status=status)


def _context(request: Request, entry: Entry) -> dict[str, object]:
    items: tuple[checklist.Item, ...] = ()
    if entry.procedure is not None:
        owners = {Party.APPLICANT: entry.applicant.owner} | {party: p.owner for party, p in entry.parties.items()}
        known = {party: owner for party, owner in owners.items() if owner is not None}
        items = checklist.build(
            entry.procedure.code, known, request.actor, purpose_of(entry.procedure.code), channel=entry.channel
        )
    return {
        "entry": entry,
        "key": request.POST.get("key") or uuid.uuid4(),
        "items": items,
        "channels": list(Channel),
        "decisions": [Decision.SCAN, Decision.SKIP, Decision.SHOWN, Decision.LOOKUP],
    }


def _entry(posted: QueryDict) -> Entry:
    chosen = posted.get("procedure", "")
    entry = Entry(
        procedure=procedure(chosen, _today()) if chosen else None,
        applicant=_person(posted, "applicant"),
        email=posted.get("email", "").strip(),
        phone=posted.get("phone", "").strip(),
        channel=_channel(posted.get("channel", "")),
    )
    if entry.procedure is not None:
        asked = {component.party for component in entry.procedure.components}
        for party in Party:
            if party in asked and party not in (Party.APPLICANT, Party.ANY, Party.AGENT, Party.HOUSEHOLD):
                entry.parties[party] = _person(posted, f"party-{party.value}")
    return entry


def _person(posted: QueryDict, prefix: str) -> Person:
    """Reads one person. A scanned card overwrites what was typed before."""
    typed = nfc(posted.get(f"{prefix}-identifier", "")).strip()
    person = Person(
        identifier=typed,
        name=nfc(posted.get(f"{prefix}-name", "")).strip(),
        born=_day(posted.get(f"{prefix}-born", "")),
        address=nfc(posted.get(f"{prefix}-address", "")).strip(),
        from_card=bool(posted.get(f"{prefix}-card")),
    )
    if not typed:
        return person
    try:
        if "|" in typed:
            card = CardQr.parse(typed)
            person.identifier, person.name = card.citizen_id.value, card.full_name
            person.born, person.address, person.from_card = card.born, card.residence, True
        known = Identifier.guess(person.identifier)
    except InvalidCode as error:
        person.wrong = in_words(error)
        return person
    person.identifier = known.value
    person.owner = storage.find_owner(known)
    return person


def _new(request: Request, entry: Entry, chosen: Procedure) -> NewDossier:
    def owner(person: Person) -> uuid.UUID:
        identifier = Identifier.guess(person.identifier)
        born = person.born.isoformat() if person.born else ""
        return storage.owner_for(identifier, request.actor, name=person.name, born=born)

    agency = settings.HOSO.agency
    own = sorted(request.actor.agencies)
    return NewDossier(
        procedure=chosen.code,
        owner=owner(entry.applicant),
        applicant_name=entry.applicant.name,
        receive_agency=agency if agency in own or not own else own[0],
        parties={party: owner(person) for party, person in entry.parties.items() if person.identifier and person.name},
        channel=entry.channel,
        email=entry.email,
        phone=entry.phone,
        address=entry.applicant.address,
        language=request.POST.get("language", "vi"),
        choices=_choices(request.POST, chosen),
    )


def _choices(posted: QueryDict, chosen: Procedure) -> dict[str, Choice]:
    found = {}
    for component in chosen.components:
        decision = posted.get(f"decision-{component.id}", "")
        needed = bool(posted.get(f"needed-{component.id}")) if component.required_if_vi else None
        choice = Choice(
            decision=Decision(decision) if decision in {item.value for item in Decision} else None,
            reason=posted.get(f"reason-{component.id}", ""),
            legal_basis=posted.get(f"basis-{component.id}", ""),
            needed=needed,
            pages=whole_number(posted.get(f"pages-{component.id}", "")) or None,
        )
        if choice != Choice():
            found[component.id] = choice
    return found


def _haystack(item: Procedure) -> str:
    return fold(f"{item.name_vi} {item.name_en} {item.field_vi} {item.code}")


def _channel(text: str) -> Channel:
    return next((channel for channel in Channel if channel.value == whole_number(text)), Channel.COUNTER)


def _day(text: str) -> date | None:
    """A day as it is written in Vietnam, 15/06/1990."""
    try:
        return datetime.strptime(text.strip().replace("-", "/").replace(".", "/"), "%d/%m/%Y").date()  # noqa: DTZ007
    except ValueError:
        return None


def _today() -> date:
    return timezone.localdate()
