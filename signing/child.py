"""Opens hostile files in child processes with limits on memory, processor time, files and wall time, and no secrets.

Each file has a process of its own, so that the bytes of one person never meet another's: it is forked off a nursery,
which has loaded the libraries and is shown no file. The parent talks to it in frames over pipes: JSON and a blob each
way, so that a child taken over by a file can send back data but no objects. The child has no network use of its own:
what it wants to ask, the parent asks for it.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from signing.errors import Encrypted, TooCostly, Unreadable

__all__ = ["MOST_BYTES", "ask", "frame", "read_frame"]

MOST_BYTES = 256 * 1024 * 1024
"""The largest file or answer that crosses."""

SECONDS = 60.0
"""How long a file may take."""
START_SECONDS = 120.0
"""How long a nursery may take to load its libraries."""
ERRORS = {"encrypted": Encrypted, "unreadable": Unreadable, "too_costly": TooCostly}

Answer = Callable[[dict[str, Any], bytes], tuple[dict[str, Any], bytes]]

_nurseries: list[_Nursery] = []
_guard = threading.Lock()
_room = threading.BoundedSemaphore(max(2, os.cpu_count() or 2))


def ask(head: dict[str, Any], blob: bytes, answer: Answer | None = None) -> tuple[dict[str, Any], bytes]:
    """Has a child do `head["op"]` on `blob`; `answer` serves what the child asks meanwhile.

    Raises `Unreadable`, `Encrypted` or `TooCostly`; a child that dies or dawdles is `TooCostly`.
    """
    if len(blob) > MOST_BYTES:
        raise TooCostly
    with _room:
        child = _bear()
        try:
            found = child.run(head, blob, answer)
        except (OSError, EOFError, ValueError) as error:
            raise TooCostly from error
        finally:
            child.kill()
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
    """The process of one file, from its birth to the answer."""

    def __init__(self, process: int, sink: int, source: int) -> None:
        self._process = process
        self._sink = os.fdopen(sink, "wb", buffering=0)
        self._source = source

    @property
    def pid(self) -> int:
        """Its number, -1 when it has ended."""
        lines = Path(f"/proc/self/fdinfo/{self._process}").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("Pid:")).split()[1])

    def run(self, head: dict[str, Any], blob: bytes, answer: Answer | None) -> tuple[dict[str, Any], bytes]:
        until = time.monotonic() + SECONDS
        frame(self._sink, head, blob)
        while True:
            found, data = read_frame(lambda count: self._read(count, until))
            if "ask" not in found:
                return found, data
            if answer is None:
                raise ValueError("the child asks but nobody answers")
            frame(self._sink, *answer(found["ask"], data))

    def kill(self) -> None:
        """Ends the process and closes what leads to it."""
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._process, signal.SIGKILL)
        self._sink.close()
        for left in (self._source, self._process):
            os.close(left)

    def _read(self, count: int, until: float) -> bytes:
        parts = bytearray()
        while len(parts) < count:
            ready, _, _ = select.select([self._source], [], [], max(0.0, until - time.monotonic()))
            if not ready:
                raise EOFError("out of time")
            part = os.read(self._source, min(count - len(parts), 1 << 20))
            if not part:
                raise EOFError("the child ended")
            parts += part
        return bytes(parts)


class _Nursery:
    """Has the libraries loaded, so that a child is there in a moment; forks one for each pair of pipes sent to it."""

    def __init__(self) -> None:
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TMPDIR") if name in os.environ}
        self.owner = os.getpid()
        self._link, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                # -P: whatever lies in the current folder is not imported
                [sys.executable, "-P", "-m", "signing.ward", str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=kept | {"PYTHONPATH": os.pathsep.join(part for part in sys.path if part), "OMP_NUM_THREADS": "1"},
                pass_fds=[theirs.fileno()],
            )
        self._link.settimeout(START_SECONDS)

    def bear(self) -> _Child:
        """A process that has seen no file yet. Raises OSError, EOFError."""
        theirs_in, ours_out = os.pipe()
        ours_in, theirs_out = os.pipe()
        try:
            socket.send_fds(self._link, [b"?"], [theirs_in, theirs_out])
            _, process, _, _ = socket.recv_fds(self._link, 1, 1)
            if not process:
                raise EOFError("the nursery ended")
        except BaseException:
            os.close(ours_out)
            os.close(ours_in)
            raise
        finally:
            os.close(theirs_in)
            os.close(theirs_out)
        return _Child(process[0], ours_out, ours_in)

    def alive(self) -> bool:
        return self.owner == os.getpid() and self.process.poll() is None

    def end(self) -> None:
        """Lets it go; it ends when nobody is at the other end."""
        self._link.close()
        if self.owner == os.getpid():
            self.process.kill()
            self.process.wait()


def _bear() -> _Child:
    """A new child of this process's nursery, which is started when there is none. Raises TooCostly."""
    with _guard:
        while _nurseries and not _nurseries[0].alive():
            _nurseries.pop().end()
        if not _nurseries:
            _nurseries.append(_Nursery())
        try:
            return _nurseries[0].bear()
        except (OSError, EOFError) as error:
            _nurseries.pop().end()
            raise TooCostly from error


def _end() -> None:
    with _guard:
        while _nurseries:
            _nurseries.pop().end()


atexit.register(_end)
