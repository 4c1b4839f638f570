"""What a second opinion is worth: fits how sure a word is that two engines read alike, or not, and proves it on others.

    .venv/bin/python -m bench.opinions WORK [--pair hoso+tesseract]

`WORK/fit` and `WORK/judged` are the sets of pages of `bench.confidence`. For each pair of engines the tables are fitted
on the first set and written into `digitize/weights/opinions.json`, with what they are worth on the second. A step of
publishing, after `bench.confidence`: run it whenever weights, calibration, decoding or cleaning have changed much.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from bench.chance import at_most
from bench.confidence import Judged, judged
from digitize import engine
from digitize.second_opinion import TABLES, SecondOpinion, StretchReader, agreed
from digitize.training.calibration import calibrated, expected_error

_PAIRS = {"hoso+tesseract": "hoso_tesseract", "tesseract+hoso": "tesseract_hoso"}
# Words of one step of a table: few enough for some steps, enough that one more error does not move it much.
_STEP = 40
_SHOWN = (0.0, 0.5, 0.7, 0.9)
Table = list[tuple[float, float]]


def hoso_tesseract() -> SecondOpinion:
    """What the tables of `hoso+tesseract` are fitted to."""
    return _untabled("hoso", "tesseract")


def tesseract_hoso() -> SecondOpinion:
    """What the tables of `tesseract+hoso` are fitted to."""
    return _untabled("tesseract", "hoso")


def _untabled(first: str, second: str) -> SecondOpinion:
    reader = engine(second)
    assert isinstance(reader, StretchReader)
    return SecondOpinion(engine(first), reader, None)


def fitted(said: Sequence[float], right: Sequence[bool]) -> Table:
    """Pairs of what was said and how often it was right, both rising, one error taken as half made where none was."""
    order = np.argsort(said, kind="stable")
    table: Table = []
    for part in np.array_split(order, max(1, len(order) // _STEP)):
        share = (sum(right[at] for at in part) + 0.5) / (len(part) + 1)
        middle = float(np.mean([said[at] for at in part])) if len(part) else 0.0
        table.append((round(middle, 5), round(max(share, table[-1][1] if table else 0.0), 5)))
    return table


def tables_of(found: Judged) -> dict[str, Table]:
    """The tables of a pair of engines, from pages read without."""
    tables = {}
    for name, alike in (("agreed", True), ("disputed", False)):
        at = [i for i, word in enumerate(found.read) if word.others and agreed(word) == alike]
        tables[name] = fitted([found.words[i] for i in at], [found.right[i] for i in at])
    sure = found.sure(weighed(found, tables))
    asked = _asked_lines(found)
    tables["lines"] = fitted([sure[at] for at in asked], [found.whole[at] for at in asked])
    return tables


def weighed(found: Judged, tables: dict[str, Table]) -> list[float]:
    """The confidence of each word after the second opinion."""
    return [
        calibrated(tables["agreed" if agreed(word) else "disputed"], [said])[0] if word.others else said
        for word, said in zip(found.read, found.words, strict=True)
    ]


def _asked_lines(found: Judged) -> list[int]:
    return [at for at, line in enumerate(found.lines) if any(found.read[word].others for word in line)]


def worth(found: Judged, tables: dict[str, Table], pages: int) -> dict[str, Any]:
    """What a second opinion changes on pages that no table was fitted to."""
    words = weighed(found, tables)
    sure, asked = found.sure(words), set(_asked_lines(found))
    lines = [calibrated(tables["lines"], [sure[at]])[0] if at in asked else said for at, said in enumerate(found.told)]
    return {
        "pages": pages,
        "words": len(words),
        "asked": sum(bool(word.others) for word in found.read),
        "agreed": _right(found, True),
        "disputed": _right(found, False),
        "word_error": [round(expected_error(said, found.right), 4) for said in (found.words, words)],
        "line_error": [round(expected_error(said, found.whole), 4) for said in (found.told, lines)],
        "log_loss": [round(_loss(said, found.right), 5) for said in (found.words, words)],
        "below 0.9": [sum(value < 0.9 for value in said) for said in (found.words, words)],
    }


def _right(found: Judged, alike: bool) -> list[dict[str, float]]:
    """By what the first engine said from: how many words, how many of them wrong, and at most what share (95 %)."""
    rows = []
    for low, high in pairwise(_SHOWN):
        at = [
            i
            for i, word in enumerate(found.read)
            if word.others and agreed(word) == alike and low <= found.words[i] < high
        ]
        wrong = sum(not found.right[i] for i in at)
        rows.append({"from": low, "words": len(at), "wrong": wrong, "most": round(at_most(wrong, len(at)), 4)})
    return rows


def _loss(said: Sequence[float], right: Sequence[bool]) -> float:
    """The mean surprise: less is better, where calibration alone cannot tell knowing from not."""
    return -sum(
        math.log(min(max(value if ok else 1 - value, 1e-5), 1.0)) for value, ok in zip(said, right, strict=True)
    ) / max(1, len(said))


def main() -> None:
    """Fits, judges, writes."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.opinions", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("work", type=Path, help="folder of the two sets of pages of bench.confidence")
    parser.add_argument("--pair", choices=sorted(_PAIRS), help="only these two engines")
    wanted = parser.parse_args()
    for pair in [wanted.pair] if wanted.pair else sorted(_PAIRS):
        name = f"bench.opinions:{_PAIRS[pair]}"
        tables = tables_of(judged(wanted.work / "fit", name))
        pages = len(list((wanted.work / "judged").glob("*/truth/*.json")))
        told = tables | {"measured": worth(judged(wanted.work / "judged", name), tables, pages)}
        held = json.loads(TABLES.read_text(encoding="utf-8")) if TABLES.exists() else {}
        TABLES.write_text(json.dumps(held | {pair: told}, indent=1) + "\n", encoding="utf-8")
        print(pair, json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
