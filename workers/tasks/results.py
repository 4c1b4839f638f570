"""`sign-result`, `seal-result`, `draft-preview`: a result is typeset, signed by the leader, sealed by the clerk.

Two acts of two people: between them the result awaits its seal (B-LT, then B-LTA).
"""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

from django.utils import timezone

import paper
import signing
import storage
from accounts import WORKER, Actor
from catalogue import HosoError, kind, nfc
from dossiers import papers, permissions, services
from dossiers.models import Result
from dossiers.states import Act, ResultState
from storage import VersionRole
from workers import keys, staging
from workers.agencies import agency_name
from workers.context import actor_of, software
from workers.describing import is_identifier
from workers.drawing import draw
from workers.errors import NothingToSign, Vanished
from workers.issuing import owner_id, system
from workers.ledger import Run, enqueue
from workers.models import Job
from workers.pins import batch_of
from workers.registry import task
from workers.signatures import Published, content, later_form, newest, publish, published_before, sign

SIGN, SEAL = "sign-result", "seal-result"
PROFILES = {SIGN: "ket_qua_nguoi_ky", SEAL: "ket_qua_dau"}
TYPESET = "typeset"
"""The origin of results: nobody but our own typesetting makes them, sealed ones are those with our own signature."""
STARTS = {SIGN: Act.START_SIGNING, SEAL: Act.START_SEALING}


def _still_asked(run: Run, result: Result) -> bool:
    """Whether the result waits for this very job: not when its attempt has ended, nor when it was asked for anew."""
    if run.kind == SIGN:
        waits = result.state == ResultState.SIGNING and result.signer == run.payload["actor"]
    else:
        waits = result.state == ResultState.SEALING and result.sealer == run.payload["actor"]
    attempt = run.result.get("attempt", run.payload.get("attempt"))
    if attempt is None:  # of a batch: not begun yet; else asked for by whoever has just begun it
        return waits and run.batch is None
    return waits and attempt == services.times(result, STARTS[run.kind])


def _begin(run: Run, actor: Actor, result: Result) -> Result:
    """A document of a batch is begun when its turn comes: until then, and while the batch is paused, nothing is under
    way. Raises IllegalAct, DraftChanged, NotAllowed."""
    before = ResultState.DRAFT if run.kind == SIGN else ResultState.SIGNED
    if run.batch is None or ("attempt" in run.result and result.state != before):
        return result
    with run.fenced():
        if run.kind == SIGN:
            result = services.start_signing(result.id, actor, seen=run.payload.get("edits"))
        else:
            result = services.start_sealing(result.id, actor)
        run.remember(attempt=services.times(result, STARTS[run.kind]))
    return result


def _asked(run: Run) -> tuple[Actor, Result]:
    """Who signs or seals what. Raises NothingToSign for a job that is tried again after its attempt ended, NotAllowed
    where the person may sign no longer: a batch can wait for its PIN for weeks."""
    actor = actor_of(run.payload["actor"])
    result = _begin(run, actor, _result(run))
    if not _still_asked(run, result):
        raise NothingToSign()
    permissions.demand(Act.MARK_SIGNED if run.kind == SIGN else Act.MARK_SEALED, actor, result.dossier)
    return actor, result


def _gave_up(run: Run, error: HosoError) -> None:
    """The result can be signed or sealed again. A file that was signed and will never count is said to be void."""
    result = _result(run)
    if _still_asked(run, result):
        services.signing_failed(result.id, WORKER, failure=error.code, seal=run.kind == SEAL)
    if run.kind == SIGN and "document" in run.result:
        # Tried again, this job would take up a document that is void: it begins with a new one.
        Job.objects.filter(pk=run.job_id).update(result={})
        payload = {"void": run.result["document"]}
        enqueue("tell-archive", key=f"tell-archive:{run.job_id}", payload=payload, dossier=run.dossier)


@task(SIGN, gave_up=_gave_up)
def sign_result(run: Run) -> None:
    """Payload: `result`, `actor`, of a batch `edits` as the leader saw them. The leader's signature; the signed PDF is
    deposited, the result awaits its seal."""
    actor, result = _asked(run)
    if "document" not in run.result:
        run.remember(document=str(uuid4()))
    document = UUID(run.result["document"])
    run.stage("compose")
    blank = _typeset(result, actor)
    run.stage("sign", 0, 1)
    published = publish(
        run,
        "signed",
        actor,
        result.dossier,
        lambda: sign(
            run,
            "signed",
            blank.pdf,
            profile=PROFILES[SIGN],
            agency=result.dossier.decide_agency,
            signer=keys.person(actor, "leader", result.dossier.decide_agency, batch_of(run)),
            mark=signing.Mark(name=actor.name),
            place=_place(blank, "person"),
            origin=TYPESET,
        ),
        lambda note: _deposit(result, document, note),
    )
    with run.finish(document=str(document), level=published.level):
        services.mark_signed(
            result.id,
            actor,
            document=document,
            level=published.level,
            wanted=published.wanted,
            reasons=published.reasons,
        )
    staging.clear(run)


