"""A folder that scanners write to: whole, stable, regular files go into the archive once each, never links.

A file is taken when its size and time have not changed for a while (some scanners close a file after every page).
The bytes are read from the same open file that was checked, so nothing can be put in its place in between. One bad
file is told of and left where it is; the others go on.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

from django.db import close_old_connections, transaction
from watchfiles import watch as watch_files

import storage
import workers
from accounts.models import User
from catalogue import HosoError
from dossiers.models import Dossier
from hoso.errors import FolderInProduct, WhoScans

DONE = ".done"
MEDIA_TYPES = {
    ".pdf": "application/pdf",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".heic": "image/heic",
    ".heif": "image/heif",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """A file as it was last seen: size and time of change, and since when it has been so (monotonic seconds)."""

    size: int
    changed: int
    since: float


class Watch:
    """Watches one folder for one dossier."""

    def __init__(self, folder: Path, dossier: str, officer: str, quiet: float, say: Callable[[str], None]) -> None:
        """Raises WhoScans, FolderInProduct, `dossiers.errors.DossierNotFound`."""
        user = User.objects.filter(username=officer, is_active=True).first()
        if user is None:
            raise WhoScans(officer=officer or "?")
        from django.conf import settings

        self.folder = folder.resolve()
        data = settings.HOSO.data.resolve()
        if self.folder == data or data in self.folder.parents or self.folder in data.parents:
            raise FolderInProduct(folder=folder)
        self.actor = user.actor("intake")
        self.dossier = _dossier(dossier)
        self.quiet = quiet
        self.say = say
        self._seen: dict[str, Seen] = {}
        self._bad: dict[str, Seen] = {}

    def run(self, stop: threading.Event, *, once: bool = False) -> None:
        """Takes in what comes until `stop` is set; with `once`, until everything that lies there is taken or bad."""
        if once:
            while self.look() and not stop.wait(min(self.quiet, 0.2)):
                pass
            self._tell_empty()
            return
        self.look()
        pause = max(int(min(self.quiet, 1.0) * 1000), 50)
        changes = watch_files(
            self.folder, stop_event=stop, rust_timeout=pause, yield_on_timeout=True, raise_interrupt=False
        )
        for _ in changes:
            self.look()

    def look(self) -> int:
        """One round: takes in what is stable. Gives how many files are not stable yet."""
        close_old_connections()
        waiting, now = 0, time.monotonic()
        for path in sorted(self.folder.iterdir()):
            try:
                waiting += self._consider(path, now)
            except HosoError as error:
                self._set_aside(path, _said(error))
            except OSError as error:
                self._set_aside(path, f"{os.strerror(error.errno or 0)} [{errno.errorcode.get(error.errno or 0, '?')}]")
        return waiting

    def _consider(self, path: Path, now: float) -> int:
        if path.name.startswith(".") or path.suffix.lower() not in MEDIA_TYPES:
            return 0
        found = path.lstat()
        if not stat.S_ISREG(found.st_mode):
            return 0
        seen = self._seen.get(path.name)
        if seen is None or (seen.size, seen.changed) != (found.st_size, found.st_mtime_ns):
            self._seen[path.name] = Seen(found.st_size, found.st_mtime_ns, now)
            return 1
        if path.name in self._bad and self._bad[path.name] == seen:
            return 0
        if now - seen.since < self.quiet or found.st_size == 0:
            return int(found.st_size > 0)
        with _open_regular(path) as stream:
            self._take(path, stream)
        return 0

    def _take(self, path: Path, stream: BufferedReader) -> None:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        stream.seek(0)
        size = os.fstat(stream.fileno()).st_size
        name = hashlib.sha256(path.name.encode()).hexdigest()[:16]
        ref = storage.receive(
            stream,
            name=path.name,
            media_type=MEDIA_TYPES[path.suffix.lower()],
            actor=self.actor,
            dossier=self.dossier.code,
            agency=self.dossier.receive_agency,
            key=f"folder:{self.dossier.id}:{name}:{digest}",
            size=size,
        )
        with transaction.atomic():
            workers.enqueue(
                "digitize",
                key=f"digitize:{ref.id}",
                payload={"intake": str(ref.id), "actor": self.actor.id},
                dossier=self.dossier.code,
                created_by=self.actor.id,
            )
        self._put_away(path, digest)
        self.say(f"{path.name}: {'đã nhận / taken in' if ref.created else 'đã có / known already'}")

    def _put_away(self, path: Path, digest: str) -> None:
        done = self.folder / DONE
        done.mkdir(mode=0o700, exist_ok=True)
        path.replace(done / f"{digest[:12]}-{path.name}")
        self._seen.pop(path.name, None)
        self._bad.pop(path.name, None)

    def _tell_empty(self) -> None:
        """Files without a byte wait for their scanner; nobody waits with us when the command ends."""
        for path in sorted(self.folder.iterdir()):
            if path.suffix.lower() in MEDIA_TYPES and not path.name.startswith("."):
                found = path.lstat()
                if stat.S_ISREG(found.st_mode) and found.st_size == 0:
                    self.say(f"{path.name}: {_said(storage.EmptyContent())}")

    def _set_aside(self, path: Path, why: str) -> None:
        """Says what is wrong once; the file is looked at again when it changes."""
        seen = self._seen.get(path.name)
        if seen is not None:
            self._bad[path.name] = seen
        self.say(f"{path.name}: {why}")


def _said(error: HosoError) -> str:
    """One line: what is wrong and what to do, in both languages, and the code."""
    told = error.as_dict()
    return f"{told['message_vi']} {told['next']} / {told['message_en']} {told['next_en']} [{error.code}]"


def _open_regular(path: Path) -> BufferedReader:
    """Opens a file, never through a link. Raises OSError for what is no regular file."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
    return os.fdopen(handle, "rb")


def _dossier(code: str) -> Dossier:
    from dossiers.errors import DossierNotFound

    found = Dossier.objects.filter(code=code).first()
    if found is None:
        raise DossierNotFound()
    return found
