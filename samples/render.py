"""A sheet set by Typst: its PDF, and each page's lines with their boxes, taken from the PDF's own text layer."""

from __future__ import annotations

import dataclasses
import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pdfplumber
import pypdfium2
import typst

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_HERE = Path(__file__).parent
_FONT_FOLDERS = [f"/usr/share/fonts/truetype/{name}" for name in ("croscore", "noto", "dejavu")]
_UNDATED = 1_761_955_200  # the same bytes each time
_BOXED = re.compile(r"\b\d(?: \d){5,}\b")  # the digits of a row of boxes are one number
_ASCENT, _DESCENT = 0.93, 0.25
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Printed:
    """One page in points from the top left corner: its lines in reading order and where ink is laid by hand."""

    width: float
    height: float
    lines: tuple[tuple[str, Box], ...]
    marks: tuple[tuple[str, Box], ...]


def typeset(
    sheet: DataclassInstance, folders: Sequence[str] = _FONT_FOLDERS, template: Path = _HERE / "paper.typ"
) -> tuple[bytes, tuple[Printed, ...]]:
    """The sheet as a PDF and what stands on its pages, in fonts of the folders; the template takes it as `data`."""
    data = dataclasses.asdict(sheet)
    compiler = typst.Compiler(
        str(template),
        root=str(template.parent),
        font_paths=typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[*folders]),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    pdf = compiler.compile(format="pdf", timestamp=_UNDATED)
    assert isinstance(pdf, bytes)
    marks = json.loads(compiler.query("<mark>", field="value"))
    with pdfplumber.open(BytesIO(pdf)) as document:
        pages = tuple(
            Printed(float(page.width), float(page.height), _lines(page), _marks(marks, page.page_number))
            for page in document.pages
        )
    return pdf, pages


def raster(pdf: bytes, dpi: int) -> list[Any]:
    """The pages as RGB arrays."""
    document = pypdfium2.PdfDocument(pdf)
    pages = [document[n].render(scale=dpi / 72).to_numpy()[:, :, ::-1].copy() for n in range(len(document))]
    document.close()
    return pages


def _marks(marks: list[dict[str, Any]], page: int) -> tuple[tuple[str, Box], ...]:
    return tuple(
        (m["name"], (m["x"], m["y"], m["x"] + m["width"], m["y"] + m["height"])) for m in marks if m["page"] == page
    )


def _lines(page: Any) -> tuple[tuple[str, Box], ...]:
    """Runs of characters in the order Typst wrote them, which is the reading order: a run ends where the baseline
    changes or a gap of more than two ems opens. Boxes hang on the baseline, since glyph tops differ from font to font.
    """
    runs: list[list[dict[str, Any]]] = []
    for char in page.chars:
        if runs and _is_accent(runs[-1][-1], char):
            continue
        if runs and _goes_on(runs[-1], char):
            runs[-1].append(char)
        else:
            runs.append([char])
    found = [_line(run, float(page.height)) for run in runs]
    return tuple((text, box) for text, box in found if text)


def _is_accent(before: dict[str, Any], char: dict[str, Any]) -> bool:
    """Whether a glyph is only the mark of a letter that a font puts together of two, both told as that letter."""
    return bool(char["text"] == before["text"] and char["text"].strip() and char["x1"] - char["x0"] < 0.01)


def _goes_on(run: list[dict[str, Any]], char: dict[str, Any]) -> bool:
    last = run[-1]
    same_baseline = abs(last["matrix"][5] - char["matrix"][5]) < 1
    return same_baseline and -0.25 < (char["x0"] - last["x1"]) / char["size"] < 2


def _line(run: list[dict[str, Any]], height: float) -> tuple[str, Box]:
    text = ""
    for before, char in zip([None, *run], run, strict=False):
        gap = before is not None and char["x0"] - before["x1"] > 0.18 * char["size"]
        text += (" " if gap else "") + char["text"]
    text = re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()
    text = _BOXED.sub(lambda digits: digits[0].replace(" ", ""), text)
    inked = [c for c in run if c["text"].strip()] or run
    baseline, size = height - run[0]["matrix"][5], max(c["size"] for c in run)
    box = (
        min(c["x0"] for c in inked),
        baseline - _ASCENT * size,
        max(c["x1"] for c in inked),
        baseline + _DESCENT * size,
    )
    return text, box
