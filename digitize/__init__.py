"""Scans in, documents out: pages, text with boxes and confidence, kind, fields, archival PDF/A.

    from pathlib import Path
    import digitize

    reading = digitize.digitize(Path("scan.pdf"), Path("out"))
    print(reading.documents[0].kind.id, reading.documents[0].text)

Plain library: no server, no database, no network. Every file is opened in a child process with limits.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from digitize.engines import DEFAULT as DEFAULT_ENGINE
from digitize.engines import OcrEngine, engine
from digitize.errors import (
    CannotCut,
    CannotWrite,
    Damaged,
    DigitizeError,
    EmptyFile,
    Encrypted,
    EngineFailed,
    EngineMissing,
    EngineUnknown,
    LanguageMissing,
    NoFile,
    NoPages,
    NoSuchPage,
    PageTooLarge,
    TooCostly,
    TooLarge,
    TooManyPages,
    UnknownFormat,
    WeightsMissing,
)
from digitize.limits import Limits
from digitize.model import (
    Archival,
    Box,
    Document,
    Field,
    KindGuess,
    Line,
    Page,
    PageImage,
    Progress,
    ProgressCallback,
    Quad,
    Reading,
    Source,
    Step,
    Word,
)

if TYPE_CHECKING:
    from digitize.cutting import cut
    from digitize.export import error_json, json_parts, to_json
    from digitize.opening import read
    from digitize.parts import read_part
    from digitize.pipeline import digitize

_LAZY = {
    "cut": "digitize.cutting",
    "digitize": "digitize.pipeline",
    "error_json": "digitize.export",
    "json_parts": "digitize.export",
    "read": "digitize.opening",
    "read_part": "digitize.parts",
    "to_json": "digitize.export",
}
"""What needs image and PDF libraries is imported when it is first asked for."""

__all__ = [
    "DEFAULT_ENGINE",
    "Archival",
    "Box",
    "CannotCut",
    "CannotWrite",
    "Damaged",
    "DigitizeError",
    "Document",
    "EmptyFile",
    "Encrypted",
    "EngineFailed",
    "EngineMissing",
    "EngineUnknown",
    "Field",
    "KindGuess",
    "LanguageMissing",
    "Limits",
    "Line",
    "NoFile",
    "NoPages",
    "NoSuchPage",
    "OcrEngine",
    "Page",
    "PageImage",
    "PageTooLarge",
    "Progress",
    "ProgressCallback",
    "Quad",
    "Reading",
    "Source",
    "Step",
    "TooCostly",
    "TooLarge",
    "TooManyPages",
    "UnknownFormat",
    "WeightsMissing",
    "Word",
    "cut",
    "digitize",
    "engine",
    "error_json",
    "json_parts",
    "read",
    "read_part",
    "to_json",
]


def __getattr__(name: str) -> object:
    if name not in _LAZY:
        raise AttributeError(name)
    return getattr(importlib.import_module(_LAZY[name]), name)
