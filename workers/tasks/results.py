"""`sign-result`, `seal-result`, `draft-preview`: a result is typeset, signed by the leader, sealed by the clerk.

Two acts of two people: between them the result awaits its seal (B-LT, then B-LTA).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from uuid import UUID, uuid4

from django.utils import timezone

import paper
import signing
import storage
from accounts import Actor
from catalogue import HosoError, kind, nfc
from dossiers import papers, services
from dossiers.models import Result
from dossiers.states import ResultState
from storage import VersionRole
from workers import keys, staging
from workers.agencies import agency_name
from workers.context import actor_of, software
from workers.describing import is_identifier
from workers.drawing import draw
from workers.errors import LeaseLost, NothingToSign, PinNeeded, Vanished
from workers.issuing import owner_id, system
from workers.ledger import Run
from workers.registry import task
from workers.runner import retryable
from workers.signatures import content, later_form, newest, publish

SIGNATURE, SEAL = "ket_qua_nguoi_ky", "ket_qua_dau"


def _still_asked(result: Result, actor: Actor, state: ResultState, who: str) -> None:
    """A job that is tried again after its attempt ended signs nothing. Raises NothingToSign."""
    if result.state != state or who != actor.id:
        raise NothingToSign()


@task("sign-result")
def sign_result(run: Run) -> None:
    """Payload: `result`, `actor`. The leader's signature; the signed PDF is deposited, the result awaits its seal."""
    actor, result = actor_of(run.payload["actor"]), _result(run)
    _still_asked(result, actor, ResultState.SIGNING, result.signer)
    with _told_of_failure(run, result, actor, services.signing_failed):
        if "document" not in run.result:
            run.remember(document=str(uuid4()))
        document = UUID(run.result["document"])
        run.stage("compose")
        blank = _typeset(result, actor)
        run.stage("sign", 0, 1)
        signer = keys.person(actor, "leader", result.dossier.decide_agency, str(run.job_id))
        published = publish(
            run,
            "signed",
            actor,
            result.dossier,
            lambda: signing.sign(
                blank.pdf,
                profile=SIGNATURE,
                signer=signer,
                services=keys.services(),
                mark=signing.Mark(name=actor.name),
                place=_place(blank, "person"),
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


@task("seal-result")
def seal_result(run: Run) -> None:
    """Payload: `result`, `actor`. The agency's seal over the leader's signature; then the result is issued."""
    actor, result = actor_of(run.payload["actor"]), _result(run)
    _still_asked(result, actor, ResultState.SEALING, result.sealer)
    with _told_of_failure(run, result, actor, services.sealing_failed):
        if result.document is None:
            raise NothingToSign()
        signed = newest(result.document, actor, VersionRole.ISSUED, VersionRole.RENEWED)
        if signed is None:
            raise NothingToSign()
        agency = result.dossier.decide_agency
        run.stage("sign", 0, 1)
        published = publish(
            run,
            "sealed",
            actor,
            result.dossier,
            lambda: signing.sign(
                content(signed, actor, result.dossier),
                profile=SEAL,
                signer=keys.seal(actor, agency, str(run.job_id)),
                services=keys.services(),
                mark=signing.Mark(agency=agency_name(agency)),
                place=_place(_typeset(result, actor), "seal"),
            ),
            lambda note: later_form(
                signed, VersionRole.ISSUED, f"seal:{result.id}", signature=note, settings={"profile": SEAL}
            ),
            sealed=True,
        )
        with run.finish(document=str(result.document), level=published.level):
            services.mark_sealed(
                result.id,
                actor,
                document=result.document,
                level=published.level,
                wanted=published.wanted,
                reasons=published.reasons,
            )
            services.issue(result.id, actor)
    staging.clear(run)


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
        settings={"template": result.template, "profile": SIGNATURE},
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


@contextmanager
def _told_of_failure(run: Run, result: Result, actor: Actor, tell: Callable[..., object]) -> Iterator[None]:
    """A failure that will not pass by itself goes into the result, which then can be tried again."""
    try:
        yield
    except (LeaseLost, PinNeeded):
        raise
    except HosoError as error:
        if not retryable(error):
            with suppress(HosoError):
                tell(result.id, actor, failure=error.code)
        raise
