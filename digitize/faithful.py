"""Whether a smaller picture of a page still shows all that was written on it, however pale.

What is compared is not pixels, whose noise may go, but marks: whatever differs from its surroundings, darker or
lighter, by more than the page's noise does. Square by square, so that one lost line of pencil on a full page counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

if TYPE_CHECKING:
    from digitize.model import Array, Image

# A tenth of an inch, where pages are compared at 150 dpi.
_SQUARE = 16
_REACH = (31, 31)
_LEAST = 5.0
_OF_NOISE = 3.5
# A square with so many pixels of a mark has to keep this share of its strength.
_PIXELS = 20
_KEPT = 0.6
_SPARE = 0.002


def keeps_marks(page: Image, drawn: Image) -> bool:
    """Whether `drawn` keeps the marks of `page`; both grey, of one size, near 150 dpi."""
    before, after = _marks(page), _marks(drawn)
    strength = cv2.max(*before)
    # The noise of the empty paper, which is most of any page: the median does not see the print.
    noise = float(np.median(strength[::3, ::3])) / 0.6745
    _, marked = cv2.threshold(strength, max(_LEAST, _OF_NOISE * noise), 255, cv2.THRESH_BINARY)
    kept = cv2.max(cv2.min(before[0], after[0]), cv2.min(before[1], after[1]))
    pixels = _squares(marked) / 255
    there = pixels >= _PIXELS
    share = _squares(cv2.bitwise_and(kept, marked))[there] / _squares(cv2.bitwise_and(strength, marked))[there]
    return bool((share < _KEPT).sum() <= _SPARE * there.sum())


def _marks(grey: Image) -> tuple[Image, Image]:
    """How much lighter and how much darker each pixel is than what is around it."""
    fine = cv2.GaussianBlur(grey, (5, 5), 0)
    around = cv2.blur(fine, _REACH)
    return cast("Image", cv2.subtract(fine, around)), cast("Image", cv2.subtract(around, fine))


def _squares(values: Image) -> Array:
    """Sums over squares."""
    sums = cv2.boxFilter(values, cv2.CV_32F, (_SQUARE, _SQUARE), anchor=(0, 0), normalize=False)
    height, width = (side - side % _SQUARE for side in values.shape)
    return cast("Array", sums[:height:_SQUARE, :width:_SQUARE])
