"""The states of a dossier, its components and its results, and which act leads from where to where, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from types import MappingProxyType

from dossiers.errors import IllegalAct


class Channel(IntEnum):
    """How the dossier came (`KenhThucHien` of the national KPI set)."""

    COUNTER = 1
    ONLINE = 2
    POST = 3


class State(StrEnum):
    """States of a dossier, by the labels that the national KPI formulas use."""

    REGISTERED = "registered"
    RECEIVED = "received"
    PROCESSING = "processing"
    SUPPLEMENT = "supplement"
    DONE = "done"
    RETURNED = "returned"
    REFUSED = "refused"
    STOPPED = "stopped"
    WITHDRAWN = "withdrawn"


class ResultState(StrEnum):
    """States of a result: two acts of two people (signature, then seal) lie between draft and issue."""

    DRAFT = "draft"
    SIGNING = "signing"
    SIGNED = "signed"
    SEALING = "sealing"
    SEALED = "sealed"
    ISSUED = "issued"
    REVOKED = "revoked"
    REPLACED = "replaced"


class Decision(StrEnum):
    """What is done about a component (Circular 01/2023/TT-VPCP Art. 4, Circular 03/2025/TT-VPCP Art. 5.2)."""

    SCAN = "scan"
    SKIP = "skip"
    LOOKUP = "lookup"
    REUSE = "reuse"
    SHOWN = "shown"


class ComponentState(StrEnum):
    """How far a component is."""

    WAITING = "waiting"
    ATTACHED = "attached"
    SETTLED = "settled"


class Act(StrEnum):
    """Everything that somebody may do to a dossier, one of its components or one of its results."""

    REGISTER = "register"
    RECEIVE = "receive"
    ACCEPT = "accept"
    REQUEST_SUPPLEMENT = "request_supplement"
    SUPPLEMENT_RECEIVED = "supplement_received"
    START_PROCESSING = "start_processing"
    EXTEND = "extend"
    REFUSE = "refuse"
    STOP = "stop"
    WITHDRAW = "withdraw"
    FINISH = "finish"
    HAND_OVER = "hand_over"
    MARK_SHOWN = "mark_shown"
    SKIP_COMPONENT = "skip_component"
    CHOOSE_REUSE = "choose_reuse"
    REQUIRE_PAPER = "require_paper"
    RECORD_LOOKUP = "record_lookup"
    ATTACH = "attach"
    DETACH = "detach"
    CONFIRM_FIELDS = "confirm_fields"
    TICK = "tick"
    DRAFT_RESULT = "draft_result"
    EDIT_RESULT = "edit_result"
    DISCARD_RESULT = "discard_result"
    START_SIGNING = "start_signing"
    SIGNING_FAILED = "signing_failed"
    MARK_SIGNED = "mark_signed"
    START_SEALING = "start_sealing"
    SEALING_FAILED = "sealing_failed"
    MARK_SEALED = "mark_sealed"
    ISSUE = "issue"
    REVOKE_RESULT = "revoke_result"
    REPLACE_RESULT = "replace_result"


OPEN = frozenset({State.REGISTERED, State.RECEIVED, State.PROCESSING, State.SUPPLEMENT})
"""States in which work remains."""

CLOSED = frozenset({State.RETURNED, State.REFUSED, State.STOPPED, State.WITHDRAWN})
"""States that nothing leaves."""

UNDERWAY = frozenset(
    {ResultState.SIGNING, ResultState.SIGNED, ResultState.SEALING, ResultState.SEALED, ResultState.ISSUED}
)
"""A result in one of these is a decision taken: the dossier can no longer be stopped (Decree 118/2025 Art. 21)."""

BEFORE_RECEIPT = (State.REGISTERED, State.SUPPLEMENT, State.REFUSED, State.WITHDRAWN)
"""States that a dossier may be in without ever having been received: no clock runs."""


@dataclass(frozen=True, slots=True)
class Move:
    """An act on the dossier: where it may start, where it leads (None: back to where the pause began), its form.

    `form` is the number of the form of Circular 03/2025/TT-VPCP that tells the applicant.
    """

    sources: frozenset[State]
    target: State | None
    form: str = ""


MOVES: Mapping[Act, Move] = MappingProxyType(
    {
        Act.ACCEPT: Move(frozenset({State.REGISTERED}), State.RECEIVED, "01"),
        Act.REQUEST_SUPPLEMENT: Move(
            frozenset({State.REGISTERED, State.RECEIVED, State.PROCESSING}), State.SUPPLEMENT, "02"
        ),
        Act.SUPPLEMENT_RECEIVED: Move(frozenset({State.SUPPLEMENT}), None),
        Act.START_PROCESSING: Move(frozenset({State.RECEIVED}), State.PROCESSING),
        Act.REFUSE: Move(OPEN, State.REFUSED, "03"),
        Act.STOP: Move(frozenset({State.RECEIVED, State.PROCESSING, State.SUPPLEMENT}), State.STOPPED, "05"),
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

LABELS: Mapping[str, Mapping[StrEnum | IntEnum, str]] = MappingProxyType(
    {
        "vi": {
            State.REGISTERED: "Mới đăng ký",
            State.RECEIVED: "Được tiếp nhận",
            State.PROCESSING: "Đang xử lý",
            State.SUPPLEMENT: "Yêu cầu bổ sung",
            State.DONE: "Đã xử lý xong",
            State.RETURNED: "Đã trả kết quả",
            State.REFUSED: "Từ chối",
            State.STOPPED: "Dừng xử lý",
            State.WITHDRAWN: "Công dân yêu cầu rút",
            ResultState.DRAFT: "Dự thảo",
            ResultState.SIGNING: "Đang ký số",
            ResultState.SIGNED: "Chờ đóng dấu",
            ResultState.SEALING: "Đang đóng dấu",
            ResultState.SEALED: "Đã đóng dấu",
            ResultState.ISSUED: "Đã ban hành",
            ResultState.REVOKED: "Đã thu hồi",
            ResultState.REPLACED: "Đã được thay thế",
            Decision.SCAN: "Số hóa",
            Decision.SKIP: "Không phải số hóa",
            Decision.LOOKUP: "Tra cứu cơ sở dữ liệu",
            Decision.REUSE: "Dùng lại từ kho",
            Decision.SHOWN: "Chỉ xuất trình",
            ComponentState.WAITING: "Chưa có",
            ComponentState.ATTACHED: "Đã có bản số hóa",
            ComponentState.SETTLED: "Đã đủ",
            Channel.COUNTER: "Trực tiếp",
            Channel.ONLINE: "Trực tuyến",
            Channel.POST: "Bưu chính công ích",
        },
        "en": {
            State.REGISTERED: "Registered",
            State.RECEIVED: "Received",
            State.PROCESSING: "In process",
            State.SUPPLEMENT: "Supplement requested",
            State.DONE: "Processed",
            State.RETURNED: "Result returned",
            State.REFUSED: "Refused",
            State.STOPPED: "Stopped",
            State.WITHDRAWN: "Withdrawn by the applicant",
            ResultState.DRAFT: "Draft",
            ResultState.SIGNING: "Being signed",
            ResultState.SIGNED: "Awaiting seal",
            ResultState.SEALING: "Being sealed",
            ResultState.SEALED: "Sealed",
            ResultState.ISSUED: "Issued",
            ResultState.REVOKED: "Revoked",
            ResultState.REPLACED: "Replaced",
            Decision.SCAN: "To scan",
            Decision.SKIP: "Not to be scanned",
            Decision.LOOKUP: "Looked up in a database",
            Decision.REUSE: "Reused from the archive",
            Decision.SHOWN: "Only to be shown",
            ComponentState.WAITING: "Missing",
            ComponentState.ATTACHED: "Scan attached",
            ComponentState.SETTLED: "Settled",
            Channel.COUNTER: "At the counter",
            Channel.ONLINE: "Online",
            Channel.POST: "Public post",
        },
    }
)


def label(value: StrEnum | IntEnum, language: str = "vi") -> str:
    """The name of a state, decision or channel as people read it, in `vi` or `en`."""
    return LABELS["en" if language.startswith("en") else "vi"][value]


def target(act: Act, state: State, resumes: State | None = None) -> State:
    """The state that `act` leads to from `state`; `resumes` is where the running pause began.

    Raises `IllegalAct` where the act does not start from that state.
    """
    move = MOVES[act]
    if state not in move.sources:
        raise IllegalAct(act=act.value, state=label(state), state_en=label(state, "en"))
    if move.target is not None:
        return move.target
    if resumes is None:
        raise IllegalAct(act=act.value, state=label(state), state_en=label(state, "en"))
    return resumes


def result_target(act: Act, state: ResultState) -> ResultState:
    """The state of a result after `act`. Raises `IllegalAct`."""
    sources, goal = RESULT_MOVES[act]
    if state not in sources:
        raise IllegalAct(act=act.value, state=label(state), state_en=label(state, "en"))
    return goal


def possible(state: State) -> frozenset[Act]:
    """The acts of the dossier's machine that start from `state`."""
    return frozenset(act for act, move in MOVES.items() if state in move.sources)
