"""Results: drafted, signed by the leader, sealed by the clerk, issued; revoked or replaced when they were wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Max

from accounts import Actor
from catalogue import nfc
from dossiers.errors import BadDossier, DraftChanged
from dossiers.models import Dossier, Result, Step
from dossiers.moves import illegal, result_target
from dossiers.services.acting import Acting, acting, acting_on_result
from dossiers.services.course import needed
from dossiers.states import Act, EndCause, ResultState, State

_UNFINISHED = (
    ResultState.DRAFT,
    ResultState.SIGNING,
    ResultState.SIGNED,
    ResultState.SEALING,
    ResultState.SEALED,
)
_SIGNABLE = frozenset({State.PROCESSING, State.DONE, State.RETURNED})


def draft_result(
    dossier: UUID,
    actor: Actor,
    *,
    kind: str,
    title: str,
    data: Mapping[str, object],
    template: str = "",
    result_type: str = "",
    key: str | None = None,
    at: datetime | None = None,
) -> Result:
    """Drafts a result of a dossier in process; its code is `<dossier>-KQ<n>` (Decree 45/2020/NĐ-CP Art. 14.3).

    `data` is JSON: what the template asks for. Raises `IllegalAct`, `BadDossier`.
    """
    with acting(dossier, Act.DRAFT_RESULT, actor, key=key, at=at) as doing:
        if doing.repeated:
            return Result.objects.get(dossier=doing.dossier, key=key)
        if doing.dossier.state != State.PROCESSING:
            raise illegal(doing.act, State(doing.dossier.state))
        result = _new(doing, kind=kind, title=title, data=data, template=template, result_type=result_type)
        doing.step(result=result, details={"code": result.code})
    return result


def _new(
    doing: Acting,
    *,
    kind: str,
    title: str,
    data: Mapping[str, object],
    template: str,
    result_type: str,
    replaces: Result | None = None,
) -> Result:
    if not kind or not title.strip():
        raise BadDossier(field="kind, title")
    last = Result.objects.filter(dossier=doing.dossier).aggregate(last=Max("number"))["last"] or 0
    return Result.objects.create(
        dossier=doing.dossier,
        number=last + 1,
        code=f"{doing.dossier.code}-KQ{last + 1}",
        key=doing.key,
        kind=kind,
        template=template,
        result_type=result_type,
        title=nfc(title).strip(),
        data=dict(data),
        drafted_by=doing.actor.id,
        drafted_at=doing.at,
        replaces=replaces,
    )


def edit_result(
    result: UUID,
    actor: Actor,
    *,
    data: Mapping[str, object],
    title: str | None = None,
    key: str | None = None,
    at: datetime | None = None,
) -> Result:
    """Changes a draft. Raises `IllegalAct` once it is being signed."""
    with acting_on_result(result, Act.EDIT_RESULT, actor, key=key, at=at) as (doing, draft):
        if not doing.repeated:
            draft.data = dict(data)
            draft.title = nfc(title).strip() if title else draft.title
            _move(doing, draft)
    return draft


def discard_result(result: UUID, actor: Actor, *, at: datetime | None = None) -> Dossier:
    """Deletes a draft that was never signed. Raises `IllegalAct`."""
    with acting_on_result(result, Act.DISCARD_RESULT, actor, at=at) as (doing, draft):
        if draft.state != ResultState.DRAFT:
            raise illegal(doing.act, ResultState(draft.state))
        code = draft.code
        draft.delete()
        doing.step(details={"code": code})
    return doing.dossier


def _move(doing: Acting, result: Result, *, reason: str = "", details: Mapping[str, object] | None = None) -> None:
    result.state = result_target(doing.act, ResultState(result.state)).value
    result.save()
    doing.step(result=result, reason=reason, details={"code": result.code, **(details or {})})


def times(result: Result, act: Act) -> int:
    """How often an act was done to a result."""
    return Step.objects.filter(result=result, act=act.value).count()


def start_signing(
    result: UUID, actor: Actor, *, seen: int | None = None, key: str | None = None, at: datetime | None = None
) -> Result:
    """The leader approves the draft and asks for the signature; from here the dossier cannot be stopped.

    `seen` is how often the draft had been edited when the leader looked at it. Raises `IllegalAct`, also where the
    dossier was closed meanwhile, and `DraftChanged`.
    """
    with acting_on_result(result, Act.START_SIGNING, actor, key=key, at=at) as (doing, draft):
        if not doing.repeated:
            if doing.dossier.state not in _SIGNABLE:
                raise illegal(doing.act, State(doing.dossier.state))
            if seen is not None and seen != times(draft, Act.EDIT_RESULT):
                raise DraftChanged(result=draft.code)
            draft.signer, draft.signer_name = actor.id, actor.name
            draft.failure = ""
            _move(doing, draft)
    return draft


def signing_failed(
    result: UUID, actor: Actor, *, failure: str, seal: bool = False, at: datetime | None = None
) -> Result:
    """The signature did not come about: back to the draft; with `seal` the seal: the result awaits it again.

    `failure` is an error's stable code. Raises `IllegalAct`.
    """
    act = Act.SEALING_FAILED if seal else Act.SIGNING_FAILED
    with acting_on_result(result, act, actor, at=at) as (doing, found):
        found.failure = failure
        _move(doing, found, details={"failure": failure})
    return found


def mark_signed(
    result: UUID,
    actor: Actor,
    *,
    document: UUID,
    level: str,
    wanted: str = "",
    reasons: Sequence[str] = (),
    at: datetime | None = None,
) -> Result:
    """Records that the signed PDF is in the archive, and the level that was reached; the result awaits its seal.

    A second call for the same document changes nothing. Raises `IllegalAct`.
    """
    with acting_on_result(result, Act.MARK_SIGNED, actor, at=at) as (doing, found):
        if found.document == document and "signature" in found.levels:
            return found
        found.document = document
        found.signed_at = doing.at
        found.levels = {**found.levels, "signature": _level(level, wanted, reasons)}
        _move(doing, found, details={"level": level})
    return found


def _level(level: str, wanted: str, reasons: Sequence[str]) -> dict[str, object]:
    # What keeps a file from its level at two steps of the way up is one reason to whoever reads it.
    return {"level": level, "wanted": wanted, "reasons": list(dict.fromkeys(reasons))}


def start_sealing(result: UUID, actor: Actor, *, key: str | None = None, at: datetime | None = None) -> Result:
    """The seal clerk asks for the agency's seal on a signed result. Raises `IllegalAct`."""
    with acting_on_result(result, Act.START_SEALING, actor, key=key, at=at) as (doing, found):
        if not doing.repeated:
            found.sealer, found.sealer_name = actor.id, actor.name
            found.failure = ""
            _move(doing, found)
    return found


