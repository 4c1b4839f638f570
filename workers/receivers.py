"""What a change of a dossier sets going, in the same transaction: its form, the notice, the news for the archive."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from dossiers.signals import Change, dossier_changed
from dossiers.states import Act
from workers import outbox
from workers.ledger import enqueue

TOPIC = "dossier.step"
TOLD = frozenset(
    {
        Act.RECEIVE,
        Act.ACCEPT,
        Act.REQUEST_SUPPLEMENT,
        Act.SUPPLEMENT_RECEIVED,
        Act.START_PROCESSING,
        Act.EXTEND,
        Act.REFUSE,
        Act.STOP,
        Act.WITHDRAW,
        Act.FINISH,
        Act.HAND_OVER,
        Act.REVOKE_RESULT,
    }
)
"""Acts that the applicant hears of; scanning and ticking are the desk's own business."""


@receiver(dossier_changed, dispatch_uid="workers")
def follow_up(change: Change, **_: Any) -> None:
    """Writes the jobs and messages that follow from an act."""
    step, code = change.step, change.dossier.code
    if step.form or change.act is Act.RECEIVE:
        enqueue("form", key=f"form:{step.pk}", payload={"step": step.pk, "actor": step.by}, dossier=code)
    if change.act in TOLD:
        outbox.put(TOPIC, key=f"{TOPIC}:{step.pk}", payload={"step": step.pk}, dossier=code)
    result = change.result
    if result is not None and (change.act is Act.REVOKE_RESULT or (change.act is Act.ISSUE and result.replaces)):
        enqueue("tell-archive", key=f"tell-archive:{step.pk}", payload={"result": str(result.pk)}, dossier=code)
