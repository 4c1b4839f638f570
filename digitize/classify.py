"""Which kind of document it is, by its printed title against the catalogue; `khac` where no title is recognised."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from catalogue import fold, kinds
from digitize.model import KindGuess, Page
from digitize.titles import Match, matches

UNKNOWN = "khac"
CERTIFIED_COPY = "ban_sao_chung_thuc"
# The certifier's words (NĐ 23/2015/NĐ-CP, annex). BẢN SAO alone is printed on civil-status extracts too.
_ATTESTATION = ("chung thuc ban sao dung voi ban chinh", "chung thuc ban sao nay dung voi ban chinh")
_MOST = 0.99
_RIVAL = 0.03


@cache
def known_titles() -> tuple[tuple[str, str], ...]:
    """(kind, title as printed) for every kind that its title tells."""
    return tuple(
        (kind.id, title) for kind in kinds() for title in kind.titles if kind.id not in (UNKNOWN, CERTIFIED_COPY)
    )


def title_of(page: Page) -> Match | None:
    """The title of a page, or None."""
    found = matches(page, known_titles())
    return found[0] if found else None


def classify(pages: Sequence[Page]) -> KindGuess:
    """The kind of a document by the title on its first page.

    The confidence is how alike printed and known title are, times how surely the title was read; less where a title
    of another kind, just as long, is nearly as alike. For `khac` it is 0.5 when there is text and no title in it, and
    0 when there is nothing to judge by: to reject is not to know.
    """
    if not any(page.lines for page in pages):
        return KindGuess(UNKNOWN, 0.0)
    if is_certified_copy(pages):
        return KindGuess(CERTIFIED_COPY, 0.9)
    found = matches(pages[0], known_titles())
    if not found:
        return KindGuess(UNKNOWN, 0.5)
    best = found[0]
    sure = best.likeness * min(1.0, 0.5 + 0.5 * best.read_confidence / 0.9)
    rivals = [m for m in found if m.owner != best.owner and len(m.title) >= len(best.title)]
    if any(rival.likeness > best.likeness - _RIVAL for rival in rivals):
        sure *= 0.6
    return KindGuess(best.owner, min(_MOST, sure))


def is_certified_copy(pages: Sequence[Page]) -> bool:
    """Whether an officer's words certify the document as a copy of an original."""
    text = fold(" ".join(line.text for page in pages for line in page.lines))
    return any(words in text for words in _ATTESTATION)
