"""PDFs that are sound to the letter and made to keep a reader busy: loops, depths, bombs, sizes that are not true."""

from __future__ import annotations

import zlib
from random import Random

import pikepdf
from pikepdf import Array, Dictionary, Name

from bench.fuzz.papers import add_page, saved, text
from bench.fuzz.pictures import Maker


def tree_loop(chance: Random) -> bytes:
    """A page tree that comes back to itself or whose count is not true."""
    with pikepdf.new() as pdf:
        add_page(pdf, text(chance))
        tree = pdf.Root.Pages
        match chance.randrange(4):
            case 0:
                tree.Kids = Array([tree, *tree.Kids])
            case 1:
                inner = pdf.make_indirect(Dictionary(Type=Name.Pages, Parent=tree, Count=1))
                inner.Kids = Array([inner])
                tree.Kids = Array([inner, *tree.Kids])
            case 2:
                tree.Count = chance.choice([-1, 0, 7, 2_000_000_000])
            case _:
                tree.Kids = Array([*tree.Kids, *tree.Kids, None, 7])
        return saved(pdf)


def deep_forms(chance: Random) -> bytes:
    """Forms in forms; each drawn once, twice, or by itself."""
    depth, times = chance.choice([(2_000, 1), (40, 2), (12, 8), (1, 3)])
    with pikepdf.new() as pdf:
        inner = pdf.make_stream(text(chance, 1), Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 595, 842])
        first = inner
        for _ in range(depth):
            outer = pdf.make_stream(b"/X Do " * times, Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 595, 842])
            outer.Resources = Dictionary(XObject=Dictionary(X=inner))
            inner = outer
        if depth == 1:
            first.Resources = Dictionary(XObject=Dictionary(X=first))
            first.write(b"/X Do /X Do")
        add_page(pdf, text(chance) + b"\n/X Do", XObject=Dictionary(X=inner))
        return saved(pdf)


def nested_filters(chance: Random) -> bytes:
    """A content stream or picture under many filters, the innermost a bomb."""
    layers = chance.randint(1, 4)
    data = zlib.compress(chance.choice([b"0 0 m 1 1 l S\n", b"(a) Tj ", b"q "]) * chance.choice([1_000, 300_000]), 9)
    for _ in range(layers - 1):
        data = zlib.compress(data, 9)
    with pikepdf.new() as pdf:
        page = add_page(pdf, text(chance))
        page.Contents = Array([page.Contents, pdf.make_stream(data, Filter=Array([Name.FlateDecode] * layers))])
        return saved(pdf)


def not_its_size(chance: Random) -> bytes:
    """A picture that says it is larger, smaller or of another depth than its data."""
    wide, high = chance.choice(
        [(0, 0), (1, 60_000), (9_000, 9_000), (-5, 9), (2_000_000_000, 2_000_000_000), (50_000, 2)]
    )
    with pikepdf.new() as pdf:
        picture = pdf.make_stream(
            zlib.compress(chance.randbytes(3_000)), Type=Name.XObject, Subtype=Name.Image, Width=wide, Height=high,
            BitsPerComponent=chance.choice([1, 8, 3, 0]), ColorSpace=Name.DeviceRGB, Filter=Name.FlateDecode,
        )  # fmt: skip
        add_page(pdf, b"q 595 0 0 842 0 0 cm /I Do Q", XObject=Dictionary(I=picture))
        return saved(pdf)


def many_tiles(chance: Random) -> bytes:
    """A pattern of minute tiles over a whole page."""
    step = chance.choice([0.001, 0.1, 1, 0])
    with pikepdf.new() as pdf:
        tile = pdf.make_stream(
            b"0 0 1 1 re f", Type=Name.Pattern, PatternType=1, PaintType=1, TilingType=1, BBox=[0, 0, 1, 1],
            XStep=step, YStep=step, Resources=Dictionary(),
        )  # fmt: skip
        add_page(pdf, b"/Pattern cs /P scn 0 0 595 842 re f " + text(chance, 3), Pattern=Dictionary(P=tile))
        return saved(pdf)


