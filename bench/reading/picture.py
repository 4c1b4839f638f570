"""The ablation as a picture: for each step and level, how much more is wrong without it, with its 95 % interval."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from bench.reading.ablation import Without
from catalogue import font_path

_COLOURS = {"clean": (120, 170, 90), "office": (60, 120, 180), "bad": (200, 90, 60)}
_INK, _PALE = (40, 40, 40), (215, 215, 215)
_SCALE, _LEFT, _WIDE, _BAR, _GAP, _TOP, _RIGHT = 2, 80, 440, 13, 12, 66, 60
_TICKS = (-30, -10, -3, -1, -0.1, 0, 0.1, 1, 3, 10, 30, 100)


def draw(rows: Sequence[Without], path: Path) -> None:
    """Writes the picture. Changes stand as far from none as their square roots, so that small ones are seen."""
    whole, steps = rows[0], rows[1:]
    levels = [level for level in _COLOURS if level in whole.pages]
    changes = [[row.change(level, whole) for level in levels] for row in steps]
    place = _axis([value for row in changes for change in row for value in change])
    high = _TOP + len(steps) * (len(levels) * _BAR + _GAP) + _GAP
    image = Image.new("RGB", ((_LEFT + _WIDE + _RIGHT) * _SCALE, high * _SCALE), "white")
    pen = ImageDraw.Draw(image)
    font = ImageFont.truetype(str(font_path("NotoSans-Regular")), 11 * _SCALE)

    def text(x: float, y: float, words: str, anchor: str, fill: tuple[int, int, int] = _INK) -> None:
        pen.text((x * _SCALE, y * _SCALE), words, font=font, fill=fill, anchor=anchor)

    def box(x0: float, y0: float, x1: float, y1: float, fill: tuple[int, int, int]) -> None:
        pen.rectangle((x0 * _SCALE, y0 * _SCALE, x1 * _SCALE, y1 * _SCALE), fill=fill)

    text(_LEFT, 14, "points of CER more without the step (less: left of 0)", "lm")
    for at, level in enumerate(levels):
        text(
            _LEFT + 140 * at,
            32,
            f"{level}: {whole.cer(level):.2f} %, n = {len(whole.pages[level])}",
            "lm",
            _COLOURS[level],
        )
    for tick in _TICKS:
        if _LEFT <= place(tick) <= _LEFT + _WIDE:
            box(place(tick), _TOP - 6, place(tick) + 0.5, high - _GAP, _INK if tick == 0 else _PALE)
            text(place(tick), _TOP - 14, f"{tick:g}", "mm")
    y = float(_TOP)
    for row, row_changes in zip(steps, changes, strict=True):
        text(_LEFT - 12, y + len(levels) * _BAR / 2, row.step, "rm")
        for level, (more, low, most) in zip(levels, row_changes, strict=True):
            middle = y + _BAR / 2
            box(place(low), middle - 0.75, place(most) + 0.5, middle + 0.75, _COLOURS[level])
            box(place(more) - 2.5, middle - 3.5, place(more) + 2.5, middle + 3.5, _COLOURS[level])
            text(max(place(most), place(more)) + 6, middle, f"{more:+.2f}", "lm")
            y += _BAR
        y += _GAP
    path.parent.mkdir(parents=True, exist_ok=True)
    image.resize((image.width // _SCALE, high), Image.Resampling.LANCZOS).quantize(32).save(path, optimize=True)


def _axis(values: Sequence[float]) -> Callable[[float], float]:
    """Where a change stands across the picture."""

    def root(value: float) -> float:
        return math.copysign(math.sqrt(abs(value)), value)

    low, high = min(-0.3, root(min(values))), max(0.3, root(max(values)))
    return lambda value: _LEFT + _WIDE * (root(value) - low) / (high - low)
