"""One supervisor a data folder: a lock that the kernel lets go when its holder dies."""

from __future__ import annotations

import fcntl
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from hoso.errors import AlreadyRunning


class DataLock:
    """Held while a supervisor runs on `data`. Raises AlreadyRunning, saying who holds it."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self._handle: int | None = None

    def acquire(self) -> Self:
        """Takes the lock or says who has it."""
        folder = self.data / "run"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.data.chmod(0o700)
        handle = os.open(folder / "supervisor.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(handle, 1000)
            os.close(handle)
            known = json.loads(holder) if holder else {}
            raise AlreadyRunning(data=self.data, pid=known.get("pid", "?"), since=known.get("since", "?")) from None
        os.ftruncate(handle, 0)
        since = datetime.now(UTC).isoformat(timespec="seconds")
        os.pwrite(handle, json.dumps({"pid": os.getpid(), "since": since}).encode(), 0)
        self._handle = handle
        return self

    def release(self) -> None:
        """Lets the lock go."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def __enter__(self) -> Self:
        return self.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
