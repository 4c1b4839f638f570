"""Search finds with and without tone marks, and names match as people write them."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue import fold, name_key, nfc, same_name, tone_key

LETTERS = "aăâeêioôơuưyđbcdghklmnpqrstvxAĂÂĐ áàảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ"
TEXTS = st.text(max_size=40) | st.text(LETTERS, max_size=40)


@given(TEXTS)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(TEXTS)
def test_composed_and_decomposed_text_fold_alike(text: str) -> None:
    composed, split = unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)
    assert fold(composed) == fold(split)
    assert tone_key(composed) == tone_key(split)
    assert name_key(composed) == name_key(split)


@given(TEXTS)
def test_keys_settle(text: str) -> None:
    assert tone_key(tone_key(text)) == tone_key(text)
    assert name_key(name_key(text)) == name_key(text)
    assert nfc(nfc(text)) == nfc(text)


def test_folding_drops_every_vietnamese_mark() -> None:
    assert fold("  NGUYỄN\u00a0Thị  Đào\n") == "nguyen thi dao"
    assert fold(LETTERS).replace(" ", "").isascii()


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Nguyễn Thị Thuý", "NGUYỄN THỊ THÚY"),
        ("Trần Hoà", "Trần Hòa"),
        ("Lê Xuân Khoẻ", "Lê Xuân Khỏe"),
        ("Lý Mỹ", "Lí Mĩ"),
        ("Vũ  Kỳ", "Vũ Kì"),
    ],
)
def test_two_spellings_of_one_name_are_the_same(left: str, right: str) -> None:
    assert same_name(left, right)


@pytest.mark.parametrize(
    ("left", "right"), [("Hòa", "Hỏa"), ("Thúy", "Thủy"), ("Quý", "Quí Anh"), ("Đào", "Dào"), ("", ""), ("Tuy", "Tui")]
)
def test_different_names_stay_different(left: str, right: str) -> None:
    assert not same_name(left, right)


def test_marks_may_be_left_out_only_where_that_is_asked() -> None:
    assert not same_name("NGUYEN THI DAO", "Nguyễn Thị Đào")
    assert same_name("NGUYEN THI DAO", "Nguyễn Thị Đào", tones=False)
    assert tone_key("Quý") == "quý"
