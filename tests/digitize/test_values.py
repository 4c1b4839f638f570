"""Dates, numbers and names as they are printed and misread; labels and what stands after them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitize.heading import dated, issuer_field
from digitize.labels import label_key, label_likeness, labelled
from digitize.model import Line, Word, quad_of
from digitize.spans import TextLine
from digitize.syllables import is_sound, is_syllable, syllable_share
from digitize.titles import Placed
from digitize.values import find_citizen_id, find_date, find_name, find_number, notation_of


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_every_way_to_write_a_date(day: date) -> None:
    for text in (
        f"Ví Dụ, ngày {day.day:02} tháng {day.month} năm {day.year}",
        f"ngày {day.day:02} tháng {day.month:02} năm {day.year}.",
        f"{day.day:02}/{day.month:02}/{day.year}",
        f"sinh {day.day}.{day.month}.{day.year}",
        f"{day.day}-{day.month}-{day.year}",
    ):
        found = find_date(text)
        assert found is not None and found.text == day.isoformat() and found.penalty == 1.0, text


def test_misread_digits_cost_confidence() -> None:
    found = find_date("ngày O5 tháng 6 năm 2O19")
    assert found is not None and found.text == "2019-06-05" and found.penalty < 1
    assert find_date("ngày 31 tháng 02 năm 2019") is None or find_date("ngày 31 tháng 02 năm 2019").text == "2019"  # type: ignore[union-attr]
    assert find_date("Năm sinh 1965").text == "1965"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "boxed", "expected", "whole"),
    [
        ("số định danh 001190000001.", False, "001190000001", True),
        ("0 0 1 1 9 0 0 0 0 0 0 1", True, "001190000001", False),
        ("|0|0|1|1|9|O|o|0|0|0|0|1|", True, "001190000001", False),
        ("0011900000012", False, None, True),
        ("00119000001", True, None, True),
        ("không có", True, None, True),
    ],
)
def test_citizen_ids(text: str, boxed: bool, expected: str | None, whole: bool) -> None:
    found = find_citizen_id(text, boxed=boxed)
    assert (found.text if found else None) == expected
    assert found is None or (found.penalty == 1.0) is whole


@given(st.text(max_size=40))
def test_no_text_is_too_strange(text: str) -> None:
    for find in (find_date, find_citizen_id, find_number, find_name):
        found = find(text)
        assert found is None or 0 <= found.start <= found.end <= len(text)


@pytest.mark.parametrize(
    ("text", "number", "notation"),
    [
        ("27/2024/QĐST-HNGĐ", "27/2024/QĐST-HNGĐ", "QĐST-HNGĐ"),
        ("118/XN", "118/XN", "XN"),
        ("12/2016", "12/2016", None),
        (" 45 / QĐ-UBND ", "45/QĐ-UBND", "QĐ-UBND"),
    ],
)
def test_numbers_and_notations(text: str, number: str, notation: str | None) -> None:
    found = find_number(text)
    assert found is not None and found.text == number and notation_of(number) == notation


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("NGUYỄN THỊ MẪU", "NGUYỄN THỊ MẪU"),
        ("NGUYỄN THỊ MẪU Giới tính Nữ", "NGUYỄN THỊ MẪU"),
        ("Nguyễn Thị Mẫu, sinh năm", "Nguyễn Thị Mẫu"),
        ("người có tên", None),
    ],
)
def test_names(text: str, expected: str | None) -> None:
    found = find_name(text)
    assert (found.text if found else None) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ví Dụ, ngày 05 tháng 11 năm 2026", "2026-11-05"),
        ("Làm tại: xã Ví Dụ, ngày 16 tháng 11 năm 2026", "2026-11-16"),
        ("Ngày, tháng, năm sinh: 01/01/1990", None),
        ("Căn cứ Quyết định ngày 05 tháng 11 năm 2026 của Ủy ban nhân dân tỉnh", None),
    ],
)
def test_the_line_of_place_and_date(text: str, expected: str | None) -> None:
    made = dated([text_line("ĐƠN ĐỀ NGHỊ", 0.1), text_line(text, 0.2)])
    assert (made.value if made else None) == expected


def test_the_issuer_is_the_last_agency_of_the_head() -> None:
    head = [
        text_line("ỦY BAN NHÂN DÂN TỈNH THỬ NGHIỆM", 0.05, 0.4),
        text_line("ỦY BAN NHÂN DÂN PHƯỜNG GIẢ", 0.07, 0.4),
        text_line("CŨ", 0.09, 0.4),
        text_line("Số: 12/2016", 0.11, 0.4),
        text_line("Số định danh cá nhân: 001190000001", 0.3, 0.5),
    ]
    made = issuer_field(head)
    assert made is not None and made.value == "ỦY BAN NHÂN DÂN PHƯỜNG GIẢ CŨ"
    assert issuer_field(head[3:]) is None


def text_line(text: str, top: float = 0.3, right: float = 0.6) -> TextLine:
    words, at = [], 100.0
    for word in text.split():
        box = (at, 1000 * top, at + 10.0 * len(word), 1000 * top + 20)
        words.append(Word(word, box, 0.95, quad_of(box)))
        at = box[2] + 10
    box = (100.0, 1000 * top, at, 1000 * top + 20)
    return TextLine(1, Placed(Line(text, box, quad_of(box), 0.95, tuple(words)), 0.1, top, right, top + 0.02))


def test_several_labels_on_a_line() -> None:
    found = labelled([text_line("2. Ngày, tháng, năm sinh: 01/01/1990 3. Giới tính: Nữ")])
    assert [(pair.key, pair.value) for pair in found] == [
        ("ngay thang nam sinh", "01/01/1990"),
        ("gioi tinh", "Nữ"),
    ]
    assert [word.text for word in found[0].words] == ["01/01/1990"]


def test_a_long_value_runs_on_to_the_next_line() -> None:
    lines = [text_line("Nơi cư trú: Số 1, thôn Minh Họa, xã Ví Dụ,", 0.3, 0.9), text_line("tỉnh Thử Nghiệm", 0.325)]
    (pair,) = labelled(lines)
    assert pair.value == "Số 1, thôn Minh Họa, xã Ví Dụ, tỉnh Thử Nghiệm"
    apart = [lines[0], text_line("tỉnh Thử Nghiệm", 0.5)]
    assert labelled(apart)[0].value == "Số 1, thôn Minh Họa, xã Ví Dụ,"


def test_a_label_tells_whose_field_it_is() -> None:
    own, mother = label_key("Họ, chữ đệm, tên"), label_key("Họ, chữ đệm, tên người mẹ")
    assert label_likeness(own, mother) == 0.0
    assert label_likeness(label_key("Họ, chữ đệm, tên mẹ"), mother) > 0.9
    assert label_likeness(label_key("Số định danh cá nhân"), label_key("Số đinh danh cánhân (nếu có)")) > 0.85


@pytest.mark.parametrize(
    "word", ["nghiêng", "Việt", "khuỷu", "giặt", "yêu", "oai", "quốc", "đường", "Phước", "hòa", "hoà", "quý"]
)
def test_syllables(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["street", "Vieät", "xyz", "brnng", "hợợp"])
def test_what_is_no_syllable(word: str) -> None:
    assert not is_syllable(word)


def test_a_sound_text_layer_is_told_from_a_broken_one() -> None:
    assert is_sound("Cộng hòa xã hội chủ nghĩa Việt Nam, độc lập, tự do, hạnh phúc; kính gửi Ủy ban nhân dân xã")
    assert is_sound("The quick brown fox jumps over the lazy dog in a house of ten men and an old song to sing")
    assert not is_sound("Céng hoµ x· héi chñ nghÜa ViÖt Nam §éc lËp Tù do H¹nh phóc")
    assert not is_sound("(cid:12)(cid:44)(cid:81) ngày")
    assert not is_sound("\ue001\ue002\ue003 xã \ue004\ue005")
    assert syllable_share("Việt Nam xyzzy brnng") == 0.5
