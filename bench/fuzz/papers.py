"""Small sound PDFs, one for each way in which a page may be made: text, pictures of every codec, odd boxes, locks."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from random import Random

import pikepdf
from pikepdf import Array, Dictionary, Encryption, Name, ObjectStreamMode
from PIL import Image

from bench.fuzz.pictures import Maker, drawing, stored

_A4 = (595, 842)
_STRIP_ROWS, _STRIP_OFFSETS, _STRIP_COUNTS = 278, 273, 279
_WORDS = ("Uy ban", "nhan dan", "xa", "Vi Du", "cap", "giay nay", "cho", "nguoi", "co ten", "sau day", "quy dinh")


def saved(pdf: pikepdf.Pdf, chance: Random | None = None, **options: object) -> bytes:
    """The bytes of a PDF, laid down in one of the ways that the format has where `chance` is given."""
    out = io.BytesIO()
    if chance and not options:
        options = chance.choice([
            {}, {"object_stream_mode": ObjectStreamMode.generate}, {"linearize": True}, {"qdf": True},
            {"object_stream_mode": ObjectStreamMode.disable, "compress_streams": False},
        ])  # fmt: skip
    pdf.save(out, static_id=True, **options)  # type: ignore[arg-type]
    return out.getvalue()


def text(chance: Random, lines: int = 12) -> bytes:
    """Operators that write lines in font F0."""
    shown = []
    for at in range(lines):
        words = " ".join(chance.choices(_WORDS, k=6))
        shown.append(f"BT /F0 {chance.choice([8, 11, 13])} Tf 60 {780 - 24 * at} Td ({words}) Tj ET")
    return "\n".join(shown).encode()


def add_page(pdf: pikepdf.Pdf, content: bytes, size: tuple[float, float] = _A4, **groups: Dictionary) -> Dictionary:
    """A page with font F0 and further resources; the page's dictionary."""
    pdf.add_blank_page(page_size=size)
    page = pdf.pages[-1].obj
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    page.Resources = Dictionary({"/Font": Dictionary(F0=font)} | {f"/{name}": group for name, group in groups.items()})
    page.Contents = pdf.make_stream(content)
    return page


def of_text(chance: Random) -> bytes:
    """Born-digital pages, on some of them a large picture, a link, a field, a form or a turn."""
    with pikepdf.new() as pdf:
        for _ in range(chance.choice([1, 1, 2, 5])):
            page = add_page(pdf, text(chance))
            if chance.random() < 0.3:
                page.Resources.XObject = Dictionary(I=codec(pdf, chance))
                page.Contents = pdf.make_stream(text(chance, 4) + b" q 400 0 0 300 60 60 cm /I Do Q")
            if chance.random() < 0.3:
                page.Rotate = chance.choice([90, 180, 270, -90, 360, 450, 45])
            if chance.random() < 0.2:
                link = Dictionary(S=Name.URI, URI="http://127.0.0.1/")
                page.Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=link)])
        return saved(pdf, chance)


def odd_boxes(chance: Random) -> bytes:
    """Pages from below nought, cropped, minute, of metres, in units of their own."""
    with pikepdf.new() as pdf:
        page = add_page(pdf, text(chance))
        x, y = chance.choice([0, -300, 1000]), chance.choice([0, -842, 77])
        wide, high = chance.choice([_A4, (3, 3), (14_400, 14_400), (200_000, 9), (0.5, 842), (2, 14_400)])
        box = [x, y, x + wide, y + high]
        page.MediaBox = Array(chance.choice([box, box, [box[2], box[3], box[0], box[1]]]))
        if chance.random() < 0.5:
            page.CropBox = Array(
                [x + 1, y + 1, chance.choice([x + 2, x + 300, 99_999]), chance.choice([y + 2, 99_999])]
            )
        if chance.random() < 0.4:
            page.UserUnit = chance.choice([2, 10, 75_000])
        if chance.random() < 0.4:
            page.Rotate = chance.choice([90, 180, 270])
        return saved(pdf, chance)


def codec(pdf: pikepdf.Pdf, chance: Random) -> pikepdf.Object:
    """An image of a codec and colour space that chance chooses."""
    return chance.choice(CODECS)(pdf, chance)


