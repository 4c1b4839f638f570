"""A font of one blank glyph, for the text layer: every character is half an em wide and nothing is drawn.

PDF/A wants every font embedded with true widths, invisible text included (ISO 19005-2, 6.2.11.4); a real font would
add its outlines to every file and be drawn nowhere.
"""

from __future__ import annotations

import io
from functools import cache

import pikepdf
from fontTools.fontBuilder import FontBuilder
from fontTools.ttLib.tables._g_l_y_f import Glyph
from pikepdf import Array, Dictionary, Name

EM = 1_000
ADVANCE = 500
ASCENT, DESCENT = 800, -200
_NAME = "HosoInvisible"
_BLANK_GLYPH = 1
_CODES = 65_536

_TO_UNICODE = b"""/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
%s
endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""


@cache
def program() -> bytes:
    """The TrueType program: `.notdef` and one blank glyph, both `ADVANCE` wide."""
    builder = FontBuilder(EM, isTTF=True)
    builder.setupGlyphOrder([".notdef", "blank"])
    builder.setupCharacterMap({0x20: "blank"})
    builder.setupGlyf({".notdef": Glyph(), "blank": Glyph()})
    builder.setupHorizontalMetrics({".notdef": (ADVANCE, 0), "blank": (ADVANCE, 0)})
    builder.setupHorizontalHeader(ascent=ASCENT, descent=DESCENT)
    builder.setupNameTable({"familyName": _NAME, "styleName": "Regular", "psName": _NAME})
    builder.setupOS2(sTypoAscender=ASCENT, sTypoDescender=DESCENT, usWinAscent=ASCENT, usWinDescent=-DESCENT)
    builder.setupPost()
    # Without fixed dates the same page would give another file every second.
    builder.font["head"].created = builder.font["head"].modified = 0
    builder.font.recalcTimestamp = False
    out = io.BytesIO()
    builder.save(out)
    return out.getvalue()


def _to_unicode() -> bytes:
    """Each code is its own UTF-16 unit; a range may not cross a first byte, so there are 256 of them."""
    ranges = [f"<{high:02X}00> <{high:02X}FF> <{high:02X}00>" for high in range(256)]
    blocks = []
    for start in range(0, 256, 100):
        part = ranges[start : start + 100]
        blocks.append(f"{len(part)} beginbfrange\n" + "\n".join(part) + "\nendbfrange")
    return _TO_UNICODE % "\n".join(blocks).encode()


def embed(pdf: pikepdf.Pdf) -> pikepdf.Object:
    """The font as an indirect object of a PDF, its codes UTF-16 units, every one the blank glyph."""
    font_file = pdf.make_stream(program())
    font_file.Length1 = len(program())
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=Name("/" + _NAME),
        Flags=5,
        FontBBox=Array([0, DESCENT, ADVANCE, ASCENT]),
        ItalicAngle=0,
        Ascent=ASCENT,
        Descent=DESCENT,
        CapHeight=ASCENT,
        StemV=80,
        FontFile2=font_file,
    )
    descendant = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=Name("/" + _NAME),
        CIDSystemInfo=Dictionary(Registry="Adobe", Ordering="Identity", Supplement=0),
        FontDescriptor=pdf.make_indirect(descriptor),
        DW=ADVANCE,
        # The glyph .notdef may not be shown, invisibly either (ISO 19005-2, 6.2.11.8): every code is the blank one.
        CIDToGIDMap=pdf.make_stream(_BLANK_GLYPH.to_bytes(2, "big") * _CODES),
    )
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=Name("/" + _NAME),
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([pdf.make_indirect(descendant)]),
            ToUnicode=pdf.make_stream(_to_unicode()),
        )
    )


def encode(text: str) -> bytes:
    """Text as the font's codes, in a PDF hexadecimal string; what lies beyond UTF-16's first plane is left out."""
    plane = "".join(c for c in text if ord(c) < 0x10000 and not 0xD800 <= ord(c) < 0xE000)
    return b"<" + plane.encode("utf-16-be").hex().encode() + b">"
