"""The desk and the reader rely on the catalogue of kinds: complete, consistent, with the law's terms."""

from __future__ import annotations

from datetime import date

import pytest

from catalogue import (
    FieldType,
    Reuse,
    UnknownEntry,
    Validity,
    ValidityRule,
    add_months,
    fold,
    kind,
    kind_of_result,
    kinds,
    metadata,
    nfc,
    result_type,
)

IDS = [
    "giay_khai_sinh",
    "trich_luc_khai_tu",
    "giay_cn_ket_hon",
    "giay_xn_tthn",
    "trich_luc_cmc",
    "trich_luc_giam_ho",
    "trich_luc_cai_chinh",
    "trich_luc_ly_hon_gc",
    "ban_an_ly_hon",
    "qd_nuoi_con_nuoi",
    "giay_chung_sinh",
    "giay_bao_tu",
    "cccd_front",
    "cccd_back",
    "can_cuoc_front",
    "can_cuoc_back",
    "gcn_can_cuoc",
    "cmnd",
    "ho_chieu",
    "so_ho_khau",
    "ct07",
    "ct01",
    "gcn_qsdd",
    "trich_luc_bd_dia_chinh",
    "hop_dong_cn_tc_qsdd",
    "gp_xay_dung",
    "gcn_dkdn",
    "gcn_hkd",
    "gcn_dk_thue",
    "gplx",
    "dk_xe",
    "the_bhyt",
    "phieu_lltp",
    "bang_tot_nghiep",
    "chung_chi",
    "giay_kham_sk",
    "giay_xn_khuyet_tat",
    "qd_tro_cap",
    "gcn_ho_ngheo",
    "giay_uy_quyen",
    "ban_sao_chung_thuc",
    "to_khai",
    "don",
    "chung_tu_nop_tien",
    "quyet_dinh",
    "bien_ban",
    "ban_ve",
    "khac",
]
TODAY = date(2026, 11, 21)


def test_every_kind_of_the_starter_catalogue_is_there_today() -> None:
    assert [item.id for item in kinds(TODAY)] == IDS
    with pytest.raises(UnknownEntry) as caught:
        kind("giay_la")
    assert caught.value.code == "catalogue.unknown_kind"


@pytest.mark.parametrize("id", IDS)
def test_a_kind_can_be_recognised_filled_and_judged(id: str) -> None:
    item = kind(id)
    assert item.titles or id == "khac"
    assert len({fold(title) for title in item.titles}) == len(item.titles) or id in {"giay_kham_sk", "giay_uy_quyen"}
    assert all(title == nfc(title) and title == title.upper() for title in item.titles)
    assert item.fields
    assert all(spec.labels and spec.label_vi and spec.label_en for spec in item.fields)
    assert item.reuse_reason_vi
    assert item.reuse_reason_en
    for code in item.result_types:
        assert result_type(code).code == code


def test_no_two_kinds_share_a_title() -> None:
    seen: dict[str, str] = {}
    for item in kinds():
        for title in {fold(title) for title in item.titles}:
            assert seen.setdefault(title, item.id) == item.id


def test_a_certificate_of_marital_status_counts_six_months_for_its_purpose() -> None:
    item = kind("giay_xn_tthn")
    assert item.reuse is Reuse.PURPOSE_BOUND
    assert item.validity.ends(date(2026, 8, 31)) == date(2027, 2, 28)
    assert item.validity.ends(date(2026, 8, 31), printed=date(2026, 12, 1)) == date(2026, 12, 1)
    purpose = item.field("purpose")
    assert purpose is not None
    assert purpose.required


def test_a_certificate_of_poverty_counts_for_its_year() -> None:
    item = kind("gcn_ho_ngheo")
    assert item.validity.ends(date(2025, 12, 20), year=2026) == date(2026, 12, 31)
    assert item.validity.ends(date(2026, 1, 5)) == date(2026, 12, 31)


def test_papers_without_legal_value_are_void_from_their_day() -> None:
    assert kind("so_ho_khau").void_since == date(2023, 1, 1)
    assert kind("cmnd").void_since == date(2025, 1, 1)
    assert "Không được yêu cầu" in kind("so_ho_khau").void_reason_vi


def test_pictures_of_identity_papers_are_not_kept() -> None:
    unkept = {item.id for item in kinds() if not item.archive_image}
    assert unkept == {
        "cccd_front", "cccd_back", "can_cuoc_front", "can_cuoc_back", "gcn_can_cuoc", "cmnd", "ho_chieu",
    }  # fmt: skip
    assert all(kind(id).sensitivity == 4 for id in unkept)
    assert kind("phieu_lltp").sensitivity == 4


def test_forms_are_never_reused() -> None:
    assert {kind(id).reuse for id in ("to_khai", "don", "ct01", "chung_tu_nop_tien")} == {Reuse.NEVER}


def test_a_marriage_has_two_owners() -> None:
    item = kind("giay_cn_ket_hon")
    assert item.owners == ("wife_identity_paper", "husband_identity_paper")
    spec = item.field("wife_full_name")
    assert spec is not None
    assert (spec.type, spec.required) == (FieldType.NAME, True)


def test_a_result_type_leads_to_its_kind() -> None:
    found = kind_of_result("KQ.G15.000038")
    assert found is not None
    assert found.id == "giay_xn_tthn"
    assert kind_of_result("KQ.G15.999999") is None


def test_the_minimum_metadata_is_that_of_the_circular() -> None:
    assert [spec.name for spec in metadata()] == [
        "doc_type_code", "owner_id", "title", "number", "issued_on", "issuer_name", "summary", "valid_from", "valid_to",
        "scope",
    ]  # fmt: skip


def test_months_end_on_the_last_day_where_the_day_is_missing() -> None:
    assert add_months(date(2024, 8, 31), 6) == date(2025, 2, 28)
    assert add_months(date(2023, 8, 31), 6) == date(2024, 2, 29)
    assert add_months(date(2026, 7, 15), 6) == date(2027, 1, 15)
    assert add_months(date(2026, 11, 30), 1) == date(2026, 12, 30)
    assert Validity(ValidityRule.OPEN_ENDED).ends(date(2026, 1, 1)) is None
