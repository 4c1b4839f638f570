"""The pages of a file, one in memory at a time: unpacked by a child, fetched from it through files.

Pixels travel in a folder that only this user may enter and are deleted as soon as they are loaded, so memory and disk
stay flat however many pages there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from digitize.confine import Child
from digitize.errors import NoSuchPage
from digitize.limits import Limits
from digitize.model import Inset, Line, PageImage, Picture, Step, Word, quad_of

if TYPE_CHECKING:
    from digitize.model import Image


class Opened(Child):
    """A source that a child holds open. A context manager.

    Raises on entering and in `ticket`: the errors of `digitize.errors` that say what is wrong with the file.
    """

    pages = 0
    media_type = ""
    signatures = 0

    def __enter__(self) -> Self:
        super().__enter__()
        try:
            told = self.order("pages")
        except BaseException:
            self.__exit__(None, None, None)
            raise
        self.pages, self.media_type = int(told["pages"]), str(told["media_type"])
        self.signatures = int(told["signatures"])
        return self

    def ticket(self, number: int) -> Mapping[str, Any]:
        """Has page `number` unpacked; the ticket names files in `folder`, for `load` here or in another process."""
        if not 1 <= number <= self.pages:
            raise NoSuchPage(page=number, pages=self.pages)
        return self.ask(str(number))


def load(ticket: Mapping[str, Any], folder: Path) -> PageImage:
    """The page of a ticket; its pixels are read into memory and their file is deleted."""
    pixels = _pixels(folder / str(ticket["pixels"])) if ticket["pixels"] else None
    note = ticket["note"]
    return PageImage(
        number=int(ticket["number"]),
        width=int(ticket["width"]),
        height=int(ticket["height"]),
        dpi=int(ticket["dpi"]),
        pixels=pixels,
        lines=None if ticket["lines"] is None else tuple(_line(line) for line in ticket["lines"]),
        picture=Picture(folder / str(ticket["jpeg"])) if ticket["jpeg"] else None,
        stretch=float(ticket["stretch"]),
        bilevel=bool(ticket["bilevel"]),
        steps=(Step(str(note["name"])),) if note else (),
        insets=tuple(_inset(inset, int(ticket["dpi"]), folder) for inset in ticket["insets"]),
    )


def _pixels(path: Path) -> Image:
    pixels: Image = np.load(path, allow_pickle=False)
    path.unlink()
    return pixels


def _inset(inset: Mapping[str, Any], page_dpi: int, folder: Path) -> Inset:
    dpi = int(inset["dpi"])
    corner = (inset["left"] * page_dpi / dpi, inset["top"] * page_dpi / dpi)
    return Inset(corner, dpi, _pixels(folder / str(inset["pixels"])))


def _line(line: Mapping[str, Any]) -> Line:
    words = tuple(Word(w["text"], tuple(w["box"]), 1.0, quad_of(tuple(w["box"]))) for w in line["words"])
    box = tuple(line["box"])
    return Line(" ".join(word.text for word in words), box, quad_of(box), 1.0, words)


def read(path: Path, *, pages: Iterable[int] | None = None, limits: Limits | None = None) -> Iterator[PageImage]:
    """The pages of a file, one in memory at a time; all of them, or those of `pages` (from 1).

    A page's `picture` is there until the next page is asked for. Raises the errors of `digitize.errors`, before the
    first page where the whole file is at fault.
    """
    with Opened(path, limits) as source:
        for number in pages if pages is not None else range(1, source.pages + 1):
            page = load(source.ticket(number), source.folder)
            yield page
            if page.picture:
                page.picture.path.unlink(missing_ok=True)
