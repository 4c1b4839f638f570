"""The bigram that decoding leans on: probabilities that add up, in a file that is small and always the same."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from digitize.language import OTHER, START, LanguageModel
from digitize.training import bigram

_LINES = [
    "Ủy ban nhân dân xã cấp giấy chứng nhận cho nhân dân",
    "ủy ban nhân dân huyện, số 12 ngày 3 tháng 4",
    "giấy chứng nhận của ủy ban nhân dân",
    "nhân viên nhận giấy của dân xã; giấy xã",
    "UBND tiếp nhậnMẫu đơn",
] * 4


@pytest.fixture(scope="module")
def model() -> LanguageModel:
    return LanguageModel(bigram.count(_LINES))


@pytest.mark.parametrize("before", ["nhân", "giấy", START, OTHER, "không"])
def test_what_may_follow_a_word_adds_up_to_one(model: LanguageModel, before: str) -> None:
    words = bigram.count(_LINES)["words"].tobytes().decode().split("\n")
    assert sum(math.exp(model.log_probability(before, word)) for word in words) == pytest.approx(1.0, abs=0.02)


def test_a_pair_that_comes_often_is_likelier(model: LanguageModel) -> None:
    assert model.log_probability("nhân", "dân") > model.log_probability("nhân", "giấy")
    assert model.log_probability("ban", "nhân") > model.log_probability("ban", "nhận")


def test_an_unknown_syllable_is_likelier_than_an_unknown_word(model: LanguageModel) -> None:
    assert model.log_probability("nhân", "huỳnh") > model.log_probability("nhân", "xqzw")


def test_marks_and_numbers_break_the_context() -> None:
    pairs = list(bigram.pairs_of("huyện, số 12 ngày"))
    assert pairs == [(START, "huyện"), (OTHER, "số"), (OTHER, "ngày")]


def test_words_run_together_are_not_counted() -> None:
    assert "nhậnmẫu" not in dict(bigram.pairs_of("tiếp nhậnMẫu đơn")).values()
    assert (START, "tiếp") in list(bigram.pairs_of("tiếp nhậnMẫu đơn"))


def test_capitals_alone_are_counted_like_small_letters() -> None:
    assert list(bigram.pairs_of("ỦY BAN")) == list(bigram.pairs_of("ủy ban"))


def test_the_file_is_read_back_and_always_the_same(tmp_path: Path, model: LanguageModel) -> None:
    first, again = tmp_path / "a.npz", tmp_path / "b.npz"
    bigram.save(_LINES, first)
    bigram.save(_LINES, again)
    assert first.read_bytes() == again.read_bytes()
    assert LanguageModel.load(first).log_probability("nhân", "dân") == model.log_probability("nhân", "dân")
