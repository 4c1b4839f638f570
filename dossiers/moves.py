"""The machines of a dossier and of a result as data: which act leads from where to where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from dossiers.errors import IllegalAct
from dossiers.labels import label
from dossiers.states import OPEN, Act, ResultState, State


@dataclass(frozen=True, slots=True)
class Move:
    """An act on the dossier: where it may start, where it leads (None: it stays), its form.

    `resumes` leads back to the state in which the running pause began; `received` asks for a dossier whose clock has
    started, which one that is supplemented before its receipt has not.

    `form` is the number of the form of Circular 03/2025/TT-VPCP that tells the applicant.
    """

    sources: frozenset[State]
    target: State | None
    form: str = ""
    resumes: bool = False
    received: bool = False


MOVES: Mapping[Act, Move] = MappingProxyType(
    {
        Act.ACCEPT: Move(frozenset({State.REGISTERED}), State.RECEIVED, "01"),
        Act.REQUEST_SUPPLEMENT: Move(
            frozenset({State.REGISTERED, State.RECEIVED, State.PROCESSING}), State.SUPPLEMENT, "02"
        ),
        Act.SUPPLEMENT_RECEIVED: Move(frozenset({State.SUPPLEMENT}), None, resumes=True),
        Act.START_PROCESSING: Move(frozenset({State.RECEIVED}), State.PROCESSING),
        Act.EXTEND: Move(frozenset({State.RECEIVED, State.PROCESSING}), None, "04"),
        Act.REFUSE: Move(OPEN, State.REFUSED, "03"),
        Act.STOP: Move(
            frozenset({State.RECEIVED, State.PROCESSING, State.SUPPLEMENT}), State.STOPPED, "05", received=True
        ),
        Act.WITHDRAW: Move(OPEN, State.WITHDRAWN, "05"),
        Act.FINISH: Move(frozenset({State.PROCESSING}), State.DONE),
        Act.HAND_OVER: Move(frozenset({State.DONE}), State.RETURNED),
    }
)
"""The dossier's machine. `register` and `receive` make a dossier and so start from nothing."""

RESULT_MOVES: Mapping[Act, tuple[frozenset[ResultState], ResultState]] = MappingProxyType(
    {
        Act.EDIT_RESULT: (frozenset({ResultState.DRAFT}), ResultState.DRAFT),
        Act.START_SIGNING: (frozenset({ResultState.DRAFT}), ResultState.SIGNING),
        Act.SIGNING_FAILED: (frozenset({ResultState.SIGNING}), ResultState.DRAFT),
        Act.MARK_SIGNED: (frozenset({ResultState.SIGNING}), ResultState.SIGNED),
        Act.START_SEALING: (frozenset({ResultState.SIGNED}), ResultState.SEALING),
        Act.SEALING_FAILED: (frozenset({ResultState.SEALING}), ResultState.SIGNED),
        Act.MARK_SEALED: (frozenset({ResultState.SEALING}), ResultState.SEALED),
        Act.ISSUE: (frozenset({ResultState.SEALED}), ResultState.ISSUED),
        Act.REVOKE_RESULT: (frozenset({ResultState.ISSUED}), ResultState.REVOKED),
    }
)
"""The result's machine. A draft that is discarded is deleted; a replaced result becomes `replaced` when the new one
is issued."""


def illegal(act: Act, state: State | ResultState) -> IllegalAct:
    """The error that says which act does not start from which state."""
    return IllegalAct(act_vi=label(act), act_en=label(act, "en"), state_vi=label(state), state_en=label(state, "en"))


def starts(act: Act, state: State, *, received: bool) -> bool:
    """Whether an act of the dossier's machine starts from `state`; `received`: whether its clock ever started."""
    move = MOVES[act]
    return state in move.sources and (received or not move.received)


def target(act: Act, state: State, resumes: State | None = None) -> State:
    """The state that `act` leads to from `state`; `resumes` is where the running pause began.

    Raises `IllegalAct` where the act does not start from that state.
    """
    move = MOVES[act]
    if state not in move.sources:
        raise illegal(act, state)
    if move.resumes:
        if resumes is None:
            raise illegal(act, state)
        return resumes
    return move.target or state


def result_target(act: Act, state: ResultState) -> ResultState:
    """The state of a result after `act`. Raises `IllegalAct`."""
    sources, goal = RESULT_MOVES[act]
    if state not in sources:
        raise illegal(act, state)
    return goal


def possible(state: State, *, received: bool = True) -> frozenset[Act]:
    """The acts of the dossier's machine that start from `state`."""
    return frozenset(act for act in MOVES if starts(act, state, received=received))
