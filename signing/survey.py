"""Looks at one page of a PDF before it is marked: its size and turn, where there is ink, where earlier marks are.

Runs in a child (`signing.ward`), since it draws files of any origin.
"""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pikepdf
import pypdfium2

from signing.errors import Encrypted, Unreadable

__all__ = ["survey"]

MOST_POINTS = 3000
"""Pages larger than about a metre are looked at more coarsely."""

MOST_FOUND = 50

CONTRAST = 24
"""How much darker or lighter than the paper (0..255) a dot must be to count as ink; scans are never quite white."""


def survey(pdf: bytes, which: str, words: str = "") -> tuple[dict[str, Any], bytes]:
    """Describes the `first` or `last` page, or the page of that number; gives its ink as packed bits, top row first.
    `which` may be empty: then the file is opened and its pages counted, and nothing is drawn.

    `box` is the visible box in user space, `turn` its clockwise rotation in degrees, `scale` dots a point as it is
    seen upright. Raises `Encrypted` and `Unreadable`.
    """
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            if document.is_encrypted:
                raise Encrypted
            count = len(document.pages)
            if not which and count:
                return {"pages": count}, b""
            number = {"first": 1, "last": count}.get(which) or int(which)
            if not 1 <= number <= count:
                raise Unreadable
            marks = _marks(document.pages[number - 1])
    except pikepdf.PasswordError as error:
        raise Encrypted from error
    except (pikepdf.PdfError, ValueError, TypeError, KeyError) as error:
        raise Unreadable from error
    head, ink = _look(pdf, number, words)
    return head | {"page": number, "pages": count, "marks": marks}, np.packbits(ink).tobytes()


def _look(pdf: bytes, number: int, words: str) -> tuple[dict[str, Any], Any]:
    try:
        document = pypdfium2.PdfDocument(pdf)
        try:
            document.init_forms()
            page = document[number - 1]
            width, height = page.get_size()
            scale = min(1.0, MOST_POINTS / max(width, height))
            bitmap = page.render(scale=scale, grayscale=True)
            dots = np.array(bitmap.to_numpy()).reshape(bitmap.height, bitmap.width)
            head = {
                "box": [float(edge) for edge in page.get_bbox()],
                "turn": int(page.get_rotation()),
                "scale": scale,
                "rows": int(dots.shape[0]),
                "columns": int(dots.shape[1]),
                "words": _words(page, words),
            }
        finally:
            document.close()
    except (pypdfium2.PdfiumError, ValueError) as error:
        raise Unreadable from error
    paper = float(np.percentile(dots, 80))
    return head, np.abs(dots.astype(np.int16) - paper) > CONTRAST


def _words(page: pypdfium2.PdfPage, words: str) -> list[list[float]]:
    """Boxes of each place where the words stand in the text layer."""
    if not words:
        return []
    text = page.get_textpage()
    search = text.search(words)
    boxes: list[list[float]] = []
    while len(boxes) < MOST_FOUND and (found := search.get_next()) is not None:
        edges = [text.get_charbox(found[0] + at) for at in range(found[1])]
        boxes.append(
            [min(e[0] for e in edges), min(e[1] for e in edges), max(e[2] for e in edges), max(e[3] for e in edges)]
        )
    return boxes


def _marks(page: pikepdf.Page) -> list[list[float]]:
    """Boxes of visible signatures on the page, oldest first."""
    boxes = []
    for annotation in page.get("/Annots", []):
        if annotation.get("/FT") != "/Sig" or "/V" not in annotation:
            continue
        x0, y0, x1, y1 = (float(edge) for edge in annotation["/Rect"])
        if x1 - x0 > 1 and y1 - y0 > 1:
            boxes.append([x0, y0, x1, y1])
    return boxes
