"""What is no print: what a pen wrote, strokes that were read as letters, and seals; never do they pass for text.

Words that a pen wrote are found by a network that looks at the lines (`hand_words`), also within a printed line: the
label stays print, what was filled in is a mark with the text that was read of it and low confidence.

A line is taken for a hand's where hardly a word of it was believed, or where its ink is blue and it was read badly or
holds a sign or two: a recogniser of print sees letters in the loops of a signature. Such lines leave the body; what was
read of them stays with the region, with low confidence. Strokes of a blue pen that were not read at all are regions
too, as far as no print lies over them. Seals and framed stamps are found by their red ink (`cleaning.unseal` keeps what
is printed under them). On a grey page neither can be told by its colour.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

import cv2
import numpy as np

from digitize.columns import line_of, piece_of
from digitize.hand_words import written as written_words
from digitize.model import Box, Line, Mark, Word, quad_of

if TYPE_CHECKING:
    from digitize.model import Image

# Print that is read as badly as this was not seen among 3,700 lines of pages of all levels.
_DISBELIEVED = 0.4
# In blue ink, what is surer than this or longer than so many signs is print or a stamp.
_DOUBTED, _SIGNS = 0.8, 2
# A stretch of words that looks like a pen's stays print where it was read as surely as this.
_WELL_READ = 0.8
_DATE = re.compile(r"\d{1,2}([/.-])\d{1,2}\1\d{4}[.,;]?")
# No more than this is ever said of what a hand wrote.
_MOST_SURE = 0.3
_BLUE_LEAD = 22
_INKY = 45
_RED_LEAD = 25
# Seals measure 25 to 45 mm across (NĐ 30/2020/NĐ-CP has them over the signature), framed stamps are three times as
# broad as high; a bent or cut one measures a little less.
_SEAL_MM, _LONGER = (11.0, 60.0), 3.5
_SEAL_GAP_MM = 1.5
# A signature; ticks, dots and words between the lines are left to the reader.
_PEN_MM, _PEN_GAP_MM = (5.0, 130.0), 2.5
_PEN_LEAD = 35
# Blue ink of which so much lies on lines that were read is theirs: a stamp's, a printed heading's.
_READ = 0.4
# Ink along so much of its own outline is a frame's.
_FRAMED = 0.6
_REDUCED = 4
_NEAR = 1.0


def apart(
    lines: Sequence[Line], page: Image, dpi: int, odds: Sequence[Sequence[float]] | None = None
) -> tuple[list[Line], list[Mark]]:
    """The printed lines of a page (BGR or grey), in their order, and its marks: what hands wrote, and seals.

    `odds` say of each word of each line what its strokes look like (`hand_words`); without them lines stay whole.
    """
    by_pen = written_words(lines, odds, lambda box: is_blue(page, box)) if odds is not None else [[]] * len(lines)
    read, written, filled = list[Line](), list[Line](), list[Mark]()
    printed = list[Line]()
    for line, looks in zip(lines, by_pen, strict=True):
        pen = _doubted(line, looks)
        mixed = any(pen) and not all(pen)
        if not mixed and is_written(line, page):
            written.append(line)
            continue
        read.append(line)
        kept, marks = _parted(line, pen) if any(pen) else (line, ())
        printed += [kept] if kept else []
        filled += marks
    hands = [
        _mark("handwriting", _around(group), " ".join(line.text for line in group), group) for group in _groups(written)
    ]
    loops = [box for box in pens(page, dpi, read) if not any(_inside(hand.box, box) for hand in hands)]
    hands = [hand for hand in hands if not any(_inside(box, hand.box) for box in loops)]
    silent = [_mark("handwriting", box, "", ()) for box in loops]
    return printed, [*filled, *hands, *silent, *(_mark("seal", box, "", ()) for box in seals(page, dpi))]


def _doubted(line: Line, by_pen: Sequence[bool]) -> list[bool]:
    """Of what looks like a pen's what was not well read as print: slanting blue print looks so too, and must not leave
    the text; a hand's word that is read this well is as likely right as it says."""
    found: list[bool] = []
    for pen, part in groupby(zip(by_pen, line.words, strict=False), lambda one: one[0]):
        words = [word for _, word in part]
        letters = sum(len(word.text) for word in words)
        mean = sum(_believed(word) * len(word.text) for word in words) / max(1, letters)
        found += [pen and mean < _WELL_READ] * len(words)
    return found


def _parted(line: Line, by_pen: Sequence[bool]) -> tuple[Line | None, list[Mark]]:
    """What is printed of a line, and a mark for each stretch of it that a pen wrote."""
    kept, marks = list[Word](), list[Mark]()
    for pen, part in groupby(zip(by_pen, line.words, strict=True), lambda one: one[0]):
        words = [word for _, word in part]
        if pen:
            stretch = line_of(words)
            marks.append(_mark("handwriting", stretch.box, stretch.text, (stretch,)))
        else:
            kept += words
    return piece_of(line, kept) if kept else None, marks


def is_written(line: Line, page: Image) -> bool:
    """Whether a line was written by a hand, as far as it can be told."""
    letters = sum(len(word.text) for word in line.words)
    mean = sum(_believed(word) * len(word.text) for word in line.words) / max(1, letters)
    if mean < _DISBELIEVED:
        return True
    return (mean < _DOUBTED or letters <= _SIGNS) and is_blue(page, line.box)


