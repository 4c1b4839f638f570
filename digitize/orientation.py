"""Which way is up: quarter turns of a page, from the base weights' network."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from digitize.cleaning import flatten
from digitize.onnx_models import base_model, session

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

    from digitize.model import Image

_SIDE = 768
# Nearly all pages that arrive are upright and a wrong turn loses the page: below this nothing is turned.
_SURE = 0.95
_TURNS = 4
# Grey levels between paper and ink; the noise of a page this small is less.
_FADED = 12.0


@cache
def _network() -> InferenceSession:
    return session(base_model("orient"))


def orient(grey: Image) -> tuple[int, float]:
    """Degrees clockwise by which to turn a page upright, and how sure; 0 where there is too little text to say.

    Raises `WeightsMissing`.
    """
    scale = _SIDE / max(grey.shape)
    width, height = max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale))
    ink = np.zeros((_SIDE, _SIDE), np.float32)
    # The network knows black print on white: of faded pages it would say that there is too little to tell.
    small = flatten(cv2.resize(grey, (width, height), interpolation=cv2.INTER_AREA), _FADED)
    ink[:height, :width] = 1.0 - small.astype(np.float32) / 255.0
    (shares,) = _network().run(["p"], {"x": ink[None, None]})[0]
    turned = int(shares.argmax())
    # The fifth class is text in upright columns, which nothing here is written in.
    if turned >= _TURNS or shares[turned] < _SURE:
        return 0, 0.0
    return 90 * turned, float(shares[turned])
