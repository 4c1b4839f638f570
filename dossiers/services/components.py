"""What the desk does about each component: compare, reuse, look up, attach scans, confirm fields, tick."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Sum

import storage
from accounts import Actor, Purpose
from catalogue import Component as Asked
from catalogue import Mode, Party, nfc, procedure
from dossiers import calendar, reuse
from dossiers.errors import BadDossier, NothingAttached, NotReusable, PagesDiffer, PartNotFound, WrongDecision
from dossiers.labels import label
from dossiers.models import Attachment, Component, FieldCheck
from dossiers.services.acting import Acting, acting_on_component
from dossiers.services.course import needed
from dossiers.services.reception import purpose_of
from dossiers.states import Act, ComponentState, Decision


@dataclass(frozen=True, slots=True)
class Check:
    """One field that the officer looked at: how sure the machine was (None: typed by hand) and whether it was
    changed; `filled` says that it has a value now. The value itself goes to the archive."""

    name: str
    corrected: bool
    confidence: float | None = None
    filled: bool = True


def _settle(component: Component, doing: Acting) -> None:
    """Settles the component; a conditional one that was proved did apply, so it counts as required from now on."""
    component.required = component.required or component.decision != Decision.SKIP
    component.state = ComponentState.SETTLED.value
    component.settled_by, component.settled_at = doing.actor.id, doing.at


def _reopen(component: Component, state: ComponentState) -> None:
    component.state = state.value
    component.settled_by, component.settled_at = "", None


def _expect(component: Component, *decisions: Decision) -> None:
    if component.decision not in decisions:
        found = Decision(component.decision)
        raise WrongDecision(title=component.title, decision_vi=label(found), decision_en=label(found, "en"))


def asked_of(component: Component) -> Asked:
    """The catalogue's entry that the component was made from. Raises `PartNotFound` where it is gone."""
    day = component.dossier.registered_at.astimezone(calendar.ZONE).date()
    entry = procedure(component.dossier.procedure, day).component(component.catalogue_id)
    if entry is None:
        raise PartNotFound()
    return entry


def mark_shown(component: UUID, actor: Actor, *, note: str = "", at: datetime | None = None) -> Component:
    """The officer compared the original that was only shown ("đã đối chiếu"); no image is kept (Circular
    03/2025/TT-VPCP Art. 5.2b). A second call changes nothing. Raises `WrongDecision`."""
    with acting_on_component(component, Act.MARK_SHOWN, actor, at=at) as (doing, found):
        _expect(found, Decision.SHOWN)
        if found.shown_at is None:
            found.shown_by, found.shown_by_name, found.shown_at = actor.id, actor.name, doing.at
            found.note = nfc(note).strip() or found.note
            _settle(found, doing)
            found.save()
            doing.step(component=found)
    return found


def skip_component(
    component: UUID, actor: Actor, *, reason: str, legal_basis: str, at: datetime | None = None
) -> Component:
    """The component need not be scanned; reason and legal basis are kept. Raises `ReasonMissing`."""
    with acting_on_component(component, Act.SKIP_COMPONENT, actor, at=at) as (doing, found):
        before = found.decision
        found.decision = Decision.SKIP.value
        found.reason, found.legal_basis = needed(reason), needed(legal_basis)
        _unreuse(found)
        _settle(found, doing)
        found.save()
        doing.step(component=found, reason=found.reason, details={"from": before, "to": found.decision})
    return found


def _unreuse(component: Component) -> None:
    component.reused = False
    component.verdict = {}


