"""Where the object store and the master key are: the settings, or what the embedded default left in HOSO_DATA."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from storage.errors import KeyMissing, StoreDown

MIB = 1 << 20
UPLOAD_LIMIT = 200 * MIB
"""The largest file that one upload may bring."""
RESERVE = 512 * MIB
"""What stays free on the disk when an upload is accepted: the database and the rest of its own work need room."""
INTAKE_DAYS = 365
"""How long the scan as it came is locked; the certified copies carry the archival duty after it."""
DOCUMENT_DAYS = 10 * 365
"""How long content files are locked; deposits of another class of retention may lengthen it."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the object store answers and who we are to it."""

    endpoint: str
    access_key: str
    secret_key: str
    secure: bool


@dataclass(frozen=True, slots=True)
class Buckets:
    """The three buckets: locked archive, wrapped keys, what must vanish."""

    archive: str
    keys: str
    transient: str


def data() -> Path:
    """HOSO_DATA."""
    folder = settings.HOSO.data
    assert isinstance(folder, Path)
    return folder


def embedded() -> bool:
    """Whether the object store is the child process whose files lie under HOSO_DATA."""
    return not settings.HOSO.s3_endpoint


def address() -> Address:
    """The address from the settings, or from `run/store.json` of the embedded store. Raises StoreDown."""
    config = settings.HOSO
    if not embedded():
        return Address(config.s3_endpoint, config.s3_access_key, config.s3_secret_key, config.s3_secure)
    try:
        kept = json.loads((data() / "run" / "store.json").read_text(encoding="utf-8"))
        return Address(kept["endpoint"], kept["access_key"], kept["secret_key"], kept["secure"])
    except (OSError, ValueError, KeyError) as error:
        raise StoreDown from error


def buckets() -> Buckets:
    """The names of the buckets."""
    config = settings.HOSO
    return Buckets(config.bucket, config.keys, config.transient_bucket)


def master_key() -> bytes:
    """The 32 bytes that wrap all other keys: HOSO_MASTER_KEY, or a 0600 file that is made at the first call."""
    text = settings.HOSO.master_key or _master_file(data() / "secrets" / "master")
    try:
        key = bytes.fromhex(text.strip())
    except ValueError as error:
        raise KeyMissing(what="master") from error
    if len(key) != 32:
        raise KeyMissing(what="master")
    return key


def _master_file(path: Path) -> str:
    """Reads the file, or writes it whole and links it into place, so that racing processes read the same key."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_name(f".master.{os.getpid()}.{secrets.token_hex(4)}")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            stream.write(secrets.token_hex(32))
            stream.flush()
            os.fsync(stream.fileno())
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text(encoding="ascii")
