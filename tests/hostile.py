"""Files that nobody should have to open: made anew for each test, by name, small on disk whatever they unpack to."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import cache

import pikepdf
from pikepdf import Array, Dictionary, Encryption, Name
from PIL import Image

NUMBER = "001190000018"
"""The invented citizen ID that stands in the files and their names; no answer and no log may repeat it."""
PAGES = 10_000
SIDE = 60_000


def saved(pdf: pikepdf.Pdf, **options: object) -> bytes:
    """The bytes of a PDF."""
    out = io.BytesIO()
    pdf.save(out, **options)  # type: ignore[arg-type]
    return out.getvalue()


def sound(pages: int = 1) -> bytes:
    """A whole PDF of a few pages with a line of text each."""
    with pikepdf.new() as pdf:
        for number in range(1, pages + 1):
            page = pdf.add_blank_page(page_size=(595, 842))
            font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
            page.obj.Resources = Dictionary(Font=Dictionary(F0=font))
            text = f"BT /F0 13 Tf 80 700 Td (So dinh danh {NUMBER}, trang {number}) Tj ET"
            page.obj.Contents = pdf.make_stream(text.encode())
        return saved(pdf)


def encrypted() -> bytes:
    """Asks for a password before it shows anything."""
    with pikepdf.open(io.BytesIO(sound())) as pdf:
        return saved(pdf, encryption=Encryption(owner="chu", user="khach"))


def restricted() -> bytes:
    """Encrypted too, but opens without a password (only printing and copying are forbidden)."""
    with pikepdf.open(io.BytesIO(sound())) as pdf:
        return saved(pdf, encryption=Encryption(owner="chu", user=""))


def truncated(share: float) -> bytes:
    """The beginning of a PDF."""
    whole = sound(5)
    return whole[: max(9, int(share * len(whole)))]


def many_pages() -> bytes:
    """10,000 empty pages in a megabyte."""
    kids = b" ".join(b"%d 0 R" % number for number in range(3, PAGES + 3))
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"
    return written(b"<< /Type /Pages /Count %d /Kids [%s] >>" % (PAGES, kids), *[page] * PAGES)


def written(*objects: bytes) -> bytes:
    """A PDF of the objects given, numbered from 2; the first is the root of the page tree."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate((b"<< /Type /Catalog /Pages 2 0 R >>", *objects), start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, start)
    return bytes(out)


def pdf_bomb() -> bytes:
    """A page whose picture unpacks to 7.5 GB through two filters."""
    packed = zlib.compress(zlib.compress(bytes(75_000_000)) * 100)
    with pikepdf.new() as pdf:
        picture = pdf.make_stream(
            packed, Type=Name.XObject, Subtype=Name.Image, Width=50_000, Height=50_000, BitsPerComponent=8,
            ColorSpace=Name.DeviceRGB, Filter=[Name.FlateDecode, Name.FlateDecode],
        )  # fmt: skip
        page = pdf.add_blank_page(page_size=(595, 842))
        page.obj.Resources = Dictionary(XObject=Dictionary(I=picture))
        page.obj.Contents = pdf.make_stream(b"595 0 0 842 0 0 cm /I Do")
        return saved(pdf)


def text_bomb() -> bytes:
    """A page whose instructions unpack to 4 GB."""
    block = zlib.compress(b"0 0 m 1 1 l S\n" * 3_000_000, 9)
    packed = zlib.compress(block * 100, 9)
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(595, 842))
        page.obj.Contents = pdf.make_stream(packed, Filter=[Name.FlateDecode, Name.FlateDecode])
        return saved(pdf)


def image_bomb() -> bytes:
    """A PNG that says it is 60,000 × 60,000 pixels."""
    head = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0)
    data = zlib.compress(bytes(1_000_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND")


def chunk(kind: bytes, data: bytes = b"") -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def cut_image() -> bytes:
    """Two thirds of a JPEG."""
    out = io.BytesIO()
    Image.effect_noise((400, 400), 80).save(out, format="JPEG")
    return out.getvalue()[: out.tell() * 2 // 3]


def jpeg() -> bytes:
    """A whole JPEG, whatever its name says."""
    out = io.BytesIO()
    Image.new("RGB", (850, 1100), "white").save(out, format="JPEG", dpi=(100, 100))
    return out.getvalue()


def archive() -> bytes:
    """A zip, as a renamed office document is."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("word/document.xml", f"<w:t>{NUMBER}</w:t>" * 50)
    return out.getvalue()


def polyglot() -> bytes:
    """A PDF to one reader and a zip to another."""
    return sound() + archive()


def shell_polyglot() -> bytes:
    """A PDF whose head is a script."""
    return b"#!/bin/sh\ntouch /tmp/hoso-was-run\nexit 0\n" + sound()


def deep_tree() -> bytes:
    """A page that lies under 20,000 nodes of the page tree."""
    depth = 20_000
    nodes = [b"<< /Type /Pages /Parent %d 0 R /Kids [%d 0 R] /Count 1 >>" % (n - 1, n + 1) for n in range(3, depth + 2)]
    top = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    return written(top, *nodes, b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 595 842] >>" % (depth + 1))


def looped_tree() -> bytes:
    """A page tree that holds itself."""
    with pikepdf.open(io.BytesIO(sound())) as pdf:
        pages = pdf.Root.Pages
        pages.Kids = Array([pages, *pages.Kids])
        pages.Count = 2
        return saved(pdf)


def no_pages() -> bytes:
    """A PDF without a page."""
    with pikepdf.new() as pdf:
        return saved(pdf)


def with_script() -> bytes:
    """Runs JavaScript and starts a program when it is opened, where a reader lets it."""
    with pikepdf.open(io.BytesIO(sound())) as pdf:
        script = Dictionary(S=Name.JavaScript, JS="app.alert(1); this.submitForm('http://127.0.0.1:9/');")
        launch = Dictionary(S=Name.Launch, F="/bin/touch", Win=Dictionary(F="cmd.exe"))
        pdf.Root.OpenAction = pdf.make_indirect(script)
        pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array(["x", script])))
        pdf.pages[0].obj.AA = Dictionary(O=launch)
        return saved(pdf)


def with_xfa() -> bytes:
    """An XFA form: what a reader of XFA shows stands nowhere on the page."""
    with pikepdf.open(io.BytesIO(sound())) as pdf:
        entity = f'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><template>&a;{NUMBER}</template>'
        parts = Array(["template", pdf.make_stream(entity.encode())])
        pdf.Root.AcroForm = Dictionary(XFA=parts, Fields=Array([]))
        pdf.Root.NeedsRendering = True
        return saved(pdf)


FILES: dict[str, Callable[[], bytes]] = {
    "zero-byte": bytes,
    "encrypted": encrypted,
    "restricted": restricted,
    "cut at 2 %": lambda: truncated(0.02),
    "cut at 30 %": lambda: truncated(0.3),
    "cut at 60 %": lambda: truncated(0.6),
    "cut at 98 %": lambda: truncated(0.98),
    "cut image": cut_image,
    "10,000 pages": many_pages,
    "picture bomb in a PDF": pdf_bomb,
    "instruction bomb in a PDF": text_bomb,
    "picture bomb": image_bomb,
    "zip named pdf": archive,
    "jpeg named pdf": jpeg,
    "PDF and zip": polyglot,
    "script and PDF": shell_polyglot,
    "deep page tree": deep_tree,
    "looped page tree": looped_tree,
    "no pages": no_pages,
    "JavaScript": with_script,
    "XFA": with_xfa,
}


@cache
def content(name: str) -> bytes:
    """The file of that name."""
    return FILES[name]()
