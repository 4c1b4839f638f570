"""What waits for signature and seal: copies, results; and the press that signs or seals many."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts import Actor, Role
from dossiers import permissions, queries
from dossiers.errors import PartNotFound
from dossiers.models import Result
from dossiers.queries import Count
from dossiers.states import Act, ResultState
from portal.desk import copies
from portal.desk.frames import id_of
from portal.errors import BadRequest
from portal.http import Request, whole_number
from workers import bulk

SHOWN = 100
"""Results on one page."""
MOST = queries.BOUND
"""So many results are signed by one press."""
KINDS = {Act.START_SIGNING: "sign-result", Act.START_SEALING: "seal-result"}
STATES = {Act.START_SIGNING: ResultState.DRAFT, Act.START_SEALING: ResultState.SIGNED}


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of what waits for an act, and how many there are in all."""

    rows: tuple[Result, ...]
    after: str | None
    count: Count

    @classmethod
    def of(cls, act: Act, actor: Actor, text: str, cursor: str) -> Queue:
        """The page after the cursor. Raises BadCursor."""
        page = queries.results_waiting(actor, STATES[act], text=text, cursor=cursor or None, limit=SHOWN)
        return cls(page.items, page.after, queries.count_waiting(actor, STATES[act], text=text))


@require_GET
def waiting(request: Request) -> HttpResponse:
    """The queues, and the batches of this person that are under way."""
    now = timezone.now()  # before the lists are read: what comes in meanwhile was not seen
    actor, text = request.actor, request.GET.get("q", "").strip()
    signing = (ResultState.SIGNING, ResultState.SEALING)
    return render(
        request,
        "desk/results.html",
        {
            "to_sign": Queue.of(Act.START_SIGNING, actor, text, request.GET.get("sign", "")),
            "to_seal": Queue.of(Act.START_SEALING, actor, text, request.GET.get("seal", "")),
            "to_certify": (
                copies.Queue.of(actor, text, request.GET.get("copies", ""), SHOWN) if actor.has(Role.OFFICER) else None
            ),
            "text": text,
            "now": now.isoformat(),
            "key": str(uuid4()),
            "leader": actor.has(Role.LEADER),
            "clerk": actor.has(Role.SEAL_CLERK),
            "batches": bulk.under_way(actor)[:10],
            "underway": [item for state in signing for item in queries.results_waiting(actor, state).items],
        },
    )


@require_POST
def many(request: Request, act: str) -> HttpResponse:
    """Signs or seals everything chosen by one press, as one batch; sent twice, it is the same batch."""
    if act == copies.ACT:
        kind, items = copies.KIND, _copies(request)
    elif act in KINDS:
        kind, items = KINDS[Act(act)], [_item(result, edits) for result, edits in _chosen(request, Act(act))]
    else:
        raise PartNotFound()
    if not items:
        messages.warning(request, _("Chưa chọn văn bản nào."))
        return HttpResponseRedirect(reverse("desk:results"))
    batch = bulk.begin(kind, items, request.actor, key=request.POST.get("key", "")[:80] or str(uuid4()))
    return HttpResponseRedirect(reverse("desk:batch", args=[batch.id]))


def _item(result: Result, edits: int | None) -> bulk.Item:
    payload: dict[str, object] = {"result": str(result.id)}
    return bulk.Item(str(result.id), payload | ({} if edits is None else {"edits": edits}), result.dossier.code)


def _copies(request: Request) -> list[bulk.Item]:
    """The ticked copies, or all that waited when the page was opened. Raises NotAllowed, BadRequest."""
    posted = request.POST
    if posted.get("whole"):
        return copies.items(
            request.actor, only=None, text=posted.get("text", ""), until=_moment(posted.get("until", ""))
        )
    told = [whole_number(value) for value in posted.getlist("result")[:MOST]]
    return copies.items(request.actor, only=[number for number in told if number is not None])


def _chosen(request: Request, act: Act) -> Iterable[tuple[Result, int | None]]:
    """The ticked results, or all that waited, as they are, when the page was opened; each with how often its draft had
    been edited. Raises PartNotFound, NotAllowed, BadRequest."""
    found: dict[str, tuple[Result, int | None]] = {}
    if request.POST.get("whole"):
        until = _moment(request.POST.get("until", ""))
        text = request.POST.get("text", "")
        rows = queries.results_waiting(request.actor, STATES[act], text=text, until=until, limit=MOST).items
        found = {str(row.pk): (row, getattr(row, "edits", None)) for row in rows}
    else:
        for told in request.POST.getlist("result")[:MOST]:
            name, _sep, edits = told.partition(":")
            row = queries.result(id_of(name), request.actor)
            found[str(row.pk)] = (row, whole_number(edits))
    for row, _edits in found.values():
        permissions.demand(act, request.actor, row.dossier)
    return found.values()


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadRequest() from None
    if moment.tzinfo is None:
        raise BadRequest()
    return moment
