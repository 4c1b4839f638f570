"""Marks are legible, upright, in free space, in the colours of NĐ 30, and leave a PDF/A a PDF/A."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2
import pytest
from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw

from signing import Level, Mark, Place, Signed, Status, sign, verify
from signing.demo import Authority
from signing.room import look

AGENCY = "Ủy ban nhân dân xã Mẫu"
VIETNAMESE = "ẮẰẲẴẶ ấầẩẫậ Ếềểễệ ốồổỗộ ớờởỡợ ứừửữự ýỳỷỹỵ Đđ ĩ ũ"


def put(authority: Authority, pdf: bytes, profile: str, mark: Mark | None = None, place: Place | None = None) -> Signed:
    role = "agency" if profile in ("sao_y", "ket_qua_dau") else "leader"
    signer = authority.issue(AGENCY if role == "agency" else "Trần Thị Ví Dụ", role)  # type: ignore[arg-type]
    level = Level.B_B
    return sign(pdf, profile=profile, signer=signer, services=authority.services, mark=mark, place=place, level=level)


def picture(pdf: bytes, number: int = 1) -> np.ndarray:
    """The page as people see it, 2 dots a point, RGB."""
    document = pypdfium2.PdfDocument(pdf)
    document.init_forms()
    return np.array(document[number - 1].render(scale=2).to_pil().convert("RGB")).astype(int)


def text(pdf: bytes, tmp_path: Path) -> str:
    (tmp_path / "x.pdf").write_bytes(pdf)
    command = ["pdftotext", "-layout", "x.pdf", "-"]
    return subprocess.run(command, cwd=tmp_path, capture_output=True, check=True).stdout.decode()


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("shifted", [False, True])
def test_content_is_never_covered_on_turned_and_shifted_pages(
    authority: Authority, turned: Callable[[int, bool], bytes], turn: int, shifted: bool
) -> None:
    pdf = turned(turn, shifted)
    signed = put(authority, pdf, "thanh_phan", Mark(name="Nguyễn Văn Mẫu", agency=AGENCY))
    assert signed.mark_box is not None
    before, after = picture(pdf), picture(signed.pdf)
    assert before.shape == after.shape
    rows, columns = np.nonzero(np.abs(before - after).max(axis=2) > 20)
    assert len(rows) > 200, "the mark is not seen"
    # the mark's dots are upright in a wide box at the top left, and lie on paper
    box = look(signed.pdf, "1").from_user(signed.mark_box.box)
    height = after.shape[0]
    assert columns.min() >= 2 * box[0] - 2 and columns.max() <= 2 * box[2] + 2
    assert rows.min() >= height - 2 * box[3] - 2 and rows.max() <= height - 2 * box[1] + 2
    assert columns.max() - columns.min() > 2 * (rows.max() - rows.min())
    assert (before[rows, columns] > 250).all()
    if turn == 0:
        assert box[0] < 30 and box[3] > height / 2 - 200


def test_every_vietnamese_letter_is_in_the_text(authority: Authority, letter: bytes, tmp_path: Path) -> None:
    signed = put(authority, letter, "thanh_phan", Mark(name=VIETNAMESE, agency=AGENCY))
    said = text(signed.pdf, tmp_path)
    for word in VIETNAMESE.split():
        assert word in said
    assert "Người số hóa:" in said and "+07:00" in said and AGENCY in said


@pytest.mark.parametrize("profile", ["thanh_phan", "sao_y", "ket_qua_nguoi_ky", "ket_qua_dau", "chuyen_doi"])
def test_demo_stands_in_every_demo_mark(authority: Authority, letter: bytes, tmp_path: Path, profile: str) -> None:
    assert "DEMO" not in text(letter, tmp_path)
    assert "DEMO" in text(put(authority, letter, profile, Mark(name="X", agency=AGENCY)).pdf, tmp_path)


def test_conversion_mark_has_words_time_and_converter(authority: Authority, letter: bytes, tmp_path: Path) -> None:
    said = text(put(authority, letter, "chuyen_doi", Mark(name="Nguyễn Văn Mẫu")).pdf, tmp_path)
    assert "CHUYỂN ĐỔI TỪ VĂN BẢN GIẤY" in said
    assert "Thời gian chuyển đổi:" in said and "Người chuyển đổi: Nguyễn Văn Mẫu" in said


def test_signature_is_blue_above_the_name_and_seal_is_red_over_its_left_third(
    authority: Authority, letter: bytes
) -> None:
    person = put(authority, letter, "ket_qua_nguoi_ky", Mark(name="Trần Thị Ví Dụ"))
    assert person.mark_box is not None
    new = np.abs(picture(letter) - picture(person.pdf)).max(axis=2) > 60
    dots = picture(person.pdf)[new]
    assert (dots[:, 2] > dots[:, 0] + 40).mean() > 0.9
    name = look(letter, "last", "Trần Thị Ví Dụ").words[-1]
    box = person.mark_box.box
    assert abs((box[0] + box[2]) - (name[0] + name[2])) < 6
    assert 0 <= box[1] - name[3] < 30

    sealed = put(authority, person.pdf, "ket_qua_dau", Mark(agency=AGENCY))
    new = np.abs(picture(person.pdf) - picture(sealed.pdf)).max(axis=2) > 60
    rows, columns = np.nonzero(new)
    dots = picture(sealed.pdf)[new]
    assert (dots[:, 0] > dots[:, 2] + 60).mean() > 0.9
    # 36 mm across: the ring's outermost dots; its right edge lies a third into the signature's box
    height = new.shape[0]
    middle = height - int(box[1] + box[3])
    across = np.nonzero(new[middle - 4 : middle + 4].any(axis=0))[0]
    assert abs((across.max() - across.min()) / 2 - 36 / 25.4 * 72) < 2.5
    assert abs(across.max() / 2 - (box[0] + (box[2] - box[0]) / 3)) < 3
    assert rows.size and columns.size


def test_no_seal_covers_no_person(authority: Authority, letter: bytes) -> None:
    """Without an earlier signature the seal looks for free space like any mark."""
    signed = put(authority, letter, "ket_qua_dau", Mark(agency=AGENCY))
    assert signed.mark_box is not None
    new = np.abs(picture(letter) - picture(signed.pdf)).max(axis=2) > 60
    assert (picture(letter)[new] > 250).all()


def test_given_place_is_kept(authority: Authority, letter: bytes) -> None:
    place = Place(1, (300.0, 60.0, 450.0, 120.0))
    signed = put(authority, letter, "ket_qua_nguoi_ky", place=place)
    assert signed.mark_box is not None
    x0, y0, x1, y1 = signed.mark_box.box
    assert x0 >= 299 and y0 >= 59 and x1 <= 451 and y1 <= 121


def test_a_full_page_gets_an_invisible_signature_and_says_so(authority: Authority) -> None:
    out = io.BytesIO()
    image = Image.new("RGB", (600, 840), "white")
    drawn = ImageDraw.Draw(image)
    for y in range(0, 840, 12):
        drawn.line((0, y, 600, y), fill="black", width=4)
    image.save(out, "PDF")
    signed = put(authority, out.getvalue(), "thanh_phan")
    assert signed.mark_box is None
    assert "mark_no_room" in [reason.code for reason in signed.reasons]
    assert verify(signed.pdf, trust=authority.trust).verdict is Status.VALID


def test_noisy_scans_have_free_space_too(authority: Authority) -> None:
    dice = np.random.default_rng(7)
    page = np.full((1754, 1240), 235.0) + dice.normal(0, 6, (1754, 1240))
    page[300:1500:40, 200:1050] = 20
    out = io.BytesIO()
    Image.fromarray(np.clip(page, 0, 255).astype(np.uint8)).save(out, "PDF", resolution=150)
    signed = put(authority, out.getvalue(), "thanh_phan", Mark(name="Nguyễn Văn Mẫu"))
    assert signed.mark_box is not None


def test_a_picture_of_ones_own_is_used(authority: Authority, letter: bytes) -> None:
    image = Image.new("RGBA", (300, 120), (0, 0, 0, 0))
    ImageDraw.Draw(image).ellipse((10, 10, 290, 110), outline=(0, 0, 255, 255), width=12)
    png = io.BytesIO()
    image.save(png, "PNG")
    signed = put(authority, letter, "ket_qua_nguoi_ky", Mark(name="Trần Thị Ví Dụ", image=png.getvalue()))
    with pikepdf.open(io.BytesIO(signed.pdf)) as document:
        (field,) = document.Root.AcroForm.Fields
        images = list(field.AP.N.Resources.XObject.values())
        assert len(images) == 1 and "/SMask" in images[0]
        assert not images[0].get("/Interpolate", False)


@pytest.mark.parametrize("profile", ["thanh_phan", "ket_qua_dau", "luu_tru"])
def test_pdfa_stays_pdfa(signed_files: dict[str, Path], letter: bytes, profile: str) -> None:
    """What ISO 19005-2 asks of the parts that signing touches; whole conformance is judged from outside."""
    pdf = signed_files[profile].read_bytes()
    with pikepdf.open(io.BytesIO(letter)) as before, pikepdf.open(io.BytesIO(pdf)) as after:
        assert not after.is_encrypted
        assert after.Root.OutputIntents[0].S == "/GTS_PDFA1"
        assert after.Root.Metadata.read_bytes() == before.Root.Metadata.read_bytes()
        with after.open_metadata() as xmp:  # rewrites the metadata when it closes: the comparison stands before it
            assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"]) == ("2", "B")
        assert bytes(after.trailer.ID[0]) == bytes(before.trailer.ID[0])
        names = {str(name) for thing in after.objects if isinstance(thing, pikepdf.Dictionary) for name in thing}
        assert not {"/JS", "/JavaScript", "/AA", "/EmbeddedFiles"} & names
        for field in after.Root.AcroForm.Fields:
            if "/FT" in field and "/Rect" in field:
                assert int(field.F) & 0b100, "annotations of a PDF/A are printed"
                assert not int(field.F) & 0b10, "and not hidden"
        fonts = [
            thing for thing in after.objects if isinstance(thing, pikepdf.Dictionary) and "/CIDSystemInfo" in thing
        ]
        assert all("/FontFile2" in font.FontDescriptor for font in fonts if font.get("/Subtype") == "/CIDFontType2")


def test_widths_are_those_of_the_embedded_font(signed_files: dict[str, Path]) -> None:
    """ISO 19005-2, 6.2.11.5: the fault that fonts of other than 1000 units an em would bring."""
    with pikepdf.open(signed_files["thanh_phan"]) as document:
        (field,) = [one for one in document.Root.AcroForm.Fields if "/AP" in one]
        (outer,) = field.AP.N.Resources.Font.values()
        (inner,) = outer.DescendantFonts
        font = TTFont(io.BytesIO(bytes(inner.FontDescriptor.FontFile2.read_bytes())))
        units = font["head"].unitsPerEm
        order, metrics = font.getGlyphOrder(), font["hmtx"].metrics
        checked = 0
        runs = list(inner.W)
        for first, widths in zip(runs[::2], runs[1::2], strict=True):
            for offset, width in enumerate(widths):
                assert abs(float(width) - metrics[order[int(first) + offset]][0] * 1000 / units) <= 1
                checked += 1
        assert checked > 20
