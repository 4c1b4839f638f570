"""Pages of typed text and scanned pictures: the text stays as it is, what is printed in the pictures is read too."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageDraw, ImageFont

import digitize
from catalogue import font_path
from digitize.inset_reading import merged_lines
from digitize.insets import Region, drawn
from digitize.limits import Limits
from digitize.model import Line, Word, quad_of
from tests.digitize.pdfa_rules import violations

TYPED = [
    "ỦY BAN NHÂN DÂN XÃ VÍ DỤ",
    "Kính gửi: Sở Tư pháp tỉnh Thử Nghiệm",
    "Thực hiện công văn của quý Sở về việc rà soát hồ sơ hộ tịch,",
    "Ủy ban nhân dân xã xin gửi kèm theo bản chụp của các giấy tờ",
    "sau đây để quý Sở xem xét, giải quyết theo thẩm quyền.",
]
TABLE = ("Họ và tên: Lê Văn Thử", "Năm sinh: 1987", "Nơi cư trú: thôn Đoài, xã Ví Dụ")
SCANNED = ("Bệnh viện đa khoa tỉnh Thử Nghiệm", "001324000001", "LÊ THỊ THỬ NGHIỆM")
Place = tuple[float, float, float, float]


def table(size: tuple[int, int] = (1200, 400)) -> Image.Image:
    """A scanned cutting with three printed lines."""
    image = Image.new("L", size, 247)
    pen, font = ImageDraw.Draw(image), ImageFont.truetype(str(font_path("Tinos-Regular")), 46)
    for at, line in enumerate(TABLE):
        pen.text((60, 60 + 100 * at), line, font=font, fill=25)
    return image


def paste(path: Path, image: Image.Image, place: Place, *, first: bool = True) -> None:
    """Puts a picture on the only page: x, y of its lower left corner, its width and height in points."""
    jpeg = path.with_suffix(".pasted.jpg")
    image.save(jpeg, quality=90)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        stream = pdf.make_stream(jpeg.read_bytes())
        stream.Type, stream.Subtype, stream.Filter = pikepdf.Name.XObject, pikepdf.Name.Image, pikepdf.Name.DCTDecode
        stream.Width, stream.Height = image.size
        stream.ColorSpace = pikepdf.Name.DeviceGray if image.mode == "L" else pikepdf.Name.DeviceRGB
        stream.BitsPerComponent = 8
        name = pdf.pages[0].add_resource(stream, pikepdf.Name.XObject)
        x, y, width, height = place
        pdf.pages[0].contents_add(f"q {width} 0 0 {height} {x} {y} cm {name} Do Q\n".encode(), prepend=first)
        pdf.save(path)


def content_of(pdf: pikepdf.Pdf) -> bytes:
    content = pdf.pages[0].Contents
    return b"\n".join(part.read_bytes() for part in ([content] if isinstance(content, pikepdf.Stream) else content))


def digitized(path: Path) -> digitize.Document:
    (document,) = digitize.digitize(path, path.parent / "out").documents
    return document


def copied(path: Path) -> str:
    """What a reader copies from a PDF."""
    told = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True)
    return told.stdout


def words_of(path: Path) -> dict[str, Place]:
    """Where a viewer finds words on the page as it is displayed, in points from its upper left corner."""
    told = subprocess.run(["pdftotext", "-cropbox", "-bbox", path, "-"], capture_output=True, text=True, check=True)
    side = r'="([\d.-]+)"'
    pattern = f"<word xMin{side} yMin{side} xMax{side} yMax{side}>([^<]*)<"
    return {text: (float(a), float(b), float(c), float(d)) for a, b, c, d, text in re.findall(pattern, told.stdout)}


class EngineThatBoxesInk:
    """Reads one word as large as all the ink that it is shown."""

    name, version, cleaning = "ink", "1", ()

    def recognise(self, page: np.ndarray[Any, Any], dpi: int) -> list[Line]:
        rows, columns = np.nonzero((page if page.ndim == 2 else page.min(axis=2)) < 120)
        box = (float(columns.min()), float(rows.min()), float(columns.max()), float(rows.max()))
        return [Line("mực", box, quad_of(box), 0.9, (Word("mực", box, 0.9, quad_of(box)),))]


INK = f"{__name__}:EngineThatBoxesInk"


def test_a_pasted_table_is_read_where_it_stands(tmp_path: Path, born_digital: Callable[..., Path]) -> None:
    foot = ["Nơi nhận: như trên", "Người lập biểu ký tên"]
    path = born_digital([[*TYPED, *[""] * 8, *foot]])
    paste(path, table(), (90, 500, 360, 120))
    document = digitized(path)
    (page,) = document.pages
    assert page.born_digital
    lines = [line.text for line in page.lines]
    assert lines == [*TYPED, *TABLE, *foot]
    year = next(word for line in page.lines for word in line.words if word.text == "1987")
    assert 0 < year.confidence < 1, "what was recognised is never as sure as what was typed"
    assert document.pdf.pdfa == "2b" and violations(document.pdf.path) == []
    assert [" ".join(line.split()) for line in copied(document.pdf.path).splitlines() if line.strip()] == lines


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_boxes_and_overlay_lie_over_the_print_however_the_page_lies(
    tmp_path: Path, born_digital: Callable[..., Path], turn: int
) -> None:
    path = born_digital([TYPED])
    paste(path, table(), (90, 300, 360, 120))
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        # Shown as before, in a part of a larger sheet, whatever way its own coordinates lie.
        lie = {0: (1, 0, 0, 1, 30, 20), 90: (0, 1, -1, 0, 872, 20), 180: (-1, 0, 0, -1, 625, 862),
               270: (0, -1, 1, 0, 30, 615)}[turn]  # fmt: skip
        across, down = (595, 842) if turn in (0, 180) else (842, 595)
        page = pdf.pages[0]
        page.contents_add(f"q {' '.join(map(str, lie))} cm\n".encode(), prepend=True)
        page.contents_add(b"Q")
        page.obj.MediaBox, page.obj.CropBox, page.obj.Rotate = [0, 0, 900, 950], [30, 20, 30 + across, 20 + down], turn
        pdf.save(path)
    (document,) = digitize.digitize(path, tmp_path / "out", engine=INK).documents
    (read,) = document.pages
    boxed = {line.text: tuple(side * 72 / read.dpi for side in line.words[0].box) for line in read.lines}
    # Ten print lines of 0.3 points a pixel: 60 pixels in from the left edge, 60 down from the upper one.
    (left, top, right, bottom), inset = boxed["mực"], 842 - 420
    assert (left, top) == pytest.approx((90 + 18, inset + 18), abs=6)
    assert 90 + 18 + 100 < right < 450 and inset + 18 + 60 < bottom < inset + 120
    assert words_of(document.pdf.path)["mực"] == pytest.approx(boxed["mực"], abs=3)
    assert words_of(document.pdf.path)["ỦY"] == pytest.approx(boxed[TYPED[0]], abs=6), (
        "what stands above a letter differs"
    )


def test_the_page_s_own_content_is_kept(tmp_path: Path, born_digital: Callable[..., Path]) -> None:
    path = born_digital([TYPED])
    paste(path, table(), (90, 300, 360, 120))
    with pikepdf.open(path) as pdf:
        before = content_of(pdf).split()
        picture = next(iter(pdf.pages[0].Resources.XObject.values())).read_raw_bytes()
    (document,) = digitize.digitize(path, tmp_path / "out", engine=INK).documents
    with pikepdf.open(document.pdf.path) as pdf:
        after = content_of(pdf)
        assert after.split()[: len(before) + 2] == [b"q", *before, b"Q"]
        (image,) = pdf.pages[0].Resources.XObject.values()
        assert image.read_raw_bytes() == picture
        assert after.count(b"3 Tr") == 1


def test_a_letter_typed_over_a_scan_keeps_both(
    tmp_path: Path, born_digital: Callable[..., Path], paper: Image.Image
) -> None:
    """The scan fills the page; the typed lines stand at its foot."""
    path = born_digital([["", *[""] * 22, *TYPED, "", ""]])
    paste(path, paper, (0, 0, 595, 842))
    document = digitized(path)
    (page,) = document.pages
    assert page.born_digital and document.kind.id == "giay_khai_sinh"
    for line in (*TYPED, *SCANNED):
        assert document.text.count(line) == 1
    assert document.text.index("GIẤY KHAI SINH") < document.text.index(SCANNED[0]) < document.text.index(TYPED[1])
    exact = {line.text: line.confidence for line in page.lines}
    assert all(exact[line] == 1.0 for line in TYPED), "typed letters are not guessed at"
    assert violations(document.pdf.path) == []
    flat = " ".join(copied(document.pdf.path).split())
    assert all(flat.count(line) == 1 for line in (*TYPED, *SCANNED))


def test_a_form_that_was_scanned_and_typed_on_is_read_in_rows(
    tmp_path: Path, born_digital: Callable[..., Path]
) -> None:
    path = born_digital([["Lê Văn Thử", "", *TYPED]])
    form = Image.new("L", (1190, 400), 250)
    pen, font = ImageDraw.Draw(form), ImageFont.truetype(str(font_path("Tinos-Bold")), 26)
    for at, label in enumerate(("Họ và tên:", "Năm sinh:", "Dân tộc:")):
        pen.text((10, 144 + 22 * 2 * at), label, font=font, fill=10)
    # 2 pixels a point; the first typed base line is at 760, so at pixel 2 × (842 - 760) = 164 from the top.
    paste(path, form, (0, 642, 595, 200))
    lines = [line.text for line in digitized(path).pages[0].lines]
    assert lines[:2] == ["Họ và tên:", "Lê Văn Thử"]


def hidden(path: Path) -> None:
    """Makes the text of the page invisible, as recognition leaves it over a scan."""
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.pages[0].Contents = pdf.make_stream(content_of(pdf).replace(b"BT /F0 13 Tf", b"BT 3 Tr /F0 13 Tf"))
        pdf.save(path)


def recognised(path: Path, lines: list[str]) -> None:
    """Pastes under the text a scan whose print lies just where the page's own lines are."""
    scan = Image.new("L", (1190, 1684), 248)
    pen, font = ImageDraw.Draw(scan), ImageFont.truetype(str(font_path("NotoSans-Regular")), 26)
    for at, line in enumerate(lines):
        pen.text((160, 2 * (842 - 760 + 22 * at)), line, font=font, fill=20, anchor="ls")
    paste(path, scan, (0, 0, 595, 842))