def _image(pdf: pikepdf.Pdf, data: bytes, size: tuple[int, int], **entries: object) -> pikepdf.Object:
    facts: dict[str, object] = {"BitsPerComponent": 8, "ColorSpace": Name.DeviceRGB} | entries
    return pdf.make_stream(data, Type=Name.XObject, Subtype=Name.Image, Width=size[0], Height=size[1], **facts)


def _dct(pdf: pikepdf.Pdf, chance: Random) -> pikepdf.Object:
    mode = chance.choice(["L", "RGB", "RGB", "CMYK"])
    image = drawing(chance, mode)
    spaces = {"L": Name.DeviceGray, "RGB": Name.DeviceRGB, "CMYK": Name.DeviceCMYK}
    data = stored(image, "JPEG", progressive=chance.random() < 0.2)
    return _image(pdf, data, image.size, Filter=Name.DCTDecode, ColorSpace=spaces[mode])


def _flate(pdf: pikepdf.Pdf, chance: Random) -> pikepdf.Object:
    image = drawing(chance)
    entries: dict[str, object] = {"Filter": Name.FlateDecode}
    data = zlib.compress(image.tobytes())
    if chance.random() < 0.3:
        data, entries["Filter"] = data.hex().encode() + b">", Array([Name.ASCIIHexDecode, Name.FlateDecode])
    if chance.random() < 0.3:
        mask = image.convert("L")
        entries["SMask"] = _image(pdf, mask.tobytes(), mask.size, ColorSpace=Name.DeviceGray)
    if chance.random() < 0.2:
        entries["Mask"] = Array([250, 255, 250, 255, 250, 255])
    if chance.random() < 0.2:
        entries["Decode"] = Array([1, 0, 1, 0, 1, 0])
    return _image(pdf, data, image.size, **entries)


