"""Takes in a document of another system: once for each Idempotency-Key, its bytes kept as they came."""

from __future__ import annotations

import hashlib
import re
from uuid import UUID

from django.db import IntegrityError, transaction

import storage
import workers
from catalogue import DocCode, Identifier, kind
from portal.api import national
from portal.api.bodies import Body
from portal.api.coding import next_code
from portal.api.errors import CodeTaken, KeyNeeded, KeyReused, KindRefused
from portal.api.models import CodedDocument
from portal.api.purpose import Asked, covers
from workers import opening

_KEY = re.compile(r"[0-9A-Za-z-]{8,100}", re.ASCII)


def bring(ask: Asked, body: Body, key: str) -> national.ImportedOut:
    """Receives, deposits and codes a document. May be repeated and raced: the first decides, all get its answer.

    A file that nobody could open is refused here and now: its sender alone can bring a better one. Raises KeyNeeded,
    KeyReused, CodeTaken, KindRefused, what `opening.prove` and what storage raise.
    """
    if not _KEY.fullmatch(key):
        raise KeyNeeded
    metadata = national.to_archive(body.metadata)
    granted = ask.caller.client.kinds
    if granted and metadata.kind not in granted:
        storage.record(storage.EventRecord("document.import", KindRefused.code), ask.actor, ask.purpose)
        raise KindRefused
    named = _named(body.metadata)
    opening.prove(body.file, body.size)
    coded = _coded(ask, body, key)
    agency = coded.agency
    intake = storage.receive(
        body.file,
        name=body.name,
        media_type=body.media_type,
        actor=ask.actor,
        dossier=ask.purpose.dossier,
        agency=agency,
        # The caller's key may be anything: its digest keeps other people's out of ours.
        key="import:" + hashlib.sha256(f"{coded.client}:{key}".encode()).hexdigest(),
        size=body.size,
    )
    pages = tuple(range(1, (body.metadata.PageAmount or 1) + 1))
    deposit = storage.Deposit(
        document=coded.document,
        owners=(_owner(ask, named, body.metadata, agency),),
        role=storage.VersionRole.ORIGINAL,
        media_type=body.media_type,
        key=f"import:{coded.document}",
        metadata=metadata,
        sensitivity=kind(metadata.kind).sensitivity,
        dossier=ask.purpose.dossier,
        agency=agency,
        page_count=len(pages),
        source=storage.Source(intake.id, intake.sha256, pages),
    )
    version = storage.deposit(deposit, body.file, ask.actor)
    with transaction.atomic():
        workers.enqueue(
            "take-in",
            key=f"take-in:{coded.document}",
            payload={"document": str(coded.document)},
            created_by=ask.actor.id[:80],
        )
    return national.ImportedOut(DocCode=coded.code, Document=coded.document, Sha256=version.sha256, Size=version.size)


def find(code: str) -> CodedDocument:
    """The document of a DocCode. Raises NotFound, InvalidDocCode."""
    found = CodedDocument.objects.filter(code=DocCode.parse(code).value).first()
    if found is None:
        raise storage.NotFound
    return found


def _coded(ask: Asked, body: Body, key: str) -> CodedDocument:
    """The row of this import: the one that stands, or a new one with its code."""
    client = ask.caller.client_id
    for _ in range(2):
        known = CodedDocument.objects.filter(client=client, key=key).first()
        if known is not None:
            if known.digest != body.digest:
                raise KeyReused
            return known
        agency = next(iter(ask.actor.agencies))
        try:
            with transaction.atomic():
                code = _code(ask, body.metadata, agency)
                return CodedDocument.objects.create(
                    code=code, agency=agency, client=client, key=key, digest=body.digest
                )
        except IntegrityError:
            # Either the same key was faster, which the next round finds, or the code belongs to another document.
            continue
    raise CodeTaken(doc_code=body.metadata.DocCode or "")


def _code(ask: Asked, metadata: national.ImportMetadata, agency: str) -> str:
    if metadata.DocCode:
        given = DocCode.parse(metadata.DocCode)
        if not covers(ask.caller.client.agency, given.agency.value):
            raise CodeTaken(doc_code=given.value)
        return given.value
    return next_code(agency, national.abbreviation(metadata.TypeName))


def _named(metadata: national.ImportMetadata) -> Identifier | None:
    """The number of the person named, judged before anything is kept. Raises InvalidCode."""
    given = metadata.Owner
    return Identifier(given.Scheme, given.Value) if given is not None else None


def _owner(ask: Asked, named: Identifier | None, metadata: national.ImportMetadata, agency: str) -> UUID:
    """The person named, or the agency itself."""
    if named is None or metadata.Owner is None:
        return storage.owner_for(Identifier("agency", agency), ask.actor)
    return storage.owner_for(named, ask.actor, name=metadata.Owner.Name)