def test_a_scan_under_the_invisible_text_of_its_recognition_is_not_told_twice(
    tmp_path: Path, born_digital: Callable[..., Path]
) -> None:
    path = born_digital([TYPED])
    recognised(path, TYPED)
    hidden(path)
    document = digitized(path)
    assert not document.pages[0].born_digital, "our own recognition is believed"
    assert [line.text for line in document.pages[0].lines] == TYPED
    assert [" ".join(line.split()) for line in copied(document.pdf.path).splitlines() if line.strip()] == TYPED


def test_a_stamp_makes_no_typed_page_of_a_scan_that_was_recognised(
    tmp_path: Path, born_digital: Callable[..., Path]
) -> None:
    """The letters that nobody sees are as many as a page's; those that can be seen are a stamp's."""
    path = born_digital([TYPED])
    recognised(path, TYPED)
    hidden(path)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        shown = content_of(pdf)
        codes = shown[shown.index(b"<") :].split(b">")[0] + b">"
        pdf.pages[0].contents_add(b"BT 0 Tr /F0 12 Tf 80 120 Td " + codes + b" Tj ET")
        pdf.save(path)
    (page,) = digitize.read(path)
    assert page.lines is None and page.pixels is not None


def test_words_over_print_are_not_read_again(tmp_path: Path, born_digital: Callable[..., Path]) -> None:
    """A page whose visible words cover the print of its scan, such as a recognition that is drawn under the picture."""
    path = born_digital([TYPED])
    recognised(path, TYPED)
    document = digitized(path)
    assert [line.text for line in document.pages[0].lines] == TYPED
    assert [step.name for step in document.pages[0].steps] == ["text-layer"]
    with pikepdf.open(document.pdf.path) as pdf:
        assert "/HosoText" not in pdf.pages[0].Resources.Font


