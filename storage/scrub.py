"""Keeps identifiers out of the index: whatever reads as a citizen ID, an old ID card or a tax code is masked."""

from __future__ import annotations

import re

from catalogue import fold, nfc
from storage.values import Metadata

# 12 digits (citizen ID, tax code of a person), 9 (old card), 10 and 10-3 (tax code), however they are spaced or dotted.
_RUN = re.compile(r"(?<![\d/-])(?:\d[ .]?){8,14}\d(?:-\d{3})?(?![\d/])")
_LENGTHS = {9, 10, 12, 13}


def scrub(text: str) -> str:
    """`text` with the digits of what may be an identifier replaced by `•`."""
    return _RUN.sub(_mask, nfc(text))


def looks_personal(text: str) -> bool:
    """Whether the text holds what may be an identifier."""
    return scrub(text) != nfc(text)


def search_text(metadata: Metadata) -> str:
    """What search finds a document by: description, fields and text, folded, without identifiers."""
    parts = [metadata.title, metadata.number, metadata.issuer, metadata.summary, metadata.scope]
    parts += [field.value for field in metadata.fields if not field.personal_id]
    return fold(scrub(" ".join([*parts, metadata.text])))


def _mask(match: re.Match[str]) -> str:
    digits = sum(char.isdigit() for char in match[0])
    return "•" * len(match[0]) if digits in _LENGTHS else match[0]
