"""Receiving a dossier: its code, its checklist as rows, its appointment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import Actor, Purpose
from catalogue import AgencyCode, Party, Procedure, fold, nfc, procedure
from dossiers import checklist, permissions
from dossiers.calendar import ZONE
from dossiers.checklist import Item
from dossiers.errors import BadDossier, KeyReused, ReasonMissing
from dossiers.models import Component, Dossier
from dossiers.reuse import holder
from dossiers.services.acting import Acting
from dossiers.services.codes import next_code
from dossiers.services.course import start_clock
from dossiers.states import Act, Channel, ComponentState, Decision, State


@dataclass(frozen=True, slots=True)
class Agent:
    """Who files for the applicant: `relation` is parent, guardian, authorised or another word; `document` proves it."""

    name: str
    relation: str
    owner: UUID | None = None
    document: UUID | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """What the officer says about a component, over what the rules say.

    `decision` needs a `reason`, and skipping a `legal_basis` too. `needed` answers a conditional component. `pages` is
    the number of pages counted on the paper.
    """

    decision: Decision | None = None
    reason: str = ""
    legal_basis: str = ""
    needed: bool | None = None
    pages: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class NewDossier:
    """What a dossier is made of. Agencies are codes; `decide_agency` and `handover_agency` default to the receiving
    one. `parties` are further persons whose documents count (`Party.SPOUSE`, …); `choices` go by component id.
    `email` and `phone` are for notices and are stored encrypted."""

    procedure: str
    owner: UUID
    applicant_name: str
    receive_agency: str
    decide_agency: str = ""
    handover_agency: str = ""
    agent: Agent | None = None
    parties: Mapping[Party, UUID] = field(default_factory=dict)
    channel: Channel = Channel.COUNTER
    email: str = ""
    phone: str = ""
    address: str = ""
    language: str = "vi"
    choices: Mapping[str, Choice] = field(default_factory=dict)


def receive(new: NewDossier, actor: Actor, *, key: str | None = None, at: datetime | None = None) -> Dossier:
    """Receives a whole dossier: gives its code, writes its components, starts its clock; the receipt is due.

    The same `key` at the same agency gives the same dossier again. Raises `NotAllowed`, `BadDossier`,
    `ReasonMissing`, `KeyReused`, `catalogue.UnknownEntry`.
    """
    return _open(new, actor, Act.RECEIVE, key, at)


def register(new: NewDossier, actor: Actor, *, key: str | None = None, at: datetime | None = None) -> Dossier:
    """Registers a dossier that is not received yet: filed online, or incomplete at the counter. No clock runs; it is
    then accepted, supplemented or refused. Raises as `receive`."""
    return _open(new, actor, Act.REGISTER, key, at)


def purpose_of(procedure_code: str, dossier: str = "") -> Purpose:
    """Why a desk looks into the archive: the procedure and, once there is one, the dossier."""
    return Purpose(f"TTHC:{procedure_code}", dossier, "Giải quyết thủ tục hành chính")


def _open(new: NewDossier, actor: Actor, act: Act, key: str | None, at: datetime | None) -> Dossier:
    moment = at or timezone.now()
    rules = procedure(new.procedure, moment.astimezone(ZONE).date())
    dossier = _dossier(new, rules, actor, act, key, moment)
    permissions.demand(act, actor, dossier)
    before = _before(dossier)
    if before is not None:
        return before
    try:
        with transaction.atomic():
            dossier.code = next_code(dossier.receive_agency, moment.astimezone(ZONE).date())
            components = _components(dossier, new, actor, moment)
            dossier.save(force_insert=True)
            Component.objects.bulk_create(components)
            Acting(dossier, act, actor, moment, key).step(state_from="", form="01" if act is Act.RECEIVE else "")
    except IntegrityError:
        raced = _before(dossier)
        if raced is None:
            raise
        return raced
    return dossier


def _before(dossier: Dossier) -> Dossier | None:
    """The dossier that the same key made before."""
    if dossier.key is None:
        return None
    found = Dossier.objects.filter(receive_agency=dossier.receive_agency, key=dossier.key).first()
    if found is not None and (found.procedure, found.owner) != (dossier.procedure, dossier.owner):
        raise KeyReused()
    return found


def _dossier(new: NewDossier, rules: Procedure, actor: Actor, act: Act, key: str | None, moment: datetime) -> Dossier:
    name = nfc(new.applicant_name).strip()
    if not name or len(name) > 200:
        raise BadDossier(field="applicant_name")
    receive_agency = str(AgencyCode.parse(new.receive_agency))
    limit = rules.time_limit
    dossier = Dossier(
        key=key or None,
        procedure=rules.code,
        procedure_version=rules.provenance.valid_from.isoformat(),
        procedure_name=rules.name_vi,
        returns_paper=bool(rules.result_types or rules.result_kinds),
        owner=new.owner,
        applicant_name=name,
        applicant_key=fold(name),
        receive_agency=receive_agency,
        decide_agency=str(AgencyCode.parse(new.decide_agency)) if new.decide_agency else receive_agency,
        handover_agency=str(AgencyCode.parse(new.handover_agency)) if new.handover_agency else receive_agency,
        desk=actor.desk,
        officer=actor.id,
        officer_name=actor.name,
        channel=Channel(new.channel).value,
        language=new.language,
        contact={"email": new.email.strip(), "phone": new.phone.strip(), "address": nfc(new.address).strip()},
        state=State.REGISTERED.value,
        registered_at=moment,
        order_at=moment,
        limit_amount=limit.amount if limit else None,
        limit_unit=limit.unit.value if limit else "",
        limit_same_day=limit.same_day if limit else False,
    )
    if new.agent is not None:
        dossier.agent_owner, dossier.agent_document = new.agent.owner, new.agent.document
        dossier.agent_name, dossier.relation = nfc(new.agent.name).strip(), new.agent.relation
    if act is Act.RECEIVE:
        dossier.state = State.RECEIVED.value
        start_clock(dossier, moment)
    return dossier


def _components(dossier: Dossier, new: NewDossier, actor: Actor, moment: datetime) -> list[Component]:
    """The checklist as rows. The archive is searched for this dossier, so other agencies' documents are found too."""
    items = checklist.build(
        dossier.procedure,
        {Party.APPLICANT: new.owner, **new.parties},
        actor,
        purpose_of(dossier.procedure, dossier.code),
        on=moment.astimezone(ZONE).date(),
        channel=new.channel,
    )
    unknown = set(new.choices) - {item.component.id for item in items}
    if unknown:
        raise BadDossier(field=", ".join(sorted(unknown)))
    return [_component(dossier, place, item, new, actor, moment) for place, item in enumerate(items, start=1)]


