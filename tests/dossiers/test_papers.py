"""What is printed of a dossier: the receipt, the forms and the result, through the real paper maker."""

from __future__ import annotations

from datetime import date, datetime

import pytest

import paper
from dossiers import errors, papers, services
from dossiers.calendar import ZONE
from dossiers.models import Dossier, Step
from dossiers.states import Act
from tests.dossiers.conftest import HERE, MARRIAGE, MONDAY, OFFICER, Desk, Stored

SYSTEM = paper.System("Hệ thống thử", "http://127.0.0.1:8765", demo=True)
ID = "001099000001"


def step(dossier: Dossier, act: Act) -> Step:
    return Step.objects.select_related("dossier").get(dossier=dossier, act=act)


def test_the_receipt_says_what_was_handed_in_and_what_needed_not_be(desk: Desk, stored: Stored) -> None:
    stored(desk.owner)
    dossier = desk.receive(MARRIAGE, phone="0900000000")
    receipt = papers.receipt(dossier, owner_id=ID, system=SYSTEM, printed_at=MONDAY)
    notes = {item.title.split(",")[0][:30]: item.note for item in receipt.items}
    assert "Đã có trong kho, không phải nộp" in notes.values()
    assert "Xuất trình để đối chiếu" in notes.values()
    assert receipt.items[0].originals == 1
    assert receipt.time_limit == "Trong ngày làm việc"
    assert receipt.case.issuer.name == "Ủy ban nhân dân xã Ví Dụ (DEMO)"
    assert receipt.case.token == dossier.lookup_token
    made = paper.receipt(receipt)
    assert made.pdf.startswith(b"%PDF")


def test_a_receipt_needs_a_receipt(desk: Desk) -> None:
    registered = services.register(desk.new(), OFFICER, at=MONDAY)
    with pytest.raises(errors.BadDossier):
        papers.receipt(registered, owner_id=ID, system=SYSTEM, printed_at=MONDAY)


def test_forms_tell_reason_and_list(desk: Desk) -> None:
    dossier = desk.receive()
    services.request_supplement(dossier.id, OFFICER, reason="Thiếu giấy tờ", at=MONDAY)
    number, notice = papers.notice(step(dossier, Act.REQUEST_SUPPLEMENT), owner_id=ID, system=SYSTEM, printed_at=MONDAY)
    assert number == "02"
    assert notice.reason == "Thiếu giấy tờ"
    assert len(notice.items) == 2, "without a list the form names every required component that is open"
    assert paper.form(number, notice).pdf.startswith(b"%PDF")
    services.withdraw(dossier.id, OFFICER, reason="Công dân đề nghị", at=MONDAY)
    number, notice = papers.notice(step(dossier, Act.WITHDRAW), owner_id=ID, system=SYSTEM, printed_at=MONDAY)
    assert number == "05"
    with pytest.raises(errors.BadDossier):
        papers.notice(step(dossier, Act.RECEIVE), owner_id=ID, system=SYSTEM, printed_at=MONDAY)


def test_the_control_slip_follows_the_hands(desk: Desk) -> None:
    dossier = desk.done()
    slip = papers.control_slip(dossier, owner_id=ID, system=SYSTEM, printed_at=MONDAY)
    assert [item.outcome for item in slip.steps] == ["Được tiếp nhận", "Đang xử lý", "Đã xử lý xong"]
    assert slip.steps[0].sender == "Trần Thị Mẫu"
    assert slip.steps[-1].receiver == ""


def test_the_tracking_book_leaves_out_what_was_never_received(desk: Desk) -> None:
    both = [desk.receive(), services.register(desk.new(), OFFICER, at=MONDAY)]
    book = papers.tracking_book("Hộ tịch", HERE, both, system=SYSTEM, printed_at=MONDAY)
    assert [entry.dossier_code for entry in book.entries] == [both[0].code]


def test_separators_are_for_what_is_scanned(desk: Desk) -> None:
    dossier = desk.receive()
    sheets = papers.separators(dossier)
    assert "to_khai" in [sheet.component for sheet in sheets]
    assert "giay_to_tuy_than" not in [sheet.component for sheet in sheets]


@pytest.mark.parametrize(
    ("amount", "unit", "text"),
    [(3, "Ngày làm việc", "03 ngày làm việc"), (20, "Ngày", "20 ngày"), (None, "", "")],
)
def test_time_limits_as_printed(amount: int | None, unit: str, text: str) -> None:
    assert papers.time_limit(Dossier(limit_amount=amount, limit_unit=unit)) == text


def test_a_drafted_result_becomes_a_paper(desk: Desk) -> None:
    dossier = desk.processing()
    template = paper.templates()["giay_xn_tthn"]
    fields = {item.name: "2000-01-02" if item.type == "date" else "Mẫu thử" for item in template.fields}
    data = {
        "number": "12/UBND-XNTTHN",
        "capacity": ["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"],
        "signer": "Lê Văn Mẫu",
        "valid_to": "2027-05-16",
        "scope": "để kết hôn",
        "fields": fields,
    }
    result = services.draft_result(
        dossier.id, OFFICER, kind=template.id, title=template.title, data=data, template=template.id
    )
    made = papers.result_data(result, owner_id=ID, system=SYSTEM, printed_at=MONDAY)
    assert (made.code, made.valid_to, made.issued_on) == (result.code, date(2027, 5, 16), MONDAY.date())
    assert made.case.token == result.verify_token
    assert set(paper.result(template.id, made).places) >= {"person", "seal"}


@pytest.mark.parametrize(
    "broken", [{"fields": {}}, {"capacity": [], "fields": {}, "valid_to": "31/12/2026"}, {"capacity": "CHỦ TỊCH"}]
)
def test_a_draft_with_holes_is_named(desk: Desk, broken: dict[str, object]) -> None:
    result = desk.draft(desk.processing())
    services.edit_result(result.id, OFFICER, data=broken)
    result.refresh_from_db()
    with pytest.raises(errors.BadDossier):
        papers.result_data(result, owner_id=ID, system=SYSTEM, printed_at=datetime(2026, 11, 17, tzinfo=ZONE))
