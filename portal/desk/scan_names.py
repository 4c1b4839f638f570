"""The names under which scans came: read once for each opening of a page, remembered while its parts are polled.

The archive tells a name as a read, which is an event in the log; a timer in the browser is nobody who reads.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from uuid import UUID

from django.core.cache import cache

import storage
from accounts import Actor
from dossiers.models import Dossier
from portal.desk.frames import why
from portal.drawings import SLOT
from workers import Job


def forget(dossier: Dossier, actor: Actor) -> None:
    """The person opens a page anew: what it shows is read again, and the log says so."""
    cache.delete(_key(dossier, actor))


def of(jobs: Iterable[Job], dossier: Dossier, actor: Actor) -> dict[UUID, str]:
    """Job → the name of its scan, for scans that this person may read; nobody is asked for the others'."""
    scans = {job.id: UUID(job.payload["intake"]) for job in jobs if job.kind == "digitize" and "intake" in job.payload}
    if not scans:
        return {}
    readable = {intake.id for intake in storage.intakes_of(dossier.code, actor)}.intersection(scans.values())
    known: dict[UUID, str] = cache.get(_key(dossier, actor), {})
    names = {intake: known[intake] for intake in readable if intake in known}
    with suppress(storage.StoreDown):  # one wait is enough: the list is shown without the names that are missing
        for intake in readable - names.keys():
            names[intake] = _read(intake, dossier, actor)
    cache.set(_key(dossier, actor), names, SLOT)
    return {job: names[intake] for job, intake in scans.items() if intake in names}


def _read(intake: UUID, dossier: Dossier, actor: Actor) -> str:
    try:
        return storage.intake_name(intake, actor, why(dossier))
    except storage.StoreDown:
        raise
    except storage.StorageError:
        return ""


def _key(dossier: Dossier, actor: Actor) -> str:
    return f"scan-names:{dossier.id}:{actor.id}"
