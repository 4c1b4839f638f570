"""Is this Vietnamese? The shape of a syllable, and whether a PDF's text layer says what its page shows.

Old Vietnamese fonts (TCVN3, VNI) and missing ToUnicode maps give a text layer of wrong letters under a right picture.
No dictionary is used: a written syllable is an initial, a rime and a tone, and few strings of letters are one.
"""

from __future__ import annotations

import re
import unicodedata

_INITIALS = "ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnprstvx]"
_VOWELS = (
    "iêu|yêu|oai|oay|oao|oeo|uây|uôi|uya|uyê|uyu|ươi|ươu|"
    "ai|ao|au|ay|âu|ây|eo|êu|ia|iê|iu|oa|oă|oe|oi|oo|ôi|ơi|ua|uâ|uê|ui|uô|uơ|uy|ưa|ưi|ươ|ưu|yê|"
    "[aăâeêioôơuưy]"
)
_FINALS = "ng|nh|ch|[cmnpt]"
_SYLLABLE = re.compile(f"(?:{_INITIALS})?(?:{_VOWELS})(?:{_FINALS})?")
_TONES = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}
_WORD = re.compile(r"[^\W\d_]+")
_CID = re.compile(r"\(cid:\d+\)")
# Latin-1 letters and signs that Vietnamese never writes inside a word, and that TCVN3 and VNI bytes turn into.
_ALIEN = set("äåæçëîïðñöøûüÿþßœ÷×µ¶·¸¹º»¼½¾¿¡¢£¤¥¦§¨©ª«¬®¯°±²³´ÄÅÆÇËÎÏÐÑÖØÛÜÞŒ")
_MIN_WORDS = 12
_MIN_SYLLABLES = 0.15
_MAX_ALIEN = 0.02
_MAX_UNMAPPED = 0.02


def is_syllable(word: str) -> bool:
    """Whether a word has the shape of one Vietnamese syllable with at most one tone mark."""
    parts = unicodedata.normalize("NFD", word.casefold())
    tones = sum(part in _TONES for part in parts)
    bare = unicodedata.normalize("NFC", "".join(part for part in parts if part not in _TONES))
    return tones <= 1 and _SYLLABLE.fullmatch(bare) is not None


def syllable_share(text: str) -> float:
    """Share of the words (runs of letters) that are syllables; 1.0 for text without words."""
    words = _WORD.findall(unicodedata.normalize("NFC", text))
    return sum(map(is_syllable, words)) / len(words) if words else 1.0


def is_sound(text: str) -> bool:
    """Whether a text layer can be believed; a foreign language in Unicode is sound, wrong letters are not."""
    letters = sum(c.isalpha() for c in text)
    unmapped = sum((unicodedata.category(c) in ("Co", "Cn", "Cc") and c not in "\n\r\t") or c == "\ufffd" for c in text)
    unmapped += len(_CID.findall(text))
    if unmapped > _MAX_UNMAPPED * max(letters + unmapped, 1):
        return False
    words = re.findall(r"\S*[^\W\d_]\S*", text)
    alien = sum(c in _ALIEN for word in words for c in word)
    if alien > _MAX_ALIEN * max(letters, 1) and alien > 2:
        return False
    return len(words) < _MIN_WORDS or syllable_share(text) >= _MIN_SYLLABLES
