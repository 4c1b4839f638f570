"""The process that opens hostile bytes: limits itself, then answers one request a line until its input ends.

Started by `digitize.confine` as `python -I -m digitize.child` with an empty environment. The first line on standard
input is the order (task, path, folder, limits); for the task `pages` each further line is a page number. Every answer
is one JSON line; pixels, pictures and PDFs go to files in the folder. An error of ours goes back by class name and
context.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from digitize import formats
from digitize.errors import DigitizeError, EmptyFile, NoPages, TooCostly, TooLarge, TooManyPages, UnknownFormat
from digitize.limits import Limits

if TYPE_CHECKING:
    from digitize.decoder import Decoder

# Bytes that every reader here looks at to say what a file is.
HEAD = 2_048


def restrain(limits: Limits) -> None:
    """Gives up memory, file size, core dumps and, over its whole life, CPU time beyond the limits."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.written_bytes, limits.written_bytes))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds_page, limits.cpu_seconds))


def allow_more_time(limits: Limits) -> None:
    """Moves the soft CPU limit so that the next request may use its own share, and no more."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + 1 + limits.cpu_seconds_page
    resource.setrlimit(resource.RLIMIT_CPU, (min(soft, limits.cpu_seconds), limits.cpu_seconds))


def open_source(path: Path, folder: Path, limits: Limits) -> Decoder:
    """The decoder for what the file really holds. Raises the errors of `digitize.errors`."""
    size = path.stat().st_size
    if size == 0:
        raise EmptyFile
    if size > limits.file_bytes:
        raise TooLarge(limit=limits.file_bytes // (1024 * 1024))
    with path.open("rb") as file:
        kind = formats.media_type(file.read(HEAD))
    if kind is None:
        raise UnknownFormat
    decoder: Decoder
    if kind == formats.PDF:
        from digitize.pdf_pages import PdfDecoder

        decoder = PdfDecoder(path, folder, limits)
    else:
        from digitize.image_pages import ImageDecoder

        decoder = ImageDecoder(path, folder, limits, kind)
    if decoder.pages == 0:
        raise NoPages
    if decoder.pages > limits.pages:
        raise TooManyPages(pages=decoder.pages, limit=limits.pages)
    return decoder


def answer(out: IO[str], message: dict[str, object]) -> None:
    """One JSON line."""
    out.write(json.dumps(message) + "\n")
    out.flush()


def failure(error: BaseException) -> dict[str, object]:
    """An error as it travels to the parent."""
    if isinstance(error, MemoryError):
        error = TooCostly()
    if isinstance(error, DigitizeError):
        return {"error": type(error).__name__, "context": error.context}
    return {"error": "Damaged", "context": {}}


def serve(order: dict[str, Any], requests: Iterable[str], out: IO[str]) -> None:
    """Does the order's task; for `pages`, answers every page number that follows."""
    limits = Limits(**order["limits"])
    restrain(limits)
    path, folder = Path(order["path"]), Path(order["folder"])
    try:
        decoder = open_source(path, folder, limits)
        if order["task"] != "pages":
            answer(out, TASKS[order["task"]](path, folder, order["what"]))
            return
        answer(out, {"pages": decoder.pages, "media_type": decoder.media_type, "signatures": decoder.signatures})
    except Exception as error:
        answer(out, failure(error))
        return
    for line in requests:
        allow_more_time(limits)
        try:
            answer(out, decoder.page(int(line)))
        except Exception as error:
            answer(out, failure(error))


def _archive(path: Path, folder: Path, what: dict[str, Any]) -> dict[str, object]:
    from digitize.archiving import archive

    return archive(path, folder, what)


def _cut(path: Path, folder: Path, what: dict[str, Any]) -> dict[str, object]:
    from digitize.cutting import cut_here

    return cut_here(path, folder, what)


TASKS: dict[str, Callable[[Path, Path, dict[str, Any]], dict[str, object]]] = {"archive": _archive, "cut": _cut}
"""Tasks besides `pages` that are done on hostile bytes; each gets the path, its folder and what exactly is wanted."""


def main() -> None:
    """Keeps the answers apart from anything a library prints, then serves."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    serve(json.loads(sys.stdin.readline()), sys.stdin, out)


if __name__ == "__main__":
    main()
