"""A reading, or the error that kept one from being made, as the JSON `hoso.digitize/1`."""

from __future__ import annotations

import json
from collections.abc import Iterator

from catalogue import HosoError
from digitize.model import Box, Document, Field, Line, Mark, Page, Quad, Reading, Source, Step, Word

SCHEMA = "hoso.digitize/1"


def to_json(reading: Reading) -> dict[str, object]:
    """The reading as plain dictionaries and lists, ready for `json.dumps`."""
    return {
        "schema": SCHEMA,
        "source": _source(reading.source),
        "documents": [_document(document) for document in reading.documents],
        "engine": reading.engine,
        "seconds": round(reading.seconds, 3),
    }


def json_parts(reading: Reading) -> Iterator[str]:
    """The JSON of `to_json` piece by piece, a page at a time, on one line."""
    yield json.dumps({"schema": SCHEMA, "source": _source(reading.source)}, ensure_ascii=False)[:-1]
    yield ', "documents": ['
    for at, document in enumerate(reading.documents):
        yield ("" if at == 0 else ", ") + '{"pages": ['
        for number, page in enumerate(document.pages):
            yield ("" if number == 0 else ", ") + json.dumps(_page(page), ensure_ascii=False)
        yield "], " + json.dumps(_about(document), ensure_ascii=False)[1:]
    yield "], " + json.dumps({"engine": reading.engine, "seconds": round(reading.seconds, 3)}, ensure_ascii=False)[1:]


def error_json(error: HosoError, source: Source) -> dict[str, object]:
    """What is written in place of a reading that failed; `source` holds what was known by then."""
    return {"schema": SCHEMA, "source": _source(source), "error": error.as_dict()}


def _source(source: Source) -> dict[str, object]:
    return {
        "name": source.name,
        "sha256": source.sha256,
        "pages": source.pages,
        "media_type": source.media_type,
        "signatures": source.signatures,
    }


def _document(document: Document) -> dict[str, object]:
    return {"pages": [_page(page) for page in document.pages], **_about(document)}


def _about(document: Document) -> dict[str, object]:
    return {
        "text": document.text,
        "kind": {"id": document.kind.id, "confidence": _share(document.kind.confidence)},
        "fields": [_field(field) for field in document.fields],
        "pdf": document.pdf.path.name,
        "pdfa": document.pdf.pdfa,
        "pdfa_reason": document.pdf.reason,
    }


def _page(page: Page) -> dict[str, object]:
    return {
        "number": page.number,
        "width": page.width,
        "height": page.height,
        "dpi": page.dpi,
        "lines": [_line(line) for line in page.lines],
        "born_digital": page.born_digital,
        "upright": {"homography": list(page.upright), "size": list(page.upright_size)},
        "steps": [_step(step) for step in page.steps],
        "seconds": round(page.seconds, 3),
        "problem": page.problem,
        "marks": [_mark(mark) for mark in page.marks],
    }


def _line(line: Line) -> dict[str, object]:
    return {
        "text": line.text,
        "box": _box(line.box),
        "quad": _quad(line.quad),
        "confidence": _share(line.confidence),
        "words": [_word(word) for word in line.words],
    }


def _mark(mark: Mark) -> dict[str, object]:
    return {
        "kind": mark.kind,
        "text": mark.text,
        "box": _box(mark.box),
        "quad": _quad(mark.quad),
        "confidence": _share(mark.confidence),
    }


def _word(word: Word) -> dict[str, object]:
    told = {"text": word.text, "box": _box(word.box), "confidence": _share(word.confidence), "quad": _quad(word.quad)}
    return {**told, "others": list(word.others)} if word.others else told


def _field(field: Field) -> dict[str, object]:
    return {
        "name": field.name,
        "value": field.value,
        "confidence": _share(field.confidence),
        "page": field.page,
        "box": _box(field.box) if field.box else None,
    }


def _step(step: Step) -> dict[str, object]:
    return {"name": step.name, "settings": dict(step.settings), "seconds": round(step.seconds, 3)}


def _box(box: Box) -> list[float]:
    return [round(value, 1) for value in box]


def _quad(quad: Quad) -> list[list[float]]:
    return [[round(x, 1), round(y, 1)] for x, y in quad]


def _share(confidence: float) -> float:
    return round(min(1.0, max(0.0, confidence)), 4)