def _odd_samples(pdf: pikepdf.Pdf, chance: Random) -> pikepdf.Object:
    """Samples of 1 to 16 bits in the rarer colour spaces (ISO 32000-1, 8.6)."""
    depth, wide, high = chance.choice([1, 2, 4, 8, 16]), chance.randint(1, 200), chance.randint(1, 200)
    tint = Dictionary(FunctionType=2, Domain=[0, 1], C0=[0, 0, 0], C1=[1, 0.2, 0.2], N=1)
    profile = pdf.make_stream(b"no profile", N=3, Alternate=Name.DeviceRGB)
    space, samples = chance.choice([
        (Name.DeviceGray, 1), (Name.DeviceCMYK, 4), (Array([Name.ICCBased, profile]), 3),
        (Array([Name.Indexed, Name.DeviceRGB, 1, b"\0\0\0\xff\xff\xff"]), 1),
        (Array([Name.Separation, Name("/Spot"), Name.DeviceRGB, tint]), 1),
        (Array([Name.Lab, Dictionary(WhitePoint=[0.95, 1, 1.09])]), 3),
        (Array([Name.CalGray, Dictionary(WhitePoint=[0.95, 1, 1.09], Gamma=2.2)]), 1),
    ])  # fmt: skip
    data = chance.randbytes(high * -(-wide * samples * depth // 8))
    return _image(pdf, data, (wide, high), BitsPerComponent=depth, ColorSpace=space)


def _group4(chance: Random) -> tuple[bytes, tuple[int, int]]:
    image = drawing(chance, "1")
    file = stored(image, "TIFF", compression="group4", tiffinfo={_STRIP_ROWS: image.height})
    with Image.open(io.BytesIO(file)) as tiff:
        at, count = tiff.tag_v2[_STRIP_OFFSETS][0], tiff.tag_v2[_STRIP_COUNTS][0]  # type: ignore[attr-defined]
    return file[at : at + count], image.size


def _fax(pdf: pikepdf.Pdf, chance: Random) -> pikepdf.Object:
    data, (wide, high) = _group4(chance)
    how = Dictionary(K=-1, Columns=wide, Rows=high, BlackIs1=chance.random() < 0.5)
    entries: dict[str, object] = {"BitsPerComponent": 1, "ColorSpace": Name.DeviceGray}
    if chance.random() < 0.3:
        entries = {"BitsPerComponent": 1, "ImageMask": True, "ColorSpace": Name.DeviceGray}
    return _image(pdf, data, (wide, high), Filter=Name.CCITTFaxDecode, DecodeParms=how, **entries)


def _jbig2(pdf: pikepdf.Pdf, chance: Random) -> pikepdf.Object:
    """A page information segment and one generic region, MMR coded: that is group 4 (ITU-T T.88, 7.4.6 and 7.4.8)."""
    data, (wide, high) = _group4(chance)
    page = struct.pack(">IBBBIIIIIBH", 0, 48, 0, 1, 19, wide, high, 0, 0, 0, 0)
    region = struct.pack(">IIIIBB", wide, high, 0, 0, 0, 1) + data
    segments = page + struct.pack(">IBBBI", 1, 38, 0, 1, len(region)) + region
    return _image(pdf, segments, (wide, high), Filter=Name.JBIG2Decode, BitsPerComponent=1, ColorSpace=Name.DeviceGray)


def _jpx(pdf: pikepdf.Pdf, chance: Random) -> pikepdf.Object:
    image = drawing(chance, chance.choice(["L", "RGB", "RGBA"]))
    head = Dictionary(Type=Name.XObject, Subtype=Name.Image, Width=image.width, Height=image.height)
    head.Filter = Name.JPXDecode
    return pdf.make_stream(stored(image, "JPEG2000"), head)


CODECS: tuple[Callable[[pikepdf.Pdf, Random], pikepdf.Object], ...] = (
    _dct,
    _dct,
    _flate,
    _odd_samples,
    _fax,
    _jbig2,
    _jpx,
)


def of_pictures(chance: Random) -> bytes:
    """Scanned pages: one picture over the whole page or in strips, some with a recognition's unseen text."""
    with pikepdf.new() as pdf:
        for _ in range(chance.choice([1, 1, 3])):
            strips = chance.choice([1, 1, 1, 4])
            images = {f"/I{at}": codec(pdf, chance) for at in range(strips)}
            high = 842 / strips
            drawn = "".join(f"q 595 0 0 {high} 0 {at * high} cm /I{at} Do Q\n" for at in range(strips)).encode()
            unseen = b"3 Tr " + text(chance) if chance.random() < 0.3 else b""
            page = add_page(pdf, drawn + unseen, XObject=Dictionary(images))
            if chance.random() < 0.2:
                page.Rotate = chance.choice([90, 180, 270])
        return saved(pdf, chance)


def inline(chance: Random) -> bytes:
    """A picture that stands among the operators."""
    image = drawing(chance, "L").resize((60, 80))
    head = b"q 500 0 0 700 40 40 cm BI /W 60 /H 80 /BPC 8 /CS /G ID "
    with pikepdf.new() as pdf:
        add_page(pdf, head + image.tobytes() + b" EI Q")
        return saved(pdf, chance)


def locked(chance: Random) -> bytes:
    """Encrypted: half of them open without a password."""
    with pikepdf.open(io.BytesIO(of_text(chance))) as pdf:
        level = chance.choice([2, 3, 4, 6])
        lock = Encryption(owner="chu", user=chance.choice(["", "khach"]), R=level, aes=level >= 4, metadata=level >= 4)  # type: ignore[arg-type]
        return saved(pdf, encryption=lock)


def added_to(chance: Random) -> bytes:
    """A file with an update behind its end: its page as it was and, there, another."""
    whole = of_text(chance)
    start = whole.rfind(b"startxref")
    body = b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    xref = b"xref\n1 1\n%010d 00000 n \ntrailer\n<< /Size 9 /Root 1 0 R /Prev %s >>\n" % (
        len(whole) + 1, whole[start + 9 :].split()[0],
    )  # fmt: skip
    end = len(whole) + 1 + len(body)
    return whole + b"\n" + body + xref + b"startxref\n%d\n%%%%EOF\n" % end


def signed(chance: Random) -> bytes:
    """A signature field whose signature is nonsense."""
    with pikepdf.open(io.BytesIO(of_text(chance))) as pdf:
        value = Dictionary(Type=Name.Sig, Filter=Name("/Adobe.PPKLite"), Contents=bytes(40), ByteRange=[0, 9, 50, 9])
        field = pdf.make_indirect(Dictionary(FT=Name.Sig, T="Sig1", V=pdf.make_indirect(value)))
        pdf.Root.AcroForm = Dictionary(Fields=[field], SigFlags=3)
        return saved(pdf)


PAPERS: dict[str, Maker] = {
    "pdf of text": of_text,
    "pdf, odd boxes": odd_boxes,
    "pdf of pictures": of_pictures,
    "pdf, picture inline": inline,
    "pdf, locked": locked,
    "pdf, added to": added_to,
    "pdf, signed": signed,
}
"""Makers of PDFs."""
