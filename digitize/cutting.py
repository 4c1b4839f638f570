"""A lossless cut: some pages of a source as a file of its own, their images and text untouched.

All pages give the same bytes. PDF pages keep their streams as they are, TIFF frames are copied strip by strip with
their tags; every other format has one page. Done in the child, since the bytes are hostile.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from digitize import formats
from digitize.confine import Child
from digitize.errors import CannotCut, CannotWrite, NoSuchPage
from digitize.limits import Limits
from digitize.opening import Opened


def cut(source: Path, pages: Sequence[int], out: Path, *, limits: Limits | None = None) -> Path:
    """Writes pages of `source` (from 1, in the order given) to `out`, a path without or with any suffix.

    Returns the path written, with the suffix of the source's real format. Raises `NoSuchPage`, `CannotCut` for some
    pages of a signed PDF, `CannotWrite`, and what opening a file raises.
    """
    with Opened(source, limits) as opened:
        count, kind, signatures = opened.pages, opened.media_type, opened.signatures
    for page in pages:
        if not 1 <= page <= count:
            raise NoSuchPage(page=page, pages=count)
    out = out.with_suffix(formats.SUFFIXES[kind])
    try:
        if list(pages) == list(range(1, count + 1)):
            shutil.copyfile(source, out)
            return out
        if signatures:
            raise CannotCut
        with Child(source, limits) as child:
            told = child.order("cut", pages=list(pages), media_type=kind)
            shutil.copyfile(child.folder / str(told["file"]), out)
    except OSError as error:
        with contextlib.suppress(OSError):
            out.unlink(missing_ok=True)
        raise CannotWrite from error
    return out


def cut_here(path: Path, folder: Path, what: dict[str, Any]) -> dict[str, object]:
    """The child's part: writes the cut into its folder."""
    pages = [int(page) for page in what["pages"]]
    if what["media_type"] == formats.PDF:
        return {"file": _cut_pdf(path, pages, folder).name}
    from digitize.tiff_frames import copy_frames

    target = folder / "cut.tif"
    copy_frames(path, [page - 1 for page in pages], target)
    return {"file": target.name}


def _cut_pdf(path: Path, pages: list[int], folder: Path) -> Path:
    import pikepdf

    target = folder / "cut.pdf"
    with pikepdf.open(path, suppress_warnings=True) as source, pikepdf.Pdf.new() as pdf:
        for page in pages:
            pdf.pages.append(source.pages[page - 1])
        pdf.save(
            target,
            min_version=source.pdf_version,
            deterministic_id=True,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
        )
    return target
