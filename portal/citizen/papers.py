"""A person's documents in the archive, sorted as the person thinks of them: results, papers, forms."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

import storage
from accounts import Actor
from catalogue import UnknownEntry, kind
from dossiers.models import Result, Step
from dossiers.states import ResultState
from portal.citizen.frames import OWN, owner_of

PAGE = 50
SHOWN = tuple(status for status in storage.Status if status is not storage.Status.DESTROYED)
ISSUED = (ResultState.ISSUED, ResultState.REVOKED, ResultState.REPLACED)
WORDS: dict[storage.Status, tuple[str, str | Promise]] = {
    storage.Status.ACTIVE: ("green", _("Còn hiệu lực")),
    storage.Status.SUPERSEDED: ("red", _("Đã được thay thế")),
    storage.Status.REVOKED: ("red", _("Đã bị thu hồi")),
    storage.Status.RESTRICTED: ("amber", _("Hạn chế sử dụng")),
}


@dataclass(frozen=True, slots=True)
class Paper:
    """A document and how it stands today."""

    handle: storage.Handle
    tone: str
    word: str | Promise

    @property
    def kind_name(self) -> str:
        """The name of its kind in the language of the page."""
        try:
            entry = kind(self.handle.kind)
        except UnknownEntry:
            return self.handle.title
        return entry.name_en if get_language() == "en" else entry.name_vi


@dataclass(frozen=True, slots=True)
class Papers:
    """One page of a person's documents, newest first; `after` continues it."""

    results: tuple[Paper, ...]
    papers: tuple[Paper, ...]
    forms: tuple[Paper, ...]
    after: str | None


def of(actor: Actor, after: str = "") -> Papers:
    """The person's documents; an event in the log like every search. Raises BadCursor."""
    owner = owner_of(actor)
    if owner is None:
        return Papers((), (), (), None)
    found = storage.search(storage.Query(owner=owner, statuses=SHOWN), actor, OWN, after=after, limit=PAGE)
    ids = [handle.id for handle in found.handles]
    states = dict(Result.objects.filter(document__in=ids).values_list("document", "state"))
    forms = set(Step.objects.filter(document__in=ids).values_list("document", flat=True))
    papers = [paper(handle) for handle in found.handles if states.get(handle.id, ISSUED[0]) in ISSUED]
    return Papers(
        results=tuple(one for one in papers if one.handle.id in states),
        papers=tuple(one for one in papers if one.handle.id not in states and one.handle.id not in forms),
        forms=tuple(one for one in papers if one.handle.id in forms),
        after=found.after,
    )


def paper(handle: storage.Handle) -> Paper:
    """A document with its standing: a scan that nobody has certified yet counts for nothing so far."""
    if handle.status is not storage.Status.ACTIVE:
        return Paper(handle, *WORDS[handle.status])
    if handle.valid_to is not None and handle.valid_to < timezone.localdate():
        return Paper(handle, "amber", _("Hết hiệu lực"))
    if not handle.signature_level:
        return Paper(handle, "plain", _("Chưa ký số"))
    return Paper(handle, *WORDS[handle.status])
