"""The fonts that lines are drawn with: those of this machine that hold every Vietnamese letter, told apart by family.

Some families are kept for testing and never trained on; which ones is a list of names, so that scores stay comparable
between machines and versions.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont, TTLibError
from PIL import ImageFont

from digitize.training.charset import CHARSET

FOLDERS = (Path("/usr/share/fonts"),)
HELD_OUT = ("FreeSerif", "Noto Serif", "Linux Libertine O", "Lato", "Open Sans", "Source Serif 4", "Sriracha")
"""Families for testing only."""
_OFFICE = ("Tinos", "Liberation Serif", "Arimo", "Carlito", "Times New Roman", "Arial", "FreeSans")
"""Families of the shape that offices print with; they are drawn more often."""
_OFFICE_WEIGHT = 8.0
_UPRIGHT_WEIGHT, _BOLD_WEIGHT, _SLANTED_WEIGHT = 6.0, 2.0, 1.5
_NEEDED = frozenset("".join(c for c in CHARSET if c.isalnum() and ord(c) < 0x2000) + ".,:;()/-%")
_SUFFIXES = {".ttf", ".otf"}
_UNREAD = ("Adlam", "Math", "Symbols", "Emoji", "Music", "Condensed ExtraLight")


@dataclass(frozen=True, slots=True)
class Face:
    """One font file: family, weight and slant, and the letters it has."""

    path: Path
    family: str
    bold: bool
    italic: bool
    mono: bool
    letters: frozenset[str]

    @property
    def weight(self) -> float:
        """How often it comes among the faces of its family."""
        return (_BOLD_WEIGHT if self.bold else _UPRIGHT_WEIGHT) * (
            _SLANTED_WEIGHT / _UPRIGHT_WEIGHT if self.italic else 1.0
        )


def faces(folders: Sequence[Path] = FOLDERS) -> list[Face]:
    """Every usable face under the folders, in the order of their paths."""
    files = sorted(p for folder in folders for p in folder.rglob("*") if p.suffix.lower() in _SUFFIXES)
    return [face for face in map(_face, files) if face is not None]


def split(found: Sequence[Face]) -> tuple[list[Face], list[Face]]:
    """(for training, for testing); a condensed or display cut of a family that is kept for testing is in neither."""
    test = [face for face in found if face.family in HELD_OUT]
    return [face for face in found if not face.family.startswith(HELD_OUT)], test


class Chooser:
    """Picks faces: a family first, so that one with eighteen weights does not come eighteen times as often."""

    def __init__(self, found: Sequence[Face]) -> None:
        self.families: dict[str, list[Face]] = defaultdict(list)
        for face in found:
            self.families[face.family].append(face)
        if not self.families:
            raise ValueError("no font holds the Vietnamese letters")
        self._names = sorted(self.families)
        self._weights = [_OFFICE_WEIGHT if name in _OFFICE else 1.0 for name in self._names]

    def pick(self, rng: random.Random, text: str) -> Face | None:
        """A face that can draw every letter of the text, or None where ten tries find none."""
        letters = frozenset(text) - {" "}
        for _ in range(10):
            family = self.families[rng.choices(self._names, self._weights)[0]]
            face = rng.choices(family, [face.weight for face in family])[0]
            if letters <= face.letters:
                return face
        return None


@lru_cache(maxsize=512)
def loaded(path: Path, size: int) -> ImageFont.FreeTypeFont:
    """The face at a size in pixels."""
    return ImageFont.truetype(str(path), size)


def _face(path: Path) -> Face | None:
    try:
        with TTFont(path, lazy=True) as font:
            letters = frozenset(chr(code) for code in font.getBestCmap() or {})
            names, style = font["name"], font["OS/2"].fsSelection
            family = str(names.getBestFamilyName() or path.stem)
            mono = bool(font["post"].isFixedPitch)
            variable = "fvar" in font
    except (TTLibError, KeyError, OSError, AssertionError):
        return None
    if variable or not letters >= _NEEDED or any(word in path.stem or word in family for word in _UNREAD):
        return None
    return Face(path, family, bool(style & 32), bool(style & 1), mono, letters)
