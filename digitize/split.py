"""Where one document ends and the next begins in a stack that was scanned in one go. In doubt, nothing is parted.

A page begins a document when a known title stands near its top under the national heading, or when its printed
numbering starts anew at 1 after pages that were numbered to their end.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol, TypeVar

from catalogue import fold
from digitize.classify import title_of
from digitize.model import Page
from digitize.titles import key, placed

_NUMBERED = re.compile(r"\btrang\s*(\d{1,4})\s*(?:/|tren|cua)\s*(\d{1,4})\b")
_HEADING = key("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
_HEADING_PART = _HEADING[8:26]
_HEADING_BAND = 0.3


class HasPage(Protocol):
    """Anything that carries a page that was read."""

    @property
    def page(self) -> Page:
        """The page."""


P = TypeVar("P", bound=HasPage)


def split(pages: Sequence[P]) -> list[list[P]]:
    """The pages in documents, in their order."""
    documents: list[list[P]] = []
    before: tuple[int, int] | None = None
    for item in pages:
        number = numbering(item.page)
        if not documents or begins(item.page, number, before):
            documents.append([item])
        else:
            documents[-1].append(item)
        before = number
    return documents


def numbering(page: Page) -> tuple[int, int] | None:
    """(page, pages) as printed: Trang 2/3."""
    for line in (page.lines[-3:] + page.lines[:3])[::-1]:
        found = _NUMBERED.search(fold(line.text))
        if found and 1 <= int(found[1]) <= int(found[2]):
            return int(found[1]), int(found[2])
    return None


def begins(page: Page, number: tuple[int, int] | None, before: tuple[int, int] | None) -> bool:
    """Whether a page that is not the first begins a document, given the numbering before it."""
    if number is not None and number[0] > 1:
        return False
    if before is not None and before[0] < before[1]:
        return False
    restarts = number is not None and number[0] == 1 and before is not None and before[0] == before[1]
    return restarts or (has_heading(page) and title_of(page) is not None)


def has_heading(page: Page) -> bool:
    """Whether the national heading stands at the top; a few wrong letters do not hide it."""
    return any(_HEADING_PART in key(p.line.text) for p in placed(page) if p.top < _HEADING_BAND)
