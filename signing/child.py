"""Opens hostile files in a child process with limits on memory, processor time, files and wall time, and no secrets.

The parent talks to it in frames over pipes: JSON and a blob each way, so that a child taken over by a file can send
back data but no objects. The child has no network use of its own: what it wants to ask, the parent asks for it.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import IO, Any

from signing.errors import Encrypted, TooCostly, Unreadable

__all__ = ["MOST_BYTES", "ask", "frame", "read_frame"]

MOST_BYTES = 256 * 1024 * 1024
"""The largest file or answer that crosses."""

SECONDS = 60.0
ERRORS = {"encrypted": Encrypted, "unreadable": Unreadable, "too_costly": TooCostly}

Answer = Callable[[dict[str, Any], bytes], tuple[dict[str, Any], bytes]]

_idle: list[_Child] = []
_guard = threading.Lock()
_room = threading.BoundedSemaphore(max(2, os.cpu_count() or 2))


def ask(head: dict[str, Any], blob: bytes, answer: Answer | None = None) -> tuple[dict[str, Any], bytes]:
    """Has a child do `head["op"]` on `blob`; `answer` serves what the child asks meanwhile.

    Raises `Unreadable`, `Encrypted` or `TooCostly`; a child that dies or dawdles is `TooCostly`.
    """
    if len(blob) > MOST_BYTES:
        raise TooCostly
    with _room:
        child = _take()
        try:
            found = child.run(head, blob, answer)
        except (OSError, EOFError, ValueError) as error:
            child.kill()
            raise TooCostly from error
        _put(child)
    if "error" in found[0]:
        raise ERRORS.get(found[0]["error"], Unreadable)
    return found


def frame(stream: IO[bytes], head: dict[str, Any], blob: bytes = b"") -> None:
    """Writes one message."""
    text = json.dumps(head).encode()
    stream.write(len(text).to_bytes(4, "big") + len(blob).to_bytes(4, "big"))
    stream.write(text)
    stream.write(blob)
    stream.flush()


def read_frame(read: Callable[[int], bytes]) -> tuple[dict[str, Any], bytes]:
    """Reads one message; `read(n)` gives exactly n bytes or raises `EOFError`."""
    sizes = read(8)
    text, blob = int.from_bytes(sizes[:4], "big"), int.from_bytes(sizes[4:], "big")
    if text > MOST_BYTES or blob > MOST_BYTES:
        raise ValueError("frame too large")
    head = json.loads(read(text))
    if not isinstance(head, dict):
        raise ValueError("not a message")
    return head, read(blob)


class _Child:
    """One child, kept for several files."""

    def __init__(self) -> None:
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TMPDIR") if name in os.environ}
        self.owner = os.getpid()
        self._process = subprocess.Popen(
            # -P: whatever lies in the current folder is not imported
            [sys.executable, "-P", "-m", "signing.ward"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=kept | {"PYTHONPATH": os.pathsep.join(part for part in sys.path if part), "OMP_NUM_THREADS": "1"},
            bufsize=0,
        )

    def run(self, head: dict[str, Any], blob: bytes, answer: Answer | None) -> tuple[dict[str, Any], bytes]:
        assert self._process.stdin is not None
        until = time.monotonic() + SECONDS
        frame(self._process.stdin, head, blob)
        while True:
            found, data = read_frame(lambda count: self._read(count, until))
            if "ask" not in found:
                return found, data
            if answer is None:
                raise ValueError("the child asks but nobody answers")
            frame(self._process.stdin, *answer(found["ask"], data))

    def alive(self) -> bool:
        return self.owner == os.getpid() and self._process.poll() is None

    def kill(self) -> None:
        """Ends the child and closes the pipes."""
        if self.owner != os.getpid():
            return
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process.wait()

    def _read(self, count: int, until: float) -> bytes:
        assert self._process.stdout is not None
        parts = bytearray()
        while len(parts) < count:
            ready, _, _ = select.select([self._process.stdout], [], [], max(0.0, until - time.monotonic()))
            if not ready:
                raise EOFError("out of time")
            part = self._process.stdout.read(min(count - len(parts), 1 << 20))
            if not part:
                raise EOFError("the child ended")
            parts += part
        return bytes(parts)


def _take() -> _Child:
    with _guard:
        while _idle:
            child = _idle.pop()
            if child.alive():
                return child
            child.kill()
    return _Child()


def _put(child: _Child) -> None:
    with _guard:
        _idle.append(child)


def _end() -> None:
    with _guard:
        while _idle:
            _idle.pop().kill()


atexit.register(_end)
