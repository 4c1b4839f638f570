"""What a training starts from: the base weights inside the Apache-2.0 package `trueocr`, or a checkpoint.

Layers are taken from `rec.onnx` in the order of its graph; kernels for lines of 32 pixels are stretched to 48, the
detail branch starts at zero, and a letter that the base lacks starts from the weights of the one it looks like.
"""

from __future__ import annotations

import importlib.resources
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from digitize.training.charset import BASE, CHARSET, LOOK_ALIKES
from digitize.training.contract import BLANK, LINE_HEIGHT, STRIDE
from digitize.training.network import Recognizer

_SHY = 4.0
"""How much less likely an appended letter starts than the letter it is copied from, in logits: it has to be learnt,
and until then must not push the other out."""


def from_package(letters: str = CHARSET) -> Recognizer:
    """The base recogniser of `trueocr`, widened to 48 pixels and to `letters` (its own 222 first)."""
    import onnx

    with importlib.resources.as_file(importlib.resources.files("trueocr") / "models" / "rec.onnx") as path:
        graph = onnx.load(str(path)).graph
    network = Recognizer(len(BASE) + 1)
    _Filler(graph).fill(network)
    return widen(network, letters)


def from_checkpoint(path: Path, letters: str | None = None) -> Recognizer:
    """The network of a checkpoint (averaged weights), with as many letters as it has or widened to `letters`."""
    stored = torch.load(path, map_location="cpu", weights_only=True)
    network = Recognizer(stored["ema"]["head.weight"].shape[0])
    network.load_state_dict(stored["ema"])
    return widen(network, letters or letters_of(path))


def letters_of(path: Path) -> str:
    """The letters of a checkpoint; one that does not name them has those of the base weights."""
    stored: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    return str(stored.get("charset", BASE))


def lines_of(path: Path) -> int:
    """How many lines a checkpoint has seen since its base."""
    stored: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    return int(stored.get("lines", 0))


def widen(network: Recognizer, letters: str) -> Recognizer:
    """The same network with a class for each of `letters`; those it has must come first and in their order."""
    have = network.classes - 1
    if have == len(letters):
        return network
    wide = Recognizer(len(letters) + 1)
    state = network.state_dict()
    for name in ("head.weight", "head.bias"):
        rows = [state[name]]
        for letter in letters[have:]:
            row = state[name][1 + letters.index(LOOK_ALIKES[letter])].clone()
            rows.append((row - _SHY if name == "head.bias" else row)[None])
        state[name] = torch.cat(rows)
    wide.load_state_dict(state)
    return wide


class _Filler:
    """Puts the constants of the base graph into the network's layers, convolution by convolution."""

    def __init__(self, graph: Any) -> None:
        from onnx import numpy_helper

        self.constants = {i.name: torch.tensor(numpy_helper.to_array(i).copy()) for i in graph.initializer}
        for node in graph.node:
            if node.op_type == "Constant":
                self.constants[node.output[0]] = torch.tensor(numpy_helper.to_array(node.attribute[0].t).copy())
        self.convolutions = iter([node for node in graph.node if node.op_type == "Conv"])

    def fill(self, network: Recognizer) -> None:
        self._put(network.stem, (LINE_HEIGHT, STRIDE))
        self._put(network.patch, (STRIDE, STRIDE))
        self._put(network.cdw)
        self._put(network.cpw)
        self._put(network.score)
        network.row_prior.data.copy_(self.constants["rec.context.row_prior"])
        self._put(network.proj)
        for name, target in (("weight", network.bn.weight), ("bias", network.bn.bias)):
            target.data.copy_(self.constants[f"rec.stem_bn.{name}"])
        for name in ("running_mean", "running_var"):
            network.bn.get_buffer(name).copy_(self.constants[f"rec.stem_bn.{name}"])
        for block in network.blocks:
            for layer in (block.dw, block.expand, block.se.fc1, block.se.fc2, block.project):
                self._put(layer)
        self._put(network.head)
        if next(self.convolutions, None) is not None:
            raise ValueError("the base recogniser has more layers than the network knows")

    def _put(self, layer: nn.Conv1d | nn.Conv2d, size: tuple[int, int] | None = None) -> None:
        inputs = next(self.convolutions).input
        layer.weight.data.copy_(_stretched(self.constants[inputs[1]], size))
        if layer.bias is not None and len(inputs) > 2:
            layer.bias.data.copy_(self.constants[inputs[2]])


def _stretched(kernel: Tensor, size: tuple[int, int] | None) -> Tensor:
    """A kernel for larger pixels: interpolated, and scaled so that the sum over the same print stays the same."""
    if size is None or tuple(kernel.shape[2:]) == size:
        return kernel
    smaller = kernel.shape[2] * kernel.shape[3] / (size[0] * size[1])
    return functional.interpolate(kernel, size=size, mode="bilinear", align_corners=False) * smaller


assert BLANK == 0, "the base weights count their letters from 1"
