"""A stretch of a file's pages, read by itself and handed on as bytes: what lets many workers share one file.

The bytes hold the pages with all their words and the pictures for the archival copy. They are this program's own
values: whoever carries them keeps them sealed, and nothing but those values is made of them.
"""

from __future__ import annotations

import io
import pickle
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from digitize import engines
from digitize.allocation import given_back
from digitize.errors import NoSuchPage
from digitize.limits import Limits
from digitize.model import Progress, ProgressCallback
from digitize.opening import Opened
from digitize.page_reading import PageRead, read_ticket
from digitize.sheet import Sheet

_VALUES = ("digitize.model", "digitize.page_reading", "digitize.sheet")
_PLAIN = {("pathlib", "PosixPath"), ("numpy", "dtype"), ("numpy._core.multiarray", "scalar")}


@given_back()
def read_part(
    path: Path,
    first: int,
    last: int,
    *,
    engine: str = engines.DEFAULT,
    progress: ProgressCallback | None = None,
    limits: Limits | None = None,
    compact: bool = True,
) -> bytes:
    """Reads the pages from `first` to `last` (from 1, both included), as `digitize` does.

    `progress` is told of these pages only. Raises the errors of `digitize.errors`.
    """
    tell = progress or (lambda _: None)
    total = last - first + 1
    tell(Progress("read", 0, total))
    with Opened(path, limits) as source:
        if not 1 <= first <= last <= source.pages:
            raise NoSuchPage(page=last, pages=source.pages)
        packed = []
        for done, number in enumerate(range(first, last + 1), start=1):
            packed.append(_packed(read_ticket(source.ticket(number), source.folder, engine, compact)))
            tell(Progress("read", done, total))
    return pickle.dumps(packed, pickle.HIGHEST_PROTOCOL)


def pages_of(parts: Iterable[Path], folder: Path) -> Iterator[PageRead]:
    """The pages of files that hold what `read_part` gave; their pictures are put into `folder`, a page at a time."""
    for part in parts:
        for page, files in _load(part.read_bytes()):
            read = _load(zlib.decompress(page))
            for name, content in files.items():
                (folder / Path(name).name).write_bytes(content)
            yield replace(read, sheet=_moved(read.sheet, folder), overlay=_at(read.overlay, folder))


def _packed(read: PageRead) -> tuple[bytes, dict[str, bytes]]:
    """The page and its files by name, which are gone from the disk then."""
    files = {}
    for path in _files(read):
        files[path.name] = path.read_bytes()
        path.unlink()
    return zlib.compress(pickle.dumps(read, pickle.HIGHEST_PROTOCOL), 1), files


def _files(read: PageRead) -> list[Path]:
    found = {read.overlay}
    if read.sheet is not None:
        found |= {path for layer in read.sheet.layers for path in (layer.jpeg, layer.mask)}
        found |= set() if read.sheet.layers else {read.sheet.path}
    return [path for path in found if path is not None]


def _moved(sheet: Sheet | None, folder: Path) -> Sheet | None:
    if sheet is None:
        return None
    layers = tuple(
        replace(layer, jpeg=folder / layer.jpeg.name, mask=_at(layer.mask, folder)) for layer in sheet.layers
    )
    return replace(sheet, path=folder / sheet.path.name, layers=layers)


def _at(path: Path | None, folder: Path) -> Path | None:
    return None if path is None else folder / path.name


class _Values(pickle.Unpickler):
    """Makes the values of pages and nothing else."""

    def find_class(self, module: str, name: str) -> object:
        if (module in _VALUES and "." not in name) or (module, name) in _PLAIN:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is no value of a page")


def _load(data: bytes) -> Any:
    return _Values(io.BytesIO(data)).load()
