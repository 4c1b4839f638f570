"""The corpus: which file stands under a seed and a number."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from bench.fuzz.frames import FRAMES
from bench.fuzz.papers import PAPERS
from bench.fuzz.pictures import PICTURES
from bench.fuzz.traps import TRAPS
from bench.fuzz.wounds import wounded

SOUND = PICTURES | FRAMES | PAPERS
"""Makers of files that follow their format."""
MAKERS = SOUND | TRAPS
_WHOLE, _TRAPPED = 0.15, 0.15


@dataclass(frozen=True, slots=True)
class Specimen:
    """A file: what it was made as, and whether it was wounded since."""

    number: int
    made_as: str
    whole: bool
    content: bytes


def specimen(seed: int, number: int) -> Specimen:
    """The file of a number; the same bytes for the same seed."""
    chance = Random(f"{seed}:{number}")
    names = list(SOUND)
    name, other = chance.choice(list(TRAPS) if chance.random() < _TRAPPED else names), chance.choice(names)
    content = MAKERS[name](chance)
    whole = chance.random() < _WHOLE
    return Specimen(number, name, whole, content if whole else wounded(content, chance, MAKERS[other](chance)))
