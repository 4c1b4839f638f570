"""The way of a dossier as its applicant follows it: stages, dated steps, what is asked of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dossiers.models import Component, Dossier, Step
from dossiers.states import BEFORE_RECEIPT, OPEN, Act, ComponentState, Decision, State
from portal.citizen.words import ACTS, PLAIN, agency_name

WAY = (State.RECEIVED, State.PROCESSING, State.DONE, State.RETURNED)
"""The stages of a dossier that nothing stops."""
ENDS = (State.REFUSED, State.STOPPED, State.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Moment:
    """A dated step. `reason` and `document` are for the applicant only."""

    at: datetime
    title: str | Promise
    reason: str = ""
    document: UUID | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """Where a dossier stands: its stages with how far each is (done, now, stopped or nothing), and its steps."""

    plain: str | Promise
    stages: tuple[tuple[State, str], ...]
    moments: tuple[Moment, ...]
    asked: tuple[str, ...] = ()


def public(dossier: Dossier) -> Course:
    """For whoever holds the receipt: stages and dates, no reasons, no names."""
    moved = [step for step in dossier.steps.all() if step.state_from != step.state_to or step.act == Act.EXTEND]
    moments = tuple(Moment(step.at, _title(step)) for step in moved)
    return Course(PLAIN[State(dossier.state)], stages(State(dossier.state)), moments[::-1])


def own(dossier: Dossier) -> Course:
    """For the applicant: with reasons and what is asked of them."""
    told = [step for step in dossier.steps.all() if Act(step.act) in ACTS]
    moments = tuple(Moment(step.at, _title(step), step.reason, step.document) for step in told)
    return Course(PLAIN[State(dossier.state)], stages(State(dossier.state)), moments[::-1], asked(dossier))


def stages(state: State) -> tuple[tuple[State, str], ...]:
    """The stages with how far each is."""
    if state in ENDS:
        return ((State.RECEIVED, "done"), (state, "stopped"))
    at = State.RECEIVED if state in BEFORE_RECEIPT else state
    place, over = WAY.index(at), state is State.RETURNED
    return tuple(
        (stage, "done" if number < place or over else "now" if number == place else "")
        for number, stage in enumerate(WAY)
    )


def asked(dossier: Dossier) -> tuple[str, ...]:
    """What the applicant has to do now, one thing a line; empty when they only have to wait."""
    if dossier.state == State.SUPPLEMENT:
        return _supplement(dossier)
    if dossier.state == State.DONE:
        where = agency_name(dossier.handover_agency)
        return (_("Nhận kết quả tại %(where)s, hoặc tải bản điện tử trong hồ sơ này.") % {"where": where},)
    if dossier.state not in OPEN:
        return ()
    waiting = dossier.components.filter(required=True, state=ComponentState.WAITING)
    return tuple(line for line in map(_missing, waiting) if line)


def _supplement(dossier: Dossier) -> tuple[str, ...]:
    step = dossier.steps.filter(act=Act.REQUEST_SUPPLEMENT).last()
    if step is None:
        return ()
    items = tuple(str(item) for item in step.details.get("items", ()))
    return items or tuple(line for line in (step.reason,) if line)


def _missing(component: Component) -> str:
    title = component.title_en or component.title if get_language() == "en" else component.title
    if component.decision == Decision.SCAN:
        return _("Nộp: %(title)s") % {"title": title}
    if component.decision == Decision.SHOWN:
        return _("Mang theo để đối chiếu: %(title)s") % {"title": title}
    return ""


def _title(step: Step) -> str | Promise:
    return ACTS.get(Act(step.act), step.act)
