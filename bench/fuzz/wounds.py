"""What happens to a file on its way: cut, flipped, overwritten, spliced, its numbers made too large."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable
from random import Random

Wound = Callable[[bytearray, Random, bytes], None]
"""Changes a file of at least one byte; the third is another file, to take parts from."""

_NASTY = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
_NASTY_WORDS = (b"0", b"-1", b"1e38", b"-0.0001", b"65536", b"2147483648", b"99999999999999999999", b"null", b"[]",
                b"<<>>", b"/X", b"(x)", b"1 0 R", b"true", b"nan")  # fmt: skip
_NUMBER = re.compile(rb"(?<=[\s\[/])-?\d+(?:\.\d+)?(?=[\s\]/>])")
_NAME = re.compile(rb"/[A-Za-z][A-Za-z0-9]{1,14}")
_MAGICS = (b"%PDF-1.7\n", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"II*\0", b"MM\0*", b"II+\0\x08\0\0\0",
           b"\0\0\0\x18ftypheic", b"GIF89a", b"BM", b"RIFF\0\0\0\0WEBP", b"PK\3\4")  # fmt: skip


def _span(file: bytearray, chance: Random) -> slice:
    start = chance.randrange(len(file))
    return slice(start, min(len(file), start + chance.choice([1, 4, 16, 100, 1_000, 20_000])))


def _cut_short(file: bytearray, chance: Random, _: bytes) -> None:
    del file[chance.choice([chance.randrange(len(file)), max(1, len(file) - chance.randint(1, 80))]) :]


def _flip(file: bytearray, chance: Random, _: bytes) -> None:
    for _at in range(chance.choice([1, 1, 2, 8, 60])):
        file[chance.randrange(len(file))] ^= 1 << chance.randrange(8)


def _overwrite(file: bytearray, chance: Random, _: bytes) -> None:
    for _at in range(chance.choice([1, 3, 20])):
        file[chance.randrange(len(file))] = chance.randrange(256)


def _overwrite_head(file: bytearray, chance: Random, _: bytes) -> None:
    """Sizes, depths and offsets stand in the first bytes; a TIFF's in the last."""
    for _at in range(chance.randint(1, 4)):
        place = chance.randrange(min(len(file), 300))
        file[place if chance.random() < 0.6 else -1 - place] = chance.choice([0, 1, 255, chance.randrange(256)])


def _zero(file: bytearray, chance: Random, _: bytes) -> None:
    span = _span(file, chance)
    file[span] = bytes(len(file[span]))


def _lose(file: bytearray, chance: Random, _: bytes) -> None:
    del file[_span(file, chance)]


def _twice(file: bytearray, chance: Random, _: bytes) -> None:
    span = _span(file, chance)
    file[span.start : span.start] = file[span] * chance.choice([1, 1, 3, 50])


def _splice(file: bytearray, chance: Random, other: bytes) -> None:
    cut, there = chance.randrange(len(file)), chance.randrange(len(other) + 1)
    file[cut:] = other[there:]


def _insert(file: bytearray, chance: Random, other: bytes) -> None:
    file[_span(file, chance)] = other[_span(bytearray(other), chance)] if other else b""


def _large_number(file: bytearray, chance: Random, _: bytes) -> None:
    """A length, count or offset of two or four bytes."""
    form = chance.choice(["<H", ">H", "<I", ">I"])
    size = struct.calcsize(form)
    if len(file) >= size:
        near = chance.choice([len(file), min(len(file), 400)])
        at = chance.randrange(near - size + 1)
        file[at : at + size] = struct.pack(form, chance.choice(_NASTY) & ((1 << 8 * size) - 1))


def _nasty_word(file: bytearray, chance: Random, _: bytes) -> None:
    """A number of a PDF's objects becomes another, or no number at all."""
    for _at in range(chance.choice([1, 1, 2, 6])):
        if found := list(_NUMBER.finditer(file)):
            place = chance.choice(found)
            file[place.start() : place.end()] = chance.choice(_NASTY_WORDS)


def _other_name(file: bytearray, chance: Random, _: bytes) -> None:
    """A name of a PDF's objects is put where another stood."""
    if found := list(_NAME.finditer(file)):
        one, other = chance.choice(found), chance.choice(found)
        file[one.start() : one.end()] = other.group()


def _wrong_magic(file: bytearray, chance: Random, _: bytes) -> None:
    magic = chance.choice(_MAGICS)
    file[: len(magic) if chance.random() < 0.5 else 0] = magic


def _trailing(file: bytearray, chance: Random, other: bytes) -> None:
    file += chance.choice([chance.randbytes(200), bytes(3_000), other])


WOUNDS: tuple[Wound, ...] = (
    _cut_short, _flip, _overwrite, _overwrite_head, _zero, _lose, _twice, _splice, _insert, _large_number, _nasty_word,
    _nasty_word, _other_name, _wrong_magic, _trailing,
)  # fmt: skip


def wounded(content: bytes, chance: Random, other: bytes) -> bytes:
    """The file after one to four mishaps; the sums of a PNG are made right again in most cases, so that its reader
    goes on to what was changed."""
    file = bytearray(content)
    for _ in range(chance.choice([1, 1, 1, 2, 2, 4])):
        if file:
            chance.choice(WOUNDS)(file, chance, other)
    return summed(bytes(file)) if file.startswith(b"\x89PNG\r\n\x1a\n") and chance.random() < 0.8 else bytes(file)


def summed(content: bytes) -> bytes:
    """A PNG with the right sum after each chunk, as far as its chunks can be followed."""
    out, at = bytearray(content), 8
    while at + 12 <= len(out):
        (length,) = struct.unpack(">I", out[at : at + 4])
        end = at + 8 + length
        if end + 4 > len(out):
            break
        out[end : end + 4] = struct.pack(">I", zlib.crc32(out[at + 4 : end]))
        at = end + 4
    return bytes(out)
