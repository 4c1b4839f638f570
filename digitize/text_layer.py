"""The text layer of a born-digital PDF page, as lines of words with boxes in pixels."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

# A space narrower than this share of the letter size is kerning, a gap wider than so many sizes is another column.
_SPACE = 0.16
_COLUMN = 1.8


@dataclass(frozen=True, slots=True)
class Piece:
    """A word with its box (x0, y0, x1, y1), y downwards."""

    text: str
    box: tuple[float, float, float, float]

    @property
    def middle(self) -> float:
        return (self.box[1] + self.box[3]) / 2

    @property
    def height(self) -> float:
        return self.box[3] - self.box[1]


def rows(pieces: list[Piece]) -> list[list[Piece]]:
    """Words put into rows from top to bottom, each row cut where a gap says that another column begins."""
    found: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda p: (p.middle, p.box[0])):
        near = [
            row for row in found[-4:] if abs(row[-1].middle - piece.middle) < 0.5 * min(row[-1].height, piece.height)
        ]
        if near:
            near[-1].append(piece)
        else:
            found.append([piece])
    return [part for row in found for part in _columns(sorted(row, key=lambda p: p.box[0]))]


def _beside(one: Piece, other: Piece) -> bool:
    return abs(one.middle - other.middle) < 0.5 * min(one.height, other.height)


def _columns(row: list[Piece]) -> list[list[Piece]]:
    parts = [[row[0]]]
    for before, piece in pairwise(row):
        if piece.box[0] - before.box[2] > _COLUMN * max(before.height, piece.height):
            parts.append([])
        parts[-1].append(piece)
    return parts


def shown(page: Any) -> tuple[float, float, float, float]:
    """Left, top, width and height of what is displayed of an open pdfplumber page, in its coordinates (y downwards).

    pdfplumber measures from the `/MediaBox`; a viewer shows the `/CropBox` (ISO 32000-1, 14.11.2).
    """
    outer, crop = page.page_obj.mediabox, page.page_obj.cropbox
    x0, y0, x1, y1 = (max(outer[0], crop[0]), max(outer[1], crop[1]), min(outer[2], crop[2]), min(outer[3], crop[3]))
    if x1 <= x0 or y1 <= y0:
        x0, y0, x1, y1 = outer
    left, below, right, above = x0 - outer[0], y0 - outer[1], outer[2] - x1, outer[3] - y1
    # Any other turn is none (ISO 32000-1, table 30, allows multiples of 90 only).
    turned = {90: (below, left), 180: (right, below), 270: (above, right)}
    across, down = turned.get(page.rotation, (left, above))
    wide, high = (y1 - y0, x1 - x0) if page.rotation in (90, 270) else (x1 - x0, y1 - y0)
    return float(page.bbox[0]) + across, float(page.bbox[1]) + down, wide, high


def lines_of(page: Any, width: int, height: int) -> list[dict[str, object]]:
    """Lines of an open pdfplumber page, on a page of `width × height` pixels, as records for the parent."""
    left, top, wide, high = shown(page)
    across, down = width / wide, height / high
    pieces = []
    for word in page.extract_words(x_tolerance_ratio=_SPACE, y_tolerance=2, keep_blank_chars=False):
        text = unicodedata.normalize("NFC", str(word["text"]))
        box = (
            (float(word["x0"]) - left) * across,
            (float(word["top"]) - top) * down,
            (float(word["x1"]) - left) * across,
            (float(word["bottom"]) - top) * down,
        )
        if text.strip() and box[2] > 0 and box[3] > 0 and box[0] < width and box[1] < height:
            pieces.append(Piece(text, box))
    return [_record(row) for row in rows(pieces)]


def texts_by_font(page: Any) -> list[str]:
    """What each font of an open pdfplumber page writes: a heading in an old font does not hide behind a good text."""
    texts: dict[str, list[str]] = {}
    before: dict[str, Any] | None = None
    for char in page.chars:
        font = str(char["fontname"])
        apart = before is None or not (
            font == before["fontname"]
            and abs(char["top"] - before["top"]) < 2
            and -char["size"] < char["x0"] - before["x1"] < _SPACE * char["size"]
        )
        texts.setdefault(font, []).append(" " * apart + str(char["text"]))
        before = char
    return ["".join(parts) for parts in texts.values()]


def _record(row: list[Piece]) -> dict[str, object]:
    box = [
        min(p.box[0] for p in row),
        min(p.box[1] for p in row),
        max(p.box[2] for p in row),
        max(p.box[3] for p in row),
    ]
    return {"box": box, "words": [{"text": p.text, "box": list(p.box)} for p in row]}
