"""Reading lines with a network in training: the likeliest class of each step, repetitions and blanks taken out."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from digitize.training.contract import BLANK, LINE_HEIGHT, STRIDE
from digitize.training.feed import batches
from digitize.training.network import Recognizer
from digitize.training.samples import Sample
from digitize.training.scores import Tally


def padded(lines: Sequence[Sample], device: str = "cpu") -> tuple[Tensor, Tensor]:
    """Images [N, 1, 144, W] and widths [N] of a batch."""
    widest = max(line.ink.shape[1] for line in lines)
    images = np.zeros((len(lines), 1, 3 * LINE_HEIGHT, -(-widest // STRIDE) * STRIDE), np.float32)
    for image, line in zip(images, lines, strict=True):
        image[0, :, : line.ink.shape[1]] = line.ink / np.float32(255)
    widths = torch.tensor([line.ink.shape[1] for line in lines])
    return torch.from_numpy(images).to(device), widths.to(device)


def texts(logits: Tensor, steps: Tensor, letters: str) -> list[str]:
    """The texts of a batch, spaces at the ends taken off."""
    classes = logits.argmax(-1).cpu().numpy()
    found = []
    for row, own in zip(classes, steps.tolist(), strict=True):
        line = row[:own]
        kept = line[np.flatnonzero(np.diff(line, prepend=BLANK) != 0)]
        found.append(" ".join("".join(letters[number - 1] for number in kept if number != BLANK).split()))
    return found


def score(network: Recognizer, lines: Sequence[Sample], letters: str, device: str = "cpu") -> dict[str, Tally]:
    """The errors by level of damage."""
    network.eval()
    tallies: dict[str, Tally] = {}
    for batch in batches(list(lines), random.Random(0)):
        with torch.no_grad():
            logits, steps = network(*padded(batch, device))
        for line, read in zip(batch, texts(logits, steps, letters), strict=True):
            tallies.setdefault(line.level, Tally()).add(read, line.text)
    return dict(sorted(tallies.items()))
