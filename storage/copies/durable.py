"""Files that are on the disk when a function returns: written beside their place, synced, renamed, the name synced."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from storage.config import MIB
from storage.copies.errors import BackupBusy, BackupFailed


@dataclass(frozen=True, slots=True)
class Written:
    """A file that lies beside its place: its size and its SHA-512 (hex)."""

    part: Path
    size: int
    sha512: str


def write_part(target: Path, chunks: Iterable[bytes]) -> Written:
    """Writes and syncs `<target>.part` (mode 0600); `settle` brings it to its place. Raises BackupFailed."""
    digest, size = hashlib.sha512(), 0
    part = target.with_name(f"{target.name}.part")
    try:
        make_folder(target.parent)
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "wb") as stream:
            for chunk in chunks:
                stream.write(chunk)
                digest.update(chunk)
                size += len(chunk)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise BackupFailed(reason=f"{part.name}: {error.strerror}") from error
    return Written(part, size, digest.hexdigest())


def settle(written: Written, target: Path) -> None:
    """Renames the part into its place and makes the name durable."""
    written.part.replace(target)
    sync_folder(target.parent)


def write(target: Path, content: bytes | Iterable[bytes]) -> Written:
    """Both at once."""
    written = write_part(target, [content] if isinstance(content, bytes) else content)
    settle(written, target)
    return written


def remove(path: Path) -> bool:
    """Removes a file for good; False when there is none."""
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    sync_folder(path.parent)
    return True


def make_folder(folder: Path) -> None:
    """Makes a folder of mode 0700 and those above it, their names durable."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Makes the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_chunks(path: Path) -> Iterator[bytes]:
    """A file by the MiB."""
    with path.open("rb") as stream:
        while chunk := stream.read(MIB):
            yield chunk


def sha512_of(path: Path) -> str:
    """The SHA-512 of a file in hex."""
    digest = hashlib.sha512()
    for chunk in read_chunks(path):
        digest.update(chunk)
    return digest.hexdigest()


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """One backup or restore a folder at a time; the kernel lets go when the process dies. Raises BackupBusy."""
    make_folder(folder)
    handle = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupBusy(folder=folder) from None
        yield
    finally:
        os.close(handle)
