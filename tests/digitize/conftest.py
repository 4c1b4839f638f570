"""Papers for the tests: really rendered, really stored; no sample of another package is needed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from PIL import Image, ImageDraw, ImageFont

from catalogue import font_path

DPI = 200
TEXT = (
    ("Họ, chữ đệm, tên", "NGUYỄN THỊ MẪU"),
    ("Ngày, tháng, năm sinh", "01/06/2024"),
    ("Giới tính", "Nữ"),
    ("Dân tộc", "Kinh"),
    ("Nơi sinh", "Bệnh viện đa khoa tỉnh Thử Nghiệm"),
    ("Số định danh cá nhân", "001324000001"),
    ("Họ, chữ đệm, tên người mẹ", "LÊ THỊ THỬ NGHIỆM"),
    ("Năm sinh", "1995"),
    ("Nơi đăng ký khai sinh", "Ủy ban nhân dân xã Ví Dụ, tỉnh Thử Nghiệm"),
    ("Ngày, tháng, năm đăng ký", "05/6/2024"),
)


def draw_paper(title: str = "GIẤY KHAI SINH", dpi: int = DPI, number: str = "123/2024") -> Image.Image:
    """A civil-status paper with a head, a title, labelled lines and a red seal, A4."""
    scale = dpi / 72
    image = Image.new("RGB", (round(595 * scale), round(842 * scale)), "white")
    pen = ImageDraw.Draw(image)

    def font(size: float, bold: bool = False) -> ImageFont.FreeTypeFont:
        return ImageFont.truetype(str(font_path("Tinos-Bold" if bold else "Tinos-Regular")), round(size * scale))

    def centred(x: float, y: float, text: str, size: float, bold: bool = False) -> None:
        pen.text((x * scale, y * scale), text, font=font(size, bold), fill="black", anchor="ma")

    centred(150, 60, "UBND TỈNH THỬ NGHIỆM", 12)
    centred(150, 76, "UBND XÃ VÍ DỤ", 12, True)
    centred(420, 60, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12, True)
    centred(420, 76, "Độc lập - Tự do - Hạnh phúc", 13, True)
    centred(150, 105, f"Số: {number}", 13)
    centred(420, 105, "Ví Dụ, ngày 05 tháng 6 năm 2024", 13)
    centred(297, 150, title, 18, True)
    for at, (label, value) in enumerate(TEXT):
        pen.text((80 * scale, (200 + 28 * at) * scale), f"{label}: {value}", font=font(13), fill="black")
    centred(430, 560, "CHỦ TỊCH", 13, True)
    centred(430, 660, "PHẠM VĂN THÍ DỤ", 13, True)
    seal = [370 * scale, 575 * scale, 470 * scale, 675 * scale]
    pen.ellipse(seal, outline=(220, 30, 40), width=round(3 * scale))
    return image


@pytest.fixture(scope="session")
def paper() -> Image.Image:
    """A birth certificate at 200 dpi; not to be changed."""
    return draw_paper()


@pytest.fixture
def scan(tmp_path: Path, paper: Image.Image) -> Path:
    """The birth certificate as a scanner's JPEG."""
    path = tmp_path / "scan.jpg"
    paper.copy().save(path, quality=85, dpi=(DPI, DPI))
    return path


@pytest.fixture
def born_digital(tmp_path: Path) -> Callable[..., Path]:
    """Makes a PDF with real text from HTML-less means: a list of lines at 13 pt, one page a list."""

    def make(pages: list[list[str]], name: str = "born.pdf") -> Path:
        from fontTools.ttLib import TTFont

        font_file = Path(str(font_path("NotoSans-Regular")))
        font = TTFont(font_file)
        cmap, metrics = font.getBestCmap(), font["hmtx"]
        glyphs = {c: font.getGlyphID(cmap[ord(c)]) for page in pages for line in page for c in line}
        with pikepdf.new() as pdf:
            resource = _embed(pdf, font_file, glyphs, {g: metrics[font.getGlyphName(g)][0] for g in glyphs.values()})
            for page in pages:
                shown = []
                for at, line in enumerate(page):
                    codes = "".join(f"{glyphs[c]:04x}" for c in line)
                    shown.append(f"BT /F0 13 Tf 80 {760 - 22 * at} Td <{codes}> Tj ET")
                content = pdf.make_stream("\n".join(shown).encode())
                pdf.add_blank_page(page_size=(595, 842))
                pdf.pages[-1].obj.Contents = content
                pdf.pages[-1].obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F0=resource))
            path = tmp_path / name
            pdf.save(path)
        return path

    return make


def _embed(pdf: pikepdf.Pdf, font: Path, glyphs: dict[str, int], widths: dict[int, int]) -> pikepdf.Object:
    """A font by its glyph numbers, with widths and a ToUnicode map."""
    name = pikepdf.Name("/NotoSans")
    mapped = "\n".join(f"<{glyph:04x}> <{ord(c):04x}>" for c, glyph in sorted(glyphs.items()))
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /T def /CMapType 2 def\n"
        f"1 begincodespacerange <0000> <ffff> endcodespacerange\n{len(glyphs)} beginbfchar\n{mapped}\nendbfchar\n"
        "endcmap CMapName currentdict /CMap defineresource pop end end"
    )
    file = pdf.make_stream(font.read_bytes())
    descriptor = pikepdf.Dictionary(
        Type=pikepdf.Name.FontDescriptor, FontName=name, Flags=4, FontBBox=[-500, -300, 1500, 1100], ItalicAngle=0,
        Ascent=1069, Descent=-293, CapHeight=714, StemV=80, FontFile2=file,
    )  # fmt: skip
    descendant = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.CIDFontType2, BaseFont=name, FontDescriptor=descriptor, DW=600,
        CIDSystemInfo=pikepdf.Dictionary(Registry="Adobe", Ordering="Identity", Supplement=0),
        CIDToGIDMap=pikepdf.Name.Identity,
        W=[part for glyph, width in sorted(widths.items()) for part in (glyph, pikepdf.Array([width]))],
    )  # fmt: skip
    return pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.Type0,
            BaseFont=name,
            Encoding=pikepdf.Name("/Identity-H"),
            DescendantFonts=[pdf.make_indirect(descendant)],
            ToUnicode=pdf.make_stream(cmap.encode()),
        )
    )
