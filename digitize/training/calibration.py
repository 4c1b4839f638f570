"""How often a word of a given raw confidence is right: a rising table, fitted on lines that training never saw."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

_KNOTS = 24
_BINS = 15


def fit(raw: Sequence[float], right: Sequence[bool]) -> list[tuple[float, float]]:
    """Pairs of raw and true confidence, both rising, to be interpolated: isotonic regression (pool adjacent
    violators), thinned out, one error taken as half made where none was seen."""
    order = np.argsort(raw, kind="stable")
    blocks: list[list[float]] = []
    for at in order:
        blocks.append([float(raw[at]), float(right[at]), 1.0])
        while len(blocks) > 1 and blocks[-2][1] / blocks[-2][2] >= blocks[-1][1] / blocks[-1][2]:
            low, high = blocks[-2], blocks.pop()
            blocks[-1] = [low[0] + high[0], low[1] + high[1], low[2] + high[2]]
    if not blocks:
        return []
    merged = _thinned(blocks)
    pairs = [(0.0, 0.0)]
    for total, good, count in merged:
        confidence = (good + 0.5) / (count + 1.0)
        pairs.append((round(total / count, 6), round(max(confidence, pairs[-1][1]), 5)))
    return [*pairs, (1.0, pairs[-1][1])] if pairs[-1][0] < 1.0 else pairs


def calibrated(pairs: Sequence[tuple[float, float]], raw: Sequence[float]) -> list[float]:
    """Raw confidences by a table; as they are where there is none."""
    if not pairs:
        return list(raw)
    return [float(value) for value in np.interp(raw, [x for x, _ in pairs], [y for _, y in pairs])]


def expected_error(confidence: Sequence[float], right: Sequence[bool]) -> float:
    """Expected calibration error over bins of as many words each: what is said and what is right differ by so much."""
    return sum(count * abs(said - true) for said, true, count in bins(confidence, right)) / max(1, len(confidence))


def bins(confidence: Sequence[float], right: Sequence[bool]) -> list[tuple[float, float, int]]:
    """Bins of as many words each, the least sure first: the mean of what is said, the share that is right, how many."""
    order = np.argsort(confidence, kind="stable")
    said, true = np.asarray(confidence, float)[order], np.asarray(right, float)[order]
    return [
        (float(said[part].mean()), float(true[part].mean()), len(part))
        for part in np.array_split(np.arange(len(said)), _BINS)
        if len(part)
    ]


def _thinned(blocks: list[list[float]]) -> list[list[float]]:
    """At most so many blocks, of at least as many words as their share."""
    least = sum(block[2] for block in blocks) / _KNOTS / 8
    merged: list[list[float]] = []
    for block in blocks:
        if merged and merged[-1][2] < least:
            merged[-1] = [a + b for a, b in zip(merged[-1], block, strict=True)]
        else:
            merged.append(list(block))
    return merged
