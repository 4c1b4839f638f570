"""Receipt, forms and results of a dossier as data for the package `paper`.

The person's identifier is not in a dossier's rows: the caller takes it from the archive (`storage.owner_profile`, an
event) and hands it in as `owner_id`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

import paper
from catalogue import Unit, agency
from dossiers.calendar import ZONE
from dossiers.errors import BadDossier
from dossiers.labels import label
from dossiers.models import Attachment, Component, Dossier, Result, Step
from dossiers.states import Act, ComponentState, Decision, State

NOTICES = ("02", "03", "04", "05")
"""Forms of Circular 03/2025/TT-VPCP that tell the applicant of an act, by number."""

_DELIVERIES = {"electronic": "Bản điện tử", "paper": "Bản giấy", "post": "Bưu chính công ích"}


def templates() -> Mapping[str, paper.Template]:
    """The result templates by id with the fields that they take, for pages, which may not import `paper`."""
    return paper.templates()


def issuer(code: str, on: date) -> paper.Issuer:
    """The agency block of an agency's papers on a day. Raises `catalogue.UnknownAgency`."""
    found = agency(code, on)
    above = agency(found.parent, on).name if found.parent else ""
    return paper.Issuer(name=found.name, superior=above)


def case(
    dossier: Dossier,
    *,
    owner_id: str,
    system: paper.System,
    printed_at: datetime,
    agency_code: str = "",
    officer: str = "",
    token: str = "",
) -> paper.Case:
    """What every form prints of the dossier; issued by the receiving agency unless told otherwise."""
    contact: Mapping[str, str] = dossier.contact
    return paper.Case(
        issuer=issuer(agency_code or dossier.receive_agency, printed_at.astimezone(ZONE).date()),
        system=system,
        dossier_code=dossier.code,
        procedure_code=dossier.procedure,
        procedure_name=dossier.procedure_name,
        owner_id=owner_id,
        applicant=dossier.applicant_name,
        printed_at=printed_at,
        token=token or dossier.lookup_token,
        address=contact.get("address", ""),
        phone=contact.get("phone", ""),
        email=contact.get("email", ""),
        officer=officer or dossier.officer_name,
    )


def receipt(dossier: Dossier, *, owner_id: str, system: paper.System, printed_at: datetime) -> paper.Receipt:
    """Form 01. Raises `BadDossier` for a dossier that is not received, or has no appointment."""
    if dossier.received_at is None or dossier.due_at is None:
        raise BadDossier(field="received_at, due_at")
    components = Component.objects.filter(dossier=dossier).order_by("position")
    return paper.Receipt(
        case=case(dossier, owner_id=owner_id, system=system, printed_at=printed_at),
        items=tuple(item for item in map(_item, components) if item is not None),
        time_limit=time_limit(dossier),
        received_at=dossier.received_at,
        due_at=dossier.due_at,
        collect_at=agency(dossier.handover_agency, printed_at.astimezone(ZONE).date()).name,
    )


def _item(component: Component) -> paper.ReceivedItem | None:
    """A line of the receipt; nothing for a paper that the law does not ask for and nobody brought."""
    settled = component.state == ComponentState.SETTLED
    decision = Decision(component.decision)
    brought = decision is Decision.SCAN and (component.required or component.state != ComponentState.WAITING)
    notes = {
        Decision.SCAN: "",
        Decision.SHOWN: "Đã đối chiếu bản chính" if settled else "Xuất trình để đối chiếu",
        Decision.REUSE: "Đã có trong kho, không phải nộp",
        Decision.LOOKUP: "Tra cứu cơ sở dữ liệu, không phải nộp",
        Decision.SKIP: component.reason,
    }
    proved = brought or decision is Decision.REUSE or (settled and decision is not Decision.SKIP)
    if not component.required and not proved:
        return None
    return paper.ReceivedItem(title=component.title, originals=int(brought), note=notes[decision])


def time_limit(dossier: Dossier) -> str:
    """The procedure's time limit as printed: "03 ngày làm việc", "trong ngày"."""
    if dossier.limit_same_day:
        return "Trong ngày làm việc"
    if dossier.limit_amount is None or not dossier.limit_unit:
        return ""
    return f"{dossier.limit_amount:02d} {Unit(dossier.limit_unit).value.lower()}"


