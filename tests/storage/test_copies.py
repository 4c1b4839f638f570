"""Backups: only what is new, whole or said not to be, useless without the keys; destruction reaches every copy."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.conf import settings

import storage
from storage import config, keys
from storage.blobs import blobs
from storage.copies import database, keyfolder, making, manifest
from storage.copies.errors import (
    BackupDamaged,
    BackupFolder,
    BackupForeign,
    BackupUnfinished,
    DumpTool,
    NotEmpty,
    RestoreUnfinished,
)
from storage.models import Document, Event, Intake, Tombstone
from storage.running import make_buckets
from storage.values import VersionRole
from tests.storage.conftest import OFFICER, PURPOSE, Archive

pytestmark = pytest.mark.s3


@dataclass
class Copies:
    """An archive with buckets of its own, and the two folders of its backup."""

    archive: Archive
    folder: Path
    keys: Path
    elsewhere: Callable[[], None]

    def make(self) -> storage.BackupReport:
        return storage.backup(self.folder, self.keys)

    def check(self) -> list[str]:
        return [finding.path for finding in storage.check_backup(self.folder, self.keys).findings]

    def object(self, document: UUID, name: str) -> Path:
        home = Document.objects.get(id=document).home_id
        return self.folder / "objects" / "ocfl" / str(home) / str(document) / name


@pytest.fixture
def copies(committed_archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Copies]:
    def elsewhere() -> None:
        fresh = {"bucket": f"t{uuid4().hex[:12]}", "keys": f"t{uuid4().hex[:12]}"}
        monkeypatch.setattr(settings, "HOSO", settings.HOSO.model_copy(update=fresh))

    elsewhere()
    make_buckets()
    yield Copies(committed_archive, tmp_path / "backup", tmp_path / "keys", elsewhere)
    (config.data() / "key-copies.json").unlink(missing_ok=True)


def destroy(document: UUID) -> None:
    storage.destroy(document, OFFICER, ground="Nhầm", approved_by=("a", "b"), mistaken=True)


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_a_second_backup_copies_only_what_is_new(copies: Copies) -> None:
    first = copies.archive.original()
    made = copies.make()
    assert made.findings == () and made.copied == made.objects > 10
    sealed = copies.object(first.document, "v1/content/document.sealed")
    before = sealed.stat().st_mtime_ns
    again = copies.make()
    assert again.copied == 1, "the anchor of the log"
    assert again.objects == made.objects + 1
    copies.archive.later(first.document, VersionRole.ARCHIVAL, 1)
    third = copies.make()
    assert third.copied == 7, "two sealed files, two inventories with their sidecars, an anchor"
    assert sealed.stat().st_mtime_ns == before
    assert copies.check() == []
    assert len(list((copies.folder / "database").iterdir())) == 1


def test_a_backup_is_useless_without_the_keys_and_its_database_describes_no_document(
    copies: Copies, tmp_path: Path
) -> None:
    copies.archive.original()
    copies.make()
    record = manifest.read_record(copies.folder)
    assert record is not None
    plain = tmp_path / "plain.sqlite3"
    database.unsealed(copies.folder / record.database, plain, record.installation, config.master_key())
    assert b"storage_event" in plain.read_bytes()
    for path in [plain, *(path for path in copies.folder.rglob("*") if path.is_file())]:
        for told in ("Văn Mẫu", "dong da", "UBND", "tình trạng", config.master_key().hex()):
            assert told.encode() not in path.read_bytes(), path
        assert path == plain or path.stat().st_mode & 0o077 == 0 or path.name == ".lock"
    assert (copies.keys / "secrets" / "master").read_text() == config.master_key().hex()
    assert all(path.stat().st_mode & 0o077 == 0 for path in (copies.keys, *copies.keys.rglob("*")))


def test_what_an_administrator_put_there_is_copied_as_it_stands(
    copies: Copies, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A root that was taken away does not come back; what is no part of it stays out."""
    data = tmp_path / "data"
    shutil.copytree(config.data() / "secrets", data / "secrets")
    monkeypatch.setattr(settings, "HOSO", settings.HOSO.model_copy(update={"data": data}))
    own = ["trust/root.pem", "trust/old.pem", "profiles/H26.01.02/own.toml", "calendar.json", "demo-accounts.json"]
    for name in own:
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).write_text(name)
    (data / "trust" / "link.pem").symlink_to("/etc/hostname")
    kept = keyfolder.KeyFolder(copies.keys)

    def copied() -> list[str]:
        kept.copy_own()
        found = (path for path in (copies.keys / "own").rglob("*") if path.is_file())
        return sorted(path.relative_to(copies.keys / "own").as_posix() for path in found)

    assert copied() == ["calendar.json", "profiles/H26.01.02/own.toml", "trust/old.pem", "trust/root.pem"]
    (data / "trust" / "old.pem").unlink()
    (data / "calendar.json").write_text("{}")
    assert copied() == ["calendar.json", "profiles/H26.01.02/own.toml", "trust/root.pem"]
    assert (copies.keys / "own" / "calendar.json").read_text() == "{}"
    assert all(path.stat().st_mode & 0o077 == 0 for path in (copies.keys / "own").rglob("*"))