def wide_fonts(chance: Random) -> bytes:
    """A font whose widths or code map say that they hold thousands of millions of codes."""
    most = chance.choice([300, 70_000, 40_000_000])
    with pikepdf.new() as pdf:
        ranges = b"1 beginbfrange <0000> <%08x> <0041> endbfrange" % most
        codes = b"begincmap 1 begincodespacerange <0000> <ffff> endcodespacerange " + ranges + b" endcmap"
        child = Dictionary(Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=Name("/X"), DW=500, W=[0, most, 500])
        font = Dictionary(Type=Name.Font, Subtype=Name.Type0, BaseFont=Name("/X"), Encoding=Name("/Identity-H"))
        font.DescendantFonts = Array([] if chance.random() < 0.2 else [pdf.make_indirect(child)])
        font.ToUnicode = pdf.make_stream(codes)
        page = add_page(pdf, text(chance) + b" BT /F1 12 Tf 60 60 Td <00210022> Tj ET")
        page.Resources.Font.F1 = pdf.make_indirect(font)
        return saved(pdf)


def drawn_font(chance: Random) -> bytes:
    """A Type 3 font that writes with itself."""
    with pikepdf.new() as pdf:
        font = pdf.make_indirect(Dictionary(
            Type=Name.Font, Subtype=Name.Type3, FontBBox=[0, 0, 1, 1], FontMatrix=[0.001, 0, 0, 0.001, 0, 0],
            FirstChar=97, LastChar=97, Widths=[600], Encoding=Dictionary(Differences=[97, Name.a]),
        ))  # fmt: skip
        glyph = pdf.make_stream(
            chance.choice([b"600 0 d0 BT /F1 1 Tf (aaaa) Tj ET", b"600 0 d0 0 0 500 500 re f", b""])
        )
        font.CharProcs, font.Resources = Dictionary(a=glyph), Dictionary(Font=Dictionary(F1=font))
        page = add_page(pdf, text(chance) + b" BT /F1 12 Tf 60 60 Td (aaaaaaaa) Tj ET")
        page.Resources.Font.F1 = font
        return saved(pdf)


def odd_page(chance: Random) -> bytes:
    """A page one of whose entries is of another type than it should be."""
    odd = chance.choice([Array([]), Dictionary(), 7, Name.X, "x", True, Array([None, 7, Name.X, "x"]), Array([5] * 4)])
    key = chance.choice(
        ["Contents", "Resources", "MediaBox", "CropBox", "Rotate", "Annots", "UserUnit", "Parent", "Type"]
    )
    with pikepdf.new() as pdf:
        page = add_page(pdf, text(chance))
        if chance.random() < 0.3:
            page.Resources[chance.choice(["/Font", "/XObject", "/ColorSpace", "/ExtGState", "/Pattern"])] = odd
        elif chance.random() < 0.3:
            pdf.Root["/" + chance.choice(["AcroForm", "Names", "Outlines", "PageLabels"])] = odd
        else:
            page[f"/{key}"] = odd
        return saved(pdf)


def crowded(chance: Random) -> bytes:
    """Thousands of letters in one place, or of pictures."""
    with pikepdf.new() as pdf:
        dot = pdf.make_stream(bytes(3), Type=Name.XObject, Subtype=Name.Image, Width=1, Height=1, BitsPerComponent=8,
                              ColorSpace=Name.DeviceRGB)  # fmt: skip
        content = chance.choice([
            b"q 30 0 0 30 60 60 cm /I Do Q " * 3_000,
            b"BT /F0 10 Tf 60 60 Td " + b"(aaaaaaaaaa) Tj 0 0 Td " * 3_000 + b"ET",
            b"BT /F0 1e30 Tf 60 60 Td (aa) Tj /F0 0.0001 Tf (bb) Tj /F0 -12 Tf 99999 0 0 99999 0 0 Tm (c) Tj ET",
            b"q " * 30_000,
        ])  # fmt: skip
        add_page(pdf, text(chance) + b"\n" + content, XObject=Dictionary(I=dot))
        return saved(pdf)


TRAPS: dict[str, Maker] = {
    "pdf, tree loop": tree_loop,
    "pdf, deep forms": deep_forms,
    "pdf, nested filters": nested_filters,
    "pdf, not its size": not_its_size,
    "pdf, many tiles": many_tiles,
    "pdf, wide fonts": wide_fonts,
    "pdf, drawn font": drawn_font,
    "pdf, odd page": odd_page,
    "pdf, crowded": crowded,
}
"""Makers of PDFs that need not give a result."""
