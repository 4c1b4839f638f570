"""From a network to the files that the product reads: `recognizer.onnx` and what its numbers mean, `recognizer.json`.

The graph answers with what a beam search needs and no more: the eight likeliest classes of each time step with
their log probabilities, and the blank's.
"""

from __future__ import annotations

import json
import warnings
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
from torch import Tensor, nn

from digitize.training.contract import BLANK, LINE_HEIGHT, MAX_WIDTH, PAD_X, PAD_Y, STRIDE, TOP
from digitize.training.network import Recognizer

_OPSET = 17


@dataclass(frozen=True, slots=True)
class Description:
    """What `recognizer.json` says of the weights beside it; `calibration` are pairs of raw and true confidence of
    words, rising, and is empty where none was fitted."""

    version: str
    date: str
    charset: str
    calibration: list[tuple[float, float]] = field(default_factory=list)
    scores: dict[str, object] = field(default_factory=dict)


class Beamable(nn.Module):  # type: ignore[misc]  # torch is not there where types are checked
    """The network with the outputs of the contract: topv, topi [N, T, 8], blank [N, T], lengths [N]."""

    def __init__(self, network: Recognizer) -> None:
        super().__init__()
        self.network = network

    def forward(self, images: Tensor, widths: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        logits, steps = self.network(images, widths)
        scores = logits.log_softmax(-1)
        topv, topi = scores.topk(TOP, dim=-1)
        return topv, topi, scores[:, :, BLANK], steps


def export(network: Recognizer, path: Path) -> None:
    """Write the graph in float32, batch and width free."""
    model = Beamable(network).eval()
    images = torch.rand(2, 1, 3 * LINE_HEIGHT, 40 * STRIDE)
    widths = torch.tensor([40 * STRIDE, 30 * STRIDE])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model,
            (images, widths),
            str(path),
            input_names=["images", "widths"],
            output_names=["topv", "topi", "blank", "lengths"],
            dynamic_axes={
                "images": {0: "N", 3: "W"},
                "widths": {0: "N"},
                "topv": {0: "N", 1: "T"},
                "topi": {0: "N", 1: "T"},
                "blank": {0: "N", 1: "T"},
                "lengths": {0: "N"},
            },
            opset_version=_OPSET,
            dynamo=False,
        )


def difference(network: Recognizer, path: Path, seed: int = 1) -> float:
    """Largest difference of a log probability between the network and its exported graph, over the lines' own steps."""
    import onnxruntime

    generator = torch.Generator().manual_seed(seed)
    images = torch.rand(3, 1, 3 * LINE_HEIGHT, 500, generator=generator)
    widths = torch.tensor([500, 220, 351])
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    got = session.run(["topv", "blank"], {"images": images.numpy(), "widths": widths.numpy()})
    with torch.no_grad():
        topv, _, blank, steps = Beamable(network).eval()(images, widths)
    worst = 0.0
    for row, own in enumerate(steps.tolist()):
        worst = max(worst, float((topv[row, :own] - torch.from_numpy(got[0][row, :own])).abs().max()))
        worst = max(worst, float((blank[row, :own] - torch.from_numpy(got[1][row, :own])).abs().max()))
    return worst


def describe(description: Description, path: Path) -> None:
    """Write `recognizer.json`: the i-th of `charset` is the letter of class i + 1, class 0 is the blank."""
    facts = {
        **asdict(description),
        "charset": list(description.charset),
        "height": LINE_HEIGHT,
        "stride": STRIDE,
        "max_width": MAX_WIDTH,
        "pad_x": PAD_X,
        "pad_y": PAD_Y,
    }
    path.write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
