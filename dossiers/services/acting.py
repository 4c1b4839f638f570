"""The frame of every act: lock the dossier, check who acts, know a repeated key, write the step, send the signal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts import Actor
from catalogue import Unit
from dossiers import calendar, permissions
from dossiers.errors import DossierNotFound, KeyReused, PartNotFound
from dossiers.models import Component, Dossier, Pause, Result, Step
from dossiers.moves import MOVES, illegal, starts, target
from dossiers.signals import Change, dossier_changed
from dossiers.states import OPEN, Act, State

ACTOR_NAME = 200


@dataclass(slots=True)
class Acting:
    """One act underway inside its transaction.

    `at` is never earlier than the dossier's last step: a client's slow clock cannot turn time back. `repeated` says
    that the same key did the same act before: nothing is to be done again.
    """

    dossier: Dossier
    act: Act
    actor: Actor
    at: datetime
    key: str | None = None
    repeated: bool = False

    def step(
        self,
        *,
        state_from: str | None = None,
        reason: str = "",
        details: Mapping[str, object] | None = None,
        form: str = "",
        component: Component | None = None,
        result: Result | None = None,
    ) -> Step:
        """Saves the dossier, writes the step and tells of it; the last thing that an act does."""
        self.dossier.save()
        step = Step.objects.create(
            dossier=self.dossier,
            act=self.act.value,
            state_from=self.dossier.state if state_from is None else state_from,
            state_to=self.dossier.state,
            component=component,
            result=result,
            at=self.at,
            by=self.actor.id,
            by_name=self.actor.name[:ACTOR_NAME],
            agency=agency_of(self.actor, self.dossier),
            reason=reason,
            details=dict(details or {}),
            form=form,
            key=self.key,
        )
        dossier_changed.send(
            sender=Dossier,
            change=Change(self.dossier, self.act, step, component=component, result=result),
        )
        return step

    def move(self, *, reason: str = "", details: Mapping[str, object] | None = None) -> Step:
        """Moves the dossier as the machine says. Raises `IllegalAct`."""
        before = State(self.dossier.state)
        pause = running_pause(self.dossier)
        goal = target(self.act, before, State(pause.resumes) if pause else None)
        if pause is not None and before is State.SUPPLEMENT:
            end_pause(self.dossier, pause, self.at)
        self.dossier.state = goal.value
        return self.step(state_from=before.value, reason=reason, details=details, form=MOVES[self.act].form)


def agency_of(actor: Actor, dossier: Dossier) -> str:
    """The agency that the act is put down to: of the actor's, the one that stands on the dossier."""
    for agency in (dossier.decide_agency, dossier.receive_agency, dossier.handover_agency):
        if agency in actor.agencies:
            return agency
    return ""


def running_pause(dossier: Dossier) -> Pause | None:
    """The pause that runs now, if any."""
    return Pause.objects.filter(dossier=dossier, ended_at__isnull=True).first()


def end_pause(dossier: Dossier, pause: Pause, at: datetime) -> None:
    """Ends the pause and puts the appointment off by as much as the clock stood."""
    pause.ended_at = max(at, pause.started_at)
    pause.save(update_fields=["ended_at"])
    if dossier.due_at is not None:
        unit = Unit(dossier.limit_unit)
        dossier.due_at = calendar.current().resumed(unit, dossier.due_at, pause.started_at, pause.ended_at)
        dossier.order_at = dossier.due_at


def locked(dossier_id: UUID, actor: Actor) -> Dossier:
    """The dossier's row, locked. Raises `DossierNotFound`, also where the actor may not know of it."""
    dossier = Dossier.objects.select_for_update().filter(pk=dossier_id).first()
    if dossier is None or not permissions.may_see(actor, dossier):
        raise DossierNotFound()
    return dossier


@contextmanager
def acting(
    dossier_id: UUID, act: Act, actor: Actor, *, key: str | None = None, at: datetime | None = None
) -> Iterator[Acting]:
    """Opens an act in a transaction. Raises `DossierNotFound`, `NotAllowed`, `KeyReused`, `IllegalAct`."""
    with transaction.atomic():
        dossier = locked(dossier_id, actor)
        permissions.demand(act, actor, dossier)
        before = Step.objects.filter(dossier=dossier, key=key).first() if key else None
        if before is not None and before.act != act.value:
            raise KeyReused()
        state, received = State(dossier.state), dossier.received_at is not None
        if before is None and act in MOVES and not starts(act, state, received=received):
            raise illegal(act, state)
        last = Step.objects.filter(dossier=dossier).aggregate(last=Max("at"))["last"]
        moment = at or timezone.now()
        yield Acting(dossier, act, actor, max(moment, last) if last else moment, key or None, before is not None)


@contextmanager
def acting_on_component(
    component_id: UUID, act: Act, actor: Actor, *, key: str | None = None, at: datetime | None = None
) -> Iterator[tuple[Acting, Component]]:
    """Opens an act on a component of an open dossier. Raises `PartNotFound`, `IllegalAct` and what `acting` raises."""
    found = Component.objects.filter(pk=component_id).values_list("dossier_id", flat=True).first()
    if found is None:
        raise PartNotFound()
    with acting(found, act, actor, key=key, at=at) as doing:
        if doing.dossier.state not in OPEN:
            raise illegal(act, State(doing.dossier.state))
        component = Component.objects.get(pk=component_id)
        component.dossier = doing.dossier
        yield doing, component


@contextmanager
def acting_on_result(
    result_id: UUID, act: Act, actor: Actor, *, key: str | None = None, at: datetime | None = None
) -> Iterator[tuple[Acting, Result]]:
    """Opens an act on a result. Raises `PartNotFound` and what `acting` raises."""
    found = Result.objects.filter(pk=result_id).values_list("dossier_id", flat=True).first()
    if found is None:
        raise PartNotFound()
    with acting(found, act, actor, key=key, at=at) as doing:
        result = Result.objects.get(pk=result_id)
        result.dossier = doing.dossier
        yield doing, result
