"""What training lines say: stretches of the given text, and our own forms, names, numbers, headings and cells.

The given text lends stretches of words and is never stored; a twentieth of its lines is kept for testing.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from catalogue import FieldType, kinds
from digitize.training import codes
from digitize.training.charset import APPENDED, CAPITAL, CHARSET, SMALL, can_be_read, readable
from digitize.training.parts import PARTS
from digitize.training.people import address, person, place, province_name

TEST_SHARE = 20
"""Every so-manieth line of the given text is for testing."""
_GLUED = re.compile(rf"(?<=[{SMALL})])(?=[{CAPITAL}][{SMALL}])")
_DOTS = re.compile(r"[.…]{4,}|…{2,}|_{2,}")
_ONSETS = (*PARTS["onsets"], "")
_RIMES = PARTS["rimes"]
_TONES = ("\u0300", "\u0301", "\u0303", "\u0309", "\u0323", "")
_VOWEL = "aăâeêioôơuưy"
_MOTTO = (
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc",
    "Độc lập – Tự do – Hạnh phúc",
    "TM. ỦY BAN NHÂN DÂN",
    "KT. CHỦ TỊCH",
    "PHÓ CHỦ TỊCH",
    "CHỦ TỊCH",
    "TL. CHỦ TỊCH",
    "(Ký, ghi rõ họ tên)",
    "(Ký tên, đóng dấu)",
    "Nơi nhận:",
    "- Như trên;",
    "- Lưu: VT, TP.",
    "Kính gửi:",
    "NGƯỜI KÝ GIẤY",
    "Người làm đơn",
)
_BODIES = (
    "ỦY BAN NHÂN DÂN",
    "UBND",
    "HỘI ĐỒNG NHÂN DÂN",
    "SỞ TƯ PHÁP",
    "CÔNG AN",
    "VĂN PHÒNG ĐĂNG KÝ ĐẤT ĐAI",
    "TRƯỜNG THCS",
    "CHI CỤC THUẾ",
)

_NUMBERED = 0.1
"""Share of the boxes to tick that hold a figure: it is read, a tick is not."""
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "IX", "X")
_MARKS = ("-", "+", "•", "*", "–", "a)", "b)", "đ)", "1.", "2.1.", "§")
_QUOTES = ("“{}”", '"{}"', "({})", "‘{}’", "[{}]", "‘{}’")


@dataclass(frozen=True, slots=True)
class Run:
    """A part of a line: text as printed; `leader` is a dotted line that is not read, `boxed` one letter a box."""

    text: str
    leader: bool = False
    dotted: bool = False
    """A leader that is ruled, not typed: its text says how long it is."""
    tick: bool = False
    """A box to tick, drawn and, like a leader, not read."""
    boxed: bool = False
    value: bool = False
    """Filled in, perhaps in another hand."""
    column: tuple[str, ...] = ()
    """What stands in the cells above and below, where the line is a cell of a table."""


def truth(runs: Sequence[Run]) -> str:
    """What a reader should answer."""
    return readable(" ".join(run.text for run in runs if not run.leader))


def given_lines(folder: Path, *, test: bool) -> list[str]:
    """The lines of every `.txt` under a folder, those for testing or those for training."""
    lines: list[str] = []
    for path in sorted(folder.rglob("*.txt")):
        lines += path.read_text(encoding="utf-8", errors="replace").splitlines()
    return [line for at, line in enumerate(lines) if (at % TEST_SHARE == 0) == test]


def stretch(line: str) -> str:
    """A line of the given text as print: words run together are parted, leaders left out, three dots are one sign."""
    apart = _DOTS.sub(" ", _GLUED.sub(" ", line))
    return readable(apart.replace("...", "…"))


class Writer:
    """Writes lines: `write(rng)` answers the runs of one.

    A natural writer writes what papers hold; the other adds syllables and signs in no order that could be guessed,
    which teach to look closely and say little about papers.
    """

    def __init__(self, given: Sequence[str], *, natural: bool = False) -> None:
        self._words = [words for words in (stretch(line).split() for line in given) if words]
        fields = [field for kind in kinds() for field in kind.fields]
        self._labels = sorted({(label, field.type) for field in fields for label in field.labels}, key=str)
        self._titles = sorted({title for kind in kinds() for title in kind.titles})
        self._ways: list[tuple[float, Callable[[random.Random], tuple[Run, ...]]]] = [
            (36, lambda rng: (Run(self.body(rng)),)),
            (18, self._form),
            (5, lambda rng: (Run(_cased(person(rng), rng)),)),
            (6, lambda rng: (Run(address(rng)),)),
            (4, lambda rng: (Run(codes.date(rng)),)),
            (4, lambda rng: (Run(codes.document_number(rng)),)),
            (4, lambda rng: (Run(codes.code(rng)),)),
            (3, lambda rng: (Run(codes.money(rng)),)),
            (2, lambda rng: (Run(codes.contact(rng)),)),
            (6, lambda rng: (Run(codes.number(rng)),)),
            (4, _cell),
            (2, lambda rng: (Run(codes.mixed(rng)),)),
            (6, lambda rng: (Run(self._heading(rng)),)),
            (2, _leader_alone),
            (3, _number_alone),
            (4, self._choice),
        ]
        if not natural:
            self._ways.append((6, lambda rng: (Run(_invented(rng)),)))
            self._ways.append((4, lambda rng: (Run(self._signs(rng)),)))
        self._weights = [weight for weight, _ in self._ways]

    def write(self, rng: random.Random) -> tuple[Run, ...]:
        """The runs of a line whose every letter has a class, at most 90 letters."""
        while True:
            runs = rng.choices(self._ways, self._weights)[0][1](rng)
            text = truth(runs)
            if len(text) <= 90 and can_be_read(text):
                return runs

    def body(self, rng: random.Random) -> str:
        """A stretch of the given text, or of our own where none is given."""
        if not self._words:
            return _invented(rng)
        words = rng.choice(self._words)
        wanted = rng.choices((rng.randint(2, 12), rng.randint(10, 40), rng.randint(40, 88)), (2, 4, 5))[0]
        begin = rng.randrange(len(words)) if rng.random() < 0.8 else 0
        text = ""
        for word in words[begin:]:
            if text and len(text) + len(word) + 1 > wanted:
                break
            text = f"{text} {word}".strip()
        text = text[:88].strip()
        return text.upper() if rng.random() < 0.07 else text

    def _form(self, rng: random.Random) -> tuple[Run, ...]:
        """A label, dotted or not, and what was filled in; sometimes two of them."""
        runs: list[Run] = []
        for _ in range(rng.choices((1, 2), (4, 1))[0]):
            label, type_ = rng.choice(self._labels)
            if rng.random() < 0.15:
                label = f"{rng.randint(1, 20)}{rng.choice(('.', ')', '.'))} {label}"
            runs.append(Run(label + rng.choice((":", ":", ":", "", " (nếu có):", " (1):"))))
            dotted, ruled = rng.random() < 0.6, rng.random() < 0.6
            if dotted and not ruled and rng.random() < 0.5:
                runs.append(Run("." * rng.randint(4, 30), leader=True))
            if rng.random() < 0.88:
                value = self._value(type_, rng)
                boxed = type_ is FieldType.CITIZEN_ID and rng.random() < 0.45
                runs.append(Run(value.replace(" ", "") if boxed else value, boxed=boxed, value=True))
            if dotted:
                runs.append(Run(rng.choice(".…_.") * rng.randint(4, 40), leader=True, dotted=ruled))
        return tuple(runs)

    def _choice(self, rng: random.Random) -> tuple[Run, ...]:
        """Boxes to tick with what they stand for, before it or behind; some hold the number of what was chosen."""
        runs = [Run(f"{rng.choice(self._labels)[0]}:")] if rng.random() < 0.6 else []
        before = rng.random() < 0.7
        for _ in range(rng.randint(1, 3)):
            box, words = Run("", leader=True, tick=True), Run(" ".join(self.body(rng).split()[: rng.randint(1, 4)]))
            if rng.random() < _NUMBERED:
                box = Run(codes.digits(rng, 1), boxed=True, value=True)
            runs += [box, words] if before else [words, box]
        return tuple(runs)

    def _value(self, type_: FieldType, rng: random.Random) -> str:
        makers: dict[FieldType, Callable[[random.Random], str]] = {
            FieldType.CITIZEN_ID: codes.citizen_id,
            FieldType.DATE: codes.date,
            FieldType.CODE: codes.code,
            FieldType.PLACE: address,
            FieldType.NAME: lambda r: _cased(person(r), r),
        }
        if type_ in makers:
            return makers[type_](rng)
        return rng.choice((codes.number, codes.code, place, province_name, self.body, person))(rng)

    def _heading(self, rng: random.Random) -> str:
        ways = (
            rng.choice(_MOTTO),
            rng.choice(self._titles),
            f"{rng.choice(_BODIES)} {rng.choice(('XÃ', 'PHƯỜNG', 'TỈNH', 'HUYỆN', 'THÀNH PHỐ'))} {place(rng).upper()}",
            f"{rng.choice(('PHẦN', 'CHƯƠNG', 'Chương', 'MỤC', 'PHỤ LỤC'))} {rng.choice(_ROMAN)}",
            f"Điều {rng.randint(1, 200)}. {self.body(rng)[:50].strip()}",
            f"{rng.choice(_MARKS)} {self.body(rng)[:60].strip()}",
            rng.choice(_QUOTES).format(self.body(rng)[:40].strip()) + rng.choice(("", ".", ";", ",", "?", "!")),
        )
        return rng.choice(ways)

    def _signs(self, rng: random.Random) -> str:
        """Letters in no order that a language model could guess, rare signs more often than they come."""
        words = []
        for _ in range(rng.randint(1, 5)):
            pool = rng.choice(
                (CHARSET, APPENDED, "0123456789.,-/:", "OoQ0Iil1|!B8S5Z2G6", "ƠơỚớỠỡỢợƯưỨứỮữỰựÍíÌìỈỉĨĩỊị")
            )
            words.append("".join(rng.choices(pool, k=rng.randint(1, 8))))
        return " ".join(words)


def _number_alone(rng: random.Random) -> tuple[Run, ...]:
    """A number that was filled in, its label in another line or cut off: mostly the twelve digits, often in boxes."""
    number = codes.citizen_id(rng) if rng.random() < 0.7 else codes.digits(rng, rng.randint(4, 12))
    boxed = rng.random() < 0.6
    return (Run(number.replace(" ", "") if boxed else number, boxed=boxed, value=True),)


def _cell(rng: random.Random) -> tuple[Run, ...]:
    """A figure in a column of its like: row numbers, counts, sums, dates; mostly short, since those are hardest."""
    if rng.random() < 0.35:
        first, form = rng.randint(1, 40), rng.choice(("{}", "{}", "{}.", "{:02d}", "({})", "{})"))
        above, own, below = (form.format(first + at) for at in range(3))
    else:
        maker = rng.choice((_figure, _figure, codes.amount, codes.day, codes.number))
        above, own, below = (maker(rng) for _ in range(3))
    return (Run(own, column=(above, below)),)


def _figure(rng: random.Random) -> str:
    return codes.digits(rng, rng.choice((1, 1, 1, 2, 2, 3)))


def _leader_alone(rng: random.Random) -> tuple[Run, ...]:
    """Nothing to read: a line for a pen that nobody used."""
    return (Run(rng.choice(".…._") * rng.randint(5, 60), leader=True, dotted=rng.random() < 0.6),)


def _cased(name: str, rng: random.Random) -> str:
    return name.upper() if rng.random() < 0.4 else name


def _syllable(rng: random.Random) -> str:
    """Any onset, rime and tone: a name or a word that no text holds."""
    rime, tone = rng.choice(_RIMES), rng.choice(_TONES)
    stopped = rime.endswith(("c", "ch", "p", "t"))
    tone = rng.choice(("\u0301", "\u0323")) if stopped else tone
    vowels = [at for at, letter in enumerate(rime) if letter in _VOWEL]
    marked = [at for at in vowels if rime[at] in "ăâêôơư"]
    at = marked[-1] if marked else vowels[0 if len(vowels) < 3 and rime[-1] in _VOWEL else len(vowels) // 2]
    return readable(rng.choice(_ONSETS) + rime[: at + 1] + tone + rime[at + 1 :])


def _invented(rng: random.Random) -> str:
    words = [_syllable(rng) for _ in range(rng.randint(1, 12))]
    style = rng.random()
    if style < 0.3:
        return " ".join(words).upper()
    if style < 0.6:
        return " ".join(word.capitalize() for word in words)
    marked = [word + rng.choices(("", ",", ".", ";", ":"), (12, 1, 1, 1, 1))[0] for word in words]
    return " ".join(marked)
