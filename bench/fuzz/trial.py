"""One file through `digitize` in a process of its own, judged from outside by what the product promises.

The process is a fork of one that has loaded everything, so that a trial costs what the file costs; the file itself is
opened in the product's own child, as always. Linux only: `wait4` tells the time and memory of both.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import tempfile
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pikepdf
import pypdfium2

import digitize
from digitize import Box, DigitizeError, Limits, Line, Reading, Word
from digitize.model import quad_of

if TYPE_CHECKING:
    from digitize.model import Image

LIMITS = Limits(cpu_seconds_page=8, seconds_page=120.0, page_pixels=40_000_000)
QUICK = f"{__name__}:Scribe"
# What a process has loaded before it sees a file, and what a pixel may cost it.
_MEMORY_MB, _BYTES_A_PIXEL = 600, 24
# Saying these of a file, on a machine where nothing is amiss, is saying something else than what is the matter.
_WRONG_CODES = {"digitize.failed", "digitize.no_file", "digitize.cannot_write", "digitize.no_such_page",
                "digitize.engine_unknown", "digitize.engine_missing", "digitize.weights_missing"}  # fmt: skip
_SLACK_SECONDS = 10
_PREVIEW = 200


class Scribe:
    """An engine that takes no time: the same two words on every page, so that their way to the copy is gone too."""

    name, version, cleaning = "scribe", "1", ()

    def recognise(self, page: Image, dpi: int) -> list[Line]:
        high, wide = page.shape[:2]
        boxes: list[Box] = [
            (0.1 * wide, 0.1 * high, 0.4 * wide, 0.2 * high),
            (0.5 * wide, 0.1 * high, 0.9 * wide, 0.2 * high),
        ]
        words = tuple(Word(text, box, 0.5, quad_of(box)) for text, box in zip(("Giấy", "mẫu"), boxes, strict=True))
        whole = (boxes[0][0], boxes[0][1], boxes[1][2], boxes[1][3])
        return [Line("Giấy mẫu", whole, quad_of(whole), 0.5, words)]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a trial went: `outcome` is `result` or the code of the error; `breaches` say what promise was broken."""

    outcome: str
    pages: int
    megapixels: float
    cpu: float
    peak_mb: float
    breaches: tuple[str, ...] = ()


def warm(engine: str) -> None:
    """Loads what every trial needs, before the first fork: a page is read with the engine."""
    import numpy as np
    from PIL import Image

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.png"
        Image.fromarray(np.full((400, 300), 255, np.uint8)).save(path)
        digitize.digitize(path, Path(folder) / "out", engine=engine)


def attempt(content: bytes, engine: str = QUICK) -> Verdict:
    """Digitizes the file and cuts it, in a fork of this process."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as name:
        folder = Path(name)
        (folder / "tmp").mkdir()
        (folder / "file").write_bytes(content)
        pid = os.fork()
        if not pid:
            _in_the_fork(folder, engine)
        return _verdict(folder, *waited(pid))


def _in_the_fork(folder: Path, engine: str) -> None:
    """Writes down what happened; never returns."""
    try:
        os.setsid()
        hush()
        tempfile.tempdir = str(folder / "tmp")
        with (folder / "told.json").open("w", encoding="utf-8") as told:
            json.dump(_digitized(folder, engine), told)
    except BaseException:
        os._exit(1)
    os._exit(0)


def hush() -> None:
    """What libraries print of a broken file goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def _digitized(folder: Path, engine: str) -> dict[str, Any]:
    path = folder / "file"
    try:
        reading = digitize.digitize(path, folder / "out", engine=engine, limits=LIMITS, stem="copy")
        sizes = [page.width * page.height / 1e6 for document in reading.documents for page in document.pages]
        told = {"outcome": "result", "pages": len(sizes), "megapixels": max(sizes), "breaches": _wrong(reading, folder)}
        if reading.source.signatures == 0 and len(sizes) > 1:
            told["outcome"] = _cut(path, len(sizes), folder)
    except DigitizeError as error:
        told = {"outcome": error.code, "pages": 0, "megapixels": 0.0, "breaches": _untold(error)}
    except Exception as error:
        at = traceback.extract_tb(error.__traceback__)[-1]
        said = f"{type(error).__name__} at {Path(at.filename).name}:{at.lineno}: {error}"
        told = {"outcome": "exception", "pages": 0, "megapixels": 0.0, "breaches": [said[:300]]}
    return told


