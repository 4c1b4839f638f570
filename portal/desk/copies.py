"""Checked copies of many dossiers that wait for the officer's signature, and the press that signs them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts import Actor
from dossiers import permissions, queries
from dossiers.models import Attachment
from dossiers.queries import Count
from dossiers.states import Act
from workers import Job, bulk

ACT, KIND = "certify", "certify"


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of the copies that wait, and how many there are in all."""

    rows: tuple[Attachment, ...]
    after: str | None
    count: Count

    @classmethod
    def of(cls, actor: Actor, text: str, cursor: str, limit: int) -> Queue:
        """The page after the cursor. Raises BadCursor."""
        asked = under_way()
        page = queries.copies_waiting(actor, text=text, without=asked, cursor=cursor or None, limit=limit)
        whole = queries.copies_waiting(actor, text=text, without=asked, limit=queries.BOUND)
        return cls(page.items, page.after, Count(len(whole.items), whole.after is not None))


def under_way() -> set[UUID]:
    """Documents whose signature somebody has asked for and a worker has yet to give, or a remote service may have
    given: those are tried again only by themselves, by who has looked there."""
    open_ = Job.objects.filter(kind=KIND, state__in=[Job.State.QUEUED, Job.State.RUNNING, Job.State.UNKNOWN])
    return {UUID(text) for payload in open_.values_list("payload", flat=True) for text in payload["documents"]}


def items(actor: Actor, *, only: list[int] | None, text: str = "", until: datetime | None = None) -> list[bulk.Item]:
    """A job for each document: the ticked ones, or all that waited by then. Raises NotAllowed."""
    page = queries.copies_waiting(actor, text=text, only=only, without=under_way(), until=until, limit=queries.BOUND)
    return list(_jobs(page.items, actor))


def _jobs(rows: Iterable[Attachment], actor: Actor) -> Iterable[bulk.Item]:
    for row in {row.document: row for row in rows}.values():
        dossier = row.component.dossier
        permissions.demand(Act.TICK, actor, dossier)
        yield bulk.Item(str(row.document), {"documents": [str(row.document)]}, dossier.code)
