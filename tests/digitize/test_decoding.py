"""From frames to words: what the network is sure of stays, what it doubts the language model may settle."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue import nfc
from digitize.ctc import aligned, beam, best_path
from digitize.decoding import Decoder, is_number
from digitize.errors import WeightsMissing
from digitize.language import OTHER, START, LanguageModel, after, word_of
from digitize.onnx_models import WEIGHTS
from digitize.recognizer import BLANK, Facts, Frames, batches

FACTS = Facts.load(WEIGHTS / "recognizer.json")
CHARSET = FACTS.charset
ALPHABET = sorted({character for character in CHARSET if character.strip()})


def frames(text: str, doubts: dict[int, dict[str, float]] | None = None) -> Frames:
    """Frames in which a text is seen, a blank behind each character; `doubts` gives the shares of some of them."""
    rows = []
    for at, character in enumerate(text):
        shares = (doubts or {}).get(at, {character: 0.998})
        rows.append({CHARSET.index(key): share for key, share in shares.items()})
        rows.append({BLANK: 0.9999})
    values = np.full((len(rows), 8), math.log(1e-9), np.float32)
    classes = np.tile(np.arange(len(CHARSET) - 8, len(CHARSET)), (len(rows), 1))
    blank = np.full(len(rows), math.log(1e-4), np.float32)
    for at, row in enumerate(rows):
        for rank, (number, share) in enumerate(sorted(row.items(), key=lambda item: -item[1])):
            classes[at, rank], values[at, rank] = number, math.log(share)
        blank[at] = math.log(row.get(BLANK, 1e-4))
    return Frames(values, classes, blank)


@pytest.fixture(scope="module")
def language() -> LanguageModel:
    return LanguageModel.load(WEIGHTS / "language.npz")


@pytest.fixture(scope="module")
def decoder(language: LanguageModel) -> Decoder:
    return Decoder(FACTS, language)


def read(decoder: Decoder, seen: Frames) -> str:
    return " ".join(token.text for token in decoder.tokens(seen))


@given(st.lists(st.text(ALPHABET, min_size=1, max_size=9), min_size=1, max_size=6))
def test_what_was_seen_surely_is_read_whatever_it_means(words: list[str]) -> None:
    """Codes, names, foreign words: the language model has no say."""
    text = " ".join(words)
    assert read(Decoder(FACTS, _LANGUAGE), frames(text)) == nfc(text)


_LANGUAGE = LanguageModel.load(WEIGHTS / "language.npz")


def test_a_doubtful_tone_mark_is_settled_by_the_syllables_around(decoder: Decoder) -> None:
    text = "Ủy ban nhân dân"
    at = text.index("â", 7)
    assert read(decoder, frames(text, {at: {"ậ": 0.5, "â": 0.4}})) == text
    assert read(Decoder(FACTS, None), frames(text, {at: {"ậ": 0.5, "â": 0.4}})) == "Ủy ban nhận dân"


def test_a_settled_word_is_less_sure_than_one_seen_clearly(decoder: Decoder) -> None:
    text = "Ủy ban nhân dân"
    sure = [token.sure for token in decoder.tokens(frames(text, {9: {"ậ": 0.5, "â": 0.4}}))]
    assert sure[2] < 0.8 and min(sure[0], sure[1], sure[3]) > 0.99


def test_the_national_heading_is_read_as_it_is_prescribed(decoder: Decoder) -> None:
    tokens = decoder.tokens(frames("Độc lập - Tụ do - Hạnh phúc"))
    assert [token.text for token in tokens][3] == "Tự"
    assert "".join(glyph.text for glyph in tokens[3].glyphs) == "Tự"


def test_a_doubtful_digit_is_never_settled_by_the_language_model(decoder: Decoder) -> None:
    assert read(decoder, frames("ngày 05", {5: {"0": 0.5, "m": 0.45}})) == "ngày 05"
    assert read(decoder, frames("số 12/QĐ-UBND", {4: {"7": 0.5, "2": 0.45}})) == "số 17/QĐ-UBND"


def test_a_letter_is_not_made_a_digit(decoder: Decoder) -> None:
    assert not any(map(str.isdigit, read(decoder, frames("lưu", {0: {"l": 0.5, "1": 0.49}}))))


def test_a_long_number_with_letters_in_it_is_read_as_a_number(decoder: Decoder) -> None:
    seen = frames("0O1190000D01", {1: {"O": 0.6, "0": 0.3}, 9: {"D": 0.7, "0": 0.2}})
    (token,) = decoder.tokens(seen)
    assert token.text == "001190000001" and token.sure == pytest.approx(0.2, abs=0.01)


def test_a_code_is_not_taken_for_a_number() -> None:
    assert is_number("00119000000l") and not is_number("001190000001")
    assert not any(map(is_number, ("29A12345", "H12.3A", "QĐ-UBND", "BV1234567")))


def test_a_number_without_digits_at_hand_stays_as_it_was_seen(decoder: Decoder) -> None:
    (token,) = decoder.tokens(frames("00119000000X"))
    assert token.text == "00119000000X"


@given(st.text([c for c in ALPHABET if c.isalpha()], min_size=1, max_size=12))
def test_a_text_is_found_again_in_its_frames(text: str) -> None:
    seen = frames(text)
    glyphs = aligned(seen, text, CHARSET, 100)
    assert [glyph.text for glyph in glyphs] == list(text)
    assert [glyph.start for glyph in glyphs] == [100 + 2 * at for at in range(len(text))]
    assert [(g.text, g.start) for g in best_path(seen, CHARSET)] == [(c, 2 * at) for at, c in enumerate(text)]


def test_a_beam_adds_up_the_paths_of_a_text() -> None:
    """Seen twice as `a` or nothing, `a` is likelier than the best single path says."""
    a = CHARSET.index("a")
    seen = Frames(np.log(np.array([[0.4], [0.4]])), np.array([[a], [a]]), np.log(np.array([0.6, 0.6])))
    texts = dict(beam(seen, CHARSET, lambda _: True, lambda text, whole: 0.0))
    assert math.exp(texts["a"]) == pytest.approx(0.64) and math.exp(texts[""]) == pytest.approx(0.36)


def test_no_frames_are_no_words(decoder: Decoder) -> None:
    empty = Frames(np.zeros((0, 8), np.float32), np.zeros((0, 8), np.int64), np.zeros(0, np.float32))
    assert decoder.tokens(empty) == []


class TestLanguage:
    def test_pairs_that_belong_together_are_likelier(self, language: LanguageModel) -> None:
        assert language.log_probability("việt", "nam") > language.log_probability("việt", "năm")
        assert language.log_probability("nhân", "dân") > language.log_probability(OTHER, "dân")

    def test_an_unknown_syllable_is_likelier_than_an_impossible_one(self, language: LanguageModel) -> None:
        assert "nghoằm" not in language
        assert language.log_probability(START, "ngoằm") > language.log_probability(START, "xqzt")

    @given(st.sampled_from(["việt", "của", START, OTHER, "khôngcó"]), st.text(min_size=1, max_size=7))
    def test_every_word_has_a_probability(self, before: str, word: str) -> None:
        assert -60 < _LANGUAGE.log_probability(before, word) <= 0

    def test_numbers_and_codes_are_no_words(self) -> None:
        assert [word_of(token) for token in ("(Ký,", "12/2024", "QĐ-UBND", "H12", "Nam.")] == [
            "ký", None, None, None, "nam",
        ]  # fmt: skip
        assert after("Nam") == "nam" and after("Nam.") == OTHER and after("12") == OTHER

    def test_a_damaged_model_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "language.npz").write_bytes(b"no archive")
        with pytest.raises(WeightsMissing):
            LanguageModel.load(tmp_path / "language.npz")


@given(st.lists(st.integers(8, 2_000), max_size=60))
def test_lines_are_put_into_batches_of_about_one_width(widths: Sequence[int]) -> None:
    made = list(batches(widths))
    assert sorted(at for batch in made for at in batch) == list(range(len(widths)))
    for batch in made:
        assert max(widths[at] for at in batch) <= 1.25 * min(widths[at] for at in batch)
        assert len(batch) == 1 or len(batch) * max(widths[at] for at in batch) <= 8_000


def test_every_character_is_one_and_composed() -> None:
    assert CHARSET[BLANK] == "" and all(len(c) == 1 and nfc(c) == c for c in CHARSET[1:])
    assert len(set(CHARSET)) == len(CHARSET) and " " in CHARSET


def test_calibration_rises_and_stays_a_share() -> None:
    values = [FACTS.calibrated(raw) for raw in np.linspace(0, 1, 101)]
    assert values == sorted(values) and values[0] >= 0 and values[-1] <= 1
