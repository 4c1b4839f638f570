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

from digitize import pdfa
from digitize.compose import use_font
from digitize.conformance import mend, obstacles
from digitize.invisible_font import embed


def archive(path: Path, folder: Path, what: dict[str, Any]) -> dict[str, object]:
    """Joins pages in the order of `what["pages"]`: a number is a page of the source, `[part, index]` one of ours.

    Answers the file's name in the folder, the claim (`2b` or None) and the obstacles.
    """
    target = folder / "archive.pdf"
    with contextlib.ExitStack() as stack:
        source = stack.enter_context(pikepdf.open(path, suppress_warnings=True))
        parts = [stack.enter_context(pikepdf.open(part)) for part in what["parts"]]
        pdf = stack.enter_context(pikepdf.Pdf.new())
        found: set[str] = set()
        for entry in what["pages"]:
            if isinstance(entry, int):
                page = source.pages[entry - 1]
                pdf.pages.append(page)
                mend(pdf, pdf.pages[-1])
                found |= obstacles(pdf.pages[-1])
            else:
                part, index = entry
                pdf.pages.append(parts[part].pages[index])
        if parts:
            use_font(pdf.pages, embed(pdf))
        if not found:
            pdfa.claim(pdf, str(what["title"]))
        pdfa.save(pdf, target)
    return {"file": target.name, "pdfa": None if found else pdfa.CLAIM, "reason": ", ".join(sorted(found)) or None}
