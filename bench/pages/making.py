"""One page of the bench: its text, font and density drawn by chance from its number, printed, inked and scanned."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from ink import seal, signature
from PIL import Image
from render import Box, Printed, raster, typeset

from bench.pages.content import Content
from bench.pages.forms import FORMS as _FORMS
from bench.pages.registers import REGISTERS, Register
from bench.pages.scanning import LEVELS, Picture, picture
from bench.pages.stamps import stamp

FORMS: tuple[Callable[[Content], Any], ...] = tuple(
    form for pair in zip(_FORMS[: len(REGISTERS)], REGISTERS, strict=True) for form in pair
) + tuple(_FORMS[len(REGISTERS) :])
"""Every form, the samples' looks and the others by turns, so that few pages show many kinds."""
DPI = (200, 300)
_LEGEND = "DEMO · KHÔNG CÓ GIÁ TRỊ ·"


@dataclass(frozen=True, slots=True)
class Hand:
    """A word that a pen wrote: its text, the box around its ink in points, the colour of the ink."""

    text: str
    box: Box
    ink: str


@dataclass(frozen=True, slots=True)
class Print:
    """A page as it left the printer, with its seals and signatures: RGB pixels, and what stands where in points.

    `hands` are the words written on it, `writer` says in which hand and ink.
    """

    pixels: Any
    printed: Printed
    form: str
    font: str
    dpi: int
    hands: tuple[Hand, ...] = ()
    writer: str = ""


class Press:
    """Prints pages in some families of fonts; the same pages for the same seed."""

    def __init__(self, seed: int, families: Sequence[str], folders: Sequence[str]) -> None:
        self.seed, self._families, self._folders = seed, tuple(families), tuple(folders)
        self.print = lru_cache(maxsize=2)(self._print)

    def _print(self, number: int) -> Print:
        chance = random.Random(f"{self.seed}/{number}")
        form = FORMS[number % len(FORMS)]
        sheet = form(Content(chance))
        dpi = DPI[(number + number // 2) % len(DPI)]
        font = chance.choice(self._families)
        if isinstance(sheet, Register):
            sheet = replace(sheet, font=font, size=chance.choice((10.5, 11, 12, 13)))
            pdf, pages = typeset(sheet, self._folders, Path(__file__).with_name("register.typ"))
        else:
            sheet = replace(sheet, font=font, size=chance.choice((12, 13, 13, 14)))
            pdf, pages = typeset(sheet, self._folders)
        pixels = raster(pdf, dpi)[0]
        self._ink(pixels, pages[0], dpi, number)
        return Print(pixels, replace(pages[0], lines=_joined(pages[0].lines, sheet)), form.__name__, font, dpi)

    def _ink(self, pixels: Any, page: Printed, dpi: int, number: int) -> None:
        rng = np.random.default_rng([self.seed, number])
        for name, box in page.marks:
            x0, y0, x1, y1 = (side * dpi / 72 for side in box)
            if name == "seal":
                seal(pixels, (x0, y0, x1, y1), _LEGEND, rng)
            elif name == "stamp":
                stamp(pixels, (x0, y0, x1, y1), rng)
            else:
                signature(pixels, (x0, y0, x1, y1), rng)

    def scan(self, number: int, level: str) -> tuple[Print, Picture]:
        """The page as it comes at a level: the same text at every level; the next page is on its back."""
        front, back = self.print(number), self.print(number + 1)
        rng = np.random.default_rng([self.seed, number, LEVELS.index(level)])
        return front, picture(front.pixels, back.pixels, front.dpi, level, number, rng)


def _joined(lines: tuple[tuple[str, Box], ...], sheet: Any) -> tuple[tuple[str, Box], ...]:
    """Digits that stand in boxes are one number each, however far apart they are printed."""
    groups = [digits for block in sheet.blocks if "groups" in block for _, digits in block["groups"]]
    groups.sort(key=len, reverse=True)
    return tuple((_with(text, groups), box) for text, box in lines)


def _with(text: str, groups: Sequence[str]) -> str:
    for digits in groups:
        text = text.replace(" ".join(digits), digits)
    return text


def write(folder: Path, level: str, number: int, press: Press) -> None:
    """The scan and its truth (`hoso.truth/1`) in a folder."""
    front, made = press.scan(number, level)
    density = {"phone": 0, "fax": 200}.get(made.way, front.dpi)
    name = f"{number:03d}-{front.form}.{'tif' if made.bilevel else 'jpg'}"
    image = Image.fromarray(np.ascontiguousarray(made.pixels))
    if made.bilevel:
        image.convert("1").save(folder / name, compression="group4", dpi=(density, density))
    else:
        image.save(folder / name, quality=92, dpi=(density or 72,) * 2)
    document = {"kind": "khac", "pages": [1], "fields": []}
    told = {"schema": "hoso.truth/1", "file": name, "documents": [document], "pages": [_told(front, made, density)]}
    text = json.dumps({**told, "font": front.font}, ensure_ascii=False, indent=1)
    (folder / "truth" / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def _told(front: Print, made: Picture, density: int) -> dict[str, Any]:
    def placed(box: Box) -> list[list[float]]:
        x0, y0, x1, y1 = (side * front.dpi / 72 for side in box)
        corners = made.place([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])
        return [[round(float(x), 1), round(float(y), 1)] for x, y in corners]

    # What a seal or a stamp says is nobody's text.
    names = {"stamp": "seal"}
    hands = [{"text": hand.text, "quad": placed(hand.box), "ink": hand.ink} for hand in front.hands]
    told = {
        "number": 1,
        "level": made.way,
        "dpi": density or None,
        "width": made.pixels.shape[1],
        "height": made.pixels.shape[0],
        "lean": None if made.lean is None else round(made.lean, 4),
        "damage": list(made.done),
        "lines": [{"text": text, "quad": placed(box)} for text, box in front.printed.lines],
        "marks": [{"name": names.get(mark, mark), "quad": placed(box)} for mark, box in front.printed.marks],
    }
    return {**told, "writer": front.writer, "hands": hands} if front.writer else told
