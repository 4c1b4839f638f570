"""The whole way of one source: opened, read page by page, put into documents, named, understood, composed."""

from __future__ import annotations

import contextlib
import hashlib
import multiprocessing
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path

from digitize import archive_copy, engines
from digitize.allocation import given_back
from digitize.classify import classify
from digitize.errors import CannotWrite, NoFile
from digitize.extract import extract
from digitize.limits import Limits
from digitize.model import Document, Page, Progress, ProgressCallback, Reading, Source
from digitize.opening import Opened
from digitize.page_reading import PageRead, read_ticket
from digitize.parts import pages_of
from digitize.split import split
from digitize.spool import Kept, Pages, Spool

_FIRST, _LAST = 40, 10


def sha256_of(path: Path) -> str:
    """The digest of a file's bytes, in hexadecimal. Raises `NoFile`."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise NoFile from error


@given_back()
def digitize(
    path: Path,
    out: Path,
    *,
    engine: str = engines.DEFAULT,
    jobs: int = 1,
    progress: ProgressCallback | None = None,
    stem: str | None = None,
    name: str | None = None,
    limits: Limits | None = None,
    compact: bool = True,
    elsewhere: Callable[[int], Sequence[Path] | None] | None = None,
) -> Reading:
    """Reads a file and writes the archival copies of its documents into the folder `out`.

    `jobs` pages are read at a time, each in a process of its own; with 1 they are read in this one. `stem` begins the
    names of what is written (default: the file's), `name` is what the result calls the source (default: the file's).
    `compact` pages are layers where that loses nothing and is smaller (`digitize.layers`), else pictures.
    `elsewhere` is asked, with their number, whether it has the pages read: it gives files of what `digitize.read_part`
    made of all of them, in their order and by the same engine, or None.
    One document is written as `<stem>.pdf`, several as `<stem>-1.pdf` and so on; files of these names are replaced.

    Raises the errors of `digitize.errors`; nothing is left half written. A page on which the engine fails does not
    stop the others: it keeps its image and has its `problem`.
    """
    start = time.perf_counter()
    tell = progress or (lambda _: None)
    tell(Progress("open", 0, 1))
    digest = sha256_of(path)
    try:
        out.mkdir(parents=True, exist_ok=True)
        with Opened(path, limits) as source:
            tell(Progress("open", 1, 1))
            spool = Spool()
            parts = elsewhere(source.pages) if elsewhere else None
            if parts is None:
                reading = _told(_read_pages(source, engine, jobs, compact), source.pages, tell)
            else:
                reading = pages_of(parts, source.folder)
            pages = [spool.keep(read) for read in reading]
            facts = Source(name or path.name, digest, source.pages, source.media_type, source.signatures)
            documents = _documents(path, source, pages, out, stem or path.stem, tell)
    except OSError as error:
        raise CannotWrite from error
    return Reading(facts, documents, engine, time.perf_counter() - start)


def _told(pages: Iterator[PageRead], total: int, tell: ProgressCallback) -> Iterator[PageRead]:
    tell(Progress("read", 0, total))
    for done, page in enumerate(pages, start=1):
        yield page
        tell(Progress("read", done, total))


def _read_pages(source: Opened, engine: str, jobs: int, compact: bool) -> Iterator[PageRead]:
    """Pages in their order, unpacked only as fast as they are read."""
    if jobs <= 1 or source.pages == 1:
        for number in range(1, source.pages + 1):
            yield read_ticket(source.ticket(number), source.folder, engine, compact)
        return
    # Not forked: a fork of a process with threads (a web server, a worker) can hang on a lock that nobody holds.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(jobs, source.pages), mp_context=context) as pool:
        running: list[Future[PageRead]] = []
        try:
            for number in range(1, source.pages + 1):
                running.append(pool.submit(read_ticket, source.ticket(number), source.folder, engine, compact))
                if len(running) > jobs:
                    yield running.pop(0).result()
            while running:
                yield running.pop(0).result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _documents(
    path: Path, source: Opened, read: Sequence[Kept], out: Path, stem: str, tell: ProgressCallback
) -> tuple[Document, ...]:
    tell(Progress("sort", 0, len(read)))
    # A signature holds for the whole file only.
    groups = [list(read)] if source.signatures else split(read)
    tell(Progress("sort", len(read), len(read)))
    documents, done = [], 0
    tell(Progress("compose", 0, len(read)))
    for at, group in enumerate(groups, start=1):
        pages = Pages(group)
        kind = classify(pages)
        fields = extract(_with_fields(pages), kind)
        target = out / (f"{stem}.pdf" if len(groups) == 1 else f"{stem}-{at}.pdf")
        with _replacing(target) as unfinished:
            copy = archive_copy.write(path, source, group, unfinished, kind.id)
        documents.append(Document(pages, text_of(pages), kind, fields, archive_copy.renamed(copy, target)))
        done += len(group)
        tell(Progress("compose", done, len(read)))
    return tuple(documents)


def _with_fields(pages: Pages) -> tuple[Page, ...]:
    """The pages on which a document's fields stand: all, or the first and last of very many."""
    if len(pages) <= _FIRST + _LAST:
        return tuple(pages)
    return (*pages[:_FIRST], *pages[-_LAST:])


def text_of(pages: Sequence[Page]) -> str:
    """Lines in reading order, joined by newlines."""
    return "\n".join(line.text for page in pages for line in page.lines)


@contextlib.contextmanager
def _replacing(target: Path) -> Iterator[Path]:
    """A path beside `target` that takes its place when the block ends well, and is gone when it does not."""
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".hoso-", suffix=target.suffix, delete=False) as file:
        unfinished = Path(file.name)
    try:
        yield unfinished
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
