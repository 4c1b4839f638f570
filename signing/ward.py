"""The child's side of `signing.child`: sets its limits, then serves requests until its parent goes."""

from __future__ import annotations

import asyncio
import os
import resource
from base64 import b64decode
from datetime import datetime
from typing import IO, Any

from signing.child import frame, read_frame
from signing.errors import Encrypted
from signing.services import Trust, TrustRoot, Unreachable

MEMORY = 3 << 29
PROCESSOR_SECONDS = 45


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


def main() -> None:
    """Serves until standard input ends."""
    source, sink = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    # nothing that a library prints may get between the frames
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    _limit()
    while True:
        try:
            head, blob = read_frame(lambda count: _exactly(source, count))
        except EOFError:
            return
        _allow_processor_time()
        frame(sink, *_serve(head, blob, PipeTransport(source, sink)))


def _serve(head: dict[str, Any], blob: bytes, transport: PipeTransport) -> tuple[dict[str, Any], bytes]:
    try:
        if head["op"] == "survey":
            from signing.survey import survey

            return survey(blob, head["page"], head["words"])
        from signing.verification import verify_here

        trust = _trust(head["trust"], transport if head["online"] else None)
        return {"report": asyncio.run(verify_here(blob, trust)).to_json()}, b""
    except Encrypted:
        return {"error": "encrypted"}, b""
    except (MemoryError, RecursionError):
        return {"error": "too_costly"}, b""
    except Exception:
        # the last fence: whatever a library raises on a strange file, this child serves the next one
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
    return Trust(roots, transport=transport, others=tuple(b64decode(one) for one in stored["others"]))


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _allow_processor_time() -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime) + PROCESSOR_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (until, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _exactly(stream: IO[bytes], count: int) -> bytes:
    data = stream.read(count)
    if len(data) < count:
        raise EOFError
    return data


if __name__ == "__main__":
    main()
