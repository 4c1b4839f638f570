"""Lines that run over two columns, cut where the gap is too wide to be a space.

Heads of official papers have the issuer at the left and the national heading at the right; a signer block stands
beside a list of recipients. An engine that joins them makes one line of two.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from statistics import median

from catalogue import fold
from digitize.model import Line, Word, quad_of

# Gaps of so many word heights part columns. After a colon a value may stand far off, and a number's digits may stand
# in boxes of their own.
_WIDE = 2.2
_LEAST = 1e-6
# The first letters of Cộng hòa and Độc lập as they are read; the text of a lone hyphen is nothing without it.
_HEADS = ("", *"CcĐđDd")


def cut_columns(lines: Iterable[Line]) -> Iterator[Line]:
    """The lines of a straight page, those with wide gaps in pieces, from left to right."""
    for line in lines:
        if len(line.words) < 2:
            yield line
            continue
        height = median(word.box[3] - word.box[1] for word in line.words)
        part = [line.words[0]]
        pieces = [part]
        for at, word in enumerate(line.words[1:], start=1):
            wide = word.box[0] - part[-1].box[2] > _WIDE * height and not _belongs(part[-1], word)
            if wide or _is_national(line.words[at : at + 3]) or _is_place(line.words, at):
                part = []
                pieces.append(part)
            part.append(word)
        if len(pieces) == 1:
            yield line
        else:
            yield from (piece_of(line, piece) for piece in pieces)


def piece_of(line: Line, words: list[Word]) -> Line:
    """A piece of a line: its words say of it what all the words say of the line."""
    piece, whole = line_of(words), line_of(list(line.words)).confidence
    if not 0 < whole < 1:
        return piece
    power = math.log(max(line.confidence, _LEAST)) / math.log(whole)
    return replace(piece, confidence=float(piece.confidence**power))


def _belongs(before: Word, word: Word) -> bool:
    return before.text.endswith(":") or (before.text.isdigit() and word.text.isdigit())


def _is_national(words: Sequence[Word]) -> bool:
    """Whether the national heading begins here: it is always a column of its own, however close the issuer comes."""
    if words[0].text.lstrip("- ")[:1] not in _HEADS:
        return False
    beginning = fold("".join(word.text for word in words)).replace(" ", "").replace("-", "")
    return beginning.startswith(("conghoaxa", "doclap"))


def _is_place(words: Sequence[Word], at: int) -> bool:
    """Whether the place and day of issue begin here, which stand in the column beside the document's number."""
    numbered = fold(words[0].text).startswith("so") and "/" in words[at - 1].text
    return numbered and any(word.text.endswith(",") for word in words[at : at + 5]) and _says_day(words[at:])


def _says_day(words: Sequence[Word]) -> bool:
    return words[0].text[:1].isupper() and any(fold(word.text) == "ngay" for word in words[1:7])


def line_of(words: list[Word]) -> Line:
    """A line around its words; it is as sure as all its words together."""
    box = (
        min(word.box[0] for word in words),
        min(word.box[1] for word in words),
        max(word.box[2] for word in words),
        max(word.box[3] for word in words),
    )
    sure = math.prod(word.confidence for word in words)
    return Line(" ".join(word.text for word in words), box, quad_of(box), sure, tuple(words))
