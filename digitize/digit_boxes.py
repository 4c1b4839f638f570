"""Boxes printed for one digit each: found in a line, painted over, and the line cut where they begin and end.

Read as they are, the uprights between the digits look like a 1, a slash or a bracket.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from digitize.detection import Region

if TYPE_CHECKING:
    from digitize.model import Image

# Shares of the line's height: how far above and below it is looked, how long an upright of a box is at least (letters
# are shorter), how thick at most, how wide a box is.
_AROUND = 0.35
_BESIDE = 1.5
_UPRIGHT = 0.95
_SURELY_UPRIGHT = 1.25
_THICK = 0.22
_WIDE = (0.4, 2.0)
_ALIKE = 1.4
_FEWEST = 5
# Fewer boxes, as for a day, are boxes where so many uprights stand between two rules that run along so much of them and
# end with them: those of a table run on, looked at from and to so far beside them.
_GROUP, _ALONG, _ON, _BEYOND = 3, 0.8, 0.5, (0.2, 0.6)
# Rules are level within so many pixels; of such boxes the sides are at least so high: the line that they stand in may
# be higher than they are.
_OFF, _LOW = 4, 0.55
_DARKER = 40
# Boxes stand so many of their heights at most behind their label.
_NEAR = 3.0
# What is left of a box's side is kept out of the text beside it.
_CLEAR = 0.25


@dataclass(frozen=True, slots=True)
class Piece:
    """A line or a part of one: `line` numbers the lines, `boxed` says that its digits stood in boxes."""

    region: Region
    line: int
    boxed: bool = False


@dataclass(frozen=True, slots=True)
class Parted:
    """The page without the boxes, and its pieces of lines."""

    page: Image
    pieces: tuple[Piece, ...]


def parted(page: Image, regions: Sequence[Region]) -> Parted:
    """Looks for boxes in every row of a grey page with even light; each row with boxes becomes one line."""
    cleaned, found = page, list[Piece]()
    for row in _rows(regions):
        whole = _around(row)
        strip = _strip(page, whole)
        spans = _rows_of_boxes(strip, whole.height)
        number = found[-1].line + 1 if found else 0
        if not spans:
            found += [Piece(region, number + at) for at, region in enumerate(row)]
            continue
        if cleaned is page:
            cleaned = page.copy()
        left = _left(whole)
        for span in spans:
            _paint(_strip(cleaned, whole), strip, span, whole.height)
        found += _cut(whole, number, [(left + start, left + end) for start, end in spans])
    return Parted(cleaned, tuple(found))


def _rows(regions: Sequence[Region]) -> list[list[Region]]:
    """Regions that stand beside each other, from left to right; wide boxes part a number into its digits."""
    rows: list[list[Region]] = []
    for region in sorted(regions, key=lambda region: region.x0):
        middle = (region.y0 + region.y1) / 2
        for row in rows:
            last = row[-1]
            beside = last.y0 < middle < last.y1 and region.y0 < (last.y0 + last.y1) / 2 < region.y1
            if beside and region.x0 - last.x1 < _NEAR * last.height:
                row.append(region)
                break
        else:
            rows.append([region])
    return rows


def _around(row: Sequence[Region]) -> Region:
    if len(row) == 1:
        return row[0]
    top, bottom = min(region.y0 for region in row), max(region.y1 for region in row)
    return Region(row[0].x0, top, max(region.x1 for region in row), bottom, min(region.score for region in row))


def _strip(page: Image, region: Region) -> Image:
    """The row with what is right around it, the outer sides of its boxes too; a view into the page."""
    around = _AROUND * region.height
    top, bottom = max(0, int(region.y0 - around)), int(region.y1 + around) + 1
    return page[top:bottom, _left(region) : int(region.x1 + _BESIDE * region.height) + 1]


def _left(region: Region) -> int:
    return max(0, int(region.x0 - _BESIDE * region.height))


def _ink(strip: Image) -> Image:
    if not strip.size:
        return np.zeros_like(strip)
    _, ink = cv2.threshold(strip, max(0, _paper(strip) - _DARKER - 1), 1, cv2.THRESH_BINARY_INV)
    return cast("Image", ink)


def _paper(strip: Image) -> int:
    """The grey of the paper, of which three quarters of a strip are no lighter."""
    counts = np.bincount(strip[::2, ::2].ravel(), minlength=256).cumsum()
    return int(np.searchsorted(counts, 0.75 * counts[-1]))


def _uprights(ink: Image, rules: Image, height: float) -> list[tuple[int, int]]:
    """Columns, from and to, of thin uprights that are longer than letters, or as long and bound by a rule: the stem of
    a bold 1 may fill a line that holds nothing but digits."""
    long = max(8, round(_UPRIGHT * height))
    if ink.shape[0] < long:
        return []
    tall = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((long, 1), np.uint8))
    thin = _thin(tall, height)
    if not thin:
        return []
    reach, bound = tall.sum(axis=0), cv2.bitwise_and(tall, _near(rules)).max(axis=0)
    return [
        (start, end)
        for start, end in thin
        if reach[start:end].max() >= _SURELY_UPRIGHT * height or bound[start:end].any()
    ]


def _thin(mask: Image, height: float) -> list[tuple[int, int]]:
    """Stretches of columns, from and to, in which something is set, that are no wider than a rule."""
    return [(start, end) for start, end in _columns(mask) if end - start <= max(3, _THICK * height)]


def _near(rules: Image) -> Image:
    return cast("Image", cv2.dilate(rules, np.ones((5, 5), np.uint8)))


def _columns(mask: Image) -> list[tuple[int, int]]:
    """Stretches of columns, from and to, in which something is set."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], mask.max(axis=0), [0])))).tolist()
    return list(zip(edges[::2], edges[1::2], strict=True))


