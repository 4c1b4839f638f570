"""PDF pages whose letters look right and read wrong are recognised; good text of any kind is kept as it is."""

from __future__ import annotations

import random
import string
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st

import digitize
from catalogue import fold, font_path
from digitize.old_encodings import _TCVN3, _VNI_LETTERS, _VNI_MARKS, from_tcvn3, from_vni
from digitize.syllables import are_sound, is_sound
from tests import hostile

TEXT = (
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc",
    "Kính gửi: Ủy ban nhân dân xã Ví Dụ",
    "Tôi là Nguyễn Thị Mẫu, xin được cấp giấy xác nhận cư trú",
    "Đề nghị quý cơ quan xem xét và trả lời bằng văn bản",
)
_TO_TCVN3 = {letter: byte for byte, letter in _TCVN3.items()}
_TO_VNI = {
    from_vni(letter + mark): letter + mark for letter in "aeiouyôöAEIOUYÔÖ" for mark in _VNI_MARKS
} | {letter: byte for byte, letter in _VNI_LETTERS.items()}  # fmt: skip

GOOD = {
    "Vietnamese": " ".join(TEXT),
    "Vietnamese capitals": " ".join(TEXT).upper(),
    "English": "The applicant shall submit the form within ten working days of receipt; we shall reply by post.",
    "French": "Le français est une langue très étudiée à l’école; où êtes-vous né? Nous préférons goûter à Noël.",
    "German": "Die Straße über den Fluß wurde für größere Fahrzeuge geöffnet; früher mußte man warten, täglich üben.",
    "Swedish": "Många människor på ön åker båt över ån när våren är här; små älvar rör sig nära vår gård och ån.",
    "Turkish": "İstanbul şehrinde yaşayan çocuklar için güzel bir gün; öğrenciler çalışıyor ve düşünüyor, sonra eve.",
    "Russian": "Справка о составе семьи выдана гражданину для предъявления по месту требования в двух экземплярах",
    "numbers": "001190000001 012345678901 12/05/2024 1.250.000 " * 12,
    "codes": "QĐ-UBND TTr-VHXH H75.43 GCN CS01234 ABXK PLQT CVNM TNHH MTV TKCT VBDLIS BTNMT SLĐTBXH KHĐT GTVT " * 3,
    "spare parts": "kx7-bbr 4471 pqrst-9 mnb.22 ZZK-8812-q wrt/55 ghk_12 d3-xx bvc9 " * 6,
    "names of the highlands": "Đắk Lắk, Ea H’leo, Krông Pắc, Y Bhiăng Niê, H’Hen Êban, Buôn Ma Thuột, Chư Prông",
    "units": "25 °C ± 0,5; 30 m²; 12 m³/h; 5 µm; ½ kg; § 7; 10 × 4; „so“ «ainsi» " * 4,
    "nothing": "",
}  # fmt: skip


def tcvn3(text: str) -> str:
    return "".join(_TO_TCVN3.get(c, _TO_TCVN3.get(c.lower(), c)) for c in text)


def vni(text: str) -> str:
    return "".join(_TO_VNI.get(c, c) for c in text)


def shuffled(text: str, seed: int) -> str:
    letters = sorted({*string.ascii_lowercase, *(c for c in text.lower() if c.isalpha())})
    others = random.Random(seed).sample(letters, len(letters))
    return "".join(dict(zip(letters, others, strict=True)).get(c, c) for c in text.lower())


@pytest.mark.parametrize("name", GOOD)
def test_good_text_is_believed(name: str) -> None:
    assert is_sound(GOOD[name])


@pytest.mark.parametrize("name", GOOD)
def test_good_text_is_believed_font_by_font(name: str) -> None:
    assert are_sound([GOOD[name], "12/05/2024", "Ghi chú"])


@pytest.mark.parametrize("lines", range(1, len(TEXT) + 1))
@pytest.mark.parametrize("old", [tcvn3, vni])
def test_text_of_old_fonts_is_not_believed(old: Callable[[str], str], lines: int) -> None:
    assert not is_sound(old(" ".join(TEXT[:lines])))
    assert not are_sound([" ".join(TEXT), old(" ".join(TEXT[:lines]))]), "a heading in an old font among good text"


def test_the_soft_hyphen_of_an_old_font_may_have_become_a_hyphen() -> None:
    assert not is_sound(tcvn3("được cư trú lưu trữ nước ngoài trước mười năm").replace("\u00ad", "-"))


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("name", ["Vietnamese", "English"])
def test_an_exchanged_alphabet_is_not_believed(name: str, seed: int) -> None:
    """Of a foreign language one in a dozen exchanges passes: those that leave nearly every word a vowel."""
    text = GOOD[name] + " Keep a copy for your own records of the year." * (name == "English")
    assert not is_sound(shuffled(text, seed))


@pytest.mark.parametrize(
    "text", ["(cid:12)(cid:44)(cid:81) ngày", "\ue001\ue002 xã \ue004", "7KH\x03DSSOLFDQW\x03VKDOO", "t\ufffdn l\ufffd"]
)
def test_letters_that_mean_nothing_are_not_believed(text: str) -> None:
    assert not is_sound(text)


@given(st.text(max_size=200))
@settings(max_examples=100, deadline=None)
def test_any_text_is_judged(text: str) -> None:
    assert is_sound(text) in (True, False)
    assert isinstance(from_tcvn3(text) + from_vni(text), str)


