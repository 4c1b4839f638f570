"""`python -m bench.pages OUT`: writes the pages and their truth (`hoso.truth/1`), the same for the same seed.

With `--hand FOLDER` the forms are others, filled in by pen in the fonts of the folder: those of packages that
`python -m digitize.training webfonts` put together, of families whose hands training never saw.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from bench.pages.filled_press import FilledPress
from bench.pages.making import FORMS, Press, write
from bench.pages.scanning import LEVELS
from digitize.training.fonts import FOLDERS, HELD_OUT, faces

_HANDS = {"Sriracha"}
HANDS = ("Dancing Script", "Oooh Baby", "Pangolin", "Shantell Sans", "Square Peg", "Sriracha")
"""Families of hands for testing only: `hands.json` names those that the detector of handwriting was made with."""


def kept_fonts(extra: Sequence[Path] = ()) -> tuple[list[str], list[str]]:
    """Families that training keeps out, and every family of the folders given besides; the folders of them all."""
    found = {(face.family, str(face.path.parent)) for face in faces(FOLDERS) if face.family in HELD_OUT}
    found |= {(face.family, str(face.path.parent)) for face in faces(extra)}
    return sorted({family for family, _ in found} - _HANDS), sorted({folder for _, folder in found})


def hand_fonts(folder: Path) -> list[Path]:
    """The font files of a folder that are hands kept for testing."""
    return [face.path for face in faces([folder]) if face.family in HANDS]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.pages", description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--pages", type=int, default=2 * len(FORMS), help="pages a level (%(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--level", nargs="*", default=list(LEVELS), choices=LEVELS)
    parser.add_argument("--fonts", nargs="*", type=Path, default=[], help="folders of further fonts never trained on")
    parser.add_argument("--hand", type=Path, metavar="FOLDER", help="forms filled in by hand, in the folder's fonts")
    options = parser.parse_args()
    families, folders = kept_fonts(options.fonts)
    if not families:
        parser.error(f"none of the fonts kept for testing is installed: {', '.join(HELD_OUT)}")
    press = Press(options.seed, families, folders)
    if options.hand:
        hands = hand_fonts(options.hand)
        if not hands:
            parser.error(f"none of the hands kept for testing is in {options.hand}: {', '.join(HANDS)}")
        press = FilledPress(options.seed, families, folders, hands)
    for level in options.level:
        (options.out / level / "truth").mkdir(parents=True, exist_ok=True)
    for number in range(options.pages):
        for level in options.level:
            write(options.out / level, level, number, press)
    print(f"{len(options.level) * options.pages} pages in {options.out}, in {', '.join(families)}")


if __name__ == "__main__":
    main()
