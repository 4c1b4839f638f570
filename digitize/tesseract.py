"""Tesseract: its words by pytesseract, one call a page, one thread a process; and single stretches of lines."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import groupby, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytesseract
from PIL import Image as Pillow

from catalogue import nfc
from digitize.columns import cut_columns, line_of
from digitize.errors import EngineFailed, EngineMissing, LanguageMissing
from digitize.model import Line, Word, quad_of
from digitize.reading_order import ReadingOrder
from digitize.straighten import grey_of

if TYPE_CHECKING:
    from digitize.model import Box, Image

LANGUAGE = "vie"
SECONDS_PAGE = 120
# Of a stretch's height, and in pixels: enough for tone marks and letters that hang, too little for the next line.
_BESIDE, _ABOVE, _MARGIN, _PAPER = 0.25, 0.2, 10, 235
_NO_PAGE = 0
_RIGHT = ((0, 0.0), (40, 0.2), (70, 0.4), (80, 0.55), (87, 0.75), (91, 0.86), (95, 0.93), (96.5, 0.96), (100, 0.985))

# With OpenMP's own idea of threads, two cores take five times as long for a page as one thread does.
os.environ["OMP_THREAD_LIMIT"] = "1"


class TesseractEngine:
    """The engine that needs nothing but Debian's packages `tesseract-ocr` and `tesseract-ocr-vie`."""

    name = "tesseract"
    # Leaders and rules go first: even light brings out specks, among which leaders take seconds to find.
    cleaning = ("unseal", "undot", "unline", "flatten", "median3")

    def __init__(self) -> None:
        require(LANGUAGE)
        self._order = ReadingOrder()

    @cached_property
    def version(self) -> str:
        """As `tesseract 5.3.0 vie`."""
        return f"tesseract {pytesseract.get_tesseract_version()} {LANGUAGE}"

    def recognise(self, page: Image, dpi: int) -> list[Line]:
        """Lines in reading order, parted where columns are."""
        height, width = page.shape[:2]
        lines = lines_of(rows_of(_table(_portable(page), f"--psm 3 --oem 1 --dpi {dpi}")))
        return self._order.sorted(list(cut_columns(lines)), width, height)

    def stretches(self, page: Image, boxes: Sequence[Box], dpi: int) -> list[list[str]]:
        """The words of stretches of lines of a grey page, each read as a line; one call for all."""
        words: list[list[str]] = [[] for _ in boxes]
        with tempfile.TemporaryDirectory(prefix="hoso-") as folder:
            files = []
            for at, box in enumerate(boxes):
                files.append(Path(folder) / f"{at}.pgm")
                Pillow.fromarray(_cut(page, box)).save(files[-1], format="PPM")
            # Tesseract takes a list of images for the pages of one; what starting it costs is paid once.
            named = Path(folder) / "stretches.txt"
            named.write_text("".join(f"{file}\n" for file in files), encoding="utf-8")
            for row in rows_of(_table(str(named), f"--psm 7 --oem 1 --dpi {dpi}")):
                words[int(row["page_num"]) - 1].append(str(row["text"]))
        return words


def _table(image: Pillow.Image | str, config: str) -> dict[str, list[Any]]:
    """What Tesseract says of an image, or of a list of images in a file."""
    try:
        table: dict[str, list[Any]] = pytesseract.image_to_data(
            image, lang=LANGUAGE, config=config, output_type=pytesseract.Output.DICT, timeout=SECONDS_PAGE
        )
    except pytesseract.TesseractNotFoundError as error:
        raise _missing() from error
    except (pytesseract.TesseractError, RuntimeError, ValueError, OSError) as error:
        raise EngineFailed(page=_NO_PAGE) from error
    return table


def _cut(page: Image, box: Box) -> Image:
    """A stretch of a line with what paper stands around it; without a margin Tesseract loses letters at the edges."""
    x0, y0, x1, y1 = box
    beside, above = _BESIDE * (y1 - y0), _ABOVE * (y1 - y0)
    rows = slice(max(0, int(y0 - above)), int(y1 + above) + 1)
    columns = slice(max(0, int(x0 - beside)), int(x1 + beside) + 1)
    part = grey_of(page)[rows, columns]
    return np.pad(part, _MARGIN, constant_values=_PAPER)


def require(language: str) -> None:
    """Raises `EngineMissing` or `LanguageMissing` where Tesseract cannot read a language here."""
    try:
        languages = pytesseract.get_languages()
    except (pytesseract.TesseractNotFoundError, subprocess.SubprocessError, OSError) as error:
        raise _missing() from error
    if language not in languages:
        raise LanguageMissing(language=language, package=f"tesseract-ocr-{language}")


def _missing() -> EngineMissing:
    return EngineMissing(engine="tesseract", package="tesseract-ocr tesseract-ocr-vie")


def _portable(page: Image) -> Pillow.Image:
    """The page as pytesseract hands it on; PNM costs nothing to write, the PNG it would choose half a second."""
    image = Pillow.fromarray(page if page.ndim == 2 else page[..., ::-1])
    image.format = "PPM"
    return image


def rows_of(table: Mapping[str, list[Any]]) -> Iterator[dict[str, Any]]:
    """The rows of `image_to_data` that are words."""
    for values in zip(*table.values(), strict=True):
        row = dict(zip(table, values, strict=True))
        text = nfc(str(row["text"]).strip())
        if float(row["conf"]) >= 0 and text:
            yield row | {"text": text}


def lines_of(rows: Iterable[Mapping[str, Any]]) -> Iterator[Line]:
    """Words put together as Tesseract numbered them."""
    for _, group in groupby(rows, key=lambda row: (row["block_num"], row["par_num"], row["line_num"])):
        words = []
        for row in group:
            left, top = float(row["left"]), float(row["top"])
            box = (left, top, left + float(row["width"]), top + float(row["height"]))
            words.append(Word(row["text"], box, confidence(float(row["conf"])), quad_of(box)))
        yield line_of(words)


def confidence(percent: float) -> float:
    """How often a word with Tesseract's own figure (0 to 100) is right, as a share.

    Measured over the 2,946 words of the project's scanned samples; Tesseract's figure says more than it keeps, most
    of all between 60 and 90.
    """
    for (low, a), (high, b) in pairwise(_RIGHT):
        if percent <= high:
            return a + (b - a) * max(0.0, percent - low) / (high - low)
    return _RIGHT[-1][1]
