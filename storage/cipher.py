"""Streams sealed in chunks: AES-256-GCM over 1 MiB segments under a key derived for this one stream.

The construction is STREAM (Hoang, Reyhanitabar, Rogaway, Vizár, CRYPTO 2015) as AES-GCM-HKDF streaming uses it:

    header = magic "HOSO1" | kind (1) | object (16) | number (4, big endian) | key id (16) | salt (32)
    stream key = HKDF-SHA256(key, salt=salt, info=header)
    nonce of segment i = 7 zero bytes | i (4, big endian) | 1 if it is the last, else 0
    segment = AES-256-GCM(plain of 1 MiB; the last may be shorter, and is empty only in an empty stream)

The header is bound to every segment through the derived key, so that a segment of another document, version or place,
a swapped, missing, repeated or appended one, and a changed header are all found. `docs/archive.md` tells outsiders.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage.errors import Corrupt

SEGMENT = 1 << 20
TAG = 16
_HEADER = struct.Struct(">5sB16sI16s32s")
HEADER_SIZE = _HEADER.size
_MAGIC = b"HOSO1"


class Kind(IntEnum):
    """What a sealed stream holds."""

    CONTENT = 1
    METADATA = 2
    OWNER = 3
    INTAKE = 4
    INTAKE_METADATA = 5
    DATABASE = 6
    REPORT_JSON = 7
    REPORT_XML = 8


REPORT_KINDS = {"json": Kind.REPORT_JSON, "xml": Kind.REPORT_XML}
"""Reports of verification by their form."""


@dataclass(frozen=True, slots=True)
class Label:
    """What a sealed stream is: kind, the object it belongs to, the version number there, the key's id."""

    kind: Kind
    object: UUID
    number: int
    key_id: UUID


class Readable(Protocol):
    """Anything that is read like a binary file; `read` may return less than asked for, and b"" at the end only."""

    def read(self, size: int, /) -> bytes: ...


def seal(source: Readable, key: bytes, label: Label) -> Iterator[bytes]:
    """The sealed stream, header first, one segment at a time; memory stays at two segments."""
    salt = os.urandom(32)
    header = _HEADER.pack(_MAGIC, label.kind, label.object.bytes, label.number, label.key_id.bytes, salt)
    aead = _stream_cipher(key, salt, header)
    yield header
    index = 0
    plain = read_full(source, SEGMENT)
    while True:
        following = read_full(source, SEGMENT) if len(plain) == SEGMENT else b""
        yield aead.encrypt(_nonce(index, last=not following), plain, None)
        if not following:
            return
        plain, index = following, index + 1


def label_of(header: bytes) -> Label:
    """What a stream says it is; not yet proven. Raises Corrupt when it is no sealed stream."""
    try:
        magic, kind, obj, number, key_id, _salt = _HEADER.unpack(header)
        if magic != _MAGIC:
            raise Corrupt(what="header")
        return Label(Kind(kind), UUID(bytes=obj), number, UUID(bytes=key_id))
    except (struct.error, ValueError) as error:
        raise Corrupt(what="header") from error


def unseal(source: Readable, key: bytes, label: Label) -> Iterator[bytes]:
    """The plain bytes, one proven segment at a time. Raises Corrupt as soon as a segment is not as it was sealed.

    A reader that must not act on half a stream has to wait for the end: a cut is known only there.
    """
    header = read_full(source, HEADER_SIZE)
    if label_of(header) != label:
        raise Corrupt(what="label")
    aead = _stream_cipher(key, header[-32:], header)
    index = 0
    sealed = read_full(source, SEGMENT + TAG)
    while True:
        following = read_full(source, SEGMENT + TAG) if len(sealed) == SEGMENT + TAG else b""
        try:
            plain = aead.decrypt(_nonce(index, last=not following), sealed, None)
        except InvalidTag as error:
            raise Corrupt(what=f"segment {index}") from error
        if plain:
            yield plain
        if not following:
            return
        sealed, index = following, index + 1


def read_full(source: Readable, size: int) -> bytes:
    """`size` bytes, or what is left before the end; a source may give less than asked for at a time."""
    parts = []
    while size > 0:
        part = source.read(size)
        if not part:
            break
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


class ChunkReader:
    """An iterator of chunks as something that is read like a file."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._rest = b""

    def read(self, size: int = -1, /) -> bytes:
        """At most `size` bytes, at least one before the end; everything when negative."""
        if size < 0:
            rest, self._rest = self._rest, b""
            return rest + b"".join(self._chunks)
        while not self._rest:
            self._rest = next(self._chunks, b"")
            if not self._rest:
                return b""
        head, self._rest = self._rest[:size], self._rest[size:]
        return head


def _stream_cipher(key: bytes, salt: bytes, header: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt, header).derive(key))


def _nonce(index: int, *, last: bool) -> bytes:
    return struct.pack(">7xIB", index, last)
