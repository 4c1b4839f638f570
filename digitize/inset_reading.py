"""What is printed in the pictures of a born-digital page, put among the page's own lines.

Each picture is read like a page of its own. Print that the page has as text already (a recognition's words under a
scan) is painted over before, and what is read where such a word stands is left out: nothing is told twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from digitize.geometry import map_quad, paper_colour
from digitize.model import Box, Inset, Line, Mark, PageImage, Step, box_of
from digitize.straighten import grey_of
from digitize.text_overlay import overlay

if TYPE_CHECKING:
    from digitize.model import Image, Matrix

_POINTS = 72
# Ink is so much darker than the paper around it, within a few letters.
_INKY, _AROUND_MM = 40, 5.0
# A picture of which so much ink lies under words has been read by another program.
_COVERED = 0.6
# Fewer marks of a letter's size are no print worth an engine's time.
_LETTERS, _LETTER_MM = 10, (0.9, 9.0)
# Words as high as this are drawn across a page, not printed in its lines.
_ACROSS_MM = 14.0
_MARGIN = 0.25


@dataclass(frozen=True, slots=True)
class Read:
    """What was read of one picture, in its own pixels."""

    lines: Sequence[Line]
    marks: Sequence[Mark]
    steps: tuple[Step, ...]
    problem: str | None


Reader = Callable[[PageImage], Read]


@dataclass(frozen=True, slots=True)
class Inlaid:
    """A born-digital page's lines with those of its pictures among them; `overlay` holds the latter as operators of a
    content stream, in points from the lower left corner of the page as displayed."""

    lines: tuple[Line, ...]
    marks: tuple[Mark, ...] = ()
    steps: tuple[Step, ...] = ()
    problem: str | None = None
    overlay: Path | None = None


def read_insets(page: PageImage, folder: Path, read: Reader) -> Inlaid:
    """Reads the pictures of a page that hold print which is not among its `lines`."""
    own = page.lines or ()
    inlaid, fresh = Inlaid(own), list[Line]()
    for inset in page.insets:
        words = _words_on(inset, own, page.dpi)
        pixels = _unread(inset, words)
        if pixels is None:
            continue
        height, width = pixels.shape[:2]
        told = read(PageImage(page.number, width, height, inset.dpi, pixels))
        to_page = _to_page(inset, page.dpi)
        lines = [_mapped(line, to_page) for line in told.lines if not any(_on(line.box, word) for word in words)]
        marks = tuple(_mapped_mark(mark, to_page) for mark in told.marks)
        box = (*inset.corner, inset.corner[0] + width * to_page[0, 0], inset.corner[1] + height * to_page[1, 1])
        merged = tuple(merged_lines(inlaid.lines, lines, box))
        steps = (*inlaid.steps, Step("picture", {"box": [round(side) for side in box]}), *told.steps)
        inlaid = Inlaid(merged, inlaid.marks + marks, steps, inlaid.problem or told.problem)
        fresh += lines
    if fresh:
        over = folder / f"over-{page.number:05d}"
        scale = _POINTS / page.dpi
        over.write_bytes(overlay(fresh, np.array([[scale, 0, 0], [0, -scale, page.height * scale], [0, 0, 1]])))
        inlaid = replace(inlaid, overlay=over)
    return inlaid


def merged_lines(own: Sequence[Line], fresh: Sequence[Line], box: Box) -> Iterator[Line]:
    """The page's own lines and those of the picture in `box`, each in the order they have among themselves.

    Where lines of the page stand on the picture, both go down the page together; else the picture's come in one piece,
    after what stands above it or at its left.
    """
    if any(_on(line.box, box) for line in own):
        waiting = list(own)
        for line in fresh:
            while waiting and _before(waiting[0], line):
                yield waiting.pop(0)
            yield line
        yield from waiting
        return
    before = [at for at, line in enumerate(own, start=1) if line.box[3] <= box[1] or _left_of(line.box, box)]
    at = max(before, default=0)
    yield from own[:at]
    yield from fresh
    yield from own[at:]


def _before(one: Line, other: Line) -> bool:
    """Whether a line is read before another: it stands higher, or in the same row farther left."""
    y, other_y = (one.box[1] + one.box[3]) / 2, (other.box[1] + other.box[3]) / 2
    if abs(y - other_y) < min(one.box[3] - one.box[1], other.box[3] - other.box[1]) / 2:
        return one.box[0] <= other.box[0]
    return y < other_y


def _left_of(line: Box, picture: Box) -> bool:
    return line[2] <= picture[0] + 1 and line[1] < picture[3]


def _on(line: Box, area: Box) -> bool:
    x, y = (line[0] + line[2]) / 2, (line[1] + line[3]) / 2
    return area[0] <= x <= area[2] and area[1] <= y <= area[3]


def _unread(inset: Inset, words: Sequence[Box]) -> Image | None:
    """The picture with paper where the page has words; None where hardly any print is left."""
    ink = _ink(inset)
    whole = int(ink.sum())
    painted = inset.pixels.copy()
    paper = paper_colour(inset.pixels)
    for x0, y0, x1, y1 in ((round(side) for side in word) for word in words):
        ink[y0:y1, x0:x1] = 0
        painted[y0:y1, x0:x1] = paper if painted.ndim == 3 else paper[0]
    if int(ink.sum()) < (1 - _COVERED) * whole:
        return None
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink)
    least, most = (side * inset.dpi / 25.4 for side in _LETTER_MM)
    heights, widths = stats[1:, cv2.CC_STAT_HEIGHT], stats[1:, cv2.CC_STAT_WIDTH]
    letters = (heights >= least) & (heights <= most) & (widths <= 2 * most)
    return painted if int(letters.sum()) >= _LETTERS else None


def _ink(inset: Inset) -> Image:
    """Ones where it is darker than around."""
    grey = grey_of(inset.pixels)
    reach = max(3, round(_AROUND_MM / 25.4 * inset.dpi / 4))
    small = cv2.resize(grey, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    around = cv2.resize(paper, grey.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return (cv2.subtract(around, grey) > _INKY).astype(np.uint8)


def _words_on(inset: Inset, lines: Sequence[Line], page_dpi: int) -> list[Box]:
    """Boxes of the page's words in the picture's pixels, a little wider and higher than they are."""
    scale, (left, top) = inset.dpi / page_dpi, inset.corner
    height, width = inset.pixels.shape[:2]
    found = []
    for word in (word for line in lines for word in line.words):
        x0, y0, x1, y1 = word.box
        more = _MARGIN * (y1 - y0)
        if y1 - y0 > _ACROSS_MM / 25.4 * page_dpi:
            continue
        box = (
            max(0.0, (x0 - left - more) * scale),
            max(0.0, (y0 - top - more) * scale),
            min(float(width), (x1 - left + more) * scale),
            min(float(height), (y1 - top + more) * scale),
        )
        if box[0] < box[2] and box[1] < box[3]:
            found.append(box)
    return found


def _to_page(inset: Inset, page_dpi: int) -> Matrix:
    scale = page_dpi / inset.dpi
    return np.array([[scale, 0, inset.corner[0]], [0, scale, inset.corner[1]], [0, 0, 1]], np.float64)


def _mapped(line: Line, to_page: Matrix) -> Line:
    quad = map_quad(to_page, line.quad)
    words = []
    for word in line.words:
        word_quad = map_quad(to_page, word.quad)
        words.append(replace(word, box=box_of(word_quad), quad=word_quad))
    return replace(line, box=box_of(quad), quad=quad, words=tuple(words))


def _mapped_mark(mark: Mark, to_page: Matrix) -> Mark:
    quad = map_quad(to_page, mark.quad)
    return replace(mark, box=box_of(quad), quad=quad)
