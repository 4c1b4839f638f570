"""How often pages are turned the right way, and how exactly they are straightened, over pages of `bench.pages`.

    .venv/bin/python -m bench.pages OUT && .venv/bin/python -m bench.straightness OUT

Every page is turned by quarters, whole, in parts, at fewer dots an inch and leaning; a share of errors comes with its
95 % bound (Wilson). Skew is held against the angle that the truth tells; of photographs, whose truth tells none, it is
told how the printed lines lie before and after they are rectified.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from bench.chance import interval
from digitize.geometry import warp
from digitize.orientation import orient
from digitize.outline import outline, rectifying
from digitize.skew import skew

_PREVIEW = 2_000
_LEANING = 4.0


@dataclass
class Turned:
    """Trials of the orientation at a level; a page that is left as it is though turned counts as wrong too."""

    trials: int = 0
    wrong: int = 0
    left: int = 0
    seconds: float = 0.0

    def row(self, level: str) -> str:
        right = 100 * (1 - self.wrong / self.trials)
        most = 100 * interval(self.wrong / self.trials, self.trials)[1]
        each = 1000 * self.seconds / self.trials
        return f"| {level} | {self.trials} | {right:.2f} | {self.wrong} | {self.left} | {most:.2f} | {each:.0f} |"


@dataclass
class Lain:
    """Angles in degrees."""

    found: list[float] = field(default_factory=list)

    def row(self, name: str) -> str:
        off = np.abs(self.found)
        p95, within = np.percentile(off, 95), 100 * float(np.mean(off <= 0.1))
        return f"| {name} | {len(off)} | {off.mean():.3f} | {p95:.3f} | {off.max():.3f} | {within:.1f} |"


def small(grey: Any, side: int = _PREVIEW) -> Any:
    """The page as the orientation gets it."""
    scale = min(1.0, side / max(grey.shape))
    return cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def shapes(grey: Any) -> Iterator[Any]:
    """The page whole, its upper part, coarse, and leaning."""
    yield grey
    yield grey[: int(0.6 * len(grey))]
    yield small(grey, 1_100)
    height, width = grey.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), _LEANING, 1.0)
    yield cv2.warpAffine(grey, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def turns(grey: Any, turned: Turned) -> None:
    """Adds the trials of one upright page."""
    for shape in shapes(grey):
        for quarters in range(4):
            start = time.process_time()
            degrees, sure = orient(np.ascontiguousarray(np.rot90(shape, quarters)))
            turned.seconds += time.process_time() - start
            turned.trials += 1
            # Turned by so many quarters counter-clockwise, a page has to be turned by as many clockwise.
            turned.wrong += degrees != 90 * quarters
            turned.left += not sure


def tilts(quads: Any, matrix: Any) -> list[float]:
    """How the lines of the truth lie once a map was applied."""
    mapped = cv2.perspectiveTransform(np.array(quads, np.float64), matrix)
    along = mapped[:, 1] - mapped[:, 0]
    return [float(np.degrees(np.arctan2(y, x))) for x, y in along]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", type=Path, help="what bench.pages wrote")
    parser.add_argument("--skew-only", action="store_true")
    options = parser.parse_args()
    orientation: defaultdict[str, Turned] = defaultdict(Turned)
    leaning: defaultdict[str, Lain] = defaultdict(Lain)
    photographed = {name: Lain() for name in ("photographs, as taken", "photographs, rectified", "without an outline")}
    kept = {"outline found": 0, "left alone": 0}
    for path in sorted(options.pages.glob("*/truth/*.json")):
        (truth,) = json.loads(path.read_text(encoding="utf-8"))["pages"]
        level = path.parent.parent.name
        grey = cv2.imread(str(path.parent.parent / path.stem), cv2.IMREAD_GRAYSCALE)
        page = small(grey)
        if truth["lean"] is not None:
            leaning[level].found.append(skew(page) + truth["lean"])
        else:
            page = _rectified(page, truth, len(page) / len(grey), photographed, kept)
        if not options.skew_only:
            turns(page, orientation[level])
    if orientation:
        print("| level | trials | right % | wrong | of them left alone | wrong at most % (95 %) | CPU ms |")
        print("|---|---|---|---|---|---|---|", *(made.row(level) for level, made in orientation.items()), sep="\n")
    print("\n| degrees | n | mean | p95 | most | within 0.1 % |\n|---|---|---|---|---|---|")
    rows = {f"error of the skew, {level}": made for level, made in leaning.items()} | photographed
    print(*(lain.row(name) for name, lain in rows.items() if lain.found), sep="\n")
    print("\nphotographs:", ", ".join(f"{name} {count}" for name, count in kept.items()))


def _rectified(page: Any, truth: dict[str, Any], scale: float, lain: dict[str, Lain], kept: dict[str, int]) -> Any:
    """A photograph, rectified where the outline of the sheet is found."""
    quads = np.array([line["quad"] for line in truth["lines"]]) * scale
    found = outline(page)
    if found is None:
        kept["left alone"] += 1
        lain["without an outline"].found += tilts(quads, np.eye(3))
        return page
    kept["outline found"] += 1
    matrix, width, height = rectifying(found)
    lain["photographs, as taken"].found += tilts(quads, np.eye(3))
    lain["photographs, rectified"].found += tilts(quads, matrix)
    return warp(page, matrix, width, height)


if __name__ == "__main__":
    main()
