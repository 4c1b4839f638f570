"""Whether what people fill in by hand is told from print: written words kept as print, printed lines taken for a hand.

    .venv/bin/python -m bench.handwriting PAGES…

`PAGES` are levels of `bench.pages`, those of `--hand` for the written words, any for the print. A written word is kept
as print when a word of the body lies over it, *surely* if that word's confidence is 0.9 or more; it is found when a
mark of handwriting lies over it, and silent when nothing was read or found there. A printed line is taken for
a hand's when a mark lies on it. The hands are fonts, bent and unsteady: real handwriting is wilder.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

import digitize
from bench.chance import at_most
from digitize import Box, Page
from digitize.page_reading import read_page

_SURE = 0.9
_STRAY = 0.35


def counted(folder: Path) -> dict[str, Counter[str]]:
    """What befell written words, by their ink, and printed lines (under `""`) of every page of one level."""
    found: dict[str, Counter[str]] = {}
    for path in sorted(folder.glob("truth/*.json")):
        truth = json.loads(path.read_text(encoding="utf-8"))
        with tempfile.TemporaryDirectory() as work:
            images = digitize.read(folder / truth["file"])
            for image, true in zip(images, truth["pages"], strict=True):
                for ink, told in of_page(read_page(image, Path(work), "hoso").page, true).items():
                    found.setdefault(ink, Counter()).update(told)
    return found


def of_page(page: Page, true: dict[str, Any]) -> dict[str, Counter[str]]:
    """The counts of one page: `words`, `print`, `sure`, `found`, `silent` of each ink; under `""` `lines`, `taken`."""
    found: dict[str, Counter[str]] = {"": Counter()}
    marks = [mark.box for mark in page.marks if mark.kind == "handwriting"]
    words = [word for line in page.lines for word in line.words]
    hands = [np.array(hand["quad"], np.float32) for hand in true.get("hands", [])]
    for hand, quad in zip(true.get("hands", []), hands, strict=True):
        over = [word.confidence for word in words if _meets(word.box, quad)]
        counts = found.setdefault(hand["ink"], Counter())
        counts["words"] += 1
        counts["print"] += bool(over)
        counts["sure"] += max(over, default=0.0) >= _SURE
        marked = any(_meets(box, quad) for box in marks)
        counts["found"] += marked and not over
        counts["silent"] += not over and not marked
    for line in true["lines"]:
        quad = np.array(line["quad"], np.float32)
        found[""]["lines"] += 1
        found[""]["taken"] += any(_within(box, quad) and not any(_meets(box, hand) for hand in hands) for box in marks)
    return found


def _meets(box: Box, quad: Any) -> bool:
    """Whether the middle of one lies in the other."""
    x, y = (float(side) for side in quad.mean(axis=0))
    middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    inside = box[0] <= x <= box[2] and box[1] <= y <= box[3]
    return inside or cv2.pointPolygonTest(quad, middle, False) >= 0


def _within(box: Box, quad: Any) -> bool:
    """Whether a box lies on a printed line: its middle does, or nearly."""
    middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    return bool(cv2.pointPolygonTest(quad, middle, True) > -_STRAY * (box[3] - box[1]))


def rows(name: str, found: dict[str, Counter[str]]) -> Sequence[str]:
    """A row for each ink, and one for the print."""
    made = []
    for ink, n in sorted(found.items()):
        if ink:
            shares = (
                f"{n[what]} ({100 * n[what] / n['words']:.1f} %)" for what in ("print", "sure", "found", "silent")
            )
            made.append(f"| {name} | {ink} | {n['words']:,} | {' | '.join(shares)} |")
    n = found[""]
    bound = 100 * at_most(n["taken"], n["lines"])
    return [
        *made,
        f"| {name} | printed lines | {n['lines']:,} | {n['taken']} taken for a hand's (≤ {bound:.2f} %) | | | |",
    ]


def main() -> None:
    """Prints the rows of each level."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.handwriting", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pages", nargs="+", type=Path)
    print("| level | ink | words | kept as print | of them surely | found | silent |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for folder in parser.parse_args().pages:
        print("\n".join(rows(folder.name, counted(folder))), flush=True)


if __name__ == "__main__":
    main()
