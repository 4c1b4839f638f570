"""Letters and their classes: nothing that Vietnamese writes is missing, and old weights keep their meaning."""

from __future__ import annotations

import importlib.resources
import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitize.training.charset import BASE, CHARSET, LOOK_ALIKES, can_be_read, encode, readable

_VOWELS = "aăâeêioôơuưy"
_TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")


def test_every_vietnamese_letter_has_a_class() -> None:
    letters = {unicodedata.normalize("NFC", vowel + tone) for vowel in _VOWELS for tone in _TONES} | {"đ"}
    assert can_be_read("".join(letters) + "".join(letters).upper())


def test_the_base_weights_keep_their_classes() -> None:
    told = json.loads((importlib.resources.files("trueocr") / "models" / "meta.json").read_text(encoding="utf-8"))
    assert "".join(told["charset"]) == BASE
    assert CHARSET.startswith(BASE)


def test_classes_are_told_apart() -> None:
    assert len(set(CHARSET)) == len(CHARSET)
    assert encode(CHARSET) == list(range(1, len(CHARSET) + 1))


def test_an_appended_letter_starts_from_a_letter_of_the_base() -> None:
    assert set(LOOK_ALIKES.values()) <= set(BASE)


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("Điều\u00a01 —  khoản 2", "Điều 1 – khoản 2"),
        ("‘một’", "’một’"),
        ("Hoà", "Hoà"),
        ("Hòa".replace("ò", "o\u0300"), "Hòa"),
        ("5\u00ad6", "56"),
        ("● mục", "• mục"),
    ],
)
def test_print_that_nobody_can_tell_apart_is_read_as_one(printed: str, read: str) -> None:
    assert readable(printed) == read


@given(st.text())
def test_readable_text_stays_as_it_is(text: str) -> None:
    once = readable(text)
    assert readable(once) == once
    assert unicodedata.is_normalized("NFC", once)
