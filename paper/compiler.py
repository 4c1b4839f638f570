"""Typst source and data in, PDF/A-2b and named places out; nothing but the package's own fonts and files is read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from catalogue.fonts import FONT_DIR
from paper.model import Paper, Place

if TYPE_CHECKING:
    import typst

_ROOT = Path(__file__).with_name("typst")


@cache
def _fonts() -> typst.Fonts:
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONT_DIR)])


def compile_paper(source: str, data: Mapping[str, Any], *, at: datetime) -> Paper:
    """Set `source` (a path below `paper/typst`) with `data`.

    The data travel as one JSON input and are shown as text, so nothing in them is ever read as markup. The same data
    and time give the same bytes.
    """
    import typst

    compiler = typst.Compiler(
        str(_ROOT / source),
        root=str(_ROOT),
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    pdf = compiler.compile(format="pdf", pdf_standards=["a-2b"], timestamp=int(at.timestamp()))
    assert isinstance(pdf, bytes)
    return Paper(pdf=pdf, places=_places(compiler.query("<place>", field="value")))


def _places(answer: str) -> Mapping[str, Place]:
    """The named places; typst measures from the top, `common.typ` has turned the y axis already."""
    places = {}
    for spot in json.loads(answer):
        x, top = spot["x"], spot["y"]
        box = (round(x, 2), round(top - spot["height"], 2), round(x + spot["width"], 2), round(top, 2))
        places[spot["name"]] = Place(page=spot["page"], box=box)
    return MappingProxyType(places)
