"""Pages that were read, kept on disk: a file of hundreds of pages has more words than fit into memory.

A page with its words takes half a megabyte as values and a fiftieth of it on disk; whoever goes through the pages of a
document has one of them in memory at a time. The file has no name and goes with the last who can ask for its pages.
"""

from __future__ import annotations

import pickle
import tempfile
import weakref
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import overload

from digitize.model import Page
from digitize.page_reading import PageRead
from digitize.sheet import Sheet


class Spool:
    """Pages in a file without a name, each written once."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="hoso-spool-")  # noqa: SIM115 (closed with this object)
        self._places: list[tuple[int, int]] = []
        weakref.finalize(self, self._file.close)

    def keep(self, read: PageRead) -> Kept:
        """Writes the page down."""
        data = zlib.compress(pickle.dumps(read.page, pickle.HIGHEST_PROTOCOL), 1)
        self._places.append((self._file.seek(0, 2), len(data)))
        self._file.write(data)
        return Kept(self, len(self._places) - 1, read.sheet, read.overlay)

    def page(self, index: int) -> Page:
        """The page that was written as the index-th."""
        at, length = self._places[index]
        self._file.seek(at)
        page = pickle.loads(zlib.decompress(self._file.read(length)))
        assert isinstance(page, Page)
        return page


@dataclass(frozen=True, slots=True)
class Kept:
    """A page in the spool and its image or overlay for the archive, like `PageRead`."""

    spool: Spool
    index: int
    sheet: Sheet | None
    overlay: Path | None = None

    @property
    def page(self) -> Page:
        """Read from disk each time."""
        return self.spool.page(self.index)


class Pages(Sequence[Page]):
    """The pages of a document; each is read from disk when it is asked for."""

    def __init__(self, kept: Sequence[Kept]) -> None:
        self._kept = kept

    def __len__(self) -> int:
        return len(self._kept)

    @overload
    def __getitem__(self, index: int) -> Page: ...

    @overload
    def __getitem__(self, index: slice) -> Pages: ...

    def __getitem__(self, index: int | slice) -> Page | Pages:
        if isinstance(index, slice):
            return Pages(self._kept[index])
        return self._kept[index].page