def test_a_flipped_byte_is_noticed_before_anything_is_restored(copies: Copies) -> None:
    ref = copies.archive.original()
    copies.make()
    events = Event.objects.count()
    sealed = copies.object(ref.document, "v1/content/document.sealed")
    wrapped = next((copies.keys / "wrapped" / "documents" / str(ref.document)).iterdir())
    record = copies.folder / "backup.json"
    whole = {path: path.read_bytes() for path in (sealed, wrapped, record, copies.folder / "manifest.sqlite3")}
    for path in (sealed, wrapped, next((copies.folder / "database").iterdir())):
        whole[path] = path.read_bytes()
        flip(path)
        assert len(copies.check()) == 1, path
        with pytest.raises(BackupDamaged):
            storage.restore(copies.folder, copies.keys, replace=True)
        path.write_bytes(whole[path])
    record.write_text(record.read_text().replace('"objects": ', '"objects": 1'))
    with pytest.raises(BackupForeign):
        storage.restore(copies.folder, copies.keys, replace=True)
    record.write_bytes(whole[record])
    with manifest.Manifest(copies.folder) as listed:
        entry = next(listed.entries("ocfl/"))
        listed.put(replace(entry, sha512="0" * 128))
    with pytest.raises(BackupUnfinished):
        storage.restore(copies.folder, copies.keys, replace=True)
    assert not (config.data() / "restoring.json").exists()
    assert Event.objects.count() == events


def test_a_backup_that_broke_off_goes_on_where_it_was(copies: Copies, monkeypatch: pytest.MonkeyPatch) -> None:
    copies.archive.original()
    settled, copied = making._Backup._settled, 0

    def killed(self: making._Backup, *given: object) -> None:
        nonlocal copied
        settled(self, *given)  # type: ignore[arg-type]
        copied += 1
        if copied == 6:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(making._Backup, "_settled", killed)
        with pytest.raises(KeyboardInterrupt):
            copies.make()
    with pytest.raises(BackupFolder):
        storage.check_backup(copies.folder, copies.keys)
    report = copies.make()
    assert report.copied <= report.objects - 5, "an inventory may be copied again with its sidecar, nothing else"
    assert copies.check() == []


def test_a_file_that_the_store_spoilt_does_not_replace_its_good_copy(copies: Copies) -> None:
    ref, scan = copies.archive.original(), copies.archive.scan()
    copies.make()
    sealed = copies.object(ref.document, "v1/content/document.sealed")
    good = sealed.read_bytes()
    bucket = config.buckets().archive
    for key in (sealed.relative_to(copies.folder / "objects").as_posix(), f"intake/{scan.id}/content.sealed"):
        blobs().put(bucket, key, b"spoilt")
    report = copies.make()
    assert {finding.code for finding in report.findings} == {"storage.corrupt"} and len(report.findings) == 2
    assert sealed.read_bytes() == good and copies.check() == []


def test_a_key_that_the_store_lost_stays_in_the_copy(copies: Copies) -> None:
    ref = copies.archive.original()
    copies.make()
    keys.destroy_keys("documents", ref.document)
    report = copies.make()
    assert [finding.code for finding in report.findings] == ["storage.key_missing"]
    assert list((copies.keys / "wrapped" / "documents" / str(ref.document)).iterdir())


def test_destruction_reaches_the_copy_of_the_keys_at_once_or_at_the_next_start(copies: Copies) -> None:
    now, later = copies.archive.original().document, copies.archive.original().document
    copies.make()
    wrapped = copies.keys / "wrapped" / "documents"
    destroy(now)
    assert not (wrapped / str(now)).exists() and (wrapped / str(later)).exists()
    away = copies.keys.rename(copies.keys.with_name("in the safe"))
    destroy(later)
    assert (away / "wrapped" / "documents" / str(later)).exists()
    away.rename(copies.keys)
    storage.prepare()
    assert not (wrapped / str(later)).exists()
    assert copies.make().findings == ()


def test_a_scan_whose_retention_ended_leaves_the_copy_too(copies: Copies) -> None:
    scan = copies.archive.scan()
    copies.make()
    away = copies.keys.rename(copies.keys.with_name("in the safe"))
    Intake.objects.update(retain_until="2020-01-01T00:00Z")
    storage.destroy_intake(scan.id, OFFICER, ground="Hết thời hạn")
    away.rename(copies.keys)
    assert copies.make().keys_removed == 1
    assert not (copies.keys / "wrapped" / "intakes" / str(scan.id)).exists()


