"""Which way is up: quarter turns of a page, from the base weights' network, and by reading where that is not sure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from digitize.cleaning import flatten
from digitize.ctc import best_path
from digitize.detection import Detector, Region
from digitize.geometry import rotating, turning, warp
from digitize.line_images import window
from digitize.onnx_models import WEIGHTS, base_model, session
from digitize.recognizer import Recognizer
from digitize.skew import skew

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

    from digitize.model import Array, Image

_SIDE = 768
# Nearly all pages that arrive are upright and a wrong turn loses the page: a page is turned only where the network is
# this sure, or where its lines are read so much better that way.
_SURE, _SURE_TO_TURN = 0.95, 0.99
# Upright or on its head, rather than lying on either side: so sure has the network to be for lines to be read at all.
_SURE_OF_AXIS = 0.9
_TURNS = 4
# Grey levels between paper and ink; the noise of a page this small is less.
_FADED = 12.0
# The longest lines, so many times longer than high, are read both ways; which way is right, the mean confidence in
# their letters says. Lines with fewer letters say nothing.
_LINES, _LONG, _LETTERS = 8, 3.0, 12
_BETTER = 0.08


@cache
def _network() -> InferenceSession:
    return session(base_model("orient"))


@cache
def _readers() -> tuple[Detector, Recognizer]:
    return Detector(), Recognizer(WEIGHTS)


def orient(grey: Image) -> tuple[int, float]:
    """Degrees clockwise by which to turn a page upright, and how sure; 0 where there is too little text to say.

    Raises `WeightsMissing`.
    """
    shares = _shares(grey)
    turned = int(shares.argmax())
    # The fifth class is text in upright columns, which nothing here is written in.
    if turned >= _TURNS:
        return 0, 0.0
    if shares[turned] >= (_SURE_TO_TURN if turned else _SURE):
        return 90 * turned, float(shares[turned])
    across = turned % 2
    if shares[across] + shares[across + 2] < _SURE_OF_AXIS:
        return 0, 0.0
    return _by_reading(grey, 90 * across)


def _shares(grey: Image) -> Array:
    """What the network thinks of the four turns and of upright columns."""
    scale = _SIDE / max(grey.shape)
    width, height = max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale))
    ink = np.zeros((_SIDE, _SIDE), np.float32)
    # The network knows black print on white: of faded pages it would say that there is too little to tell.
    small = flatten(cv2.resize(grey, (width, height), interpolation=cv2.INTER_AREA), _FADED)
    ink[:height, :width] = 1.0 - small.astype(np.float32) / 255.0
    shares: Array = _network().run(["p"], {"x": ink[None, None]})[0][0]
    return shares


def _by_reading(grey: Image, degrees: int) -> tuple[int, float]:
    """That turn or the one by 180 degrees more, whichever way the lines are read better; how sure is a mean."""
    detector, _ = _readers()
    page = flatten(warp(grey, *turning(degrees, grey.shape[1], grey.shape[0])), _FADED)
    page = warp(page, *rotating(skew(page), page.shape[1], page.shape[0]))
    height, width = page.shape
    regions = [region for region in detector.regions(page) if region.x1 - region.x0 > _LONG * region.height]
    regions = sorted(regions, key=lambda region: region.x0 - region.x1)[:_LINES]
    heads = [
        replace(r, x0=width - r.x1, x1=width - r.x0, y0=height - r.y1, y1=height - r.y0, curve=_over(r))
        for r in regions
    ]
    ways = [_sure_of(page, regions), _sure_of(cv2.rotate(page, cv2.ROTATE_180), heads)]
    best = int(np.argmax(ways))
    if ways[best] - ways[1 - best] < _BETTER:
        return 0, 0.0
    return (degrees + 180 * best) % 360, ways[best]


def _over(region: Region) -> tuple[float, float, float]:
    """The bend of a line on its head."""
    lower, slope, bend = region.curve
    return -lower, slope, -bend


def _sure_of(page: Image, regions: Sequence[Region]) -> float:
    """The mean confidence in the letters of lines; 0.0 where there are hardly any."""
    _, recognizer = _readers()
    windows = [window(page, region, recognizer.facts.shape) for region in regions]
    sure = [
        glyph.sure
        for frames in recognizer.read(windows)
        for glyph in best_path(frames, recognizer.facts.charset)
        if not glyph.text.isspace()
    ]
    return float(np.mean(sure)) if len(sure) >= _LETTERS else 0.0