def old_font_pdf(path: Path, *, with_good: bool) -> Path:
    """A page in a TrueType font whose bytes are TCVN3's, as a word processor of 1998 made it: the glyphs are right.

    `with_good` puts lines in a good font below.
    """
    font = TTFont(str(font_path("Tinos-Regular")))
    glyphs, cmap = font.getBestCmap(), {}
    for c in {*"".join(TEXT), *string.printable[:95]}:
        byte = tcvn3(c)
        if ord(byte) < 256:
            cmap[ord(byte)] = glyphs[ord(c.lower() if c not in byte and byte == tcvn3(c.lower()) else c)]
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap = dict(cmap)
    file = path.with_suffix(".ttf")
    font.save(file)
    widths = [
        font["hmtx"][cmap[code]][0] * 1000 // font["head"].unitsPerEm if code in cmap else 0 for code in range(32, 256)
    ]
    with pikepdf.new() as pdf:
        name = pikepdf.Name("/.VnTime")
        descriptor = pikepdf.Dictionary(
            Type=pikepdf.Name.FontDescriptor, FontName=name, Flags=32, FontBBox=[-500, -300, 1500, 1100],
            ItalicAngle=0, Ascent=900, Descent=-220, CapHeight=700, StemV=80,
            FontFile2=pdf.make_stream(file.read_bytes()),
        )  # fmt: skip
        old = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.TrueType, BaseFont=name, FirstChar=32, LastChar=255,
            Widths=pikepdf.Array(widths), Encoding=pikepdf.Name.WinAnsiEncoding, FontDescriptor=descriptor,
        )  # fmt: skip
        good = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica,
            Encoding=pikepdf.Name.WinAnsiEncoding,
        )  # fmt: skip
        shown = [
            f"BT /F0 14 Tf 70 {740 - 40 * at} Td <{tcvn3(line).encode('latin-1').hex()}> Tj ET"
            for at, line in enumerate(TEXT)
        ]
        if with_good:
            shown += [f"BT /F1 11 Tf 70 {400 - 20 * at} Td (We reply within ten days.) Tj ET" for at in range(9)]
        page = pdf.add_blank_page(page_size=(595, 842))
        page.obj.Resources = pikepdf.Dictionary(
            Font=pikepdf.Dictionary(F0=pdf.make_indirect(old), F1=pdf.make_indirect(good))
        )
        page.obj.Contents = pdf.make_stream("\n".join(shown).encode())
        pdf.save(path)
    return path


@pytest.mark.parametrize("mixed", [False, True])
def test_a_page_in_an_old_font_is_recognised(tmp_path: Path, mixed: bool) -> None:
    path = old_font_pdf(tmp_path / "old.pdf", with_good=mixed)
    (page,) = digitize.read(path)
    assert page.lines is None and page.pixels is not None
    assert page.steps[0].name == "text-layer-broken"


def test_what_stands_on_a_page_in_an_old_font_is_read(tmp_path: Path) -> None:
    reading = digitize.digitize(old_font_pdf(tmp_path / "old.pdf", with_good=False), tmp_path / "out")
    text = fold(reading.documents[0].text)
    for line in (TEXT[2], TEXT[4]):  # the others have the letter that PDFium draws as a hyphen
        assert fold(line) in text


def test_only_the_pages_with_wrong_letters_are_recognised(tmp_path: Path, born_digital: Callable[..., Path]) -> None:
    path = born_digital([list(TEXT), [tcvn3(line).replace("\u00ad", "-") for line in TEXT], list(TEXT)])
    assert [page.lines is not None for page in digitize.read(path)] == [True, False, True]


@pytest.mark.parametrize("letters_known", [True, False])
def test_without_a_map_to_unicode_the_font_s_own_letters_count(
    tmp_path: Path, born_digital: Callable[..., Path], letters_known: bool
) -> None:
    path, font = born_digital([list(TEXT)]), TTFont(str(font_path("NotoSans-Regular")))
    del font["cmap"]
    font.save(tmp_path / "bare.ttf")
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        resource = pdf.pages[0].obj.Resources.Font.F0
        del resource["/ToUnicode"]
        if not letters_known:
            bare = pdf.make_stream((tmp_path / "bare.ttf").read_bytes())
            resource.DescendantFonts[0].FontDescriptor.FontFile2 = bare
        pdf.save(path)
    (page,) = digitize.read(path)
    assert [line.text for line in page.lines or ()] == (list(TEXT) if letters_known else [])
    assert page.steps[0].name == ("text-layer" if letters_known else "text-layer-broken")


@pytest.mark.parametrize("name", ["English", "numbers", "codes", "spare parts"])
def test_good_pages_are_never_drawn(tmp_path: Path, born_digital: Callable[..., Path], name: str) -> None:
    (page,) = digitize.read(born_digital([[GOOD[name][:80], GOOD[name][80:160]]]))
    assert page.lines is not None and page.pixels is None


def test_a_page_turned_by_no_quarter_is_read_as_it_stands(tmp_path: Path, born_digital: Callable[..., Path]) -> None:
    """Viewers leave such a page as it is."""
    path = born_digital([list(TEXT)])
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.pages[0].obj.Rotate = 45
        pdf.save(path)
    (document,) = digitize.digitize(path, tmp_path / "out").documents
    assert document.text.splitlines() == list(TEXT) and document.pages[0].born_digital


def test_a_page_that_only_a_viewer_finds_is_drawn(tmp_path: Path) -> None:
    """One without its `/Type` is shown by PDFium and not known to pdfminer."""
    font = b"<< /Font << /F0 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
    page = b"<< /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources %s >>" % font
    content = b"BT /F0 13 Tf 80 700 Td (So dinh danh) Tj ET"
    stream = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content)
    path = tmp_path / "a.pdf"
    path.write_bytes(hostile.written(b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>", page, stream))
    (drawn,) = digitize.read(path)
    assert drawn.lines is None and drawn.pixels is not None and drawn.pixels.min() < 128
    assert [step.name for step in drawn.steps] == ["text-layer-broken"]
