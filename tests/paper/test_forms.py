"""What a person holds in hand after the desk printed a form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pikepdf
import pytest

from paper import (
    BadField,
    BookEntry,
    Case,
    ControlSlip,
    MissingFields,
    Notice,
    Paper,
    Receipt,
    ReceivedItem,
    Separator,
    Signer,
    Step,
    TrackingBook,
    UnknownForm,
    form,
    read_data_qr,
    read_separator_qr,
    receipt,
    separator,
)

DUE = datetime(2026, 11, 10, 2, 30, tzinfo=UTC)
Text = Callable[[Paper], str]
Codes = Callable[[Paper, int], dict[str, tuple[float, float]]]


def a_receipt(case: Case) -> Receipt:
    return Receipt(
        case=case,
        items=(ReceivedItem("Tờ khai", originals=1), ReceivedItem("Căn cước", note="đã đối chiếu")),
        time_limit="03 ngày làm việc",
        received_at=case.printed_at,
        due_at=DUE,
        collect_at="Trung tâm Phục vụ hành chính công xã Ví Dụ",
    )


def test_a_receipt_says_who_what_and_when(case: Case, text_of: Text) -> None:
    text = text_of(receipt(a_receipt(case)))
    for said in (
        "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ",
        "Mã hồ sơ: H99.01.02-261105-0001",
        "Tiếp nhận hồ sơ của: NGUYỄN THỊ MẪU",
        "đã đối chiếu",
        "Thời gian nhận hồ sơ: 09 giờ 30 phút, ngày 05 tháng 11 năm 2026",
        "Thời gian hẹn trả kết quả: 09 giờ 30 phút, ngày 10 tháng 11 năm 2026",
        "LÊ THỊ THỬ NGHIỆM",
    ):
        assert said in text
    assert "DEMO – KHÔNG" not in text


@pytest.mark.parametrize("dpi", [200, 300])
def test_both_codes_are_read_from_the_printed_page_and_stand_where_said(case: Case, codes_of: Codes, dpi: int) -> None:
    paper = receipt(a_receipt(case))
    codes = codes_of(paper, dpi)
    url = "https://motcua.demo.example/verify/Xk3fP0aT-9qLw2"
    (payload,) = (text for text in codes if text != url)
    fields = read_data_qr(payload)
    assert (fields.type, fields.dossier_code, fields.procedure_code) == ("T", case.dossier_code, case.procedure_code)
    assert (fields.owner_id, fields.due_at) == (case.owner_id, DUE)
    for text, name in ((payload, "data_qr"), (url, "lookup_qr")):
        x0, y0, x1, y1 = paper.places[name].box
        assert codes[text] == pytest.approx(((x0 + x1) / 2, (y0 + y1) / 2), abs=2)
    x0, _, x1, y1 = paper.places["data_qr"].box
    assert y1 > 800 and x1 < 85 < 30 / 25.4 * 72 + 1, "the data QR stands in the left margin, at the top"
    assert x0 > 14, "with its quiet zone on the page"


def test_no_address_on_a_paper_names_the_citizen(case: Case, codes_of: Codes) -> None:
    addresses = [text for text in codes_of(receipt(a_receipt(case)), 300) if text.startswith("http")]
    assert addresses and not any(case.owner_id in address for address in addresses)


def test_text_is_shown_as_it_is_and_never_read_as_markup(case: Case, text_of: Text) -> None:
    hostile = '#panic("x") *_<a>@b $x$ `c` \\ -- "q" [d] // e'
    text = text_of(receipt(replace(a_receipt(case), collect_at=hostile)))
    assert hostile in text


def test_control_characters_are_refused(case: Case) -> None:
    with pytest.raises(BadField) as caught:
        receipt(replace(a_receipt(case), collect_at="a\x00b"))
    assert caught.value.context == {"field": "collect_at"}


def test_a_receipt_of_many_components_goes_on_over_pages(case: Case, text_of: Text) -> None:
    items = tuple(ReceivedItem(f"Giấy tờ số {n} có tên dài để xuống dòng trong bảng", copies=1) for n in range(60))
    paper = receipt(replace(a_receipt(case), items=items))
    assert "Giấy tờ số 59" in text_of(paper)
    assert paper.places["person"].page > 1 and paper.places["data_qr"].page == 1


def test_the_same_data_give_the_same_bytes_dated_when_printed(case: Case) -> None:
    pdf = receipt(a_receipt(case)).pdf
    assert pdf == receipt(a_receipt(case)).pdf
    with pikepdf.open(BytesIO(pdf)) as opened:
        assert str(opened.docinfo["/CreationDate"]).startswith("D:20261105023015")


def test_pdf_a_2b_is_declared_and_every_font_is_embedded(case: Case) -> None:
    with pikepdf.open(BytesIO(receipt(a_receipt(case)).pdf)) as pdf:
        with pdf.open_metadata() as meta:
            assert meta.pdfa_status == "2B"
        assert pdf.Root.OutputIntents
        fonts = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/FontDescriptor"]
        assert fonts and all("/FontFile2" in f or "/FontFile3" in f for f in fonts)
        assert all("Tinos" in str(f.FontName) for f in fonts)


def test_a_demo_paper_says_so_on_every_page(case: Case, text_of: Text) -> None:
    demo = replace(case, system=replace(case.system, demo=True))
    items = tuple(ReceivedItem(f"Giấy tờ {n}", copies=1) for n in range(60))
    paper = receipt(replace(a_receipt(demo), items=items))
    assert text_of(paper).count("DEMO – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ") == paper.places["person"].page


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("02", "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ"),
        ("03", "PHIẾU TỪ CHỐI TIẾP NHẬN GIẢI QUYẾT HỒ SƠ"),
        ("04", "PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ"),
        ("05", "THÔNG BÁO DỪNG GIẢI QUYẾT HỒ SƠ"),
    ],
)
def test_a_notice_gives_its_reason(case: Case, text_of: Text, codes_of: Codes, number: str, said: str) -> None:
    notice = Notice(case, reason="Thiếu bản chính quyết định.", items=("Quyết định ly hôn;",), due_at=DUE)
    paper = form(number, notice)
    text = text_of(paper)
    assert said in text and "Lý do: Thiếu bản chính quyết định." in text and "Quyết định ly hôn;" in text
    assert len(codes_of(paper, 300)) == 2
    assert {"person", "applicant"} <= set(paper.places)


def test_a_notice_of_the_agency_has_room_for_its_seal(case: Case) -> None:
    signer = Signer(("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"), "Phạm Văn Thí Dụ")
    assert "seal" in form("05", Notice(case, reason="Theo đề nghị của công dân.", signer=signer)).places


@pytest.mark.parametrize(("number", "absent"), [("02", "items"), ("04", "due_at"), ("03", "reason")])
def test_a_notice_without_what_it_must_say_is_refused(case: Case, number: str, absent: str) -> None:
    notice = Notice(case, reason="" if absent == "reason" else "Lý do")
    with pytest.raises(MissingFields) as caught:
        form(number, notice)
    assert absent in str(caught.value.context["fields"])


def test_a_form_takes_its_own_data_only(case: Case) -> None:
    with pytest.raises(UnknownForm):
        form("06", Notice(case, reason="Lý do"))
    with pytest.raises(UnknownForm):
        form("08", Notice(case, reason="Lý do"))


def test_the_control_slip_and_the_book(case: Case, text_of: Text) -> None:
    step = Step("Bộ phận Một cửa", "Công chức tư pháp - hộ tịch", case.printed_at, outcome="Đúng hạn")
    assert "Đúng hạn" in text_of(form("06", ControlSlip(case, (step,), case.printed_at, DUE)))
    entry = BookEntry(case.dossier_code, case.procedure_name, case.applicant, case.printed_at, DUE)
    book = TrackingBook(case.issuer, case.system, "Lĩnh vực Hộ tịch", (entry,) * 40, case.printed_at)
    text = text_of(form("07", book))
    assert "SỔ THEO DÕI HỒ SƠ" in text and "10/11/2026" in text and "Trang 3 / 3" in text


def test_a_separator_names_dossier_and_component(codes_of: Codes) -> None:
    (payload,) = codes_of(separator(Separator("H99.01.02-261105-0001", "to_khai", "Tờ khai")), 100)
    assert read_separator_qr(payload) == ("H99.01.02-261105-0001", "to_khai")
