"""The other side of `signing.child`: a nursery that loads the libraries, and its forks, each of which opens one file,
or some of one origin.

The nursery reads no file: it is sent the ends of two pipes, and the bytes come over them to the fork alone.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import io
import os
import resource
import select
import signal
import socket
import sys
from base64 import b64decode
from datetime import datetime
from math import ceil
from typing import IO, Any

from signing.child import frame, read_frame
from signing.errors import Encrypted
from signing.services import Trust, TrustRoot, Unreachable
from signing.strength import Strength

MEMORY = 3 << 29
PROCESSOR_SECONDS = 45
"""For each file."""
IDLE_SECONDS = 10.0
"""How long a fork waits for another file of its origin."""
SWELLING = 64 << 10
"""KiB by which a fork may grow and still be given another file."""


class PipeTransport:
    """Asks the parent, who holds the list of addresses and the network."""

    def __init__(self, source: IO[bytes], sink: IO[bytes]) -> None:
        self._source, self._sink = source, sink

    async def post(self, url: str, body: bytes, content_type: str) -> bytes:
        return self._ask({"method": "post", "url": url, "content_type": content_type}, body)

    async def get(self, url: str) -> bytes:
        return self._ask({"method": "get", "url": url}, b"")

    def _ask(self, what: dict[str, str], body: bytes) -> bytes:
        frame(self._sink, {"ask": what}, body)
        head, blob = read_frame(lambda count: _exactly(self._source, count))
        if not head.get("reached"):
            raise Unreachable(what["url"])
        return blob


def _bury(*_: object) -> None:
    """Nobody asks how a child ended; its time is to be counted as this process's all the same (getrusage(2))."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            continue


def main() -> None:
    """Forks a child for each pair of pipes, until nobody is at the other end of the link."""
    link = socket.socket(fileno=int(sys.argv[1]))
    signal.signal(signal.SIGCHLD, _bury)
    _limit()
    _warm_up()
    gc.freeze()  # what the forks share is left where it is: a collection in one would copy page after page
    while True:
        _, pipes, _, _ = socket.recv_fds(link, 1, 2)
        if len(pipes) < 2:
            return
        child = os.fork()
        if child == 0:
            link.close()
            _open_files(*pipes)
            os._exit(0)
        for pipe in pipes:
            os.close(pipe)
        process = os.pidfd_open(child)  # the child waits for its file, so it is there
        socket.send_fds(link, [b"!"], [process])
        os.close(process)


def _warm_up() -> None:
    """Does once, on an empty page of its own making, what would else cost each fork a second: libraries, fonts."""
    import pikepdf

    from signing.survey import survey
    from signing.verification import verify_here

    page = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(page)
    survey(page.getvalue(), "first", "")
    asyncio.run(verify_here(page.getvalue(), Trust(roots=())))


def _open_files(source_end: int, sink_end: int) -> None:
    """What a fork does in its life: one file, one answer; the next file only if the parent says that it is of the same
    origin and the last one left no trace."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    source, sink = os.fdopen(source_end, "rb"), os.fdopen(sink_end, "wb")
    born, further = _most_resident(), True
    while further:
        try:
            head, blob = read_frame(lambda count: _exactly(source, count))
            _limit_processor(alone=not head.get("further"))
            told, data = _serve(head, blob, PipeTransport(source, sink))
            further = bool(head.get("further")) and "error" not in told and _most_resident() < born + SWELLING
            frame(sink, told | {"further": further}, data)
        except (EOFError, OSError):
            return
        del blob, data
        further = further and bool(select.select([source_end], [], [], IDLE_SECONDS)[0])


def _limit_processor(*, alone: bool) -> None:
    """Counts from now: what earlier files took is not this one's. Once for all where there is no next one."""
    until = ceil(sum(resource.getrusage(resource.RUSAGE_SELF)[:2])) + PROCESSOR_SECONDS
    hard = until if alone else resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (until, hard))


def _most_resident() -> int:
    """KiB of memory that this process had at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _serve(head: dict[str, Any], blob: bytes, transport: PipeTransport) -> tuple[dict[str, Any], bytes]:
    try:
        if head["op"] == "survey":
            from signing.survey import survey

            return survey(blob, head["page"], head["words"])
        if head["op"] == "report":
            from signing.reporting import report_here

            return {}, report_here(head, blob)
        if head["op"] == "lapse":
            from signing.renewal import lapse_here

            return lapse_here(blob, Strength.from_json(head["strength"])), b""
        from signing.verification import verify_here

        trust = _trust(head["trust"], transport if head["online"] else None)
        return {"report": asyncio.run(verify_here(blob, trust)).to_json()}, b""
    except Encrypted:
        return {"error": "encrypted"}, b""
    except (MemoryError, RecursionError):
        return {"error": "too_costly"}, b""
    except Exception:
        # the last fence: whatever a library raises on a strange file
        return {"error": "unreadable"}, b""


def _trust(stored: dict[str, Any], transport: PipeTransport | None) -> Trust:
    roots = tuple(
        TrustRoot(
            b64decode(one["certificate"]),
            one["name"],
            datetime.fromisoformat(one["from"]) if one["from"] else None,
            datetime.fromisoformat(one["until"]) if one["until"] else None,
            one["demo"],
        )
        for one in stored["roots"]
    )
    others, strength = tuple(b64decode(one) for one in stored["others"]), Strength.from_json(stored["strength"])
    return Trust(roots, transport=transport, others=others, strength=strength)


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _exactly(stream: IO[bytes], count: int) -> bytes:
    data = stream.read(count)
    if len(data) < count:
        raise EOFError
    return data


if __name__ == "__main__":
    main()