def notice(step: Step, *, owner_id: str, system: paper.System, printed_at: datetime) -> tuple[str, paper.Notice]:
    """The number and the data of the form that tells of a step (02 to 05). Raises `BadDossier` for other steps."""
    if step.form not in NOTICES:
        raise BadDossier(field="form")
    dossier = step.dossier
    act = Act(step.act)
    items: tuple[str, ...] = tuple(step.details.get("items", ()))
    if act in (Act.STOP, Act.WITHDRAW):
        kept = Attachment.objects.filter(component__dossier=dossier).values_list("component__title", flat=True)
        items = tuple(dict.fromkeys(kept))
    elif act is Act.REQUEST_SUPPLEMENT and not items:
        waiting = Component.objects.filter(dossier=dossier, required=True).exclude(state=ComponentState.SETTLED)
        items = tuple(waiting.order_by("position").values_list("title", flat=True))
    told = paper.Notice(
        case=case(
            dossier,
            owner_id=owner_id,
            system=system,
            printed_at=printed_at,
            agency_code=step.agency,
            officer=step.by_name,
        ),
        reason=step.reason,
        items=items,
        received_at=dossier.received_at or dossier.registered_at,
        due_at=dossier.due_at if act is Act.EXTEND else None,
    )
    return step.form, told


def control_slip(dossier: Dossier, *, owner_id: str, system: paper.System, printed_at: datetime) -> paper.ControlSlip:
    """Form 06: the slip that follows the dossier. Raises `BadDossier` before it is received."""
    if dossier.received_at is None or dossier.due_at is None:
        raise BadDossier(field="received_at, due_at")
    moved = [step for step in Step.objects.filter(dossier=dossier).order_by("id") if step.state_from != step.state_to]
    pairs = zip(moved, [*moved[1:], None], strict=True)
    return paper.ControlSlip(
        case=case(dossier, owner_id=owner_id, system=system, printed_at=printed_at),
        steps=tuple(
            paper.Step(
                sender=step.by_name or step.by,
                receiver=(after.by_name or after.by) if after else "",
                at=step.at,
                outcome=label(State(step.state_to)),
                note=step.reason,
            )
            for step, after in pairs
        ),
        received_at=dossier.received_at,
        due_at=dossier.due_at,
    )


def tracking_book(
    title: str, agency_code: str, dossiers: Iterable[Dossier], *, system: paper.System, printed_at: datetime
) -> paper.TrackingBook:
    """Form 07 over dossiers that were received with an appointment; others are left out."""
    return paper.TrackingBook(
        issuer=issuer(agency_code, printed_at.astimezone(ZONE).date()),
        system=system,
        title=title,
        entries=tuple(
            paper.BookEntry(
                dossier_code=dossier.code,
                procedure_name=dossier.procedure_name,
                applicant=dossier.applicant_name,
                received_at=dossier.received_at,
                due_at=dossier.due_at,
                done_at=dossier.ended_at,
                delivery=_DELIVERIES.get(dossier.delivery, ""),
                note=label(State(dossier.state)),
            )
            for dossier in dossiers
            if dossier.received_at is not None and dossier.due_at is not None
        ),
        printed_at=printed_at,
    )


def separators(dossier: Dossier, *, demo: bool = False) -> tuple[paper.Separator, ...]:
    """A sheet for each component that is to be scanned, so that the whole dossier is fed in one go."""
    waiting = Component.objects.filter(dossier=dossier, decision=Decision.SCAN.value).order_by("position")
    return tuple(
        paper.Separator(dossier_code=dossier.code, component=item.catalogue_id, title=item.title, demo=demo)
        for item in waiting
    )


def result_data(result: Result, *, owner_id: str, system: paper.System, printed_at: datetime) -> paper.ResultData:
    """A drafted result for its template.

    `Result.data` holds `number` ("12/UBND-XNTTHN"), `capacity` (lines in capitals), `signer` (full name; the leader
    who signs by default), `issued_on`, `valid_to` (ISO dates, both optional), `scope`, and `fields` by name, those
    that the template knows as dates as ISO dates. Raises `BadDossier` for what is missing or no date.
    """
    data: Mapping[str, object] = result.data
    template = paper.templates().get(result.template)
    if template is None:
        raise BadDossier(field="template")
    dates = {item.name for item in template.fields if item.type == "date"}
    given = data.get("fields")
    capacity = data.get("capacity")
    if not isinstance(given, dict) or not isinstance(capacity, list):
        raise BadDossier(field="fields, capacity")
    fields = {name: _date(name, value) if name in dates else str(value) for name, value in given.items() if value}
    issued_on = data.get("issued_on") or printed_at.astimezone(ZONE).date().isoformat()
    return paper.ResultData(
        case=case(
            result.dossier,
            owner_id=owner_id,
            system=system,
            printed_at=printed_at,
            agency_code=result.dossier.decide_agency,
            token=result.verify_token,
        ),
        code=result.code,
        number=str(data.get("number") or ""),
        issued_on=_date("issued_on", issued_on),
        signer=paper.Signer(tuple(map(str, capacity)), str(data.get("signer") or result.signer_name)),
        fields=fields,
        valid_to=_date("valid_to", data["valid_to"]) if data.get("valid_to") else None,
        scope=str(data.get("scope") or ""),
    )


def _date(name: str, value: object) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise BadDossier(field=name) from error
