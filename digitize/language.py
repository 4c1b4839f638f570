"""The language model: how likely a Vietnamese syllable is after another one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from digitize.errors import WeightsMissing
from digitize.syllables import is_syllable

if TYPE_CHECKING:
    from digitize.model import Array

START = "<s>"
"""The context at the beginning of a line."""
OTHER = "<x>"
"""The context after a number, a code, an unknown word or a mark that ends what belongs together."""

_MARKS = ".,;:()\"'“”’-/…!?[]"
_LETTERS = re.compile(r"[^\W\d_]+")


def word_of(token: str) -> str | None:
    """The word in a token between two spaces, in small letters; None for numbers, codes and anything mixed."""
    core = token.strip(_MARKS)
    return core.lower() if _LETTERS.fullmatch(core) else None


def after(token: str) -> str:
    """The context that a token is to the next one."""
    word = word_of(token)
    return word if word is not None and token[-1].isalpha() else OTHER


class LanguageModel:
    """Syllables and pairs of them with their probabilities, as natural logarithms."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        """`arrays` are those of `language.npz`; docs/digitize.md says which."""
        words = arrays["words"].tobytes().decode().split("\n")
        self._numbers = {word: at for at, word in enumerate((*words, START, OTHER))}
        self._known = len(words)
        self._single: list[float] = arrays["unigram"].astype(np.float64).tolist()
        self._backoff: list[float] = arrays["backoff"].astype(np.float64).tolist()
        self._starts = arrays["starts"].tolist()
        self._following, self._pairs = arrays["following"], arrays["bigram"]
        self._unknown, self._foreign = float(arrays["unknown"]), float(arrays["foreign"])
        self.log_probability = lru_cache(maxsize=100_000)(self._log_probability)

    @classmethod
    def load(cls, path: Path) -> LanguageModel:
        """The model of a file. Raises `WeightsMissing`."""
        try:
            with np.load(path, allow_pickle=False) as stored:
                return cls({name: stored[name] for name in stored.files})
        except (OSError, ValueError, KeyError) as error:
            raise WeightsMissing(file=path.name) from error

    def __contains__(self, word: str) -> bool:
        """Whether a word in small letters was in the text that was counted."""
        return self._numbers.get(word, self._known) < self._known

    def _log_probability(self, before: str, word: str) -> float:
        """ln P(word | context); a context that is not known counts as `OTHER`."""
        row = self._numbers.get(before, self._known + 1)
        at = self._numbers.get(word, self._known)
        if at >= self._known:
            return self._backoff[row] + (self._unknown if is_syllable(word) else self._foreign)
        begin, end = self._starts[row], self._starts[row + 1]
        found = begin + int(np.searchsorted(self._following[begin:end], at))
        if found < end and self._following[found] == at:
            return float(self._pairs[found])
        return self._backoff[row] + self._single[at]
