"""`python -m bench.reading`: prints the tables."""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import bench.reading
import digitize
from bench.reading import ablation, failures, picture
from bench.reading.readers import READERS, Run
from bench.reading.scans import Scan, resampled, scans_of, wrapped
from bench.reading.scoring import COLUMNS, Score, score_page, score_text
from digitize import Reading

SAMPLES = Path(__file__).parents[2] / "samples"
_IMAGES = Path(__file__).parents[2] / "docs" / "images"
_FAILURES = 6
_COST = ("CPU s a page", "pages a minute and core", "peak MB", "KB a page")


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench.reading",
        description=bench.reading.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--engine", default=digitize.DEFAULT_ENGINE, help="hoso, tesseract or module:class")
    parser.add_argument("--against", action="store_true", help="the paired run with OCRmyPDF and pytesseract")
    parser.add_argument("--ablation", action="store_true", help="leave each step of preprocessing out in turn")
    parser.add_argument("--failures", action="store_true", help="draw the worst lines: docs/images/failures.png")
    parser.add_argument("--steps", nargs="*", default=[], help="with --ablation: only these are left out")
    parser.add_argument("--dpi", type=int, help="scale scans of a known density to this one first")
    parser.add_argument("--every", type=int, default=1, help="take every so-and-so-many scan of a folder")
    parser.add_argument("-j", "--jobs", type=int, default=1)
    parser.add_argument("-v", "--verbose", action="store_true", help="show every line and field that is wrong")
    wanted = parser.parse_args()
    if not wanted.folders:
        _samples(wanted)
        return
    scans = list(scans_of(wanted.folders, wanted.every))
    if not scans:
        parser.error("no scans with truth, and none with a .txt beside them")
    with tempfile.TemporaryDirectory() as folder:
        if wanted.dpi:
            scans = [resampled(scan, wanted.dpi, Path(folder)) for scan in scans]
        _measure(scans, wanted)


def _measure(scans: Sequence[Scan], wanted: argparse.Namespace) -> None:
    print(f"{len(scans)} pages; {platform.machine()}, Python {platform.python_version()}\n")
    if wanted.ablation:
        _ablation([scan for scan in scans if scan.truth], wanted)
    else:
        _compare(scans, list(READERS) if wanted.against else ["hoso"], wanted)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)]
    return "\n".join(lines) + "\n"


def _compare(scans: Sequence[Scan], names: Sequence[str], wanted: argparse.Namespace) -> None:
    """Each level as one PDF through each program, one after the other, so that the machine is the same to all."""
    worst: list[failures.Failure] = []
    for level, group in groupby(scans, key=lambda scan: scan.level):
        batch, runs, scores = list(group), dict[str, Run](), dict[str, Score]()
        for name in names:
            with tempfile.TemporaryDirectory() as folder:
                source = Path(folder) / "scans.pdf"
                wrapped(batch, source)
                options = ("--engine", wanted.engine, "-j", str(wanted.jobs)) if name == "hoso" else ()
                out = Path(folder) / "out" if name == "hoso" else Path(folder)
                runs[name] = run = READERS[name](source, batch, out, *options)
            scores[name] = _scored(run, batch, wanted.verbose and name == "hoso")
            print(f"… {level}, {name}: {run.cpu:.0f} CPU s, {run.wall:.0f} s", file=sys.stderr)
        worst += failures.worst(batch, runs["hoso"].words, _FAILURES)
        if len(names) > 1:
            print(f"{level}: {_ratio(runs, scores)}\n")
        print(table(["level", "program", *COLUMNS], [[level, name, *scores[name].row()] for name in names]))
        print(table(["level", "program", *_COST], [[level, name, *_cost(runs[name])] for name in names]), flush=True)
    if wanted.failures:
        failures.draw(worst, _IMAGES / "failures.png")


def _ratio(runs: dict[str, Run], scores: dict[str, Score]) -> str:
    faster = runs["OCRmyPDF"].cpu / runs["hoso"].cpu
    truer = scores["OCRmyPDF"].cer / max(scores["hoso"].cer, 1e-6)
    return f"{faster:.1f} times OCRmyPDF's pages a minute and core; {truer:.0f} letters wrong there for each wrong here"


