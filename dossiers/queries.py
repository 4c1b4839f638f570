"""What pages and systems read of dossiers: filtered by who asks, paged by key, counted up to a bound."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Generic, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Count as Count_
from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet
from django.utils import timezone

import storage
from accounts import STAFF, WORKER, Actor, Role
from catalogue import fold, nfc
from dossiers import calendar, permissions
from dossiers.errors import BadCursor, DossierNotFound, PartNotFound
from dossiers.models import Attachment, Component, Dossier, Result, Step
from dossiers.permissions import Side
from dossiers.states import OPEN, Act, ComponentState, Decision, ResultState, State

T = TypeVar("T", bound=Model)
PAGE = 50
CHUNK = 500
"""Attachments that the archive is asked about at once."""
BOUND = 1000


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list; `after` is the cursor that continues it, None on the last page."""

    items: tuple[T, ...]
    after: str | None


@dataclass(frozen=True, slots=True)
class Count:
    """How many there are, up to a bound: `more` says that there are more than `number`."""

    number: int
    more: bool

    def __str__(self) -> str:
        return f"{self.number}+" if self.more else str(self.number)


@dataclass(frozen=True, slots=True)
class Filter:
    """What a work list shows; every part that is set must match.

    `late` are running dossiers past their appointment, `risk` those whose appointment comes within one working day.
    `text` is a part of the code or of the applicant's name, with or without tone marks. `side` narrows to the agency's
    part in the dossier.
    """

    states: tuple[State, ...] = tuple(OPEN)
    agency: str = ""
    side: Side | None = None
    officer: str = ""
    desk: str = ""
    procedure: str = ""
    late: bool = False
    risk: bool = False
    text: str = ""


_COLUMNS = {Side.RECEIVE: "receive_agency", Side.DECIDE: "decide_agency", Side.HANDOVER: "handover_agency"}


def visible(actor: Actor) -> QuerySet[Dossier]:
    """The dossiers that the actor may know of: the same rule as `permissions.may_see`, as a query."""
    everything = Dossier.objects.all()
    if actor.id == WORKER.id or actor.has(Role.AUDITOR):
        return everything
    seen = Q(pk__in=())
    if actor.agencies and actor.has(*STAFF, Role.SYSTEM):
        for column in _COLUMNS.values():
            seen |= Q(**{f"{column}__in": sorted(actor.agencies)})
    if actor.owner:
        seen |= _owned(UUID(actor.owner))
    return everything.filter(seen)


def _owned(owner: UUID) -> Q:
    """The person's own matters and those filed for others, under whichever of their ids before a merge."""
    ids = storage.same_owners(owner)
    return Q(owner__in=ids) | Q(agent_owner__in=ids)


def dossier(id: UUID, actor: Actor) -> Dossier:
    """One dossier. Raises `DossierNotFound`, also where the actor may not know of it."""
    return _one(visible(actor).filter(pk=id))


def by_code(code: str, actor: Actor) -> Dossier:
    """The dossier of a code as printed. Raises `DossierNotFound`."""
    return _one(visible(actor).filter(code=code.strip().upper()))


def by_token(token: str) -> Dossier:
    """The dossier whose receipt carries the look-up token: whoever holds the receipt may see its progress, nothing
    else. Raises `DossierNotFound`."""
    return _one(Dossier.objects.filter(lookup_token=token))


def _one(found: QuerySet[Dossier]) -> Dossier:
    row = found.first()
    if row is None:
        raise DossierNotFound()
    return row


def result(id: UUID, actor: Actor) -> Result:
    """One result with its dossier. Raises `PartNotFound`, also where the actor may not know of it."""
    found = Result.objects.select_related("dossier").filter(pk=id).first()
    if found is None or not permissions.may_see(actor, found.dossier):
        raise PartNotFound()
    return found


def result_by_token(token: str) -> Result:
    """The result whose QR carries the verification token, for its status only. Raises `PartNotFound`."""
    found = Result.objects.select_related("dossier").filter(verify_token=token).first()
    if found is None:
        raise PartNotFound()
    return found


def result_of_document(document: UUID) -> Result | None:
    """The result that a document of the archive is, if it is one of ours."""
    return Result.objects.select_related("dossier").filter(document=document).first()


def component_of_document(document: UUID, dossier: UUID) -> Component | None:
    """The component that a document is attached to in a dossier."""
    return Component.objects.filter(dossier=dossier, attachments__document=document).first()


