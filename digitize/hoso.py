"""The engine `hoso`: lines found and read by small networks in ONNX Runtime, doubtful syllables by a language model."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from digitize.columns import line_of
from digitize.decoding import Decoder, Token, is_number, joined
from digitize.detection import Detector, Region
from digitize.digit_boxes import parted
from digitize.errors import EngineFailed
from digitize.geometry import clip
from digitize.language import LanguageModel
from digitize.line_images import Window, levels, window
from digitize.model import Line, Word
from digitize.onnx_models import WEIGHTS
from digitize.reading_order import ReadingOrder
from digitize.recognizer import Frames, Recognizer
from digitize.word_boxes import words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digitize.model import Box, Image

_NO_PAGE = 0
# Print of the other side shines through with less than this share of the contrast of good lines, which may be the
# fewer: three quarters of the lines have no more than that.
_FAINT = 0.45
_TYPICAL = 75


class HosoEngine:
    """The engine that brings its own weights along; it needs no program outside Python's packages."""

    name = "hoso"
    cleaning = ("unseal", "flatten")

    def __init__(self, weights: Path = WEIGHTS, *, calibrated: bool = True) -> None:
        """Raises `WeightsMissing`. Uncalibrated confidences are what a calibration is fitted to."""
        self._detector, self._order = Detector(), ReadingOrder()
        self._recognizer = Recognizer(weights)
        self._facts = self._recognizer.facts
        self._decoder = Decoder(self._facts, LanguageModel.load(weights / "language.npz"))
        self._calibrated = calibrated

    @property
    def version(self) -> str:
        """As `hoso 1 (2026-11-22)`."""
        return f"hoso {self._facts.version}"

    def recognise(self, page: Image, dpi: int) -> list[Line]:
        """Lines in reading order."""
        try:
            return self._recognise(page)
        except Exception as error:  # those of OpenCV and ONNX Runtime share no root with others
            raise EngineFailed(page=_NO_PAGE) from error

    def stretches(self, page: Image, boxes: Sequence[Box], dpi: int) -> list[list[str]]:
        """The words of stretches of lines of a grey page."""
        try:
            windows = [window(page, Region(*box, score=1.0), self._facts.shape) for box in boxes]
            return [[token.text for token in self._decoder.tokens(frames)] for frames in self._recognizer.read(windows)]
        except Exception as error:
            raise EngineFailed(page=_NO_PAGE) from error

    def _recognise(self, page: Image) -> list[Line]:
        height, width = page.shape[:2]
        parts = parted(page, printed(page, self._detector.regions(page)))
        windows = [window(parts.page, piece.region, self._facts.shape) for piece in parts.pieces]
        words: defaultdict[int, list[Word]] = defaultdict(list)
        for piece, seen, frames in zip(parts.pieces, windows, self._recognizer.read(windows), strict=True):
            tokens = self._decoder.tokens(frames)
            if piece.boxed and tokens:
                whole = joined(tokens)
                tokens = [self._decoder.number(frames, whole) if is_number(whole.text) else whole]
            words[piece.line] += self._words(tokens, seen, frames)
        lines = [_clipped(self._line(found), width, height) for found in words.values() if found]
        return self._order.sorted(lines, width, height)

    def _words(self, tokens: list[Token], seen: Window, frames: Frames) -> list[Word]:
        words = words_of(tokens, seen, self._facts.stride, lambda token: self._decoder.doubts(frames, token))
        if not self._calibrated:
            return words
        return [replace(word, confidence=self._facts.calibrated(word.confidence)) for word in words]

    def _line(self, words: list[Word]) -> Line:
        line = line_of(words)
        return replace(line, confidence=self._facts.line_calibrated(line.confidence)) if self._calibrated else line


def printed(page: Image, regions: list[Region]) -> list[Region]:
    """The regions without those that are much fainter than the rest: print of the other side."""
    contrasts = []
    for region in regions:
        low, _, high = levels(page, region)
        contrasts.append(high - low)
    if not contrasts:
        return []
    least = _FAINT * float(np.percentile(contrasts, _TYPICAL))
    return [region for region, contrast in zip(regions, contrasts, strict=True) if contrast >= least]


def _clipped(line: Line, width: int, height: int) -> Line:
    """A line whose boxes lie within the page."""
    words = tuple(replace(word, box=clip(word.box, width, height)) for word in line.words)
    return replace(line, box=clip(line.box, width, height), words=words)
