"""Runs of words on a page: what a value was read from, and so where it stands and how sure it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from digitize.model import Box, Field, Line, Page, Word
from digitize.titles import Placed, placed


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line with its page's number and where it stands on the straight page (shares of width and height)."""

    page: int
    placed: Placed

    @property
    def line(self) -> Line:
        return self.placed.line

    @property
    def text(self) -> str:
        return self.placed.line.text

    @property
    def words(self) -> tuple[Word, ...]:
        return self.placed.line.words


def text_lines(pages: Sequence[Page]) -> list[TextLine]:
    """All lines of a document in reading order."""
    return [TextLine(page.number, line) for page in pages for line in placed(page)]


def words_between(line: TextLine, start: int, end: int) -> list[Word]:
    """The words that the characters from `start` to `end` of the line's text belong to."""
    found, at = [], 0
    for word in line.words:
        if at < end and at + len(word.text) > start:
            found.append(word)
        at += len(word.text) + 1
    return found


def box_around(words: Sequence[Word]) -> Box:
    """The box around some words."""
    return (
        min(word.box[0] for word in words),
        min(word.box[1] for word in words),
        max(word.box[2] for word in words),
        max(word.box[3] for word in words),
    )


def field(name: str, value: str, page: int, words: Sequence[Word], sure: float = 1.0) -> Field:
    """A field that was read from words: as sure as the least sure of them, times what the reading of it left."""
    least = min((word.confidence for word in words), default=0.0)
    return Field(name, value, least * sure, page, box_around(words) if words else None)
