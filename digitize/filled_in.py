"""What was filled in by hand, put back beside its printed label: for those who look for fields, never for the text.

Its words come with the low confidence of their mark, so that a field whose value a hand wrote is proposed and asked
about. What stands in no printed line's row, a signature's loops above all, is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from digitize.columns import line_of
from digitize.geometry import map_quad, to_matrix
from digitize.model import Box, Mark, Page, Word, box_of

# A hand's letters stand higher and lower than print: so much of the lower one's height has to be common.
_COMMON = 0.4
# How far after the printed words something is filled in, in heights of the line: a leader, a tab, cut-off columns.
_REACH = 14.0


def with_hands(page: Page) -> Page:
    """The page as if what hands filled in had been printed, if doubtfully."""
    marks = [mark for mark in page.marks if mark.kind == "handwriting" and mark.text]
    if not marks or not page.lines:
        return page
    matrix = to_matrix(page.upright)
    rows = [[(box_of(map_quad(matrix, word.quad)), word) for word in line.words] for line in page.lines]
    changed = set[int]()
    for mark in sorted(marks, key=lambda mark: box_of(map_quad(matrix, mark.quad))[0]):
        box = box_of(map_quad(matrix, mark.quad))
        at = _row(box, rows)
        if at is not None:
            rows[at].extend((box, word) for word in _words(mark))
            rows[at].sort(key=lambda placed: placed[0][0])
            changed.add(at)
    lines = [line_of([word for _, word in rows[at]]) if at in changed else line for at, line in enumerate(page.lines)]
    return replace(page, lines=tuple(lines))


def _row(box: Box, rows: Sequence[Sequence[tuple[Box, Word]]]) -> int | None:
    """The printed line in whose row a mark stands, the nearest one that begins at its left."""
    found = []
    for at, row in enumerate(rows):
        left, right = row[0][0][0], max(placed[0][2] for placed in row)
        height = min(row[0][0][3] - row[0][0][1], box[3] - box[1])
        common = min(max(placed[0][3] for placed in row), box[3]) - max(min(placed[0][1] for placed in row), box[1])
        gap = box[0] - right
        if left < box[0] and common >= _COMMON * height and gap <= _REACH * height:
            found.append((max(0.0, gap), at))
    return min(found)[1] if found else None


def _words(mark: Mark) -> list[Word]:
    return [Word(text, mark.box, mark.confidence, mark.quad) for text in mark.text.split()]
