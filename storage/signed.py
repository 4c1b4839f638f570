"""Signed versions: who signed a document, and which document of ours a file is that somebody brings back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from accounts import Actor
from storage import events
from storage.access import may_know
from storage.deposits import get_document
from storage.errors import NotFound
from storage.models import Document, Version
from storage.values import EventRecord, Recognized, SignatureNote, VersionRole

HANDED_OUT = (VersionRole.ISSUED, VersionRole.CERTIFIED, VersionRole.RENEWED)


def signatures(document: UUID, actor: Actor) -> tuple[SignatureNote, ...]:
    """Who signed the versions of a document, oldest first; renewals sign nothing anew. Raises NotFound, Destroyed."""
    row = get_document(document)
    if not may_know(row, actor):
        raise NotFound
    signed = row.versions.filter(~Q(signature_level=""), role__in=HANDED_OUT[:2], signed_at__isnull=False)
    return tuple(_note(version) for version in signed.order_by("number"))


def unsigned(documents: Iterable[UUID]) -> set[UUID]:
    """Those of the documents that are in the archive and carry no signature, whoever's it were: what came signed is
    left as it came. For whoever holds their ids."""
    asked = list(documents)
    signed = Version.objects.filter(document__in=asked).exclude(signature_level="")
    found = Document.objects.filter(pk__in=asked, verification__isnull=True).exclude(pk__in=signed.values("document"))
    return set(found.values_list("pk", flat=True))


def _always(document: UUID) -> AbstractContextManager[bool]:
    return nullcontext(True)


def recognize(
    sha256: str, actor: Actor, *, once: Callable[[UUID], AbstractContextManager[bool]] = _always
) -> Recognized | None:
    """The signed version that a file is, by the SHA-256 (hex) of its plain bytes; None where we signed no such file.

    Whoever holds the very bytes may ask, so there is no purpose; the owners see the asking among their events. Scans
    and unsigned copies are not recognized: that the archive holds them is nobody's business. `once` says of a document
    whether an event is due: who asks again and again need not fill the log.
    """
    found = Version.objects.filter(sha256=sha256, role__in=HANDED_OUT).exclude(signature_level="")
    version = found.select_related("document").order_by("-created_at").first()
    if version is None:
        return None
    document = version.document
    told = EventRecord(
        "document.verify",
        document=document.id,
        version=version.number,
        owners=tuple(document.owners.values_list("id", flat=True)),
        sensitivity=document.sensitivity,
    )
    with once(document.id) as due, transaction.atomic():
        if due:
            events.record(told, actor)
    later = document.versions.filter(number__gt=version.number, role__in=HANDED_OUT)
    sealed = document.versions.filter(number__lte=version.number, sealed=True).exists()
    return Recognized(document.id, version.number, VersionRole(version.role), not later.exists(), sealed)


def _note(version: Version) -> SignatureNote:
    assert version.signed_at is not None
    return SignatureNote(
        level=version.signature_level,
        signer=version.signer,
        signed_at=version.signed_at,
        wanted=version.signature_wanted,
        demo=version.signature_demo,
        sealed=version.sealed,
    )
