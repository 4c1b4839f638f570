"""A batch that waits for the PIN of its key goes on when the PIN is given."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.utils import timezone

from accounts import Actor
from workers.context import dossier_of
from workers.errors import PinNeeded, Vanished
from workers.ledger import wake
from workers.models import Job

SEALS = frozenset({"seal-result"})
"""Kinds of job that sign with the agency's key."""


def give_pin(job_id: uuid.UUID, actor: Actor, pin: str) -> float:
    """Opens the key of a job's batch and lets the job go on; gives the seconds that the key stays open.

    The PIN goes to the signing agent and nowhere else. Raises Vanished for somebody else's job, NoKey,
    `signing.errors.WrongPassphrase`, Unavailable.
    """
    from workers import keys

    job = Job.objects.filter(pk=job_id, created_by=actor.id).first()
    if job is None:
        raise Vanished(what="job")
    agency = dossier_of(job.dossier).decide_agency if job.kind in SEALS else ""
    seconds = keys.unlock(actor, str(job.id), pin, agency_code=agency)
    with transaction.atomic():
        Job.objects.filter(pk=job_id, state=Job.State.QUEUED, error_code=PinNeeded.code).update(run_at=timezone.now())
        transaction.on_commit(lambda: wake(job_id))
    return seconds
