"""Which archival copy a document gets: a signed PDF as it is, a PDF's own pages in a child, images under text."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from digitize import pdfa
from digitize.compose import PART, join, write_parts
from digitize.confine import Child
from digitize.model import Archival
from digitize.opening import Opened
from digitize.spool import Kept

SIGNED = "signed"


def write(path: Path, source: Opened, group: Sequence[Kept], out: Path, title: str) -> Archival:
    """Writes the copy of a group of pages to `out`."""
    if source.signatures:
        # Any other bytes would break the signature; the text that was read is in the result beside it.
        shutil.copyfile(path, out)
        return Archival(out, None, SIGNED)
    images = ((read.page, read.sheet) for read in group if read.sheet is not None)
    parts = write_parts(images, source.folder, f"part-{group[0].page.number:05d}")
    if all(read.sheet is not None for read in group):
        join(parts, out, title)
        return Archival(out, pdfa.CLAIM)
    order: list[dict[str, object]] = []
    image = 0
    for read in group:
        if read.sheet is None:
            order.append({"page": read.page.number, "over": str(read.overlay) if read.overlay else None})
        else:
            order.append({"part": image // PART, "index": image % PART})
            image += 1
    with Child(path, source.limits) as child:
        told = child.order("archive", pages=order, parts=[str(part) for part in parts], title=title)
        shutil.copyfile(child.folder / str(told["file"]), out)
    return Archival(out, told["pdfa"], told["reason"])


def renamed(copy: Archival, path: Path) -> Archival:
    """The same copy under its final name."""
    return replace(copy, path=path)
