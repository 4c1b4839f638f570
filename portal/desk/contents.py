"""What lies in a dossier, gathered once for its page: components, documents, jobs, results."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q

import storage
from accounts import Actor
from dossiers.models import Attachment, Component, Dossier, Result
from dossiers.states import ComponentState, Decision
from workers import Job

SHOWN_KINDS = ("digitize", "certify", "sign-result", "seal-result")
"""Jobs that a dossier's page tells of; pictures of pages are nobody's business."""
SHOWN_WHEN_FAILED = ("form", "tell-archive")
"""Jobs that nobody asked for: people see them where somebody has to know that they did not come about."""
_OVER_BADLY = (Job.State.FAILED, Job.State.UNKNOWN)


@dataclass(slots=True)
class Paper:
    """A document attached to a component, as the archive knows it."""

    attachment: Attachment
    handle: storage.Handle | None

    @property
    def id(self) -> UUID:
        """The document's id."""
        return self.attachment.document

    @property
    def confirmed(self) -> bool:
        """Whether an officer has looked at its fields."""
        return self.attachment.confirmed_at is not None

    @property
    def certified(self) -> bool:
        """Whether it carries a signature."""
        return self.handle is not None and bool(self.handle.signature_level)

    @property
    def verdict(self) -> str:
        """What verification said of a file that came signed; empty for scans."""
        return self.handle.verdict if self.handle is not None else ""


@dataclass(slots=True)
class Part:
    """A component and what is attached to it."""

    row: Component
    papers: list[Paper] = field(default_factory=list)
    held: storage.Handle | None = None

    @property
    def checked(self) -> bool:
        """Whether an officer has looked at every document that is attached."""
        return bool(self.papers) and all(paper.confirmed for paper in self.papers)

    @property
    def pages(self) -> int:
        """How many pages its scans have together."""
        return sum(paper.attachment.pages for paper in self.papers)

    @property
    def pages_differ(self) -> bool:
        """Whether the scans have another number of pages than the officer counted on the paper."""
        return bool(self.papers) and self.row.pages_declared not in (None, self.pages)

    @property
    def settled(self) -> bool:
        """Whether nothing more is to be done about it."""
        return self.row.state == ComponentState.SETTLED


@dataclass(slots=True)
class Contents:
    """Everything in a dossier."""

    components: list[Part]
    results: list[Result]
    jobs: list[Job]
    unsorted: list[storage.Handle] = field(default_factory=list)

    @property
    def papers(self) -> list[Paper]:
        """All attached documents, in the order of the components."""
        return [paper for part in self.components for paper in part.papers]

    @property
    def to_check(self) -> list[UUID]:
        """Documents whose fields nobody has confirmed yet."""
        return [paper.id for paper in self.papers if not paper.confirmed]

    @property
    def to_certify(self) -> list[UUID]:
        """Documents that are checked and carry no signature yet. What came signed stays as it came, valid or not."""
        return [p.id for p in self.papers if p.confirmed and not p.certified and not p.verdict]

    @property
    def working(self) -> bool:
        """Whether a job is underway."""
        return any(not job.over for job in self.jobs)

    @property
    def failed(self) -> list[Job]:
        """Jobs that somebody asked for and that need a person. A scan that could not be read does no longer once
        another one that came after it failed has been read; it stays in the list of files."""
        read = [job.created_at for job in self.jobs if job.kind == "digitize" and job.state == Job.State.DONE]
        return [
            job
            for job in self.jobs
            if job.kind in SHOWN_KINDS
            and job.state in _OVER_BADLY
            and not (job.kind == "digitize" and job.finished_at and any(made > job.finished_at for made in read))
        ]


def of(dossier: Dossier, actor: Actor) -> Contents:
    """Gathers a dossier's contents; tells no field values, so it is no read of a document."""
    parts = []
    for row in dossier.components.prefetch_related("attachments"):
        papers = [Paper(attachment, _handle(attachment.document, actor)) for attachment in row.attachments.all()]
        held = _handle(row.reuse_document, actor) if row.decision == Decision.REUSE and row.reuse_document else None
        parts.append(Part(row, papers, held))
    inside = Contents(parts, list(dossier.results.all()), jobs(dossier))
    attached = {paper.id for paper in inside.papers}
    loose = (id_ for id_ in scanned(dossier) if id_ not in attached)
    inside.unsorted = [handle for id_ in loose if (handle := _handle(id_, actor)) is not None]
    return inside


def scanned(dossier: Dossier) -> list[UUID]:
    """Every document that the machine cut from the dossier's scans, put to a component or not."""
    done = Job.objects.filter(dossier=dossier.code, kind="digitize", state=Job.State.DONE).order_by("created_at")
    return [UUID(text) for job in done for text in job.result.get("documents", ())]


def jobs(dossier: Dossier) -> list[Job]:
    """The jobs of a dossier that its page tells of, newest first."""
    seen = Q(kind__in=SHOWN_KINDS) | Q(kind__in=SHOWN_WHEN_FAILED, state__in=_OVER_BADLY)
    return list(Job.objects.filter(seen, dossier=dossier.code).order_by("-created_at")[:50])


def _handle(document: UUID, actor: Actor) -> storage.Handle | None:
    try:
        return storage.handle(document, actor)
    except storage.StorageError:
        return None
