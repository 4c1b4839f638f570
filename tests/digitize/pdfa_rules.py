"""A small checker of PDF/A-2b by the letter of ISO 19005-2, written apart from the code that composes.

It looks at what can be told from objects; real validation is done from outside.
"""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pikepdf
from fontTools.ttLib import TTFont

_FORBIDDEN_ROOT = ("/OpenAction", "/AA", "/AcroForm", "/Names", "/OCProperties", "/Encrypt", "/Perms")


def violations(path: Path) -> list[str]:
    """What is wrong, rule by rule; empty for a file that this checker has nothing to say against."""
    head = path.read_bytes()[:64]
    wrong = []
    if not head.startswith(b"%PDF-1.7\n%") or min(head[10:14]) < 128:
        wrong.append("6.1.2 header")
    with pikepdf.open(path) as pdf:
        if pdf.is_encrypted or "/Encrypt" in pdf.trailer:
            wrong.append("6.1.3 encrypted")
        if "/ID" not in pdf.trailer or len(pdf.trailer.ID) != 2:
            wrong.append("6.1.3 identifier")
        wrong += [f"6 {key}" for key in _FORBIDDEN_ROOT if key in pdf.Root]
        wrong += _intent(pdf) + _metadata(pdf)
        for page in pdf.pages:
            wrong += _page(page)
        for item in pdf.objects:
            if isinstance(item, pikepdf.Stream):
                filters = item.get("/Filter", [])
                names = [str(f) for f in filters] if isinstance(filters, pikepdf.Array) else [str(filters)]
                wrong += ["6.1.7 LZW"] if "/LZWDecode" in names else []
                wrong += ["6.1.7 external stream"] if "/F" in item or "/FFilter" in item else []
            elif isinstance(item, pikepdf.Dictionary) and item.get("/S") in ("/JavaScript", "/Launch"):
                wrong.append("6.5 action")
    return wrong


def _intent(pdf: pikepdf.Pdf) -> list[str]:
    intents = pdf.Root.get("/OutputIntents", [])
    if len(intents) != 1 or intents[0].S != "/GTS_PDFA1" or "/OutputConditionIdentifier" not in intents[0]:
        return ["6.2.3 output intent"]
    profile = intents[0].DestOutputProfile
    data = profile.read_bytes()
    rgb_display = data[12:16] == b"mntr" and data[16:20] == b"RGB " and data[36:40] == b"acsp" and data[8] <= 4
    return [] if rgb_display and int(profile.N) == 3 else ["6.2.3 profile"]


def _metadata(pdf: pikepdf.Pdf) -> list[str]:
    packet = pdf.Root.get("/Metadata")
    if not isinstance(packet, pikepdf.Stream) or packet.get("/Filter") is not None:
        return ["6.6.2 metadata"]
    xmp = packet.read_bytes().decode()
    part = re.search(r"<pdfaid:part>(\d)</pdfaid:part>", xmp)
    level = re.search(r"<pdfaid:conformance>([ABU])</pdfaid:conformance>", xmp)
    return [] if part and level and (part[1], level[1]) == ("2", "B") else ["6.6.4 identification"]


def _page(page: pikepdf.Page) -> list[str]:
    wrong = []
    resources = page.obj.get("/Resources", pikepdf.Dictionary())
    for font in dict(resources.get("/Font", pikepdf.Dictionary()).items()).values():
        wrong += _font(font)
    for image in dict(resources.get("/XObject", pikepdf.Dictionary()).items()).values():
        if image.get("/Interpolate", False) or "/Alternates" in image or "/OPI" in image or "/SMask" in image:
            wrong.append("6.2.8 image")
        if str(image.get("/ColorSpace")) not in ("/DeviceRGB", "/DeviceGray"):
            wrong.append("6.2.4 colour space")
    wrong += ["6.3 annotation"] if "/Annots" in page.obj else []
    return wrong


def _font(font: Any) -> list[str]:
    if font.Subtype != "/Type0":
        return [] if "/FontFile2" in font.get("/FontDescriptor", {}) else ["6.2.11.4 embedded"]
    descendant = font.DescendantFonts[0]
    wrong = [] if "/ToUnicode" in font else ["copying gives no text"]
    if "/FontFile2" not in descendant.FontDescriptor:
        return [*wrong, "6.2.11.4 embedded"]
    if "/CIDToGIDMap" not in descendant:
        wrong.append("6.2.11.3 CIDToGIDMap")
    program = TTFont(io.BytesIO(descendant.FontDescriptor.FontFile2.read_bytes()))
    order, metrics = program.getGlyphOrder(), program["hmtx"]
    em = program["head"].unitsPerEm
    mapping = descendant.CIDToGIDMap
    if isinstance(mapping, pikepdf.Stream):
        glyphs = mapping.read_bytes()
        used = {int.from_bytes(glyphs[i : i + 2], "big") for i in range(0, len(glyphs), 2)}
        if 0 in used:
            wrong.append("6.2.11.8 .notdef")
        if any(round(metrics[order[glyph]][0] * 1000 / em) != int(descendant.DW) for glyph in used):
            wrong.append("6.2.11.5 widths")
    return wrong
