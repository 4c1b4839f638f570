"""The reliability diagram: what is said against what is right, for words and for lines, with what chance allows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from bench.chance import interval
from catalogue import font_path

_PANEL, _MARGIN, _GAP, _SCALE = 360, 70, 40, 2
_PAPER, _INK, _FAINT, _LINE, _DOT = (255, 255, 255), (40, 40, 40), (222, 222, 222), (150, 150, 150), (0, 90, 160)
# Doubt in a hundred words, from one in two to one in five thousand: nearly everything happens close to certainty.
_TICKS = (0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999)
_MOST = 0.9998


def draw(told: dict[str, Any], path: Path) -> None:
    """Writes the picture; `told` is what `bench.confidence` measured."""
    width = 2 * _PANEL + 2 * _MARGIN + _GAP + _MARGIN // 2
    image = Image.new("RGB", (width * _SCALE, (_PANEL + 2 * _MARGIN) * _SCALE), _PAPER)
    pen = ImageDraw.Draw(image)
    for at, name in enumerate(("words", "lines")):
        part = told[name]
        title = f"{name}: n = {part['count']:,}, expected calibration error {part['error']:.4f}"
        _panel(pen, (_MARGIN + at * (_PANEL + _GAP + _MARGIN // 2), _MARGIN), title, part["bins"])
    path.parent.mkdir(parents=True, exist_ok=True)
    image.resize((width, _PANEL + 2 * _MARGIN), Image.Resampling.LANCZOS).quantize(32).save(path, optimize=True)


def _panel(pen: ImageDraw.ImageDraw, origin: tuple[int, int], title: str, bins: Sequence[Sequence[float]]) -> None:
    def at(said: float, true: float) -> tuple[float, float]:
        x, y = (origin[0] + _PANEL * _along(said)), (origin[1] + _PANEL * (1 - _along(true)))
        return x * _SCALE, y * _SCALE

    small = ImageFont.truetype(str(font_path("NotoSans-Regular")), 12 * _SCALE)
    large = ImageFont.truetype(str(font_path("NotoSans-Regular")), 14 * _SCALE)
    for tick in (0.0, *_TICKS):
        pen.line([at(tick, 0), at(tick, 1)], _FAINT, _SCALE)
        pen.line([at(0, tick), at(1, tick)], _FAINT, _SCALE)
        x, y = at(tick, 0)
        pen.text((x, y + 6 * _SCALE), f"{tick:g}"[1:] or "0", _INK, small, anchor="ma")
        x, y = at(0, tick)
        pen.text((x - 6 * _SCALE, y), f"{tick:g}"[1:] or "0", _INK, small, anchor="rm")
    pen.line([at(0, 0), at(1, 1)], _LINE, _SCALE)
    for said, true, count in bins:
        low, high = interval(true, int(count))
        pen.line([at(said, low), at(said, high)], _DOT, _SCALE)
        x, y = at(said, true)
        radius = 4 * _SCALE
        pen.ellipse([x - radius, y - radius, x + radius, y + radius], _DOT)
    x, y = at(0, 1)
    pen.text((x, y - 26 * _SCALE), title, _INK, large, anchor="ls")
    pen.text((x, y - 10 * _SCALE), "share that is right, by what is said (95 % intervals)", _LINE, small, anchor="ls")


def _along(share: float) -> float:
    """Where on an axis a share stands: even in the doubt's logarithm."""
    doubt = 1 - min(max(share, 0.0), _MOST)
    return math.log(doubt) / math.log(1 - _MOST)
