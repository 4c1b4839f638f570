"""What the archive's document must be to satisfy a component, and which of a person's documents do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import storage
from accounts import Actor, Purpose
from catalogue import Component, Party, Reuse, kind
from dossiers.queries import unissued

DAYS_A_MONTH = 31
"""An upper bound: the archive counts days, the law months; the kind's own term is judged exactly by the archive."""

SHOWN_STATUSES = (storage.Status.ACTIVE, storage.Status.SUPERSEDED, storage.Status.REVOKED)
"""A document out of force is found too, so that the desk can say why it does not do."""

_SCOPE = frozenset({"wrong_purpose", "wrong_scope"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A document of the person that could prove a component, with the archive's verdict."""

    handle: storage.Handle
    verdict: storage.Verdict


def reusable_kinds(component: Component) -> tuple[str, ...]:
    """The kinds of the component that a stored copy may stand in for."""
    if not component.reusable:
        return ()
    return tuple(id for id in component.kinds if kind(id).reuse is not Reuse.NEVER)


def requirement(component: Component, *, owner: UUID, on: date) -> storage.Requirement:
    """What a document must be on the day to satisfy the component for its owner."""
    months = component.max_age_months
    return storage.Requirement(
        owner=owner,
        on=on,
        kinds=reusable_kinds(component),
        purpose=component.purpose.text_vi if component.purpose else "",
        max_age_days=months * DAYS_A_MONTH if months is not None else None,
    )


def judge(component: Component, handle: storage.Handle, *, owner: UUID, on: date) -> storage.Verdict:
    """Whether the document does, and if not, every reason why not.

    The archive judges kind, owner, term, status and signature. The purpose that a purpose-bound paper names is judged
    by the procedure's own rule instead, which knows the words: `để kết hôn với …` meets marriage, `để vay vốn` does
    not.
    """
    verdict = storage.assess(handle.id, requirement(component, owner=owner, on=on))
    rule = component.purpose
    if rule is None or kind(handle.kind).reuse is not Reuse.PURPOSE_BOUND:
        return verdict
    reasons = [reason for reason in verdict.reasons if reason.code not in _SCOPE]
    if not rule.met_by(handle.scope):
        reasons.append(
            storage.Reason(
                "wrong_purpose",
                f"giấy được cấp cho mục đích khác, ở đây cần: {rule.text_vi}",
                f"it was issued for another purpose; here it must be for: {rule.text_en}",
            )
        )
    return storage.Verdict(handle.id, not reasons, tuple(reasons))


def holder(party: Party) -> Party:
    """Whose documents are looked through: what anybody of the dossier may bring is looked for with the applicant."""
    return Party.APPLICANT if party is Party.ANY else party


def candidates(
    components: Iterable[Component],
    owners: Mapping[Party, UUID],
    actor: Actor,
    purpose: Purpose,
    on: date,
) -> dict[str, tuple[Candidate, ...]]:
    """Component id → the persons' documents that could prove it, usable ones first, then newest first.

    One search of the archive for each person; each is an event of its log.
    """
    wanted: dict[UUID, list[Component]] = defaultdict(list)
    for component in components:
        owner = owners.get(holder(component.party))
        if owner is not None and reusable_kinds(component):
            wanted[owner].append(component)
    found: dict[str, tuple[Candidate, ...]] = {}
    for owner, theirs in wanted.items():
        kinds = tuple(sorted({id for component in theirs for id in reusable_kinds(component)}))
        query = storage.Query(owner=owner, kinds=kinds, statuses=SHOWN_STATUSES)
        found_here = storage.search(query, actor, purpose).handles
        waiting = unissued(handle.id for handle in found_here)
        handles = [handle for handle in found_here if handle.id not in waiting]
        for component in theirs:
            judged = [
                Candidate(handle, judge(component, handle, owner=owner, on=on))
                for handle in handles
                if handle.kind in reusable_kinds(component)
            ]
            found[component.id] = tuple(sorted(judged, key=lambda item: not item.verdict.reusable))
    return found