def test_only_the_part_of_a_scan_that_has_no_words_is_read(tmp_path: Path, born_digital: Callable[..., Path]) -> None:
    path = born_digital([[*TYPED[:2], *[""] * 3, *TYPED[2:]]])
    recognised(path, [*TYPED[:2], "", *TABLE[:1], "", *[""] * 5, *TABLE * 3])
    text = digitized(path).text
    assert [text.count(line) for line in TYPED] == [1] * 5
    assert [text.count(line) for line in TABLE] == [4, 3, 3]


@pytest.mark.parametrize(
    ("size", "place"),
    [((300, 300), (60, 600, 90, 90)), ((60, 20), (90, 300, 360, 120)), ((1200, 30), (90, 300, 360, 9))],
    ids=["a seal", "too coarse to read", "a strip"],
)
def test_small_pictures_are_not_drawn(
    tmp_path: Path, born_digital: Callable[..., Path], size: tuple[int, int], place: Place
) -> None:
    path = born_digital([TYPED])
    paste(path, table(size), place)
    (page,) = digitize.read(path)
    assert page.lines is not None and page.insets == ()


def test_the_pictures_of_a_page_have_together_no_more_pixels_than_a_page(born_digital: Callable[..., Path]) -> None:
    opened = pypdfium2.PdfDocument(born_digital([TYPED]))
    regions = [Region((50, top, 550, top + 180), 300) for top in (50, 250, 450, 650)]
    pixels = [picture.pixels for picture in drawn(opened[0], regions, Limits(page_pixels=400_000))]
    opened.close()
    assert len(pixels) == 4
    assert 300_000 < sum(len(rows) * len(rows[0]) for rows in pixels) <= 400_000


