"""How well and how fast pages are read: CER, fields, pages a minute and memory over the samples, against their truth.

    .venv/bin/python -m bench.reading [FOLDER …] [-j N] [--engine NAME]

A folder holds scans and, under `truth/`, a `hoso.truth/1` file for each. A recognised word counts for the true line
whose quad holds its middle; what no line holds counts as inserted. So the order of lines does not matter here, and
text inside a seal is not charged.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import tempfile
import time
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np

import digitize
from digitize import Page, Reading, Word

SAMPLES = Path(__file__).parent.parent / "samples"
_ALIKE = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-"})


@dataclass
class Score:
    """Edits and letters of some pages; a value a page for the median."""

    edits: int = 0
    letters: int = 0
    perfect: int = 0
    lines: int = 0
    pages: list[float] = field(default_factory=list)

    def row(self, name: str) -> str:
        """A line of the table."""
        cer, median = 100 * self.edits / max(1, self.letters), 100 * statistics.median(self.pages)
        perfect = 100 * self.perfect / max(1, self.lines)
        return f"| {name} | {len(self.pages)} | {cer:.2f} | {median:.2f} | {perfect:.0f} |"


def plain(text: str) -> str:
    """Text as it is compared: NFC, one kind of quotes and dashes, no leaders, single spaces."""
    text = unicodedata.normalize("NFC", text).translate(_ALIKE)
    return " ".join(text.replace("…", " ").split())


def distance(one: str, other: str) -> int:
    """Levenshtein distance."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        before, row[0] = row[0], i
        for j, b in enumerate(other, start=1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (a != b))
    return row[-1]


def score_page(page: Page, truth: dict[str, Any], score: Score) -> list[tuple[str, str]]:
    """Adds a page; returns the lines that differ, as (true, read)."""
    quads = [np.array(line["quad"], dtype=np.float32) for line in truth["lines"]]
    seals = [np.array(mark["quad"], np.float32) for mark in truth.get("marks", []) if mark.get("name") == "seal"]
    held: defaultdict[int, list[Word]] = defaultdict(list)
    edits = 0
    for word in (word for line in page.lines for word in line.words):
        middle = ((word.box[0] + word.box[2]) / 2, (word.box[1] + word.box[3]) / 2)
        depths = [cv2.pointPolygonTest(quad, middle, True) for quad in quads]
        best = int(np.argmax(depths))
        if depths[best] > -0.35 * (word.box[3] - word.box[1]):
            held[best].append(word)
        elif not any(cv2.pointPolygonTest(seal, middle, False) >= 0 for seal in seals):
            edits += len(plain(word.text))
    wrong, letters = [], 0
    for at, line in enumerate(truth["lines"]):
        along = quads[at][1] - quads[at][0]
        words = sorted(held[at], key=lambda word: float(np.dot(along, [word.box[0], word.box[1]])))
        true, read = plain(line["text"]), plain(" ".join(word.text for word in words))
        if true.replace(" ", "").isdigit():
            true, read = true.replace(" ", ""), read.replace(" ", "")
        off = distance(true, read)
        edits, letters = edits + off, letters + len(true)
        score.perfect += not off
        if off:
            wrong.append((true, read))
    score.edits += edits
    score.letters += letters
    score.lines += len(truth["lines"])
    score.pages.append(edits / max(1, letters))
    return wrong


def score_fields(reading: Reading, truth: dict[str, Any]) -> tuple[int, int, list[str]]:
    """Fields that are right, fields there are, and what was wrong."""
    right, total, wrong = 0, 0, []
    for document, true in zip(reading.documents, truth["documents"], strict=False):
        total += 1
        right += document.kind.id == true["kind"]
        if document.kind.id != true["kind"]:
            wrong.append(f"kind {true['kind']}: {document.kind.id}")
        for item in true["fields"]:
            total += 1
            values = [made.value for made in document.fields if made.name == item["name"]]
            if item["value"] in values:
                right += 1
            else:
                wrong.append(f"{item['name']} {item['value']!r}: {values}")
    if len(reading.documents) != len(truth["documents"]):
        wrong.append(f"{len(reading.documents)} documents instead of {len(truth['documents'])}")
    return right, total, wrong


def main() -> None:
    """Reads every scan and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path, default=sorted(p.parent for p in SAMPLES.glob("*/truth")))
    parser.add_argument("-j", "--jobs", type=int, default=1)
    parser.add_argument("--engine", default=digitize.DEFAULT_ENGINE, help="hoso, tesseract or module:class")
    parser.add_argument("-v", "--verbose", action="store_true", help="show every line and field that is wrong")
    wanted = parser.parse_args()
    levels: defaultdict[str, Score] = defaultdict(Score)
    right = total = pages = size = 0
    start = time.perf_counter()
    for path in (path for folder in wanted.folders for path in sorted((folder / "truth").glob("*.json"))):
        truth = json.loads(path.read_text(encoding="utf-8"))
        with tempfile.TemporaryDirectory() as out:
            scan = path.parent.parent / truth["file"]
            reading = digitize.digitize(scan, Path(out), engine=wanted.engine, jobs=wanted.jobs)
            size += sum(file.stat().st_size for file in Path(out).iterdir())
        read = {page.number: page for document in reading.documents for page in document.pages}
        pages += len(read)
        lines = [
            pair for true in truth["pages"] for pair in score_page(read[true["number"]], true, levels[true["level"]])
        ]
        good, there, wrong = score_fields(reading, truth)
        right, total = right + good, total + there
        if wanted.verbose:
            print(f"\n{truth['file']} ({reading.seconds:.1f} s)", *(f"  {item}" for item in wrong), sep="\n")
            print(*(f"    {true}\n    {got}" for true, got in lines), sep="\n")
    seconds = time.perf_counter() - start
    print("\n| level | pages | CER % | median % | perfect lines % |\n|---|---|---|---|---|")
    print(*(score.row(level) for level, score in sorted(levels.items())), sep="\n")
    memory = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    print(f"\nfields right: {right} of {total}")
    print(f"pages a minute: {60 * pages / seconds:.1f} (-j {wanted.jobs}); bytes a page: {size // max(1, pages):,}")
    print(f"peak memory: {memory[0].ru_maxrss // 1024} MB here, {memory[1].ru_maxrss // 1024} MB in the largest child")


if __name__ == "__main__":
    main()
