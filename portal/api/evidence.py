"""Evidence: what the archive holds of a person, found by handles, then fetched one by one for the stated purpose."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from ninja import Router

import storage
from catalogue import Identifier, UnknownEntry
from dossiers import reuse
from dossiers.queries import unissued
from portal.api import reading
from portal.api.auth import needs
from portal.api.errors import KindRefused
from portal.api.purpose import Asked, asked, today
from portal.api.schemas import (
    PROBLEMS,
    EvidenceOut,
    HandleOut,
    Problem,
    ReasonOut,
    SearchIn,
    SearchOut,
    StatusOut,
    VerdictOut,
)
from storage import EventRecord

router = Router(tags=["evidence"])
_SHOWN = (storage.Status.ACTIVE, storage.Status.SUPERSEDED, storage.Status.REVOKED)
"""Documents out of force are found too: the verdict says why they do not do."""


@router.post("/search", response={200: SearchOut, PROBLEMS: Problem}, **needs("evidence.search"))
def search(request: HttpRequest, body: SearchIn) -> SearchOut:
    """Find a person's documents. Only handles come back; each says whether it can be reused for the stated purpose.

    The person's number goes into the body. Recorded in the event log, found or refused.
    """
    owner = storage.find_owner(Identifier(body.owner.scheme, body.owner.value))
    ask = asked(request, text=body.purpose_of_use)
    owners = (owner,) if owner else ()
    ask.admit("archive.search", owners=owners)
    kinds = tuple(dict.fromkeys(body.kinds)) or tuple(sorted(ask.kinds or ()))
    for kind in kinds:
        ask.admit("archive.search", owners=owners, kind=kind)
    if ask.kinds is not None and not kinds:
        storage.record(EventRecord("archive.search", KindRefused.code, owners=owners), ask.actor, ask.purpose)
        raise KindRefused
    if owner is None:
        storage.record(EventRecord("archive.search", details={"found": 0}), ask.actor, ask.purpose)
        return SearchOut(items=[], next=None)
    query = storage.Query(owner=owner, kinds=kinds, statuses=_SHOWN)
    found = storage.search(query, ask.actor, ask.purpose, after=body.after, limit=body.limit)
    day = body.on or today()
    waiting = unissued(handle.id for handle in found.handles)
    items = [
        _handle(handle, _verdict(ask, handle, owner, body.purpose_of_use, day))
        for handle in found.handles
        if handle.id not in waiting
    ]
    return SearchOut(items=items, next=found.after)


@router.get("/{uuid:id}", response={200: EvidenceOut, PROBLEMS: Problem}, **needs("evidence.read"))
def metadata(request: HttpRequest, id: UUID) -> EvidenceOut:
    """Describe a document: the minimum metadata, its fields (identifiers masked), its versions."""
    return reading.evidence(asked(request), id)


@router.get("/{uuid:id}/content", response={200: None, PROBLEMS: Problem}, **needs("evidence.read"))
def content(request: HttpRequest, id: UUID, format: Literal["pdf"] = "pdf") -> StreamingHttpResponse:
    """Fetch a document's bytes: the newest PDF version. `Repr-Digest` is the SHA-256 of the deposit (RFC 9530)."""
    return reading.content(asked(request), id)


@router.get("/{uuid:id}/report", response={200: None, PROBLEMS: Problem}, **needs("evidence.read"))
def report(request: HttpRequest, id: UUID, form: Literal["json", "xml"] = "xml") -> HttpResponse:
    """Fetch what verification found in a file that came signed: XML of ETSI TS 119 102-2, or `hoso.verify/1`."""
    return reading.report(asked(request), id, form)


@router.get("/{uuid:id}/status", response={200: StatusOut, PROBLEMS: Problem}, **needs("evidence.read"))
def status(request: HttpRequest, id: UUID) -> StatusOut:
    """Ask whether a document may still be relied on."""
    ask = asked(request)
    reading.admit(ask, id, "document.status")
    return StatusOut(id=id, status=storage.status(id, ask.actor, ask.purpose).value)


def _verdict(ask: Asked, handle: storage.Handle, owner: UUID, use: str, on: date) -> storage.Verdict:
    """The archive's verdict for the components of the stated procedure, or for the use in words without one."""
    if ask.procedure is None:
        return storage.assess(handle.id, storage.Requirement(owner=owner, on=on, purpose=use))
    try:
        parts = [part for part in ask.procedure.components if handle.kind in reuse.reusable_kinds(part)]
        verdicts = [reuse.judge(part, handle, owner=owner, on=on) for part in parts]
    except UnknownEntry:
        verdicts = []
    if not verdicts:
        reason = storage.Reason(
            "kind_not_reusable",
            "thủ tục này cần bản nộp mới của loại giấy tờ này",
            "the procedure asks for a new paper of this kind",
        )
        return storage.Verdict(handle.id, False, (reason,))
    return next((verdict for verdict in verdicts if verdict.reusable), verdicts[0])


def _handle(handle: storage.Handle, verdict: storage.Verdict) -> HandleOut:
    return HandleOut(
        id=handle.id,
        kind=handle.kind,
        title=handle.title,
        number=handle.number,
        issued_on=handle.issued_on,
        issuer=handle.issuer,
        valid_from=handle.valid_from,
        valid_to=handle.valid_to,
        scope=handle.scope,
        status=handle.status,
        signature_level=handle.signature_level,
        reusable=VerdictOut(
            reusable=verdict.reusable,
            reasons=[ReasonOut(code=one.code, vi=one.vi, en=one.en) for one in verdict.reasons],
        ),
    )
