"""The body of an import, JSON or multipart, read without filling the memory; plain bytes never get a name on disk."""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any, BinaryIO, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from pydantic import ValidationError

import storage
from portal.api.errors import Invalid, OneFile, UnknownFormat
from portal.api.national import ImportIn, ImportMetadata
from portal.http import whole_number

MIB = 1 << 20
LARGEST = 200 * MIB
LARGEST_JSON = 32 * MIB
"""A base64 body stands in memory: larger files come as multipart."""
_MAGIC = {
    b"%PDF-": "application/pdf",
    b"II*\x00": "image/tiff",
    b"MM\x00*": "image/tiff",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
}


@dataclass(frozen=True, slots=True)
class Body:
    """What came: the metadata, the file (seekable, at its start), its name, its media type, the digest of it all."""

    metadata: ImportMetadata
    file: BinaryIO
    name: str
    media_type: str
    size: int
    digest: str


@contextmanager
def read(request: HttpRequest) -> Iterator[Body]:
    """Reads and checks the body; its file lasts as long as the block.

    Raises TooLarge, Invalid, OneFile, UnknownFormat, EmptyContent.
    """
    handler = Unnamed(request)
    try:
        yield _read(request, handler)
    finally:
        handler.close()


def _read(request: HttpRequest, handler: Unnamed) -> Body:
    length = whole_number(request.META.get("CONTENT_LENGTH") or "0")
    if length is None:
        raise Invalid(where="Content-Length")
    if length > LARGEST + MIB:
        raise storage.TooLarge(limit=LARGEST // MIB)
    kind = (request.content_type or "").lower()
    if kind == "application/json":
        metadata, file, name = _json(request, length)
    elif kind == "multipart/form-data":
        metadata, file, name = _multipart(request, handler)
    else:
        raise UnknownFormat
    file.seek(0)
    head = file.read(16)
    if not head:
        raise storage.EmptyContent
    media_type = next((media for magic, media in _MAGIC.items() if head.startswith(magic)), None)
    if media_type is None:
        raise UnknownFormat
    return Body(metadata, file, name, media_type, *_digest(metadata, file))


def _json(request: HttpRequest, length: int) -> tuple[ImportMetadata, BinaryIO, str]:
    if length > LARGEST_JSON:
        raise storage.TooLarge(limit=LARGEST_JSON // MIB)
    try:
        given = ImportIn.model_validate_json(request.read())
        attachment = given.Attachments[0]
        content = base64.b64decode(attachment.Content, validate=True)
    except ValidationError as error:
        raise _invalid(error) from None
    except (binascii.Error, ValueError):
        raise Invalid(where="Attachments.0.Content") from None
    metadata = ImportMetadata.model_validate(given.model_dump(exclude={"Attachments"}))
    return metadata, io.BytesIO(content), attachment.FileName


def _multipart(request: HttpRequest, handler: Unnamed) -> tuple[ImportMetadata, BinaryIO, str]:
    """Part `metadata` is JSON, part `attachment` is the file."""
    request.upload_handlers = [handler]
    try:
        files = [file for name in request.FILES for file in request.FILES.getlist(name)]
        text = str(request.POST.get("metadata", ""))
    except MultiPartParserError:
        raise Invalid(where="multipart") from None
    if handler.over:
        raise storage.TooLarge(limit=LARGEST // MIB)
    if len(files) != 1:
        raise OneFile
    try:
        metadata = ImportMetadata.model_validate_json(text)
    except ValidationError as error:
        raise _invalid(error) from None
    return metadata, cast(BinaryIO, files[0].file), files[0].name or ""


class Unnamed(FileUploadHandler):
    """Keeps each file in a temporary one that has no name: it is gone with the request, whatever happens."""

    chunk_size = MIB

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.over = False
        self._size = 0
        self._files: list[IO[bytes]] = []

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        folder = settings.HOSO.data / "tmp"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._files.append(tempfile.TemporaryFile(dir=folder))  # noqa: SIM115 (closed by `close`)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._size += len(raw_data)
        if self._size > LARGEST:
            self.over = True
            raise StopUpload(connection_reset=True)
        self._files[-1].write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile[Any] | None:
        self._files[-1].seek(0)
        return UploadedFile(self._files[-1], self.file_name, self.content_type, file_size)

    def close(self) -> None:
        """Lets the files go."""
        for file in self._files:
            file.close()


def _digest(metadata: ImportMetadata, file: BinaryIO) -> tuple[int, str]:
    """Size, and the SHA-256 over the canonical metadata and the SHA-256 of the file; leaves it at its start."""
    inner, size = hashlib.sha256(), 0
    file.seek(0)
    while chunk := file.read(MIB):
        inner.update(chunk)
        size += len(chunk)
    file.seek(0)
    told = json.dumps(metadata.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
    return size, hashlib.sha256(told.encode() + inner.digest()).hexdigest()


def _invalid(error: ValidationError) -> Invalid:
    """The first place that does not fit; what stood there is not repeated."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    return Invalid(where=".".join(str(part) for part in first["loc"]) or "body")
