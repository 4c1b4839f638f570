"""Exported weights judged as the product uses them: its own recogniser, decoder and bigram over held-out lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from digitize.decoding import Decoder, Token
from digitize.detection import Region
from digitize.language import LanguageModel
from digitize.line_images import Window
from digitize.recognizer import Recognizer
from digitize.training.charset import readable
from digitize.training.samples import Sample
from digitize.training.scores import Tally, words_right

_WHOLE = Region(0.0, 0.0, 1.0, 1.0, 1.0)


@dataclass(slots=True)
class Verdict:
    """Errors by level without and with the language model; of each word, how sure it was and whether it is right."""

    plain: dict[str, Tally] = field(default_factory=dict)
    decoded: dict[str, Tally] = field(default_factory=dict)
    raw: list[float] = field(default_factory=list)
    right: list[bool] = field(default_factory=list)

    def scores(self) -> dict[str, dict[str, float]]:
        """By level: `cer` and `perfect_lines` with the language model, `cer_plain` without."""
        return {
            level: {**tally.as_dict(), "cer_plain": round(self.plain[level].cer, 3)}
            for level, tally in self.decoded.items()
        }


def judge(folder: Path, lines: Sequence[Sample]) -> Verdict:
    """Read the lines with the weights of a folder. Raises `digitize.errors.WeightsMissing`."""
    recognizer = Recognizer(folder)
    plain = Decoder(recognizer.facts, None)
    decoder = Decoder(recognizer.facts, LanguageModel.load(folder / "language.npz"))
    windows = [Window(line.ink.astype(np.float32) / 255, _WHOLE, 0.0, 1.0) for line in lines]
    verdict = Verdict()
    for line, frames in zip(lines, recognizer.read(windows), strict=True):
        verdict.plain.setdefault(line.level, Tally()).add(_text(plain.tokens(frames)), line.text)
        tokens = decoder.tokens(frames)
        text = _text(tokens)
        verdict.decoded.setdefault(line.level, Tally()).add(text, line.text)
        if len(text.split()) == len(tokens):
            verdict.raw += [token.sure for token in tokens]
            verdict.right += words_right(text, line.text)
    return verdict


def _text(tokens: Sequence[Token]) -> str:
    return readable(" ".join(token.text for token in tokens))
