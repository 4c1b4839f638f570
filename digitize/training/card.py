"""The model card beside the weights: what they are, what they were made from, how well they read, where they fail."""

from __future__ import annotations

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
