"""Stands an installation up again from a backup: tombstones first, keys, objects, the database, then proof of it all.

What was destroyed is gathered before anything is put in place, from all that can be had: the list beside the copied
keys, the owners' objects of the backup, the database and the owners that are still here, lists of other copies. Their
keys are never put in place. A restore that broke off goes on where it was; until its end nothing else may run.
"""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from accounts import WORKER
from storage import config, events, keys, lifecycle, ocfl
from storage.blobs import PART, blobs
from storage.cipher import HEADER_SIZE, Kind, Label, label_of, unseal
from storage.copies import database, durable, keyfolder, manifest
from storage.copies.checking import Backup, open_backup, prove
from storage.copies.errors import (
    BackupDamaged,
    BackupForeign,
    BackupTooNew,
    NotEmpty,
    RestoreUnfinished,
)
from storage.copies.keyfolder import Stone, read_stones
from storage.copies.making import check_folders
from storage.copies.manifest import Entry, Manifest
from storage.errors import LogBroken, NotFound, StorageError
from storage.fixity import sha512_of_object, verify_objects
from storage.intakes import PREFIX as INTAKES
from storage.intakes import destroyed_intakes
from storage.models import ArchiveObject, Document, Intake, Owner, Tombstone
from storage.objects import read_inventory
from storage.rebuild import reindex
from storage.records import Grave, load_owner
from storage.reports import Finding, RestoreReport
from storage.running import RESTORING, make_buckets, resume
from storage.values import EventRecord

Progress = Callable[[str, int, int], None]
"""Told of the stage (`check`, `tombstones`, `keys`, `objects`, `database`, `index`, `verify`), done and total."""


def restore(
    folder: Path,
    key_folder: Path,
    *,
    tombstones: Sequence[Path] = (),
    replace: bool = False,
    unfinished: bool = False,
    skip_damaged: bool = False,
    progress: Progress = lambda stage, done, total: None,
) -> RestoreReport:
    """Restores into this installation, which must be empty unless `replace`, and reads all of it again.

    `tombstones` are `destroyed` folders of other, newer copies of the keys. Raises BackupDamaged before anything is
    changed unless `skip_damaged`, NotEmpty, BackupTooNew, and as `open_backup` does.
    """
    check_folders(folder, key_folder)
    backup = open_backup(folder, key_folder, unfinished=unfinished)
    unknown = database.unknown_migrations(backup.record.migrations)
    if unknown or backup.record.engine != database.engine():
        raise BackupTooNew(software=f"{backup.record.software}; {backup.record.engine} {' '.join(unknown)}".strip())
    _check_target(backup, replace)
    report = prove(backup, progress)
    if report.findings and not skip_damaged:
        raise BackupDamaged(count=len(report.findings), first=report.findings[0].path)
    bad = {finding.path for finding in report.findings}
    return _Restore(backup, bad, tombstones, replace, progress).run(report.findings)


