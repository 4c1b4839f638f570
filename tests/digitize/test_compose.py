"""The archival copy keeps to PDF/A-2b for every kind of page there is, and its text can be found where it stands."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image

import digitize
from digitize.compose import PART, join, write_parts
from digitize.encoding import has_colour
from digitize.model import Line, Page, Word, box_of
from digitize.sheet import Sheet
from tests.digitize.conftest import DPI
from tests.digitize.pdfa_rules import violations

BLIND = "tests.digitize.test_pipeline:EngineThatIsBlind"


def sheet_of(path: Path, image: Image.Image, dpi: float = 72.0) -> Sheet:
    image.save(path, format="JPEG")
    components = 1 if image.mode == "L" else 3
    return Sheet(path, "jpeg", image.width, image.height, components, dpi, dpi, False)


def page_with(lines: tuple[Line, ...], number: int = 1) -> Page:
    return Page(number, 600, 800, 72, lines)


def line_at(text: str, x: float, y: float, degrees: float = 0.0, height: float = 14.0, width: float = 9.0) -> Line:
    """A line of words that begins at (x, y), its words `width` a letter wide, leaning by some degrees."""
    angle = np.radians(degrees)
    along, down = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    words, at = [], 0.0
    for word in text.split():
        start, end = np.array([x, y]) + at * along, np.array([x, y]) + (at + width * len(word)) * along
        quad = tuple((float(px), float(py)) for px, py in (start, end, end + height * down, start + height * down))
        words.append(Word(word, box_of(quad), 0.9, quad))  # type: ignore[arg-type]
        at += width * (len(word) + 1)
    quad = (words[0].quad[0], words[-1].quad[1], words[-1].quad[2], words[0].quad[3])
    return Line(text, box_of(quad), quad, 0.9, tuple(words))


@pytest.mark.parametrize("mode", ["RGB", "L", "1"])
def test_composed_pages_keep_the_rules(tmp_path: Path, paper: Image.Image, mode: str) -> None:
    path = tmp_path / "scan.tif"
    paper.convert(mode).save(path, dpi=(DPI, DPI))
    reading = digitize.digitize(path, tmp_path / "out", engine=BLIND)
    assert violations(reading.documents[0].pdf.path) == []


def test_a_pdf_s_own_pages_keep_the_rules(tmp_path: Path, born_digital: Callable[..., Path]) -> None:
    path = born_digital([["GIẤY ỦY QUYỀN", "Tôi là NGUYỄN THỊ MẪU"]])
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        pdf.save(path)
    assert "6 /OpenAction" in violations(path), "the checker sees what is wrong with the source"
    reading = digitize.digitize(path, tmp_path / "out")
    assert violations(reading.documents[0].pdf.path) == []


def test_leaning_lines_are_written_along_their_own_base_line(tmp_path: Path) -> None:
    lines = (line_at("Cộng hòa xã hội", 80, 300, degrees=-3), line_at("chủ nghĩa Việt Nam", 80, 500))
    part = write_parts([(page_with(lines), sheet_of(tmp_path / "s", Image.new("L", (600, 800), 255)))], tmp_path, "p")
    join(part, tmp_path / "a.pdf", "x")
    text = subprocess.run(["pdftotext", tmp_path / "a.pdf", "-"], capture_output=True, text=True, check=True).stdout
    assert "Cộng hòa xã hội" in " ".join(text.split()) and "chủ nghĩa Việt Nam" in " ".join(text.split())


def test_words_stand_where_they_were_read(tmp_path: Path) -> None:
    import pdfplumber

    line = line_at("Số định danh cá nhân: 001190000001", 50, 100)
    part = write_parts([(page_with((line,)), sheet_of(tmp_path / "s", Image.new("L", (600, 800), 255)))], tmp_path, "p")
    join(part, tmp_path / "a.pdf", "x")
    with pdfplumber.open(tmp_path / "a.pdf") as pdf:
        words = pdf.pages[0].extract_words()
    assert [word["text"] for word in words] == line.text.split()
    for found, true in zip(words, line.words, strict=True):
        got = [found[key] for key in ("x0", "top", "x1", "bottom")]
        assert got == pytest.approx(true.box, abs=0.6)


def test_many_pages_share_one_font_and_stay_in_order(tmp_path: Path) -> None:
    sheet = sheet_of(tmp_path / "s", Image.new("L", (600, 800), 255))
    pages = [(page_with((line_at(f"trang {n}", 50, 100),), n), sheet) for n in range(2 * PART + 3)]
    join(write_parts(pages, tmp_path, "p"), tmp_path / "a.pdf", "x")
    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        fonts = {page.obj.Resources.Font["/HosoText"].objgen for page in pdf.pages}
        assert len(pdf.pages) == len(pages) and len(fonts) == 1
        kinds = [o.get("/Type") for o in pdf.objects if isinstance(o, pikepdf.Dictionary)]
        assert kinds.count(pikepdf.Name.FontDescriptor) == 1, "the parts' own fonts are gone"
    text = subprocess.run(["pdftotext", tmp_path / "a.pdf", "-"], capture_output=True, text=True, check=True).stdout
    assert [int(n) for n in text.replace("trang", "").split()] == list(range(len(pages)))


def test_a_bilevel_scan_stays_bilevel_and_the_right_way_round(tmp_path: Path, paper: Image.Image) -> None:
    path = tmp_path / "fax.tif"
    paper.convert("1", dither=Image.Dither.NONE).save(path, compression="group4", dpi=(DPI, DPI))
    reading = digitize.digitize(path, tmp_path / "out", engine=BLIND)
    archived = reading.documents[0].pdf.path
    assert archived.stat().st_size < 60_000
    (page,) = digitize.read(archived)
    assert page.pixels is not None and page.bilevel
    assert np.median(page.pixels) == 255, "paper is white"
    before = np.asarray(paper.convert("L")) > 127
    assert np.mean((page.pixels > 127) != before) < 0.002


@pytest.mark.parametrize(("colour", "expected"), [((255, 255, 255), False), ((245, 235, 205), False)])
def test_yellowed_paper_is_not_colour_and_a_seal_is(
    paper: Image.Image, colour: tuple[int, int, int], expected: bool
) -> None:
    sheet = np.full((1000, 700, 3), colour[::-1], np.uint8)
    sheet[100:110, 100:600] = 20
    assert has_colour(sheet) is expected
    sheet[800:830, 400:430] = (60, 40, 210)
    assert has_colour(sheet)
