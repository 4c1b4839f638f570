"""Takes a file to be checked: into memory up to a limit, then sealed in the transient store for ten minutes."""

from __future__ import annotations

import hashlib
import io
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.db import transaction
from django.http import HttpRequest

import storage
import workers
from dossiers.models import Result
from portal.http import VISITOR, whole_number
from portal.verify.errors import FileTooLarge, NoFile, NotPdf
from portal.verify.standing import Form
from workers import Job

MIB = 1 << 20
LARGEST = 20 * MIB
FORM = 64 * 1024
"""What the rest of the form may weigh."""
LIFE = timedelta(minutes=10)
HEAD = 1024
"""Readers accept a PDF whose mark stands in its first kilobyte."""


class InMemory(FileUploadHandler):
    """Keeps the file in memory, never on the disk of the web server; `prepare` has seen to its size."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.kept = bytearray()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.kept += raw_data

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        content = io.BytesIO(bytes(self.kept))
        return InMemoryUploadedFile(content, self.field_name, "file", self.content_type, file_size, self.charset)


def prepare(request: HttpRequest) -> None:
    """Before the body is read: refuses what says itself that it is too large. Raises FileTooLarge."""
    if (whole_number(request.META.get("CONTENT_LENGTH") or "") or 0) > LARGEST + FORM:
        raise FileTooLarge(limit=LARGEST // MIB)
    request.upload_handlers = [InMemory(request)]


def form_of(known: storage.Recognized) -> Form:
    """Which form of the document a file is. A result is issued with the agency's seal, a copy with the signature."""
    if known.newest:
        return Form.NEWEST
    whole = known.sealed or known.role is not storage.VersionRole.ISSUED
    return Form.OLDER if whole else Form.UNSEALED


def submit(request: HttpRequest, result: Result | None) -> Job:
    """Puts the file away and asks a worker to verify it, against the result of a code if there is one.

    Raises NoFile, NotPdf and what the object store raises.
    """
    given = request.FILES.get("file")
    content = given.read() if given is not None else b""
    if not content:
        raise NoFile()
    if b"%PDF-" not in content[:HEAD]:
        raise NotPdf()
    upload = uuid4().hex
    storage.stash(workers.verify_key(upload), content, ttl=LIFE)
    payload: dict[str, object] = {"upload": upload}
    with transaction.atomic():
        known = storage.recognize(hashlib.sha256(content).hexdigest(), VISITOR)
        if known is not None:
            payload |= {"document": str(known.document), "form": form_of(known)}
        if result is not None:
            payload["result"] = str(result.id)
        return workers.enqueue("verify", key=f"verify:{upload}", payload=payload)
