"""Results: whole, ready for signature and seal, refused when something is missing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from paper import (
    BadField,
    MissingFields,
    Paper,
    ResultData,
    UnknownFields,
    UnknownTemplate,
    read_data_qr,
    result,
    templates,
)

MM = 72 / 25.4
Text = Callable[[Paper], str]
Codes = Callable[[Paper, int], dict[str, tuple[float, float]]]


def couple(single: ResultData) -> ResultData:
    person = ("ethnicity", "nationality", "residence", "identifier")
    fields: dict[str, str | date] = {f"{who}_{what}": f"{what} {who}" for who in ("wife", "husband") for what in person}
    fields |= {"wife_name": "Nguyễn Thị Mẫu", "husband_name": "Trần Văn Ví Dụ"}
    fields |= {"wife_born": date(1990, 1, 1), "husband_born": date(1988, 2, 2)}
    fields |= {"registered_at": "Ủy ban nhân dân xã Ví Dụ", "registered_on": date(2026, 11, 10)}
    return replace(single, fields=fields, valid_to=None, scope="")


def test_the_single_status_paper_says_purpose_and_term(single: ResultData, text_of: Text) -> None:
    text = text_of(result("giay_xn_tthn", single))
    for said in (
        "GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN",
        "TỈNH THỬ NGHIỆM",
        "Số: 12/UBND-XNTTHN",
        "Ví Dụ, ngày 05 tháng 02 năm 2026",
        "Họ, chữ đệm, tên: NGUYỄN THỊ MẪU",
        "Chưa đăng ký kết hôn với ai",
        "mục đích: để kết hôn với ông Trần Văn Ví Dụ.",
        "06 tháng, kể từ ngày cấp (đến hết ngày 05 tháng 8 năm 2026)",
        "Phạm Văn Thí Dụ",
        "Mã H99.01.02-261105-0001-KQ1",
    ):
        assert said in text


def test_the_marriage_certificate_names_both(single: ResultData, text_of: Text) -> None:
    paper = result("giay_cn_ket_hon", couple(single))
    text = text_of(paper)
    assert "NGUYỄN THỊ" in text and "VÍ DỤ" in text and "Ngày, tháng, năm đăng ký: ngày 10 tháng 11 năm 2026" in text
    assert {"wife", "husband", "person", "seal"} <= set(paper.places)


def test_the_seal_is_a_36_mm_circle_over_a_third_of_the_signature_from_its_left(single: ResultData) -> None:
    places = result("giay_xn_tthn", single).places
    seal, person = places["seal"].box, places["person"].box
    assert seal[2] - seal[0] == pytest.approx(36 * MM, abs=0.1) == seal[3] - seal[1]
    assert (seal[2] - person[0]) / (person[2] - person[0]) == pytest.approx(1 / 3, abs=0.01)
    assert (seal[1] + seal[3]) / 2 == pytest.approx((person[1] + person[3]) / 2, abs=0.5)


def test_the_data_qr_of_a_result_has_term_and_scope(single: ResultData, codes_of: Codes) -> None:
    codes = codes_of(result("giay_xn_tthn", single), 300)
    (fields,) = (read_data_qr(text) for text in codes if text.startswith("HOSO"))
    assert fields.dossier_code == "H99.01.02-261105-0001-KQ1"
    assert (fields.valid_to, fields.scope) == (date(2026, 8, 5), "Toàn quốc")
    assert fields.published_at == datetime(2026, 11, 5, 2, 30, tzinfo=UTC)


@pytest.mark.parametrize("absent", ["name", "purpose", "status"])
def test_a_missing_field_is_named(single: ResultData, absent: str) -> None:
    fields = {name: value for name, value in single.fields.items() if name != absent}
    with pytest.raises(MissingFields) as caught:
        result("giay_xn_tthn", replace(single, fields=fields))
    assert caught.value.context == {"fields": absent}
    assert absent in caught.value.vi


def test_a_limited_result_needs_its_last_day(single: ResultData) -> None:
    with pytest.raises(MissingFields, match="valid_to"):
        result("giay_xn_tthn", replace(single, valid_to=None))


def test_unknown_fields_and_templates_are_refused(single: ResultData) -> None:
    with pytest.raises(UnknownFields, match="nickname"):
        result("giay_xn_tthn", replace(single, fields={**single.fields, "nickname": "Mẫu"}))
    with pytest.raises(UnknownTemplate, match="common") as caught:
        result("../common", single)
    assert "giay_cn_ket_hon, giay_xn_tthn" in caught.value.as_dict()["next"]


@pytest.mark.parametrize("born", ["1990-01-01", datetime(1990, 1, 1, tzinfo=UTC)])
def test_a_date_must_be_a_date(single: ResultData, born: str | date) -> None:
    with pytest.raises(BadField, match="born"):
        result("giay_xn_tthn", replace(single, fields={**single.fields, "born": born}))


def test_text_must_be_text(single: ResultData) -> None:
    with pytest.raises(BadField, match="status"):
        result("giay_xn_tthn", replace(single, fields={**single.fields, "status": date(2026, 1, 1)}))


def test_every_template_is_described_and_set(single: ResultData) -> None:
    assert {"giay_xn_tthn", "giay_cn_ket_hon"} <= set(templates())
    for template in templates().values():
        fields = {f.name: date(2026, 1, 2) if f.type == "date" else f"chữ {f.name}" for f in template.fields}
        paper = result(template.id, replace(single, fields=fields))
        assert {"person", "seal", "data_qr", "lookup_qr"} <= set(paper.places), template.id
