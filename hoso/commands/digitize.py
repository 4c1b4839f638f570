"""`hoso digitize SCAN… --out DIR`: archival PDF/A, text, kind and fields of each scan; no server."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from catalogue import HosoError
from digitize import DEFAULT_ENGINE, CannotWrite, DigitizeError, Progress, Reading, Source, error_json, json_parts
from digitize import digitize as read_scan
from hoso.cli import tell

if TYPE_CHECKING:
    from digitize.model import Document

_STAGES = {"open": "mở tệp", "read": "đọc trang", "sort": "phân loại", "compose": "ghi PDF/A"}

_ENGINES = "Recognition engine: hoso or tesseract; hoso+tesseract: hoso, its doubtful words read by tesseract too."


@click.command(help=__doc__)
@click.argument("scans", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="SCAN…")
@click.option("--out", "-o", required=True, type=click.Path(path_type=Path, file_okay=False), help="Where to write.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON line a scan, and errors as JSON.")
@click.option("-j", "--jobs", default=1, show_default=True, type=click.IntRange(1, 64), help="Pages read at a time.")
@click.option("--engine", default=DEFAULT_ENGINE, show_default=True, help=_ENGINES)
@click.option("--plain-images", is_flag=True, help="Keep each page as one picture, not as layers of ink and paper.")
def digitize(scans: tuple[Path, ...], out: Path, as_json: bool, jobs: int, engine: str, plain_images: bool) -> None:
    """Digitizes each scan; one that fails gets its error written and the others go on."""
    worst = 0
    taken: set[str] = set()
    for scan in scans:
        stem = free_stem(scan.stem, taken)
        try:
            with _writing():
                out.mkdir(parents=True, exist_ok=True)
            told = _line(scan.name)
            reading = read_scan(scan, out, engine=engine, jobs=jobs, progress=told, stem=stem, compact=not plain_images)
            with _writing():
                _write_text(out, reading)
                _write(out / f"{stem}.json", json_parts(reading))
            _say(reading, as_json)
        except DigitizeError as error:
            worst = max(worst, int(error.exit_code))
            _fail(error, scan, out / f"{stem}.json", as_json)
    sys.exit(worst)


def free_stem(stem: str, taken: set[str]) -> str:
    """`stem`, or `stem-2` and so on where an earlier input of this run has it; case does not tell names apart."""
    name, count = stem, 1
    while name.casefold() in taken:
        count += 1
        name = f"{stem}-{count}"
    taken.add(name.casefold())
    return name


@contextlib.contextmanager
def _writing() -> Iterator[None]:
    """Raises `CannotWrite` where the output folder takes no more."""
    try:
        yield
    except OSError as error:
        raise CannotWrite from error


def _write_json(path: Path, content: dict[str, object]) -> None:
    _write(path, [json.dumps(content, ensure_ascii=False)])


def _write_text(out: Path, reading: Reading) -> None:
    for document in reading.documents:
        _write(out / document.pdf.path.with_suffix(".txt").name, [document.text])


def _write(path: Path, parts: Iterable[str]) -> None:
    """Whole or not at all: half a file would look like a whole one to the next program."""
    fresh = path.with_name(f".{path.name}.new")
    try:
        with fresh.open("w", encoding="utf-8") as file:
            file.writelines(parts)
            file.write("\n")
        fresh.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise


def _say(reading: Reading, as_json: bool) -> None:
    if as_json:
        for part in json_parts(reading):
            click.echo(part, nl=False)
        click.echo()
        return
    for document in reading.documents:
        click.echo(f"{document.pdf.path.name}\t{document.kind.id}\t{document.kind.confidence:.2f}\t{_claim(document)}")


def _claim(document: Document) -> str:
    if document.pdf.pdfa:
        return f"PDF/A-{document.pdf.pdfa}"
    return f"PDF ({document.pdf.reason})"


def _fail(error: HosoError, scan: Path, path: Path, as_json: bool) -> None:
    """The error beside where the reading would have been; a folder that takes no files cannot take this one either."""
    with contextlib.suppress(OSError):
        _write_json(path, error_json(error, Source(scan.name, "", 0, "")))
    if not as_json:
        click.echo(f"{scan.name or scan}:", err=True)
    tell(error, as_json)


def _line(name: str) -> Callable[[Progress], None] | None:
    """A line on the terminal that is written over and over; nothing where nobody watches."""
    if not sys.stderr.isatty():
        return None

    def show(progress: Progress) -> None:
        text = f"{name}: {_STAGES[progress.stage]} {progress.done}/{progress.total}"
        end = "\n" if progress.stage == "compose" and progress.done == progress.total else ""
        click.echo(f"\r\x1b[K{text}{end}", nl=False, err=True)

    return show
