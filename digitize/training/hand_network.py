"""The network that tells a pen's strokes from print: a strip of a line in, how surely by hand for each stretch out."""

from __future__ import annotations

import warnings
from pathlib import Path

import torch
from torch import Tensor, nn

from digitize.hand_strips import ROWS, STRIDE

_OPSET = 17


class HandNetwork(nn.Module):  # type: ignore[misc]  # torch is not there where types are checked
    """Three steps down to one column for eight, the rows folded away, then a look to both sides along the line."""

    def __init__(self, wide: int = 1) -> None:
        super().__init__()
        first, second, third, last = 8 * wide, 16 * wide, 24 * wide, 32 * wide
        self.strokes = nn.Sequential(
            nn.Conv2d(1, first, 3, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(first),
            nn.ReLU(),
            nn.Conv2d(first, second, 3, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(second),
            nn.ReLU(),
            nn.Conv2d(second, third, 3, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(third),
            nn.ReLU(),
            nn.Conv2d(third, last, (ROWS // STRIDE, 3), padding=(0, 1), bias=False),
            nn.BatchNorm2d(last),
            nn.ReLU(),
        )
        self.along = nn.ModuleList(
            nn.Sequential(
                nn.Conv1d(last, last, 3, padding=reach, dilation=reach, bias=False), nn.BatchNorm1d(last), nn.ReLU()
            )
            for reach in (1, 3)
        )
        self.said = nn.Conv1d(last, 1, 1)

    def forward(self, strips: Tensor) -> Tensor:
        """[N, 1, 32, W] to log odds [N, W / 8]."""
        seen = self.strokes(strips).squeeze(2)
        for step in self.along:
            seen = seen + step(seen)
        return self.said(seen).squeeze(1)


def export(network: HandNetwork, path: Path) -> None:
    """Write the graph in float32, batch and width free."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network.eval(),
            (torch.rand(2, 1, ROWS, 20 * STRIDE),),
            str(path),
            input_names=["strips"],
            output_names=["odds"],
            dynamic_axes={"strips": {0: "N", 3: "W"}, "odds": {0: "N", 1: "T"}},
            opset_version=_OPSET,
            dynamo=False,
        )
