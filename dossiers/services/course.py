"""The dossier's course: accepting, supplementing, processing, refusing, stopping, finishing, handing over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from accounts import Actor
from catalogue import TimeLimit, Unit, nfc
from dossiers import calendar
from dossiers.errors import BadDossier, ComponentsOpen, DecisionTaken, NoResult, PartNotFound, ReasonMissing
from dossiers.models import Component, Dossier, Pause, Result, Step
from dossiers.services.acting import Acting, acting
from dossiers.states import UNDERWAY, Act, ComponentState, ResultState


class Delivery(StrEnum):
    """How a result reaches the applicant."""

    ELECTRONIC = "electronic"
    PAPER = "paper"
    POST = "post"


def needed(reason: str) -> str:
    """The reason as it is printed. Raises `ReasonMissing`."""
    text = nfc(reason).strip()
    if not text:
        raise ReasonMissing()
    return text


def start_clock(dossier: Dossier, at: datetime) -> None:
    """Sets the day of receipt and the appointment that follows from the procedure's time limit, if it has one."""
    dossier.received_at = at
    if dossier.limit_unit and dossier.limit_amount is not None:
        limit = TimeLimit(dossier.limit_amount, Unit(dossier.limit_unit), dossier.limit_same_day)
        dossier.due_at = dossier.first_due_at = calendar.current().due(limit, at)
        dossier.order_at = dossier.due_at


def accept(dossier: UUID, actor: Actor, *, key: str | None = None, at: datetime | None = None) -> Dossier:
    """Takes in a dossier that was registered: the clock starts, the receipt (form 01) is due. Raises `IllegalAct`."""
    with acting(dossier, Act.ACCEPT, actor, key=key, at=at) as doing:
        if not doing.repeated:
            start_clock(doing.dossier, doing.at)
            doing.move()
    return doing.dossier


def request_supplement(
    dossier: UUID,
    actor: Actor,
    *,
    reason: str,
    items: Sequence[str] = (),
    key: str | None = None,
    at: datetime | None = None,
) -> Dossier:
    """Asks for everything that is missing in one list (form 02) and stops the clock until it comes.

    A second request is allowed, but the national indicator 2.1 counts the dossier as late. Raises `ReasonMissing`,
    `IllegalAct`.
    """
    with acting(dossier, Act.REQUEST_SUPPLEMENT, actor, key=key, at=at) as doing:
        if not doing.repeated:
            before = doing.dossier.state
            doing.dossier.supplements += 1
            doing.move(reason=needed(reason), details={"items": [nfc(item).strip() for item in items]})
            Pause.objects.create(dossier=doing.dossier, resumes=before, started_at=doing.at)
    return doing.dossier


def supplement_received(dossier: UUID, actor: Actor, *, key: str | None = None, at: datetime | None = None) -> Dossier:
    """The supplement is complete: the clock goes on where it stood. Raises `IllegalAct`."""
    with acting(dossier, Act.SUPPLEMENT_RECEIVED, actor, key=key, at=at) as doing:
        if not doing.repeated:
            doing.move()
    return doing.dossier


def start_processing(dossier: UUID, actor: Actor, *, key: str | None = None, at: datetime | None = None) -> Dossier:
    """Hands the dossier to who decides. Raises `ComponentsOpen` while a required component is not settled (Resolution
    27/NQ-CP of 2025: digitise before processing), `IllegalAct`."""
    with acting(dossier, Act.START_PROCESSING, actor, key=key, at=at) as doing:
        if not doing.repeated:
            waiting = Component.objects.filter(dossier=doing.dossier, required=True).exclude(
                state=ComponentState.SETTLED
            )
            titles = list(waiting.values_list("title", flat=True))
            if titles:
                raise ComponentsOpen(count=len(titles), titles="; ".join(titles))
            doing.move()
    return doing.dossier


