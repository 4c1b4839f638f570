"""Every Vietnamese letter can be printed with every font that ships."""

from __future__ import annotations

import unicodedata

import pytest
from fontTools.ttLib import TTFont

from catalogue import FONT_NAMES, FontName, font_path

VOWELS = "aăâeêioôơuưy"
TONES = ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]
LETTERS = {
    unicodedata.normalize("NFC", case + tone) for vowel in VOWELS for case in (vowel, vowel.upper()) for tone in TONES
} | set("đĐ")
OTHERS = set("→←↑↓✓✗☐☑■□●○★₫€•…–—“”‘’«»№°²³½×÷±≤≥§©\u00a0\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323")


@pytest.mark.parametrize("name", FONT_NAMES)
def test_each_vietnamese_letter_and_form_symbol_has_a_visible_glyph(name: FontName) -> None:
    assert len(LETTERS) == 12 * 2 * 6 + 2
    font = TTFont(font_path(name))
    cmap, glyphs = font.getBestCmap(), font["glyf"]
    wanted = LETTERS | OTHERS | set(map(chr, range(0x21, 0x7F)))
    assert [c for c in sorted(wanted) if ord(c) not in cmap] == []
    assert [c for c in sorted(wanted - {"\u00a0"}) if glyphs[cmap[ord(c)]].numberOfContours == 0] == []


@pytest.mark.parametrize("name", FONT_NAMES)
def test_fonts_may_be_embedded_and_have_the_units_that_marks_need(name: FontName) -> None:
    font = TTFont(font_path(name))
    assert font["OS/2"].fsType == 0
    assert font["head"].unitsPerEm == (1000 if name.startswith("Noto") else 2048)


def test_the_licence_ships_beside_the_fonts() -> None:
    text = (font_path("Tinos-Regular").parent / "OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE" in text
    assert "PERMISSION" in text
