"""What a field may hold decides between readings that were seen about as well, and invents nothing."""

from __future__ import annotations

import math
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitize.grammars import CITIZEN_ID, DATE, DAY, NUMBER, YEAR, Grammar, read
from digitize.model import Lattice, Line, Word, quad_of
from digitize.rereading import reread
from digitize.spans import TextLine
from digitize.titles import Placed

BOX = (0.0, 0.0, 10.0, 10.0)


def word(text: str, doubts: dict[int, dict[str, float]] | None = None, sure: float = 0.999) -> Word:
    """A word; with `doubts`, the shares of what was seen in some characters' places (what is left was nothing)."""
    lattice: Lattice = ()
    if doubts is not None:
        frames = []
        for at, character in enumerate(text):
            shares = doubts.get(at, {character: 0.999})
            nothing = max(1e-4, 1 - sum(shares.values()))
            frames.append((("", math.log(nothing)), *((key, math.log(share)) for key, share in shares.items())))
            frames.append((("", 0.0),))
        lattice = tuple(frames)
    return Word(
        text, BOX, min([sure, *(share[text[at]] for at, share in (doubts or {}).items())]), quad_of(BOX), lattice
    )


def line(*words: Word) -> TextLine:
    text = " ".join(one.text for one in words)
    return TextLine(1, Placed(Line(text, BOX, quad_of(BOX), 0.9, words), 0.1, 0.3, 0.6, 0.33))


def best(grammar: Grammar, *words: Word) -> str | None:
    found = read(words, grammar)
    return found.text if found else None


def test_a_letter_in_a_citizen_id_is_the_digit_that_was_seen_second() -> None:
    seen = word("00109000O123", {8: {"O": 0.6, "0": 0.35}})
    found = read([seen], CITIZEN_ID)
    assert found is not None and found.text == "001090000123" and 0.8 < found.sure < 1


def test_a_digit_that_was_hardly_seen_is_not_invented() -> None:
    assert read([word("00109000X123", {8: {"X": 0.97, "0": 0.01}})], CITIZEN_ID) is None
    assert read([word("00109000123", {0: {"0": 0.98}})], CITIZEN_ID) is None


def test_boxes_left_between_digits_mean_nothing() -> None:
    parts = [word("001|0"), word("9 0001", {2: {"0": 0.7, "O": 0.2}}), word("[234")]
    assert best(CITIZEN_ID, *parts) == "001090001234"


def test_a_citizen_id_of_a_century_to_come_is_the_less_likely_one() -> None:
    assert best(CITIZEN_ID, word("001890001234", {3: {"8": 0.5, "3": 0.4}})) == "001390001234"
    assert best(CITIZEN_ID, word("001890001234", {3: {"8": 0.95, "3": 0.04}})) == "001890001234"


def test_no_day_that_the_calendar_does_not_have() -> None:
    seen = word("31/02/2024", {0: {"3": 0.5, "2": 0.3, "0": 0.15}, 4: {"2": 0.8, "7": 0.01}})
    assert best(DATE, seen) == "21/02/2024"
    assert best(DATE, word("12/05/2024", {2: {"1": 0.6, "/": 0.3}})) == "12/05/2024"


@given(st.dates(date(1850, 1, 1), date(2150, 12, 31)))
def test_every_day_is_one_and_what_was_seen_stays(day: date) -> None:
    text = f"{day:%d/%m}/{day.year}"
    assert best(DATE, word(text, {0: {text[0]: 0.9}})) == text


@pytest.mark.parametrize("text", ["123/QĐ-UBND", "7/2024/TT-BTP", "12A/BC-VHXH", "27/2024/QĐST-HNGĐ", "58"])
def test_numbers_with_their_symbols(text: str) -> None:
    assert best(NUMBER, word(text, {0: {text[0]: 0.8}})) == text


def test_a_number_begins_with_digits_and_its_symbol_has_letters() -> None:
    seen = word("l23/QĐ-U8ND", {0: {"l": 0.6, "1": 0.3}, 8: {"8": 0.5, "B": 0.45}})
    assert best(NUMBER, seen) == "123/QĐ-UBND"


def test_two_readings_that_both_fit_stay_in_doubt() -> None:
    found = read([word("001090000123", {5: {"0": 0.5, "8": 0.45}})], CITIZEN_ID)
    assert found is not None and found.sure < 0.6


def test_a_day_and_a_year_alone() -> None:
    assert best(DAY, word("O5", {0: {"O": 0.5, "0": 0.4}})) == "05" and best(DAY, word("45", {0: {"4": 0.9}})) is None
    assert best(YEAR, word("2O24,", {1: {"O": 0.5, "0": 0.4}})) == "2024"


class TestLines:
    def test_a_date_in_words_is_read_as_one(self) -> None:
        doubt = word("O5", {0: {"O": 0.5, "0": 0.4}})
        made = reread([line(word("ngày"), doubt, word("tháng"), word("12"), word("năm"), word("2024."))])
        assert made[0].text == "ngày 05 tháng 12 năm 2024."
        assert made[0].words[1].confidence > doubt.confidence

    def test_a_long_number_is_a_citizen_id_where_it_is_called_so(self) -> None:
        number = word("00109000O123,", {8: {"O": 0.6, "0": 0.35}})
        called = reread([line(word("Số"), word("CCCD:"), number)])
        assert called[0].text == "Số CCCD: 001090000123,"
        assert reread([line(word("Mã"), word("số:"), number)])[0].words[2] == number

    def test_the_label_may_stand_on_the_line_before(self) -> None:
        number = word("00109000O123", {8: {"O": 0.6, "0": 0.35}})
        made = reread([line(word("Số"), word("định"), word("danh:")), line(number)])
        assert made[1].text == "001090000123"

    def test_lines_without_doubt_stay_the_same(self) -> None:
        sure = line(word("Số:"), word("31/02/2024"), word("CCCD"), word("00109"))
        assert reread([sure]) == [sure]

    def test_what_no_grammar_reads_stays_as_it_was(self) -> None:
        doubtful = line(word("ngày"), word("45", {0: {"4": 0.9}}), word("tháng"), word("12"), word("năm"), word("2024"))
        assert reread([doubtful])[0].text == doubtful.text
        assert reread([doubtful])[0].words[1].confidence == doubtful.words[1].confidence
