"""The programs that are compared, each run as its users run it: one process tree, one thread, a PDF of scans in.

What a run took is measured from outside: CPU seconds of all its processes, and the most memory that they held together.
"""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np

from bench.reading.scans import Scan
from bench.reading.scoring import Read

_MB = 1024
_POLL = 0.5
_WORD = re.compile(r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>')
_PAGE = re.compile(r'<page width="([\d.]+)" height="([\d.]+)">(.*?)</page>', re.DOTALL)
_LEAN, _STEP = 5.0, 0.1


@dataclass
class Run:
    """What a program made of a batch: words by page, bytes of the PDF it wrote (0: none), what it took."""

    words: list[list[Read]]
    written: int
    cpu: float
    wall: float
    peak: int


@dataclass
class Meter:
    """Runs commands and adds up what they took; `peak` is the proportional memory of the whole tree, in KB."""

    cpu: float = 0.0
    wall: float = 0.0
    peak: int = 0
    output: str = field(default="", repr=False)

    def run(self, *command: str | Path) -> str:
        """Runs a command to its end. Raises `CalledProcessError`."""
        before, start = _children_cpu(), time.perf_counter()
        environment = {**os.environ, "OMP_THREAD_LIMIT": "1", "OMP_NUM_THREADS": "1"}
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
        watcher = threading.Thread(target=self._watch, args=(process.pid,), daemon=True)
        watcher.start()
        output, errors = process.communicate()
        watcher.join()
        self.cpu += _children_cpu() - before
        self.wall += time.perf_counter() - start
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, command, output, errors)
        return output

    def _watch(self, root: int) -> None:
        while held := sum(_held(pid) for pid in _tree(root)):
            self.peak = max(self.peak, held)
            time.sleep(_POLL)


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _tree(root: int) -> list[int]:
    found, at = [root], 0
    while at < len(found):
        for tasks in Path(f"/proc/{found[at]}/task").glob("*/children"):
            try:
                found += [int(pid) for pid in tasks.read_text().split()]
            except OSError:
                continue
        at += 1
    return found


def _held(pid: int) -> int:
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")), 0)


def hoso(batch: Path, scans: Sequence[Scan], folder: Path, *options: str) -> Run:
    """`hoso digitize`."""
    meter = Meter()
    meter.run(Path(sys.executable).with_name("hoso"), "digitize", batch, "--out", folder, *options)
    told = json.loads((folder / f"{batch.stem}.json").read_text(encoding="utf-8"))
    pages = {page["number"]: page for document in told["documents"] for page in document["pages"]}
    words = []
    for number, scan in enumerate(scans, start=1):
        page = pages[number]
        scale = _width(scan) / page["width"]
        words.append([(word["text"], _scaled(word["box"], scale)) for line in page["lines"] for word in line["words"]])
    written = sum((folder / document["pdf"]).stat().st_size for document in told["documents"])
    return Run(words, written, meter.cpu, meter.wall, meter.peak // _MB)


def ocrmypdf(batch: Path, scans: Sequence[Scan], folder: Path, *options: str) -> Run:
    """OCRmyPDF with one job, straightening on, PDF/A as it makes it by default."""
    meter, out = Meter(), folder / "ocrmypdf.pdf"
    program = shutil.which("ocrmypdf") or Path(sys.executable).with_name("ocrmypdf")
    meter.run(program, "--language", "vie", "--jobs", "1", "--deskew", "--quiet", *options, batch, out)
    bare = subprocess.run(["pdftotext", "-bbox", out, "-"], capture_output=True, text=True, check=True).stdout
    words = [_from_points(page, scan) for page, scan in zip(_PAGE.findall(bare), scans, strict=True)]
    return Run(words, out.stat().st_size, meter.cpu, meter.wall, meter.peak // _MB)


def pytesseract(batch: Path, scans: Sequence[Scan], folder: Path) -> Run:
    """pytesseract on the scans as they are; no PDF comes of it."""
    meter = Meter()
    told = json.loads(meter.run(sys.executable, "-m", "bench.reading.plain_tesseract", *(scan.path for scan in scans)))
    words = [[(text, tuple(box)) for text, box in page] for page in told]
    return Run(words, 0, meter.cpu, meter.wall, meter.peak // _MB)


READERS: dict[str, Callable[..., Run]] = {"hoso": hoso, "OCRmyPDF": ocrmypdf, "pytesseract": pytesseract}


def _width(scan: Scan) -> int:
    if scan.truth is not None:
        return int(scan.truth["pages"][0]["width"])
    from PIL import Image

    with Image.open(scan.path) as image:
        return image.width


def _scaled(box: Sequence[float], scale: float) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = (value * scale for value in box)
    return x0, y0, x1, y1


def _from_points(page: tuple[str, str, str], scan: Scan) -> list[Read]:
    """Words of a PDF page in pixels of the scan.

    The page was straightened by an angle that its maker does not tell: the one at which most words lie in true lines
    is taken, in the maker's favour.
    """
    width, height, body = float(page[0]), float(page[1]), page[2]
    scale = _width(scan) / width
    words = [(unescape(text), _scaled([float(value) for value in box], scale)) for *box, text in _WORD.findall(body)]
    if scan.truth is None or not words:
        return words
    middle = np.array([width, height]) * scale / 2
    quads = [np.array(line["quad"], np.float32) for line in scan.truth["pages"][0]["lines"]]
    angles = np.arange(-_LEAN, _LEAN + _STEP / 2, _STEP)
    best = max(angles, key=lambda angle: (_inside(words, quads, middle, float(angle)), -abs(angle)))
    return _turned(words, middle, float(best))


def _turned(words: Sequence[Read], middle: Any, degrees: float) -> list[Read]:
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    turn = np.array([[cosine, -sine], [sine, cosine]])
    turned = []
    for text, (x0, y0, x1, y1) in words:
        x, y = turn @ (np.array([(x0 + x1) / 2, (y0 + y1) / 2]) - middle) + middle
        half = (x1 - x0) / 2, (y1 - y0) / 2
        turned.append((text, (float(x - half[0]), float(y - half[1]), float(x + half[0]), float(y + half[1]))))
    return turned


def _inside(words: Sequence[Read], quads: Sequence[Any], middle: Any, degrees: float) -> int:
    """How many words' middles lie in boxes of true lines; the boxes stand straight, which is near enough to choose."""
    boxes = np.array([[*quad.min(axis=0), *quad.max(axis=0)] for quad in quads])
    centres = np.array([[(b[0] + b[2]) / 2, (b[1] + b[3]) / 2] for _, b in _turned(words, middle, degrees)])
    x, y = centres[:, :1], centres[:, 1:]
    held = (x > boxes[:, 0]) & (x < boxes[:, 2]) & (y > boxes[:, 1]) & (y < boxes[:, 3])
    area = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    # A leaning line's box is higher than the line: a word counts the more, the nearer it is to the line's own axis.
    near = [
        abs(float(_off_axis(quads[at], centre)))
        for row, centre in zip(held, centres, strict=True)
        for at in [int(np.argmin(np.where(row, area, np.inf)))]
        if row.any()
    ]
    return sum(1 for off in near if off < 0.5)


def _off_axis(quad: Any, point: Any) -> float:
    """How far a point is from the middle line of a quad, in heights of the quad."""
    left, right = (quad[0] + quad[3]) / 2, (quad[1] + quad[2]) / 2
    along, high = right - left, float(np.hypot(*(quad[3] - quad[0])))
    across = along[0] * (point[1] - left[1]) - along[1] * (point[0] - left[0])
    return float(across / max(1e-6, float(np.hypot(*along))) / max(high, 1e-6))
