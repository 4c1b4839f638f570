"""Proves a backup whole before anything rests on it: every file against its digest, every key by opening it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

from storage import keys
from storage.copies import durable, manifest
from storage.copies.errors import BackupFolder, BackupForeign, BackupUnfinished
from storage.copies.keyfolder import KeyFolder, read_stones
from storage.copies.manifest import Manifest, Record
from storage.errors import KeyMissing
from storage.reports import BackupCheck, Finding

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that may be restored: its two folders, its record, the master key that opens it."""

    folder: Path
    keys: KeyFolder
    record: Record
    master: bytes
    finished: bool


def open_backup(folder: Path, key_folder: Path, *, unfinished: bool = False) -> Backup:
    """The backup in the folders. Raises BackupFolder, BackupForeign, BackupUnfinished unless `unfinished`.

    The master key is the one beside the keys, or HOSO_MASTER_KEY where the operator keeps it elsewhere.
    """
    record, copy = manifest.read_record(folder), KeyFolder(key_folder)
    if record is None:
        raise BackupFolder(
            folder=folder, reason_vi="không có bản sao lưu hoàn tất nào", reason="it holds no finished backup"
        )
    given = bytes.fromhex(settings.HOSO.master_key.strip()) if settings.HOSO.master_key else None
    master = given or copy.master()
    if master is None:
        raise BackupForeign(what=f"{key_folder}: HOSO_MASTER_KEY?")
    if manifest.installation_id(master) != record.installation or not record.proves(master):
        raise BackupForeign(what=folder)
    mark = key_folder / "INSTALLATION"
    if not mark.is_file() or mark.read_text(encoding="ascii").strip() != record.installation:
        raise BackupForeign(what=key_folder)
    with Manifest(folder, read_only=True) as listed:
        finished = listed.digest() == record.manifest
    if not finished and not unfinished:
        raise BackupUnfinished(folder=folder)
    return Backup(folder, copy, record, master, finished)


def check_backup(
    folder: Path,
    key_folder: Path,
    *,
    unfinished: bool = False,
    progress: Progress = lambda stage, done, total: None,
) -> BackupCheck:
    """Proves a backup whole, changing nothing. Raises as `open_backup` does."""
    return prove(open_backup(folder, key_folder, unfinished=unfinished), progress)


def prove(backup: Backup, progress: Progress) -> BackupCheck:
    """Reads every file and opens every key; says each one that is missing or altered."""
    findings: list[Finding] = []
    files = size = 0
    with Manifest(backup.folder, read_only=True) as listed:
        total, _ = listed.total()
        for entry in listed.entries():
            path = manifest.object_file(backup.folder, entry.key)
            if not _is_whole(path, entry.sha512):
                findings.append(Finding("storage.backup_damaged", entry.key, "The copy is missing or altered."))
            files += 1
            size += entry.size
            progress("check", files, total)
    if not _is_whole(backup.folder / backup.record.database, backup.record.database_sha512):
        findings.append(Finding("storage.backup_damaged", backup.record.database, "The copy is missing or altered."))
    opened, bad = _keys(backup)
    for _ in read_stones(backup.keys.folder / "destroyed"):
        pass  # one that cannot be read is raised
    return BackupCheck(backup.record.made_at, backup.finished, files, size, opened, (*findings, *bad))


def _keys(backup: Backup) -> tuple[int, list[Finding]]:
    findings = []
    read = cache(backup.keys.read)
    opened = 0
    for path in backup.keys.paths():
        try:
            if path != keys.CHECK:
                keys.unwrap(keys.parse(path), read, backup.master)
            elif backup.keys.read(path) != keys.check_value(backup.master):
                raise KeyMissing(what=path)
            opened += 1
        except (KeyMissing, ValueError):
            findings.append(Finding("storage.backup_damaged", path, "The copied key does not open."))
    return opened, findings


def _is_whole(path: Path, sha512: str) -> bool:
    try:
        return durable.sha512_of(path) == sha512
    except OSError:
        return False
