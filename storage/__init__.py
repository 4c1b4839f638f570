"""The archive: intake objects, OCFL objects in S3, keys, the index in SQL, reuse, the event log.

    import storage

    intake = storage.receive(stream, name="scan.pdf", media_type="application/pdf", actor=actor,
                             dossier=code, agency="H26.01.02", key=upload_id)
    owner = storage.owner_for(Identifier("citizen_id", number), actor, name="Nguyễn Văn Mẫu")
    storage.deposit(storage.Deposit(document=uuid4(), owners=(owner,), ...), cut, actor)
    with storage.open(document, actor, Purpose("TTHC:1.004873", code)) as opened: ...

The services are imported when they are first asked for, since they need Django's apps to be loaded; the dataclasses
and the errors are there at once.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from storage.errors import (
    BadDeposit,
    Corrupt,
    DepositBusy,
    Destroyed,
    EmptyContent,
    FenceLost,
    KeyMissing,
    KeyReused,
    LogBroken,
    NotAllowed,
    NotFound,
    PurposeMissing,
    StillKept,
    StorageError,
    StoreDown,
    StoreFull,
    StoreRefused,
    TooLarge,
)
from storage.reports import (
    BackupCheck,
    BackupReport,
    Finding,
    FixityReport,
    LogReport,
    ReindexReport,
    RestoreReport,
    StoreReport,
)
from storage.signals import Stored, version_stored
from storage.values import (
    Deposit,
    EventRecord,
    EventView,
    FieldValue,
    Found,
    Handle,
    IntakeRef,
    Lapsing,
    Metadata,
    Query,
    Reason,
    Recognized,
    Requirement,
    SignatureNote,
    SignedVersion,
    Source,
    Status,
    Verdict,
    Verification,
    VersionRef,
    VersionRole,
)

if TYPE_CHECKING:
    from storage.copies.checking import check_backup
    from storage.copies.making import backup
    from storage.copies.restoring import restore
    from storage.deposits import deposit, describe
    from storage.events import anchor, events_for_owner, history, record, verify_log
    from storage.finding import BadCursor, search
    from storage.fixity import export, verify_objects
    from storage.intakes import check_space, destroy_intake, grant_intake, intake_name, intakes_of, open_intake, receive
    from storage.lapses import lapses_before, lapsing, note_lapse, unlooked
    from storage.lifecycle import destroy, release, restrict, revoke, supersede
    from storage.merges import same_owners
    from storage.opened import Opened
    from storage.owners import OwnerProfile, add_alias, find_owner, merge_owners, owner_for, owner_profile, undo_merge
    from storage.reading import handle, metadata, open, refuse, report, status, verification, versions
    from storage.rebuild import reindex
    from storage.reuse import assess
    from storage.running import prepare, probe, resume
    from storage.signed import recognize, signatures, unsigned
    from storage.transient import stash, stashed, sweep_stash, unstash
    from storage.verified import keep_verification

__all__ = [
    "BackupCheck",
    "BackupReport",
    "BadCursor",
    "BadDeposit",
    "Corrupt",
    "Deposit",
    "DepositBusy",
    "Destroyed",
    "EmptyContent",
    "EventRecord",
    "EventView",
    "FenceLost",
    "FieldValue",
    "Finding",
    "FixityReport",
    "Found",
    "Handle",
    "IntakeRef",
    "KeyMissing",
    "KeyReused",
    "Lapsing",
    "LogBroken",
    "LogReport",
    "Metadata",
    "NotAllowed",
    "NotFound",
    "Opened",
    "OwnerProfile",
    "PurposeMissing",
    "Query",
    "Reason",
    "Recognized",
    "ReindexReport",
    "Requirement",
    "RestoreReport",
    "SignatureNote",
    "SignedVersion",
    "Source",
    "Status",
    "StillKept",
    "StorageError",
    "StoreDown",
    "StoreFull",
    "StoreRefused",
    "StoreReport",
    "Stored",
    "TooLarge",
    "Verdict",
    "Verification",
    "VersionRef",
    "VersionRole",
    "add_alias",
    "anchor",
    "assess",
    "backup",
    "check_backup",
    "check_space",
    "deposit",
    "describe",
    "destroy",
    "destroy_intake",
    "events_for_owner",
    "export",
    "find_owner",
    "grant_intake",
    "handle",
    "history",
    "intake_name",
    "intakes_of",
    "keep_verification",
    "lapses_before",
    "lapsing",
    "merge_owners",
    "metadata",
    "note_lapse",
    "open",
    "open_intake",
    "owner_for",
    "owner_profile",
    "prepare",
    "probe",
    "receive",
    "recognize",
    "record",
    "refuse",
    "reindex",
    "release",
    "report",
    "restore",
    "restrict",
    "resume",
    "revoke",
    "same_owners",
    "search",
    "signatures",
    "stash",
    "stashed",
    "status",
    "supersede",
    "sweep_stash",
    "undo_merge",
    "unlooked",
    "unsigned",
    "unstash",
    "verification",
    "verify_log",
    "verify_objects",
    "version_stored",
    "versions",
]

_SERVICES = {
    "copies.checking": ("check_backup",),
    "copies.making": ("backup",),
    "copies.restoring": ("restore",),
    "deposits": ("deposit", "describe"),
    "fixity": ("export", "verify_objects"),
    "rebuild": ("reindex",),
    "events": ("anchor", "events_for_owner", "history", "record", "verify_log"),
    "finding": ("BadCursor", "search"),
    "intakes": ("check_space", "destroy_intake", "grant_intake", "intake_name", "intakes_of", "open_intake", "receive"),
    "lifecycle": ("destroy", "release", "restrict", "revoke", "supersede"),
    "lapses": ("lapses_before", "lapsing", "note_lapse", "unlooked"),
    "merges": ("same_owners",),
    "opened": ("Opened",),
    "owners": ("OwnerProfile", "add_alias", "find_owner", "merge_owners", "owner_for", "owner_profile", "undo_merge"),
    "reading": ("handle", "metadata", "open", "refuse", "report", "status", "verification", "versions"),
    "reuse": ("assess",),
    "signed": ("recognize", "signatures", "unsigned"),
    "running": ("prepare", "probe", "resume"),
    "transient": ("stash", "stashed", "sweep_stash", "unstash"),
    "verified": ("keep_verification",),
}
_HOMES = {name: module for module, names in _SERVICES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'storage' has no attribute {name!r}")
    return getattr(import_module(f"storage.{_HOMES[name]}"), name)
