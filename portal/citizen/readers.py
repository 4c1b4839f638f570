"""Who has seen my documents: each read is an event, and here the person it is about reads them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

import storage
from accounts import WORKER, Actor
from catalogue import UnknownEntry, procedure
from dossiers import queries
from dossiers.services import purpose_of
from portal.citizen.frames import citizen, known, owner_of
from portal.citizen.words import CHANGES, READS, agency_name
from portal.http import VISITOR, Request, whole_number
from storage import EventView

PAGE = 25
BATCH = 200
BATCHES = 10
"""So many batches are gone through for one page, however many events of other kinds lie between."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One event as the person reads it."""

    event: EventView
    who: str
    agency: str
    what: str | Promise
    why: str
    paper: storage.Handle | None
    dossier: UUID | None
    own: bool
    refused: bool


@require_GET
def events(request: Request) -> HttpResponse:
    """Reads by others, newest first; `?all=yes` shows everything, the person's own looks too."""
    actor, everything = citizen(request), request.GET.get("all") == "yes"
    owner, before = owner_of(actor), whole_number(request.GET.get("before", ""))
    found, after = _page(owner, actor, everything, before) if owner else ([], None)
    return render(
        request,
        "citizen/events.html",
        {"events": _told(found, actor), "before": after, "everything": everything, "owner": owner},
    )


def _page(owner: UUID, actor: Actor, everything: bool, before: int | None) -> tuple[list[EventView], int | None]:
    """The events of a page and where the next one begins."""
    kept: list[EventView] = []
    for _batch in range(BATCHES):
        batch = storage.events_for_owner(owner, before=before, limit=BATCH)
        for event in batch:
            if everything or (event.action in READS and event.actor not in (actor.id, WORKER.id)):
                kept.append(event)
            if len(kept) == PAGE:
                return kept, event.seq
        if len(batch) < BATCH:
            return kept, None
        before = batch[-1].seq
    return kept, before


def _told(found: list[EventView], actor: Actor) -> list[Seen]:
    papers = {one.document: known(one.document, actor) for one in found}
    codes = {one.dossier for one in found if one.dossier}
    dossiers = dict(queries.visible(actor).filter(code__in=codes).values_list("code", "id"))
    return [
        Seen(
            event=one,
            who=_who(one, actor),
            agency=", ".join(agency_name(code) for code in one.agencies),
            what=READS.get(one.action) or CHANGES.get(one.action) or one.action,
            why=_why(one),
            paper=papers[one.document],
            dossier=dossiers.get(one.dossier),
            own=one.actor == actor.id,
            refused=one.result != "ok",
        )
        for one in found
    ]


def _who(event: EventView, actor: Actor) -> str:
    if event.actor == actor.id:
        return _("Bạn")
    if event.actor == VISITOR.id:
        return _("Người cầm giấy tờ (không đăng nhập)")
    if event.actor == WORKER.id:
        return _("Hệ thống, tự động")
    return event.actor_name or event.actor


def _why(event: EventView) -> str:
    """The legal basis in words; the text that was stated stands beside it."""
    basis, _sep, code = event.legal_basis.partition(":")
    if basis == "TTHC":
        try:
            entry = procedure(code)
            name = entry.name_en if get_language() == "en" else entry.name_vi
        except UnknownEntry:
            name = code
        words = _("Giải quyết thủ tục: %(name)s") % {"name": name}
    else:
        known_words = {
            "OWNER": _("Bạn xem giấy tờ của mình"),
            "CONSENT": _("Theo sự đồng ý của bạn"),
            "LAW": _("Theo luật: %(code)s") % {"code": code},
            "EMERGENCY": _("Trường hợp khẩn cấp"),
        }
        words = known_words.get(basis, event.legal_basis)
    stated = event.purpose if event.purpose != purpose_of("", "").text else ""
    return f"{words}. {stated}" if stated else words