def _cut(path: Path, pages: int, folder: Path) -> str:
    """The outcome of a file that was read, when its last and first page are cut out of it."""
    try:
        digitize.cut(path, [pages, 1], folder / "cut", limits=LIMITS)
    except DigitizeError as error:
        return f"result, {error.code} when cut"
    return "result"


def _wrong(reading: Reading, folder: Path) -> list[str]:
    """What is wrong with a result: its copies cannot be opened or lack pages, its boxes lie outside the page."""
    wrong = []
    for document in reading.documents:
        try:
            with pikepdf.open(document.pdf.path, suppress_warnings=True) as pdf:
                found = len(pdf.pages)
            with contextlib.closing(pypdfium2.PdfDocument(document.pdf.path)) as shown:
                shown[0].render(scale=_PREVIEW / max(shown[0].get_size())).close()
        except Exception as error:
            wrong.append(f"the copy does not open: {type(error).__name__}: {error}")
            continue
        if found != len(document.pages):
            wrong.append(f"{found} pages in the copy of {len(document.pages)}")
        wrong += [f"{page.problem} on a page" for page in document.pages if page.problem]
        for page in document.pages:
            for x0, y0, x1, y1 in (line.box for line in page.lines):
                if not (page.born_digital or (0 <= x0 <= x1 <= page.width and 0 <= y0 <= y1 <= page.height)):
                    wrong.append("a box outside the page")
    written = {path.name for path in (folder / "out").iterdir()}
    if written != {document.pdf.path.name for document in reading.documents}:
        wrong.append("other files in the output folder")
    json.dumps(digitize.to_json(reading), allow_nan=False)
    return wrong


def _untold(error: DigitizeError) -> list[str]:
    told = error.as_dict()
    missing = [key for key in ("message_vi", "message_en", "next", "next_en") if not told[key] or "{" in str(told[key])]
    return [f"{error.code} without {key}" for key in missing] + [f"{error.code} of a file"] * (
        error.code in _WRONG_CODES
    )


def waited(pid: int) -> tuple[int, resource.struct_rusage, bool]:
    """The end of a process, which is killed with its children when it has not ended long after it should have."""
    deadline = time.monotonic() + 10 * LIMITS.seconds_page
    while True:
        ended, status, usage = os.wait4(pid, os.WNOHANG)
        if ended:
            return status, usage, True
        if time.monotonic() > deadline:
            os.killpg(pid, signal.SIGKILL)
            _, status, usage = os.wait4(pid, 0)
            return status, usage, False
        time.sleep(0.01)


def over(cpu: float, pages: int) -> list[str]:
    """The breach of having taken too long for so many pages."""
    return [f"{cpu:.0f} CPU seconds"] * (cpu > (LIMITS.cpu_seconds_page + _SLACK_SECONDS) * max(1, pages))


def _verdict(folder: Path, status: int, usage: resource.struct_rusage, in_time: bool) -> Verdict:
    cpu, peak = usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
    told_at = folder / "told.json"
    if not in_time or status or not told_at.exists():
        said = "no end" if not in_time else f"the reading process ended with {status}"
        return Verdict("crash", 0, 0.0, cpu, peak, (said,))
    told = json.loads(told_at.read_text(encoding="utf-8"))
    breaches = list(told["breaches"])
    breaches += over(cpu, told["pages"])
    if told["pages"] and peak > _MEMORY_MB + _BYTES_A_PIXEL * told["megapixels"]:
        breaches.append(f"{peak:.0f} MB for {told['megapixels']:.1f} megapixels")
    left = sorted(path.name for path in (folder / "tmp").iterdir())
    out = folder / "out"
    if not told["pages"] and out.exists():
        left += [path.name for path in out.iterdir()]
    breaches += [f"left behind: {name}" for name in left]
    return Verdict(told["outcome"], told["pages"], told["megapixels"], cpu, peak, tuple(breaches))
