"""From a scan to the archival copy: what a user of `digitize.digitize` relies on, with the real engine."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pikepdf
import pytest
from PIL import Image

import digitize
from digitize import Line, Progress, Reading
from digitize.engines import engine
from digitize.errors import EngineFailed, EngineUnknown
from digitize.pipeline import _replacing
from tests.digitize.conftest import DPI, draw_paper


class EngineThatFails:
    """An engine that crashes on every page, for the promise that a page is never lost."""

    name, version, cleaning = "fails", "1", ()

    def recognise(self, page: object, dpi: int) -> list[Line]:
        raise EngineFailed(page=1)


class EngineThatIsBlind:
    """An engine that sees nothing, for tests about everything else."""

    name, version, cleaning = "blind", "1", ()

    def recognise(self, page: object, dpi: int) -> list[Line]:
        return []


FAILS = f"{__name__}:EngineThatFails"
BLIND = f"{__name__}:EngineThatIsBlind"


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory, paper: Image.Image) -> Reading:
    """The paper scanned 1.7 degrees askew, read once for all tests of this module."""
    folder = tmp_path_factory.mktemp("read")
    path = folder / "askew.jpg"
    paper.rotate(1.7, resample=Image.Resampling.BICUBIC, fillcolor="white").save(path, quality=85, dpi=(DPI, DPI))
    return digitize.digitize(path, folder)


def words_of(reading: Reading) -> dict[str, digitize.Word]:
    return {w.text: w for document in reading.documents for p in document.pages for li in p.lines for w in li.words}


def test_the_text_is_read_with_its_tone_marks(reading: Reading) -> None:
    text = reading.documents[0].text
    assert "Nơi sinh: Bệnh viện đa khoa tỉnh Thử Nghiệm" in text
    assert text.index("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM") < text.index("KHAI SINH") < text.index("Giới tính")


def test_boxes_are_in_pixels_of_the_page_as_scanned(reading: Reading, paper: Image.Image) -> None:
    """The word Nghiệm is printed at a known place; turned with the page, the box has to hold it."""
    page = reading.documents[0].pages[0]
    assert (page.width, page.height) == paper.size
    word = words_of(reading)["Nghiệm"] if "Nghiệm" in words_of(reading) else words_of(reading)["Nghiệm,"]
    turned = np.asarray(paper.rotate(1.7, resample=Image.Resampling.BICUBIC, fillcolor="white").convert("L"))
    x0, y0, x1, y1 = (round(value) for value in word.box)
    inside = turned[y0:y1, x0:x1]
    assert inside.min() < 80, "there is ink in the box"
    left = turned[y0:y1, x0 - 4 : x0 - 1]
    assert left.min() > 150, "and none right before it"
    (ax, ay), (bx, by), *_ = word.quad
    assert np.degrees(np.arctan2(by - ay, bx - ax)) == pytest.approx(-1.7, abs=0.15), "the quad leans with the page"


def test_skew_is_found_to_a_tenth_of_a_degree(reading: Reading) -> None:
    deskew = next(step for step in reading.documents[0].pages[0].steps if step.name == "deskew")
    assert deskew.settings["degrees"] == pytest.approx(-1.7, abs=0.1)


def test_kind_and_fields(reading: Reading) -> None:
    document = reading.documents[0]
    assert document.kind.id == "giay_khai_sinh" and 0.8 < document.kind.confidence < 1
    values = {made.name: made.value for made in document.fields}
    assert values["owner_id"] == values["citizen_id"] == "001324000001"
    assert values["issued_on"] == "2024-06-05"
    assert values["number"] == "123/2024"
    assert values["title"] == "GIẤY KHAI SINH"
    assert values["issuer_name"] == "UBND XÃ VÍ DỤ"
    assert values["born"] == "2024-06-01" and values["mother_born"] == "1995"
    numbers = next(made for made in document.fields if made.name == "owner_id")
    assert numbers.page == 1 and numbers.box is not None and 0 < numbers.confidence < 1


def test_the_archival_copy_can_be_searched_and_copied_from(reading: Reading) -> None:
    path = reading.documents[0].pdf.path
    assert reading.documents[0].pdf.pdfa == "2b"
    told = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True)
    assert told.returncode == 0, told.stdout + told.stderr
    text = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True).stdout
    flat = " ".join(text.split())
    assert "Nơi sinh: Bệnh viện đa khoa tỉnh Thử Nghiệm" in flat
    assert flat.index("Giới tính") < flat.index("Dân tộc") < flat.index("Nơi sinh")


def test_pdfplumber_reads_whole_words_over_the_ink(reading: Reading) -> None:
    """A text layer that leans with the scan is torn letter by letter; this one was straightened with the page."""
    import pdfplumber

    with pdfplumber.open(reading.documents[0].pdf.path) as pdf:
        page = pdf.pages[0]
        words = page.extract_words()
        picture = np.asarray(page.to_image(resolution=72).original.convert("L"))
    found = {word["text"]: word for word in words}
    assert {"Giới", "tính:", "khoa", "Kinh"} <= set(found)
    word = found["khoa"]
    ink = picture[round(word["top"]) : round(word["bottom"]) + 1, round(word["x0"]) : round(word["x1"]) + 1]
    assert ink.min() < 160


def test_the_same_scan_gives_the_same_file(tmp_path: Path, scan: Path) -> None:
    first = digitize.digitize(scan, tmp_path / "one", engine=BLIND).documents[0].pdf.path.read_bytes()
    second = digitize.digitize(scan, tmp_path / "two", engine=BLIND).documents[0].pdf.path.read_bytes()
    assert first == second


def test_a_straight_jpeg_goes_into_the_archive_as_it_is(tmp_path: Path, scan: Path) -> None:
    reading = digitize.digitize(scan, tmp_path, engine=BLIND, compact=False)
    with pikepdf.open(reading.documents[0].pdf.path) as pdf:
        image = next(iter(pdf.pages[0].obj.Resources.XObject.values()))
        assert image.read_raw_bytes() == scan.read_bytes()


def test_a_turned_page_is_turned_back(tmp_path: Path, paper: Image.Image) -> None:
    path = tmp_path / "turned.png"
    paper.rotate(-90, expand=True).save(path, dpi=(DPI, DPI))
    reading = digitize.digitize(path, tmp_path)
    page = reading.documents[0].pages[0]
    assert (page.width, page.height) == paper.size[::-1]
    assert page.upright_size == paper.size
    assert "Nơi sinh" in reading.documents[0].text
    word = words_of(reading)["Kinh"]
    assert word.box[3] - word.box[1] > word.box[2] - word.box[0], "in the scan the word stands on its end"
    for line in page.lines:
        x0, y0, x1, y1 = line.box
        assert 0 <= x0 < x1 <= page.width and 0 <= y0 < y1 <= page.height
        assert all(x0 - 1 <= w.box[0] and y0 - 1 <= w.box[1] and w.box[2] <= x1 + 1 for w in line.words)


def test_a_photograph_is_rectified_by_the_sheet_s_outline(tmp_path: Path, paper: Image.Image) -> None:
    pixels = np.asarray(paper)[:, :, ::-1]
    height, width = pixels.shape[:2]
    corners = np.array([[210, 190], [1300, 150], [1410, 1825], [130, 1750]], np.float32)
    sheet = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    table = cv2.warpPerspective(
        pixels, cv2.getPerspectiveTransform(sheet, corners), (1512, 2016), borderValue=(40, 50, 60)
    )
    path = tmp_path / "phone.jpg"
    cv2.imwrite(str(path), table)
    reading = digitize.digitize(path, tmp_path)
    page = reading.documents[0].pages[0]
    rectify = next(step for step in page.steps if step.name == "rectify")
    assert np.abs(np.array(rectify.settings["corners"]) - corners).max() < 12
    assert "Giới tính: Nữ" in reading.documents[0].text
    assert reading.documents[0].kind.id == "giay_khai_sinh"


def test_a_page_on_which_the_engine_fails_is_kept(tmp_path: Path, scan: Path) -> None:
    reading = digitize.digitize(scan, tmp_path, engine=FAILS)
    (page,) = reading.documents[0].pages
    assert page.problem == "digitize.engine_failed" and page.lines == ()
    assert reading.documents[0].kind.id == "khac" and reading.documents[0].kind.confidence == 0
    with pikepdf.open(reading.documents[0].pdf.path) as pdf:
        assert len(pdf.pages) == 1


def test_an_unknown_engine_is_said_before_anything_is_written(tmp_path: Path, scan: Path) -> None:
    with pytest.raises(EngineUnknown):
        engine("no-such")
    with pytest.raises(EngineUnknown):
        digitize.digitize(scan, tmp_path / "out", engine="no-such")
    assert not list((tmp_path / "out").glob("*"))


def test_a_signed_pdf_is_left_as_it_is(tmp_path: Path, born_digital: Callable[..., Path]) -> None:
    path = born_digital([["GIẤY ỦY QUYỀN"], ["Trang 2/2"]])
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        value = pikepdf.Dictionary(Type=pikepdf.Name.Sig, ByteRange=[0, 1, 2, 3], Contents=b"\0" * 16)
        field = pikepdf.Dictionary(FT=pikepdf.Name.Sig, T="s", V=pdf.make_indirect(value))
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[pdf.make_indirect(field)], SigFlags=3)
        pdf.save(path)
    reading = digitize.digitize(path, tmp_path / "out")
    (document,) = reading.documents
    assert reading.source.signatures == 1
    assert document.pdf.path.read_bytes() == path.read_bytes()
    assert document.pdf.pdfa is None and document.pdf.reason == "signed"
    assert "GIẤY ỦY QUYỀN" in document.text


def test_a_born_digital_pdf_keeps_its_own_pages(tmp_path: Path, born_digital: Callable[..., Path]) -> None:
    path = born_digital([["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "GIẤY ỦY QUYỀN", "Tôi là NGUYỄN THỊ MẪU"]])
    (document,) = digitize.digitize(path, tmp_path / "out").documents
    assert document.pdf.pdfa == "2b" and document.pages[0].born_digital
    with pikepdf.open(document.pdf.path) as pdf:
        assert "/XObject" not in pdf.pages[0].obj.Resources, "nothing was turned into a picture"
        assert "/OutputIntents" in pdf.Root
    assert document.kind.id == "giay_uy_quyen"


def test_what_keeps_a_pdf_from_being_pdfa_is_named_and_not_claimed(
    tmp_path: Path, born_digital: Callable[..., Path]
) -> None:
    path = born_digital([["GIẤY ỦY QUYỀN", "Tôi là NGUYỄN THỊ MẪU"]])
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        del pdf.pages[0].obj.Resources.Font.F0.DescendantFonts[0].FontDescriptor.FontFile2
        pdf.pages[0].contents_add(b"0 0 0 1 k")
        pdf.save(path)
    (document,) = digitize.digitize(path, tmp_path / "out").documents
    assert document.pdf.pdfa is None
    assert document.pdf.reason == "cmyk, font-not-embedded"
    with pikepdf.open(document.pdf.path) as pdf:
        assert "/OutputIntents" not in pdf.Root


def test_mixed_pages_are_told_apart_and_stay_in_order(
    tmp_path: Path, scan: Path, born_digital: Callable[..., Path]
) -> None:
    path = born_digital([["GIẤY ỦY QUYỀN", "Trang 1/3"], ["Tôi là NGUYỄN THỊ MẪU", "Trang 3/3"]])
    Image.open(scan).save(tmp_path / "scan.pdf", resolution=DPI)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf, pikepdf.open(tmp_path / "scan.pdf") as scanned:
        pdf.pages.insert(1, scanned.pages[0])
        pdf.save(path)
    (document,) = digitize.digitize(path, tmp_path / "out", engine=BLIND).documents
    assert [page.born_digital for page in document.pages] == [True, False, True]
    assert document.pdf.pdfa == "2b"
    with pikepdf.open(document.pdf.path) as pdf:
        assert ["/XObject" in page.obj.Resources for page in pdf.pages] == [False, True, False]


def test_several_documents_in_one_scan(tmp_path: Path) -> None:
    path = tmp_path / "stack.tif"
    other = draw_paper("GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN")
    draw_paper().save(path, save_all=True, append_images=[other], compression="tiff_lzw", dpi=(DPI, DPI))
    reading = digitize.digitize(path, tmp_path / "out", jobs=2)
    assert [document.kind.id for document in reading.documents] == ["giay_khai_sinh", "giay_xn_tthn"]
    assert [document.pages[0].number for document in reading.documents] == [1, 2]
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == ["stack-1.pdf", "stack-2.pdf"]


def test_progress_is_told_and_can_stop_the_reading(tmp_path: Path, scan: Path) -> None:
    told: list[Progress] = []
    digitize.digitize(scan, tmp_path / "out", engine=BLIND, progress=told.append)
    assert [(p.stage, p.done, p.total) for p in told if p.done == p.total] == [
        ("open", 1, 1), ("read", 1, 1), ("sort", 1, 1), ("compose", 1, 1),
    ]  # fmt: skip

    def stop(progress: Progress) -> None:
        if progress.stage == "compose":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        digitize.digitize(scan, tmp_path / "stopped", engine=BLIND, progress=stop)
    assert not list((tmp_path / "stopped").iterdir()), "nothing half written"


def test_json_is_the_schema_that_stays_put(reading: Reading) -> None:
    told = json.loads(json.dumps(digitize.to_json(reading)))
    assert told["schema"] == "hoso.digitize/1"
    assert {"name", "sha256", "pages"} <= set(told["source"]) and len(told["source"]["sha256"]) == 64
    document = told["documents"][0]
    assert {"pages", "text", "kind", "fields", "pdf"} <= set(document)
    assert set(document["kind"]) == {"id", "confidence"} and document["pdf"] == "askew.pdf"
    page = document["pages"][0]
    assert {"number", "width", "height", "dpi", "lines"} <= set(page)
    line = page["lines"][0]
    assert {"text", "box", "quad", "confidence", "words"} <= set(line)
    assert len(line["box"]) == 4 and [len(corner) for corner in line["quad"]] == [2] * 4
    assert {"text", "box", "confidence"} <= set(line["words"][0])
    assert all({"name", "value", "confidence", "page", "box"} == set(made) for made in document["fields"])
    assert document["text"] == "\n".join(line["text"] for line in page["lines"])


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "a.pdf"
    target.write_bytes(b"before")
    with pytest.raises(OSError, match="full"), _replacing(target) as unfinished:
        unfinished.write_bytes(b"half")
        raise OSError("full")
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("a.pdf", b"before")]
