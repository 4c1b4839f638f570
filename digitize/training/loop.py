"""The training itself: CTC, averaged weights, a checkpoint every few minutes, the best one kept by held-out lines."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from digitize.training import greedy
from digitize.training.charset import CHARSET, encode
from digitize.training.contract import BLANK
from digitize.training.feed import Sources, pools
from digitize.training.network import Recognizer
from digitize.training.samples import Sample

_DETAIL_RATE = 2.0
"""The detail branch, younger than the rest, learns so much faster."""
_WARM_STEPS = 200
_EASING = 100_000
"""Lines after which the rate is down to 0.7: it falls with the root, so that a training may be stopped at any time
and needs no end to be planned."""
_AVERAGE = 0.999
_CLIP = 5.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How a training runs: `lines` to see in all (None: until it is stopped), seconds between checkpoints."""

    sources: Sources
    work: Path
    rate: float = 2e-4
    lines: int | None = None
    workers: int = 0
    threads: int = 1
    seconds: float = 240.0


def device_here() -> str:
    """A GPU where there is one."""
    return "cuda" if torch.cuda.is_available() else "cpu"


class Training:
    """A network with its optimizer and the average of its weights, as far as it has come."""

    def __init__(self, network: Recognizer, plan: Plan, held_out: Sequence[Sample]) -> None:
        self.plan, self.held_out, self.device = plan, held_out, device_here()
        self.network = network.to(self.device)
        detail = [p for name, p in network.named_parameters() if name.startswith("fine.")]
        rest = [p for name, p in network.named_parameters() if not name.startswith("fine.")]
        groups = [{"params": rest, "share": 1.0}, {"params": detail, "share": _DETAIL_RATE}]
        self.optimizer = torch.optim.AdamW(groups, lr=plan.rate, weight_decay=0.01, betas=(0.9, 0.98))
        self.average = {name: value.detach().clone() for name, value in network.state_dict().items()}
        self.lines = self.steps = self.pool = 0
        self.best = math.inf
        self.loss = 0.0

    @property
    def checkpoint(self) -> Path:
        return self.plan.work / "last.pt"

    def resume(self) -> bool:
        """Go on from the last checkpoint; False where there is none."""
        if not self.checkpoint.exists():
            return False
        stored = torch.load(self.checkpoint, map_location=self.device, weights_only=True)
        self.network.load_state_dict(stored["network"])
        self.optimizer.load_state_dict(stored["optimizer"])
        self.average = stored["ema"]
        self.lines, self.steps, self.pool, self.best = (stored[name] for name in ("lines", "steps", "pool", "best"))
        return True

    def run(self) -> None:
        """Train until the planned number of lines, or without end."""
        torch.set_num_threads(self.plan.threads)
        saved = time.monotonic()
        for number, found in pools(self.plan.sources, self.pool, self.plan.workers):
            for batch in found:
                self.step(batch)
            self.pool = number + 1
            if self.plan.lines is not None and self.lines >= self.plan.lines:
                break
            if time.monotonic() - saved > self.plan.seconds:
                self.save()
                saved = time.monotonic()
        self.save()

    def step(self, batch: Sequence[Sample]) -> float:
        """One update; the loss a letter."""
        images, widths = greedy.padded(batch, self.device)
        numbers = [encode(line.text) for line in batch]
        for group in self.optimizer.param_groups:
            group["lr"] = self._rate() * group["share"]
        self.network.train()
        for layer in self.network.modules():
            if isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d):
                layer.eval()  # a few lines of one width are no sample of all lines: the base's statistics stay
        logits, steps = self.network(images, widths)
        letters = sum(map(len, numbers))
        loss = _ctc(logits, steps, numbers) / max(1, letters)
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), _CLIP)
        self.optimizer.step()
        self.steps += 1
        self.lines += len(batch)
        self._follow()
        value = float(loss.detach())
        self.loss += (value - self.loss) * 0.02
        return value

    def save(self) -> None:
        """Score the averaged weights and write the checkpoint, whole or not at all; keep the best one."""
        judge = Recognizer(self.network.classes).to(self.device)
        judge.load_state_dict(self.average)
        tallies = greedy.score(judge, self.held_out, CHARSET, self.device)
        mean = sum(tally.cer for tally in tallies.values()) / max(1, len(tallies))
        better, self.best = mean < self.best, min(mean, self.best)
        scores = {level: tally.as_dict() for level, tally in tallies.items()}
        state = {
            "network": self.network.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "ema": self.average,
            "charset": CHARSET,
            "lines": self.lines,
            "steps": self.steps,
            "pool": self.pool,
            "best": self.best,
            "seed": self.plan.sources.seed,
            "scores": json.dumps(scores),
        }
        _write(state, self.checkpoint)
        if better:
            kept = ("ema", "charset", "lines", "seed", "scores")
            _write({name: state[name] for name in kept}, self.plan.work / "best.pt")
        record = {
            "at": time.strftime("%H:%M:%S"),
            "lines": self.lines,
            "loss": round(self.loss, 4),
            "mean_cer": round(mean, 3),
        }
        record |= {level: round(tally.cer, 3) for level, tally in tallies.items()}
        with (self.plan.work / "progress.jsonl").open("a", encoding="utf-8") as progress:
            progress.write(json.dumps(record) + "\n")

    def _rate(self) -> float:
        warm = min(1.0, (self.steps + 1) / _WARM_STEPS)
        return self.plan.rate * warm / math.sqrt(1 + self.lines / _EASING)

    def _follow(self) -> None:
        """Let the average follow the network, closely at first."""
        keep = min(_AVERAGE, (1 + self.steps) / (10 + self.steps))
        for name, value in self.network.state_dict().items():
            if value.is_floating_point():
                self.average[name].lerp_(value.detach(), 1 - keep)


def _ctc(logits: Tensor, steps: Tensor, numbers: Sequence[Sequence[int]]) -> Tensor:
    """The sum over a batch; lines with more letters than steps cost nothing."""
    flat = torch.tensor([number for line in numbers for number in line])
    lengths = torch.tensor([len(line) for line in numbers])
    scores = logits.log_softmax(-1).transpose(0, 1)
    return functional.ctc_loss(scores, flat, steps.cpu(), lengths, blank=BLANK, reduction="sum", zero_infinity=True)


def _write(state: dict[str, Any], path: Path) -> None:
    unfinished = path.with_suffix(".part")
    torch.save(state, unfinished)
    unfinished.replace(path)
