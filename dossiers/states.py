"""The words of the field: states of a dossier, its components and its results, channels, decisions and acts."""

from __future__ import annotations

from enum import IntEnum, StrEnum


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


class EndCause(StrEnum):
    """Why a result counts no longer, as anybody may know it; the reason in words stays with the agency."""

    ERROR = "error"
    CHANGED = "changed"
    REQUEST = "request"
    DECISION = "decision"
    OTHER = "other"


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
    ATTACH_FORM = "attach_form"
    MARK_SHOWN = "mark_shown"
    SKIP_COMPONENT = "skip_component"
    CHOOSE_REUSE = "choose_reuse"
    REQUIRE_PAPER = "require_paper"
    RECORD_LOOKUP = "record_lookup"
    ATTACH = "attach"
    DETACH = "detach"
    DECLARE_PAGES = "declare_pages"
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
