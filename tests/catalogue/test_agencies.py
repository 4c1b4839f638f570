"""Old papers name districts and provinces that are gone: right for their day, warned of after it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue import Level, UnknownEntry, agencies, agency, find_agency, province, province_by_name, provinces

BEFORE, AFTER = date(2025, 6, 30), date(2025, 7, 1)


def test_there_were_63_provinces_and_are_34() -> None:
    assert len(provinces(BEFORE)) == 63
    assert len(provinces(AFTER)) == len(provinces()) == 34
    assert len({item.h_code for item in provinces(BEFORE)}) == 63
    assert {item.successor for item in provinces(BEFORE)} == {item.code for item in provinces()}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Bắc Kạn", "Thái Nguyên"),
        ("tỉnh Bà Rịa - Vũng Tàu", "Hồ Chí Minh"),
        ("Cần Thơ", "Cần Thơ"),
        ("BẠC LIÊU", "Cà Mau"),
        ("Yên Bái", "Lào Cai"),
        ("Kiên Giang", "An Giang"),
        ("TP. HCM", "Hồ Chí Minh"),
    ],
)
def test_each_old_province_leads_to_that_of_today(old: str, new: str) -> None:
    found = province_by_name(old, BEFORE)
    assert found is not None
    assert province(found.successor).name == new


def test_two_digits_mean_another_province_before_the_merger() -> None:
    assert province("15", BEFORE).name == "Yên Bái"
    assert province("15", AFTER).name == "Lào Cai"
    assert province("46", date(2024, 12, 31)).name == "Thừa Thiên Huế"
    assert province("46", date(2025, 1, 1)).name == "Huế"
    assert province("01", BEFORE).person_code == "001"
    with pytest.raises(UnknownEntry):
        province("02", AFTER)


@pytest.mark.parametrize(
    "name",
    [
        "UBND huyện Mô Phỏng",
        "Ủy ban nhân dân quận 1, thành phố Hồ Chí Minh",
        "Phòng Tư pháp huyện Thử",
        "ỦY BAN NHÂN DÂN THỊ XÃ THỬ NGHIỆM",
        "UBND thành phố Thử Nghiệm",
        "Chi nhánh Văn phòng đăng ký đất đai huyện Thử",
    ],
)
def test_a_district_may_have_issued_a_paper_until_the_end_of_june_2025(name: str) -> None:
    assert find_agency(name, BEFORE).warnings == ()
    assert find_agency(name, BEFORE).level is Level.DISTRICT
    assert [w.code for w in find_agency(name, AFTER).warnings] == ["issuer.district_gone"]


def test_the_same_issuer_of_2019_passes_and_of_2026_warns() -> None:
    assert not find_agency("UBND huyện Thử", date(2019, 5, 1)).warnings
    warning = find_agency("UBND huyện Thử", date(2026, 5, 1)).warnings[0]
    assert "không còn cấp huyện" in warning.vi


@pytest.mark.parametrize(
    "name",
    [
        "ỦY BAN NHÂN DÂN XÃ VÍ DỤ",
        "UBND xã Ví Dụ",
        "Uỷ ban nhân dân xã Ví Dụ",
        "TM. ỦY BAN NHÂN DÂN XÃ VÍ DỤ.",
    ],
)
def test_the_demo_commune_is_found_as_it_is_printed(name: str) -> None:
    found = find_agency(name, date(2026, 11, 21))
    assert found.agency is not None
    assert (found.agency.code, found.agency.demo, found.warnings) == ("H26.01.02", True, ())


def test_a_commune_that_merged_leads_to_its_successor() -> None:
    found = find_agency("Ủy ban nhân dân xã Mẫu Cũ", date(2016, 3, 1))
    assert found.warnings == ()
    assert found.successor == agency("H26.01.02")
    late = find_agency("Ủy ban nhân dân xã Mẫu Cũ", date(2026, 3, 1))
    assert [w.code for w in late.warnings] == ["issuer.not_then"]


def test_a_province_that_is_gone_is_warned_of_only_after_the_merger() -> None:
    assert find_agency("Công an tỉnh Hà Giang", BEFORE).warnings == ()
    found = find_agency("Công an tỉnh Hà Giang", AFTER)
    assert [w.code for w in found.warnings] == ["issuer.province_not_then"]
    assert found.successor == province("08")
    assert find_agency("Sở Tư pháp thành phố Đà Nẵng", AFTER).warnings == ()


def test_words_that_only_look_like_places_do_not_mislead() -> None:
    police = find_agency("CỤC CẢNH SÁT QUẢN LÝ HÀNH CHÍNH VỀ TRẬT TỰ XÃ HỘI", AFTER)
    assert (police.level, police.warnings) == (Level.MINISTRY, ())
    insurance = find_agency("Bảo hiểm xã hội tỉnh Nghệ An", AFTER)
    assert (insurance.level, insurance.warnings) == (Level.PROVINCE, ())
    assert find_agency("Bệnh viện Ví Dụ", AFTER).level is None


def test_codes_of_both_orders_name_one_agency() -> None:
    assert agency("000.00.00.H13", BEFORE).name == "Ủy ban nhân dân thành phố Cần Thơ"
    assert agency("H26.01.02").name == agency("000.01.02.H26").name
    assert agency("H02").successor == agency("H05").code
    with pytest.raises(UnknownEntry) as caught:
        agency("H02", date(2026, 1, 1))
    assert caught.value.code == "catalogue.unknown_agency"
    assert all(item.provenance.holds(AFTER) for item in agencies(AFTER))


@given(st.text(max_size=60), st.dates(date(1950, 1, 1), date(2100, 1, 1)))
def test_any_name_gets_an_answer(name: str, on: date) -> None:
    assert find_agency(name, on).as_printed == name
