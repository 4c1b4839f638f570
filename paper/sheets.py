"""Separator sheets: laid before each component, they say where a stack of scanned pages is to be cut."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import quote, unquote

from paper.compiler import compile_paper
from paper.errors import BadQr, MissingFields
from paper.model import Paper, Separator
from paper.qr import svg
from paper.wording import clean

_PAYLOAD = re.compile(r"HOSOSEP1\|([^|]+)\|([^|]+)")
# The sheet says nothing about time; a fixed one keeps the same sheet the same bytes.
_UNDATED = datetime(2000, 1, 1, tzinfo=UTC)


def separator(data: Separator) -> Paper:
    """A sheet with one large QR code, `HOSOSEP1|<dossier code>|<component>`, percent-encoded. Place: `separator_qr`."""
    absent = [name for name in ("dossier_code", "component", "title") if not getattr(data, name).strip()]
    if absent:
        raise MissingFields(fields=", ".join(absent))
    content = {
        "title": "Tờ phân tách hồ sơ",
        "demo": data.demo,
        "qr": svg(f"HOSOSEP1|{quote(data.dossier_code, safe='')}|{quote(data.component, safe='')}"),
        "dossier_code": clean(data.dossier_code, "dossier_code"),
        "component": clean(data.component, "component"),
        "label": clean(data.title, "title"),
    }
    return compile_paper("separator.typ", content, at=_UNDATED)


def read_separator_qr(text: str) -> tuple[str, str]:
    """The dossier code and the component of a separator's payload. Raises `BadQr`."""
    match = _PAYLOAD.fullmatch(text)
    if match is None:
        raise BadQr(reason_vi="không phải tờ phân tách", reason_en="not a separator sheet")
    return unquote(match[1]), unquote(match[2])
