"""Where reading still fails, as a picture: the worst lines of each level as they were scanned, what they say, what was
read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from bench.reading.scans import Scan
from bench.reading.scoring import Read, aligned, plain, score_page
from catalogue import font_path

_WIDE, _STRIP, _TEXT, _GAP, _LEFT = 900, 44, 20, 14, 58
_INK, _GREEN, _RED = (40, 40, 40), (30, 110, 60), (180, 40, 30)
_AROUND = 0.35


@dataclass(frozen=True, slots=True)
class Failure:
    """A line that was read wrongly: its place in the scan, its text and what was read of it."""

    scan: Scan
    quad: tuple[tuple[float, float], ...]
    true: str
    read: str

    @property
    def wrong(self) -> int:
        """Wrong letters."""
        return sum(a != b for a, b in aligned(self.true, self.read))


def worst(scans: Sequence[Scan], words: Sequence[Sequence[Read]], count: int) -> list[Failure]:
    """The lines with the most wrong letters, the worst one of a page."""
    found = []
    for scan, read in zip(scans, words, strict=True):
        failures = sorted(_of_page(scan, read), key=lambda failure: failure.wrong)
        found += failures[-1:]
    return sorted(found, key=lambda failure: -failure.wrong)[:count]


def _of_page(scan: Scan, words: Sequence[Read]) -> Iterator[Failure]:
    if scan.truth is None:
        return
    page = scan.truth["pages"][0]
    places = {plain(line["text"]): line["quad"] for line in page["lines"]}
    for true, read in score_page(words, page)[1]:
        yield Failure(scan, tuple((float(x), float(y)) for x, y in places[true]), true, read)


def draw(failures: Sequence[Failure], path: Path) -> None:
    """Writes the picture: a strip of the scan each, under it the truth and what was read."""
    each = _STRIP + 2 * _TEXT + _GAP
    sheet = Image.new("RGB", (_WIDE, len(failures) * each + _GAP), "white")
    pen = ImageDraw.Draw(sheet)
    font = ImageFont.truetype(str(font_path("NotoSans-Regular")), 14)
    for at, failure in enumerate(failures):
        y = _GAP + at * each
        strip = Image.fromarray(_strip(failure))
        sheet.paste(strip, (_LEFT, y))
        pen.text((4, y + _STRIP / 2), failure.scan.level, font=font, fill=_INK, anchor="lm")
        pen.text((_LEFT, y + _STRIP), failure.true, font=font, fill=_GREEN)
        pen.text((_LEFT, y + _STRIP + _TEXT), failure.read or "—", font=font, fill=_RED)
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet.quantize(96).save(path, optimize=True)


def _strip(failure: Failure) -> Any:
    """The line cut out of its scan, with a little of what stands around it; RGB, no wider than the picture."""
    with Image.open(failure.scan.path) as image:
        pixels = np.asarray(image.convert("RGB"))
    a, b, c, d = (np.array(point) for point in failure.quad)
    down, along = (d - a + c - b) / 2, (b - a) / max(1e-6, float(np.linalg.norm(b - a)))
    high = float(np.linalg.norm(down))
    side = _AROUND * high * along
    corners = np.array([a - _AROUND * down - side, b - _AROUND * down + side, d + _AROUND * down - side], np.float32)
    scale = (_STRIP - 4) / ((1 + 2 * _AROUND) * high)
    width = round(scale * (float(np.linalg.norm(b - a)) + 2 * _AROUND * high))
    width, height = max(8, min(width, _WIDE - _LEFT - 4)), _STRIP - 4
    # A line too long for the picture is made narrower, so that all of it is seen.
    matrix = cv2.getAffineTransform(corners, np.array([[0, 0], [width, 0], [0, height]], np.float32))
    return cv2.warpAffine(pixels, matrix, (width, height), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