class _Restore:
    """One run, after the backup was found whole."""

    def __init__(
        self, backup: Backup, bad: set[str], tombstones: Sequence[Path], replace: bool, progress: Progress
    ) -> None:
        self.backup = backup
        self.bad = bad
        self.lists = tombstones
        self.replace = replace
        self.progress = progress
        self.stones: dict[tuple[str, UUID], Stone] = {}
        self.resumed = marker().exists()

    def run(self, damaged: tuple[Finding, ...]) -> RestoreReport:
        self._gather()
        told = {"made_at": self.backup.record.made_at, "mac": self.backup.record.mac, "replace": self.replace}
        durable.write(marker(), json.dumps(told).encode())
        self._secrets()
        make_buckets()
        self._keys()
        objects = self._objects()
        self._database()
        findings = [*damaged, *self._index()]
        report = self._prove(objects, findings)
        durable.remove(marker())
        shutil.rmtree(_kept(), ignore_errors=True)
        return report

    def _gather(self) -> None:
        """Everything that is known to be destroyed."""
        self.progress("tombstones", 0, 1)
        kept = keyfolder.KeyFolder(_kept())
        copies = [kept.folder / keyfolder.DESTROYED, self.backup.keys.folder / keyfolder.DESTROYED, *self.lists]
        for copy in copies:
            self._know(read_stones(copy))
        if self.replace:
            with suppress(DatabaseError):
                self._know(lifecycle.stones())
                self._know(destroyed_intakes())
        self._know(self._graves_of_backup())
        if self.replace:
            self._know(self._graves_here())
        for stone in self.stones.values():
            kept.destroy(stone)  # the database that told of it is replaced before this restore has come to its end
        self.progress("tombstones", 1, 1)

    def _know(self, stones: Iterator[Stone]) -> None:
        for stone in stones:
            self.stones.setdefault((stone.family, stone.object), stone)

    def _graves_of_backup(self) -> Iterator[Stone]:
        with Manifest(self.backup.folder, read_only=True) as listed:
            for entry in listed.entries(ocfl.ROOT):
                if entry.key.endswith(f"/owner/{ocfl.INVENTORY}") and entry.key not in self.bad:
                    prefix = entry.key.removesuffix(ocfl.INVENTORY)
                    yield from self._graves(prefix, lambda key: _file_reader(self.backup.folder, key))

    def _graves_here(self) -> Iterator[Stone]:
        archive = config.buckets().archive
        with suppress(NotFound):
            for key in blobs().keys(archive, ocfl.ROOT):
                if key.endswith(f"/owner/{ocfl.INVENTORY}"):
                    prefix = key.removesuffix(ocfl.INVENTORY)
                    yield from self._graves(prefix, lambda key: blobs().get_bytes(archive, key))

    def _graves(self, prefix: str, read: Callable[[str], bytes]) -> Iterator[Stone]:
        """The tombstones in an owner's object, opened with the copied keys; one that does not open tells nothing."""
        owner = UUID(prefix.removeprefix(ocfl.ROOT).split("/")[0])
        with suppress(StorageError, OSError, KeyError):
            inventory = ocfl.parse(read(prefix + ocfl.INVENTORY), read(prefix + ocfl.SIDECAR))
            sealed = read(prefix + inventory.path(inventory.state(inventory.head)[ocfl.OWNER]))
            label = label_of(sealed[:HEADER_SIZE])
            key = keys.unwrap(keys.KeyName("owners", owner, label.key_id), self.backup.keys.read, self.backup.master)
            plain = unseal(io.BytesIO(sealed), key.secret, Label(Kind.OWNER, owner, inventory.head, key.name.id))
            for grave in load_owner(b"".join(plain)).graves:
                yield keyfolder.stone_of(owner, grave)

    def _secrets(self) -> None:
        for name, target in (*keyfolder.PARTS.items(), (keyfolder.OWN, "")):
            source = self.backup.keys.folder / name
            for path in source.rglob("*"):
                if path.is_file() and not path.is_symlink() and not path.name.endswith(".part"):
                    durable.write(config.data() / target / path.relative_to(source), path.read_bytes())

    def _keys(self) -> None:
        bucket = config.buckets().keys
        for family, obj in self.stones:
            keys.destroy_keys(family, obj)
        paths = [path for path in self.backup.keys.paths() if path != keys.CHECK and path not in self.bad]
        for number, path in enumerate(paths, 1):
            name, wrapped = keys.parse(path), self.backup.keys.read(path)
            if wrapped is not None and (name.family, name.object) not in self.stones:
                blobs().put(bucket, path, wrapped)
            self.progress("keys", number, len(paths))

    def _objects(self) -> int:
        """Puts every object in its place, content before inventories, as the archive itself writes."""
        with Manifest(self.backup.folder, read_only=True) as listed:
            total, _ = listed.total()
            done = 0
            for late in (False, True):
                for entry in listed.entries():
                    if _is_root_inventory(entry.key) is late and entry.key not in self.bad:
                        self._put(entry)
                        done += 1
                        self.progress("objects", done, total)
        return done

    def _put(self, entry: Entry) -> None:
        archive = config.buckets().archive
        path = manifest.object_file(self.backup.folder, entry.key)
        if _is_root_inventory(entry.key):
            if self.replace and _newer_here(entry.key, path):
                return
        elif self._is_there(entry):
            return
        until = _lock(entry.until)
        if entry.size < PART:
            blobs().put(archive, entry.key, path.read_bytes(), until=until)
            return
        with path.open("rb") as stream:
            blobs().put_stream(archive, entry.key, stream, until=until)

    def _is_there(self, entry: Entry) -> bool:
        """Whether the store holds it: by size where this restore put it, by its bytes where others did."""
        archive = config.buckets().archive
        if blobs().size(archive, entry.key) != entry.size:
            return False
        return (self.resumed and not self.replace) or sha512_of_object(entry.key) == entry.sha512

    def _database(self) -> None:
        self.progress("database", 0, 1)
        with database.scratch(config.data()) as scratch:
            plain = scratch / "restored"
            source = self.backup.folder / self.backup.record.database
            database.unsealed(source, plain, self.backup.record.installation, self.backup.master)
            database.put_back(plain, keep=self.replace, again=self.resumed)
        call_command("migrate", interactive=False, verbosity=0)
        self.progress("database", 1, 1)

    def _index(self) -> list[Finding]:
        """Brings the rows in line with the objects, and buries what was destroyed."""
        self.progress("index", 0, 1)
        findings = [*_settle_plans()]
        gone = {obj for family, obj in self.stones if family == "intakes"}
        Intake.objects.filter(id__in=gone).delete()
        known = [stone for stone in self.stones.values() if stone.home is not None]
        graves: dict[UUID, list[Grave]] = {}
        for stone in known:
            graves.setdefault(_home(stone), []).append(stone.grave())
        findings += reindex(graves=graves).findings
        for stone in known:
            try:
                lifecycle.engrave(stone)
            except StorageError as error:
                findings.append(Finding(error.code, ocfl.owner_path(_home(stone)), error.en))
        resume(every=True)
        keyfolder.remember(self.backup.keys.folder)
        for away in keyfolder.destroy_in_copies(self.stones.values()):
            findings.append(Finding("storage.copy_away", away, "This copy still has keys of what is destroyed."))
        self.progress("index", 1, 1)
        return findings

    def _prove(self, objects: int, findings: list[Finding]) -> RestoreReport:
        self.progress("verify", 0, 1)
        findings = [*findings, *verify_objects().findings, *self._intakes()]
        try:
            events.verify_log()
        except LogBroken as error:
            findings.append(Finding(error.code, "log", error.en))
        details: dict[str, str | int | bool | None] = {
            "objects": objects,
            "findings": len(findings),
            "made": self.backup.record.made_at,
        }
        with transaction.atomic():
            last = events.record(EventRecord("archive.restore", details=details), WORKER)
        if not any(finding.code == LogBroken.code for finding in findings):
            events.anchor()
        report = RestoreReport(
            made_at=self.backup.record.made_at,
            objects=objects,
            owners=Owner.objects.count(),
            documents=Document.objects.count(),
            intakes=Intake.objects.count(),
            destroyed=Tombstone.objects.count(),
            events=last,
            findings=tuple(findings),
        )
        self.progress("verify", 1, 1)
        return report

    def _intakes(self) -> Iterator[Finding]:
        """Intake objects have no inventory: the backup's list tells what they must be."""
        with Manifest(self.backup.folder, read_only=True) as listed:
            for entry in listed.entries(INTAKES):
                try:
                    if sha512_of_object(entry.key) == entry.sha512:
                        continue
                    text = "The store holds other bytes than were copied."
                except NotFound as error:
                    text = error.en
                yield Finding("storage.corrupt", entry.key, text)


