"""Makes a backup while the installation runs: the database, then the objects, then the keys, then the log's anchors.

The database comes first, so that every row of the copy finds its object; each object is copied as it stands at one
version, its inventory last. Files that never change are copied once; one that did change in the store is a finding,
and the good copy stays. A backup that broke off goes on where it was: what it had copied is in the manifest.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import groupby
from pathlib import Path

from django.conf import settings
from django.db import transaction

from accounts import WORKER
from storage import config, events, keys, lifecycle, ocfl
from storage.blobs import Listed, blobs
from storage.copies import database, durable, manifest
from storage.copies.errors import BackupFolder
from storage.copies.keyfolder import KeyFolder, Stone, free_bytes, intake_stone, remember
from storage.copies.manifest import Entry, Manifest, Record
from storage.errors import Corrupt, NotFound, StoreFull
from storage.intakes import PREFIX as INTAKES
from storage.models import ArchiveObject, Document, Event, Intake, Owner
from storage.objects import publish
from storage.reports import BackupReport, Finding
from storage.values import EventRecord

Progress = Callable[[str, int, int], None]
"""Told of the stage (`database`, `objects`, `keys`, `anchors`, `check`), how much is done and how much there is."""
ANCHORS = "log/"
_TRIES = 5


def backup(folder: Path, key_folder: Path, progress: Progress = lambda stage, done, total: None) -> BackupReport:
    """Copies what is new since the last backup into the two folders; what is reported is on their disks.

    Raises BackupFolder, BackupForeign, BackupBusy, BackupFailed, DumpTool, StoreDown, StoreFull.
    """
    check_folders(folder, key_folder)
    with durable.locked(folder), durable.locked(key_folder):
        return _Backup(folder, key_folder, progress).run()


def check_folders(folder: Path, key_folder: Path) -> None:
    """The two copies and the installation must not lie in each other. Raises BackupFolder."""
    places = [folder.resolve(), key_folder.resolve(), config.data().resolve()]
    for place in places[:2]:
        for other in places:
            if place is not other and (place == other or other in place.parents or place in other.parents):
                raise BackupFolder(
                    folder=place, reason_vi=f"trùng hoặc lồng với {other}", reason=f"it overlaps {other}"
                )


class _Backup:
    """One run."""

    def __init__(self, folder: Path, key_folder: Path, progress: Progress) -> None:
        self.folder = folder
        self.keys = KeyFolder(key_folder)
        self.progress = progress
        self.master = config.master_key()
        self.installation = manifest.installation_id(self.master)
        self.findings: list[Finding] = []
        self.copied = self.copied_bytes = self.done = self.total = 0

    def run(self) -> BackupReport:
        manifest.claim_folder(self.folder, self.installation)
        manifest.claim_folder(self.keys.folder, self.installation)
        before = manifest.read_record(self.folder)
        self.progress("database", 0, 1)
        last = events.anchor()
        name = f"{manifest.DATABASE}/{last:020d}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}.sealed"
        target = self.folder / name
        with database.scratch(config.data()) as scratch:
            sealed = database.copy_sealed(target, scratch, self.installation, self.master)
        durable.settle(sealed, target)
        with Manifest(self.folder) as self.manifest:
            self._objects()
            self._lost_objects()
            self.manifest.commit()
            key_count, removed = self._keys()
            self._anchors(last)
            self.manifest.commit()
            count, size = self.manifest.total()
            record = Record(
                installation=self.installation,
                software=version("hoso"),
                made_at=datetime.now(UTC).isoformat(timespec="seconds"),
                engine=database.engine(),
                database=name,
                database_sha512=sealed.sha512,
                migrations=database.migrations(),
                events=last,
                objects=count,
                size=size,
                manifest=self.manifest.digest(),
            ).signed(self.master)
        manifest.write_record(self.folder, record)
        if before is not None and before.database != name:
            durable.remove(self.folder / before.database)
        self._drop_older(name)
        return self._report(record, key_count, removed)

    def _report(self, record: Record, key_count: int, removed: int) -> BackupReport:
        details = {"objects": record.objects, "copied": self.copied, "findings": len(self.findings)}
        with transaction.atomic():
            events.record(EventRecord("archive.backup", details=details), WORKER)
        return BackupReport(
            made_at=record.made_at,
            objects=record.objects,
            size=record.size,
            copied=self.copied,
            copied_bytes=self.copied_bytes,
            keys=key_count,
            keys_removed=removed,
            events=record.events,
            master=self.keys.master() is not None,
            findings=tuple(self.findings),
        )

    def _drop_older(self, name: str) -> None:
        """Copies of the database that no record names: of runs that broke off."""
        for path in (self.folder / manifest.DATABASE).iterdir():
            if path.name != Path(name).name:
                durable.remove(path)

    # --- objects

    def _objects(self) -> None:
        archive = config.buckets().archive
        needed = 0
        for item in blobs().listed(archive):
            if not self._same(item):
                self.total += 1
                needed += item.size
        self._check_space(needed)
        self.progress("objects", 0, self.total)
        # What the database copy holds as committed is brought to its place before it is looked for there.
        for path in ArchiveObject.objects.filter(plan__isnull=False).values_list("path", flat=True):
            publish(path)
        for prefix, group in groupby(blobs().listed(archive), key=lambda item: _object_of(item.key)):
            items = list(group)
            if prefix:
                if not all(map(self._same, items)):
                    self._ocfl_object(prefix, items)
                continue
            for item in items:
                if not item.key.startswith((ANCHORS, "probe/")) and not self._same(item):
                    self._single(item)

    def _ocfl_object(self, prefix: str, items: list[Listed]) -> None:
        """Copies an object at the version that its inventory says, and that only after all that it names."""
        try:
            raw, seal, inventory = self._inventory(prefix)
        except NotFound:
            return  # its first version is on its way to its place; the next backup has it
        except Corrupt as error:
            self._find(error.code, prefix, error.en)
            return
        named = inventory.files()
        roots = {prefix + ocfl.INVENTORY, prefix + ocfl.SIDECAR}
        known = {item.key: item for item in items}
        for name, digest in named.items():
            item = known.pop(prefix + name, None) or Listed(prefix + name, -1, "")
            if not self._same(item) and not self._write_once(item, digest):
                return
        for item in known.values():
            if item.key not in roots and _version_of(item.key, prefix) <= inventory.head and not self._same(item):
                self._copy(item)
        for name, content in ((ocfl.SIDECAR, seal), (ocfl.INVENTORY, raw)):
            item = known.get(prefix + name) or Listed(prefix + name, len(content), "")
            self._settled(item, durable.write(self._file(item.key), content))

    def _inventory(self, prefix: str) -> tuple[bytes, bytes, ocfl.Inventory]:
        """Inventory and sidecar that belong together: a writer may have been between the two."""
        archive = config.buckets().archive
        for tried in range(_TRIES):
            raw = blobs().get_bytes(archive, prefix + ocfl.INVENTORY)
            seal = blobs().get_bytes(archive, prefix + ocfl.SIDECAR)
            try:
                return raw, seal, ocfl.parse(raw, seal)
            except Corrupt:
                if tried == _TRIES - 1:
                    raise
        raise AssertionError

    def _single(self, item: Listed) -> None:
        if item.key.startswith(INTAKES):
            self._write_once(item, None)
        else:
            self._copy(item)

    def _write_once(self, item: Listed, digest: str | None) -> bool:
        """Copies a file that never changes; a copy that stands is not given up for other bytes."""
        before = self.manifest.get(item.key)
        wanted = digest or (before.sha512 if before else None)
        try:
            written = self._fetch(item.key)
        except NotFound as error:
            self._find(error.code, item.key, error.en)
            return before is not None
        if wanted is not None and written.sha512 != wanted:
            written.part.unlink()
            self._find("storage.corrupt", item.key, "The store holds other bytes than were deposited.")
            return before is not None and before.sha512 == wanted
        until = blobs().locked_until(config.buckets().archive, item.key)
        durable.settle(written, self._file(item.key))
        self._settled(item, written, until.isoformat() if until else "")
        return True

    def _copy(self, item: Listed) -> None:
        """Copies a file that may change."""
        written = self._fetch(item.key)
        durable.settle(written, self._file(item.key))
        self._settled(item, written)

    def _fetch(self, key: str) -> durable.Written:
        with blobs().get(config.buckets().archive, key) as reader:
            return durable.write_part(self._file(key), iter(lambda: reader.read(config.MIB), b""))

    def _settled(self, item: Listed, written: durable.Written, until: str = "") -> None:
        """The file is durable; only then its row comes."""
        self.manifest.put(Entry(item.key, written.size, written.sha512, item.etag, until))
        self.copied += 1
        self.copied_bytes += written.size
        if not item.key.startswith(ANCHORS):
            self.done = min(self.done + 1, self.total)
            self.progress("objects", self.done, self.total)

    def _same(self, item: Listed) -> bool:
        known = self.manifest.get(item.key)
        if known is None or (known.size, known.etag) != (item.size, item.etag):
            return item.key.startswith("probe/")
        try:
            return self._file(item.key).stat().st_size == known.size
        except FileNotFoundError:
            return False

    def _lost_objects(self) -> None:
        """Objects that the index knows and neither the store nor the copy has."""
        for path in ArchiveObject.objects.filter(head__gt=0).values_list("path", flat=True).iterator():
            if self.manifest.get(f"{ocfl.ROOT}{path}/{ocfl.INVENTORY}") is None:
                self._find("storage.object_lost", path, "The index has an object that the store does not have.")

    def _anchors(self, last: int) -> None:
        """Those up to the copied end of the log: later ones would say that the copy was cut short."""
        self.progress("anchors", 0, 1)
        for item in blobs().listed(config.buckets().archive, ANCHORS):
            if int(Path(item.key).stem) <= last and not self._same(item):
                self._write_once(item, None)
        self.progress("anchors", 1, 1)

    # --- keys

    def _keys(self) -> tuple[int, int]:
        """Brings the copy of the keys up to date: new ones in, destroyed ones out, none out that is not destroyed."""
        bucket, copied = config.buckets().keys, set(self.keys.paths())
        for stone in lifecycle.stones():
            self.keys.destroy(stone)
        live = 0
        for path in blobs().keys(bucket):
            live += 1
            if path not in copied and not self._is_destroyed(path):
                self._add_key(path)
                self.progress("keys", live, live)
            copied.discard(path)
        removed = self._missing(copied)
        self.keys.copy_secrets()
        self.keys.copy_own()
        self._write_settings()
        remember(self.keys.folder)
        return live, removed

    def _add_key(self, path: str) -> None:
        try:
            self.keys.add(path, blobs().get_bytes(config.buckets().keys, path))
        except NotFound:
            return  # destroyed since the listing

    def _is_destroyed(self, path: str) -> bool:
        if path == keys.CHECK:
            return False
        name = keys.parse(path)
        return self.keys.is_destroyed(name.family, name.object)

    def _missing(self, left: set[str]) -> int:
        """Copied keys that the key bucket does not have: destroyed since, or lost by the store."""
        removed = 0
        for path in left:
            if path == keys.CHECK:
                self._find("storage.key_missing", path, "The key bucket has lost its check value.")
                continue
            name = keys.parse(path)
            stone = _intake_destroyed(name) if name.family == "intakes" else None
            if stone is not None or self.keys.is_destroyed(name.family, name.object):
                self.keys.destroy(stone or Stone(name.family, name.object, datetime.now(UTC)))
                removed += 1
            elif _in_use(name):
                self._find("storage.key_missing", path, "The key bucket has lost a key; the copy still has it.")
        return removed

    def _write_settings(self) -> None:
        """What the settings were that a restore must be given again; secrets stand in their own files."""
        shown = {"env", "agency", "public_url", "bucket", "keys", "transient_bucket"}
        told = {f"HOSO_{name.upper()}": value for name, value in settings.HOSO if name in shown}
        durable.write(self.keys.folder / "settings.json", json.dumps(told, indent=1).encode())

    # --- the rest

    def _check_space(self, needed: int) -> None:
        free = free_bytes(self.folder)
        if free < needed + config.MIB:
            raise StoreFull(needed=needed // config.MIB + 1, free=free // config.MIB)

    def _file(self, key: str) -> Path:
        return manifest.object_file(self.folder, key)

    def _find(self, code: str, path: str, text: str) -> None:
        self.findings.append(Finding(code, path, text))


def _object_of(key: str) -> str:
    """The prefix of the OCFL object that a key lies in; empty for all others."""
    parts = key.removeprefix(ocfl.ROOT).split("/")
    return f"{ocfl.ROOT}{parts[0]}/{parts[1]}/" if key.startswith(ocfl.ROOT) and len(parts) > 2 else ""


def _version_of(key: str, prefix: str) -> int:
    """The version whose folder a key lies in; 0 for the object's own files."""
    first, _, rest = key.removeprefix(prefix).partition("/")
    return int(first[1:]) if rest and first[:1] == "v" and first[1:].isdigit() else 0


def _intake_destroyed(name: keys.KeyName) -> Stone | None:
    told = Event.objects.filter(action="intake.destroy", intake=name.object).exists()
    return intake_stone(name.object) if told else None


def _in_use(name: keys.KeyName) -> bool:
    """Whether a row of the index still needs this very key."""
    rows = {"owners": Owner, "documents": Document, "intakes": Intake}[name.family]
    return bool(rows.objects.filter(id=name.object, key_id=name.id).exists())  # type: ignore[attr-defined]
