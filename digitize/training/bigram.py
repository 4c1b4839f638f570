"""The syllable bigram that decoding leans on (`digitize.language` reads it): counted from text, discounted, stored.

Pairs keep a discounted share of their context; what is taken off goes to all syllables, so that every row sums to
one. docs/digitize.md says how the file is laid out.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from digitize.language import OTHER, START, after, word_of
from digitize.syllables import is_syllable
from digitize.training.charset import CAPITAL, SMALL, readable

_GLUED = re.compile(rf"[{SMALL}][{CAPITAL}]")
_MAX_WORD = 7
"""Letters of the longest syllable, "nghiêng"; longer words are foreign or run together."""
_DISCOUNT = 0.75
_MIN_PAIR = 2
_MIN_SYLLABLE, _MIN_FOREIGN = 2, 20
"""A syllable must come so often to be known, an abbreviation or a foreign word more often."""
_UNKNOWN = 2e-4
"""Share of words that the counted text does not hold."""
_UNKNOWN_SYLLABLES, _FOREIGN_WORDS = 5_000, 500_000
"""Among how many that share is spread."""


def pairs_of(line: str) -> Iterator[tuple[str, str]]:
    """(context, word) of a line's words in lower case; what is no word, or too long for one, breaks the context."""
    before = START
    for token in line.split():
        word = word_of(token)
        if word is None or len(word) > _MAX_WORD or _GLUED.search(token):
            before = OTHER
            continue
        yield before if token[0].isalpha() else OTHER, word
        before = after(token)


def count(lines: Iterable[str]) -> dict[str, np.ndarray[Any, Any]]:
    """The arrays of `language.npz` from lines of text."""
    counted = Counter(pair for line in lines for pair in pairs_of(readable(line)))
    singles: Counter[str] = Counter()
    for (_, word), times in counted.items():
        singles[word] += times
    words = sorted(w for w, n in singles.items() if n >= (_MIN_SYLLABLE if is_syllable(w) else _MIN_FOREIGN))
    numbers = {word: number for number, word in enumerate((*words, START, OTHER))}
    rows: list[Counter[int]] = [Counter() for _ in numbers]
    for (before, word), times in counted.items():
        if word in numbers:
            rows[numbers.get(before, numbers[OTHER])][numbers[word]] += times
    single = _singles([singles[word] for word in words], rows)
    stored = [_row(row, single) for row in rows]
    return {
        "words": np.frombuffer("\n".join(words).encode(), np.uint8),
        "unigram": np.log(single).astype(np.float16),
        "unknown": np.array(math.log(_UNKNOWN / _UNKNOWN_SYLLABLES), np.float32),
        "foreign": np.array(math.log(_UNKNOWN / _FOREIGN_WORDS), np.float32),
        "starts": np.cumsum([0, *(len(pairs) for pairs, _ in stored)], dtype=np.int32),
        "following": np.array([second for pairs, _ in stored for second in pairs], np.uint16),
        "bigram": np.array([value for pairs, _ in stored for value in pairs.values()], np.float16),
        "backoff": np.array([rest for _, rest in stored], np.float16),
    }


def save(lines: Iterable[str], path: Path) -> None:
    """Write `language.npz`: the same lines give the same bytes."""
    arrays: dict[str, Any] = count(lines)
    np.savez_compressed(path, **arrays)


def _singles(counts: list[int], rows: list[Counter[int]]) -> np.ndarray[Any, Any]:
    """A word's share, half by how often it comes, half by after how many others it does."""
    often = np.array(counts, np.float64)
    contexts = np.zeros(len(counts))
    for row in rows:
        contexts[list(row)] += 1
    share: np.ndarray[Any, Any] = (often / often.sum() + contexts / contexts.sum()) / 2 * (1 - _UNKNOWN)
    return share


def _row(row: Counter[int], single: np.ndarray[Any, Any]) -> tuple[dict[int, float], float]:
    """A context's stored pairs, rising, and what its other words add to their unigram."""
    total = sum(row.values())
    kept = sorted(word for word, times in row.items() if times >= _MIN_PAIR)
    if not kept:
        return {}, 0.0
    direct = {word: (row[word] - _DISCOUNT) / total for word in kept}
    free = 1.0 - sum(direct.values())
    pairs = {word: math.log(share + free * single[word]) for word, share in direct.items()}
    return pairs, math.log(free)
