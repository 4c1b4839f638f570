"""The printed title of a page: its capital lines near the top, compared with the titles of the catalogue.

Recognition makes mistakes, so titles are compared folded (no marks, no spaces, no signs) and by how much of them
agrees; a title that goes on over several lines is put together; what follows a title on its line is allowed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from catalogue import fold
from digitize.geometry import map_quad, to_matrix
from digitize.model import Line, Page, box_of

BAND = 0.45
_CAPITALS = 0.7
_MOST_LINES = 5
_ALIKE = 0.8
_SHORT = 9
_NEARLY = 0.06


@dataclass(frozen=True, slots=True)
class Placed:
    """A line with its box on the straightened page, as shares of its width and height."""

    line: Line
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Match:
    """A title found on a page: whose it is, how alike (0 to 1), the lines it stands on, the text as printed."""

    owner: str
    title: str
    likeness: float
    lines: tuple[Line, ...]

    @property
    def printed(self) -> str:
        return " ".join(line.text for line in self.lines)

    @property
    def read_confidence(self) -> float:
        return sum(line.confidence for line in self.lines) / len(self.lines)


def placed(page: Page) -> list[Placed]:
    """The page's lines where they stand once it is straight."""
    width, height = page.upright_size
    if not width or not height:
        return []
    matrix = to_matrix(page.upright)
    found = []
    for line in page.lines:
        x0, y0, x1, y1 = box_of(map_quad(matrix, line.quad))
        found.append(Placed(line, x0 / width, y0 / height, x1 / width, y1 / height))
    return found


@lru_cache(maxsize=4_096)
def key(text: str) -> str:
    """What of a title is compared: its letters and digits, folded."""
    return re.sub(r"[^a-z0-9]", "", fold(text))


def in_capitals(text: str) -> bool:
    """Whether a line is set in capitals, as titles are."""
    letters = [c for c in text if c.isalpha()]
    return len(letters) >= 3 and sum(c.isupper() for c in letters) >= _CAPITALS * len(letters)


def candidates(page: Page, band: float = BAND) -> list[tuple[Line, ...]]:
    """Runs of one to `_MOST_LINES` capital lines in the upper part of a page, the ones that may be a title."""
    lines = [p for p in placed(page) if p.top < band and in_capitals(p.line.text)]
    lines.sort(key=lambda p: (p.top, p.left))
    runs: list[tuple[Line, ...]] = []
    for start in range(len(lines)):
        run = [lines[start]]
        runs.append((run[0].line,))
        for following in lines[start + 1 :]:
            last = run[-1]
            height = last.bottom - last.top
            overlap = min(last.right, following.right) - max(last.left, following.left)
            if following.top - last.bottom > 1.6 * height or len(run) == _MOST_LINES:
                break
            if overlap <= 0 or following.top < last.top + 0.4 * height:
                continue
            run.append(following)
            runs.append(tuple(p.line for p in run))
    return runs


def likeness(title: str, printed: str) -> float:
    """How alike two keys are, from 0 to 1; what `printed` has beyond the title costs nothing if it comes after it."""
    if len(printed) < 0.75 * len(title):
        return 0.0
    if len(title) < _SHORT:
        return 1.0 if printed == title else 0.0
    if printed.startswith(title):
        return 1.0
    best = 0.0
    for length in {len(title), min(len(printed), len(title) + 2)}:
        beginning = printed[:length]
        if _at_most(title, beginning) > max(best, _ALIKE):
            best = max(best, SequenceMatcher(None, title, beginning, autojunk=False).ratio())
    return best


def _at_most(one: str, other: str) -> float:
    """What two texts' likeness cannot be more than: that of their letters in any order."""
    return 2 * (_letters(one) & _letters(other)).total() / (len(one) + len(other))


@lru_cache(maxsize=4_096)
def _letters(text: str) -> Counter[str]:
    return Counter(text)


def matches(page: Page, titles: Iterable[tuple[str, str]], band: float = BAND) -> list[Match]:
    """Titles `(owner, title)` found near the top of a page, the best first.

    Of a title and others that begin with it the longest that agrees nearly as well wins: QUYẾT ĐỊNH begins many.
    """
    runs = [(run, key(" ".join(line.text for line in run))) for run in candidates(page, band)]
    found = []
    for owner, title in titles:
        wanted = key(title)
        scored = [(likeness(wanted, printed), -len(run), run) for run, printed in runs]
        if not scored:
            continue
        score, _, run = max(scored, key=lambda item: item[:2])
        if score >= _ALIKE:
            found.append(Match(owner, title, score, run))
    found.sort(key=lambda match: (match.likeness, len(key(match.title))), reverse=True)
    if not found:
        return []
    best = found[0]
    longer = [m for m in found if m.likeness >= best.likeness - _NEARLY and key(m.title).startswith(key(best.title))]
    best = max(longer, key=lambda match: len(match.title))
    return [best, *(match for match in found if match is not best)]