@task(SEAL, gave_up=_gave_up)
def seal_result(run: Run) -> None:
    """Payload: `result`, `actor`. The agency's seal over the leader's signature; then the result is issued."""
    actor, result = _asked(run)
    signed = newest(result.document, actor, VersionRole.ISSUED, VersionRole.RENEWED) if result.document else None
    if signed is None:
        raise NothingToSign()
    run.stage("sign", 0, 1)
    published = published_before(signed, actor, result.dossier, sealed=True) or _seal(run, result, signed, actor)
    with run.finish(document=str(signed.document), level=published.level):
        services.mark_sealed(
            result.id,
            actor,
            document=signed.document,
            level=published.level,
            wanted=published.wanted,
            reasons=published.reasons,
        )
        services.issue(result.id, actor)
    staging.clear(run)


def _seal(run: Run, result: Result, signed: storage.VersionRef, actor: Actor) -> Published:
    agency = result.dossier.decide_agency
    return publish(
        run,
        "sealed",
        actor,
        result.dossier,
        lambda: sign(
            run,
            "sealed",
            content(signed, actor, result.dossier),
            profile=PROFILES[SEAL],
            agency=agency,
            signer=keys.seal(actor, agency, batch_of(run)),
            mark=signing.Mark(agency=agency_name(agency)),
            place=_place(_typeset(result, actor), "seal"),
            origin=TYPESET,
        ),
        lambda note: later_form(
            signed, VersionRole.ISSUED, f"seal:{result.id}", signature=note, settings={"profile": PROFILES[SEAL]}
        ),
        sealed=True,
    )


@task("draft-preview")
def draft_preview(run: Run) -> None:
    """Payload: `result`, `actor`. Result: `pages`, drawn as `page-images` does."""
    actor, result = actor_of(run.payload["actor"]), _result(run)
    run.stage("compose")
    run.remember(pages=draw(run, _typeset(result, actor).pdf))


def _result(run: Run) -> Result:
    found = Result.objects.select_related("dossier").filter(pk=run.payload["result"]).first()
    if found is None:
        raise Vanished(what="result")
    return found


def _typeset(result: Result, actor: Actor) -> paper.Paper:
    """The result without a signature; the same data give the same places."""
    data = papers.result_data(
        result, owner_id=owner_id(result.dossier, actor), system=system(), printed_at=result.drafted_at
    )
    return paper.result(result.template, data)


def _place(typeset: paper.Paper, name: str) -> signing.Place | None:
    found = typeset.places.get(name)
    return signing.Place(found.page, found.box) if found else None


def _deposit(result: Result, document: UUID, note: storage.SignatureNote) -> storage.Deposit:
    dossier, entry = result.dossier, kind(result.kind)
    return storage.Deposit(
        document=document,
        owners=(dossier.owner,),
        role=VersionRole.ISSUED,
        media_type="application/pdf",
        key=f"sign:{result.id}",
        metadata=_describe(result),
        sensitivity=entry.sensitivity,
        dossier=dossier.code,
        agency=dossier.decide_agency,
        software=software(),
        settings={"template": result.template, "profile": PROFILES[SIGN]},
        signature=note,
    )


def _describe(result: Result) -> storage.Metadata:
    data, entry = result.data, kind(result.kind)
    issued_on = _day(data.get("issued_on")) or timezone.localdate(result.drafted_at)
    given = data.get("fields") or {}
    fields = tuple(
        storage.FieldValue(name=name, value=nfc(str(value)), origin="db", personal_id=is_identifier(name, entry))
        for name, value in given.items()
        if value
    )
    return storage.Metadata(
        kind=result.kind,
        title=result.title,
        number=str(data.get("number") or ""),
        issued_on=issued_on,
        issuer=agency_name(result.dossier.decide_agency),
        issuer_code=result.dossier.decide_agency,
        valid_from=issued_on,
        valid_to=_day(data.get("valid_to")) or entry.validity.ends(issued_on),
        scope=nfc(str(data.get("scope") or given.get("purpose") or "")),
        result_type=result.result_type,
        fields=fields,
        text="\n".join([result.title, *(field.value for field in fields if not field.personal_id)]),
    )


def _day(value: object) -> date | None:
    return date.fromisoformat(str(value)) if value else None