def extend(
    dossier: UUID,
    actor: Actor,
    *,
    reason: str,
    due_at: datetime,
    key: str | None = None,
    at: datetime | None = None,
) -> Dossier:
    """Apologises and sets a later appointment (form 04). Raises `ReasonMissing`, `BadDossier` where the new one is not
    later, `IllegalAct`."""
    with acting(dossier, Act.EXTEND, actor, key=key, at=at) as doing:
        if not doing.repeated:
            old = doing.dossier.due_at
            if old is None or due_at <= max(old, doing.at):
                raise BadDossier(field="due_at")
            doing.dossier.due_at = doing.dossier.order_at = due_at
            doing.dossier.extensions += 1
            doing.move(reason=needed(reason), details={"due_before": old.isoformat(), "due_at": due_at.isoformat()})
    return doing.dossier


def _close(doing: Acting, reason: str) -> None:
    if doing.repeated:
        return
    if Result.objects.filter(dossier=doing.dossier, state__in=UNDERWAY).exists():
        raise DecisionTaken()
    doing.dossier.closed_at = doing.dossier.ended_at = doing.at
    doing.move(reason=needed(reason))


def refuse(dossier: UUID, actor: Actor, *, reason: str, key: str | None = None, at: datetime | None = None) -> Dossier:
    """Refuses the dossier (form 03). Raises `ReasonMissing`, `DecisionTaken`, `IllegalAct`."""
    with acting(dossier, Act.REFUSE, actor, key=key, at=at) as doing:
        _close(doing, reason)
    return doing.dossier


def stop(dossier: UUID, actor: Actor, *, reason: str, key: str | None = None, at: datetime | None = None) -> Dossier:
    """Stops a received dossier while no decision is taken (form 05, Decree 118/2025/NĐ-CP Art. 21).

    Raises `ReasonMissing`, `DecisionTaken`, `IllegalAct`.
    """
    with acting(dossier, Act.STOP, actor, key=key, at=at) as doing:
        _close(doing, reason)
    return doing.dossier


def withdraw(
    dossier: UUID, actor: Actor, *, reason: str, key: str | None = None, at: datetime | None = None
) -> Dossier:
    """The applicant takes the dossier back (form 05). Raises `ReasonMissing`, `DecisionTaken`, `IllegalAct`."""
    with acting(dossier, Act.WITHDRAW, actor, key=key, at=at) as doing:
        _close(doing, reason)
    return doing.dossier


def finish(dossier: UUID, actor: Actor, *, key: str | None = None, at: datetime | None = None) -> Dossier:
    """Ends the processing; issuing the last result does this by itself. Raises `NoResult` where the procedure returns
    a paper and none is issued, or one is not issued yet; `IllegalAct`."""
    with acting(dossier, Act.FINISH, actor, key=key, at=at) as doing:
        if not doing.repeated:
            states = set(Result.objects.filter(dossier=doing.dossier).values_list("state", flat=True))
            if doing.dossier.returns_paper and ResultState.ISSUED not in states:
                raise NoResult()
            doing.dossier.finished_at = doing.dossier.ended_at = doing.at
            doing.move()
    return doing.dossier


def hand_over(
    dossier: UUID,
    actor: Actor,
    *,
    delivery: Delivery = Delivery.ELECTRONIC,
    key: str | None = None,
    at: datetime | None = None,
) -> Dossier:
    """The applicant has the result: electronically, on paper or by post. Raises `IllegalAct`."""
    with acting(dossier, Act.HAND_OVER, actor, key=key, at=at) as doing:
        if not doing.repeated:
            doing.dossier.delivery = Delivery(delivery).value
            doing.dossier.closed_at = doing.at
            doing.move(details={"delivery": doing.dossier.delivery})
    return doing.dossier


def attach_form(step: int, document: UUID, actor: Actor) -> Step:
    """Files the PDF of a form with the step that it tells of. Raises `PartNotFound`."""
    found = Step.objects.filter(pk=step).first()
    if found is None:
        raise PartNotFound()
    with acting(found.dossier_id, Act.ATTACH_FORM, actor):
        found.document = document
        found.save(update_fields=["document"])
    return found
