"""From the frames of a line to its words: the best path, and where that is in doubt, a beam with the language model.

The language model speaks about letters only. A number, a code, anything with a digit in it keeps the path that the
network saw, and so does a word that the network is sure of, whether the model knows it or not.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from catalogue import nfc
from digitize.ctc import Glyph, aligned, beam, best_path, lattice, rivals
from digitize.language import START, LanguageModel, after, word_of
from digitize.model import Lattice
from digitize.national_heading import prescribed
from digitize.recognizer import Facts, Frames
from digitize.syllables import is_syllable

# A space that is surer parts stretches that are decoded each for itself; a glyph that is less sure, or a rival that is
# likelier, puts a stretch in doubt.
_SURE_SPACE = 0.97
_SURE_GLYPH = 0.95
_RIVAL = 0.03
_WEIGHT = 0.4
_BONUS = 1.6
# The least that the model may say of a known word, of an unknown one with the shape of a syllable, of any other. A
# capital may begin a name, and which syllables are names nobody has counted: there the model says less.
_LEAST = (-12.0, -14.0, -20.0)
_LEAST_NAME = (-9.0, -11.0, -16.0)
_ODD_CASE = 3.0
# Characters and share of digits from which on a token without marks is a number: tax codes and IDs, not plates.
_NUMBER = (9, 0.75)
_LIKE_DIGITS = set("OoQDlIi|!SsBZzGbgq/.,-")
# What is as sure as this is not looked at again.
_CERTAIN = 0.98
# A digit that the network gave less than this was not seen.
_SEEN = 0.02


@dataclass(frozen=True, slots=True)
class Token:
    """A word between two spaces: its characters with their frames, and how sure it is (not calibrated)."""

    text: str
    glyphs: tuple[Glyph, ...]
    sure: float


def joined(tokens: Sequence[Token]) -> Token:
    """One token of several, as of digits that stood in boxes."""
    glyphs = tuple(glyph for token in tokens for glyph in token.glyphs)
    return Token("".join(token.text for token in tokens), glyphs, min(token.sure for token in tokens))


def is_number(text: str) -> bool:
    """Whether a token is a long number in which some digits were read as letters."""
    digits = sum(map(str.isdigit, text))
    coded = text[:2].isalpha()
    return text.isalnum() and not coded and _NUMBER[0] <= len(text) and _NUMBER[1] * len(text) <= digits < len(text)


def may_be_number(text: str) -> bool:
    """Whether a token holds a digit, or nothing but what digits are mistaken for."""
    return any(map(str.isdigit, text)) or all(character in _LIKE_DIGITS for character in text)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Glyphs between two sure spaces; the frames from `start` to `end` hold nothing else."""

    glyphs: tuple[Glyph, ...]
    start: int
    end: int

    @property
    def text(self) -> str:
        return "".join(glyph.text for glyph in self.glyphs)


