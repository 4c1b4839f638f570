"""What each step of preprocessing is worth: the pages read once with all steps and once without each of them.

Everything runs in this process, so that the CPU seconds of recognition alone can be told as well.
"""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

from bench.reading.scans import Scan
from bench.reading.scoring import Score, score_page
from digitize import page_reading, read, straighten
from digitize.engines import OcrEngine, engine
from digitize.model import Line

ALL = "all steps"
_STRAIGHTENING = ("rectify", "orient", "deskew", "rescale")


@dataclass
class Timed:
    """An engine that counts the CPU seconds it takes, and may be given fewer steps of cleaning."""

    inner: OcrEngine
    cleaning: tuple[str, ...]
    seconds: float = 0.0
    name: str = field(init=False)
    version: str = field(init=False)

    def __post_init__(self) -> None:
        self.name, self.version = self.inner.name, self.inner.version

    def recognise(self, page: Any, dpi: int) -> list[Line]:
        """As the engine does it."""
        start = time.process_time()
        lines = self.inner.recognise(page, dpi)
        self.seconds += time.process_time() - start
        return lines


@dataclass
class Without:
    """What came of the pages without a step, by level; CPU seconds a page, of recognition alone and of everything."""

    step: str
    scores: dict[str, Score]
    recognition: float
    whole: float


def steps(inner: OcrEngine) -> tuple[str, ...]:
    """The steps that can be left out."""
    return (*_STRAIGHTENING, *inner.cleaning)


def ablate(scans: Sequence[Scan], name: str) -> Iterator[Without]:
    """With all steps, then without each."""
    inner = engine(name)
    for step in (ALL, *steps(inner)):
        timed = Timed(inner, tuple(cleaning for cleaning in inner.cleaning if cleaning != step))
        scores: defaultdict[str, Score] = defaultdict(Score)
        start = time.process_time()
        with _left_out(step, timed), tempfile.TemporaryDirectory() as folder:
            for scan in scans:
                assert scan.truth is not None
                # Read inside the loop: a page's own JPEG is gone when the next page is asked for.
                for image in read(scan.path):
                    made = page_reading.read_page(image, Path(folder), name).page
                    words = [(word.text, word.box) for line in made.lines for word in line.words]
                    scores[scan.level].add(score_page(words, scan.truth["pages"][0])[0])
        whole = time.process_time() - start
        yield Without(step, dict(scores), timed.seconds / len(scans), whole / len(scans))


@contextlib.contextmanager
def _left_out(step: str, timed: Timed) -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        stack.enter_context(mock.patch.object(page_reading, "_engine", lambda _: timed))
        if step == "orient":
            stack.enter_context(mock.patch.object(page_reading, "orient", lambda _: (0, 0.0)))
        elif step == "deskew":
            stack.enter_context(mock.patch.object(straighten, "skew", lambda _: 0.0))
        elif step == "rectify":
            stack.enter_context(mock.patch.object(straighten, "outline", lambda _: None))
        elif step == "rescale":
            stack.enter_context(mock.patch.object(straighten, "_rescale", lambda _, dpi: dpi))
        yield
