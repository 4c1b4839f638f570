"""Who may do what to a dossier: one table, from act to roles and the side the actor's agency must stand on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING
from uuid import UUID

import storage
from accounts import WORKER, Actor, Role
from dossiers.errors import NotAllowed
from dossiers.labels import label
from dossiers.states import Act

if TYPE_CHECKING:
    from dossiers.models import Dossier


class Side(StrEnum):
    """How an actor stands to a dossier."""

    RECEIVE = "receive"
    DECIDE = "decide"
    HANDOVER = "handover"
    OWNER = "owner"
    WORKER = "worker"


@dataclass(frozen=True, slots=True)
class Grant:
    """The act is open to an actor with the role who stands on one of the sides."""

    role: Role
    sides: frozenset[Side]


def _grant(role: Role, *sides: Side) -> Grant:
    return Grant(role, frozenset(sides))


_RECEIVER = _grant(Role.OFFICER, Side.RECEIVE)
_OFFICER = _grant(Role.OFFICER, Side.RECEIVE, Side.DECIDE)
_DECIDER = _grant(Role.OFFICER, Side.DECIDE)
_LEADER = _grant(Role.LEADER, Side.DECIDE)
_SEAL = _grant(Role.SEAL_CLERK, Side.DECIDE)
_WORKER = _grant(Role.SYSTEM, Side.WORKER)
_SYSTEM = _grant(Role.SYSTEM, Side.RECEIVE)
_CITIZEN = _grant(Role.CITIZEN, Side.OWNER)

TABLE: Mapping[Act, tuple[Grant, ...]] = MappingProxyType(
    {
        Act.REGISTER: (_RECEIVER, _SYSTEM),
        Act.RECEIVE: (_RECEIVER,),
        Act.ACCEPT: (_RECEIVER,),
        Act.REQUEST_SUPPLEMENT: (_OFFICER,),
        Act.SUPPLEMENT_RECEIVED: (_OFFICER,),
        Act.START_PROCESSING: (_OFFICER,),
        Act.EXTEND: (_DECIDER, _LEADER),
        Act.REFUSE: (_OFFICER, _LEADER),
        Act.STOP: (_OFFICER, _LEADER),
        Act.WITHDRAW: (_OFFICER, _CITIZEN),
        Act.FINISH: (_DECIDER, _WORKER),
        Act.HAND_OVER: (_grant(Role.OFFICER, Side.HANDOVER),),
        Act.ATTACH_FORM: (_OFFICER, _LEADER, _CITIZEN, _WORKER),
        Act.MARK_SHOWN: (_OFFICER,),
        Act.SKIP_COMPONENT: (_OFFICER,),
        Act.CHOOSE_REUSE: (_OFFICER,),
        Act.REQUIRE_PAPER: (_OFFICER,),
        Act.RECORD_LOOKUP: (_OFFICER, _WORKER),
        Act.ATTACH: (_OFFICER, _WORKER),
        Act.DETACH: (_OFFICER,),
        Act.DECLARE_PAGES: (_OFFICER,),
        Act.CONFIRM_FIELDS: (_OFFICER,),
        Act.TICK: (_OFFICER, _WORKER),
        Act.DRAFT_RESULT: (_DECIDER, _LEADER),
        Act.EDIT_RESULT: (_DECIDER, _LEADER),
        Act.DISCARD_RESULT: (_DECIDER, _LEADER),
        Act.START_SIGNING: (_LEADER,),
        Act.SIGNING_FAILED: (_LEADER, _WORKER),
        Act.MARK_SIGNED: (_LEADER, _WORKER),
        Act.START_SEALING: (_SEAL,),
        Act.SEALING_FAILED: (_SEAL, _WORKER),
        Act.MARK_SEALED: (_SEAL, _WORKER),
        Act.ISSUE: (_SEAL, _WORKER),
        Act.REVOKE_RESULT: (_LEADER,),
        Act.REPLACE_RESULT: (_DECIDER, _LEADER),
    }
)
"""Act → who may do it. Auditors and administrators are in no row: they look, they do not act."""


def sides(actor: Actor, dossier: Dossier) -> frozenset[Side]:
    """Every side on which the actor stands to the dossier."""
    found = {
        side
        for side, agency in (
            (Side.RECEIVE, dossier.receive_agency),
            (Side.DECIDE, dossier.decide_agency),
            (Side.HANDOVER, dossier.handover_agency),
        )
        if agency in actor.agencies
    }
    if actor.owner and _owns(UUID(actor.owner), {dossier.owner, dossier.agent_owner}):
        found.add(Side.OWNER)
    if actor.id == WORKER.id:
        found.add(Side.WORKER)
    return frozenset(found)


def _owns(owner: UUID, owners: set[UUID | None]) -> bool:
    """Whether one of the owners is the person, under whichever of their ids before a merge."""
    return owner in owners or not owners.isdisjoint(storage.same_owners(owner))


def allowed(act: Act, actor: Actor, dossier: Dossier) -> bool:
    """Whether the actor may do the act to the dossier; pages ask this to show only the buttons that work."""
    stands = sides(actor, dossier)
    return any(actor.has(grant.role) and not grant.sides.isdisjoint(stands) for grant in TABLE[act])


def demand(act: Act, actor: Actor, dossier: Dossier) -> None:
    """Raises `NotAllowed` unless the actor may do the act to the dossier."""
    if not allowed(act, actor, dossier):
        raise NotAllowed(act_vi=label(act), act_en=label(act, "en"))


def may_see(actor: Actor, dossier: Dossier) -> bool:
    """Whether the actor may know of the dossier: staff of its agencies, its citizen, auditors, our workers."""
    stands = sides(actor, dossier)
    if Side.OWNER in stands or Side.WORKER in stands or actor.has(Role.AUDITOR):
        return True
    return bool(stands) and actor.has(Role.OFFICER, Role.LEADER, Role.SEAL_CLERK, Role.SYSTEM)
