"""Signing profiles as data: what a signature is for, where its mark goes, what the mark says, the level wanted."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

from signing.errors import UnknownProfile
from signing.model import Level

__all__ = ["Profile", "parse", "profile", "profiles"]

Corner = Literal["top_left", "top_right", "bottom_left", "bottom_right"]


@dataclass(frozen=True, slots=True)
class Profile:
    """How a kind of document is signed. Lengths are points, colours RGB from 0 to 1.

    `signer` says whether the certificate should be a person's or an agency's · `page` is `first` or `last` ·
    `corner` is where free space is looked for first · `image` is `none`, `signature` or `seal` · `overlap` is the
    part of the earlier mark that a seal covers · `lines` are templates over `name`, `agency`, `form` and `time`.
    """

    name: str
    title_vi: str
    title_en: str
    level: Level
    signer: Literal["person", "agency"]
    visible: bool = True
    page: Literal["first", "last"] = "first"
    corner: Corner = "top_left"
    size: tuple[float, float] = (0.0, 0.0)
    font_size: float = 8.0
    colour: tuple[float, float, float] = (0.0, 0.0, 0.0)
    image: Literal["none", "signature", "seal"] = "none"
    overlap: float = 0.0
    lines: tuple[str, ...] = ()
    form: str = ""


def parse(name: str, source: str) -> Profile:
    """A profile from TOML text; agencies may bring their own."""
    data = tomllib.loads(source)
    data["level"] = Level(data["level"])
    for key in ("size", "colour", "lines"):
        if key in data:
            data[key] = tuple(data[key])
    return Profile(name=name, **data)


@cache
def profiles() -> dict[str, Profile]:
    """The profiles that come with the product, by name."""
    folder = resources.files("signing") / "profiles"
    found = {
        entry.name.removesuffix(".toml"): parse(entry.name.removesuffix(".toml"), entry.read_text(encoding="utf-8"))
        for entry in folder.iterdir()
        if entry.name.endswith(".toml")
    }
    return dict(sorted(found.items()))


def profile(name: str) -> Profile:
    """The profile of that name. Raises `UnknownProfile`."""
    try:
        return profiles()[name]
    except KeyError:
        raise UnknownProfile(name=name, known=", ".join(profiles())) from None
