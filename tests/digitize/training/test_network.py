"""The network and its training; needs the extra `training` (PyTorch, onnx), which only trainers install."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the extra `training` is not installed")
pytest.importorskip("onnx", reason="the extra `training` is not installed")

from catalogue import FONT_DIR  # noqa: E402
from digitize.detection import Region  # noqa: E402
from digitize.line_images import Window  # noqa: E402
from digitize.recognizer import Recognizer as Reader  # noqa: E402
from digitize.training import export, greedy, start  # noqa: E402
from digitize.training.charset import BASE, CHARSET  # noqa: E402
from digitize.training.feed import Sources  # noqa: E402
from digitize.training.loop import Plan, Training  # noqa: E402
from digitize.training.network import Recognizer  # noqa: E402
from digitize.training.samples import Sample  # noqa: E402


@pytest.fixture(scope="module")
def base() -> Recognizer:
    torch.set_num_threads(1)
    network: Recognizer = start.from_package(BASE).eval()
    return network


@pytest.fixture
def sources(text_folder: Path) -> Sources:
    return Sources(text_folder, (FONT_DIR,), 3)


def _lines(count: int) -> list[Sample]:
    rng = np.random.default_rng(1)
    return [Sample(rng.integers(0, 255, (144, 60 + 30 * at), np.uint8), "ab", "clean") for at in range(count)]


def test_a_line_is_read_the_same_alone_and_beside_a_wider_one(base: Recognizer) -> None:
    short, wide = _lines(6)[0], _lines(6)[5]
    with torch.no_grad():
        alone, steps = base(*greedy.padded([short]))
        together, both = base(*greedy.padded([short, wide]))
    own = int(steps[0])
    assert own == int(both[0]) == 10
    assert torch.allclose(alone[0, :own], together[0, :own], atol=1e-4)


def test_appended_letters_change_nothing_that_the_base_reads(base: Recognizer) -> None:
    wide = start.widen(base, CHARSET).eval()
    images, widths = greedy.padded(_lines(3))
    with torch.no_grad():
        before, _ = base(images, widths)
        after, _ = wide(images, widths)
    assert after.shape[2] == len(CHARSET) + 1
    assert torch.equal(before, after[:, :, : before.shape[2]])
    assert torch.equal(before.argmax(-1), after.argmax(-1))


def test_the_exported_graph_answers_like_the_network(base: Recognizer, tmp_path: Path) -> None:
    export.export(base, tmp_path / "recognizer.onnx")
    assert export.difference(base, tmp_path / "recognizer.onnx") < 1e-3
    export.describe(export.Description("t", "2026-11-22", BASE), tmp_path / "recognizer.json")
    line = _lines(2)[1]
    (frames,) = Reader(tmp_path).read([Window(line.ink / np.float32(255), Region(0, 0, 1, 1, 1), 0, 1)])
    with torch.no_grad():
        logits, steps = base(*greedy.padded([line]))
    assert len(frames.blank) == int(steps[0])
    assert (frames.classes[:, 0] == logits[0, : len(frames.blank)].argmax(-1).numpy()).all()


def test_training_learns_and_goes_on_where_it_was_killed(base: Recognizer, sources: Sources, tmp_path: Path) -> None:
    held = sources_lines(sources)
    plan = Plan(sources, tmp_path, rate=1e-3, lines=1, workers=0)
    first = Training(start.widen(base, CHARSET), plan, held)
    batch = held[:8]
    losses = [first.step(batch) for _ in range(12)]
    assert losses[-1] < losses[0]
    first.pool = 5
    first.judge()
    first.save()
    again = Training(start.widen(base, CHARSET), plan, held)
    assert again.resume()
    assert (again.lines, again.steps, again.pool, again.best) == (first.lines, first.steps, 5, first.best)
    assert again.step(batch) == pytest.approx(first.step(batch), rel=1e-4)
    told = json.loads((tmp_path / "progress.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    assert told["lines"] == 96


def test_a_training_that_is_told_to_stop_saves_first(
    base: Recognizer, sources: Sources, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    training = Training(start.widen(base, CHARSET), Plan(sources, tmp_path, workers=0), [])
    pool = [[line] for line in sources_lines(sources)[:3]]

    def endless(*_: object) -> object:
        yield 0, pool
        signal.raise_signal(signal.SIGTERM)
        yield 1, pool
        raise AssertionError("a pool was begun after the signal")

    monkeypatch.setattr("digitize.training.loop.pools", endless)
    before = signal.getsignal(signal.SIGTERM)
    try:
        training.run()
    finally:
        signal.signal(signal.SIGTERM, before)
    stored = torch.load(tmp_path / "last.pt", weights_only=True)
    assert (stored["pool"], stored["lines"]) == (2, 6)


def sources_lines(sources: Sources) -> list[Sample]:
    from itertools import islice

    from digitize.training.samples import samples

    return [line for line in islice(samples(sources.drawer(), 4), 40) if line.text][:16]
