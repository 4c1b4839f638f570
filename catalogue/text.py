"""Vietnamese text as the product compares it: NFC at every boundary, folded for search, loosened for names."""

from __future__ import annotations

import re
import unicodedata

_SPACES = re.compile(r"\s+")
_TONES = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}
# Zero-width characters and soft hyphens come with copied text; they carry nothing a reader sees.
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_GLIDES = ("oa", "oe", "uy")
# Every letter of Vietnamese with marks, as its bare letter: nearly all texts are folded by this alone.
_BARE = str.maketrans(
    "àáâãèéêìíòóôõùúýăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ"
    "ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝĂĐĨŨƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ",
    "aaaaeeeiioooouuyadiuouaaaaaaaaaaaaeeeeeeeeiioooooooooooouuuuuuuyyyy" * 2,
)


def nfc(text: str) -> str:
    """`text` composed to Unicode NFC, the form every boundary of the product carries."""
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """`text` without tone and letter marks, đ as d, case folded, white space collapsed and trimmed.

    The search key: `fold("Nguyễn  Thị ĐÀO") == "nguyen thi dao"`. Idempotent, and the same for NFC and NFD input.
    """
    plain = text.translate(_BARE)
    if plain.isascii():
        return _SPACES.sub(" ", plain.lower()).strip()
    # Case folding may give letters that decompose again (ẞ, İ, Greek with iota), hence decomposing before and after.
    bare = _without_marks(_without_marks(text).replace("đ", "d").replace("Đ", "D").casefold())
    return _SPACES.sub(" ", bare).strip()


def tone_key(text: str) -> str:
    """`text` case folded with its tone marks kept, written the old way (hòa, not hoà; thúy, not thuý).

    For matching only, never for storing: the two placements of a tone mark are the same spelling to a reader.
    """
    words = _SPACES.sub(" ", nfc(text.translate(_INVISIBLE)).casefold()).strip().split(" ")
    return nfc(" ".join(_old_placement(word) for word in words))


def name_key(text: str) -> str:
    """`tone_key` with y and i made one after a consonant (Lý and Lí, Mỹ and Mĩ), for comparing people's names."""
    return " ".join(_i_for_y(word) for word in tone_key(text).split(" "))


def same_name(a: str, b: str, *, tones: bool = True) -> bool:
    """Whether two writings are the same person's name: case, spacing, tone placement and i/y apart.

    With `tones` false, marks do not count either: for text from engines that lose them, never for deciding who owns
    a document. Empty names are the same as nothing.
    """
    left, right = (name_key(a), name_key(b)) if tones else (name_key(fold(a)), name_key(fold(b)))
    return bool(left) and left == right


def _without_marks(text: str) -> str:
    split = unicodedata.normalize("NFD", text.translate(_INVISIBLE))
    return unicodedata.normalize("NFC", "".join(c for c in split if not unicodedata.combining(c)))


def _old_placement(word: str) -> str:
    """Moves a tone mark of an open oa, oe, uy to its first letter; `qu` is a consonant, so quý stays."""
    split = unicodedata.normalize("NFD", word)
    for glide in _GLIDES:
        for tone in _TONES:
            late = glide + tone
            if split.endswith(late) and not split.endswith("q" + late):
                return split[: -len(late)] + glide[0] + tone + glide[1]
    return split


def _i_for_y(word: str) -> str:
    """The final y of a syllable without another vowel reads as i; uy, ay, ây keep theirs, as they are other sounds."""
    split = unicodedata.normalize("NFD", word)
    match = re.fullmatch(r"([bcdđghklmnpqrstvx]+)y([\u0300\u0301\u0303\u0309\u0323]?)", split)
    return nfc(match[1] + "i" + match[2]) if match else nfc(split)
