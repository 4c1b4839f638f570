"""What the sample papers say: two dossiers of invented people, their texts, kinds and true fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Block = dict[str, Any]
Level = Literal["born_digital", "clean", "skewed", "noisy", "photographed"]
Format = Literal["pdf", "tiff", "jpeg", "png", "heic"]

WOMAN = "NGUYỄN THỊ MẪU"
MAN = "TRẦN VĂN VÍ DỤ"
WOMAN_ID = "001190000001"
MAN_ID = "001088000002"
# Every person named on a sample; a test holds that no other name stands on any page.
PEOPLE = (
    WOMAN,
    MAN,
    "LÊ THỊ THỬ NGHIỆM",
    "PHẠM VĂN THÍ DỤ",
    "HOÀNG THỊ MINH HỌA",
    "VŨ VĂN GIẢ ĐỊNH",
    "ĐẶNG THỊ TƯỞNG TƯỢNG",
    "BÙI VĂN MÔ PHỎNG",
    "BÙI VĂN MÔ",  # his name before it was corrected
    "ĐỖ VĂN KHÔNG THẬT",
)
PROVINCE = "tỉnh Thử Nghiệm"
COMMUNE = "xã Ví Dụ"
HOME = f"Số 1, thôn Minh Họa, {COMMUNE}, {PROVINCE}"
HIS_HOME = f"Số 2, đường Thí Điểm, xã Giả Định, {PROVINCE}"
OLD_HOME = f"thôn Minh Họa, xã Mẫu Cũ, huyện Mô Phỏng, {PROVINCE}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One paper: `content` is what `paper.typ` sets, `fields` what a reader should find on it
    (several values where a paper has two owners)."""

    kind: str
    title: str
    blocks: tuple[Block, ...]
    fields: dict[str, str | tuple[str, ...]]
    header: dict[str, str] | None = None
    subtitle: str = ""
    form: str = ""
    dated: str = ""
    font: str = "Tinos"
    size: float = 13
    head_size: float = 12
    bigger: float = 0
    hand: bool = False
    strong: bool = False
    dotted: bool = True


@dataclass(frozen=True, slots=True)
class Scan:
    """One file: a paper, how it is stored, and at which level each page was captured (the last one repeats).

    `component` is the catalogue's id in the dossier's procedure, None for a paper handed in besides.
    """

    name: str
    component: str | None
    sheet: Sheet
    format: Format
    levels: tuple[Level, ...]
    dpi: int = 200
    quality: int = 60
    grey: bool = False


@dataclass(frozen=True, slots=True)
class Dossier:
    """A dossier as it comes to the desk."""

    folder: str
    procedure: str
    procedure_name: str
    applicant: dict[str, str]
    others: tuple[dict[str, str], ...]
    scans: tuple[Scan, ...]
    results: tuple[str, ...] = ()
    reuses: tuple[dict[str, str], ...] = ()


def para(text: str, *, bold: bool = False, italic: bool = False, center: bool = False, indent: bool = False) -> Block:
    return {"type": "para", "text": text, "bold": bold, "italic": italic, "center": center, "indent": indent}


def line(label: str, value: str) -> Block:
    return {"type": "field", "label": label, "value": value}


def row(*cells: tuple[str, str] | tuple[str, str, float]) -> Block:
    return {"type": "row", "cells": [(c[0], c[1], c[2] if len(c) == 3 else 1) for c in cells]}


def digits(label: str, value: str) -> Block:
    return {"type": "digits", "label": label, "value": value}


def choice(label: str, *options: tuple[str, bool]) -> Block:
    return {"type": "choice", "label": label, "options": options}


def table(widths: tuple[float, ...], head: tuple[str, ...], *rows: tuple[str, ...]) -> Block:
    return {"type": "table", "widths": widths, "header": head, "rows": rows}


def signers(*people: Block) -> Block:
    return {"type": "signers", "people": people}


def signer(*capacity: str, name: str, note: str = "", seal: bool = False, signature: bool = True) -> Block:
    return {"capacity": capacity, "name": name, "note": note, "seal": seal, "signature": signature}


def gap(mm: float) -> Block:
    return {"type": "gap", "mm": mm}


def photo(text: str) -> Block:
    return {"type": "photo", "text": text}


def head(superior: str, issuer: str, number: str, dated: str) -> dict[str, str]:
    return {"superior": superior, "issuer": issuer, "number": number, "dated": dated}
