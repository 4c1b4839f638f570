"""Dates in words and names of peoples are checked against what forms print."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue import date_words, ethnic_group, ethnic_groups, normal_sex, number_words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "không"), (5, "năm"), (10, "mười"), (15, "mười lăm"), (21, "hai mươi mốt"), (24, "hai mươi tư"),
        (30, "ba mươi"), (105, "một trăm linh năm"), (1995, "một nghìn chín trăm chín mươi lăm"),
        (2000, "hai nghìn"), (2005, "hai nghìn không trăm linh năm"), (2019, "hai nghìn không trăm mười chín"),
    ],
)  # fmt: skip
def test_numbers_are_written_as_forms_write_them(number: int, words: str) -> None:
    assert number_words(number) == words


@given(st.integers(0, 9999), st.integers(0, 9999))
def test_different_numbers_have_different_words(a: int, b: int) -> None:
    assert (number_words(a) == number_words(b)) == (a == b)


def test_a_date_of_birth_in_words() -> None:
    assert date_words(date(2019, 4, 5)) == "ngày năm, tháng tư, năm hai nghìn không trăm mười chín"


def test_the_54_peoples_are_known_by_their_spellings() -> None:
    assert len(ethnic_groups()) == 54
    assert ethnic_groups()[0] == "Kinh"
    assert {ethnic_group(name) for name in ("H'Mông", "MÔNG", "HMông")} == {"Mông"}
    assert ethnic_group("Ê-đê") == "Ê Đê"
    assert ethnic_group("Marsian") is None


def test_the_sex_is_read_as_printed() -> None:
    assert [normal_sex(text) for text in ("NỮ", "Nam", "Female", "M", "?")] == ["Nữ", "Nam", "Nữ", "Nam", None]
