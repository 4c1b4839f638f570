"""The shipped weights: what the card and the description say of them is there and fits the product's reader."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from digitize.detection import Region
from digitize.language import LanguageModel
from digitize.line_images import Window
from digitize.onnx_models import WEIGHTS
from digitize.recognizer import Recognizer
from digitize.training.card import written
from digitize.training.charset import CHARSET
from digitize.training.contract import LINE_HEIGHT, STRIDE

_MOST_BYTES = 10 * 2**20
_LANGUAGE_BYTES = 2 * 2**20


def test_the_weights_fit_into_the_package() -> None:
    assert sum(path.stat().st_size for path in WEIGHTS.iterdir()) <= _MOST_BYTES
    assert (WEIGHTS / "language.npz").stat().st_size <= _LANGUAGE_BYTES


def test_the_licence_of_the_base_is_kept() -> None:
    notice = (WEIGHTS / "NOTICE").read_text(encoding="utf-8")
    assert "trueocr" in notice and "Apache License, Version 2.0" in notice


def test_the_description_fits_the_graph() -> None:
    recognizer = Recognizer(WEIGHTS)
    letters = "".join(recognizer.facts.charset)
    assert CHARSET.startswith(letters)
    assert (recognizer.facts.shape.height, recognizer.facts.stride) == (LINE_HEIGHT, STRIDE)
    ink = np.zeros((3 * LINE_HEIGHT, 100), np.float32)
    (frames,) = recognizer.read([Window(ink, Region(0.0, 0.0, 1.0, 1.0, 1.0), 0.0, 1.0)])
    assert frames.values.shape == (17, 8) and frames.blank.shape == (17,)
    assert frames.classes.max() <= len(letters)


def test_the_card_names_version_and_base() -> None:
    card = (WEIGHTS / "CARD.md").read_text(encoding="utf-8")
    told = json.loads((WEIGHTS / "recognizer.json").read_text(encoding="utf-8"))
    assert told["version"] in card and told["date"] in card and "trueocr" in card


def test_the_bigram_knows_the_words_of_offices() -> None:
    model = LanguageModel.load(WEIGHTS / "language.npz")
    assert model.log_probability("nhân", "dân") > model.log_probability("nhân", "dần")


def test_a_card_gives_the_scores_it_was_written_from() -> None:
    scores = {
        "levels": {"bad": {"cer": 1.234, "cer_plain": 2.5, "perfect_lines": 81.0, "lines": 400}},
        "calibration_error": 0.0123,
        "calibration_error_raw": 0.0456,
        "words": 4321,
    }
    told = {"seed": "5", "fonts": "A, B", "test_fonts": "C", "text": "12 lines"}
    card = written("1.9", "2026-11-22", "a base", 123_456, "abc", told, scores)
    for fact in (
        "1.9",
        "123,456",
        "| bad | 1.23 | 2.50 | 81.0 |",
        "0.012",
        "4,321",
        "A, B",
        "(C)",
        "12 lines",
        "a base",
    ):
        assert fact in card


def test_every_file_of_the_contract_is_there() -> None:
    names = {path.name for path in Path(WEIGHTS).iterdir()}
    ours = {"recognizer.onnx", "recognizer.json", "language.npz", "opinions.json", "hands.onnx", "hands.json"}
    assert names == ours | {"CARD.md", "NOTICE"}