def _filtered(actor: Actor, wanted: Filter, now: datetime) -> QuerySet[Dossier]:
    found = visible(actor).filter(state__in=[state.value for state in wanted.states])
    if wanted.side is not None:
        among = [wanted.agency] if wanted.agency else sorted(actor.agencies)
        found = found.filter(**{f"{_COLUMNS[wanted.side]}__in": among})
    elif wanted.agency:
        mine = Q(receive_agency=wanted.agency) | Q(decide_agency=wanted.agency) | Q(handover_agency=wanted.agency)
        found = found.filter(mine)
    exact = {"officer": wanted.officer, "desk": wanted.desk, "procedure": wanted.procedure}
    found = found.filter(**{name: value for name, value in exact.items() if value})
    if wanted.late or wanted.risk:
        running = found.filter(state__in=[State.RECEIVED.value, State.PROCESSING.value])
        soon = calendar.current().add(now, timedelta(hours=8))
        found = running.filter(due_at__lt=now) if wanted.late else running.filter(due_at__gte=now, due_at__lt=soon)
    if wanted.text.strip():
        text = wanted.text.strip()
        found = found.filter(Q(code__contains=text.upper()) | Q(applicant_key__contains=fold(text)))
    return found


def work_list(
    actor: Actor,
    wanted: Filter | None = None,
    *,
    cursor: str | None = None,
    limit: int = PAGE,
    now: datetime | None = None,
) -> Page[Dossier]:
    """Dossiers, the most urgent appointment first. Raises `BadCursor`."""
    found = _filtered(actor, wanted or Filter(), now or timezone.now())
    return _page(found, "order_at", cursor, limit)


def count(actor: Actor, wanted: Filter | None = None, *, bound: int = BOUND, now: datetime | None = None) -> Count:
    """How many dossiers a work list holds; the database stops counting at the bound."""
    found = _filtered(actor, wanted or Filter(), now or timezone.now())
    number = found.order_by()[: bound + 1].count()
    return Count(min(number, bound), number > bound)


def desk_counts(actor: Actor, wanted: Filter | None = None, *, now: datetime | None = None) -> dict[str, Count]:
    """The bounded counts over a desk's lists: one for each open state, `late` and `risk`."""
    base, moment = wanted or Filter(), now or timezone.now()
    lists = {state.value: replace(base, states=(state,)) for state in State if state in OPEN or state is State.DONE}
    lists |= {"late": replace(base, late=True), "risk": replace(base, risk=True)}
    return {name: count(actor, each, now=moment) for name, each in lists.items()}


def of_owner(owner: UUID, *, cursor: str | None = None, limit: int = PAGE) -> Page[Dossier]:
    """A citizen's own dossiers, newest first, those filed as an agent included. Raises `BadCursor`."""
    found = Dossier.objects.filter(_owned(owner))
    return _page(found, "registered_at", cursor, limit, newest_first=True)


def results_waiting(
    actor: Actor,
    state: ResultState = ResultState.DRAFT,
    *,
    text: str = "",
    until: datetime | None = None,
    cursor: str | None = None,
    limit: int = PAGE,
) -> Page[Result]:
    """The results in a state at the actor's deciding agencies, oldest first: drafts for the leader, signed ones for
    the seal clerk. `text` is a part of the code, the title or the applicant's name; with `until` only those that waited
    by then as they wait now: nothing drafted, changed, signed or come back since. `edits` on each says how often its
    draft was changed. Raises `BadCursor`."""
    found = _waiting(actor, state, text)
    if until is not None:
        found = found.exclude(Exists(Step.objects.filter(result=OuterRef("pk"), at__gt=until)))
    edits = Count_("steps", filter=Q(steps__act=Act.EDIT_RESULT.value))
    return _page(found.annotate(edits=edits), "drafted_at", cursor, limit)


def count_waiting(actor: Actor, state: ResultState = ResultState.DRAFT, *, text: str = "") -> Count:
    """How many results `results_waiting` lists; the database stops counting at the bound."""
    number = _waiting(actor, state, text).order_by()[: BOUND + 1].count()
    return Count(min(number, BOUND), number > BOUND)


def _waiting(actor: Actor, state: ResultState, text: str) -> QuerySet[Result]:
    found = Result.objects.select_related("dossier").filter(
        state=state.value, dossier__decide_agency__in=sorted(actor.agencies)
    )
    if text.strip():
        part = nfc(text).strip()
        found = found.filter(
            Q(code__contains=part.upper()) | Q(title__icontains=part) | Q(dossier__applicant_key__contains=fold(part))
        )
    if state is ResultState.DRAFT:
        found = found.exclude(dossier__state__in=[State.REFUSED.value, State.STOPPED.value, State.WITHDRAWN.value])
    return found


