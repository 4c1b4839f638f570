"""Is this Vietnamese? The shape of a syllable, and whether a PDF's text layer says what its page shows.

Old Vietnamese fonts (TCVN3, VNI), missing and wrong ToUnicode maps give a text layer of wrong letters under a right
picture. No dictionary is used: a written syllable is an initial, a rime and a tone, and few strings of letters are one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from digitize.old_encodings import from_tcvn3, from_vni

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
# Bytes of TCVN3 and VNI come out as these signs and as accented letters; runs of them between spaces are a word.
_OLD_WORD = re.compile(r"[A-Za-z\u00a1-\u00ff]+(?:-[A-Za-z\u00a1-\u00ff]+)*")
_HIGH = re.compile(r"[\u00a1-\u00ff]")
_MAX_UNMAPPED = 0.02
# So many words with bytes of an old font turn into syllables, and did not have the shape of one before.
_OLD_WORDS = 2
_OLD_SHARE = 0.8
_GAIN = 0.4
# Words long enough to have a vowel in any language that is written in Latin letters; of a shuffled alphabet many lack
# one. Words in capitals are left out, and what stands in codes; a word counts once.
_PLAIN_WORD = re.compile(r"(?<![\w./-])[^\W\d_]{3,}(?![\w/-]|\.\w)")
_ALPHABET = re.compile(r"[A-Za-zÀ-ɏẠ-ỹ]+")
_VOWEL = re.compile(r"[aeiouyæœøı]")
_MIN_WORDS = 12
_MIN_VOICED = 0.88
# Letters that nothing but Vietnamese is written with: words that have one are syllables, hardly ever another people's.
_OURS = re.compile(r"[ơƯưƠ\u1ea0-\u1ef9]")
_MIN_OURS = 6
_MIN_OF_OURS = 0.5


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
    return not (_unmapped(text) or _in_old_font(text) or _shuffled(text))


def are_sound(texts: Sequence[str]) -> bool:
    """Whether every part of a text layer can be believed: what each of its fonts writes, and all of it."""
    return is_sound(" ".join(texts)) and all(map(is_sound, texts))


def _unmapped(text: str) -> bool:
    letters = sum(c.isalpha() for c in text)
    lost = sum((unicodedata.category(c) in ("Co", "Cn", "Cc") and c not in "\n\r\t") or c == "\ufffd" for c in text)
    lost += len(_CID.findall(text))
    return lost > _MAX_UNMAPPED * max(letters + lost, 1)


def _in_old_font(text: str) -> bool:
    """Whether words become Vietnamese once their letters are taken for the bytes of TCVN3 or VNI.

    Foreign words with accents do not, and Vietnamese in Unicode has the shape of syllables before as well as after.
    """
    words = [word for word in _OLD_WORD.findall(unicodedata.normalize("NFC", text)) if _HIGH.search(word)]
    if len(words) < _OLD_WORDS:
        return False
    before = sum(map(is_syllable, words)) / len(words)
    after = max(sum(is_syllable(back(word)) for word in words) for back in (from_tcvn3, from_vni)) / len(words)
    return after >= _OLD_SHARE and after - before >= _GAIN


def _shuffled(text: str) -> bool:
    """Whether the letters are exchanged for others, as a wrong map from glyphs to Unicode does."""
    ours = [word for word in _WORD.findall(unicodedata.normalize("NFC", text)) if _OURS.search(word)]
    if len(ours) >= _MIN_OURS and sum(map(is_syllable, ours)) < _MIN_OF_OURS * len(ours):
        return True
    found = set(_PLAIN_WORD.findall(unicodedata.normalize("NFC", text)))
    words = [word for word in found if _ALPHABET.fullmatch(word) and not word.isupper()]
    voiced = sum(_VOWEL.search(_bare(word)) is not None for word in words)
    return len(words) >= _MIN_WORDS and voiced < _MIN_VOICED * len(words)


def _bare(word: str) -> str:
    """Small letters without their marks."""
    return "".join(c for c in unicodedata.normalize("NFD", word.casefold()) if not unicodedata.combining(c))
