"""Prints the forms that are filled in by hand: typeset like the others, then written on by one writer a page."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from ink import signature
from render import Printed, raster, typeset

from bench.pages.content import Content
from bench.pages.filled import FILLED
from bench.pages.making import DPI, Hand, Press, Print
from bench.pages.writing import Writer, boxed, some_writer, written


class FilledPress(Press):
    """Forms in some families of fonts, filled in with those of hands; the same pages for the same seed."""

    def __init__(self, seed: int, families: Sequence[str], folders: Sequence[str], hands: Sequence[Path]) -> None:
        super().__init__(seed, families, folders)
        self._hands = sorted(hands)

    def _print(self, number: int) -> Print:
        chance = random.Random(f"hand/{self.seed}/{number}")
        form = FILLED[number % len(FILLED)]
        dpi = DPI[(number + number // 2) % len(DPI)]
        font = chance.choice(self._families)
        sheet = replace(form(Content(chance)), font=font, size=chance.choice((11.5, 12, 12.5, 13)))
        pdf, pages = typeset(sheet, self._folders, Path(__file__).with_name("filled.typ"))
        pixels = raster(pdf, dpi)[0]
        rng = np.random.default_rng([self.seed, number, len(FILLED)])
        writer = some_writer(rng, self._hands)
        hands, signed = _written(pixels, pages[0], writer, sheet.size, dpi, rng)
        printed = replace(pages[0], marks=signed)
        return Print(pixels, printed, form.__name__, font, dpi, hands, f"{writer.font.stem}, {writer.ink}")


def _written(
    pixels: Any, page: Printed, writer: Writer, size: float, dpi: int, rng: np.random.Generator
) -> tuple[tuple[Hand, ...], tuple[Any, ...]]:
    """What the writer writes where the form waits for it, in points, and the marks that are signatures."""
    hands, signed, scale = list[Hand](), [], dpi / 72
    for name, box in page.marks:
        x0, y0, x1, y1 = (side * scale for side in box)
        what, _, text = name.partition(":")
        if what == "signature":
            signature(pixels, (x0, y0, x1, y1), rng)
            signed.append((name, box))
            continue
        lay = boxed if what == "boxed" else written
        for word, (left, top, right, bottom) in lay(pixels, writer, text, (x0, y0, x1, y1), size * scale, rng):
            hands.append(Hand(word, (left / scale, top / scale, right / scale, bottom / scale), writer.ink))
    return tuple(hands), tuple(signed)
