"""How honest confidences are: fits the calibration of the engine `hoso` on whole pages, proves it on others, draws it.

    .venv/bin/python -m bench.confidence WORK [--pages 42] [--only-judge]

`WORK/fit` and `WORK/judged` are two sets of `bench.pages`, drawn where they are not there yet; fonts and texts are none
of training's. The tables are fitted on the first set and written into `digitize/weights/recognizer.json`, what they
are worth on the second goes there and into `CARD.md`, and as a picture into `docs/images/calibration.png`. A step of
publishing: run it whenever the weights, the decoding or the cleaning of pages have changed.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import tempfile
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np

import digitize
from bench.reliability import draw
from digitize import Line, Word
from digitize.hoso import HosoEngine
from digitize.onnx_models import WEIGHTS
from digitize.page_reading import read_page
from digitize.training import calibration, card
from digitize.training.scores import words_right

_SEEDS = {"fit": 7101, "judged": 7202}
_PICTURE = Path(__file__).parent.parent / "docs" / "images" / "calibration.png"
_ALIKE = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-"})
_STRAY = 0.35
_SHOWN = (0.999, 0.99, 0.95, 0.9)


class Uncalibrated(HosoEngine):
    """The engine with the confidences that a calibration is fitted to."""

    def __init__(self) -> None:
        super().__init__(calibrated=False)


@dataclass(slots=True)
class Judged:
    """Of each word and of each line how sure the reader was, whether it is right, and the level of its page."""

    words: list[float] = field(default_factory=list)
    right: list[bool] = field(default_factory=list)
    levels: list[str] = field(default_factory=list)
    lines: list[list[int]] = field(default_factory=list)
    """By line the numbers of its words."""
    whole: list[bool] = field(default_factory=list)
    read: list[Word] = field(default_factory=list)
    """The words themselves."""
    told: list[float] = field(default_factory=list)
    """How sure the reader was of each line."""

    def sure(self, words: list[float]) -> list[float]:
        """What a line's words together say of it."""
        return [math.prod(words[at] for at in line) for line in self.lines]


def judged(folder: Path, engine: str = "bench.confidence:Uncalibrated") -> Judged:
    """Reads every page of a folder of `bench.pages`."""
    found = Judged()
    for path in sorted(folder.glob("*/truth/*.json")):
        truth = json.loads(path.read_text(encoding="utf-8"))
        with tempfile.TemporaryDirectory() as work:
            images = digitize.read(path.parent.parent / truth["file"])
            for image, true in zip(images, truth["pages"], strict=True):
                page = read_page(image, Path(work), engine).page
                _add(found, page.lines, true, path.parent.parent.name)
    return found


def _add(found: Judged, lines: tuple[Line, ...], true: dict[str, Any], level: str) -> None:
    quads = [np.array(line["quad"], np.float32) for line in true["lines"]]
    marks = [np.array(mark["quad"], np.float32) for mark in true["marks"]]
    held: defaultdict[int, list[tuple[int, int, Word]]] = defaultdict(list)
    for line in lines:
        own = []
        for word in line.words:
            middle = ((word.box[0] + word.box[2]) / 2, (word.box[1] + word.box[3]) / 2)
            depths = [cv2.pointPolygonTest(quad, middle, True) for quad in quads]
            best = int(np.argmax(depths))
            inside = depths[best] > -_STRAY * (word.box[3] - word.box[1])
            if not inside and any(cv2.pointPolygonTest(mark, middle, False) >= 0 for mark in marks):
                continue
            own.append(len(found.words))
            if inside:
                held[best].append((len(found.words), len(found.lines), word))
            found.words.append(word.confidence)
            found.right.append(False)
            found.levels.append(level)
            found.read.append(word)
        if own:
            found.lines.append(own)
            found.told.append(line.confidence)
    complete = [True] * len(found.lines)
    for at, words in held.items():
        for number, line_number, right, whole in _compared(words, quads[at], true["lines"][at]["text"]):
            found.right[number] = right
            complete[line_number] &= whole
    for line_number in range(len(found.whole), len(found.lines)):
        own = found.lines[line_number]
        found.whole.append(complete[line_number] and all(found.right[at] for at in own))