def test_strips_of_one_scan_are_one_picture(tmp_path: Path, born_digital: Callable[..., Path]) -> None:
    path, image = born_digital([TYPED]), table()
    for at in range(40):
        paste(path, image.crop((0, 10 * at, 1200, 10 * at + 10)), (90, 300 + 120 - 3 * (at + 1), 360, 3))
    (page,) = digitize.read(path)
    (inset,) = page.insets
    assert abs(inset.pixels.shape[1] - 1200) <= 2 and abs(inset.pixels.shape[0] - 400) <= 2 and inset.dpi == 240


def test_a_picture_without_print_costs_no_recognition(tmp_path: Path, born_digital: Callable[..., Path]) -> None:
    path = born_digital([TYPED])
    paste(path, Image.radial_gradient("L").resize((800, 800)), (90, 100, 300, 300))
    (page,) = digitize.digitize(path, tmp_path / "out").documents[0].pages
    assert [step.name for step in page.steps] == ["text-layer"]


def line_at(text: str, x0: float, y0: float, x1: float) -> Line:
    box = (x0, y0, x1, y0 + 20)
    return Line(text, box, quad_of(box), 1.0, (Word(text, box, 1.0, quad_of(box)),))


def test_a_picture_beside_text_is_read_after_what_is_at_its_left() -> None:
    own = [line_at(f"left {at}", 0, 100 + 30 * at, 200) for at in range(3)] + [line_at("foot", 0, 300, 500)]
    fresh = [line_at(f"right {at}", 300, 110 + 30 * at, 500) for at in range(2)]
    merged = [line.text for line in merged_lines(own, fresh, (290, 90, 510, 200))]
    assert merged == ["left 0", "left 1", "left 2", "right 0", "right 1", "foot"]
