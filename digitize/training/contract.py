"""The numbers that the recogniser's weights and what reads with them agree on; `recognizer.json` carries them."""

from __future__ import annotations

LINE_HEIGHT = 48
"""Pixels of the line's own band; an image is three such bands, one above the other."""
STRIDE = LINE_HEIGHT // 8
"""Columns of a time step."""
MAX_WIDTH = 34 * LINE_HEIGHT
"""Columns of the widest line that training shows; wider ones are squeezed to it."""
PAD_Y, PAD_X = 0.2, 0.3
"""Margin around a line's box, in parts of its height, as the base recogniser was trained with."""
BLANK = 0
"""The class of no letter."""
TOP = 8
"""How many classes of a time step are given out."""