def _scored(run: Run, batch: Sequence[Scan], verbose: bool) -> Score:
    whole = Score()
    for words, scan in zip(run.words, batch, strict=True):
        if scan.truth is None:
            whole.add(score_text("\n".join(_rows(words)), scan.text))
            continue
        score, wrong = score_page(words, scan.truth["pages"][0])
        whole.add(score)
        if verbose and wrong:
            print(scan.path.name, *(f"    {true}\n    {read}" for true, read in wrong), sep="\n")
    return whole


def _rows(words: Sequence[tuple[str, tuple[float, float, float, float]]]) -> list[str]:
    """Words put into lines by their height on the page."""
    rows: list[list[tuple[str, tuple[float, float, float, float]]]] = []
    for word in sorted(words, key=lambda word: (word[1][1] + word[1][3]) / 2):
        middle, high = (word[1][1] + word[1][3]) / 2, word[1][3] - word[1][1]
        if rows and middle - statistics.mean((w[1][1] + w[1][3]) / 2 for w in rows[-1]) < 0.5 * high:
            rows[-1].append(word)
        else:
            rows.append([word])
    return [" ".join(text for text, _ in sorted(row, key=lambda word: word[1][0])) for row in rows]


def _cost(run: Run) -> list[str]:
    pages = len(run.words)
    size = f"{run.written / pages / 1000:.0f}" if run.written else "no PDF"
    return [f"{run.cpu / pages:.2f}", f"{60 * pages / run.cpu:.0f}", str(run.peak), size]


def _ablation(scans: Sequence[Scan], wanted: argparse.Namespace) -> None:
    made = ablation.ablate(scans, wanted.engine, wanted.steps, wanted.jobs)
    levels = list(made.rows[0].pages)
    head = ["without", *(f"{level}, n = {len(made.rows[0].pages[level])}: CER %" for level in levels)]
    print(table(head, [[row.step, *(_changed(row, made.rows[0], level) for level in levels)] for row in made.rows]))
    print(
        f"a page, its file open: {made.whole:.2f} CPU s; recognition alone: {made.recognition:.2f}, "
        f"{60 / made.recognition:.0f} pages a minute and core"
    )
    own = "" if wanted.engine == digitize.DEFAULT_ENGINE else f"-{wanted.engine}"
    picture.draw(made.rows, _IMAGES / f"ablation{own}.png")


def _changed(row: ablation.Without, whole: ablation.Without, level: str) -> str:
    """The errors of a level, and how much more they are than with all steps (95 % interval)."""
    if row is whole:
        return f"{row.cer(level):.2f}"
    more, low, high = row.change(level, whole)
    return f"{row.cer(level):.2f}: {more:+.2f} ({low:+.2f} to {high:+.2f})"


def _samples(wanted: argparse.Namespace) -> None:
    """The product on its samples: letters, kinds and fields."""
    levels: defaultdict[str, Score] = defaultdict(Score)
    right = total = pages = size = 0
    for path in sorted(SAMPLES.glob("*/truth/*.json")):
        truth = json.loads(path.read_text(encoding="utf-8"))
        with tempfile.TemporaryDirectory() as out:
            reading = digitize.digitize(
                path.parent.parent / truth["file"], Path(out), engine=wanted.engine, jobs=wanted.jobs
            )
            size += sum(file.stat().st_size for file in Path(out).iterdir())
        read = {page.number: page for document in reading.documents for page in document.pages}
        pages += len(read)
        lines = []
        for true in truth["pages"]:
            words = [(word.text, word.box) for line in read[true["number"]].lines for word in line.words]
            score, wrong_lines = score_page(words, true)
            levels[true["level"]].add(score)
            lines += wrong_lines
        good, there, wrong = score_fields(reading, truth)
        right, total = right + good, total + there
        if wanted.verbose:
            print(f"\n{truth['file']} ({reading.seconds:.1f} s)", *(f"  {item}" for item in wrong), sep="\n")
            print(*(f"    {true}\n    {got}" for true, got in lines), sep="\n")
    print(table(["level", *COLUMNS], [[level, *score.row()] for level, score in sorted(levels.items())]))
    print(f"fields right: {right} of {total}; bytes a page: {size // max(1, pages):,}")


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


if __name__ == "__main__":
    main()
