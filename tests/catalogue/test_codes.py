"""What a user relies on when typing, scanning or storing a code."""

from __future__ import annotations

import pickle
import string
import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue import (
    AgencyCode,
    CitizenId,
    Code,
    DocCode,
    DocumentNumber,
    DossierCode,
    IdCard,
    Identifier,
    InvalidCode,
    LandSerial,
    Passport,
    Plate,
    ProcedureCode,
    ResultCode,
    ResultTypeCode,
    TaxCode,
    mask,
)

ALNUM = string.digits + string.ascii_uppercase


def digits(low: int, high: int | None = None) -> st.SearchStrategy[str]:
    return st.text(string.digits, min_size=low, max_size=high or low)


def tax_check(nine: str) -> int:
    return 10 - sum(w * int(d) for w, d in zip((31, 29, 23, 19, 17, 13, 7, 5, 3), nine, strict=True)) % 11


tax_heads = digits(9).filter(lambda nine: tax_check(nine) != 10).map(lambda nine: nine + str(tax_check(nine)))
tops = st.builds(lambda letter, two: letter + two, st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXY"), digits(2))
groups = st.lists(st.text(ALNUM, min_size=1, max_size=4), max_size=6)
new_agencies = st.builds(lambda top, rest: ".".join([top, *rest]), tops, groups)
old_agencies = st.builds(lambda a, b, c, top: f"{a}.{b}.{c}.{top}", digits(3), digits(2), digits(2), tops)
days = st.dates(date(2000, 1, 1), date(2099, 12, 31))
dossiers = st.builds(lambda a, d, n: f"{a}-{d:%y%m%d}-{n}", new_agencies | old_agencies, days, digits(4, 9))
notations = st.lists(st.sampled_from(["QĐ-UBND", "TLKT-BS", "UBND-XNTTHN", "TT-BTP", "HĐND", "CTr-UBND"]), max_size=2)

WELL_FORMED: list[tuple[type[Code], st.SearchStrategy[str]]] = [
    (CitizenId, digits(12)),
    (IdCard, digits(9)),
    (Passport, st.builds(lambda a, n: a + n, st.sampled_from(string.ascii_uppercase), digits(7, 8))),
    (TaxCode, tax_heads | st.builds(lambda head, n: f"{head}-{n:03d}", tax_heads, st.integers(1, 999))),
    (AgencyCode, new_agencies | old_agencies),
    (DossierCode, dossiers),
    (ResultCode, st.builds(lambda d, n: f"{d}-KQ{n}", dossiers, st.just("") | st.integers(1, 999).map(str))),
    (
        ProcedureCode,
        st.builds(
            lambda a, b, c: f"{a}.{b}{c}", digits(1), digits(6), st.just("") | old_agencies.map(lambda a: f".{a}")
        ),
    ),
    (ResultTypeCode, st.builds(lambda top, n: f"KQ.{top}.{n}", tops, digits(5, 7))),
    (
        DocCode,
        st.builds(
            lambda a, kind, n, v: f"{a}_{kind}_{n}_V{v}",
            new_agencies,
            st.sampled_from(["CV", "QĐ", "CTr", "L"]),
            digits(5, 6),
            st.integers(1, 9999),
        ),
    ),
    (DocumentNumber, st.builds(lambda n, rest: "/".join([n, *rest]), digits(1, 6), notations)),
    (LandSerial, st.builds(lambda a, n: f"{a} {n}", st.text("ABCDĐE", min_size=1, max_size=2), digits(6, 8))),
    (
        Plate,
        st.builds(
            lambda p, s, d, n: f"{p}{s}{d}-{n[:3]}.{n[3:]}" if len(n) == 5 else f"{p}{s}{d}-{n}",
            digits(2),
            st.sampled_from(["A", "F", "LD", "MĐ"]),
            st.sampled_from(["", "1", "9"]),
            digits(4, 5),
        ),
    ),
]
ALL_CODES = [kind for kind, _ in WELL_FORMED]
FULL_WIDTH = {ord(c): chr(ord(c) + 0xFEE0) for c in string.digits}


@pytest.mark.parametrize(("kind", "texts"), WELL_FORMED, ids=lambda value: getattr(value, "__name__", ""))
def test_a_code_reads_back_as_it_is_written_however_it_was_typed(
    kind: type[Code], texts: st.SearchStrategy[str]
) -> None:
    @given(texts)
    def check(text: str) -> None:
        code = kind.parse(text)
        assert str(code) == text
        assert kind.parse(str(code)) == code
        assert kind.parse(f" {text[:3]} {text[3:]}\n") == code
        assert kind.parse(text.translate(FULL_WIDTH)) == code
        assert kind.parse(unicodedata.normalize("NFD", text)) == code
        assert pickle.loads(pickle.dumps(code)) == code

    check()


@pytest.mark.parametrize("kind", ALL_CODES)
def test_garbage_is_refused_in_two_languages_and_never_crashes(kind: type[Code]) -> None:
    @given(st.text(max_size=60) | st.text("0123456789.-/_KQHG \u0660\uff11", max_size=40))
    def check(text: str) -> None:
        try:
            code = kind.parse(text)
        except InvalidCode as error:
            assert error.vi
            assert error.en
            assert error.code.startswith("catalogue.")
        else:
            assert kind.parse(code.value) == code

    check()


def test_an_eleven_digit_id_is_told_what_is_missing() -> None:
    with pytest.raises(InvalidCode) as caught:
        CitizenId.parse("001 0900 1234")
    assert caught.value.code == "catalogue.citizen_id"
    with pytest.raises(InvalidCode, match="11 digits, 12 are needed") as caught:
        CitizenId.parse("00109001234")
    assert "có 11 chữ số, cần 12" in caught.value.vi
    assert "00109001234" not in str(caught.value.as_dict()) + repr(caught.value)


def test_digits_of_other_scripts_are_no_digits() -> None:
    with pytest.raises(InvalidCode):
        CitizenId("\u0660" * 12)
    assert CitizenId.parse("００１０９００１２３４５").value == "001090012345"


def test_a_citizen_id_says_sex_and_year_and_only_warns() -> None:
    code = CitizenId.parse("001.190.012345")
    assert (code.sex, code.birth_year, code.place) == ("Nữ", 1990, "001")
    assert CitizenId.parse("079204000001").birth_year == 2004
    assert code.warnings(date(1990, 6, 15), "NỮ") == ()
    assert [w.code for w in code.warnings(date(1991, 6, 15), "Nam")] == ["citizen_id.birth_year", "citizen_id.sex"]
    assert code.warnings(1990) == ()


def test_numbers_of_persons_do_not_show_in_logs() -> None:
    for value in (CitizenId.parse("001190012345"), Identifier("citizen_id", "001190012345"), IdCard("012345678")):
        assert "0012345" not in repr(value)
        assert "012345678" not in repr(value)
    assert mask("001190012345") == "001••••••345"
    assert mask("B1") == "••"


@given(st.text(max_size=30))
def test_a_mask_never_shows_more_than_six_characters(text: str) -> None:
    assert sum(c != "•" for c in mask(text)) <= 6


def test_tax_codes_have_a_check_digit() -> None:
    assert TaxCode.parse("0100233488").head == "0100233488"
    assert str(TaxCode.parse("0100233488 001")) == "0100233488-001"
    assert TaxCode.parse("0100233488-001").branch == "001"
    for wrong in ("0100233489", "0100233488-000", "010023348", "01002334880"):
        with pytest.raises(InvalidCode):
            TaxCode.parse(wrong)


@given(tax_heads, st.integers(0, 9), st.integers(1, 9))
def test_no_single_wrong_digit_of_a_tax_code_passes(head: str, place: int, by: int) -> None:
    wrong = head[:place] + str((int(head[place]) + by) % 10) + head[place + 1 :]
    with pytest.raises(InvalidCode):
        TaxCode.parse(wrong)


def test_dossier_codes_of_all_three_times_are_read() -> None:
    current = DossierCode.parse("H04.01.02-240531-0001")
    assert (str(current.agency), current.date, current.sequence) == ("H04.01.02", date(2024, 5, 31), 1)
    legacy = DossierCode.parse("000.23.45.H13-210705-0123")
    assert legacy.agency.legacy
    assert (legacy.agency.top, legacy.date, legacy.sequence) == ("H13", date(2021, 7, 5), 123)
    central = DossierCode.parse("G01.899.001-260701-010001")
    assert central.central == ("01", 1)
    assert DossierCode.parse("H26.01.02-261121-12345678").sequence == 12345678
    assert DossierCode.make(AgencyCode("H26.01.02"), date(2026, 11, 21), 10000).value == "H26.01.02-261121-10000"
    assert DossierCode.parse("h26.1a.02–261121–0007").value == "H26.1A.02-261121-0007"
    for wrong in ("H04.01.02-240531-001", "H04.01.02-240230-0001", "Q-240531-0001", "H04.01.02-24531-0001"):
        with pytest.raises(InvalidCode):
            DossierCode.parse(wrong)


def test_result_codes_name_their_dossier() -> None:
    code = ResultCode.parse("H04.01.02-240531-0001-KQ2")
    assert (str(code.dossier), code.number) == ("H04.01.02-240531-0001", 2)
    assert ResultCode.parse("H04.01.02-240531-0001-KQ").number is None
    with pytest.raises(InvalidCode):
        ResultCode.parse("H04.01.02-240531-0001")


def test_agency_codes_end_at_35_characters() -> None:
    assert AgencyCode.parse("H26.01.02").parent == AgencyCode("H26.01")
    assert AgencyCode.parse("H26").parent is None
    longest = "H26" + ".1234" * 6 + ".1"
    assert len(longest) == 35
    assert AgencyCode.parse(longest)
    with pytest.raises(InvalidCode, match="35"):
        AgencyCode.parse(longest + "2")


def test_other_codes_say_their_parts() -> None:
    assert ProcedureCode.parse("1.001193.000.00.00.H26").national == "1.001193"
    assert ResultTypeCode.parse("kq.g15.000031").ministry == AgencyCode("G15")
    doc = DocCode.parse("G06.01_CV_000021_V1")
    assert (str(doc.agency), doc.kind, doc.sequence, doc.version) == ("G06.01", "CV", 21, 1)
    name = DocCode.parse("G06.01_CV_00021_V1").file_name(date(2025, 2, 2), "pdf", "Sohoa Tailieu")
    assert name == "G06.01_CV_00021_V1_20250202_SohoaTailieu.pdf"
    number = DocumentNumber.parse("Số: 12/2024/TT-BTP")
    assert (number.number, number.year, number.notation) == (12, 2024, "TT-BTP")
    assert DocumentNumber.parse("45/QĐ-UBND").notation == "QĐ-UBND"
    assert str(LandSerial.parse("BĐ123456")) == "BĐ 123456"
    assert str(Plate.parse("51F12345")) == "51F-123.45"
    assert str(Plate.parse("29X1 2345")) == "29X1-2345"
    assert str(Plate.parse("29-X1 123.45")) == "29X1-123.45"


def test_an_identifier_is_the_same_however_it_was_typed() -> None:
    assert Identifier("citizen_id", "001 190 012345") == Identifier("citizen_id", "001190012345")
    assert Identifier.guess("001190012345").scheme == "citizen_id"
    assert Identifier.guess("012345678").scheme == "id_card"
    assert Identifier.guess("0100233488").scheme == "tax_code"
    assert Identifier.guess("C1234567").scheme == "passport"
    with pytest.raises(InvalidCode, match="11 digits"):
        Identifier.guess("00119001234")
    with pytest.raises(InvalidCode):
        Identifier("surrogate", "a/b")
