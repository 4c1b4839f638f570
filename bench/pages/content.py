"""What the pages say: sentences of our own, invented people and places, numbers; none of it is training's."""

from __future__ import annotations

import random
import tomllib
from pathlib import Path

_WORDS = tomllib.loads(Path(__file__).with_name("names.toml").read_text(encoding="utf-8"))
_FAMILIES, _MIDDLES, _GIVENS = (_WORDS[name].split() for name in ("families", "middles", "givens"))
_PLACES = _WORDS["places"].splitlines()

SENTENCES = Path(__file__).with_name("sentences.txt").read_text(encoding="utf-8").splitlines()


class Content:
    """Draws what a page needs from one generator of chance."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def person(self) -> str:
        middles = self.rng.sample(_MIDDLES, self.rng.choice((1, 1, 2)))
        return " ".join([self.rng.choice(_FAMILIES), *middles, self.rng.choice(_GIVENS)])

    def place(self) -> str:
        return self.rng.choice(_PLACES)

    def address(self) -> str:
        house = f"Số {self.rng.randint(1, 480)}{self.rng.choice(('', 'A', 'B', '/7', '/12'))}, đường {self.place()}"
        start = self.rng.choice(
            (house, f"Thôn {self.place()}", f"Tổ {self.rng.randint(1, 19)}, khu phố {self.rng.randint(1, 9)}")
        )
        commune = f"{self.rng.choice(('xã', 'phường'))} {self.place()}"
        return f"{start}, {commune}, {self.rng.choice(('tỉnh', 'thành phố'))} {self.place()}"

    def digits(self, count: int) -> str:
        return "".join(self.rng.choices("0123456789", k=count))

    def citizen_id(self) -> str:
        return "0" + self.digits(11)

    def date(self, first: int = 1940, last: int = 2026) -> str:
        return f"{self.rng.randint(1, 28):02d}/{self.rng.randint(1, 12):02d}/{self.rng.randint(first, last)}"

    def long_date(self) -> str:
        day, month, year = self.date(2019).split("/")
        return f"ngày {day} tháng {month} năm {year}"

    def number(self, symbol: str) -> str:
        return f"{self.rng.randint(1, 4999)}/{symbol}"

    def phone(self) -> str:
        return f"0{self.digits(3)} {self.digits(3)} {self.digits(3)}"

    def money(self) -> str:
        return f"{self.rng.randint(1, 899)}.{self.digits(3)}.000 đồng"

    def prose(self, sentences: int) -> str:
        return " ".join(self.rng.sample(SENTENCES, sentences))