def test_what_was_destroyed_since_does_not_come_back(
    copies: Copies, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, gone = copies.archive.original().document, copies.archive.original().document
    scan = copies.archive.scan(b"a scan\n" * 9)
    copies.make()
    old_medium = shutil.copytree(copies.keys, tmp_path / "old medium")
    destroy(gone)
    Tombstone.objects.all().delete()
    copies.elsewhere()

    def watch(stage: str, done: int, total: int) -> None:
        if stage == "objects" and done == 1:
            placed = list(blobs().keys(config.buckets().keys, "documents/"))
            assert [str(kept) in path for path in placed] == [True], "tombstones come first"

    def broken(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(database, "put_back", broken)
        with pytest.raises(KeyboardInterrupt):
            storage.restore(copies.folder, old_medium, tombstones=[copies.keys / "destroyed"], replace=True)
    with pytest.raises(RestoreUnfinished):
        storage.prepare()
    report = storage.restore(copies.folder, old_medium, replace=True, progress=watch)

    assert (report.findings, report.documents, report.destroyed) == ((), 1, 1)
    assert storage.open(kept, OFFICER, PURPOSE).read() == b"cut of pages 1 and 2"
    assert storage.open_intake(scan.id, OFFICER, PURPOSE).read() == b"a scan\n" * 9
    with pytest.raises(storage.Destroyed):
        storage.open(gone, OFFICER, PURPOSE)
    assert not list(blobs().keys(config.buckets().keys, f"documents/{gone}/"))
    assert not (old_medium / "wrapped" / "documents" / str(gone)).exists(), "the old medium is made good too"
    assert storage.reindex().destroyed == 1, "the owner's own object tells of it now"
    assert storage.verify_log().events >= report.events
    locked = f"ocfl/{Document.objects.get(id=kept).home_id}/{kept}/v1/content/document.sealed"
    assert blobs().locked_until(config.buckets().archive, locked) is not None


def test_a_scan_destroyed_since_does_not_come_back_from_a_copy_that_lay_apart(copies: Copies, tmp_path: Path) -> None:
    scan = copies.archive.scan()
    copies.make()
    old_medium = shutil.copytree(copies.keys, tmp_path / "old medium")
    Intake.objects.update(retain_until="2020-01-01T00:00Z")
    storage.destroy_intake(scan.id, OFFICER, ground="Hết thời hạn")
    report = storage.restore(copies.folder, old_medium, replace=True)
    assert (report.findings, report.intakes) == ((), 0)
    assert not list(blobs().keys(config.buckets().keys, f"intakes/{scan.id}/"))
    assert not (old_medium / "wrapped" / "intakes" / str(scan.id)).exists()


def test_an_object_that_went_on_since_the_backup_is_not_set_back(copies: Copies) -> None:
    ref = copies.archive.original()
    copies.make()
    storage.describe(ref.document, copies.archive.metadata(title="Bản mới hơn"), OFFICER, "k")
    home = Document.objects.get(id=ref.document).home_id
    spoilt = f"ocfl/{home}/{ref.document}/v1/content/document.sealed"
    blobs().put(config.buckets().archive, spoilt, b"spoilt")
    with pytest.raises(NotEmpty):
        storage.restore(copies.folder, copies.keys)

    report = storage.restore(copies.folder, copies.keys, replace=True)

    assert report.findings == ()
    assert storage.metadata(ref.document, OFFICER, PURPOSE).title == "Bản mới hơn"
    assert storage.open(ref.document, OFFICER, PURPOSE).read() == b"cut of pages 1 and 2"


def test_the_log_goes_on_during_a_backup_and_the_copy_still_verifies(
    copies: Copies, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies.archive.original()
    snapshot = database.copy_sealed

    def busy(*given: object) -> object:
        copied = snapshot(*given)  # type: ignore[arg-type]
        copies.archive.original()
        storage.anchor()
        return copied

    with monkeypatch.context() as patch:
        patch.setattr(database, "copy_sealed", busy)
        copies.make()
    copies.elsewhere()
    report = storage.restore(copies.folder, copies.keys, replace=True)
    assert (report.findings, report.documents) == ((), 2), "the later document is there without its row"


def test_a_backup_part_done_can_be_used_when_told_so(copies: Copies, monkeypatch: pytest.MonkeyPatch) -> None:
    first = copies.archive.original().document
    copies.make()
    copies.archive.later(first, VersionRole.ARCHIVAL, 1)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(making._Backup, "_keys", killed)
        with pytest.raises(KeyboardInterrupt):
            copies.make()
    with pytest.raises(BackupUnfinished):
        storage.restore(copies.folder, copies.keys, replace=True)
    copies.elsewhere()
    report = storage.restore(copies.folder, copies.keys, replace=True, unfinished=True)
    assert report.findings == ()
    assert len(storage.versions(first, OFFICER)) == 2


def test_folders_that_overlap_or_belong_to_others_are_refused(copies: Copies, tmp_path: Path) -> None:
    for folder, key_folder in (
        (tmp_path / "a", tmp_path / "a"),
        (tmp_path / "a", tmp_path / "a" / "keys"),
        (config.data() / "backup", tmp_path / "keys"),
    ):
        with pytest.raises(BackupFolder):
            storage.backup(folder, key_folder)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("not a backup")
    with pytest.raises(BackupFolder):
        storage.backup(tmp_path / "full", tmp_path / "keys")
    copies.make()
    (copies.keys / "secrets" / "master").write_text("00" * 32)
    with pytest.raises(BackupForeign):
        storage.check_backup(copies.folder, copies.keys)


def test_without_the_tools_of_postgresql_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(DumpTool, match="pg_dump"):
        database._tool("pg_dump", [])
