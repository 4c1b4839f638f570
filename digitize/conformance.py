"""What keeps a page of somebody's PDF from being PDF/A-2b (ISO 19005-2), and what can be mended without a change.

Only what can be told from the objects is looked at; that widths and glyphs agree inside a font is not. The names of
the obstacles are stable and go into the result.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

_PRINT = 4
_UNWANTED_FLAGS = 1 | 2 | 32 | 256  # invisible, hidden, no view, toggle no view
_STANDARD_BLENDS = {
    "/Normal", "/Compatible", "/Multiply", "/Screen", "/Overlay", "/Darken", "/Lighten", "/ColorDodge", "/ColorBurn",
    "/HardLight", "/SoftLight", "/Difference", "/Exclusion", "/Hue", "/Saturation", "/Color", "/Luminosity",
}  # fmt: skip
_ACTIONS = {"/URI", "/GoTo"}
_FONT_FILES = ("/FontFile", "/FontFile2", "/FontFile3")
_DEEPEST = 12
_MOST_OPERATORS = 2_000_000


def mend(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    """Takes away what no reader of the page sees: page actions, image smoothing hints, incomplete glyph lists."""
    _drop(page.obj, "/AA", "/Metadata", "/PieceInfo", "/Thumb", "/StructParents", "/Tabs")
    _mend_links(page)
    for resources in _resources(page):
        for image in _values(resources, "/XObject"):
            _drop(image, "/Interpolate", "/Alternates", "/OPI", "/Metadata", "/PieceInfo", "/StructParent")
        for font in _values(resources, "/Font"):
            _drop(_descriptor(font), "/CIDSet", "/CharSet")


def _drop(item: pikepdf.Object, *keys: str) -> None:
    for key in keys:
        if key in item:
            del item[key]


def _mend_links(page: pikepdf.Page) -> None:
    """Links stay where they lead to an address or a page, and are printed like everything else."""
    kept = []
    for note in page.obj.get("/Annots", Array()):
        if isinstance(note, pikepdf.Dictionary) and note.get("/Subtype") == Name.Link:
            if str(note.get("/A", Dictionary()).get("/S", "/GoTo")) not in _ACTIONS:
                continue
            note.F = _PRINT
        kept.append(note)
    _drop(page.obj, "/Annots")
    if kept:
        page.obj.Annots = Array(kept)


def obstacles(page: pikepdf.Page) -> set[str]:
    """Names of what on the page PDF/A-2b does not allow."""
    found: set[str] = set()
    if any(not _is_plain_link(note) for note in page.obj.get("/Annots", Array())):
        found.add("annotation")
    if _uses_cmyk(page):
        found.add("cmyk")
    for resources in _resources(page):
        found |= _font_obstacles(resources)
        found |= _image_obstacles(resources)
        found |= _state_obstacles(resources)
        if any("cmyk" in space.casefold() for space in _spaces(resources)):
            found.add("cmyk")
        if any("/OCGs" in entry or entry.get("/Type") == Name.OCG for entry in _values(resources, "/Properties")):
            found.add("layers")
    return found


def _is_plain_link(note: pikepdf.Object) -> bool:
    return (
        isinstance(note, pikepdf.Dictionary)
        and note.get("/Subtype") == Name.Link
        and not int(note.get("/F", 0)) & _UNWANTED_FLAGS
    )


def _resources(page: pikepdf.Page) -> Iterator[pikepdf.Object]:
    """Resource dictionaries of the page, its forms, patterns and Type 3 fonts."""
    seen: set[tuple[int, int]] = set()
    waiting = [(page.obj.get("/Resources"), 0)]
    while waiting:
        resources, depth = waiting.pop()
        if not isinstance(resources, pikepdf.Dictionary) or depth > _DEEPEST:
            continue
        if resources.is_indirect:
            if resources.objgen in seen:
                continue
            seen.add(resources.objgen)
        yield resources
        for group in ("/XObject", "/Pattern", "/Font"):
            for value in _values(resources, group):
                if value.is_indirect:
                    if value.objgen in seen:
                        continue
                    seen.add(value.objgen)
                waiting.append((value.get("/Resources"), depth + 1))


def _values(resources: pikepdf.Object, group: str) -> list[pikepdf.Object]:
    entries = resources.get(group)
    if not isinstance(entries, pikepdf.Dictionary):
        return []
    return [value for _, value in entries.items() if isinstance(value, pikepdf.Dictionary | Stream)]


def _descriptor(font: pikepdf.Object) -> pikepdf.Object:
    return (_descendant(font) if font.get("/Subtype") == Name.Type0 else font).get("/FontDescriptor", Dictionary())


def _descendant(font: pikepdf.Object) -> pikepdf.Object:
    """The font behind a composite one; an empty one where there is none."""
    found = font.get("/DescendantFonts")
    first = found[0] if isinstance(found, pikepdf.Array) and len(found) else None
    return first if isinstance(first, pikepdf.Dictionary) else Dictionary()


def _font_obstacles(resources: pikepdf.Object) -> set[str]:
    found = set()
    for font in _values(resources, "/Font"):
        if font.get("/Subtype") == Name.Type3:
            continue
        descriptor = _descriptor(font)
        if not any(key in descriptor for key in _FONT_FILES):
            found.add("font-not-embedded")
        if font.get("/Subtype") == Name.Type0:
            descendant = _descendant(font)
            if descendant.get("/Subtype") == Name.CIDFontType2 and "/CIDToGIDMap" not in descendant:
                found.add("font-without-glyph-map")
    return found


def _image_obstacles(resources: pikepdf.Object) -> set[str]:
    found = set()
    for image in _values(resources, "/XObject"):
        kind = image.get("/Subtype")
        if kind not in (Name.Image, Name.Form):
            found.add("foreign-object")
        if "/PS" in image or image.get("/Subtype2") == Name.PS or "/Ref" in image:
            found.add("foreign-object")
        if "/F" in image:
            found.add("external-data")
        filters = image.get("/Filter")
        names = list(filters) if isinstance(filters, pikepdf.Array) else [filters]
        if Name.JPXDecode in names:
            found.add("jpeg-2000")
        if Name.Crypt in names:
            found.add("encrypted-stream")
    return found


def _state_obstacles(resources: pikepdf.Object) -> set[str]:
    found = set()
    for state in _values(resources, "/ExtGState"):
        if "/TR" in state or state.get("/TR2", Name.Default) != Name.Default or "/HTP" in state:
            found.add("transfer-function")
        blends = state.get("/BM", Name.Normal)
        names = list(blends) if isinstance(blends, pikepdf.Array) else [blends]
        if any(str(name) not in _STANDARD_BLENDS for name in names):
            found.add("blend-mode")
    return found


def _spaces(resources: pikepdf.Object) -> Iterator[str]:
    """Colour spaces named by resources, images and shadings, in words."""
    spaces = resources.get("/ColorSpace")
    named: list[Any] = [value for _, value in spaces.items()] if isinstance(spaces, pikepdf.Dictionary) else []
    for group in ("/XObject", "/Shading"):
        named += [value.get("/ColorSpace", value.get("/CS")) for value in _values(resources, group)]
    named += [value.get("/Group", Dictionary()).get("/CS") for value in _values(resources, "/XObject")]
    for space in named:
        if isinstance(space, pikepdf.Array):
            yield " ".join(str(part) for part in space if isinstance(part, Name | pikepdf.Array))
        elif space is not None:
            yield str(space)


def _uses_cmyk(page: pikepdf.Page) -> bool:
    """Whether a content stream paints in DeviceCMYK (operators k and K)."""
    streams: list[Any] = [page]
    for resources in _resources(page):
        streams += [form for form in _values(resources, "/XObject") if form.get("/Subtype") == Name.Form]
    for stream in streams:
        for count, step in enumerate(pikepdf.parse_content_stream(stream)):
            operator = str(step.operator)
            if operator in ("k", "K") or count > _MOST_OPERATORS:
                return True
            if operator in ("cs", "CS") and step.operands and str(step.operands[0]) == "/DeviceCMYK":
                return True
    return False