def copies_waiting(
    actor: Actor,
    *,
    text: str = "",
    only: Collection[int] | None = None,
    without: Collection[UUID] = (),
    until: datetime | None = None,
    cursor: str | None = None,
    limit: int = PAGE,
) -> Page[Attachment]:
    """The copies that somebody has checked and nobody has signed, in open dossiers that the actor's agencies receive or
    decide, the longest checked first. `text` is a part of the dossier's code, the applicant's name or the component's
    title; `only` these attachments; `without` documents whose signature is asked for already; with `until` only those
    checked by then. Raises `BadCursor`."""
    found = _checked(actor, text)
    if only is not None:
        found = found.filter(pk__in=only)
    if until is not None:
        found = found.filter(confirmed_at__lte=until)
    rows: list[Attachment] = []
    while True:
        page = _page(found, "confirmed_at", cursor, CHUNK)
        left = storage.unsigned(row.document for row in page.items).difference(without)
        rows += [row for row in page.items if row.document in left]
        if len(rows) > limit:
            return Page(tuple(rows[:limit]), _cursor(rows[limit - 1], "confirmed_at"))
        if page.after is None:
            return Page(tuple(rows), None)
        cursor = page.after


def _checked(actor: Actor, text: str) -> QuerySet[Attachment]:
    """Attachments that somebody has checked, in open dossiers of the actor's agencies."""
    ours = sorted(actor.agencies)
    found = Attachment.objects.select_related("component__dossier").filter(
        Q(component__dossier__receive_agency__in=ours) | Q(component__dossier__decide_agency__in=ours),
        confirmed_at__isnull=False,
        component__dossier__state__in=[state.value for state in OPEN],
    )
    if text.strip():
        part = nfc(text).strip()
        found = found.filter(
            Q(component__dossier__code__contains=part.upper())
            | Q(component__title__icontains=part)
            | Q(component__dossier__applicant_key__contains=fold(part))
        )
    return found


def notices_due(now: datetime | None = None, limit: int = PAGE) -> tuple[Component, ...]:
    """Components whose look-up failed and whose applicant must be told, the nearest end of the 08 working hours first;
    past ones too (Resolution 66.7/2025/NQ-CP)."""
    waiting = Component.objects.select_related("dossier").filter(
        notice_due_at__isnull=False,
        decision=Decision.LOOKUP.value,
        state=ComponentState.WAITING.value,
        dossier__state__in=[state.value for state in OPEN],
    )
    if now is not None:
        waiting = waiting.filter(notice_due_at__lte=now)
    return tuple(waiting.order_by("notice_due_at", "id")[:limit])


def _page(found: QuerySet[T], column: str, cursor: str | None, limit: int, *, newest_first: bool = False) -> Page[T]:
    """A page by key: no offset, so the last page costs what the first does and nothing is skipped or shown twice."""
    if cursor:
        at, id = _read_cursor(cursor, found.model)
        step = "lt" if newest_first else "gt"
        found = found.filter(Q(**{f"{column}__{step}": at}) | Q(**{column: at, f"id__{step}": id}))
    order: Sequence[F] = [F(column), F("id")]
    rows = list(found.order_by(*(name.desc() if newest_first else name.asc() for name in order))[: limit + 1])
    more = len(rows) > limit
    rows = rows[:limit]
    return Page(tuple(rows), _cursor(rows[-1], column) if more else None)


def _cursor(row: Model, column: str) -> str:
    text = f"{getattr(row, column).isoformat()}|{row.pk}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_cursor(cursor: str, model: type[Model]) -> tuple[datetime, object]:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        at, id = text.split("|")
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None:
            raise ValueError("naive")
        return moment, model._meta.pk.to_python(id)
    except (ValueError, ValidationError, binascii.Error) as error:
        raise BadCursor() from error


def unissued(documents: Iterable[UUID]) -> set[UUID]:
    """Those of the documents that are results still on their way: signed perhaps, but not sealed and issued."""
    out = (ResultState.ISSUED, ResultState.REVOKED, ResultState.REPLACED)
    waiting = Result.objects.filter(document__in=list(documents)).exclude(state__in=out)
    return {document for document in waiting.values_list("document", flat=True) if document is not None}
