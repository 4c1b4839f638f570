"""A page of an open PDF as pixels. Runs in the child only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from digitize.model import Image as Pixels


def draw(page: Any, scale: float, cut: tuple[float, float, float, float] = (0, 0, 0, 0)) -> Pixels:
    """The page as BGR pixels, or as grey where it has no colour at all; `cut` are points to leave out at the left, the
    bottom, the right and the top."""
    bitmap = page.render(scale=scale, crop=cut, may_draw_forms=False)
    try:
        pixels = np.array(bitmap.to_numpy(), dtype=np.uint8)
    finally:
        bitmap.close()
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        return pixels[:, :, 0]
    if pixels.ndim == 2:
        return pixels
    blue, green, red = pixels[:, :, 0], pixels[:, :, 1], pixels[:, :, 2]
    if np.array_equal(blue, green) and np.array_equal(green, red):
        return np.ascontiguousarray(green)
    return np.ascontiguousarray(pixels[:, :, :3])
