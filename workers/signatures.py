"""One signature on one version of a document: made once, published once, its level told as it was reached."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

import signing
import storage
from accounts import WORKER, Actor
from dossiers.models import Dossier
from workers import keys, remote, sessions, staging
from workers.context import purpose_for, software
from workers.ledger import Run, enqueue


@dataclass(frozen=True, slots=True)
class Published:
    """What a signature became: the version it lies in, the level reached and wanted, why they differ."""

    document: UUID
    version: int
    level: str
    wanted: str
    reasons: tuple[str, ...]


def notes_of(signed: signing.Signed, *, sealed: bool = False) -> dict[str, Any]:
    """What is kept beside a signed file until it is published."""
    return {
        "level": str(signed.level),
        "wanted": str(signed.wanted),
        "reasons": [reason.code for reason in signed.reasons],
        "signed_at": (signed.signed_at or signed.claimed_at).isoformat(),
        "signer": signed.signer,
        "demo": signed.demo,
        "sealed": sealed,
    }


def note_of(notes: Mapping[str, Any]) -> storage.SignatureNote:
    """What the archive keeps of a signature, from what was kept beside the signed file."""
    return storage.SignatureNote(
        level=notes["level"],
        signer=notes["signer"],
        signed_at=datetime.fromisoformat(notes["signed_at"]),
        wanted=notes["wanted"],
        demo=notes["demo"],
        sealed=notes["sealed"],
    )


def sign(
    run: Run,
    name: str,
    pdf: bytes,
    *,
    profile: str,
    agency: str,
    signer: signing.Signer,
    mark: signing.Mark,
    place: signing.Place | None = None,
    origin: str = "",
) -> signing.Signed:
    """Signs a document of a job with the profile as that agency has it; a call to a remote key is written down first.
    `origin` is given for what we typeset ourselves alone, see `signing.sign_async`.

    Raises LeaseLost, OutcomeUnknown, BadProfile, and what `signing.sign` raises."""
    chosen = signing.profile(profile, settings.HOSO.profiles_folder, agency)
    key = signer
    if isinstance(signer, keys.AgentSigner) and signer.service:
        key = remote.Recorded(signer, signer.service, run, name, hashlib.sha256(pdf).hexdigest(), profile)
    return sessions.sign(session_of(run), pdf, profile=chosen, signer=key, mark=mark, place=place, origin=origin)


def session_of(run: Run) -> str:
    """The documents of a batch share a session, and so do those of one attempt at a job."""
    return str(run.batch or f"{run.job_id}/{run.fence}")


def publish(
    run: Run,
    name: str,
    actor: Actor,
    dossier: Dossier,
    make: Callable[[], signing.Signed],
    deposit: Callable[[storage.SignatureNote], storage.Deposit],
    *,
    sealed: bool = False,
) -> Published:
    """Signs once, deposits once. A level that is lower than wanted asks for an upgrade. Raises LeaseLost, and
    OutcomeUnknown where a remote key was asked before and nobody knows what came of it."""

    def made() -> tuple[bytes, dict[str, Any]]:
        remote.demand_known(run, name)  # before a key is opened: whoever signs is not asked for a PIN in vain
        signed = make()
        return signed.pdf, notes_of(signed, sealed=sealed)

    staged = staging.once(run, name, made)
    notes = staged.notes
    note = note_of(notes)
    version = storage.deposit(deposit(note), staged.content, actor)
    return _told(version, note, dossier, tuple(notes["reasons"]))


def published_before(version: storage.VersionRef, actor: Actor, dossier: Dossier, *, sealed: bool) -> Published | None:
    """What an earlier job has put into the archive without living to say so; None when there is no such signature."""
    notes = storage.signatures(version.document, actor)
    if not notes or notes[-1].sealed is not sealed:
        return None
    return _told(version, notes[-1], dossier, ())


def _told(
    version: storage.VersionRef, note: storage.SignatureNote, dossier: Dossier, reasons: tuple[str, ...]
) -> Published:
    if signing.Level(note.level).rank < signing.Level(note.wanted).rank:
        ask_for_upgrade(version, note.wanted, dossier)
    return Published(version.document, version.number, note.level, note.wanted, reasons)


def ask_for_upgrade(version: storage.VersionRef, wanted: str, dossier: Dossier) -> None:
    """Queues the missing time stamp or validation data: time is never faked, only added later."""
    with transaction.atomic():
        enqueue(
            "upgrade",
            key=f"upgrade:{version.document}:{version.number}",
            payload={"document": str(version.document), "level": wanted},
            dossier=dossier.code,
        )


def roles_of(document: UUID) -> set[storage.VersionRole]:
    """What the archive has of a document; nothing for one that is not there yet."""
    try:
        return {version.role for version in storage.versions(document, WORKER)}
    except storage.NotFound:
        return set()


def newest(document: UUID, actor: Actor, *roles: storage.VersionRole) -> storage.VersionRef | None:
    """The newest version of one of the roles; its bytes may since have been described anew, which changes none."""
    found = [version for version in storage.versions(document, actor) if version.role in roles]
    return found[-1] if found else None


def content(version: storage.VersionRef, actor: Actor, dossier: Dossier) -> bytes:
    """The bytes of a version, read for its dossier."""
    return storage.open(version.document, actor, purpose_for(dossier), version.number).read()


def later_form(version: storage.VersionRef, role: storage.VersionRole, key: str, **more: Any) -> storage.Deposit:
    """A deposit that names the version it was made from."""
    return storage.Deposit(
        document=version.document,
        owners=(),
        role=role,
        media_type="application/pdf",
        key=key,
        made_from=version.number,
        software=software(),
        **more,
    )
