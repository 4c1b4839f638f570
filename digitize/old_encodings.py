"""What Vietnamese looks like when fonts of before Unicode (TCVN3, VNI) are read as Latin-1, and the way back.

TCVN 5712:1993 puts each letter with its mark into one byte, VNI writes the letter and then a byte for its marks. Where
a PDF's font says nothing of Unicode, its text comes out as those bytes. The way back serves to find that out by
measuring the syllables; the page itself is recognised anew: a capital font (`.VnTimeH`) writes capitals in small
letters, and who knows which of a page's fonts are old.
"""

from __future__ import annotations

import re
import unicodedata

_TCVN3 = {
    "µ": "à", "¶": "ả", "·": "ã", "¸": "á", "¹": "ạ", "¨": "ă", "»": "ằ", "¼": "ẳ", "½": "ẵ", "¾": "ắ", "Æ": "ặ",
    "©": "â", "Ç": "ầ", "È": "ẩ", "É": "ẫ", "Ê": "ấ", "Ë": "ậ", "Ì": "è", "Î": "ẻ", "Ï": "ẽ", "Ð": "é", "Ñ": "ẹ",
    "ª": "ê", "Ò": "ề", "Ó": "ể", "Ô": "ễ", "Õ": "ế", "Ö": "ệ", "×": "ì", "Ø": "ỉ", "Ü": "ĩ", "Ý": "í", "Þ": "ị",
    "ß": "ò", "á": "ỏ", "â": "õ", "ã": "ó", "ä": "ọ", "«": "ô", "å": "ồ", "æ": "ổ", "ç": "ỗ", "è": "ố", "é": "ộ",
    "¬": "ơ", "ê": "ờ", "ë": "ở", "ì": "ỡ", "í": "ớ", "î": "ợ", "ï": "ù", "ñ": "ủ", "ò": "ũ", "ó": "ú", "ô": "ụ",
    "\u00ad": "ư", "õ": "ừ", "ö": "ử", "÷": "ữ", "ø": "ứ", "ù": "ự", "ú": "ỳ", "û": "ỷ", "ü": "ỹ", "ý": "ý", "þ": "ỵ",
    "®": "đ", "§": "Đ", "¡": "Ă", "¢": "Â", "£": "Ê", "¤": "Ô", "¥": "Ơ", "¦": "Ư",
}  # fmt: skip
_GRAVE, _ACUTE, _TILDE, _HOOK, _DOT = "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"
_ROOF, _BOW = "\u0302", "\u0306"
_VNI_MARKS = {
    "ø": _GRAVE, "ù": _ACUTE, "õ": _TILDE, "û": _HOOK, "ï": _DOT, "â": _ROOF, "à": _ROOF + _GRAVE,
    "á": _ROOF + _ACUTE, "ã": _ROOF + _TILDE, "å": _ROOF + _HOOK, "ä": _ROOF + _DOT, "ê": _BOW, "è": _BOW + _GRAVE,
    "é": _BOW + _ACUTE, "ü": _BOW + _TILDE, "ú": _BOW + _HOOK, "ë": _BOW + _DOT,
}  # fmt: skip
_VNI_LETTERS = {"ô": "ơ", "ö": "ư", "ñ": "đ", "ì": "ì", "í": "í", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}
_VNI_MARKED = re.compile(f"([aeiouyôö])([{''.join(_VNI_MARKS)}])", re.IGNORECASE)


def from_tcvn3(text: str) -> str:
    """The text that was written with a TCVN3 font, from its bytes as Latin-1.

    The byte of `ư` is a soft hyphen there, which many readers make a hyphen of.
    """
    return text.translate({ord(byte): letter for byte, letter in _TCVN3.items()} | {ord("-"): "ư"})


def from_vni(text: str) -> str:
    """The text that was written with a VNI font, from its bytes as Latin-1."""

    def marked(found: re.Match[str]) -> str:
        letter, marks = found[1], _VNI_MARKS[found[2].lower()]
        return _cased(_VNI_LETTERS.get(letter.lower(), letter.lower()) + marks, like=letter)

    spelled = _VNI_MARKED.sub(marked, text)
    return unicodedata.normalize("NFC", "".join(_vni_letter(c) for c in spelled))


def _vni_letter(letter: str) -> str:
    return _cased(_VNI_LETTERS.get(letter.lower(), letter.lower()), like=letter)


def _cased(letters: str, like: str) -> str:
    return unicodedata.normalize("NFC", letters.upper() if like.isupper() else letters)
