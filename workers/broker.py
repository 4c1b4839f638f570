"""Celery's filesystem broker, with messages that appear whole.

The stock one creates a message's file before it writes it, and a reader may take the empty file in between. Here the
file is written under a name that no reader looks for and then renamed; a reader takes a message by renaming it too.
"""

from __future__ import annotations

import json
import uuid
from contextlib import suppress
from pathlib import Path
from queue import Empty
from time import time_ns
from typing import Any

from kombu.transport import filesystem

LEFT = 3600.0
"""Seconds after which a message that is being written or taken, which needs a moment, belongs to a dead process."""


class Channel(filesystem.Channel):
    """Publishes and takes by rename."""

    def _put(self, queue: str, payload: dict[str, Any], **_: object) -> None:  # type: ignore[override]
        folder = Path(self.data_folder_out)
        name = f"{time_ns():020d}_{uuid.uuid4().hex}"
        fresh = folder / f"{name}.writing"
        fresh.write_text(json.dumps(payload), encoding="utf-8")
        fresh.replace(folder / f"{name}.{queue}.msg")

    def _get(self, queue: str, timeout: float | None = None) -> dict[str, Any]:
        for path in sorted(Path(self.data_folder_in).glob(f"*.{queue}.msg")):
            taken = path.with_suffix(".taken")
            try:
                path.rename(taken)
                text = taken.read_text(encoding="utf-8")
                taken.unlink()
                payload: dict[str, Any] = json.loads(text)
            except (FileNotFoundError, ValueError):  # another worker was faster, or a power cut left it empty
                continue
            return payload
        raise Empty


class Transport(filesystem.Transport):
    """The transport named in the settings."""

    Channel = Channel


def sweep(folder: Path, *, before: float) -> int:
    """Removes what processes left that died while they wrote or took a message before that time (seconds since 1970).

    Gives how many there were. The sweeper of the ledger tells of their jobs again.
    """
    gone = 0
    for pattern in ("*.writing", "*.taken"):
        for path in folder.glob(pattern):
            with suppress(FileNotFoundError):
                # Not the time of the bytes: a rename keeps it, however long the message lay before it was taken.
                if path.stat().st_ctime < before:
                    path.unlink()
                    gone += 1
    return gone
