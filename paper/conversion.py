"""The paper copy of an electronic document: its pages whole, below each where it comes from and where to look it up.

NĐ 45/2020/NĐ-CP, điều 18, asks for the full content, the name of the system, and a code for look-up or the converter's
name; the QR code leads to the same address. The pages are made smaller, so that the mark never covers anything.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from catalogue.text import nfc
from paper.compiler import compile_paper
from paper.errors import Unprintable
from paper.model import System
from paper.qr import lookup_url, svg
from paper.wording import clean, stamp

__all__ = ["Conversion", "paper_copy"]

STRIP = 62.4
"""Height of the mark, points (22 mm)."""

A4 = (595.28, 841.89)
MOST_PAGES = 2000


@dataclass(frozen=True, slots=True)
class Conversion:
    """What the mark says: the system, the code of the look-up address, when it was printed, who converted it (may be
    empty: the code suffices)."""

    system: System
    token: str
    printed_at: datetime
    converter: str = ""


def paper_copy(pdf: bytes, conversion: Conversion) -> bytes:
    """A PDF to print, A4, each page of `pdf` above the mark; a landscape page lies across. Visible signatures are drawn
    as they look; the copy itself carries none. Raises `Unprintable`, `BadPublicUrl`, `BadField`."""
    import pikepdf

    strip = compile_paper("conversion.typ", _said(conversion), at=conversion.printed_at).pdf
    out = io.BytesIO()
    try:
        with pikepdf.open(io.BytesIO(pdf)) as source, pikepdf.open(io.BytesIO(strip)) as mark, pikepdf.new() as made:
            if source.is_encrypted or not 0 < len(source.pages) <= MOST_PAGES:
                raise Unprintable
            source.flatten_annotations("print")
            for page in source.pages:
                _lay(made, page, mark.pages[0])
            made.save(out, deterministic_id=True)
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise Unprintable from error
    return out.getvalue()


def _lay(made: Any, page: Any, mark: Any) -> None:
    import pikepdf

    left, bottom, right, top = (float(edge) for edge in page.cropbox)
    across = (right - left > top - bottom) != (int(page.get("/Rotate", 0)) % 180 == 90)
    width, height = (A4[1], A4[0]) if across else A4
    made.add_blank_page(page_size=(width, height))
    sheet = made.pages[-1]
    sheet.add_overlay(page, pikepdf.Rectangle(0, STRIP, width, height))
    sheet.add_overlay(mark, pikepdf.Rectangle(0, 0, A4[0], STRIP))


def _said(conversion: Conversion) -> dict[str, Any]:
    url = lookup_url(conversion.system.public_url, conversion.token)
    return {
        "demo": conversion.system.demo,
        "system": clean(conversion.system.name, "system"),
        "code": conversion.token,
        "url": url,
        "qr": svg(url),
        "printed": stamp(conversion.printed_at),
        "converter": nfc(clean(conversion.converter, "converter")),
        "height": STRIP,
    }
