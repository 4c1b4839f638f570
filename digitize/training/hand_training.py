"""Training of the network that finds handwriting: samples drawn by seed, some passes over them, the graph written."""

from __future__ import annotations

import json
import multiprocessing
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from digitize.hand_strips import STRIDE
from digitize.training import fonts, texts
from digitize.training.hand_lines import NOTHING, HandDrawer, Sample, samples

_COLUMNS = 20_000
_SHARE = 500
"""Samples that one process draws at a time."""
_HELD = 12
"""One in so many samples is kept to watch how training goes."""


@dataclass(frozen=True, slots=True)
class HandSources:
    """Where samples come from: texts, folders of printed fonts and of those of hands, the seed."""

    text: Path | None
    fonts: tuple[Path, ...]
    hands: tuple[Path, ...]
    seed: int

    def drawer(self) -> HandDrawer:
        """Draws with no family that is kept for testing, and prints in none of those that write."""
        given = texts.given_lines(self.text, test=False) if self.text else []
        hands = [face for face in fonts.faces(self.hands) if face.family not in fonts.HELD_OUT]
        written = {face.family for face in hands}
        prints = [face for face in fonts.split(fonts.faces(self.fonts))[0] if face.family not in written]
        return HandDrawer(texts.Writer(given, natural=True), fonts.Chooser(prints), hands)

    def families(self) -> list[str]:
        """The hands, for the card."""
        return sorted({face.family for face in fonts.faces(self.hands) if face.family not in fonts.HELD_OUT})


_here: dict[str, tuple[HandDrawer, int]] = {}


def _prepare(sources: HandSources) -> None:
    cv2.setNumThreads(1)
    _here["drawer"] = (sources.drawer(), sources.seed)


def _share(number: int) -> list[Sample]:
    drawer, seed = _here["drawer"]
    return list(islice(samples(drawer, seed * 1_000_003 + number), _SHARE))


def drawn(sources: HandSources, count: int, workers: int) -> list[Sample]:
    """So many samples, the same for the same seed."""
    with multiprocessing.get_context("spawn").Pool(max(1, workers), _prepare, (sources,)) as pool:
        shares = pool.imap(_share, range(-(-count // _SHARE)))
        return [one for share in shares for one in share][:count]


def batches(found: Sequence[Sample], rng: random.Random) -> Iterator[list[Sample]]:
    """Samples of about one width together, in any order."""
    made: list[list[Sample]] = [[]]
    for one in sorted(found, key=lambda one: one.ink.shape[1] * rng.uniform(0.9, 1.1)):
        widest = max([one.ink.shape[1], *(other.ink.shape[1] for other in made[-1])])
        if (len(made[-1]) + 1) * widest > _COLUMNS:
            made.append([])
        made[-1].append(one)
    rng.shuffle(made)
    yield from made


def varied(one: Sample, rng: random.Random) -> Sample:
    """The sample a little wider or narrower, fainter or darker, coarser or noisier: no pass sees it twice."""
    wide = max(2, round(len(one.labels) * rng.uniform(0.85, 1.2)))
    ink: Any = cv2.resize(one.ink, (wide * STRIDE, one.ink.shape[0]), interpolation=cv2.INTER_LINEAR).astype(np.float32)
    labels = one.labels[np.arange(wide) * len(one.labels) // wide]
    if rng.random() < 0.3:
        ink = cv2.GaussianBlur(ink, (0, 0), rng.uniform(0.4, 0.9))
    if rng.random() < 0.4:
        shift = np.array([[1, 0, 0], [0, rng.uniform(0.88, 1.14), rng.uniform(-2.5, 1.0)]], np.float32)
        ink = cv2.warpAffine(ink, shift, (ink.shape[1], ink.shape[0]))
    ink = 255 * (ink / 255) ** rng.uniform(0.7, 1.5) * rng.uniform(0.75, 1.1)
    if rng.random() < 0.4:
        ink += np.random.default_rng(rng.getrandbits(32)).normal(0, rng.uniform(2, 20), ink.shape).astype(np.float32)
    return replace(one, ink=np.clip(ink, 0, 255).astype(np.uint8), labels=labels)


def padded(batch: Sequence[Sample]) -> tuple[Any, Any]:
    """Ink float32 [N, 1, 32, W] and labels [N, W / 8] of a batch."""
    wide = max(one.ink.shape[1] for one in batch)
    ink = np.zeros((len(batch), 1, batch[0].ink.shape[0], wide), np.float32)
    labels = np.full((len(batch), max(len(one.labels) for one in batch)), NOTHING, np.int8)
    for at, one in enumerate(batch):
        ink[at, 0, :, : one.ink.shape[1]] = one.ink / np.float32(255)
        labels[at, : len(one.labels)] = one.labels
    return ink, labels


def train(found: Sequence[Sample], passes: int, seed: int, path: Path) -> dict[str, float]:
    """Train on samples, write the graph, answer how often stretches of samples kept apart are told right."""
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits

    from digitize.training.hand_network import HandNetwork, export

    torch.manual_seed(seed)
    torch.set_num_threads(1)
    kept, seen = found[::_HELD], [one for at, one in enumerate(found) if at % _HELD]
    network = HandNetwork()
    rng = random.Random(seed)
    steps = passes * sum(1 for _ in batches(seen, random.Random(seed)))
    optimizer = torch.optim.AdamW(network.parameters(), lr=4e-3, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=steps + passes * 8)
    for number in range(passes):
        network.train()
        for batch in batches(seen, rng):
            ink, labels = (torch.from_numpy(array) for array in padded([varied(one, rng) for one in batch]))
            known = labels != NOTHING
            loss = binary_cross_entropy_with_logits(network(ink)[known], labels[known].float())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
        scores = _judged(network, kept)
        sys.stdout.write(json.dumps({"pass": number + 1, **scores}) + "\n")
        sys.stdout.flush()
        export(network, path)
    return scores


def _judged(network: Any, kept: Sequence[Sample]) -> dict[str, float]:
    import torch

    network.eval()
    odds, truth = [], []
    with torch.no_grad():
        for batch in batches(kept, random.Random(1)):
            ink, labels = padded(batch)
            known = labels != NOTHING
            odds.append(network(torch.from_numpy(ink)).numpy()[known])
            truth.append(labels[known])
    said, true = np.concatenate(odds) > 0, np.concatenate(truth) == 1
    return {
        "print_as_hand": round(float(said[~true].mean()), 5),
        "hand_as_print": round(float((~said[true]).mean()), 5),
    }


def described(sources: HandSources, count: int, passes: int, scores: dict[str, float]) -> dict[str, Any]:
    """What `hands.json` says of the graph beside it: from what it was made."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "seed": sources.seed,
        "samples": count,
        "passes": passes,
        "hands": sources.families(),
        "stretches": scores,
    }