def choose_reuse(
    component: UUID,
    actor: Actor,
    *,
    document: UUID,
    purpose: Purpose | None = None,
    at: datetime | None = None,
) -> Component:
    """Satisfies the component by a document of the archive, shown to the applicant first; the use is an event of the
    document's owner. A second call for the same document changes nothing. Raises `NotReusable` with every reason."""
    with acting_on_component(component, Act.CHOOSE_REUSE, actor, at=at) as (doing, found):
        if found.reused and found.reuse_document == document:
            return found
        why = purpose or purpose_of(doing.dossier.procedure, doing.dossier.code)
        verdict = _verdict(found, document, doing, why)
        if not verdict.reusable:
            raise NotReusable(
                reasons_vi="; ".join(item.vi for item in verdict.reasons),
                reasons_en="; ".join(item.en for item in verdict.reasons),
            )
        found.decision = Decision.REUSE.value
        found.reused, found.reuse_document, found.archive_had = True, document, True
        found.verdict = {"reusable": True, "at": doing.at.isoformat(), "reasons": []}
        _settle(found, doing)
        found.save()
        used = storage.EventRecord(
            action="document.reuse",
            document=document,
            owners=(found.owner,) if found.owner else (),
            details={"component": found.catalogue_id},
        )
        storage.record(used, actor, why)
        doing.step(component=found, details={"document": str(document)})
    return found


def _verdict(component: Component, document: UUID, doing: Acting, purpose: Purpose) -> storage.Verdict:
    asked = asked_of(component)
    known: dict[str, tuple[reuse.Candidate, ...]] = {}
    if component.owner is not None:
        day = doing.at.astimezone(calendar.ZONE).date()
        owners = {reuse.holder(Party(component.party)): component.owner}
        known = reuse.candidates([asked], owners, doing.actor, purpose, day)
    for candidate in known.get(asked.id, ()):
        if candidate.handle.id == document:
            return candidate.verdict
    missing = storage.Reason(
        "reuse.not_found",
        "kho không có giấy tờ này của người nộp cho thành phần này",
        "the archive has no such document of this person for this component",
    )
    return storage.Verdict(document, False, (missing,))


def require_paper(component: UUID, actor: Actor, *, reason: str, at: datetime | None = None) -> Component:
    """Asks for the paper after all, to scan or, where the procedure says so, only to be shown: reuse was declined, a
    look-up failed, a skip was wrong. Where the archive had a usable document this counts against us.

    Raises `ReasonMissing`, and `WrongDecision` for what is to be shown already.
    """
    with acting_on_component(component, Act.REQUIRE_PAPER, actor, at=at) as (doing, found):
        _expect(found, Decision.REUSE, Decision.LOOKUP, Decision.SKIP, Decision.SCAN)
        before = found.decision
        found.decision = (Decision.SHOWN if found.mode == Mode.SHOW else Decision.SCAN).value
        found.reason = needed(reason)
        found.required = True
        _unreuse(found)
        attached = Attachment.objects.filter(component=found).exists()
        _reopen(found, ComponentState.ATTACHED if attached else ComponentState.WAITING)
        found.save()
        doing.step(component=found, reason=found.reason, details={"from": before, "to": found.decision})
    return found


def record_lookup(
    component: UUID,
    actor: Actor,
    *,
    found: bool,
    document: UUID | None = None,
    note: str = "",
    at: datetime | None = None,
) -> Component:
    """Records what a database answered; `document` is the stored evidence of the look-up.

    When it failed the applicant must be told within 08 working hours (Resolution 66.7/2025/NQ-CP): `notice_due_at`.
    Raises `WrongDecision`.
    """
    with acting_on_component(component, Act.RECORD_LOOKUP, actor, at=at) as (doing, part):
        _expect(part, Decision.LOOKUP)
        part.lookup_found, part.lookup_at = found, doing.at
        part.note = nfc(note).strip() or part.note
        if found:
            part.notice_due_at = None
            if document is not None:
                Attachment.objects.get_or_create(
                    component=part,
                    document=document,
                    defaults={"pages": 1, "attached_by": actor.id, "attached_at": doing.at},
                )
            _settle(part, doing)
        else:
            part.notice_due_at = calendar.current().notice_due(doing.at)
            _reopen(part, ComponentState.WAITING)
        part.save()
        doing.step(component=part, details={"found": found})
    return part