def _rules(ink: Image, height: float) -> Image:
    """What of the ink lies in a level stroke longer than any letter's."""
    return cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, max(8, round(1.2 * height))), np.uint8))


def _rows_of_boxes(strip: Image, height: float) -> list[tuple[int, int]]:
    """The columns of the longest row of boxes, or of each of several short ones, from left to right."""
    ink = _ink(strip)
    rules = _rules(ink, height)
    longest = max(_runs(_uprights(ink, rules, height), height), key=len, default=[])
    if len(longest) > _FEWEST:
        return [(longest[0][0], longest[-1][1])]
    groups = _runs(_held(ink, rules, height), height)
    return [(run[0][0], run[-1][1]) for run in groups if len(run) >= _GROUP and _framed(ink, rules, run, height)]


def _held(ink: Image, rules: Image, height: float) -> list[tuple[int, int]]:
    """Columns of thin uprights that reach from one rule to another: sides of boxes, maybe lower than the line."""
    if not cv2.countNonZero(rules):
        return []
    tall, near = _tall(ink, height), _near(rules)
    firsts, lasts = tall.argmax(axis=0), len(tall) - 1 - tall[::-1].argmax(axis=0)
    found = []
    for start, end in _thin(tall, height):
        first, last = firsts[start:end].min(), lasts[start:end].max()
        ends = (near[max(0, first - 1) : first + 3, start:end], near[last - 2 : last + 2, start:end])
        if all(part.any() for part in ends):
            found.append((start, end))
    return found


def _runs(uprights: Sequence[tuple[int, int]], height: float) -> Iterator[list[tuple[int, int]]]:
    """Uprights at one distance from each other; the last of a run may be the next one's first."""
    run: list[tuple[int, int]] = []
    for upright in uprights:
        step = upright[0] - run[-1][0] if run else 0
        if run and not _WIDE[0] * height <= step <= _WIDE[1] * height:
            yield run
            run = [upright]
        elif len(run) > 1 and not 1 / _ALIKE <= step / float(np.median(np.diff([one[0] for one in run]))) <= _ALIKE:
            yield run
            run = [run[-1], upright]
        else:
            run = [*run, upright]
    if run:
        yield run


def _tall(ink: Image, height: float) -> Image:
    """What of the ink lies in an upright stroke as long as the side of a low box."""
    return cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((max(8, round(_LOW * height)), 1), np.uint8))


def _framed(ink: Image, rules: Image, run: Sequence[tuple[int, int]], height: float) -> bool:
    """Whether a rule above and one below hold the uprights together, and go no further."""
    start, end = run[0][0], run[-1][1]
    near, far = (round(share * height) for share in _BEYOND)
    side = np.flatnonzero(_tall(ink, height)[:, slice(*run[0])].any(axis=1))
    for row in (side[0], side[-1]):
        along = rules[max(0, row - _OFF) : row + _OFF + 1].max(axis=0)
        beside = (along[max(0, start - far) : max(0, start - near)], along[end + near : end + far])
        if along[start:end].mean() < _ALONG or any(part.size and part.mean() > _ON for part in beside):
            return False
    return True


def _paint(target: Image, strip: Image, span: tuple[int, int], height: float) -> None:
    """Makes paper of the uprights and the long rules between two columns."""
    columns = slice(max(0, span[0] - 3), span[1] + 3)
    part = _ink(strip[:, columns])
    level = _rules(part, height)
    up = cv2.morphologyEx(part, cv2.MORPH_OPEN, np.ones((max(8, round(_UPRIGHT * height)), 1), np.uint8))
    sides, low = np.zeros_like(part), _tall(part, height)
    for start, end in _held(part, level, height):
        sides[:, start:end] = low[:, start:end]
    up = cv2.bitwise_or(up, sides)
    rules = cv2.dilate(cv2.bitwise_or(up, level), np.ones((5, 5), np.uint8)) > 0
    target[:, columns][rules] = int(np.percentile(strip, 75))


def _cut(region: Region, number: int, spans: Sequence[tuple[float, float]]) -> Iterator[Piece]:
    """The line before the boxes, in them, between and behind them."""
    straight = replace(region, curve=(0.0, 0.0, 0.0))
    clear, least = _CLEAR * region.height, 0.5 * region.height
    at = region.x0
    for start, end in spans:
        if start - at > least:
            yield Piece(replace(straight, x0=at, x1=start - clear), number)
        yield Piece(replace(straight, x0=start, x1=end), number, boxed=True)
        at = end + clear
    if region.x1 - at > least - clear:
        yield Piece(replace(straight, x0=at), number)
