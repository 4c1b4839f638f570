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

import numpy as np

from bench.reading.scans import Scan
from bench.reading.scoring import Score, score_page
from digitize import cleaning, page_reading, read, straighten
from digitize.engines import OcrEngine, engine
from digitize.model import Line, PageImage

ALL = "all steps"
NOISY = "noisy"
_STRAIGHTENING = ("rectify", "orient", "deskew", "rescale")
_DRAWS = 2_000


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
    """What came of the pages without a step, by level, pages in one order; CPU seconds a page, of recognition alone
    and of everything.

    `NOISY` is no level: pages of any level with more noise than `median3` asks for.
    """

    step: str
    pages: dict[str, list[Score]]
    recognition: float
    whole: float

    def cer(self, level: str) -> float:
        """Wrong letters of a hundred, over all pages of a level."""
        return _cer(self.pages[level])

    def change(self, level: str, whole: Without) -> tuple[float, float, float]:
        """How much more is wrong than with all steps, in points of CER, and the ends of a 95 % interval.

        The interval is of pairs: pages are drawn with replacement, and each has both readings of it along.
        """
        edits = np.array([[page.edits, page.letters] for page in self.pages[level]], float)
        edits = np.column_stack([edits, [page.edits for page in whole.pages[level]]])
        draws = np.random.default_rng(1).integers(0, len(edits), (_DRAWS, len(edits)))
        drawn = edits[draws].sum(axis=1)
        low, high = np.percentile(100 * (drawn[:, 0] - drawn[:, 2]) / drawn[:, 1], (2.5, 97.5))
        return self.cer(level) - whole.cer(level), float(low), float(high)


def _cer(pages: Sequence[Score]) -> float:
    return 100 * sum(page.edits for page in pages) / max(1, sum(page.letters for page in pages))


def steps(inner: OcrEngine) -> tuple[str, ...]:
    """The steps that can be left out."""
    return (*_STRAIGHTENING, *inner.cleaning)


def ablate(scans: Sequence[Scan], name: str) -> Iterator[Without]:
    """With all steps, then without each."""
    inner = engine(name)
    for step in (ALL, *steps(inner)):
        timed = Timed(inner, tuple(name for name in inner.cleaning if name != step))
        pages: defaultdict[str, list[Score]] = defaultdict(list)
        start = time.process_time()
        with _left_out(step, timed), tempfile.TemporaryDirectory() as folder:
            for scan in scans:
                assert scan.truth is not None
                # Read inside the loop: a page's own JPEG is gone when the next page is asked for.
                for image in read(scan.path):
                    made = page_reading.read_page(image, Path(folder), name).page
                    words = [(word.text, word.box) for line in made.lines for word in line.words]
                    score = score_page(words, scan.truth["pages"][0])[0]
                    pages[scan.level].append(score)
                    if "median3" in inner.cleaning and _noisy(image):
                        pages[NOISY].append(score)
        whole = time.process_time() - start
        yield Without(step, dict(pages), timed.seconds / len(scans), whole / len(scans))


def _noisy(image: PageImage) -> bool:
    assert image.pixels is not None
    return cleaning.noise(straighten.grey_of(image.pixels)) > cleaning.NOISY


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
