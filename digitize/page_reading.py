"""One page from pixels to words: straightened, cleaned, recognised, mapped back. What one process does at a time."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from digitize import engines
from digitize.allocation import keep_freed_memory
from digitize.bend import bend_of
from digitize.cleaning import clean
from digitize.columns import cut_columns
from digitize.engines import OcrEngine
from digitize.errors import EngineFailed
from digitize.geometry import box_on, map_quad, to_homography
from digitize.hand_words import finder
from digitize.hands import apart
from digitize.inset_reading import Read, read_insets
from digitize.model import Line, Mark, Page, PageImage, Step
from digitize.opening import load
from digitize.orientation import orient
from digitize.sheet import Sheet, encode
from digitize.straighten import Upright, straighten

# Engines that say how high lines are and how likely words are right: of what others read no hand is told.
_CALIBRATED = {"hoso"}


@dataclass(frozen=True, slots=True)
class PageRead:
    """A page and its image for the archive; no image where the source's own page is kept. Then `overlay` is what was
    read of the pictures on it, if anything was, as operators over the page (`inset_reading.Inlaid`)."""

    page: Page
    sheet: Sheet | None
    overlay: Path | None = None


@cache
def _engine(name: str) -> OcrEngine:
    """One engine a process, and one thread: pages are shared out to processes."""
    cv2.setNumThreads(1)
    keep_freed_memory()
    return engines.engine(name)


def read_ticket(ticket: Mapping[str, Any], folder: Path, engine: str, compact: bool = True) -> PageRead:
    """Reads the page of a ticket; called in the worker process."""
    return read_page(load(ticket, folder), folder, engine, compact)


def read_page(image: PageImage, folder: Path, engine: str, compact: bool = True) -> PageRead:
    """Reads a page. A page on which the engine fails is kept with its image and the error's code."""
    start = time.perf_counter()
    if image.lines is not None:
        return _born_digital(image, folder, engine, start)
    upright, told = _read(image, engine)
    sheet_start = time.perf_counter()
    sheet = encode(image, upright, folder, compact=compact)
    encoded = Step("encode", {"codec": sheet.codec, "kept": sheet.kept}, time.perf_counter() - sheet_start)
    page = Page(
        number=image.number,
        width=image.width,
        height=image.height,
        dpi=image.dpi,
        lines=tuple(told.lines),
        upright=to_homography(upright.homography),
        upright_size=(upright.image.shape[1], upright.image.shape[0]),
        steps=(*image.steps, *told.steps, encoded),
        seconds=time.perf_counter() - start,
        problem=told.problem,
        marks=tuple(told.marks),
    )
    return PageRead(page, sheet)


def _born_digital(image: PageImage, folder: Path, engine: str, start: float) -> PageRead:
    """The page's own lines, and what is printed in its pictures."""
    inlaid = read_insets(image, folder, lambda inset: _read(inset, engine)[1])
    page = Page(
        number=image.number,
        width=image.width,
        height=image.height,
        dpi=image.dpi,
        lines=inlaid.lines,
        born_digital=True,
        upright_size=(image.width, image.height),
        steps=image.steps + inlaid.steps,
        seconds=time.perf_counter() - start,
        problem=inlaid.problem,
        marks=inlaid.marks,
    )
    return PageRead(page, None, inlaid.overlay)


def _read(image: PageImage, engine: str) -> tuple[Upright, Read]:
    """A page straightened, and what was read of it in pixels of the page as it was given."""
    upright = straighten(image, orient)
    lines, odds, steps, problem = _recognise(upright, _engine(engine))
    lines, marks = apart(lines, upright.image, upright.dpi, odds)
    back = np.linalg.inv(upright.homography)
    width, height = image.width, image.height
    return upright, Read(
        [_back(line, back, width, height) for line in lines],
        [_mark_back(mark, back, width, height) for mark in marks],
        upright.steps + steps,
        problem,
    )


def _recognise(
    upright: Upright, engine: OcrEngine
) -> tuple[list[Line], list[list[float]] | None, tuple[Step, ...], str | None]:
    """The lines, how much each of their words looks like a pen's, the steps, the code of what went wrong."""
    cleaned, steps = clean(upright.image, engine.cleaning)
    start = time.perf_counter()
    # The archive keeps the sheet as it lay; only what the engine sees is drawn flat.
    bend = bend_of(cleaned)
    flat = start
    if bend is not None:
        cleaned = bend.flat(cleaned)
        flat = time.perf_counter()
        steps = (*steps, Step("unbend", {"pixels": round(bend.most, 1)}, flat - start))
    try:
        lines, problem = list(cut_columns(engine.recognise(cleaned, upright.dpi))), None
    except EngineFailed as error:
        lines, problem = [], error.code
    odds = finder().odds(lines, cleaned) if engine.name in _CALIBRATED else None
    if bend is not None:
        lines = [bend.back(line, cleaned.shape[1]) for line in lines]
    done = Step("recognise", {"engine": engine.name, "version": engine.version}, time.perf_counter() - flat)
    return lines, odds, (*steps, done), problem


def _mark_back(mark: Mark, back: np.ndarray[Any, Any], width: int, height: int) -> Mark:
    """A mark in pixels of the page as scanned."""
    quad = map_quad(back, mark.quad)
    return replace(mark, box=box_on(quad, width, height), quad=quad)


def _back(line: Line, back: np.ndarray[Any, Any], width: int, height: int) -> Line:
    """A line in pixels of the page as scanned."""
    quad = map_quad(back, line.quad)
    words = []
    for word in line.words:
        word_quad = map_quad(back, word.quad)
        words.append(replace(word, box=box_on(word_quad, width, height), quad=word_quad))
    return replace(line, box=box_on(quad, width, height), quad=quad, words=tuple(words))
