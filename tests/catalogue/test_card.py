"""Scanning a card's QR code or machine-readable zone fills in what the card says, and says that it proves nothing."""

from __future__ import annotations

from datetime import date
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue import CardQr, InvalidCode, Mrz
from catalogue.codes.mrz import check_digit

OLD = "001190000007|012345678|Nguyễn Thị Ví Dụ|15061990|Nữ|Thôn Minh Họa, Xã Mẫu Cũ, Huyện Mô Phỏng|25042021"


def test_a_chip_card_has_seven_fields() -> None:
    card = CardQr.parse(OLD)
    assert (card.form, card.full_name, card.born, card.sex) == ("cccd", "Nguyễn Thị Ví Dụ", date(1990, 6, 15), "Nữ")
    assert card.citizen_id.value == "001190000007"
    assert card.id_card is not None
    assert card.id_card.value == "012345678"
    assert (card.residence, card.issued_on) == ("Thôn Minh Họa, Xã Mẫu Cũ, Huyện Mô Phỏng", date(2021, 4, 25))
    assert card.trust_vi == "chưa xác thực"
    assert card.raw == OLD


def test_a_chip_card_without_an_old_number_is_read() -> None:
    assert CardQr.parse(OLD.replace("012345678", "")).id_card is None
    assert CardQr.parse(OLD.replace("15061990", "00001990")).birth_year == 1990


def test_fields_of_the_card_of_2024_are_told_by_their_looks_in_any_order() -> None:
    fields = ["001190000007", "Nguyễn Thị Ví Dụ", "15061990", "Nữ", "Số 1, đường Thí Điểm, Xã Ví Dụ", "02072024"]
    for order in list(permutations(fields))[::37]:
        card = CardQr.parse("|".join([*order, "012345678", "001190000123"]))
        assert (card.form, card.full_name, card.sex) == ("can_cuoc", "Nguyễn Thị Ví Dụ", "Nữ")
        assert (card.born, card.issued_on) == (date(1990, 6, 15), date(2024, 7, 2))
        assert card.residence == "Số 1, đường Thí Điểm, Xã Ví Dụ"
        assert card.id_card is not None


def test_a_small_childs_card_names_the_parents() -> None:
    card = CardQr.parse("001224000007|Trần Bé|01022024|Nam|Xã Ví Dụ, Hà Nội|02072024|||Trần Văn Mẫu|Nguyễn Thị Ví Dụ")
    assert (card.full_name, card.parents) == ("Trần Bé", ("Trần Văn Mẫu", "Nguyễn Thị Ví Dụ"))
    assert card.residence == "Xã Ví Dụ, Hà Nội"


def test_a_cancelled_number_is_kept_beside_the_one_in_force() -> None:
    card = CardQr.parse("001190000007|Nguyễn Thị Ví Dụ|15061990|Nữ|Xã Ví Dụ, Hà Nội|02072024||001190000123")
    assert card.citizen_id.value == "001190000007"
    assert [old.value for old in card.cancelled_ids] == ["001190000123"]


def test_six_to_twelve_fields_are_a_card() -> None:
    six = "001190000007|Nguyễn Thị Ví Dụ|15061990|Nữ|Xã Ví Dụ, Hà Nội|02072024"
    assert CardQr.parse(six).full_name == "Nguyễn Thị Ví Dụ"
    assert CardQr.parse(six + "|" * 6).full_name == "Nguyễn Thị Ví Dụ"
    for wrong in (six.rpartition("|")[0], six + "|" * 7):
        with pytest.raises(InvalidCode, match="fields"):
            CardQr.parse(wrong)


@given(st.text(max_size=200) | st.lists(st.text("0129 |NamữA,", max_size=14), max_size=14).map("|".join))
def test_any_other_code_is_refused_clearly(text: str) -> None:
    try:
        card = CardQr.parse(text)
    except InvalidCode as error:
        assert error.code == "catalogue.card_qr"
    else:
        assert card.citizen_id.value in text.replace(" ", "")


def td3(number: str, born: str, sex: str, expires: str, personal: str) -> str:
    first = "P<VNMNGUYEN<<THI<VI<DU".ljust(44, "<")
    parts = [number.ljust(9, "<"), born, expires, personal.ljust(14, "<")]
    n, b, e, p = (part + str(check_digit(part)) for part in parts)
    return first + "\n" + n + "VNM" + b + sex + e + p + str(check_digit(n + b + e + p))


def test_the_example_of_the_standard_is_read() -> None:
    zone = Mrz.parse(
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10",
        today=date(2026, 11, 21),
    )
    assert (zone.surname, zone.given_names, zone.number) == ("ERIKSSON", "ANNA MARIA", "L898902C3")
    assert (zone.born, zone.expires, zone.sex) == (date(1974, 8, 12), date(2012, 4, 15), "Nữ")
    card = Mrz.parse("I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<<<")
    assert (card.form, card.number, card.nationality) == ("TD1", "D23145890", "UTO")


@given(
    st.integers(0, 9_999_999).map(lambda number: f"C{number:07d}"),
    st.dates(date(1930, 1, 1), date(2025, 1, 1)),
    st.dates(date(2020, 1, 1), date(2040, 1, 1)),
    st.integers(0, 10**12 - 1).map(lambda number: f"{number:012d}"),
    st.integers(0, 8),
)
def test_passports_are_read_and_a_wrong_character_is_found(
    number: str, born: date, expires: date, personal: str, place: int
) -> None:
    text = td3(number, f"{born:%y%m%d}", "F", f"{expires:%y%m%d}", personal)
    zone = Mrz.parse(text, today=date(2026, 11, 21))
    assert (zone.number, zone.expires, zone.citizen_id and zone.citizen_id.value) == (number, expires, personal)
    assert zone.born is not None
    assert zone.born.replace(year=2000) == born.replace(year=2000)
    at = 45 + place
    value = max("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".find(text[at]), 0)
    wrong = text[:at] + str((value + 1) % 10) + text[at + 1 :]
    with pytest.raises(InvalidCode, match="check digit"):
        Mrz.parse(wrong)


@given(st.text(max_size=100) | st.text("ABC<0123456789", min_size=86, max_size=92))
def test_other_text_is_no_zone(text: str) -> None:
    try:
        Mrz.parse(text)
    except InvalidCode as error:
        assert error.code == "catalogue.mrz"
