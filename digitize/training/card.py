"""The model card beside the weights: what they are, what they were made from, how well they read, where they fail."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_TEXT = Path(__file__).with_name("card.md")


def written(
    version: str, date: str, base: str, lines: int, letters: str, told: Mapping[str, str], scores: Mapping[str, Any]
) -> str:
    """The card's text, the template `card.md` filled in. `told` is what `publish.sources_told` answers."""
    levels: Mapping[str, Mapping[str, float]] = scores["levels"]
    rows = [
        f"| {name} | {s['cer']:.2f} | {s['cer_plain']:.2f} | {s['perfect_lines']:.1f} |" for name, s in levels.items()
    ]
    return _TEXT.read_text(encoding="utf-8").format(
        version=version,
        date=date,
        letters=len(letters),
        base=base,
        lines=lines,
        seed=told["seed"],
        text=f" ({told['text']})" if "text" in told else "",
        fonts=told["fonts"],
        test_fonts=told["test_fonts"],
        count=f"{max(int(s['lines']) for s in levels.values()):,}",
        rows="\n".join(rows),
        ece=scores["calibration_error"],
        ece_raw=scores["calibration_error_raw"],
        words=scores["words"],
    )


def with_confidence(text: str, told: Mapping[str, Any]) -> str:
    """A card that says what confidences are worth on pages in place of what was known of lines; `told` is what
    `bench.confidence` measured."""
    words, lines, levels = told["words"], told["lines"], told["levels"]
    surest = "; ".join(
        f"of the {row['words']:,} words given {row['from']} or more {row['wrong']:,} are wrong"
        f" ({100 * row['wrong'] / max(1, row['words']):.2f} %)"
        for row in told["surest"]
    )
    by_level = ", ".join(f"{level} {error:.3f}" for level, error in levels.items())
    said = (
        "**Confidence.** A word's and a line's confidence is calibrated on pages of held-out fonts and texts\n"
        f"(`python -m bench.confidence`) and judged on {told['pages']} others: expected calibration error"
        f" {words['error']:.3f} over {words['count']:,} words\n(by level: {by_level}) and {lines['error']:.3f} over"
        f" {lines['count']:,} lines, a line being right when all of it is;\n{surest}.\n"
        "The pages are drawn: real paper holds other damage."
    )
    return re.sub(r"\*\*Confidence\.\*\*.*?(?=\n\n)", lambda _: said, text, count=1, flags=re.DOTALL)


def with_hands(text: str, told: Mapping[str, Any]) -> str:
    """A card that also tells of the network that finds handwriting; `told` is what `hands.json` says."""
    wrong = [100 * told["stretches"][which] for which in ("print_as_hand", "hand_as_print")]
    said = (
        "**Handwriting.** `hands.onnx` looks at lines of 32 rows and says for every eight columns how surely a pen"
        f" wrote there. Made {told['date']} by"
        f" `python -m digitize.training hands` from {told['samples']:,} synthetic lines, seed\n{told['seed']}, printed,"
        " filled in or written whole in the fonts of these hands, each moved, bent and traced anew:"
        f" {', '.join(told['hands'])}.\nOf stretches of such lines that were kept apart {wrong[0]:.2f} % of the printed"
        f" ones are taken for a hand's, {wrong[1]:.2f} % of the written ones for\nprint."
        " No real handwriting was seen, in training or since: fonts are tamer than people. What pages give is in"
        " docs/benchmarks.md."
    )
    if "**Handwriting.**" in text:
        return re.sub(r"\*\*Handwriting\.\*\*.*?(?=\n\n)", lambda _: said, text, count=1, flags=re.DOTALL)
    return text.replace("**Where it fails.**", f"{said}\n\n**Where it fails.**", 1)
