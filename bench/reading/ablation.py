"""What each step of preprocessing is worth: the pages read once with all steps and once without each of them.

A page is read all ways by one process, so that the CPU seconds of recognition alone can be told as well; opening its
file is not among them.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

from bench.reading.scans import Scan
from bench.reading.scoring import Score, score_page
from digitize import page_reading, read, straighten
from digitize.engines import OcrEngine, engine
from digitize.model import Line, PageImage, Step

ALL = "all steps"
_STRAIGHTENING = ("rectify", "orient", "deskew", "rescale", "unbend")
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
        start = _cpu()
        lines = self.inner.recognise(page, dpi)
        self.seconds += _cpu() - start
        return lines


@dataclass
class Without:
    """What came of the pages without a step, by level, pages in one order."""

    step: str
    pages: dict[str, list[Score]]

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


@dataclass
class Ablation:
    """All steps first, then each left out; CPU seconds a page with all steps, of recognition and of everything after
    the file was opened.
    """

    rows: list[Without]
    recognition: float = 0.0
    whole: float = 0.0


def ablate(scans: Sequence[Scan], name: str, only: Sequence[str] = (), jobs: int = 1) -> Ablation:
    """With all steps, then without each, or without each of those that are named."""
    wanted = (ALL, *(only or steps(engine(name))))
    made = Ablation([Without(step, defaultdict(list)) for step in wanted])
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        for page in pool.map(_ablated, scans, repeat(name), repeat(wanted)):
            for row, score in zip(made.rows, page.scores, strict=True):
                row.pages[page.level].append(score)
            made.recognition += page.recognition / len(scans)
            made.whole += page.whole / len(scans)
            edits = " ".join(str(score.edits) for score in page.scores)
            print(f"… {page.name}: {edits}", file=sys.stderr, flush=True)
    return made


@dataclass(frozen=True, slots=True)
class _Page:
    """A page read with all steps, then without each; the CPU seconds are those with all."""

    name: str
    level: str
    scores: tuple[Score, ...]
    recognition: float
    whole: float


def _ablated(scan: Scan, name: str, wanted: Sequence[str]) -> _Page:
    """A page read all ways by one process, once where a step had nothing to do."""
    assert scan.truth is not None
    inner, truth = _engine(name), scan.truth["pages"][0]
    # The page's own JPEG is there until the next page is asked for, or `pages` is gone.
    pages = read(scan.path)
    with tempfile.TemporaryDirectory() as folder:
        image = next(pages)
        whole = _try(image, truth, ALL, inner, Path(folder))
        scores = [
            _try(image, truth, step, inner, Path(folder)).score if _acted(step, whole.steps) else whole.score
            for step in wanted[1:]
        ]
    return _Page(scan.path.name, scan.level, (whole.score, *scores), whole.recognition, whole.whole)


def _acted(step: str, done: Sequence[Step]) -> bool:
    """Whether a step changed the page: what found no outline or no need is not told, an angle of nothing is."""
    return any(bool(taken.settings.get("degrees", True)) for taken in done if taken.name == step)


@dataclass(frozen=True, slots=True)
class _Tried:
    score: Score
    steps: tuple[Step, ...]
    recognition: float
    whole: float


def _try(image: PageImage, truth: dict[str, Any], step: str, inner: OcrEngine, folder: Path) -> _Tried:
    timed = Timed(inner, tuple(name for name in inner.cleaning if name != step))
    start = _cpu()
    with _left_out(step, timed):
        made = page_reading.read_page(image, folder, inner.name).page
    whole = _cpu() - start
    words = [(word.text, word.box) for line in made.lines for word in line.words]
    return _Tried(score_page(words, truth)[0], made.steps, timed.seconds, whole)


@cache
def _engine(name: str) -> OcrEngine:
    return engine(name)


def _cpu() -> float:
    """CPU seconds of this process and of the programs that it ran."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


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
        elif step == "unbend":
            stack.enter_context(mock.patch.object(page_reading, "bend_of", lambda _: None))
        yield
