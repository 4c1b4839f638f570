"""The order in which the lines of a page are read: blocks first, then the lines of each, from the base weights."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from trueocr.order import decode_blocks_order, line_features

from digitize.model import Line
from digitize.onnx_models import base_model, session


class ReadingOrder:
    """The network that says of two lines which is read first and whether they belong to one block, kept open."""

    def __init__(self) -> None:
        self._session = session(base_model("order"))

    def sorted(self, lines: Sequence[Line], width: int, height: int) -> list[Line]:
        """The lines in reading order."""
        if len(lines) < 2:
            return list(lines)
        boxes = np.array([line.box for line in lines], np.float32)
        features = line_features(boxes, (width, height), [line.text for line in lines])[None]
        given = {"feats": features, "mask": np.ones((1, len(lines)), bool)}
        before, kinds, together = self._session.run(["a", "cls", "same"], given)
        return [lines[at] for at in decode_blocks_order(before[0], together[0], boxes, kinds[0])]
