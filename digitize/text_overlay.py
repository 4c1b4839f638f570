"""The invisible text over a page image: one line at a time, each along its own base line.

A layer turned as a whole makes readers put letters of different lines together; so a line has its own text matrix,
and a line that is straight to half a degree is written exactly straight.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

from digitize.geometry import map_quad
from digitize.invisible_font import ADVANCE, DESCENT, EM, encode
from digitize.model import Line, Quad

if TYPE_CHECKING:
    from digitize.model import Matrix

FONT = "/HosoText"
_STRAIGHT = math.radians(0.5)
_MIN_SIZE = 1.0


def overlay(lines: Iterable[Line], to_page: Matrix) -> bytes:
    """Content stream operators for the lines.

    `to_page` maps pixels of the page as scanned to points of the PDF page, y upwards.
    """
    written = [_line(line, to_page) for line in lines if line.words]
    return b"BT\n3 Tr\n" + b"".join(written) + b"ET\n" if written else b""


def _line(line: Line, to_page: Matrix) -> bytes:
    top_left, _, _, bottom_left = quad = map_quad(to_page, line.quad)
    angle = _angle(quad)
    size = max(_MIN_SIZE, math.dist(top_left, bottom_left))
    cosine, sine = math.cos(angle), math.sin(angle)
    # The base line lies so far above the foot of the box as the font's descent goes below it.
    rise = -DESCENT / EM * size
    x0, y0 = bottom_left[0] - rise * sine, bottom_left[1] + rise * cosine
    spans = []
    for word in line.words:
        mapped = map_quad(to_page, word.quad)
        along = [(x - x0) * cosine + (y - y0) * sine for x, y in mapped]
        spans.append((min(along), max(along), word.text))
    out = [f"{FONT} {size:.2f} Tf\n{cosine:.5f} {sine:.5f} {-sine:.5f} {cosine:.5f} {x0:.2f} {y0:.2f} Tm\n".encode()]
    pen = 0.0
    for at, (start, end, text) in enumerate(spans):
        out.append(f"{start - pen:.2f} 0 Td ".encode() + _shown(text, end - start, size))
        pen = start
        if at + 1 < len(spans):
            gap = spans[at + 1][0] - end
            out.append(_shown(" ", max(gap, 0.05 * size), size))
    return b"".join(out)


def _angle(quad: Quad) -> float:
    _, _, bottom_right, bottom_left = quad
    angle = math.atan2(bottom_right[1] - bottom_left[1], bottom_right[0] - bottom_left[0])
    return 0.0 if abs(angle) < _STRAIGHT else angle


def _shown(text: str, width: float, size: float) -> bytes:
    """Text stretched to a width."""
    natural = len(text) * ADVANCE / EM * size
    return f"{max(1.0, 100 * width / natural):.2f} Tz ".encode() + encode(text) + b" Tj\n"
