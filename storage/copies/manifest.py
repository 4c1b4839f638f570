"""What a backup folder holds: the list of its files with their digests, and the record of the last finished backup.

    backup.json          what the last finished backup was; its MAC is under a key derived from the master key
    manifest.sqlite3     every copied object: key, size, SHA-512, when it was locked until
    objects/<key>        the objects of the archive bucket as they are; objects/ocfl is an OCFL storage root
    database/<n>.sealed  the database, sealed like a document under a key derived from the master key

A row is written after its file is durable, so that the list never promises more than there is.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path, PurePosixPath

from storage import keys
from storage.copies import durable
from storage.copies.errors import BackupFailed, BackupFolder, BackupForeign

FORMAT = "hoso.backup/1"
RECORD, MANIFEST, OBJECTS, DATABASE = "backup.json", "manifest.sqlite3", "objects", "database"
_BATCH = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """A copied object: its key in the bucket, size, SHA-512 (hex), the store's ETag, the end of its lock (ISO)."""

    key: str
    size: int
    sha512: str
    etag: str
    until: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """The last finished backup: when, of which installation, by which software, and what must be found."""

    installation: str
    software: str
    made_at: str
    engine: str
    database: str
    """The sealed database's path below the folder."""
    database_sha512: str
    migrations: tuple[str, ...]
    events: int
    """The number of the last event in the database."""
    objects: int
    size: int
    manifest: str
    """The SHA-512 over the manifest's lines."""
    mac: str = ""
    format: str = FORMAT

    def signed(self, master: bytes) -> Record:
        """The same with its MAC."""
        return replace(self, mac=keys.backup_mac(self._text(), master))

    def proves(self, master: bytes) -> bool:
        """Whether this master key made the MAC over just this record."""
        return self.mac == keys.backup_mac(self._text(), master)

    def _text(self) -> bytes:
        return json.dumps(asdict(replace(self, mac="")), sort_keys=True).encode()


def installation_id(master: bytes) -> str:
    """What tells one installation's copies from another's, and nothing of its master key."""
    return keys.backup_mac(b"installation", master)[:32]


def read_record(folder: Path) -> Record | None:
    """The last finished backup in a folder; None when there is none. Raises BackupFolder."""
    path = folder / RECORD
    if not path.exists():
        return None
    try:
        known = json.loads(path.read_bytes())
        known["migrations"] = tuple(known["migrations"])
        record = Record(**known)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _no_backup(folder) from error
    if record.format != FORMAT:
        raise _no_backup(folder)
    return record


def write_record(folder: Path, record: Record) -> None:
    """Ends a backup."""
    durable.write(folder / RECORD, json.dumps(asdict(record), indent=1).encode())


def claim_folder(folder: Path, installation: str) -> None:
    """Marks an empty folder as this installation's, or proves that it is. Raises BackupFolder, BackupForeign."""
    mark = folder / "INSTALLATION"
    if mark.exists():
        if mark.read_text(encoding="ascii").strip() != installation:
            raise BackupForeign(what=folder)
        return
    if any(path.name != ".lock" for path in folder.iterdir()):
        raise BackupFolder(folder=folder, reason_vi="không trống", reason="it is not empty")
    durable.write(mark, f"{installation}\n".encode())


def object_file(folder: Path, key: str) -> Path:
    """Where an object's copy lies. Raises BackupFolder for a key that would lead out of the folder."""
    if any(part in ("", ".", "..") for part in PurePosixPath(key).parts) or key.startswith("/"):
        raise BackupFolder(folder=key, reason_vi="tên tệp không hợp lệ", reason="a key that is no path")
    return folder / OBJECTS / key


class Manifest:
    """The list of copied objects; rows are committed by the batch and at the end of its block."""

    def __init__(self, folder: Path, *, read_only: bool = False) -> None:
        self._pending = 0
        path = folder / MANIFEST
        try:
            if read_only:
                self._rows = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)
                return
            self._rows = sqlite3.connect(path, isolation_level=None)
            path.chmod(0o600)
            self._rows.execute("PRAGMA synchronous=FULL")
            self._rows.execute(
                "CREATE TABLE IF NOT EXISTS file (key TEXT PRIMARY KEY, size INTEGER NOT NULL, sha512 TEXT NOT NULL,"
                " etag TEXT NOT NULL, until TEXT NOT NULL) WITHOUT ROWID"
            )
        except (sqlite3.Error, OSError) as error:
            raise BackupFailed(reason=f"{MANIFEST}: {error}") from error

    def __enter__(self) -> Manifest:
        return self

    def __exit__(self, *_: object) -> None:
        self.commit()
        self._rows.close()

    def commit(self) -> None:
        """Makes the rows so far durable."""
        if self._pending:
            self._rows.execute("COMMIT")
            self._pending = 0

    def get(self, key: str) -> Entry | None:
        """The row of a key."""
        with closing(self._rows.execute("SELECT key, size, sha512, etag, until FROM file WHERE key=?", (key,))) as row:
            found = row.fetchone()
        return Entry(*found) if found else None

    def put(self, entry: Entry) -> None:
        """Writes a row, whose file is durable already."""
        if not self._pending:
            self._rows.execute("BEGIN")
        self._rows.execute(
            "INSERT OR REPLACE INTO file VALUES (?,?,?,?,?)",
            (entry.key, entry.size, entry.sha512, entry.etag, entry.until),
        )
        self._pending += 1
        if self._pending >= _BATCH:
            self.commit()

    def entries(self, prefix: str = "") -> Iterator[Entry]:
        """All rows under a prefix, by key."""
        rows = self._rows.execute(
            "SELECT key, size, sha512, etag, until FROM file WHERE key >= ? AND key < ? ORDER BY key",
            (prefix, prefix + "\U0010ffff"),
        )
        for row in rows:
            yield Entry(*row)

    def total(self) -> tuple[int, int]:
        """How many objects, how many bytes."""
        with closing(self._rows.execute("SELECT count(*), coalesce(sum(size), 0) FROM file")) as row:
            count, size = row.fetchone()
        return int(count), int(size)

    def digest(self) -> str:
        """The SHA-512 (hex) over the lines `<sha512>  <size>  <until>  <key>` of all rows, by key."""
        digest = hashlib.sha512()
        for entry in self.entries():
            digest.update(f"{entry.sha512}  {entry.size}  {entry.until}  {entry.key}\n".encode())
        return digest.hexdigest()


def _no_backup(folder: Path) -> BackupFolder:
    return BackupFolder(
        folder=folder, reason_vi="không chứa bản sao lưu đọc được", reason="it holds no backup that can be read"
    )
