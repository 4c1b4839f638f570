"""The training itself: CTC, averaged weights, a checkpoint every few minutes, the best one kept by held-out lines."""

from __future__ import annotations

import hashlib
import json
import math
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
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
    """How a training runs: `lines` to see in all (None: until it is stopped), seconds between checkpoints, and between
    those that held-out lines are read for: reading them costs what two hundred lines of training do."""

    sources: Sources
    work: Path
    rate: float = 2e-4
    lines: int | None = None
    workers: int = 0
    threads: int = 1
    seconds: float = 240.0
    seconds_judged: float = 1_200.0


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
        self._judged_by = hashlib.sha256("\n".join(line.text for line in held_out).encode()).hexdigest()
        self._stopped = False
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
        self.lines, self.steps, self.pool = stored["lines"], stored["steps"], stored["pool"]
        if stored.get("judged_by") == self._judged_by:
            self.best = stored["best"]
        return True

    def run(self) -> None:
        """Train until the planned number of lines, or until told to stop (SIGTERM: the pool begun is finished)."""
        torch.set_num_threads(self.plan.threads)
        signal.signal(signal.SIGTERM, self._stop)
        saved = judged = time.monotonic()
        for number, found in pools(self.plan.sources, self.pool, self.plan.workers):
            for batch in found:
                self.step(batch)
            self.pool = number + 1
            if self._stopped or (self.plan.lines is not None and self.lines >= self.plan.lines):
                break
            if time.monotonic() - saved > self.plan.seconds:
                due = time.monotonic() - judged > self.plan.seconds_judged
                if due:
                    self.judge()
                self.save()
                saved = time.monotonic()
                judged = saved if due else judged
        self.judge()
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

    def judge(self) -> None:
        """Read the held-out lines with the averaged weights; keep these if they are the best so far."""
        judge = Recognizer(self.network.classes).to(self.device)
        judge.load_state_dict(self.average)
        tallies = greedy.score(judge, self.held_out, CHARSET, self.device)
        mean = sum(tally.cer for tally in tallies.values()) / max(1, len(tallies))
        if mean < self.best:
            self.best = mean
            scores = json.dumps({level: tally.as_dict() for level, tally in tallies.items()})
            _write({**self._kept(), "scores": scores}, self.plan.work / "best.pt")
        record = {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "lines": self.lines,
            "loss": round(self.loss, 4),
        }
        record |= {"mean_cer": round(mean, 3), **{level: round(tally.cer, 3) for level, tally in tallies.items()}}
        with (self.plan.work / "progress.jsonl").open("a", encoding="utf-8") as progress:
            progress.write(json.dumps(record) + "\n")

    def save(self) -> None:
        """Write the checkpoint, whole or not at all."""
        state = {
            **self._kept(),
            "network": self.network.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "steps": self.steps,
            "pool": self.pool,
            "best": self.best,
            "judged_by": self._judged_by,
        }
        _write(state, self.checkpoint)

    def _kept(self) -> dict[str, Any]:
        """What a network needs to be published."""
        return {"ema": self.average, "charset": CHARSET, "lines": self.lines, "seed": self.plan.sources.seed}

    def _stop(self, *_: object) -> None:
        self._stopped = True

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
