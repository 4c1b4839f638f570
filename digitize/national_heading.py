"""The two lines that head every administrative paper, word for word prescribed (NĐ 30/2020/NĐ-CP, annex I, II.1).

Where all letters of such a line were read and only marks on them are not its own, the marks are the prescribed ones:
in some fonts the horn of *ự* is hardly a pixel.
"""

from __future__ import annotations

from collections.abc import Iterable

from catalogue import fold

_LINES = (
    (("Độc",), ("lập",), ("Tự",), ("do",), ("Hạnh",), ("phúc",)),
    (("Cộng",), ("hòa", "hoà"), ("xã",), ("hội",), ("chủ",), ("nghĩa",), ("Việt",), ("Nam",)),
)
"""Words in their order, each with the ways in which it is written."""
_FOLDED = tuple([fold(ways[0]) for ways in line] for line in _LINES)


def prescribed(words: Iterable[str]) -> dict[int, str]:
    """Which of a line's words, counted from 0, are to be read otherwise, and how; nothing for any other line."""
    spelt = [(at, word) for at, word in enumerate(words) if word.isalpha()]
    folded = [fold(word) for _, word in spelt]
    for line, wanted in zip(_LINES, _FOLDED, strict=True):
        for begin in range(len(folded) - len(wanted) + 1):
            if folded[begin : begin + len(wanted)] == wanted:
                found = zip(spelt[begin : begin + len(wanted)], line, strict=True)
                return {at: _cased(ways[0], word) for (at, word), ways in found if word.lower() not in _small(ways)}
    return {}


def _small(ways: tuple[str, ...]) -> set[str]:
    return {way.lower() for way in ways}


def _cased(way: str, word: str) -> str:
    """The word in capitals where it was read so."""
    if word.isupper():
        return way.upper()
    return way.capitalize() if word[:1].isupper() else way.lower()
