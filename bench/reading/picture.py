"""The ablation as a picture: a group of bars a step, a bar a level, as long as the errors are many."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from bench.reading.ablation import Without
from catalogue import font_path

_COLOURS = {"clean": (120, 170, 90), "office": (60, 120, 180), "bad": (200, 90, 60)}
_SCALE, _LEFT, _WIDE, _BAR, _GAP, _TOP = 2, 150, 460, 12, 12, 46


def draw(rows: Sequence[Without], path: Path) -> None:
    """Writes the picture. Bars end at ten times the errors of the whole chain; their figures do not."""
    levels = [level for level in _COLOURS if level in rows[0].scores]
    most = 10 * max(rows[0].scores[level].cer for level in levels)
    high = _TOP + len(rows) * (len(levels) * _BAR + _GAP) + _GAP
    image = Image.new("RGB", ((_LEFT + _WIDE + 90) * _SCALE, high * _SCALE), "white")
    pen = ImageDraw.Draw(image)
    font = ImageFont.truetype(str(font_path("NotoSans-Regular")), 11 * _SCALE)

    def text(x: float, y: float, words: str, anchor: str, fill: tuple[int, int, int] = (40, 40, 40)) -> None:
        pen.text((x * _SCALE, y * _SCALE), words, font=font, fill=fill, anchor=anchor)

    text(_LEFT, 14, "CER % without the step", "lm")
    for at, level in enumerate(levels):
        text(_LEFT + 70 * at, 32, level, "lm", _COLOURS[level])
    y = _TOP
    for row in rows:
        text(_LEFT - 10, y + len(levels) * _BAR / 2, row.step, "rm")
        for level in levels:
            cer = row.scores[level].cer
            end = _LEFT + max(1.0, _WIDE * min(1.0, cer / most))
            pen.rectangle((_LEFT * _SCALE, y * _SCALE, end * _SCALE, (y + _BAR - 2) * _SCALE), fill=_COLOURS[level])
            text(end + 5, y + _BAR / 2 - 1, f"{cer:.2f}", "lm")
            y += _BAR
        y += _GAP
    path.parent.mkdir(parents=True, exist_ok=True)
    image.resize((image.width // _SCALE, high), Image.Resampling.LANCZOS).quantize(32).save(path, optimize=True)
