"""A paper copy holds all of the document and says on each page what NĐ 45/2020, điều 18, wants to be said."""

from __future__ import annotations

import io
import subprocess
import sys
from datetime import UTC, datetime

import numpy as np
import pdfplumber
import pikepdf
import pypdfium2
import pytest
import typst
import zxingcpp

from catalogue.fonts import FONT_DIR
from paper import BadField, Conversion, System, Unprintable, laying, paper_copy

TOKEN = "k3J9xQ7mT2vR8wZ5bN4c"
AT = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)


def conversion(converter: str = "", demo: bool = False) -> Conversion:
    return Conversion(System("Kho kết quả xã Mẫu", "https://motcua.example.vn", demo), TOKEN, AT, converter)


def document(pages: int = 1, flipped: bool = False) -> bytes:
    flip = "true" if flipped else "false"
    body = "#pagebreak()".join(
        f"Nội dung trang {number} #v(1fr) Dòng cuối trang {number}" for number in range(1, pages + 1)
    )
    source = f'#set page(paper: "a4", flipped: {flip}, margin: 12mm)\n#set text(font: "Tinos", lang: "vi")\n{body}'
    made = typst.compile(source.encode(), font_paths=[str(FONT_DIR)])  # type: ignore[misc]
    assert isinstance(made, bytes)
    return made


def texts(pdf: bytes) -> list[str]:
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        return [page.extract_text() for page in opened.pages]


def test_each_page_says_the_system_the_code_and_the_time() -> None:
    said = texts(paper_copy(document(3), conversion("Nguyễn Văn Mẫu")))
    assert len(said) == 3
    for number, text in enumerate(said, 1):
        assert f"Nội dung trang {number}" in text and f"Dòng cuối trang {number}" in text
        assert "BẢN GIẤY CHUYỂN ĐỔI TỪ VĂN BẢN ĐIỆN TỬ" in text
        assert "Hệ thống: Kho kết quả xã Mẫu" in text and f"Mã tra cứu: {TOKEN}" in text
        assert "Thời điểm chuyển đổi: 22-11-2026 10:04:05 +07:00" in text
        assert "Người chuyển đổi: Nguyễn Văn Mẫu" in text
        assert "DEMO" not in text


def test_the_code_suffices_without_a_converter() -> None:
    (said,) = texts(paper_copy(document(), conversion(demo=True)))
    assert "Người chuyển đổi" not in said and "DEMO – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ" in said


@pytest.mark.parametrize("flipped", [False, True])
@pytest.mark.parametrize("turn", [0, 90])
def test_the_printed_qr_leads_to_the_look_up_and_covers_nothing(flipped: bool, turn: int) -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(document(flipped=flipped))) as opened:
        opened.pages[0].Rotate = turn
        opened.save(out)
    copy = pypdfium2.PdfDocument(paper_copy(out.getvalue(), conversion()))
    try:
        page = copy[0]
        drawn = np.array(page.render(scale=3, grayscale=True).to_numpy()).squeeze()
        across = page.get_width() > page.get_height()
    finally:
        copy.close()
    assert across is (flipped is not (turn == 90))
    (found,) = zxingcpp.read_barcodes(drawn)
    assert found.text == f"https://motcua.example.vn/verify/{TOKEN}"
    # between the page and the mark's rule there is nothing but paper
    height = drawn.shape[0]
    assert (drawn[height - (62 * 3) : height - (61 * 3), :80] > 250).all()


def test_a_signature_that_is_seen_is_drawn_and_none_is_left() -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(document())) as opened:
        look = opened.make_stream(b"1 0 0 rg 0 0 100 40 re f")
        look.Type, look.Subtype, look.BBox = pikepdf.Name.XObject, pikepdf.Name.Form, [0, 0, 100, 40]
        field = opened.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot,
                Subtype=pikepdf.Name.Widget,
                FT=pikepdf.Name.Sig,
                T="s",
                F=4,
                Rect=[300, 300, 400, 340],
                AP=pikepdf.Dictionary(N=look),
                V=pikepdf.Dictionary(Type=pikepdf.Name.Sig),
            )
        )
        opened.pages[0].Annots = pikepdf.Array([field])
        opened.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([field]), SigFlags=3)
        opened.save(out)
    copy = paper_copy(out.getvalue(), conversion())
    with pikepdf.open(io.BytesIO(copy)) as opened:
        assert "/AcroForm" not in opened.Root and "/Annots" not in opened.pages[0]
    page = pypdfium2.PdfDocument(copy)
    try:
        drawn = np.array(page[0].render(scale=1).to_numpy())
    finally:
        page.close()
    red = (drawn[:, :, 2] > 200) & (drawn[:, :, 0] < 60)
    assert red.sum() > 1000


def test_what_cannot_be_copied_is_refused_by_name() -> None:
    for bad in (b"", b"%PDF-1.7 junk", document()[:500]):
        with pytest.raises(Unprintable):
            paper_copy(bad, conversion())
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(document())) as opened:
        opened.save(out, encryption=pikepdf.Encryption(owner="a", user=""))
    with pytest.raises(Unprintable):
        paper_copy(out.getvalue(), conversion())
    with pytest.raises(BadField):
        paper_copy(document(), Conversion(System("x", "https://a.example.vn"), "../etc", AT))


def test_a_document_is_opened_in_a_child_with_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of a foreign PDF is parsed here; a child that a file kills or holds up is a refusal, not our end."""

    def never(*given: object, **more: object) -> object:
        raise AssertionError("opened in our own process")

    pdf = document()
    monkeypatch.setattr(pikepdf, "open", never)
    assert paper_copy(pdf, conversion()).startswith(b"%PDF-")
    monkeypatch.setattr("paper.conversion.SECONDS", 0.01)
    with pytest.raises(Unprintable):
        paper_copy(pdf, conversion())


def test_the_child_has_limits_before_it_reads() -> None:
    program = """
import resource
from paper import laying
laying.restrain()
for kind in ("CORE", "FSIZE", "AS", "CPU"):
    print(resource.getrlimit(getattr(resource, "RLIMIT_" + kind))[0])
"""
    said = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True).stdout
    assert [int(line) for line in said.split()] == [0, laying.WRITTEN, laying.MEMORY, laying.PROCESSOR_SECONDS]
