"""What the archive says of itself: of its store, its log, its objects, a rebuild."""

from __future__ import annotations

from dataclasses import dataclass

from storage.values import Reason


@dataclass(frozen=True, slots=True)
class LogReport:
    """The log as it was found whole: how many events, the last hash, how many anchors in the object store agree."""

    events: int
    head: str
    anchors: int


@dataclass(frozen=True, slots=True)
class StoreReport:
    """What the object store was seen to do, by doing it; `missing` says in two languages what it cannot."""

    endpoint: str
    conditional_put: bool
    versioning: bool
    retention: bool
    checksum: bool
    missing: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong in the archive: a stable code, the object's path, words."""

    code: str
    path: str
    text: str


@dataclass(frozen=True, slots=True)
class FixityReport:
    """What `verify_objects` saw: objects and content files read, and what was wrong."""

    objects: int
    files: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class ReindexReport:
    """What `reindex` restored and what it could not read."""

    owners: int
    documents: int
    versions: int
    intakes: int
    destroyed: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What a backup holds when it is done: objects, bytes, keys, the number of the last event; `copied` are new.

    `master` says whether the master key is among the copied secrets; it is not when HOSO_MASTER_KEY gives it.
    """

    made_at: str
    objects: int
    size: int
    copied: int
    copied_bytes: int
    keys: int
    keys_removed: int
    events: int
    master: bool
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class BackupCheck:
    """What was read of a backup to prove it whole: files, bytes, keys that open; `findings` is empty when it is."""

    made_at: str
    finished: bool
    files: int
    size: int
    keys: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """What a restore brought back, and what was found when all of it was read again.

    `destroyed` are the tombstones that it went by, `events` the log's length with the record of the restore.
    """

    made_at: str
    objects: int
    owners: int
    documents: int
    intakes: int
    destroyed: int
    events: int
    findings: tuple[Finding, ...]
