"""A second opinion on doubtful words: what it changes, what it never does, and that reading goes on without it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from catalogue import font_path
from digitize import EngineFailed, EngineUnknown, Line, OcrEngine, WeightsMissing, Word
from digitize.columns import line_of
from digitize.engines import engine
from digitize.model import quad_of
from digitize.second_opinion import (
    DOUBTFUL,
    TABLES,
    SecondOpinion,
    StretchReader,
    Tables,
    agreed,
    beside,
    doubtful,
    stretch,
)
from digitize.training.calibration import calibrated

PAIRS = sorted(json.loads(TABLES.read_text(encoding="utf-8")))
MEASURED = Tables(agreed=[(0.5, 0.9), (0.9, 0.97)], disputed=[(0.4, 0.3), (0.9, 0.7)], lines=[(0.1, 0.2), (0.9, 0.95)])
PAGE = np.full((400, 1200), 235, np.uint8)


def word(text: str, at: int, sure: float, high: float = 40.0) -> Word:
    box = (100.0 * at, 50.0, 100.0 * at + 90, 50.0 + high)
    return Word(text, box, sure, quad_of(box))


def line(*words: tuple[str, float]) -> Line:
    return line_of([word(text, at, sure) for at, (text, sure) in enumerate(words)])


class Read:
    """A first engine that has read a page already."""

    name, version, cleaning = "first", "first 1", ("flatten",)

    def __init__(self, *lines: Line) -> None:
        self.lines = lines

    def recognise(self, page: Any, dpi: int) -> list[Line]:
        return list(self.lines)


class Says:
    """A second engine that says what it is told to; `None` fails."""

    name, version = "second", "second 2"

    def __init__(self, *said: str | None) -> None:
        self.said = said
        self.calls: list[int] = []

    def stretches(self, page: Any, boxes: Sequence[Any], dpi: int) -> list[list[str]]:
        self.calls.append(len(boxes))
        if None in self.said:
            raise EngineFailed(page=0)
        return [str(text).split() for text in self.said]


DOUBTED = line(("Nguyễn", 0.99), ("Thị", 0.8), ("Dụ", 0.99), ("sinh", 0.99), ("ngày", 0.99))


class TestWeighing:
    def test_agreement_raises_and_says_who_agreed(self) -> None:
        (found,) = SecondOpinion(Read(DOUBTED), Says("Nguyễn Thị Dụ"), MEASURED).recognise(PAGE, 300)
        assert found.words[1].others == ("Thị",) and agreed(found.words[1])
        assert 0.9 < found.words[1].confidence < 0.97

    def test_dispute_lowers_and_keeps_the_text(self) -> None:
        (found,) = SecondOpinion(Read(DOUBTED), Says("Nguyễn Thi Dụ"), MEASURED).recognise(PAGE, 300)
        assert found.text == DOUBTED.text and found.words[1].others == ("Thi",)
        assert found.words[1].confidence < 0.7

    def test_sure_words_stay_as_they_were_whatever_is_said(self) -> None:
        (found,) = SecondOpinion(Read(DOUBTED), Says("Nguyen Thị Du"), MEASURED).recognise(PAGE, 300)
        assert [found.words[at] for at in (0, 2, 3, 4)] == [DOUBTED.words[at] for at in (0, 2, 3, 4)]

    def test_the_line_is_as_sure_as_its_words_make_it(self) -> None:
        (agreeing,) = SecondOpinion(Read(DOUBTED), Says("Nguyễn Thị Dụ"), MEASURED).recognise(PAGE, 300)
        (disputing,) = SecondOpinion(Read(DOUBTED), Says("Nguyễn Thi Dụ"), MEASURED).recognise(PAGE, 300)
        assert 0.2 < disputing.confidence < agreeing.confidence <= 0.95

    def test_decomposed_letters_and_other_quotes_agree(self) -> None:
        doubted = line(("“Thị", 0.5))
        (found,) = SecondOpinion(Read(doubted), Says('"Thi\u0323'), MEASURED).recognise(PAGE, 300)
        assert agreed(found.words[0])

    def test_a_page_without_doubt_is_not_looked_at(self) -> None:
        sure, second = line(("Nguyễn", 0.99), ("Thị", DOUBTFUL)), Says(None)
        assert SecondOpinion(Read(sure), second, MEASURED).recognise(PAGE, 300) == [sure] and second.calls == []

    def test_all_doubts_of_a_page_are_one_call(self) -> None:
        second = Says("Nguyễn Thị Dụ", "Nguyễn Thị Dụ")
        SecondOpinion(Read(DOUBTED, DOUBTED), second, MEASURED).recognise(PAGE, 300)
        assert second.calls == [2]

    def test_what_was_hardly_believed_is_nobody_s_print(self) -> None:
        loops, second = line(("Ủllc", 0.2)), Says("Ủllc")
        assert SecondOpinion(Read(loops), second, MEASURED).recognise(PAGE, 300) == [loops] and second.calls == []

    def test_a_second_engine_that_fails_changes_nothing(self) -> None:
        assert SecondOpinion(Read(DOUBTED), Says(None), MEASURED).recognise(PAGE, 300) == [DOUBTED]

    def test_without_the_second_engine_the_first_goes_on_and_says_so(self) -> None:
        alone = SecondOpinion(Read(DOUBTED), "second", MEASURED)
        assert alone.recognise(PAGE, 300) == [DOUBTED]
        assert alone.name == "first+second" and alone.version == "first 1, without second"


class TestStretches:
    def test_neighbours_go_with_a_doubtful_word(self) -> None:
        sures = (0.99, 0.5, 0.99, 0.99, 0.99, 0.6, 0.7)
        assert list(doubtful(line(*((str(at), sure) for at, sure in enumerate(sures))))) == [(0, 3), (4, 7)]

    @given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
    def test_every_doubtful_word_is_in_exactly_one_stretch(self, sures: list[float]) -> None:
        runs = list(doubtful(line(*(("x", sure) for sure in sures))))
        held = [at for start, end in runs for at in range(start, end)]
        assert len(held) == len(set(held)) and {at for at, sure in enumerate(sures) if sure < DOUBTFUL} <= set(held)

    def test_a_stretch_is_as_high_as_its_straight_line_and_follows_a_bent_one(self) -> None:
        low = word("m", 1, 0.5, high=25.0)
        straight = line_of([word("Kí", 0, 0.9), low])
        assert stretch(straight, 1, 2) == (100.0, 50.0, 190.0, 90.0)
        away = replace(word("xa", 2, 0.9), box=(200.0, 110.0, 290.0, 150.0))
        assert stretch(line_of([word("Kí", 0, 0.9), low, away]), 1, 2) == low.box

    def test_words_parted_otherwise_belong_to_all_of_their_place(self) -> None:
        assert beside(["Ủy", "ban", "xã"], ["Ủyban", "xã"]) == ["Ủyban", "Ủyban", "xã"]
        assert beside(["Ủy", "ban", "xã"], ["Ủy", "bạn", "xã"]) == ["Ủy", "bạn", "xã"]
        assert beside(["Ủy", "ban"], []) == ["", ""]

    @given(st.lists(st.text("abă ", max_size=3), max_size=6), st.lists(st.text("abă ", max_size=3), max_size=6))
    def test_each_word_gets_one_answer(self, mine: list[str], said: list[str]) -> None:
        assert len(beside(mine, said)) == len(mine)
        assert beside(mine, mine) == mine


class TestPairs:
    @pytest.mark.parametrize("pair", PAIRS)
    def test_both_engines_give_their_opinion_on_print(self, pair: str) -> None:
        image = Image.new("L", (1300, 300), 235)
        font = ImageFont.truetype(str(font_path("Tinos-Regular")), 40)
        ImageDraw.Draw(image).text((100, 100), "Ủy ban nhân dân xã Ví Dụ", font=font, fill=20)
        page = np.asarray(image)
        first, second = (engine(name) for name in pair.split("+"))
        assert isinstance(second, StretchReader)
        (read,) = first.recognise(page, 300)
        doubted = replace(read, words=tuple(replace(one, confidence=0.6) for one in read.words))
        (found,) = SecondOpinion(Read(doubted), second, Tables.load(pair)).recognise(page, 300)
        assert found.text == "Ủy ban nhân dân xã Ví Dụ"
        assert all(agreed(one) and one.confidence > 0.6 for one in found.words)

    @pytest.mark.parametrize("pair", PAIRS)
    def test_a_pair_is_chosen_by_name(self, pair: str) -> None:
        made = engine(pair)
        assert isinstance(made, OcrEngine) and made.name == pair
        assert all(name in made.version for name in pair.split("+"))

    @pytest.mark.parametrize("pair", ["hoso+hoso", "hoso+", "+tesseract", "hoso+abbyy", "hoso+tesseract+hoso"])
    def test_other_pairs_are_refused(self, pair: str) -> None:
        with pytest.raises(EngineUnknown):
            engine(pair)

    def test_without_tesseract_hoso_reads_alone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("pytesseract.pytesseract.tesseract_cmd", "/nonexistent/tesseract")
        assert engine("hoso+tesseract").version.endswith("without tesseract")

    def test_agreement_is_worth_more_than_doubt_and_more_than_dispute(self) -> None:
        for pair in PAIRS:
            tables = Tables.load(pair)
            for table in (tables.agreed, tables.disputed, tables.lines):
                assert list(table) == sorted(table) and [true for _, true in table] == sorted(t for _, t in table)
                assert all(0 <= value <= 1 for step in table for value in step)
            for said in np.linspace(0.5, DOUBTFUL, 9):
                high, low = (calibrated(table, [float(said)])[0] for table in (tables.agreed, tables.disputed))
                assert high > low

    def test_tables_that_are_missing_or_damaged_are_named(self, tmp_path: Path) -> None:
        path = tmp_path / TABLES.name
        for content in (None, "{}", '{"hoso+tesseract": {"agreed": 3}}', "\x00"):
            if content is not None:
                path.write_text(content, encoding="utf-8")
            with pytest.raises(WeightsMissing, match=TABLES.name):
                Tables.load("hoso+tesseract", path)
