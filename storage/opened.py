"""Bytes on their way out: decrypted segment by segment, counted and proven against the digest of the deposit."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from types import TracebackType
from typing import Self

from storage.blobs import Reader
from storage.cipher import ChunkReader, Label, unseal
from storage.errors import Corrupt


class Opened:
    """The plain bytes of a version or an intake object: a context manager and an iterator of chunks of up to 1 MiB.

    Raises Corrupt when a segment, or at the end the whole, is not what was deposited: whoever must not act on half a
    file reads it to the end first. `version` is None for an intake object. Answers made from it are `no-store`.
    """

    def __init__(
        self, sealed: Reader, key: bytes, label: Label, *, media_type: str, size: int, sha256: str, version: int | None
    ) -> None:
        self.media_type = media_type
        self.size = size
        self.sha256 = sha256
        self.version = version
        self._sealed = sealed
        self._chunks = self._proven(unseal(sealed, key, label))

    def __iter__(self) -> Iterator[bytes]:
        return self._chunks

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def read(self) -> bytes:
        """Everything, proven whole."""
        with self:
            return b"".join(self._chunks)

    def stream(self) -> ChunkReader:
        """The same bytes as something that is read like a file."""
        return ChunkReader(self._chunks)

    def close(self) -> None:
        """Gives the connection back; an iterator of a web answer calls it at its end."""
        self._sealed.close()

    def _proven(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        digest = hashlib.sha256()
        for chunk in chunks:
            digest.update(chunk)
            yield chunk
        if digest.hexdigest() != self.sha256:
            raise Corrupt(what="sha256")
