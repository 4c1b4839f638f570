"""The line recogniser as a PyTorch network: a CTC reader of one line that also sees the lines above and below.

The layout of the layers is that of the recogniser in the Apache-2.0 package `trueocr` 0.1.1, so that its weights can
be loaded, widened to lines of 48 pixels and to more letters, with a two-dimensional branch for fine detail.
"""

from __future__ import annotations

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from digitize.training.contract import LINE_HEIGHT, STRIDE

BLOCKS = 10
CHANNELS = 128
_HEADS, _CONTEXT = 4, 16
_EXPANDED, _KERNEL, _SQUEEZED = 256, 9, 64
_HALO = 2 * STRIDE


class SqueezeExcite(nn.Module):  # type: ignore[misc]  # torch is not there where types are checked
    """Weighs channels by their mean over the line's own time steps."""

    def __init__(self) -> None:
        super().__init__()
        self.fc1 = nn.Conv1d(_EXPANDED, _SQUEEZED, 1)
        self.fc2 = nn.Conv1d(_SQUEEZED, _EXPANDED, 1)

    def forward(self, x: Tensor, mask: Tensor, steps: Tensor) -> Tensor:
        mean = (x * mask).sum(2, keepdim=True) / steps
        return x * torch.sigmoid(self.fc2(functional.relu(self.fc1(mean))))


class Block(nn.Module):  # type: ignore[misc]  # torch is not there where types are checked
    """A residual step along the line: depthwise convolution, expansion, channel weights, projection."""

    def __init__(self) -> None:
        super().__init__()
        self.dw = nn.Conv1d(CHANNELS, CHANNELS, _KERNEL, padding=_KERNEL // 2, groups=CHANNELS)
        self.expand = nn.Conv1d(CHANNELS, _EXPANDED, 1)
        self.se = SqueezeExcite()
        self.project = nn.Conv1d(_EXPANDED, CHANNELS, 1)

    def forward(self, x: Tensor, mask: Tensor, steps: Tensor) -> Tensor:
        inner = functional.hardswish(self.expand(self.dw(x)))
        return (x + self.project(self.se(inner, mask, steps))) * mask


class Detail(nn.Module):  # type: ignore[misc]  # torch is not there where types are checked
    """Two-dimensional convolutions over the line's own window [N, 1, H, W], summed into [N, channels, T]."""

    def __init__(self) -> None:
        super().__init__()
        self.c1 = nn.Conv2d(1, 32, 5, stride=3, padding=1)
        self.b1 = nn.BatchNorm2d(32)
        self.c2 = nn.Conv2d(32, 64, 3, stride=2, padding=1)
        self.b2 = nn.BatchNorm2d(64)
        self.dw = nn.Conv2d(64, 64, 3, padding=1, groups=64)
        self.pw = nn.Conv2d(64, 64, 1)
        self.b3 = nn.BatchNorm2d(64)
        self.col = nn.Conv2d(64, CHANNELS, (LINE_HEIGHT // STRIDE, 1))
        nn.init.zeros_(self.col.weight)
        if self.col.bias is not None:
            nn.init.zeros_(self.col.bias)

    def forward(self, window: Tensor) -> Tensor:
        y = functional.hardswish(self.b1(self.c1(window)))
        y = functional.hardswish(self.b2(self.c2(y)))
        y = y + functional.hardswish(self.b3(self.pw(self.dw(y))))
        return self.col(y).squeeze(2)


class Recognizer(nn.Module):  # type: ignore[misc]  # torch is not there where types are checked
    """Lines to letters. `classes` counts the blank, which is class 0.

    Input: images [N, 1, 3 · 48, W], 0 paper to 1 ink, the line's own window in the middle third, zeros behind a line
    that is narrower than the batch; widths [N], the columns that are the line's own.
    Output: logits [N, T, classes] with T = ceil(W / 6), and steps [N], how many of them count.
    """

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.classes = classes
        self.stem = nn.Conv2d(1, CHANNELS, (LINE_HEIGHT, STRIDE), stride=(LINE_HEIGHT, STRIDE))
        self.patch = nn.Conv2d(1, 32, STRIDE, stride=STRIDE)
        self.cdw = nn.Conv2d(32, 32, 3, padding=1, groups=32, bias=False)
        self.cpw = nn.Conv2d(32, _HEADS * _CONTEXT, 1)
        self.score = nn.Conv2d(_HEADS * _CONTEXT, _HEADS, 1)
        self.row_prior = nn.Parameter(torch.zeros(1, _HEADS, 24, 1))
        self.proj = nn.Conv1d(_HEADS * _CONTEXT, CHANNELS, 1)
        self.bn = nn.BatchNorm1d(CHANNELS)
        self.blocks = nn.ModuleList([Block() for _ in range(BLOCKS)])
        self.head = nn.Conv1d(CHANNELS, classes, 1)
        self.fine = Detail()

    def _context(self, page: Tensor) -> Tensor:
        """What all three windows say of each time step, rows weighed by attention: [N, 64, T]."""
        z = functional.hardswish(self.patch(page))
        z = functional.hardswish(self.cpw(self.cdw(z)))
        weight = (self.score(z) + self.row_prior).softmax(2)
        n, _, rows, steps = z.shape
        heads = z.reshape(n, _HEADS, _CONTEXT, rows, steps) * weight.unsqueeze(2)
        return heads.sum(3).reshape(n, _HEADS * _CONTEXT, steps)

    def forward(self, images: Tensor, widths: Tensor) -> tuple[Tensor, Tensor]:
        longest = (images.shape[3] + STRIDE - 1) // STRIDE
        # Blank columns behind the line let its last step see the same whether it runs alone or beside a wider one.
        images = functional.pad(images, (0, _HALO))
        own = images[:, :, LINE_HEIGHT : 2 * LINE_HEIGHT]
        y = self.stem(own).squeeze(2)
        y = y + self.proj(self._context(images))
        y = y + self.fine(own)[:, :, : y.shape[2]]
        y = y[:, :, :longest]
        steps = torch.clamp((widths + STRIDE - 1) // STRIDE, max=longest)
        mask = (torch.arange(longest, device=images.device)[None] < steps[:, None]).to(images.dtype)[:, None]
        count = mask.sum(2, keepdim=True).clamp(min=1)
        y = functional.hardswish(self.bn(y)) * mask
        for block in self.blocks:
            y = block(y, mask, count)
        return self.head(y).transpose(1, 2), steps
