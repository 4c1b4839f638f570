"""Fonts for training from npm packages of fontsource (OFL): their parts by alphabet put together into one file each.

A web font comes as one file for Latin, one for Latin beyond Western Europe, one for Vietnamese; a line needs all three.
What lays text out (kerning, ligatures) is left behind: it does not survive the merge.
"""

from __future__ import annotations

import io
import re
import tarfile
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from fontTools.merge import Merger
from fontTools.ttLib import TTFont

_FILE = re.compile(r"package/files/(.+)-(latin|latin-ext|vietnamese)-(\d+-\w+)\.woff$")
_STYLES = {"400-normal", "400-italic", "700-normal"}
_ALPHABETS = ("latin", "latin-ext", "vietnamese")
_LEFT_BEHIND = (
    "GSUB",
    "GPOS",
    "GDEF",
    "kern",
    "DSIG",
    "STAT",
    "prep",
    "fpgm",
    "cvt ",
    "gasp",
    "hdmx",
    "VDMX",
    "LTSH",
    "meta",
)


def merge(packages: Iterable[Path], out: Path) -> list[Path]:
    """The fonts of some packages (`npm pack @fontsource/NAME`) as TrueType files in a folder."""
    out.mkdir(parents=True, exist_ok=True)
    made = []
    for package in packages:
        with tarfile.open(package) as archive:
            found: dict[str, dict[str, tarfile.TarInfo]] = defaultdict(dict)
            for member in archive.getmembers():
                name = _FILE.match(member.name)
                if name and name[3] in _STYLES:
                    found[f"{name[1]}-{name[3]}"][name[2]] = member
            for stem, parts in sorted(found.items()):
                if set(parts) >= {"latin", "vietnamese"}:
                    files = [archive.extractfile(parts[alphabet]) for alphabet in _ALPHABETS if alphabet in parts]
                    target = out / f"{stem}.ttf"
                    _merged([file.read() for file in files if file is not None]).save(target)
                    made.append(target)
    return made


def _merged(parts: list[bytes]) -> TTFont:
    """One font of several; a letter that two parts hold is taken from the first."""
    have: set[int] = set()
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for number, part in enumerate(parts):
            font = TTFont(io.BytesIO(part))
            font.flavor = None
            for tag in _LEFT_BEHIND:
                if tag in font:
                    del font[tag]
            for table in font["cmap"].tables:
                table.cmap = {code: glyph for code, glyph in table.cmap.items() if code not in have}
            have |= set(font.getBestCmap())
            files.append(str(Path(folder) / f"{number}.ttf"))
            font.save(files[-1])
        return Merger().merge(files)