def _compared(words: list[tuple[int, int, Word]], quad: np.ndarray, text: str) -> Iterator[tuple[int, int, bool, bool]]:
    """Of each word on a true line its number, its line's, whether it is right, whether the line lacks nothing here."""
    along = quad[1] - quad[0]
    words = sorted(words, key=lambda item: float(np.dot(along, [item[2].box[0], item[2].box[1]])))
    true = plain(text)
    if true.replace(" ", "").isdigit():
        same = plain("".join(word.text for _, _, word in words)).replace(" ", "") == true.replace(" ", "")
        yield from ((number, line, same, same) for number, line, _ in words)
        return
    read = [plain(word.text).replace(" ", "") or "\x00" for _, _, word in words]
    alone = len({line for _, line, _ in words}) == 1
    whole = not alone or " ".join(read) == true
    for (number, line, _), right in zip(words, words_right(" ".join(read), true), strict=True):
        yield number, line, right, whole


def plain(text: str) -> str:
    """Text as it is compared: NFC, one kind of quotes and dashes, no leaders, single spaces."""
    text = unicodedata.normalize("NFC", text).translate(_ALIKE)
    return " ".join(text.replace("…", " ").split())


def told(found: Judged, words: list[float], lines: list[float], pages: int) -> dict[str, Any]:
    """What confidences are worth on pages: errors, bins, and how often the surest words are wrong."""
    levels = np.array(found.levels)
    right = np.array(found.right)
    said = np.array(words)
    return {
        "pages": pages,
        "words": {"count": len(words), **_measured(words, found.right)},
        "lines": {"count": len(lines), **_measured(lines, found.whole)},
        "levels": {
            level: round(calibration.expected_error(said[levels == level], right[levels == level]), 4)
            for level in sorted(set(found.levels))
        },
        "surest": [
            {"from": least, "words": int((said >= least).sum()), "wrong": int((~right[said >= least]).sum())}
            for least in _SHOWN
        ],
    }


def _measured(said: list[float], right: list[bool]) -> dict[str, Any]:
    return {
        "error": round(calibration.expected_error(said, right), 4),
        "bins": [[round(a, 4), round(b, 4), n] for a, b, n in calibration.bins(said, right)],
    }


def main() -> None:
    """Fits, judges, writes."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.confidence", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("work", type=Path, help="folder of the two sets of pages")
    parser.add_argument("--pages", type=int, default=42, help="pages a level to draw where there are none")
    parser.add_argument("--only-judge", action="store_true", help="judge the tables that are there")
    wanted = parser.parse_args()
    for name, seed in _SEEDS.items():
        if not (wanted.work / name).exists():
            command = [sys.executable, "-m", "bench.pages", str(wanted.work / name), "--pages", str(wanted.pages)]
            subprocess.run([*command, "--seed", str(seed)], check=True)
    path = WEIGHTS / "recognizer.json"
    facts = json.loads(path.read_text(encoding="utf-8"))
    if not wanted.only_judge:
        fitted = judged(wanted.work / "fit")
        facts["calibration"] = calibration.fit(fitted.words, fitted.right)
        said = calibration.calibrated(facts["calibration"], fitted.words)
        facts["line_calibration"] = calibration.fit(fitted.sure(said), fitted.whole)
    found = judged(wanted.work / "judged")
    words = calibration.calibrated(facts["calibration"], found.words)
    lines = calibration.calibrated(facts["line_calibration"], found.sure(words))
    facts["confidence"] = told(found, words, lines, len(list((wanted.work / "judged").glob("*/truth/*.json"))))
    path.write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    shown = WEIGHTS / "CARD.md"
    shown.write_text(card.with_confidence(shown.read_text(encoding="utf-8"), facts["confidence"]), encoding="utf-8")
    draw(facts["confidence"], _PICTURE)
    print(json.dumps({**facts["confidence"], "levels": facts["confidence"]["levels"]}, indent=1))


if __name__ == "__main__":
    main()