def mark_sealed(
    result: UUID,
    actor: Actor,
    *,
    document: UUID,
    level: str,
    wanted: str = "",
    reasons: Sequence[str] = (),
    at: datetime | None = None,
) -> Result:
    """Records that the sealed version is in the archive, and the level. A second call for the same document changes
    nothing. Raises `IllegalAct`."""
    with acting_on_result(result, Act.MARK_SEALED, actor, at=at) as (doing, found):
        if found.document == document and "seal" in found.levels:
            return found
        found.document = document
        found.sealed_at = doing.at
        found.levels = {**found.levels, "seal": _level(level, wanted, reasons)}
        _move(doing, found, details={"level": level})
    return found


def issue(result: UUID, actor: Actor, *, at: datetime | None = None) -> Result:
    """Issues a signed and sealed result: it counts from now on, and what it replaces no longer does.

    The template's data leave the row: the document in the archive holds them. When nothing else is under way the
    dossier is processed. A second call changes nothing. Raises `IllegalAct`.
    """
    with acting_on_result(result, Act.ISSUE, actor, at=at) as (doing, found):
        if found.state == ResultState.ISSUED:
            return found
        found.issued_at = doing.at
        found.data = {}
        if found.replaces is not None:
            old = found.replaces
            old.state = ResultState.REPLACED.value
            old.ended_at, old.end_reason, old.end_cause = doing.at, found.replace_reason, found.replace_cause
            old.save()
        _move(doing, found)
        others = Result.objects.filter(dossier=doing.dossier, state__in=_UNFINISHED)
        if doing.dossier.state == State.PROCESSING and not others.exists():
            doing.dossier.finished_at = doing.dossier.ended_at = doing.at
            Acting(doing.dossier, Act.FINISH, actor, doing.at).move()
    return found


def revoke_result(
    result: UUID,
    actor: Actor,
    *,
    reason: str,
    cause: EndCause = EndCause.OTHER,
    key: str | None = None,
    at: datetime | None = None,
) -> Result:
    """Takes an issued result back; its PDF still verifies, its status says revoked and, to everybody, the `cause`.
    Raises `ReasonMissing`, `IllegalAct`."""
    with acting_on_result(result, Act.REVOKE_RESULT, actor, key=key, at=at) as (doing, found):
        if not doing.repeated:
            found.ended_at, found.end_reason, found.end_cause = doing.at, needed(reason), cause.value
            _move(doing, found, reason=found.end_reason)
    return found


def replace_result(
    result: UUID,
    actor: Actor,
    *,
    data: Mapping[str, object],
    reason: str,
    cause: EndCause = EndCause.OTHER,
    key: str | None = None,
    at: datetime | None = None,
) -> Result:
    """Drafts a new result in place of an issued one, which counts until the new one is issued.

    Raises `ReasonMissing`, and `IllegalAct` where the old one is not in force or is being replaced already.
    """
    with acting_on_result(result, Act.REPLACE_RESULT, actor, key=key, at=at) as (doing, old):
        if doing.repeated:
            return Result.objects.get(dossier=doing.dossier, key=key)
        if old.state != ResultState.ISSUED or old.replacements.filter(state__in=_UNFINISHED).exists():
            raise illegal(doing.act, ResultState(old.state))
        new = _new(
            doing,
            kind=old.kind,
            title=old.title,
            data=data,
            template=old.template,
            result_type=old.result_type,
            replaces=old,
        )
        new.replace_reason, new.replace_cause = needed(reason), cause.value
        new.save(update_fields=["replace_reason", "replace_cause"])
        doing.step(result=new, reason=new.replace_reason, details={"code": new.code, "replaces": old.code})
    return new
