"""Copying frames of a TIFF without decoding them: tags and data as they are, offsets moved (TIFF 6.0, section 2).

Image libraries decode and encode again, which changes a JPEG-compressed frame and loses private tags.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from digitize.errors import Damaged

_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_STRIP_OFFSETS, _STRIP_COUNTS = 273, 279
_TILE_OFFSETS, _TILE_COUNTS = 324, 325
_SUBFILE_TYPE = 254
_REDUCED = 1
# Directories of their own, whose offsets would point into the old file; their contents (EXIF, GPS, further
# thumbnails, old-style JPEG tables) cannot be moved without understanding them.
_SUB_DIRECTORIES = {330, 34665, 34853, 40965}
_OLD_JPEG_OFFSET = 513
_SHORT, _LONG = 3, 4
_MOST_FRAMES = 100_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One tag: its type, how many values, their bytes."""

    tag: int
    type: int
    count: int
    data: bytes


class TiffReader:
    """Directories of a classic TIFF. Raises `Damaged` for anything that is not one."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._end = file.seek(0, 2)
        head = self.at(0, 8)
        self.order = "<" if head[:2] == b"II" else ">"
        if head[:2] not in (b"II", b"MM") or self._numbers("H", head[2:4]) != (42,):
            raise Damaged
        self._first = self._numbers("I", head[4:8])[0]

    def at(self, offset: int, size: int) -> bytes:
        """Bytes of the file, all of them there."""
        if offset + size > self._end:
            raise Damaged
        self._file.seek(offset)
        return self._file.read(size)

    def _numbers(self, form: str, data: bytes) -> tuple[int, ...]:
        return struct.unpack(self.order + form, data)

    def directories(self) -> list[dict[int, Entry]]:
        """Full-size frames, in order; thumbnails are left out."""
        found, offset, seen = [], self._first, set[int]()
        while offset:
            if offset in seen or len(seen) > _MOST_FRAMES:
                raise Damaged
            seen.add(offset)
            (count,) = self._numbers("H", self.at(offset, 2))
            table = self.at(offset + 2, 12 * count + 4)
            entries = [self._entry(table[12 * i : 12 * i + 12]) for i in range(count)]
            frame = {entry.tag: entry for entry in entries if entry is not None}
            if not self.values(frame.get(_SUBFILE_TYPE), (0,))[0] & _REDUCED:
                found.append(frame)
            (offset,) = self._numbers("I", table[-4:])
        return found

    def _entry(self, raw: bytes) -> Entry | None:
        tag, kind, count = self._numbers("HHI", raw[:8])
        size = _SIZES.get(kind, 0) * count
        if not size:
            return None
        data = raw[8 : 8 + size] if size <= 4 else self.at(self._numbers("I", raw[8:12])[0], size)
        return Entry(tag, kind, count, data)

    def values(self, entry: Entry | None, default: tuple[int, ...] = ()) -> tuple[int, ...]:
        """The values of a tag of whole numbers."""
        if entry is None or entry.type not in (_SHORT, _LONG, 13):
            return default
        return self._numbers(f"{entry.count}{'H' if entry.type == _SHORT else 'I'}", entry.data)


def copy_frames(source: Path, frames: list[int], out: Path) -> None:
    """Writes frames (from 0, in the order given) of a TIFF to a new one. Raises `Damaged`."""
    with source.open("rb") as file, out.open("wb") as target:
        reader = TiffReader(file)
        directories = reader.directories()
        target.write(b"II*\0" if reader.order == "<" else b"MM\0*")
        link = target.tell()
        target.write(bytes(4))
        for frame in frames:
            link = _write_frame(reader, directories[frame], target, link)


def _write_frame(reader: TiffReader, frame: dict[int, Entry], target: BinaryIO, link: int) -> int:
    """Appends one frame; returns where the offset of the next one goes."""
    if _OLD_JPEG_OFFSET in frame:
        raise Damaged
    entries = {tag: entry for tag, entry in frame.items() if tag not in _SUB_DIRECTORIES}
    for offsets_tag, counts_tag in ((_STRIP_OFFSETS, _STRIP_COUNTS), (_TILE_OFFSETS, _TILE_COUNTS)):
        offsets, counts = reader.values(frame.get(offsets_tag)), reader.values(frame.get(counts_tag))
        if not offsets:
            continue
        if len(offsets) != len(counts):
            raise Damaged
        moved = [_append(target, reader.at(offset, size)) for offset, size in zip(offsets, counts, strict=True)]
        data = struct.pack(f"{reader.order}{len(moved)}I", *moved)
        entries[offsets_tag] = Entry(offsets_tag, _LONG, len(moved), data)
    rows = []
    for entry in sorted(entries.values(), key=lambda entry: entry.tag):
        value = entry.data if len(entry.data) <= 4 else struct.pack(reader.order + "I", _append(target, entry.data))
        rows.append(struct.pack(reader.order + "HHI", entry.tag, entry.type, entry.count) + value.ljust(4, b"\0"))
    at = _append(target, struct.pack(reader.order + "H", len(rows)) + b"".join(rows) + bytes(4))
    end = target.tell()
    target.seek(link)
    target.write(struct.pack(reader.order + "I", at))
    target.seek(end)
    return end - 4


def _append(target: BinaryIO, data: bytes) -> int:
    """Writes at an even offset, as the format wants; returns it."""
    if target.seek(0, 2) % 2:
        target.write(b"\0")
    at = target.tell()
    target.write(data)
    return at
