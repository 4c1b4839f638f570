"""Signing profiles as data: what a signature is for, where its mark goes, what the mark says, the level wanted.

The profiles of the product lie in `signing/profiles`. An installation keeps its own in a folder of TOML files, and an
agency those of its own in a folder of its code below: a file of a known name says what is different, a file of another
name is a profile of its own.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal, get_args

from signing.errors import BadProfile, UnknownProfile
from signing.model import Level

__all__ = ["PLACEHOLDERS", "Profile", "profile", "profiles"]

Corner = Literal["top_left", "top_right", "bottom_left", "bottom_right"]
Who = Literal["person", "agency"]
Which = Literal["first", "last"]
Image = Literal["none", "signature", "seal"]

PLACEHOLDERS = frozenset({"name", "agency", "form", "time"})
"""What the lines of a mark may name."""

MOST_POINTS = 600.0
"""No mark is larger than a page."""


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
    signer: Who
    visible: bool = True
    page: Which = "first"
    corner: Corner = "top_left"
    size: tuple[float, float] = (0.0, 0.0)
    font_size: float = 8.0
    colour: tuple[float, float, float] = (0.0, 0.0, 0.0)
    image: Image = "none"
    overlap: float = 0.0
    lines: tuple[str, ...] = ()
    form: str = ""


def profiles(folder: Path | None = None, agency: str = "") -> dict[str, Profile]:
    """Every profile by name: the product's, what the installation's `folder` changes and adds, and what the folder of
    the agency's code in it does. A folder that is not there changes nothing. Raises `BadProfile`."""
    found: dict[str, dict[str, Any]] = {name: dict(told) for name, told in _shipped().items()}
    # a code is letters, digits and dots: it never leads out of the folder
    own = folder / agency if folder is not None and agency and agency.replace(".", "").isalnum() else None
    for place in (folder, own):
        for path in sorted(place.glob("*.toml")) if place is not None and place.is_dir() else ():
            found[path.stem] = found.get(path.stem, {}) | _read(path)
            _made(path.stem, found[path.stem], path.name)
    return {name: _made(name, told, name) for name, told in sorted(found.items())}


def profile(name: str, folder: Path | None = None, agency: str = "") -> Profile:
    """The profile of that name, as `profiles` has it. Raises `UnknownProfile`, `BadProfile`."""
    known = profiles(folder, agency)
    if name not in known:
        raise UnknownProfile(name=name, known=", ".join(known))
    return known[name]


@cache
def _shipped() -> Mapping[str, dict[str, Any]]:
    folder = resources.files("signing") / "profiles"
    files = [entry for entry in folder.iterdir() if entry.name.endswith(".toml")]
    return {
        entry.name.removesuffix(".toml"): _toml(entry.name, entry.read_text(encoding="utf-8"))
        for entry in sorted(files, key=lambda one: one.name)
    }


def _read(path: Path) -> dict[str, Any]:
    try:
        return _toml(path.name, path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadProfile(file=path.name, why_vi="không đọc được tệp", why_en="the file cannot be read") from error


def _toml(file: str, source: str) -> dict[str, Any]:
    try:
        return tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise BadProfile(file=file, why_vi=f"không phải TOML ({error})", why_en=f"not TOML ({error})") from error


def _made(name: str, told: Mapping[str, Any], file: str) -> Profile:
    """The profile, once each entry is what it must be."""
    known = {one.name for one in fields(Profile)} - {"name"}
    for key in sorted(told.keys() - known):
        raise BadProfile(file=file, why_vi=f"không có mục “{key}”", why_en=f"there is no entry “{key}”")
    for key in ("title_vi", "title_en", "level", "signer"):
        if key not in told:
            raise BadProfile(file=file, why_vi=f"thiếu mục “{key}”", why_en=f"the entry “{key}” is missing")
    for key, value in told.items():
        if not CHECKS[key](value):
            raise BadProfile(
                file=file, why_vi=f"mục “{key}” không nhận {value!r}", why_en=f"“{key}” cannot be {value!r}"
            )
    lists = {key: tuple(value) for key, value in told.items() if isinstance(value, list)}
    made = Profile(name=name, **{**told, **lists, "level": Level(told["level"])})
    if made.visible and min(made.size) <= 0:
        raise BadProfile(file=file, why_vi="dấu hiển thị thiếu “size”", why_en="a visible mark needs its “size”")
    return made


def _words(value: object) -> bool:
    return isinstance(value, str) and value.isprintable()


def _number(low: float, high: float) -> Callable[[object], bool]:
    return lambda value: isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high


def _numbers(count: int, high: float) -> Callable[[object], bool]:
    one = _number(0.0, high)
    return lambda value: isinstance(value, list) and len(value) == count and all(one(part) for part in value)


def _one_of(kind: Any) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and value in get_args(kind)


def _lines(value: object) -> bool:
    return isinstance(value, list) and all(_words(line) and _template(line) for line in value)


def _template(line: str) -> bool:
    """Whether it names nothing but the placeholders, without the conversions that would read into objects."""
    try:
        parts = list(string.Formatter().parse(line))
    except ValueError:
        return False
    return all(name is None or (name in PLACEHOLDERS and not form and not turn) for _, name, form, turn in parts)


CHECKS: dict[str, Callable[[object], bool]] = {
    "title_vi": lambda value: _words(value) and value != "",
    "title_en": lambda value: _words(value) and value != "",
    "level": lambda value: isinstance(value, str) and value in {str(one) for one in Level if one is not Level.NONE},
    "signer": _one_of(Who),
    "visible": lambda value: isinstance(value, bool),
    "page": _one_of(Which),
    "corner": _one_of(Corner),
    "size": _numbers(2, MOST_POINTS),
    "font_size": _number(4.0, 72.0),
    "colour": _numbers(3, 1.0),
    "image": _one_of(Image),
    "overlap": _number(0.0, 1.0),
    "lines": _lines,
    "form": _words,
}
"""What each entry must be."""
