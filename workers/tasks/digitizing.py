"""`digitize`: from an intake object to documents in the archive, each a lossless cut and an archival copy."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

from django.conf import settings

import digitize
import storage
from accounts import WORKER, Actor
from catalogue import Identifier, InvalidCode
from dossiers import services
from dossiers.models import Component, Dossier
from dossiers.states import OPEN, ComponentState, Decision
from storage import VersionRole
from workers import page_ranges
from workers.context import actor_of, dossier_of, purpose_for, software, spill, workspace
from workers.describing import describe, kind_of
from workers.incoming import examine
from workers.ledger import Run
from workers.registry import task
from workers.signatures import roles_of


@task("digitize")
def digitize_intake(run: Run) -> None:
    """Payload: `intake`, `actor`, and `component` where the officer scanned for a certain one. Result: `documents`."""
    actor, dossier = actor_of(run.payload["actor"]), dossier_of(run.dossier)
    intake = UUID(run.payload["intake"])
    run.stage("fetch")
    with workspace(run) as folder:
        opened = storage.open_intake(intake, actor, purpose_for(dossier), job=run.job_id)
        digest = opened.sha256
        source = spill(opened, folder / "scan")
        reading = digitize.digitize(
            source,
            folder / "out",
            engine=settings.HOSO.engine,
            name="scan",
            progress=lambda told: run.stage(told.stage, told.done, told.total),
            elsewhere=lambda pages: page_ranges.gathered(run, pages, folder),
        )
        found = _Found(run, actor, dossier, reading, _ids(run, len(reading.documents)))
        for number, document in enumerate(reading.documents):
            run.stage("deposit", number, len(reading.documents))
            found.deposit(number, document, storage.Source(intake, digest, _pages(document)), source, folder)
    with run.finish(documents=[str(document) for document in found.ids]):
        found.attach()
    page_ranges.forget(run)


def _ids(run: Run, count: int) -> list[UUID]:
    """Random ids for the documents, kept with the job before the first is used."""
    if "documents" not in run.result or len(run.result["documents"]) != count:
        run.remember(documents=[str(uuid4()) for _ in range(count)])
    return [UUID(text) for text in run.result["documents"]]


def _pages(document: digitize.Document) -> tuple[int, ...]:
    return tuple(page.number for page in document.pages)


def _owner_read(field: digitize.Field) -> UUID | None:
    """The owner whose identifier a field holds, where the archive knows it."""
    if field.name != "owner_id":
        return None
    with suppress(InvalidCode):
        return storage.find_owner(Identifier.guess(field.value))
    return None


class _Found:
    """The documents of one intake on their way into the archive and to the components of the dossier."""

    def __init__(self, run: Run, actor: Actor, dossier: Dossier, reading: digitize.Reading, ids: list[UUID]) -> None:
        self.run = run
        self.actor = actor
        self.dossier = dossier
        self.reading = reading
        self.ids = ids
        self.components = [self._component(document) for document in reading.documents]

    def deposit(
        self, number: int, document: digitize.Document, source: storage.Source, scan: Path, folder: Path
    ) -> None:
        """Version 1, the lossless cut; version 2, the archival copy. A signed PDF stays as it is and is verified."""
        kind, component, id_ = kind_of(document), self.components[number], self.ids[number]
        done = roles_of(id_)
        original = storage.Deposit(
            document=id_,
            owners=self._owners(component, document),
            role=VersionRole.ORIGINAL,
            media_type=self.reading.source.media_type,
            key=f"cut:{source.intake}:{number}",
            metadata=describe(document, source.pages),
            sensitivity=kind.sensitivity,
            dossier=self.dossier.code,
            agency=self.dossier.receive_agency,
            page_count=len(document.pages),
            source=source,
            software=software(),
        )
        if VersionRole.ORIGINAL not in done:
            with digitize.cut(scan, source.pages, folder / f"cut-{number}").open("rb") as content:
                storage.deposit(original, content, self.actor)
        if self.reading.source.signatures:
            self._examine(id_, scan)
            return
        if VersionRole.ARCHIVAL in done:
            return
        archival = replace(
            original,
            role=VersionRole.ARCHIVAL,
            media_type="application/pdf",
            key=f"archival:{source.intake}:{number}",
            metadata=None,
            source=None,
            made_from=1,
            settings=self._settings(document),
        )
        with document.pdf.path.open("rb") as content:
            storage.deposit(archival, content, self.actor)

    def _examine(self, id_: UUID, scan: Path) -> None:
        """A signed PDF is a document by itself, so its first version has the very bytes of the scan."""
        self.run.stage("verify")
        first = storage.versions(id_, WORKER)[0]
        examine(first, scan.read_bytes(), purpose_for(self.dossier), signed=True)

    def attach(self) -> None:
        """Puts each document to the component that asks for its kind; what fits nowhere waits for the officer."""
        for id_, component, document in zip(self.ids, self.components, self.reading.documents, strict=True):
            if component is not None:
                services.attach(component.id, self.actor, document=id_, pages=len(document.pages))

    def _owners(self, component: Component | None, document: digitize.Document) -> tuple[UUID, ...]:
        """Whose document it is, among the people of the dossier only: a misread digit makes no new owner.

        The component's own person comes first; the identifiers that were read add the others, such as a spouse.
        """
        parties = Component.objects.filter(dossier=self.dossier).values_list("owner", flat=True)
        people = {self.dossier.owner, *parties} - {None}
        named = [owner for owner in map(_owner_read, document.fields) if owner in people]
        first = component.owner if component is not None and component.owner is not None else None
        if first is None and not named:
            first = self.dossier.owner
        return tuple(dict.fromkeys(owner for owner in (first, *named) if owner is not None))

    def _settings(self, document: digitize.Document) -> dict[str, str]:
        told = {"engine": self.reading.engine, "kind_confidence": f"{document.kind.confidence:.3f}"}
        if document.pdf.pdfa:
            told["pdfa"] = document.pdf.pdfa
        if document.pdf.reason:
            told["pdfa_reason"] = document.pdf.reason[:200]
        return told

    def _component(self, document: digitize.Document) -> Component | None:
        """The component that the officer named, or the first that asks for this kind and still lacks it."""
        if self.dossier.state not in OPEN:
            return None
        asked = Component.objects.filter(dossier=self.dossier, decision__in=[Decision.SCAN, Decision.LOOKUP])
        named = self.run.payload.get("component")
        if named and len(self.reading.documents) == 1:
            return asked.filter(pk=named).first()
        kind = kind_of(document).id
        fitting = [component for component in asked.order_by("position") if kind in component.kinds]
        waiting = [component for component in fitting if component.state == ComponentState.WAITING]
        return next(iter(waiting or fitting), None)
