"""The data QR carries exactly what Điều 26 asks for and is read back unchanged; nothing else is taken for one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.text import nfc
from paper import BadField, BadPublicUrl, BadQr, DataQr, Overfull, data_qr, lookup_url, read_data_qr

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12).map(nfc).filter(bool)
minutes = st.datetimes(min_value=datetime(1, 1, 3), max_value=datetime(9999, 12, 30)).map(  # noqa: DTZ001
    lambda at: at.replace(second=0, microsecond=0, tzinfo=UTC)
)
common = {
    "dossier_code": texts,
    "procedure_code": texts,
    "owner_id": st.one_of(st.just(""), texts),
    "title": texts,
    "system": texts,
    "published_at": minutes,
}
payloads = st.one_of(
    st.builds(DataQr, type=st.just("T"), due_at=minutes, **common),
    st.builds(DataQr, type=st.just("P"), **common),
    st.builds(
        DataQr,
        type=st.just("K"),
        valid_to=st.one_of(st.none(), st.dates()),
        scope=st.one_of(st.just(""), texts),
        **common,
    ),
)

RESULT = DataQr(
    type="K",
    dossier_code="H99.01.02-261105-0001-KQ1",
    procedure_code="1.004873",
    owner_id="001190000001",
    title="Giấy xác nhận tình trạng hôn nhân",
    system="Hệ thống DEMO",
    published_at=datetime(2026, 11, 10, 9, 30, tzinfo=timezone(timedelta(hours=7))),
    valid_to=date(2027, 5, 10),
    scope="Toàn quốc | 100%",
)


@given(payloads)
def test_what_is_written_is_read(fields: DataQr) -> None:
    assert read_data_qr(data_qr(fields)) == fields


@given(st.text(max_size=80))
def test_other_text_is_refused_with_our_error_only(text: str) -> None:
    for candidate in (text, f"HOSO1|K|{text}", "|".join(["HOSO1", "T", *text])):
        try:
            assert data_qr(read_data_qr(candidate)) == candidate
        except BadQr as error:
            assert error.vi and error.en


def test_the_documented_form() -> None:
    assert data_qr(RESULT) == (
        "HOSO1|K|H99.01.02-261105-0001-KQ1|1.004873|001190000001|Giấy xác nhận tình trạng hôn nhân|Hệ thống DEMO|"
        "20261110T0230Z|20270510|Toàn quốc %7C 100%25"
    )


def test_a_later_version_is_refused_not_guessed() -> None:
    with pytest.raises(BadQr) as caught:
        read_data_qr(data_qr(RESULT).replace("HOSO1", "HOSO2", 1))
    assert "phiên bản" in caught.value.vi


def test_one_paper_has_one_payload() -> None:
    """Spellings that mean the same are refused, so that a payload can be compared as text."""
    payload = data_qr(RESULT)
    for other in (payload.replace("%7C", "%7c"), payload.replace("H99", "%48%39%39"), payload.replace("0510", "5 10")):
        assert other != payload
        with pytest.raises(BadQr):
            read_data_qr(other)


def test_a_receipt_needs_its_appointment_and_a_result_has_none() -> None:
    at = datetime(2026, 11, 5, tzinfo=UTC)
    with pytest.raises(BadField):
        data_qr(DataQr("T", "H99-261105-0001", "1.004873", "", "Giấy tiếp nhận", "DEMO", at))
    with pytest.raises(BadField):
        data_qr(DataQr("K", "H99-261105-0001", "1.004873", "", "Giấy", "DEMO", at, due_at=at))
    with pytest.raises(BadField):
        data_qr(DataQr("P", "H99-261105-0001", "1.004873", "", "Phiếu", "DEMO", at, scope="Toàn quốc"))


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(BadField):
        data_qr(DataQr("P", "H99-261105-0001", "1.004873", "", "Phiếu", "DEMO", datetime(2026, 11, 5)))  # noqa: DTZ001


def test_more_than_a_small_code_can_carry_is_refused() -> None:
    at = datetime(2026, 11, 5, tzinfo=UTC)
    with pytest.raises(Overfull):
        data_qr(DataQr("P", "H99-261105-0001", "1.004873", "", "ơ" * 600, "DEMO", at))


def test_the_lookup_address() -> None:
    assert lookup_url("https://a.example/mc/", "abcDEF12-_") == "https://a.example/mc/verify/abcDEF12-_"
    for url in ("", "a.example", "ftp://a.example", "https://a.example/?x=1", "https://u:p@a.example"):
        with pytest.raises(BadPublicUrl):
            lookup_url(url, "abcDEF12")
    for token in ("", "short", "a/../../b12345", "a b c d e f g"):
        with pytest.raises(BadField):
            lookup_url("https://a.example", token)
