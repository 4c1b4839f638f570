"""From a checkpoint to the folder that the product ships: graph, description, calibration, bigram, card."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from digitize.training import bigram, calibration, card, fonts, texts
from digitize.training.feed import Sources
from digitize.training.judge import judge

_FIT_SEED, _SCORE_SEED = 1_001, 2_002
_OWN_LINES = 30_000
"""Lines of our own names, places and forms that the bigram counts beside the given text."""


@dataclass(frozen=True, slots=True)
class Trained:
    """A checkpoint's facts: where it is, the lines it saw, what it began from."""

    checkpoint: Path
    lines: int
    base: str


def counted_lines(sources: Sources) -> Iterator[str]:
    """What the bigram counts: the given text without its testing lines, and our own forms."""
    given = texts.given_lines(sources.text, test=False) if sources.text else []
    yield from map(texts.stretch, given)
    writer, rng = texts.Writer([], natural=True), random.Random(sources.seed)
    for _ in range(_OWN_LINES):
        yield texts.truth(writer.write(rng))


def publish(trained: Trained, sources: Sources, out: Path, lines: int) -> dict[str, Any]:
    """Write the folder and answer the scores. `lines` a level are read for the scores, twice as many to calibrate.

    Weights that are there already are replaced only when everything is written.
    """
    from digitize.training import export, start

    network = start.from_checkpoint(trained.checkpoint)
    letters = start.letters_of(trained.checkpoint)
    fresh = out.with_name(out.name + ".part")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    export.export(network, fresh / "recognizer.onnx")
    apart = export.difference(network, fresh / "recognizer.onnx")
    bigram.save(counted_lines(sources), fresh / "language.npz")
    facts = export.Description(f"1.{trained.lines}", datetime.now(UTC).date().isoformat(), letters)
    export.describe(facts, fresh / "recognizer.json")
    table, scores = measured(fresh, sources, lines)
    scores["export_difference"] = apart
    export.describe(export.Description(facts.version, facts.date, letters, table, scores), fresh / "recognizer.json")
    text = card.written(facts.version, facts.date, trained.base, trained.lines, letters, sources_told(sources), scores)
    hands = out / "hands.json"
    if hands.exists():
        text = card.with_hands(text, json.loads(hands.read_text(encoding="utf-8")))
    (fresh / "CARD.md").write_text(text, encoding="utf-8")
    out.mkdir(parents=True, exist_ok=True)
    for path in sorted(fresh.iterdir()):
        path.replace(out / path.name)
    fresh.rmdir()
    return scores


def measured(folder: Path, sources: Sources, lines: int) -> tuple[list[tuple[float, float]], dict[str, Any]]:
    """The calibration table of exported weights, and their scores on other held-out lines."""
    fitted = judge(folder, sources.held_out(2 * lines, _FIT_SEED, natural=True))
    table = calibration.fit(fitted.raw, fitted.right)
    verdict = judge(folder, sources.held_out(lines, _SCORE_SEED, natural=True))
    said = calibration.calibrated(table, verdict.raw)
    scores: dict[str, Any] = {
        "levels": verdict.scores(),
        "words": len(verdict.raw),
        "calibration_error_raw": round(calibration.expected_error(verdict.raw, verdict.right), 4),
        "calibration_error": round(calibration.expected_error(said, verdict.right), 4),
    }
    return table, scores


def sources_told(sources: Sources) -> dict[str, str]:
    """What was used, for the card: the text by its size and digest, fonts by family."""
    told = {"seed": str(sources.seed)}
    if sources.text:
        digest, count = hashlib.sha256(), 0
        for path in sorted(sources.text.rglob("*.txt")):
            content = path.read_bytes()
            digest.update(content)
            count += content.count(b"\n")
        told["text"] = f"{count:,} lines, SHA-256 {digest.hexdigest()[:16]}…"
    training, testing = fonts.split(fonts.faces(sources.fonts))
    told["fonts"] = ", ".join(sorted({face.family for face in training}))
    told["test_fonts"] = ", ".join(sorted({face.family for face in testing}))
    return told
