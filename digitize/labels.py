"""Printed labels and what stands after them: "Họ, chữ đệm, tên: NGUYỄN THỊ MẪU   Giới tính: Nữ".

A label is words of the catalogue, compared folded and loosely, with a colon after it (or a bracket and a colon). Its
value runs to the next label of the line, to the line's end, or on to lines that go on without a label of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from catalogue import fold
from digitize.model import Word
from digitize.spans import TextLine, words_between

_LOOSE = 0.86
_SHORT = 6
# Words that forms put into a label or leave out.
_FILLERS = {"nguoi", "cua", "so", "va"}
_ENUMERATOR = re.compile(r"^[\s\-–+•*]*(?:\(?(?:\d{1,2}|[IVX]{1,4}|[a-hđ])[.)]\s*)?")
_NEXT_ENUMERATOR = re.compile(r"\s+(?:\d{1,2}|[a-h])[.)]\s*$")
_RUNS_ON = 0.8


@dataclass(frozen=True, slots=True)
class Labelled:
    """A label and its value: `label` as printed, `value` the text after it, `at` where it begins in the first line."""

    label: str
    key: str
    lines: tuple[TextLine, ...]
    value: str
    words: tuple[Word, ...]

    @property
    def page(self) -> int:
        return self.lines[0].page


@lru_cache(maxsize=4096)
def label_key(text: str) -> str:
    """What of a label is compared: its words folded, without signs and brackets."""
    bare = re.sub(r"\([^)]*\)?", " ", fold(text))
    return " ".join(re.findall(r"[a-z0-9]+", bare))


@lru_cache(maxsize=16384)
def label_likeness(wanted: str, printed: str) -> float:
    """How alike two label keys are, 0 to 1; short ones have to be the same."""
    if wanted == printed:
        return 1.0
    one, other = ("".join(word for word in key.split() if word not in _FILLERS) for key in (wanted, printed))
    if len(one) < _SHORT or abs(len(one) - len(other)) > 0.3 * len(one):
        return 0.0
    # A word more makes it another label: the mother's name is not the name.
    if one != other and (one.startswith(other) or other.startswith(one)) and abs(len(one) - len(other)) > 1:
        return 0.0
    ratio = SequenceMatcher(None, one, other, autojunk=False).ratio()
    return ratio if ratio >= _LOOSE else 0.0


def labelled(lines: Sequence[TextLine]) -> list[Labelled]:
    """Every label with a colon on the lines, in reading order, with its value."""
    found = []
    for at, line in enumerate(lines):
        for label, start, end, last in _in_line(line.text):
            value, words, used = line.text[start:end], words_between(line, start, end), [line]
            if last:
                for following in _running_on(lines, at):
                    value, used = f"{value} {following.text}", [*used, following]
                    words = [*words, *following.words]
            found.append(Labelled(label, label_key(label), tuple(used), value.strip(), tuple(words)))
    return found


def _in_line(text: str) -> Iterator[tuple[str, int, int, bool]]:
    """(label, start of value, end of value, whether it is the line's last) for every colon that ends a label."""
    colons = [match.end() for match in re.finditer(r":(?!\d\d)", text)]
    begins = [_label_start(text, 0 if not at else colons[at - 1], colon) for at, colon in enumerate(colons)]
    for at, colon in enumerate(colons):
        end = begins[at + 1] if at + 1 < len(colons) else len(text)
        if at + 1 < len(colons):
            end = colon + len(_NEXT_ENUMERATOR.sub("", text[colon:end]))
        yield text[begins[at] : colon - 1], colon, end, at + 1 == len(colons)


def _label_start(text: str, after: int, colon: int) -> int:
    """Where the label before a colon begins: at the line's start, or at the last word that can begin one."""
    if not after:
        enumerator = _ENUMERATOR.match(text)
        return enumerator.end() if enumerator else 0
    between = text[after : colon - 1]
    numbered = list(re.finditer(r"(?:^|\s)(?:\d{1,2}|[a-h])[.)]\s*(?=\S)", between))
    if numbered:
        return after + numbered[-1].end()
    # The value before has no end of its own; a label begins with its last capital that follows a small letter,
    # a digit or a sign, and is not itself inside a run of capitals (a name).
    starts = [
        m.start(1) for m in re.finditer(r"(?:^|[\s,;])([^\W\d_])(?=[^\W\d_]*[^\W\d_A-ZĐ])", between) if m[1].isupper()
    ]
    return after + starts[0] if len(starts) == 1 else after + (starts[-1] if starts else 0)


def _running_on(lines: Sequence[TextLine], at: int) -> Iterable[TextLine]:
    """Lines that go on with the value of the last label of line `at`."""
    for before, line in zip(lines[at:], lines[at + 1 : at + 4], strict=False):
        far = before.placed.right >= _RUNS_ON
        height = before.placed.bottom - before.placed.top
        near = line.page == before.page and 0 <= line.placed.top - before.placed.bottom < 1.2 * height
        if not (far and near) or ":" in line.text or re.match(r"\s*(?:\d{1,2}|[IVX]+)[.)]", line.text):
            return
        yield line