def attach(component: UUID, actor: Actor, *, document: UUID, pages: int, at: datetime | None = None) -> Component:
    """Attaches a document of the archive; a settled scan must be ticked again. The same document twice changes
    nothing. Raises `WrongDecision` for what must not be scanned, `BadDossier`."""
    with acting_on_component(component, Act.ATTACH, actor, at=at) as (doing, found):
        _expect(found, Decision.SCAN, Decision.LOOKUP, Decision.SKIP)
        if pages < 1:
            raise BadDossier(field="pages")
        if not Attachment.objects.filter(component=found, document=document).exists():
            Attachment.objects.create(
                component=found, document=document, pages=pages, attached_by=actor.id, attached_at=doing.at
            )
            if found.decision == Decision.SCAN:
                _reopen(found, ComponentState.ATTACHED)
            found.save()
            doing.step(component=found, details={"document": str(document), "pages": pages})
    return found


def detach(component: UUID, actor: Actor, *, document: UUID, reason: str, at: datetime | None = None) -> Component:
    """Takes a wrongly attached document off the component; the archive keeps it. Raises `PartNotFound`."""
    with acting_on_component(component, Act.DETACH, actor, at=at) as (doing, found):
        deleted, _ = Attachment.objects.filter(component=found, document=document).delete()
        if not deleted:
            raise PartNotFound()
        if found.decision == Decision.SCAN:
            rest = Attachment.objects.filter(component=found).exists()
            _reopen(found, ComponentState.ATTACHED if rest else ComponentState.WAITING)
        found.save()
        doing.step(component=found, reason=needed(reason), details={"document": str(document)})
    return found


def declare_pages(component: UUID, actor: Actor, *, pages: int, at: datetime | None = None) -> Component:
    """The officer counted the pages of the paper (Circular 01/2023/TT-VPCP Art. 8: as many images as pages).

    Raises `BadDossier`, `WrongDecision`.
    """
    with acting_on_component(component, Act.DECLARE_PAGES, actor, at=at) as (doing, found):
        _expect(found, Decision.SCAN)
        if pages < 1:
            raise BadDossier(field="pages")
        if found.pages_declared != pages:
            found.pages_declared = pages
            if found.state == ComponentState.SETTLED:
                _reopen(found, ComponentState.ATTACHED)
            found.save()
            doing.step(component=found, details={"pages": pages})
    return found


def confirm_fields(
    component: UUID,
    actor: Actor,
    *,
    document: UUID,
    checks: Sequence[Check],
    total: int | None = None,
    at: datetime | None = None,
) -> Component:
    """The officer has looked at the fields of an attached document: who, when, and which were changed.

    `total` is how many fields the kind has (the checks by default). Raises `PartNotFound`.
    """
    with acting_on_component(component, Act.CONFIRM_FIELDS, actor, at=at) as (doing, found):
        attachment = Attachment.objects.filter(component=found, document=document).first()
        if attachment is None:
            raise PartNotFound()
        FieldCheck.objects.bulk_create(
            FieldCheck(
                attachment=attachment,
                name=check.name,
                confidence=check.confidence,
                corrected=check.corrected,
                by=actor.id,
                at=doing.at,
            )
            for check in checks
        )
        attachment.fields_total = len(checks) if total is None else total
        attachment.fields_filled = sum(check.filled for check in checks)
        attachment.fields_corrected = sum(check.corrected for check in checks)
        attachment.confirmed_by, attachment.confirmed_at = actor.id, doing.at
        attachment.save()
        doing.step(component=found, details={"document": str(document), "corrected": attachment.fields_corrected})
    return found


def tick(component: UUID, actor: Actor, *, at: datetime | None = None) -> Component:
    """The scanned component is complete. A second call changes nothing. Raises `NothingAttached`, `PagesDiffer`,
    `WrongDecision`."""
    with acting_on_component(component, Act.TICK, actor, at=at) as (doing, found):
        _expect(found, Decision.SCAN)
        if found.state == ComponentState.SETTLED:
            return found
        scanned = Attachment.objects.filter(component=found).aggregate(pages=Sum("pages"))["pages"]
        if not scanned:
            raise NothingAttached(title=found.title)
        if found.pages_declared is not None and found.pages_declared != scanned:
            raise PagesDiffer(declared=found.pages_declared, scanned=scanned)
        _settle(found, doing)
        found.save()
        doing.step(component=found, details={"pages": scanned})
    return found