def _believed(word: Word) -> float:
    """How far a word speaks for print: no stroke of a pen looks like all of a date, whichever day it may be."""
    return 1.0 if _DATE.fullmatch(word.text) else word.confidence


def is_blue(page: Image, box: Box) -> bool:
    """Whether the ink in a box is a blue pen's."""
    if page.ndim == 2:
        return False
    x0, y0, x1, y1 = (max(0, int(side)) for side in box)
    part = page[y0 : y1 + 1, x0 : x1 + 1].astype(np.int16)
    if not part.size:
        return False
    grey = part.mean(axis=2)
    ink = grey < float(np.percentile(grey, 90)) - _INKY
    if not ink.any():
        return False
    paper = part[~ink].reshape(-1, 3).mean(axis=0)
    blue, _, red = part[ink].mean(axis=0) - paper
    return float(blue - red) > _BLUE_LEAD


def seals(page: Image, dpi: int) -> Iterator[Box]:
    """Boxes around red marks as large as a seal or a framed stamp."""
    if page.ndim == 2:
        return
    blue, green, red = cv2.split(_small(page))
    reddish = (cv2.subtract(red, cv2.max(blue, green)) > _RED_LEAD).astype(np.uint8)
    for box, _ in _marks(reddish, dpi, _SEAL_GAP_MM, _SEAL_MM):
        sides = sorted((box[2] - box[0], box[3] - box[1]))
        if sides[1] <= _LONGER * sides[0]:
            yield box


def pens(page: Image, dpi: int, printed: Sequence[Line]) -> Iterator[Box]:
    """Boxes around strokes of a blue pen that are none of the printed lines' ink."""
    if page.ndim == 2:
        return
    small = _small(page)
    lead = small[:, :, 0].astype(np.int16) - small[:, :, 2]
    bluish = (lead - int(np.median(lead)) > _PEN_LEAD).astype(np.uint8)
    read = np.zeros_like(bluish)
    for line in printed:
        x0, y0, x1, y1 = (max(0, int(side / _REDUCED)) for side in line.box)
        read[y0 : y1 + 1, x0 : x1 + 1] = 1
    for box, ink in _marks(bluish, dpi, _PEN_GAP_MM, _PEN_MM):
        x0, y0, x1, y1 = (int(side / _REDUCED) for side in box)
        if ink[read[y0:y1, x0:x1] > 0].sum() < _READ * ink.sum() and not _framed(ink):
            yield box


def _small(page: Image) -> Image:
    return cv2.resize(page, None, fx=1 / _REDUCED, fy=1 / _REDUCED, interpolation=cv2.INTER_AREA)


def _marks(ink: Image, dpi: int, gap_mm: float, sizes_mm: tuple[float, float]) -> Iterator[tuple[Box, Image]]:
    """Of each stretch of ink with no wider gap and of these sizes (its smaller side, its larger side), its box on the
    page and its ink, reduced."""
    reach = max(3, round(dpi / 25.4 * gap_mm / _REDUCED))
    closed = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((reach, reach)))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(closed)
    least, most = (side * dpi / 25.4 / _REDUCED for side in sizes_mm)
    for number, (left, top, width, height, _) in enumerate(stats[1:].tolist(), start=1):
        if least <= min(width, height) and max(width, height) <= most:
            part = (slice(top, top + height), slice(left, left + width))
            box = (_REDUCED * left, _REDUCED * top, _REDUCED * (left + width), _REDUCED * (top + height))
            yield box, ink[part] * (labels[part] == number)


def _framed(ink: Image) -> bool:
    """Whether ink runs along the outline of its own box, as a stamp's does."""
    edge = max(2, round(min(ink.shape) / 10))
    sides = (ink[:edge].any(axis=0), ink[-edge:].any(axis=0), ink[:, :edge].any(axis=1), ink[:, -edge:].any(axis=1))
    return min(float(side.mean()) for side in sides) > _FRAMED


def _inside(outer: Box, inner: Box) -> bool:
    x, y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    return outer[0] <= x <= outer[2] and outer[1] <= y <= outer[3]


def _groups(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines that stand close to one another: the loops of one signature."""
    groups: list[list[Line]] = []
    for line in lines:
        near = [group for group in groups if any(_close(line.box, other.box) for other in group)]
        groups = [group for group in groups if group not in near]
        groups.append([*(other for group in near for other in group), line])
    return groups


def _close(one: Box, other: Box) -> bool:
    reach = _NEAR * max(one[3] - one[1], other[3] - other[1])
    across = max(one[0], other[0]) - min(one[2], other[2])
    down = max(one[1], other[1]) - min(one[3], other[3])
    return max(across, down) <= reach


def _around(lines: Sequence[Line]) -> Box:
    x0, y0, x1, y1 = zip(*(line.box for line in lines), strict=True)
    return min(x0), min(y0), max(x1), max(y1)


def _mark(kind: str, box: Box, text: str, lines: Sequence[Line]) -> Mark:
    sure = min([_MOST_SURE, *(line.confidence for line in lines)]) if lines else 0.0
    return Mark(kind, text, box, quad_of(box), sure)
