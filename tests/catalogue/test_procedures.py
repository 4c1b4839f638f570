"""A checklist rests on the procedures: what is asked, in which form, and what may prove it instead."""

from __future__ import annotations

from datetime import date, time

import pytest

from catalogue import (
    Evidence,
    Mode,
    Party,
    ScanRule,
    Source,
    Unit,
    UnknownEntry,
    databases,
    evidence_for,
    kind,
    listed_procedures,
    procedure,
    procedures,
    result_type,
    result_types,
)

TODAY = date(2026, 11, 21)
CODES = [item.code for item in procedures()]


def test_the_procedures_that_desks_need_most_are_worked_out() -> None:
    wanted = {
        "1.001193", "1.004873", "1.000894", "1.000656", "2.000635", "2.000815", "1.001612", "1.013225", "1.004222",
        "1.004194", "1.003583",
    }  # fmt: skip
    assert wanted <= set(CODES)
    assert len(procedures(TODAY)) >= 15


@pytest.mark.parametrize("code", CODES)
def test_a_procedure_agrees_with_the_national_list(code: str) -> None:
    mine, theirs = procedure(code, TODAY), listed_procedures()[code]
    assert (mine.levels, mine.field_vi, mine.decision) == (theirs.levels, theirs.field_vi, theirs.decision)
    assert mine.result_types == theirs.result_types
    assert all(result_type(item) for item in mine.result_types)
    assert mine.time_limit is not None


@pytest.mark.parametrize("code", CODES)
def test_each_component_can_be_decided_with_a_reason(code: str) -> None:
    for item in procedure(code).components:
        assert item.legal_basis
        assert all(kind(id).void_since is None for id in item.kinds), "a void paper must not be asked for"
        if item.scan is not ScanRule.SCAN or item.mode is Mode.SHOW:
            assert item.skip_reason_vi or item.lookup_basis
        assert evidence_for(item)[-1].source is Source.PAPER


def test_a_procedure_is_found_by_its_provincial_code_and_not_before_its_time() -> None:
    assert procedure("1.004873.000.00.00.H26", TODAY).code == "1.004873"
    with pytest.raises(UnknownEntry) as caught:
        procedure("1.004873", date(2010, 1, 1))
    assert "01/01/2010" in caught.value.vi
    with pytest.raises(UnknownEntry):
        procedure("9.999999")


def test_same_day_procedures_turn_at_three_in_the_afternoon() -> None:
    for code in ("1.001193", "1.000656", "1.000894", "2.000635", "2.000815"):
        limit = procedure(code).time_limit
        assert limit is not None
        assert (limit.same_day, limit.cutoff) == (True, time(15))
    limit = procedure("1.004873").time_limit
    assert limit is not None
    assert (limit.amount, limit.unit, limit.same_day) == (3, Unit.WORKING_DAY, False)
    building = procedure("1.013225").time_limit
    assert building is not None
    assert (building.amount, building.unit) == (20, Unit.DAY)


def test_the_certificate_that_one_procedure_gives_satisfies_the_next() -> None:
    first, second = procedure("1.004873", TODAY), procedure("1.000894", TODAY)
    asked = second.component("tinh_trang_hon_nhan")
    assert asked is not None
    assert set(first.result_kinds) & set(asked.kinds) == {"giay_xn_tthn"}
    assert (asked.mode, asked.scan, asked.party, asked.max_age_months) == (
        Mode.SUBMIT,
        ScanRule.SCAN,
        Party.APPLICANT,
        6,
    )
    assert asked.reusable
    other = second.component("tinh_trang_hon_nhan_ben_kia")
    assert other is not None
    assert other.party is Party.SPOUSE
    assert evidence_for(asked) == (
        Evidence("giay_xn_tthn", Source.DATABASE, "ho_tich"),
        Evidence("giay_xn_tthn", Source.ARCHIVE),
        Evidence("giay_xn_tthn", Source.PAPER),
    )


@pytest.mark.parametrize(
    ("stated", "met"),
    [
        ("Để đăng ký kết hôn", True),
        ("để kết hôn với ông Trần Văn Mẫu tại UBND xã Ví Dụ", True),
        ("ĐĂNG KÝ KẾT HÔN", True),
        ("Để làm thủ tục vay vốn ngân hàng", False),
        ("vay vốn; giấy này không có giá trị sử dụng để đăng ký kết hôn", False),
        ("mua bán nhà đất, không dùng để vay vốn và kết hôn", False),
        ("bổ túc hồ sơ xin việc", False),
        ("", False),
    ],
)
def test_only_a_paper_issued_for_marriage_serves_for_marriage(stated: str, met: bool) -> None:
    asked = procedure("1.000894").component("tinh_trang_hon_nhan")
    assert asked is not None
    assert asked.purpose is not None
    assert asked.purpose.met_by(stated) is met


def test_identity_papers_are_shown_and_never_scanned_or_reused() -> None:
    for item in procedures():
        for component in item.components:
            if component.id.startswith("giay_to_tuy_than"):
                assert (component.mode, component.scan) == (Mode.SHOW, ScanRule.SKIP)
                assert "TT 03/2025" in component.skip_reason_vi
                assert Source.ARCHIVE not in {proof.source for proof in evidence_for(component)}


def test_forms_are_scanned_and_never_reused() -> None:
    for item in procedures():
        for component in item.components:
            if set(component.kinds) & {"to_khai", "don", "ct01"}:
                assert (component.scan, component.required) == (ScanRule.SCAN, True)
                assert Source.ARCHIVE not in {proof.source for proof in evidence_for(component)}


def test_databases_answer_for_known_kinds_while_the_resolution_holds() -> None:
    for holder in databases():
        assert all(kind(id) for id in holder.kinds)
        assert holder.provenance.holds(TODAY)
        assert not holder.provenance.holds(date(2027, 3, 1))


def test_the_national_lists_are_whole() -> None:
    assert len(result_types()) == 2278
    assert len(listed_procedures()) == 588
    assert result_type("KQ.G15.000031").name == "Giấy khai sinh"
    with pytest.raises(UnknownEntry):
        result_type("KQ.G15.999999")
