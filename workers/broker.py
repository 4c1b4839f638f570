"""Celery's filesystem broker, with messages that appear whole.

The stock one creates a message's file before it writes it, and a reader may take the empty file in between. Here the
file is written under a name that no reader looks for and then renamed; a reader takes a message by renaming it too.
"""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from queue import Empty
from time import time_ns
from typing import Any

from kombu.transport import filesystem


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
                payload: dict[str, Any] = json.loads(taken.read_text(encoding="utf-8"))
                taken.unlink()
            except FileNotFoundError:  # another worker was faster
                continue
            return payload
        raise Empty


class Transport(filesystem.Transport):
    """The transport named in the settings."""

    Channel = Channel