class Decoder:
    """Reads frames with a charset and a language model; without a model, by the best path alone."""

    def __init__(self, facts: Facts, language: LanguageModel | None) -> None:
        self._charset = facts.charset
        self._language = language
        self._scored = lru_cache(maxsize=100_000)(self._score)

    def number(self, frames: Frames, token: Token) -> Token:
        """A token of which it is known that it is a number, read once more with digits only.

        Field-aware decoding: an ID read as `0O119…` has the digits that the network saw second, with their own,
        lower confidence. The token comes back as it is where no digit was seen in a character's place.
        """
        begin, end = max(0, token.glyphs[0].start - 1), token.glyphs[-1].end + 1
        part = Frames(frames.values[begin:end], frames.classes[begin:end], frames.blank[begin:end])
        glyphs = tuple(best_path(part, self._charset, str.isdecimal, begin))
        if len(glyphs) != len(token.glyphs) or min(glyph.sure for glyph in glyphs) < _SEEN:
            return token
        text = "".join(glyph.text for glyph in glyphs)
        return Token(text, glyphs, min(glyph.sure for glyph in glyphs))

    def doubts(self, frames: Frames, token: Token) -> Lattice:
        """What else a doubtful token may be if it may be a number; nothing of others, so that little is kept."""
        if token.sure >= _CERTAIN or not may_be_number(token.text):
            return ()
        begin, end = max(0, token.glyphs[0].start - 1), token.glyphs[-1].end + 1
        part = Frames(frames.values[begin:end], frames.classes[begin:end], frames.blank[begin:end])
        return lattice(part, self._charset)

    def tokens(self, frames: Frames) -> list[Token]:
        """The words of a line from left to right; long numbers are read as numbers, the national heading's words as
        they are prescribed."""
        found = [self.number(frames, token) if is_number(token.text) else token for token in self._tokens(frames)]
        for at, text in prescribed(token.text for token in found).items():
            found[at] = _spelt(found[at], text)
        return found

    def _tokens(self, frames: Frames) -> list[Token]:
        glyphs = best_path(frames, self._charset)
        if self._language is None:
            return list(_words(glyphs))
        rival = (rivals(frames) > _RIVAL).tolist()
        stretches = list(_stretches(glyphs, len(frames.blank)))
        found: list[Token] = []
        before = START
        for at, stretch in enumerate(stretches):
            follows = next(iter(stretches[at + 1].text.split()), "") if at + 1 < len(stretches) else ""
            if self._doubtful(stretch, rival):
                tokens = self._corrected(frames, stretch, before, follows)
            else:
                tokens = list(_words(stretch.glyphs))
            if tokens:
                before = after(tokens[-1].text)
            found += tokens
        return found

    def _doubtful(self, stretch: _Stretch, rival: Sequence[bool]) -> bool:
        if any(glyph.text.isdigit() for glyph in stretch.glyphs):
            return False
        return any(rival[stretch.start : stretch.end]) or any(glyph.sure < _SURE_GLYPH for glyph in stretch.glyphs)

    def _corrected(self, frames: Frames, stretch: _Stretch, before: str, follows: str) -> list[Token]:
        cut = slice(stretch.start, stretch.end)
        part = Frames(frames.values[cut], frames.classes[cut], frames.blank[cut])

        def prior(text: str, whole: bool) -> float:
            return self._prior(text, whole, before, follows)

        texts = beam(part, self._charset, _no_digit, prior)
        best = texts[0][0]
        if best == stretch.text:
            glyphs: Sequence[Glyph] = stretch.glyphs
        else:
            glyphs = aligned(part, best, self._charset, stretch.start)
        shares = _shares(texts)
        words = best.split()
        found = []
        for at, token in enumerate(_words(glyphs)):
            share = sum(share for text, share in shares if _agrees(text.split(), words, at))
            # What the language model is sure of and the network half saw is not as sure as what was seen.
            found.append(replace(token, sure=min(share, (1 + token.sure) / 2)))
        return found

    def _prior(self, text: str, whole: bool, before: str, follows: str) -> float:
        """What the language model adds to a text; its last word counts once it is whole."""
        words = text.split(" ")
        if not whole:
            words.pop()
        total = 0.0
        for word in words:
            if word:
                total += self._scored(before, word)
                before = after(word)
        return total + self._scored(before, follows) if whole and follows else total

    def _score(self, before: str, token: str) -> float:
        assert self._language is not None
        word = word_of(token)
        letters = "".join(filter(str.isalpha, token))
        least = _LEAST_NAME if letters[:1].isupper() else _LEAST
        if word is None:
            # Marks alone cost nothing, a mixed token as much as a foreign word.
            return _WEIGHT * least[2] + _BONUS if letters else 0.0
        if word in self._language:
            likely = max(least[0], self._language.log_probability(before, word))
        else:
            likely = least[1] if is_syllable(word) else least[2]
        if len(letters) > 1 and not (letters.isupper() or letters.islower() or letters.istitle()):
            likely -= _ODD_CASE
        return _WEIGHT * likely + _BONUS


def _spelt(token: Token, text: str) -> Token:
    """A token with other letters in the places of its own."""
    if len(text) != len(token.glyphs):
        return replace(token, text=text)
    glyphs = tuple(replace(glyph, text=letter) for glyph, letter in zip(token.glyphs, text, strict=True))
    return replace(token, text=text, glyphs=glyphs)


def _no_digit(text: str) -> bool:
    return not text.isdigit()


def _stretches(glyphs: Sequence[Glyph], total: int) -> Iterator[_Stretch]:
    """The line cut at spaces that are sure."""
    start, held = 0, list[Glyph]()
    for glyph in glyphs:
        if glyph.text == " " and glyph.sure >= _SURE_SPACE:
            if held:
                yield _Stretch(tuple(held), start, glyph.start)
            start, held = glyph.end, []
        else:
            held.append(glyph)
    if held:
        yield _Stretch(tuple(held), start, total)


def _words(glyphs: Sequence[Glyph]) -> Iterator[Token]:
    """Words at spaces; each is as sure as the least sure of its characters."""
    held: list[Glyph] = []
    for glyph in (*glyphs, Glyph(" ", 0, 0, 1.0)):
        if glyph.text != " ":
            held.append(glyph)
        elif held:
            yield Token(nfc("".join(g.text for g in held)), tuple(held), min(g.sure for g in held))
            held = []


def _shares(texts: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
    """The scores as shares of one."""
    best = texts[0][1]
    weights = [math.exp(score - best) for _, score in texts]
    return [(text, weight / sum(weights)) for (text, _), weight in zip(texts, weights, strict=True)]


def _agrees(words: Sequence[str], best: Sequence[str], at: int) -> bool:
    """Whether other words hold the best's word at the same place, counted from either end."""
    back = at - len(best)
    return (at < len(words) and words[at] == best[at]) or (-back <= len(words) and words[back] == best[at])