def marker() -> Path:
    """The file that says that a restore is under way."""
    return config.data() / RESTORING


def _kept() -> Path:
    """Where a restore keeps the tombstones that it gathered, for the run that goes on after it broke off."""
    return config.data() / "restoring"


def _check_target(backup: Backup, replace: bool) -> None:
    """Refuses an installation with an archive of its own. Raises NotEmpty, BackupForeign, RestoreUnfinished."""
    master = config.data() / "secrets" / "master"
    if master.exists() and not settings.HOSO.master_key and bytes.fromhex(master.read_text().strip()) != backup.master:
        raise BackupForeign(what=master)
    if marker().exists():
        known = json.loads(marker().read_bytes())
        if known["mac"] != backup.record.mac or known["replace"] != replace:
            raise RestoreUnfinished(made_at=known["made_at"])
        return
    if not replace and (what := _occupied()):
        raise NotEmpty(what=what)


def _occupied() -> str:
    """What is here already; empty when nothing is."""
    with suppress(DatabaseError):
        if database.occupied():
            return str(connection.settings_dict["NAME"])
    plain = {ocfl.ROOT + ocfl.ROOT_DECLARATION[0], f"{ocfl.ROOT}README.txt"}
    names = config.buckets()
    for bucket, skip in ((names.archive, plain), (names.keys, {keys.CHECK})):
        with suppress(NotFound):
            for key in blobs().keys(bucket):
                if key not in skip and not key.startswith("probe/"):
                    return bucket
    return ""


def _settle_plans() -> Iterator[Finding]:
    """Versions that the database copy holds as committed but not yet in their place: the objects have them by now."""
    for row in ArchiveObject.objects.filter(plan__isnull=False):
        try:
            head = read_inventory(row.path).head
        except StorageError as error:
            head = 0
            yield Finding(error.code, row.path, error.en)
        ArchiveObject.objects.filter(path=row.path).update(plan=None, lease_until=None, head=head)


def _home(stone: Stone) -> UUID:
    assert stone.home is not None
    return stone.home


def _is_root_inventory(key: str) -> bool:
    """Whether a key is the inventory of an object, or its sidecar, and not that of one version."""
    parts = key.split("/")
    return len(parts) == 4 and f"{parts[0]}/" == ocfl.ROOT and parts[3] in (ocfl.INVENTORY, ocfl.SIDECAR)


def _newer_here(key: str, path: Path) -> bool:
    """Whether the object in the store is whole and at a later version than its copy."""
    obj = key.removeprefix(ocfl.ROOT).rpartition("/")[0]
    with suppress(StorageError):
        copied = path.with_name(ocfl.INVENTORY).read_bytes()
        return read_inventory(obj).head > ocfl.parse(copied, ocfl.sidecar(copied)).head
    return False


def _lock(until: str) -> datetime | None:
    """The end of a lock that has not ended."""
    end = datetime.fromisoformat(until) if until else None
    return end if end and end > datetime.now(UTC) else None


def _file_reader(folder: Path, key: str) -> bytes:
    return manifest.object_file(folder, key).read_bytes()
