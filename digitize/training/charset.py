"""The letters that the recogniser tells apart: their classes in order, and what stands for the letters it does not.

The first classes are those of the base weights, in their order; what administrative Vietnamese needs besides is
appended, so that old weights stay valid and a new class can start from the weights of the letter it looks like.
"""

from __future__ import annotations

import unicodedata

BASE = (
    "&1#@'()+,-./023456789:ABCDEFGHIJKLMNOPQRSTUVWXYZ_`abcdefghijklmnopqrstuvwxyz<>"
    "ÀÁÂÃÇÈÉÊÌÍÒÓÔÕÙÚÝàáâãçèéêìíòóôõùúýĂăĐđĨĩŨũƠơƯưẠạẢảẤấẦầẨẩẪẫẬậẮắẰằẲẳẴẵẶặẸẹẺẻẼẽẾếỀềỂểỄễỆệỈỉỊịỌọỎỏỐốỒồỔổỖỗỘộ"
    "ỚớỜờỞởỠỡỢợỤụỦủỨứỪừỬửỮữỰựỲỳỴỵỶỷỸỹ’“”;*$% "
)
"""The 222 letters of the base weights, in the order of their classes; the blank stands before them."""
LOOK_ALIKES = {
    "!": "1",
    "?": "7",
    '"': "”",
    "=": "-",
    "[": "(",
    "]": ")",
    "{": "(",
    "}": ")",
    "|": "I",
    "\\": "/",
    "~": "-",
    "°": "'",
    "²": "2",
    "³": "3",
    "½": "2",
    "×": "x",
    "±": "+",
    "≥": ">",
    "≤": "<",
    "§": "S",
    "–": "-",
    "…": ".",
    "·": ".",
    "•": "*",
}
"""A letter that is appended → the base letter from whose weights it starts."""
APPENDED = "".join(LOOK_ALIKES)
CHARSET = BASE + APPENDED

SMALL = "".join(letter for letter in BASE if letter.islower())
CAPITAL = "".join(letter for letter in BASE if letter.isupper())

_SAME = {
    "‘": "’",
    "‚": ",",
    "‛": "’",
    "´": "’",
    "′": "’",
    "″": '"',
    "„": "”",
    "«": "“",
    "»": "”",
    "—": "–",
    "―": "–",
    "‐": "-",
    "‑": "-",
    "‒": "–",
    "−": "-",
    "º": "°",
    "˚": "°",
    "∙": "·",
    "●": "•",
    "▪": "•",
    "■": "•",
    "◦": "•",
    "Ð": "Đ",
    "ð": "đ",
    "Ɖ": "Đ",
    "⁄": "/",
    "\t": " ",
    "\u00a0": " ",
    "\u2002": " ",
    "\u2003": " ",
    "\u2009": " ",
    "\u202f": " ",
    "\u00ad": "",
    "\u200b": "",
    "\ufeff": "",
}
"""Print that nobody can tell apart, or that means the same → the letter that stands for it."""


def readable(text: str) -> str:
    """NFC, one space between words, every letter one of `CHARSET` if it looks like one; the others stay as they are."""
    mapped = "".join(_SAME.get(letter, letter) for letter in unicodedata.normalize("NFC", text))
    return " ".join(mapped.split())


def can_be_read(text: str) -> bool:
    """Whether each letter has a class."""
    return set(text) <= _KNOWN


def encode(text: str) -> list[int]:
    """Class of each letter, counted from 1 (0 is the blank). Raises `KeyError` for a letter without class."""
    return [_CLASS[letter] for letter in text]


_KNOWN = frozenset(CHARSET)
_CLASS = {letter: number for number, letter in enumerate(CHARSET, start=1)}
