"""The letters of visible marks: Noto Sans cut down to Latin and Vietnamese once, measured without a PDF."""

from __future__ import annotations

import io
from functools import cache
from typing import Any

import uharfbuzz  # type: ignore[import-untyped]
from fontTools import subset
from fontTools.ttLib import TTFont
from pyhanko.pdf_utils.font.opentype import GlyphAccumulator

from catalogue.fonts import font_path

__all__ = ["engine", "wide", "wrap"]

RANGES = ((0x20, 0x7F), (0xA0, 0x180), (0x1A0, 0x1B1), (0x1EA0, 0x1F00), (0x2010, 0x2031), (0x20AB, 0x20AC))


@cache
def _font() -> bytes:
    """Noto Sans has 1000 units an em: pyHanko writes wrong widths for fonts that have not. Cutting it down first makes
    the cut that each signature needs quick."""
    font = TTFont(font_path("NotoSans-Regular"))
    cut = subset.Subsetter(subset.Options(layout_features=[], name_IDs=["*"], notdef_outline=True))
    cut.populate(unicodes=[code for start, end in RANGES for code in range(start, end)])
    cut.subset(font)
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


@cache
def _shaper() -> Any:
    return uharfbuzz.Font(uharfbuzz.Face(_font()))


def engine(writer: Any, size: float) -> GlyphAccumulator:
    """A font of one PDF being written; it embeds the glyphs that were used."""
    return GlyphAccumulator(writer, io.BytesIO(_font()), font_size=size)


def wide(text: str, size: float) -> float:
    """Width of a line in points."""
    if not text:
        return 0.0
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    uharfbuzz.shape(_shaper(), buffer)
    return float(sum(glyph.x_advance for glyph in buffer.glyph_positions)) * size / 1000


def wrap(text: str, size: float, room: float) -> list[str]:
    """Breaks a line at spaces so that each part is at most `room` wide, if its words are."""
    lines: list[str] = []
    for word in text.split():
        if lines and wide(f"{lines[-1]} {word}", size) <= room:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return lines
