"""Lines of a page as the detector of handwriting sees them: strips of one height, a little more than the line's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

if TYPE_CHECKING:
    from digitize.model import Array, Image

ROWS = 32
"""Rows of a strip."""
BAND = 20
"""Rows of the line itself, from the tone marks of capitals to the ends of letters that hang."""
STRIDE = 8
"""Columns of a strip that the network answers with one figure."""
MOST = 960
"""Columns of the widest strip; a longer line is squeezed."""


@dataclass(frozen=True, slots=True)
class Strip:
    """`ink` is float32 [32, W], 0 paper to 1 ink; `left` and `scale` lead from its columns to the page's x."""

    ink: Array
    left: float
    scale: float

    def column(self, x: float) -> float:
        """The column of an x of the page."""
        return (x - self.left) / self.scale


def strip(grey: Image, ends: tuple[tuple[float, float], tuple[float, float]], height: float) -> Strip:
    """The strip of a line on a grey page with even light, whose middle runs straight between two points."""
    (x0, y0), (x1, y1) = ends
    scale = max(1.0, height) / BAND
    margin = 0.3 * height
    columns = int(min(MOST, max(2 * STRIDE, round((x1 - x0 + 2 * margin) / scale))))
    across = (x1 - x0 + 2 * margin) / columns
    slope = (y1 - y0) / max(1.0, x1 - x0)
    left, top = x0 - margin, y0 - margin * slope - scale * ROWS / 2
    part, corner, shrunk = _reduced(grey, (left, top, x1 + margin, max(y0, y1) + scale * ROWS), min(across, scale))
    matrix = np.array(
        [
            [across / shrunk, 0, (left + 0.5 * across - corner[0]) / shrunk - 0.5],
            [slope * across / shrunk, scale / shrunk, (top + 0.5 * scale - corner[1]) / shrunk - 0.5],
        ]
    )
    size = (-(-columns // STRIDE) * STRIDE, ROWS)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    drawn = cv2.warpAffine(part, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return Strip(evened(drawn), left, across)


def evened(drawn: Image) -> Array:
    """Ink 0 to 1, the paper 0 and the darkest 1, however faint the line is."""
    low, high = (float(level) for level in np.percentile(drawn, (1, 85)))
    reach = max(24.0, high - low)
    return cast("Array", np.clip((high - drawn.astype(np.float32)) / reach, 0.0, 1.0))


def _reduced(
    grey: Image, wanted: tuple[float, float, float, float], step: float
) -> tuple[Image, tuple[int, int], float]:
    """The part of the page that holds a box, its corner, and how many page pixels one of its pixels is."""
    height, width = grey.shape
    x0, y0 = (int(np.floor(side)) for side in wanted[:2])
    x1, y1 = (int(np.ceil(side)) for side in wanted[2:])
    x0, y0, x1, y1 = max(0, x0), max(0, y0), min(width, x1), min(height, y1)
    part = grey[y0 : max(y1, y0 + 1), x0 : max(x1, x0 + 1)]
    if not part.size:
        return np.full((2, 2), 255, np.uint8), (x0, y0), 1.0
    whole = int(step)
    if whole < 2:
        return part, (x0, y0), 1.0
    across, down = part.shape[1] // whole, part.shape[0] // whole
    if not across or not down:
        return part, (x0, y0), 1.0
    even = part[: down * whole, : across * whole]
    return cv2.resize(even, (across, down), interpolation=cv2.INTER_AREA), (x0, y0), float(whole)
