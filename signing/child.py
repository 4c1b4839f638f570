"""Opens hostile files in child processes with limits on memory, processor time, files and wall time, and no secrets.

Each file has a process of its own, so that the bytes of one person never meet another's: it is forked off a nursery,
which has loaded the libraries and is shown no file. The parent talks to it in frames over pipes: JSON and a blob each
way, so that a child taken over by a file can send back data but no objects. The child has no network use of its own:
what it wants to ask, the parent asks for it.

Files of one `origin`, which a caller names only for what this installation typeset itself, may follow one another in
one child: forking costs three times what opening such a file does. That is safe because a child protects one maker's
files from another's, and here there is one maker, who wrote all their bytes and has seen all their data: a file that
took its child over could only mislead about files that the same maker could have made wrong in the first place. What
came from outside never has an origin, and children of different origins never meet. The limits hold all the same; a
child is replaced after `MOST_FILES` files, when one made it swell, after any error and when it is idle; where it dies,
the file at hand is tried again in a new one.
"""

from __future__ import annotations

import atexit
import fcntl
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
MOST_FILES = 200
"""How many files of one origin a child opens."""
PIPE_BYTES = 1 << 20
"""What a pipe is asked to hold: most files then cross without either side waiting for the other."""
START_SECONDS = 120.0
"""How long a nursery may take to load its libraries."""
ERRORS = {"encrypted": Encrypted, "unreadable": Unreadable, "too_costly": TooCostly}

Answer = Callable[[dict[str, Any], bytes], tuple[dict[str, Any], bytes]]

AT_ONCE = max(2, os.cpu_count() or 2)

_nurseries: list[_Nursery] = []
_idle: list[tuple[str, _Child]] = []
"""Children that wait for another file of their origin, the oldest first."""
_guard = threading.Lock()
_room = threading.BoundedSemaphore(AT_ONCE)


def ask(
    head: dict[str, Any], blob: bytes, answer: Answer | None = None, *, origin: str = ""
) -> tuple[dict[str, Any], bytes]:
    """Has a child do `head["op"]` on `blob`; `answer` serves what the child asks meanwhile. With an `origin` the child
    may have opened other files of that origin before; without one it has opened none and opens no other.

    Raises `Unreadable`, `Encrypted` or `TooCostly`; a child that dies or dawdles is `TooCostly`.
    """
    if len(blob) > MOST_BYTES:
        raise TooCostly
    with _room:
        child = _waiting(origin) if origin else None
        found = child and _asked(child, head, blob, answer, origin)
        if not found:
            found = _asked(_bear(), head, blob, answer, origin)
    if not found:
        raise TooCostly
    if "error" in found[0]:
        raise ERRORS.get(found[0]["error"], Unreadable)
    return found


def _asked(
    child: _Child, head: dict[str, Any], blob: bytes, answer: Answer | None, origin: str
) -> tuple[dict[str, Any], bytes] | None:
    """What the child says, None if it died or dawdled. It is kept for further files of its origin where it may be."""
    kept = False
    try:
        further = bool(origin) and child.files + 1 < MOST_FILES
        found = child.run(head | {"further": further}, blob, answer)
        kept = found[0].pop("further", False) is True and further
    except (OSError, EOFError, ValueError):
        return None
    finally:
        if not kept:
            child.kill()
    if kept:
        _keep(origin, child)
    return found


def _waiting(origin: str) -> _Child | None:
    """An idle child of that origin and of this process; those that have ended meanwhile are cleared away."""
    with _guard:
        for at in reversed(range(len(_idle))):
            mine, child = _idle[at]
            if not child.alive():
                _idle.pop(at)[1].kill()
            elif mine == origin:
                return _idle.pop(at)[1]
    return None


def _keep(origin: str, child: _Child) -> None:
    with _guard:
        _idle.append((origin, child))
        while len(_idle) > AT_ONCE:
            _idle.pop(0)[1].kill()


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
    """The process of one file, or of some of one origin, from its birth to the last answer."""

    def __init__(self, process: int, sink: int, source: int) -> None:
        self.owner = os.getpid()
        self.files = 0
        self._process = process
        self._sink = os.fdopen(sink, "wb", buffering=0)
        self._source = source

    @property
    def pid(self) -> int:
        """Its number, -1 when it has ended."""
        lines = Path(f"/proc/self/fdinfo/{self._process}").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("Pid:")).split()[1])

    def alive(self) -> bool:
        """Whether it is this process's to ask and has not ended: a descriptor of a process is readable once it has."""
        return self.owner == os.getpid() and not _readable(self._process, 0)

    def run(self, head: dict[str, Any], blob: bytes, answer: Answer | None) -> tuple[dict[str, Any], bytes]:
        until = time.monotonic() + SECONDS
        self.files += 1
        frame(self._sink, head, blob)
        while True:
            found, data = read_frame(lambda count: self._read(count, until))
            if "ask" not in found:
                return found, data
            if answer is None:
                raise ValueError("the child asks but nobody answers")
            frame(self._sink, *answer(found["ask"], data))

    def kill(self) -> None:
        """Ends the process, unless it is our parent's, and closes what leads to it."""
        if self.owner == os.getpid():
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._process, signal.SIGKILL)
        self._sink.close()
        for left in (self._source, self._process):
            os.close(left)

    def _read(self, count: int, until: float) -> bytes:
        parts = bytearray()
        while len(parts) < count:
            if not _readable(self._source, until - time.monotonic()):
                raise EOFError("out of time")
            part = os.read(self._source, min(count - len(parts), 1 << 20))
            if not part:
                raise EOFError("the child ended")
            parts += part
        return bytes(parts)


def _readable(descriptor: int, seconds: float) -> bool:
    """Whether it can be read, or has ended, within that time. (`select` knows no descriptors above 1023.)"""
    waiting = select.poll()
    waiting.register(descriptor, select.POLLIN)
    return bool(waiting.poll(max(0.0, seconds) * 1000))


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
        with suppress(OSError):  # a user has only so much room for all pipes
            fcntl.fcntl(ours_out, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
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
        while _idle:
            _idle.pop()[1].kill()
        while _nurseries:
            _nurseries.pop().end()


atexit.register(_end)
