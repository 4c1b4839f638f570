"""`certify`: the officer's signature on every checked copy of a dossier; `upgrade`: what a signature still lacks."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

import signing
import storage
from accounts import WORKER, Actor
from catalogue import HosoError
from dossiers import permissions, services
from dossiers.models import Attachment, Component, Dossier
from dossiers.states import Act, ComponentState, Decision
from storage import VersionRole
from workers import keys, staging
from workers.agencies import agency_name
from workers.context import actor_of, dossier_of
from workers.errors import NothingToSign, Unavailable, Vanished
from workers.ledger import Run
from workers.pins import batch_of
from workers.registry import MONTH, task
from workers.signatures import content, later_form, newest, publish, sign

PROFILE = "thanh_phan"
_SETTLING = (VersionRole.CERTIFIED, VersionRole.ISSUED)
"""What an officer has certified, and what came validly signed."""


@task("certify")
def certify(run: Run) -> None:
    """Payload: `documents`, `actor`. Result: `documents`, `levels`. Components whose copies are all certified are
    ticked: the certification says that they are complete."""
    actor, dossier = actor_of(run.payload["actor"]), dossier_of(run.dossier)
    permissions.demand(Act.TICK, actor, dossier)
    documents = [UUID(text) for text in run.payload["documents"]]
    levels = []
    for number, document in enumerate(documents):
        run.stage("sign", number, len(documents))
        levels.append(_certify(run, document, actor, dossier))
    with run.finish(documents=[str(document) for document in documents], levels=levels):
        _tick(documents, actor, dossier)
    staging.clear(run)


def _certify(run: Run, document: UUID, actor: Actor, dossier: Dossier) -> str:
    """The level of the certified copy, which is made where there is none. A file that came signed is left as it came:
    it has the level that verification found, and none where it is not valid."""
    known = storage.handle(document, actor)
    if known.verdict:
        return known.signature_level
    if newest(document, actor, VersionRole.CERTIFIED) is not None:
        return known.signature_level
    if run.batch is not None and not _checked(document, dossier):
        raise Vanished(what="document")
    copy = newest(document, actor, VersionRole.ARCHIVAL)
    if copy is None:
        raise NothingToSign()
    agency, name = dossier.receive_agency, f"certified-{document}"
    published = publish(
        run,
        name,
        actor,
        dossier,
        lambda: sign(
            run,
            name,
            content(copy, actor, dossier),
            profile=PROFILE,
            agency=agency,
            signer=keys.person(actor, "officer", agency, batch_of(run)),
            mark=signing.Mark(name=actor.name, agency=agency_name(agency)),
        ),
        lambda note: later_form(
            copy, VersionRole.CERTIFIED, f"certify:{document}", signature=note, settings={"profile": PROFILE}
        ),
    )
    return published.level


def _checked(document: UUID, dossier: Dossier) -> bool:
    """Whether a copy is in its dossier still, as somebody checked it: a batch can wait for its PIN for weeks."""
    found = Attachment.objects.filter(component__dossier=dossier, document=document)
    return found.filter(confirmed_at__isnull=False).exists()


def _tick(documents: list[UUID], actor: Actor, dossier: Dossier) -> None:
    """Ticks the components that these documents complete; what is missing yet stays open for the officer."""
    found = Component.objects.filter(
        dossier=dossier, decision=Decision.SCAN, attachments__document__in=documents
    ).exclude(state=ComponentState.SETTLED)
    for component in found.distinct():
        attached = Attachment.objects.filter(component=component).values_list("document", flat=True)
        if all(newest(document, actor, *_SETTLING) is not None for document in attached):
            with suppress(HosoError):
                services.tick(component.id, actor)


@task("upgrade", patience=MONTH)
def upgrade(run: Run) -> None:
    """Payload: `document`, `level`. Tries until the wanted level is reached, for a month.

    As our worker: it adds time and validation data, nobody's will, and whoever signed may have left since.
    """
    dossier = dossier_of(run.dossier)
    document, wanted = UUID(run.payload["document"]), signing.Level(run.payload["level"])
    signed = newest(document, WORKER, VersionRole.CERTIFIED, VersionRole.ISSUED, VersionRole.RENEWED)
    if signed is None or signing.Level(storage.handle(document, WORKER).signature_level).rank >= wanted.rank:
        return
    run.stage("sign", 0, 1)

    def make() -> signing.Signed:
        better = signing.upgrade(content(signed, WORKER, dossier), services=keys.services(), level=wanted)
        if not better.complete:
            raise Unavailable(service="TSA, OCSP")
        return better

    publish(
        run,
        f"renewed-{document}",
        WORKER,
        dossier,
        make,
        lambda note: later_form(signed, VersionRole.RENEWED, f"upgrade:{document}:{signed.number}", signature=note),
    )
    with run.finish():
        pass
    staging.clear(run)
