"""Batches of training lines of about one width, made here or in processes of their own, the same for the same seed.

Lines are drawn by the pool: pool `p` of seed `s` is always the same lines, so a training that was killed goes on with
the pool it had not finished.
"""

from __future__ import annotations

import multiprocessing
import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import cv2

from digitize.training import fonts, texts
from digitize.training.damage import LEVELS, Damager
from digitize.training.lines import Drawer
from digitize.training.samples import Sample, sample, samples

POOL = 256
_COLUMNS = 15_000
"""Most columns of a batch, padding counted: about 16 full lines."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Where lines come from: the folder of texts (None: our own only), folders of fonts, the seed."""

    text: Path | None
    fonts: tuple[Path, ...]
    seed: int

    def drawer(self, *, test: bool = False, natural: bool = False) -> Drawer:
        """Draws training lines, or lines of texts and fonts that training never sees."""
        given = texts.given_lines(self.text, test=test) if self.text else []
        writer = texts.Writer(given, natural=natural)
        return Drawer(writer, fonts.Chooser(fonts.split(fonts.faces(self.fonts))[test]))

    def held_out(self, count: int, seed: int, *, natural: bool) -> list[Sample]:
        """So many lines a level, of texts and fonts that training never sees: the same for the same seed."""
        drawer = self.drawer(test=True, natural=natural)
        rng, damager = random.Random(seed), Damager(seed)
        return [sample(drawer, damager, rng, level) for level in LEVELS for _ in range(count)]


def pools(sources: Sources, first: int, workers: int) -> Iterator[tuple[int, list[list[Sample]]]]:
    """(number, batches) of each pool from `first` on, without end; with no workers they are made in this process."""
    if workers == 0:
        drawer = sources.drawer()
        number = first
        while True:
            yield number, _pool(drawer, sources.seed, number)
            number += 1
    context = multiprocessing.get_context("spawn")
    with context.Pool(workers, _prepare, (sources,)) as drawers:
        waiting = [drawers.apply_async(_drawn, (number,)) for number in range(first, first + 2 * workers)]
        number = first
        while True:
            yield number, waiting.pop(0).get()
            waiting.append(drawers.apply_async(_drawn, (number + 2 * workers,)))
            number += 1


def batches(lines: list[Sample], rng: random.Random) -> list[list[Sample]]:
    """Lines of about one width together, the batches in any order."""
    found: list[list[Sample]] = []
    for line in sorted(lines, key=lambda line: line.ink.shape[1]):
        if found and (len(found[-1]) + 1) * line.ink.shape[1] <= _COLUMNS:
            found[-1].append(line)
        else:
            found.append([line])
    rng.shuffle(found)
    return found


def _pool(drawer: Drawer, seed: int, number: int) -> list[list[Sample]]:
    own = seed * 1_000_003 + number
    return batches(list(islice(samples(drawer, own), POOL)), random.Random(own))


_here: dict[str, tuple[Drawer, int]] = {}


def _prepare(sources: Sources) -> None:
    cv2.setNumThreads(1)
    _here["drawer"] = (sources.drawer(), sources.seed)


def _drawn(number: int) -> list[list[Sample]]:
    drawer, seed = _here["drawer"]
    return _pool(drawer, seed, number)
