"""`python -m digitize.training STEP`: what the line recogniser is made by, in steps that may be called again.

webfonts  puts fonts together from npm packages of fontsource, into the first folder of --fonts
fonts     names the families that are trained with and those kept for testing
sheet     draws a sheet of training lines, to look at
train     trains; killed, it goes on from its last checkpoint when it is called again
publish   writes the folder of weights from a checkpoint: graph, bigram, calibration, scores, card
hands     trains the network that finds handwriting, in the fonts of --hands, and writes it beside the weights
judge     reads held-out lines with one or more folders of weights and prints their error rates
all       train (to the number of --lines) and publish
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from digitize.training import fonts
from digitize.training.feed import Sources

_HELD_OUT_SEED, _HELD_OUT_LINES = 77, 200
"""What is read at each checkpoint: lines a level."""
_ALL_LINES = 150_000
_HAND_LINES = 5_000
_BASE = "the recogniser of trueocr 0.1.1"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one step; the exit status."""
    options = _parser().parse_args(arguments)
    options.work.mkdir(parents=True, exist_ok=True)
    if options.step == "all":
        options.lines = options.lines or _ALL_LINES
        _train(options)
        _publish(options)
        return 0
    _STEPS[options.step](options)
    return 0


def _webfonts(options: argparse.Namespace) -> None:
    from digitize.training.webfonts import merge

    for path in merge(options.packages, options.fonts[0] if options.fonts else options.work / "fonts"):
        sys.stdout.write(f"{path}\n")


def _fonts(options: argparse.Namespace) -> None:
    training, testing = fonts.split(fonts.faces(_sources(options).fonts))
    for title, found in (("training", training), ("testing", testing)):
        families = Counter(face.family for face in found)
        sys.stdout.write(f"{title}: {', '.join(f'{name} ({count})' for name, count in sorted(families.items()))}\n")


def _sheet(options: argparse.Namespace) -> None:
    from digitize.training.sheet import draw

    path = options.work / "sheet.png"
    draw(_sources(options), path)
    sys.stdout.write(f"{path}\n")


def _train(options: argparse.Namespace) -> None:
    import cv2

    from digitize.training import start
    from digitize.training.charset import CHARSET
    from digitize.training.loop import Plan, Training

    cv2.setNumThreads(1)
    sources = _sources(options)
    plan = Plan(sources, options.work, options.rate, options.lines, options.workers, options.threads)
    base = start.from_checkpoint(options.base, CHARSET) if options.base else start.from_package(CHARSET)
    training = Training(base, plan, sources.held_out(_HELD_OUT_LINES, _HELD_OUT_SEED, natural=False))
    if not training.resume():
        training.judge()
    training.run()


def _publish(options: argparse.Namespace) -> None:
    from digitize.training import start
    from digitize.training.publish import Trained, publish

    checkpoint = options.checkpoint or options.work / "best.pt"
    base = _BASE
    if options.base:
        base += f", the checkpoint {options.base.name} of {start.lines_of(options.base):,} lines before"
    trained = Trained(checkpoint, start.lines_of(checkpoint), options.base_told or base)
    scores = publish(trained, _sources(options), options.out or options.work / "weights", options.judged)
    sys.stdout.write(json.dumps(scores, indent=1) + "\n")


def _judge(options: argparse.Namespace) -> None:
    from digitize.training.judge import judge

    for natural in (True, False):
        lines = _sources(options).held_out(options.judged, _HELD_OUT_SEED + 1, natural=natural)
        for folder in options.weights:
            told = {"weights": str(folder), "natural": natural, **judge(folder, lines).scores()}
            sys.stdout.write(json.dumps(told) + "\n")


def _hands(options: argparse.Namespace) -> None:
    from digitize.training import card, hand_training

    sources = hand_training.HandSources(
        options.text, (*fonts.FOLDERS, *options.fonts), tuple(options.hands), options.seed
    )
    out = options.out or options.work / "weights"
    out.mkdir(parents=True, exist_ok=True)
    count = options.lines or _HAND_LINES
    found = hand_training.drawn(sources, count, options.workers)
    scores = hand_training.train(found, options.passes, options.seed, out / "hands.onnx")
    told = hand_training.described(sources, count, options.passes, scores)
    (out / "hands.json").write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    path = out / "CARD.md"
    if path.exists():
        path.write_text(card.with_hands(path.read_text(encoding="utf-8"), told), encoding="utf-8")


_STEPS = {
    "hands": _hands,
    "webfonts": _webfonts,
    "fonts": _fonts,
    "sheet": _sheet,
    "train": _train,
    "publish": _publish,
    "judge": _judge,
}


def _sources(options: argparse.Namespace) -> Sources:
    return Sources(options.text, (*fonts.FOLDERS, *options.fonts), options.seed)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m digitize.training", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("step", choices=(*_STEPS, "all"))
    parser.add_argument("--work", type=Path, required=True, help="folder of checkpoints and results")
    parser.add_argument("--text", type=Path, help="folder of .txt files to take stretches of words from")
    parser.add_argument("--fonts", type=Path, nargs="*", default=[], help="further folders of fonts")
    parser.add_argument("--packages", type=Path, nargs="*", default=[], help="packages of fontsource (.tgz)")
    parser.add_argument("--base", type=Path, help="checkpoint to start from (default: the weights of trueocr)")
    parser.add_argument("--base-told", help="what the card says that training began from")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lines", type=int, help="lines to see in all (default: until stopped; all: 150,000)")
    parser.add_argument("--rate", type=float, default=2e-4, help="learning rate; 1e-3 and more diverges")
    parser.add_argument("--workers", type=int, default=1, help="processes that draw lines; 0: this one")
    parser.add_argument("--threads", type=int, default=1, help="threads of the network")
    parser.add_argument("--checkpoint", type=Path, help="what to publish (default: best.pt of the work folder)")
    parser.add_argument("--out", type=Path, help="folder to publish to (default: weights in the work folder)")
    parser.add_argument("--judged", type=int, default=400, help="held-out lines a level for the scores")
    parser.add_argument("--hands", type=Path, nargs="*", default=[], help="folders of fonts of hands (step hands)")
    parser.add_argument("--passes", type=int, default=5, help="passes over the lines (step hands)")
    parser.add_argument("--weights", type=Path, nargs="*", default=[], help="folders of weights to judge")
    return parser


if __name__ == "__main__":
    sys.exit(main())
