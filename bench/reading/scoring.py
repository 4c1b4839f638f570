"""Errors of a page against its truth: letters, words, tone marks, digits, whole lines.

A word that was read counts for the true line whose quad holds its middle; what no line holds counts as inserted. So the
order of lines does not matter here. What is read inside a seal or a stamp is not charged.
"""

from __future__ import annotations

import re
import statistics
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np

from bench.chance import at_most
from catalogue import fold

_ALIKE = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-"})
_LEADERS = re.compile(r"…|[._·•]{3,}|(?<!\S)[._·•]+(?!\S)")
_STRAY = 0.35
_SEALS = ("seal", "stamp")
Box = tuple[float, float, float, float]
Read = tuple[str, Box]
"""A word and its box in pixels of the scan."""


@dataclass
class Score:
    """Sums over pages; `pages` has the share of wrong letters of each."""

    edits: int = 0
    letters: int = 0
    marks: int = 0
    word_edits: int = 0
    words: int = 0
    digits: int = 0
    wrong_digits: int = 0
    perfect: int = 0
    lines: int = 0
    pages: list[float] = field(default_factory=list)

    def add(self, other: Score) -> None:
        """Takes another's pages in."""
        for name in ("edits", "letters", "marks", "word_edits", "words", "digits", "wrong_digits", "perfect", "lines"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.pages += other.pages

    @property
    def cer(self) -> float:
        """Wrong letters of a hundred, over all pages."""
        return 100 * self.edits / max(1, self.letters)

    def row(self) -> list[str]:
        """CER, its median page, WER, wrong tone marks of a hundred letters, perfect lines, wrong digits."""
        bound = 100 * at_most(self.wrong_digits, self.digits)
        return [
            str(len(self.pages)),
            f"{self.cer:.2f}",
            f"{100 * statistics.median(self.pages or [0.0]):.2f}",
            f"{100 * self.word_edits / max(1, self.words):.2f}",
            f"{100 * self.marks / max(1, self.letters):.2f}",
            f"{100 * self.perfect / max(1, self.lines):.1f}",
            f"{self.wrong_digits} of {self.digits:,} (≤ {bound:.2f} %)",
        ]


COLUMNS = ("pages", "CER %", "median %", "WER %", "tone marks %", "perfect lines %", "digits wrong (95 % bound)")


def plain(text: str) -> str:
    """Text as it is compared: NFC, one kind of quotes and dashes, no leaders, single spaces."""
    text = unicodedata.normalize("NFC", text).translate(_ALIKE)
    return " ".join(_LEADERS.sub(" ", text).split())


def aligned(true: Sequence[str], read: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs of a shortest edit from one to the other; what was left out or put in has an empty partner."""
    table = np.zeros((len(true) + 1, len(read) + 1), np.int32)
    table[0], table[:, 0] = np.arange(len(read) + 1), np.arange(len(true) + 1)
    for i, a in enumerate(true, start=1):
        change = table[i - 1, :-1] + np.array([a != b for b in read], np.int32)
        best = np.minimum(change, table[i - 1, 1:] + 1)
        # An insertion costs one more than its left neighbour: a running minimum once the columns are taken off.
        columns = np.arange(1, len(read) + 1)
        table[i, 1:] = np.minimum.accumulate(np.concatenate([[table[i, 0]], best - columns]))[1:] + columns
    pairs, i, j = [], len(true), len(read)
    while i or j:
        if i and j and table[i, j] == table[i - 1, j - 1] + (true[i - 1] != read[j - 1]):
            i, j = i - 1, j - 1
            pairs.append((true[i], read[j]))
        elif i and table[i, j] == table[i - 1, j] + 1:
            i -= 1
            pairs.append((true[i], ""))
        else:
            j -= 1
            pairs.append(("", read[j]))
    return pairs[::-1]


def compare(true: str, read: str, score: Score) -> bool:
    """Counts a line; says whether it is right."""
    if true.replace(" ", "").isdigit():
        true, read = true.replace(" ", ""), read.replace(" ", "")
    pairs = [(a, a) for a in true] if true == read else aligned(true, read)
    wrong = [(a, b) for a, b in pairs if a != b]
    score.edits += len(wrong)
    score.letters += len(true)
    score.marks += sum(1 for a, b in wrong if a and b and fold(a) == fold(b))
    score.digits += sum(a.isdigit() for a in true)
    score.wrong_digits += sum(a.isdigit() for a, _ in wrong)
    words = aligned(true.split(), read.split()) if wrong else []
    score.word_edits += sum(a != b for a, b in words)
    score.words += len(true.split())
    score.lines += 1
    score.perfect += not wrong
    return not wrong


def score_page(words: Sequence[Read], truth: dict[str, Any]) -> tuple[Score, list[tuple[str, str]]]:
    """The score of a page, and its lines that differ as (true, read)."""
    score, wrong = Score(), []
    quads = [np.array(line["quad"], dtype=np.float32) for line in truth["lines"]]
    seals = [
        np.array(mark["quad"], np.float32)
        for mark in truth.get("marks", [])
        if mark.get("kind", mark.get("name")) in _SEALS
    ]
    held: defaultdict[int, list[Read]] = defaultdict(list)
    for text, box in words:
        middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
        depths = [cv2.pointPolygonTest(quad, middle, True) for quad in quads]
        best = int(np.argmax(depths)) if depths else -1
        if depths and depths[best] > -_STRAY * (box[3] - box[1]):
            held[best].append((text, box))
        elif not any(cv2.pointPolygonTest(seal, middle, False) >= 0 for seal in seals):
            score.edits += len(plain(text))
    for at, line in enumerate(truth["lines"]):
        along = quads[at][1] - quads[at][0]
        row = sorted(held[at], key=lambda word: float(np.dot(along, word[1][:2])))
        true, read = plain(line["text"]), plain(" ".join(text for text, _ in row))
        if not compare(true, read, score):
            wrong.append((true, read))
    score.pages.append(score.edits / max(1, score.letters))
    return score, wrong


def score_text(text: str, truth: str) -> Score:
    """The score of a page of which only the text is known: lines go to the true lines they are most like, in order."""
    score = Score()
    read, true = ([plain(line) for line in whole.splitlines() if plain(line)] for whole in (text, truth))
    for true_line, read_line in _by_row(true, read):
        if true_line:
            compare(true_line, read_line, score)
        else:
            score.edits += len(read_line)
    score.pages.append(score.edits / max(1, score.letters))
    return score


def _by_row(true: list[str], read: list[str]) -> list[tuple[str, str]]:
    """Lines paired so that the fewest letters are wrong."""
    cost = np.zeros((len(true) + 1, len(read) + 1))
    cost[1:, 0] = np.cumsum([len(line) for line in true])
    cost[0, 1:] = np.cumsum([len(line) for line in read])
    apart = [[sum(a != b for a, b in aligned(one, other)) for other in read] for one in true]
    for i in range(1, len(true) + 1):
        for j in range(1, len(read) + 1):
            cost[i, j] = min(
                cost[i - 1, j - 1] + apart[i - 1][j - 1],
                cost[i - 1, j] + len(true[i - 1]),
                cost[i, j - 1] + len(read[j - 1]),
            )
    pairs, i, j = [], len(true), len(read)
    while i or j:
        if i and j and cost[i, j] == cost[i - 1, j - 1] + apart[i - 1][j - 1]:
            i, j = i - 1, j - 1
            pairs.append((true[i], read[j]))
        elif i and cost[i, j] == cost[i - 1, j] + len(true[i - 1]):
            i -= 1
            pairs.append((true[i], ""))
        else:
            j -= 1
            pairs.append(("", read[j]))
    return pairs
