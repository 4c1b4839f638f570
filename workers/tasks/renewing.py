"""`renewals`, `renew`, `renewal-alarm`: archive time-stamps renewed before they lapse, day by day."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import signing
import storage
from accounts import WORKER
from catalogue import HosoError
from storage import VersionRole
from workers import keys, renewal, staging
from workers.errors import Unavailable
from workers.ledger import Run
from workers.registry import MONTH, task
from workers.signatures import later_form, newest, note_of, notes_of


def _gave_up(run: Run, error: HosoError) -> None:
    renewal.alarm(error.code)


@task(renewal.LOOK, gave_up=_gave_up)
def renewals(run: Run) -> None:
    """Result: `looked`, `due`. Looks at signed files that are new, and asks for the renewal of what lapses soon."""
    run.stage("read")
    looked = renewal.look()
    due = storage.lapsing(renewal.horizon())
    for one in due:
        renewal.demand(one)
    if renewal.backlog().failed:
        renewal.alarm("workers.renewals_stuck")
    with run.finish(looked=looked, due=len(due)):
        pass


@task(renewal.RENEW, gave_up=_gave_up, patience=MONTH)
def renew(run: Run) -> None:
    """Payload: `document`, `version`. A new version with one more archive time-stamp, made from that one; nothing if a
    newer one is there, or if the document was destroyed or restricted meanwhile."""
    document, number = UUID(run.payload["document"]), int(run.payload["version"])
    signed = _still_due(document, number)
    if signed is None:
        return
    run.stage("sign", 0, 1)

    def made() -> tuple[bytes, dict[str, Any]]:
        pdf = storage.open(document, WORKER, renewal.PURPOSE, number).read()
        better = signing.renew(pdf, services=keys.services())
        if not better.complete:
            renewal.alarm(better.reasons[0].code if better.reasons else "tsa_unavailable")
            raise Unavailable(service="TSA, OCSP")
        end = signing.lapse(better.pdf, strength=keys.trust().strength).at
        return better.pdf, notes_of(better) | {"lapses_at": end.isoformat() if end else ""}

    staged = staging.once(run, f"renewed-{document}", made)
    notes = staged.notes
    with run.fenced():
        overtaken = _still_due(document, number) is None
    if overtaken:  # while this one was made: two would be made from the same version
        staging.clear(run)
        return
    deposit = later_form(signed, VersionRole.RENEWED, f"renew:{document}:{number}", signature=note_of(notes))
    version = storage.deposit(deposit, staged.content, WORKER)
    end = datetime.fromisoformat(notes["lapses_at"]) if notes["lapses_at"] else None
    with run.finish(document=str(document), version=version.number):
        storage.note_lapse(document, version.number, end)
    staging.clear(run)


def _still_due(document: UUID, number: int) -> storage.VersionRef | None:
    """The version, if it still is the newest signed one of a document that may be worked on."""
    try:
        if storage.handle(document, WORKER).status is storage.Status.RESTRICTED:
            return None
        signed = newest(document, WORKER, VersionRole.CERTIFIED, VersionRole.ISSUED, VersionRole.RENEWED)
    except (storage.NotFound, storage.Destroyed):
        return None
    return signed if signed is not None and signed.number == number else None


@task(renewal.ALARM)
def sound(run: Run) -> None:
    """Payload: `code`. One a day: what will lapse, and why it is not renewed."""
    with run.finish():
        renewal.sound(str(run.payload["code"]))