def _component(
    dossier: Dossier, position: int, item: Item, new: NewDossier, actor: Actor, moment: datetime
) -> Component:
    asked, choice = item.component, new.choices.get(item.component.id, Choice())
    decision, reason, basis = _decided(item, choice)
    skipped = decision is Decision.SKIP
    owners = {Party.APPLICANT: new.owner, **new.parties}
    return Component(
        dossier=dossier,
        position=position,
        catalogue_id=asked.id,
        title=asked.title_vi,
        title_en=asked.title_en,
        kinds=list(asked.kinds),
        party=asked.party.value,
        owner=owners.get(holder(asked.party)),
        mode=asked.mode.value,
        required=asked.required or bool(choice.needed and asked.required_if_vi),
        decision=decision.value,
        reason=reason,
        legal_basis=basis,
        database=asked.database or "",
        state=(ComponentState.SETTLED if skipped else ComponentState.WAITING).value,
        settled_by=actor.id if skipped else "",
        settled_at=moment if skipped else None,
        pages_declared=choice.pages,
        reuse_document=item.candidate.handle.id if item.candidate and decision is Decision.REUSE else None,
        archive_had=item.candidate is not None,
        note=nfc(choice.note).strip(),
    )


def _decided(item: Item, choice: Choice) -> tuple[Decision, str, str]:
    if choice.decision is None or choice.decision is item.decision:
        return item.decision, item.reason_vi, item.legal_basis
    if not choice.reason.strip() or (choice.decision is Decision.SKIP and not choice.legal_basis.strip()):
        raise ReasonMissing()
    if choice.decision is Decision.REUSE and item.candidate is None:
        raise BadDossier(field=item.component.id)
    return choice.decision, nfc(choice.reason).strip(), nfc(choice.legal_basis).strip() or item.legal_basis
