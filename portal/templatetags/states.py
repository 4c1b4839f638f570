"""States, decisions and times of a dossier as badges and words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from enum import IntEnum, StrEnum

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext

from accounts import Role
from catalogue import Party
from dossiers.checklist import Item
from dossiers.labels import label
from dossiers.models import Dossier
from dossiers.states import Act, Channel, ComponentState, Decision, EndCause, ResultState, State
from portal.desk.acts import AGAIN
from portal.labels import ACTIONS, INDICATORS, JOB_KINDS, JOB_STAGES, LEVEL_REASONS, LISTS, PARTIES, ROLE_NAMES
from workers import Job

register = template.Library()

TONES: dict[StrEnum, str] = {
    State.RECEIVED: "blue",
    State.PROCESSING: "blue",
    State.SUPPLEMENT: "amber",
    State.DONE: "green",
    State.RETURNED: "green",
    State.REFUSED: "red",
    State.STOPPED: "red",
    ResultState.SIGNING: "blue",
    ResultState.SIGNED: "amber",
    ResultState.SEALING: "blue",
    ResultState.SEALED: "green",
    ResultState.ISSUED: "green",
    ResultState.REVOKED: "red",
    Decision.SCAN: "blue",
    Decision.REUSE: "green",
    Decision.LOOKUP: "amber",
    ComponentState.ATTACHED: "amber",
    ComponentState.SETTLED: "green",
}


def _said(value: StrEnum | IntEnum) -> str:
    return label(value, get_language() or "vi")


def _badge(value: StrEnum, plain: str = "") -> SafeString:
    tone = TONES.get(value)
    return format_html('<span class="badge{}{}">{}</span>', f" badge-{tone}" if tone else "", plain, _said(value))


FILE_AT_FAULT = frozenset(
    f"digitize.{what}"
    for what in (
        "cannot_cut", "damaged", "empty", "encrypted", "no_pages", "page_too_large", "too_large", "too_many_pages",
        "unknown_format",
    )
)  # fmt: skip
"""Errors that another attempt on the same file meets again."""


@register.filter
def state_badge(value: str) -> SafeString:
    """The state of a dossier."""
    return _badge(State(value))


@register.filter
def result_badge(value: str) -> SafeString:
    """The state of a result."""
    return _badge(ResultState(value))


@register.filter
def result_name(value: str) -> str:
    """The state of a result in words alone."""
    return _said(ResultState(value))


@register.simple_tag
def end_causes() -> list[tuple[str, str]]:
    """Why a result may end, as everybody may know: value and words."""
    return [(cause.value, _said(cause)) for cause in EndCause]


@register.filter
def decision_badge(value: str) -> SafeString:
    """What is done about a component."""
    return _badge(Decision(value), " badge-plain")


@register.filter
def component_badge(value: str) -> SafeString:
    """How far a component is."""
    return _badge(ComponentState(value))


@register.filter
def role_names(values: Iterable[str]) -> str:
    """The roles of an account as people read them."""
    return ", ".join(str(ROLE_NAMES[role]) for role in Role if role in set(values))


@register.filter
def act_name(value: str) -> str:
    """An act as people read it."""
    return _said(Act(value))


@register.filter
def channel_name(value: int) -> str:
    """How the dossier came."""
    return _said(Channel(value))


@register.filter
def job_name(job: Job) -> str:
    """What a job does, in words."""
    return str(JOB_KINDS.get(job.kind, job.kind))


@register.filter
def worth_retrying(job: Job) -> bool:
    """Whether the same job may end well another time: a file that is itself at fault stays what it is."""
    return job.kind in AGAIN and job.error_code not in FILE_AT_FAULT


@register.filter
def job_stage(job: Job) -> str:
    """Where a job is, in words."""
    if job.state == Job.State.QUEUED:
        return gettext("Đang chờ lượt")
    return str(JOB_STAGES.get(job.stage, "")) or gettext("Đang làm")


@register.filter
def due_badge(dossier: Dossier) -> SafeString:
    """How the appointment stands: late, soon, or the time that is left."""
    if dossier.due_at is None or not dossier.is_open:
        return SafeString("")
    now = timezone.now()
    if dossier.state == State.SUPPLEMENT:
        return format_html('<span class="badge badge-amber">{}</span>', gettext("Tạm dừng tính giờ"))
    left = dossier.due_at - now
    if left < timedelta():
        return format_html('<span class="badge badge-red">{}</span>', gettext("Quá hạn"))
    tone = "amber" if left < timedelta(days=1) else "green"
    return format_html('<span class="badge badge-{}">{}</span>', tone, _left(left))


def _left(left: timedelta) -> str:
    hours = int(left.total_seconds() // 3600)
    if hours < 1:
        return gettext("Còn dưới 1 giờ")
    if hours < 24:
        return ngettext("Còn %(hours)d giờ", "Còn %(hours)d giờ", hours) % {"hours": hours}
    days = hours // 24
    return ngettext("Còn %(days)d ngày", "Còn %(days)d ngày", days) % {"days": days}


@register.filter
def said(value: StrEnum | IntEnum) -> str:
    """A state, decision, channel or act in words."""
    return _said(value)


@register.filter
def party_name(value: Party) -> str:
    """Whose document it is, seen from the dossier."""
    return str(PARTIES.get(value, value.value))


@register.filter
def to_scan(items: Iterable[Item]) -> int:
    """How many lines of a checklist ask for a scan."""
    return sum(item.decision is Decision.SCAN for item in items)


@register.filter
def list_name(value: str) -> str:
    """The name of a list of dossiers."""
    return str(LISTS.get(value, value))


@register.filter
def action_name(value: str) -> str:
    """An action of the event log in words; its code where it has none."""
    return str(ACTIONS.get(value, value))


@register.filter
def counted(value: str) -> str:
    """What an indicator counts, in plain words; nothing where its name says enough."""
    return str(INDICATORS.get(value, ""))


@register.filter
def level_reason(value: str) -> str:
    """Why a signature's level is lower than wanted, in words; nothing where its code has none."""
    return str(LEVEL_REASONS.get(value, ""))


@register.filter
def percent(value: float | None) -> str:
    """0.934 as 93 %."""
    return "" if value is None else f"{value * 100:.0f} %"
