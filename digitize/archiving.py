"""A PDF's own pages in the archive: made PDF/A-2b where that can honestly be said, kept as they are where not.

Runs in the child. Pages are copied with their vectors, fonts and text; what the standard forbids and nobody sees is
left behind (scripts, actions, attachments, forms' data); what it forbids and somebody sees is named as an obstacle,
and then the copy does not claim conformance.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Dictionary

from digitize import pdfa
from digitize.compose import use_font
from digitize.conformance import mend, obstacles
from digitize.invisible_font import embed
from digitize.text_overlay import FONT


def archive(path: Path, folder: Path, what: dict[str, Any]) -> dict[str, object]:
    """Joins pages in the order of `what["pages"]`: `page` is one of the source by its number, with the file of what
    goes `over` it (invisible text, or None); `part` and `index` name one of ours.

    Answers the file's name in the folder, the claim (`2b` or None) and the obstacles.
    """
    target = folder / "archive.pdf"
    with contextlib.ExitStack() as stack:
        source = stack.enter_context(pikepdf.open(path, suppress_warnings=True))
        parts = [stack.enter_context(pikepdf.open(part)) for part in what["parts"]]
        pdf = stack.enter_context(pikepdf.Pdf.new())
        found: set[str] = set()
        for entry in what["pages"]:
            if "part" in entry:
                pdf.pages.append(parts[entry["part"]].pages[entry["index"]])
                continue
            pdf.pages.append(source.pages[entry["page"] - 1])
            mend(pdf, pdf.pages[-1])
            found |= obstacles(pdf.pages[-1])
            if entry["over"]:
                lay_over(pdf, pdf.pages[-1], Path(entry["over"]).read_bytes())
        if any("part" in entry or entry["over"] for entry in what["pages"]):
            use_font(pdf.pages, embed(pdf))
        if not found:
            pdfa.claim(pdf, str(what["title"]))
        pdfa.save(pdf, target)
    return {"file": target.name, "pdfa": None if found else pdfa.CLAIM, "reason": ", ".join(sorted(found)) or None}


def lay_over(pdf: pikepdf.Pdf, page: pikepdf.Page, text: bytes) -> None:
    """Puts text over a page's own content; its points count from the lower left corner of the page as displayed.

    The font is named only: `use_font` puts it there.
    """
    # A page may have its resources from its parent, or share them with others, which are not to change.
    resources = page.obj.get("/Resources", page.resources)
    own = Dictionary(dict(resources.items()))
    own.Font = Dictionary({**dict(own.get("/Font", Dictionary()).items()), FONT: Dictionary()})
    page.obj.Resources = own
    a, b, c, d, e, f = _displayed(page)
    page.contents_add(b"q\n", prepend=True)
    page.contents_add(f"Q\nq {a} {b} {c} {d} {e:.3f} {f:.3f} cm\n".encode() + text + b"Q\n")


def _displayed(page: pikepdf.Page) -> tuple[int, int, int, int, float, float]:
    """The map from points of the page as displayed to its own (ISO 32000-1, 7.7.3.3: `/CropBox` and `/Rotate`)."""
    outer, inner = ([float(side) for side in box] for box in (page.mediabox, page.cropbox))
    boxes = [(min(box[0::2]), min(box[1::2]), max(box[0::2]), max(box[1::2])) for box in (outer, inner)]
    x0, y0 = (max(box[side] for box in boxes) for side in (0, 1))
    x1, y1 = (min(box[side] for box in boxes) for side in (2, 3))
    turned = {90: (0, 1, -1, 0, x1, y0), 180: (-1, 0, 0, -1, x1, y1), 270: (0, -1, 1, 0, x0, y1)}
    return turned.get(page.rotation % 360, (1, 0, 0, 1, x0, y0))
