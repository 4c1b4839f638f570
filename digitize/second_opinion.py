"""A second opinion: what one engine is in doubt about another one reads too, and agreement raises the confidence.

Chosen as an engine like any other, by two names: `hoso+tesseract` reads with `hoso` and asks Tesseract about the
doubtful words, `tesseract+hoso` the other way round. The text stays the first engine's. How often words are right that
both read alike, and words that they do not, was measured on pages (`python -m bench.opinions`). A page without a
doubtful word is not looked at again; of others all doubtful stretches are read in one call.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np

from digitize.columns import line_of
from digitize.engines import OcrEngine, engine
from digitize.errors import EngineFailed, EngineMissing, LanguageMissing, WeightsMissing
from digitize.model import Box, Line, Word
from digitize.onnx_models import WEIGHTS

if TYPE_CHECKING:
    from digitize.model import Image

TABLES = WEIGHTS / "opinions.json"
DOUBTFUL = 0.9
"""Words less sure than this are read again, each with its neighbours: a word alone is read worse."""

# What was hardly believed is most likely no print (`digitize.hands`); the other engine would be asked about loops.
_BELIEVED = 0.4
# Where a line is so much higher than its highest word, it bends, and the stretch's own words tell its height.
_BENT = 1.6
_ALIKE = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-"})


@runtime_checkable
class StretchReader(Protocol):
    """What an engine must also do to give a second opinion."""

    @property
    def name(self) -> str:
        """The name it is chosen by."""

    @property
    def version(self) -> str:
        """Program and data version."""

    def stretches(self, page: Image, boxes: Sequence[Box], dpi: int) -> list[list[str]]:
        """The words, left to right, of stretches of lines; all in one call. Raises `EngineFailed`."""


@dataclass(frozen=True, slots=True)
class Tables:
    """How often words are right that both read alike and that they do not, by what the first engine said of them, and
    lines by the product of their words: pairs of said and true, both rising."""

    agreed: Sequence[tuple[float, float]]
    disputed: Sequence[tuple[float, float]]
    lines: Sequence[tuple[float, float]]

    @classmethod
    def load(cls, pair: str, path: Path = TABLES) -> Tables:
        """The tables of two engines, as `hoso+tesseract`. Raises `WeightsMissing`."""
        try:
            told = json.loads(path.read_text(encoding="utf-8"))[pair]
            return cls(*([(float(a), float(b)) for a, b in told[name]] for name in ("agreed", "disputed", "lines")))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise WeightsMissing(file=path.name) from error


class SecondOpinion:
    """An engine whose doubtful words a second one reads too; without the second where that cannot be had here."""

    def __init__(self, first: OcrEngine, second: StretchReader | str, tables: Tables | None) -> None:
        """`second` is the name alone where that engine is missing. Without tables, which is what they are fitted to,
        confidences stay as they are."""
        self._first, self._second, self._tables = first, second, tables
        self.name = f"{first.name}+{second if isinstance(second, str) else second.name}"
        self.cleaning = first.cleaning

    @property
    def version(self) -> str:
        """As `hoso 1 (2026-11-22), tesseract 5.3.0 vie`, or `…, without tesseract`."""
        second = f"without {self._second}" if isinstance(self._second, str) else self._second.version
        return f"{self._first.version}, {second}"

    def recognise(self, page: Image, dpi: int) -> list[Line]:
        """The first engine's lines; doubtful words have in `others` what the second one read. Where the second fails
        on a page they are as they were."""
        lines = self._first.recognise(page, dpi)
        asked = [(at, *run) for at, line in enumerate(lines) if _believed(line) for run in doubtful(line)]
        if not asked or isinstance(self._second, str):
            return lines
        boxes = [stretch(lines[at], start, end) for at, start, end in asked]
        try:
            said = self._second.stretches(page, boxes, dpi)
        except EngineFailed:
            return lines
        for (at, start, end), words in zip(asked, said, strict=True):
            lines[at] = self._compared(lines[at], start, end, words)
        for at in {at for at, _, _ in asked}:
            lines[at] = self._judged(lines[at])
        return lines

    def _compared(self, line: Line, start: int, end: int, said: Sequence[str]) -> Line:
        words = list(line.words)
        for at, other in zip(range(start, end), beside([word.text for word in words[start:end]], said), strict=True):
            if words[at].confidence < DOUBTFUL:
                words[at] = replace(words[at], others=(other,))
        return replace(line, words=tuple(words))

    def _judged(self, line: Line) -> Line:
        if self._tables is None:
            return line
        words = [self._weighed(word, self._tables) for word in line.words]
        together = line_of(words).confidence
        return replace(line, words=tuple(words), confidence=_looked_up(self._tables.lines, together))

    def _weighed(self, word: Word, tables: Tables) -> Word:
        if not word.others:
            return word
        table = tables.agreed if agreed(word) else tables.disputed
        return replace(word, confidence=_looked_up(table, word.confidence))


def opinion(first: OcrEngine, name: str) -> SecondOpinion:
    """The first engine with a second one of such a name. Raises `WeightsMissing` where nobody measured the pair."""
    tables = Tables.load(f"{first.name}+{name}")
    try:
        second = engine(name)
    except (EngineMissing, LanguageMissing, WeightsMissing):
        return SecondOpinion(first, name, tables)
    assert isinstance(second, StretchReader)
    return SecondOpinion(first, second, tables)


def agreed(word: Word) -> bool:
    """Whether another engine read the word alike."""
    return _plain(word.text) in map(_plain, word.others)


def doubtful(line: Line) -> Iterator[tuple[int, int]]:
    """Stretches of words, from and up to, of which some are doubtful, with a neighbour at each end."""
    doubts = [word.confidence < DOUBTFUL for word in line.words]
    near = [any(doubts[max(0, at - 1) : at + 2]) for at in range(len(doubts))]
    start = 0
    for at, one in enumerate([*near, False]):
        if not one:
            if at > start:
                yield start, at
            start = at + 1


def stretch(line: Line, start: int, end: int) -> Box:
    """The box of some words, as high as their line where that is straight."""
    words = line_of(list(line.words[start:end])).box
    high = line.box[3] - line.box[1]
    if high > _BENT * max(word.box[3] - word.box[1] for word in line.words):
        return words
    return words[0], line.box[1], words[2], line.box[3]


def beside(mine: Sequence[str], said: Sequence[str]) -> list[str]:
    """For each of my words what the other engine read in its place; empty where it read nothing there."""
    others = [""] * len(mine)
    matcher = SequenceMatcher(None, [_plain(text) for text in mine], [_plain(text) for text in said], autojunk=False)
    for kind, start, end, from_, to in matcher.get_opcodes():
        if kind == "equal" or end - start == to - from_:
            others[start:end] = said[from_:to]
        elif start < end:
            # Where words are parted otherwise, nothing says which belongs to which.
            others[start:end] = [" ".join(said[from_:to])] * (end - start)
    return others


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).translate(_ALIKE)


def _believed(line: Line) -> bool:
    letters = sum(len(word.text) for word in line.words)
    return sum(word.confidence * len(word.text) for word in line.words) >= _BELIEVED * letters


def _looked_up(table: Sequence[tuple[float, float]], said: float) -> float:
    return float(np.interp(said, [a for a, _ in table], [b for _, b in table]))
