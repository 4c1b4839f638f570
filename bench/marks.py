"""Whether what hands wrote and seals are told from print: false alarms among printed lines, signatures and seals found.

    .venv/bin/python -m bench.marks PAGES…

`PAGES` are levels of `bench.pages`. A printed line is one whose words lie on a true line; a signature or seal counts as
found when a mark of its kind lies over its middle, as silent when nothing at all was read of it or found there, and as
print when letters read in it stay in the body.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import cv2
import numpy as np

import digitize
from bench.chance import at_most
from digitize import Box, Page
from digitize.page_reading import read_page

_STRAY = 0.35
_KINDS = {"signature": "handwriting", "seal": "seal"}


def counted(folder: Path) -> Counter[str]:
    """What befell the lines and marks of every page of one level."""
    found: Counter[str] = Counter()
    for path in sorted(folder.glob("truth/*.json")):
        truth = json.loads(path.read_text(encoding="utf-8"))
        with tempfile.TemporaryDirectory() as work:
            images = digitize.read(folder / truth["file"])
            for image, true in zip(images, truth["pages"], strict=True):
                found += _of_page(read_page(image, Path(work), "hoso").page, true)
    return found


def _of_page(page: Page, true: dict[str, Any]) -> Counter[str]:
    found: Counter[str] = Counter()
    lines = [np.array(line["quad"], np.float32) for line in true["lines"]]
    found["lines"] = sum(_on(line.box, lines) for line in page.lines)
    found["false"] = sum(_on(mark.box, lines) for mark in page.marks if mark.kind == "handwriting")
    for mark in true["marks"]:
        quad = np.array(mark["quad"], np.float32)
        kind = mark.get("name") or mark["kind"]
        if kind not in _KINDS:
            continue
        x, y = quad.mean(axis=0)
        hit = any(
            _KINDS[kind] == one.kind and one.box[0] <= x <= one.box[2] and one.box[1] <= y <= one.box[3]
            for one in page.marks
        )
        within = [line for line in page.lines if not _on(line.box, lines) and _inside(line.box, quad)]
        found[kind] += 1
        found[f"{kind} {'found' if hit else 'print' if within else 'silent'}"] += 1
    return found


def _on(box: Box, quads: list[Any]) -> bool:
    middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    return any(cv2.pointPolygonTest(quad, middle, True) > -_STRAY * (box[3] - box[1]) for quad in quads)


def _inside(box: Box, quad: Any) -> bool:
    return bool(cv2.pointPolygonTest(quad, ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2), False) >= 0)


def main() -> None:
    """Prints a row a level."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.marks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pages", nargs="+", type=Path)
    print("| level | printed lines | taken for a hand's (95 %) | signatures found / silent / as print | seals found |")
    print("| --- | --- | --- | --- | --- |")
    for folder in parser.parse_args().pages:
        n = counted(folder)
        signed = " / ".join(str(n[f"signature {what}"]) for what in ("found", "silent", "print"))
        print(
            f"| {folder.name} | {n['lines']:,} | {n['false']} (≤ {100 * at_most(n['false'], n['lines']):.2f} %) "
            f"| {signed} of {n['signature']} | {n['seal found']} of {n['seal']} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
