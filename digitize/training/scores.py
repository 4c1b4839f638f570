"""How wrong readings are: character error rate by level, and the words with how sure the reader was of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


def distance(read: Sequence[str], true: Sequence[str]) -> int:
    """Insertions, deletions and substitutions that turn one into the other (Levenshtein)."""
    before = list(range(len(true) + 1))
    for row, left in enumerate(read, start=1):
        here = [row]
        for column, right in enumerate(true, start=1):
            here.append(min(before[column] + 1, here[-1] + 1, before[column - 1] + (left != right)))
        before = here
    return before[-1]


@dataclass(slots=True)
class Tally:
    """Errors over lines: letters, wrong letters, lines, perfect lines."""

    letters: int = 0
    wrong: int = 0
    lines: int = 0
    perfect: int = 0

    def add(self, read: str, true: str) -> None:
        """Count a line."""
        errors = 0 if read == true else distance(read, true)
        self.letters += len(true)
        self.wrong += errors
        self.lines += 1
        self.perfect += errors == 0

    @property
    def cer(self) -> float:
        """Wrong letters in a hundred."""
        return 100 * self.wrong / max(1, self.letters)

    def as_dict(self) -> dict[str, float]:
        """For the model's description."""
        return {
            "cer": round(self.cer, 3),
            "perfect_lines": round(100 * self.perfect / max(1, self.lines), 2),
            "lines": self.lines,
            "letters": self.letters,
        }


def words_right(read: str, true: str) -> list[bool]:
    """For each word read, whether that word stands there in truth; words are aligned so that fewest differ."""
    left, right = read.split(), true.split()
    cost = [[0] * (len(right) + 1) for _ in range(len(left) + 1)]
    for i in range(len(left) + 1):
        for j in range(len(right) + 1):
            if i == 0 or j == 0:
                cost[i][j] = i + j
                continue
            same = left[i - 1] == right[j - 1]
            cost[i][j] = min(cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + (0 if same else 1))
    found = [False] * len(left)
    i, j = len(left), len(right)
    while i and j:
        same = left[i - 1] == right[j - 1]
        if cost[i][j] == cost[i - 1][j - 1] + (0 if same else 1):
            found[i - 1] = same
            i, j = i - 1, j - 1
        elif cost[i][j] == cost[i - 1][j] + 1:
            i -= 1
        else:
            j -= 1
    return found
