"""Invented persons and places for training lines: put together from parts, so that nobody real is meant."""

from __future__ import annotations

import random

from catalogue import provinces
from digitize.training.parts import PARTS

_FAMILY = PARTS["family"]
_MIDDLE = PARTS["middle"]
_GIVEN = PARTS["given"]
_PLACE = PARTS["place"]
_UNITS = ("xã", "phường", "thị trấn", "đặc khu")
_OLD_UNITS = ("huyện", "quận", "thị xã", "thành phố")
_PARTS = ("thôn", "xóm", "ấp", "bản", "tổ dân phố", "tổ", "khu phố", "khóm", "buôn", "khu", "tiểu khu", "làng")
_STREETS = ("đường", "phố", "ngõ", "ngách", "hẻm", "đại lộ", "tỉnh lộ", "quốc lộ", "lô", "kiệt")
_SHORT = {
    "xã": "X.",
    "phường": "P.",
    "thị trấn": "TT.",
    "huyện": "H.",
    "quận": "Q.",
    "thành phố": "TP.",
    "thị xã": "TX.",
}


def person(rng: random.Random) -> str:
    """A name of two to four words."""
    words = [rng.choice(_FAMILY)]
    words += rng.sample(_MIDDLE, rng.choices((0, 1, 2), (1, 6, 3))[0])
    return " ".join([*words, rng.choice(_GIVEN)])


def place(rng: random.Random) -> str:
    """The name of a village, a commune, a street."""
    if rng.random() < 0.1:
        return str(rng.randint(1, 30))
    return " ".join(rng.sample(_PLACE, rng.choices((1, 2, 3), (1, 8, 1))[0]))


def province_name(rng: random.Random) -> str:
    """One of the provinces of today or before, with its kind or without."""
    found = rng.choice(provinces())
    kind = {"tỉnh": "tỉnh ", "thành phố": rng.choice(("thành phố ", "TP. ", "Thành phố "))}.get(found.kind_vi, "")
    return (kind if rng.random() < 0.6 else "") + found.name


def address(rng: random.Random) -> str:
    """From one to four steps, the smallest first."""
    short = rng.random() < 0.15
    steps = []
    if rng.random() < 0.6:
        number = f"{rng.randint(1, 999)}" + rng.choice(
            ("", "", "", "A", "B", f"/{rng.randint(1, 99)}", f"/{rng.randint(1, 40)}/{rng.randint(1, 9)}")
        )
        house = rng.choice(("số nhà ", "Số ", "", "")) + number
        steps.append(f"{house} {rng.choice(_STREETS)} {rng.choice((place, person))(rng)}")
    if rng.random() < 0.5:
        steps.append(f"{rng.choice(_PARTS)} {place(rng)}")
    for units, chance in ((_UNITS, 0.95), (_OLD_UNITS, 0.45)):
        if rng.random() < chance:
            unit = rng.choice(units)
            steps.append(f"{_SHORT.get(unit, unit) if short else unit} {place(rng)}")
    if rng.random() < 0.8:
        steps.append(province_name(rng))
    text = rng.choice((", ", ", ", ", ", " - ")).join(steps) or province_name(rng)
    return text[0].upper() + text[1:] if rng.random() < 0.75 else text
