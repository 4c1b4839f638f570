"""The line recogniser: images of lines in, for each frame of a line its likeliest characters out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from digitize.errors import WeightsMissing
from digitize.line_images import BANDS, Shape, Window
from digitize.onnx_models import session

if TYPE_CHECKING:
    from digitize.model import Array

BLANK = 0
"""The class of nothing."""

# Widths of one batch differ by so much at most, so that little is padded, and it has so many columns at most, so that
# little memory is held.
_RATIO = 1.25
_COLUMNS = 8_000
_MULTIPLE = 8
# Columns of paper behind the widest line: without them its last letters would be read in another surrounding.
_HALO = 12


Table: TypeAlias = tuple[tuple[float, ...], tuple[float, ...]]
"""What was said and how often it was right, both rising."""


@dataclass(frozen=True, slots=True)
class Frames:
    """What was seen along a line: classes with their log-probabilities [T, 8], likeliest first, and the blank's [T]."""

    values: Array
    classes: Array
    blank: Array


@dataclass(frozen=True, slots=True)
class Facts:
    """What `recognizer.json` says; `charset` is by class, the blank's text is empty."""

    charset: tuple[str, ...]
    stride: int
    shape: Shape
    version: str
    calibration: Table
    line_calibration: Table

    @classmethod
    def load(cls, path: Path) -> Facts:
        """Raises `WeightsMissing`."""
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
            return cls(
                charset=("", *told["charset"]),
                stride=int(told["stride"]),
                shape=Shape(int(told["height"]), float(told["pad_x"]), float(told["pad_y"]), int(told["max_width"])),
                version=str(told["version"]),
                calibration=_table(told.get("calibration")),
                line_calibration=_table(told.get("line_calibration")),
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise WeightsMissing(file=path.name) from error

    def calibrated(self, raw: float) -> float:
        """How often a word of such a confidence is right."""
        return float(np.interp(raw, *self.calibration))

    def line_calibrated(self, together: float) -> float:
        """How often all of a line is right whose words' confidences have such a product."""
        return float(np.interp(together, *self.line_calibration))


def _table(pairs: Sequence[Sequence[float]] | None) -> Table:
    pairs = pairs or [(0.0, 0.0), (1.0, 1.0)]
    return tuple(raw for raw, _ in pairs), tuple(right for _, right in pairs)


class Recognizer:
    """The recogniser's network, kept open."""

    def __init__(self, folder: Path) -> None:
        """Raises `WeightsMissing`."""
        self.facts = Facts.load(folder / "recognizer.json")
        self._session = session(folder / "recognizer.onnx")

    def read(self, windows: Sequence[Window]) -> list[Frames]:
        """The frames of each line, in the order of the lines."""
        found: dict[int, Frames] = {}
        for batch in batches([window.ink.shape[1] for window in windows]):
            found.update(zip(batch, self._run([windows[at].ink for at in batch]), strict=True))
        return [found[at] for at in range(len(windows))]

    def _run(self, inks: Sequence[Array]) -> Iterator[Frames]:
        height = self.facts.shape.height
        widest = max(ink.shape[1] for ink in inks)
        width = -(-(widest + _HALO) // _MULTIPLE) * _MULTIPLE
        images = np.zeros((len(inks), 1, BANDS * height, width), np.float32)
        for image, ink in zip(images, inks, strict=True):
            image[0, :, : ink.shape[1]] = ink
        widths = np.array([ink.shape[1] for ink in inks], np.int64)
        given = {"images": images, "widths": widths}
        values, classes, blank, lengths = self._session.run(["topv", "topi", "blank", "lengths"], given)
        for at, own in enumerate(lengths):
            yield Frames(values[at, :own], classes[at, :own], blank[at, :own])


def batches(widths: Sequence[int]) -> Iterator[list[int]]:
    """Indices of lines of about one width, the narrowest first."""
    batch: list[int] = []
    for at in sorted(range(len(widths)), key=widths.__getitem__):
        if batch and (widths[at] > _RATIO * widths[batch[0]] or (len(batch) + 1) * widths[at] > _COLUMNS):
            yield batch
            batch = []
        batch.append(at)
    if batch:
        yield batch
