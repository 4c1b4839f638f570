"""Takes a file in piece by piece and hands it to the archive when it is whole.

Pieces are objects of the transient store; a row counts them. A piece counts only once its bytes are stored, by
comparing and setting the offset, so two browsers that send the same piece store it once.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.http.request import UnreadablePostError
from django.utils import timezone

import storage
import workers
from accounts import Actor
from catalogue import nfc
from dossiers.models import Dossier
from portal.uploads.errors import ChecksumWrong, EmptyUpload, UploadBusy, UploadGone, UploadTooLarge, WrongOffset
from portal.uploads.models import Upload

MIB = 1 << 20
LARGEST = 200 * MIB
PIECE = 4 * MIB
LIFE = timedelta(hours=24)
LEASE = timedelta(minutes=2)
"""So long a request that hands a file to the archive is left alone; one that was killed holds it up no longer."""
ALGORITHMS = ("sha256", "sha1")


class Readable(Protocol):
    """Where bytes come from."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Checksum:
    """What the sender says of a piece: the algorithm's name and the digest."""

    algorithm: str
    digest: bytes


def create(dossier: Dossier, actor: Actor, *, size: int, name: str, media_type: str) -> Upload:
    """Opens an upload for a dossier, where there is room for it. Raises EmptyUpload, UploadTooLarge, StoreFull."""
    if size <= 0:
        raise EmptyUpload()
    if size > LARGEST:
        raise UploadTooLarge(limit=LARGEST // MIB)
    forget_expired()
    storage.check_space(size)
    upload = Upload(
        dossier=dossier.id,
        user_id=UUID(actor.id),
        media_type=media_type[:100],
        size=size,
        expires_at=timezone.now() + LIFE,
    )
    storage.stash(_name_key(upload), nfc(name)[:255].encode(), ttl=LIFE)
    upload.save(force_insert=True)
    return upload


def find(upload_id: UUID, actor: Actor) -> Upload:
    """The upload of this person. Raises UploadGone."""
    upload = Upload.objects.filter(pk=upload_id, user_id=actor.id, expires_at__gt=timezone.now()).first()
    if upload is None:
        raise UploadGone()
    return upload


def append(
    upload: Upload, stream: Readable, *, offset: int, checksum: Checksum | None = None, length: int | None = None
) -> Upload:
    """Stores what the stream gives from `offset` on. Raises WrongOffset, UploadTooLarge, ChecksumWrong.

    Where the connection breaks, what had come is kept, unless a checksum would have covered it. A last piece that
    comes again (`length` bytes up to the end of a file that is whole) is not read: its sender missed the answer.
    """
    if upload.whole and length is not None and offset + length == upload.size:
        return upload
    if offset != upload.offset:
        raise WrongOffset()
    digest = hashlib.new(checksum.algorithm, usedforsecurity=False) if checksum else None
    pieces: list[tuple[str, int]] = []
    broken = False
    while True:
        try:
            content = _read(stream, PIECE)
        except UnreadablePostError:
            broken = True
            break
        if not content:
            break
        if offset + sum(size for _, size in pieces) + len(content) > upload.size:
            _drop(pieces)
            raise UploadTooLarge(limit=upload.size // MIB)
        if digest:
            digest.update(content)
        key = f"uploads/{upload.id}/{secrets.token_hex(8)}"
        storage.stash(key, content, ttl=LIFE)
        pieces.append((key, len(content)))
    if checksum and digest and (broken or digest.digest() != checksum.digest):
        _drop(pieces)
        raise ChecksumWrong()
    return _count(upload, pieces)


def finish(upload: Upload, actor: Actor) -> Upload:
    """Hands a whole file to the archive and asks for its digitization; done twice, it is done once.

    One request does it at a time. Another that asks meanwhile gets the upload as it stands: whole, and not yet `done`.
    Raises UploadGone and what `storage.receive` raises; the pieces stay and the next request tries again.
    """
    if upload.done or not upload.whole:
        return upload
    until = timezone.now() + LEASE
    idle = Q(finishing_until__isnull=True) | Q(finishing_until__lte=timezone.now())
    if not Upload.objects.filter(idle, pk=upload.pk, intake__isnull=True).update(finishing_until=until):
        return _fresh(upload)
    try:
        return _deliver(upload, actor)
    except BaseException as error:
        Upload.objects.filter(pk=upload.pk, finishing_until=until).update(finishing_until=None)
        if isinstance(error, UploadGone) and (now := _fresh(upload)).done:
            return now  # so slow that another request took over, and it has put the pieces away
        raise


def _deliver(upload: Upload, actor: Actor) -> Upload:
    dossier = Dossier.objects.get(pk=upload.dossier)
    name = (storage.stashed(_name_key(upload)) or b"").decode()
    intake = storage.receive(
        _Joined(upload),
        name=name,
        media_type=upload.media_type,
        actor=actor,
        dossier=dossier.code,
        agency=dossier.receive_agency,
        key=f"upload:{upload.id}",
        size=upload.size,
    )
    with transaction.atomic():
        job = workers.enqueue(
            "digitize",
            key=f"digitize:{intake.id}",
            payload={"intake": str(intake.id), "actor": actor.id},
            dossier=dossier.code,
            created_by=actor.id,
        )
        upload.intake, upload.job = intake.id, job.id
        Upload.objects.filter(pk=upload.pk).update(intake=intake.id, job=job.id, finishing_until=None)
    with suppress(storage.StorageError):  # the file is accepted; pieces that stay end with their 24 hours
        storage.unstash(f"uploads/{upload.id}/")
    return upload


def discard(upload: Upload) -> None:
    """Forgets an upload and its pieces. Raises UploadBusy while they are being handed to the archive."""
    if not upload.done and upload.finishing_until is not None and upload.finishing_until > timezone.now():
        raise UploadBusy()
    storage.unstash(f"uploads/{upload.id}/")
    upload.delete()


def forget_expired(most: int = 20) -> int:
    """Forgets uploads whose 24 hours are over; each new upload clears a few. Says how many."""
    now = timezone.now()
    busy = Q(intake__isnull=True, finishing_until__gt=now)
    old = list(Upload.objects.filter(~busy, expires_at__lte=now)[:most])
    for upload in old:
        discard(upload)
    return len(old)


def _fresh(upload: Upload) -> Upload:
    """The upload as its row says now. Raises UploadGone."""
    row = Upload.objects.filter(pk=upload.pk).first()
    if row is None:
        raise UploadGone()
    return row


def _name_key(upload: Upload) -> str:
    return f"uploads/{upload.id}/name"


def _read(stream: Readable, size: int) -> bytes:
    """Reads until `size` bytes have come or the stream ends."""
    parts: list[bytes] = []
    while size and (part := stream.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _drop(pieces: list[tuple[str, int]]) -> None:
    for key, _ in pieces:
        storage.unstash(key)


def _count(upload: Upload, pieces: list[tuple[str, int]]) -> Upload:
    """Moves the offset if nobody else has. Raises WrongOffset, UploadGone."""
    offset = upload.offset + sum(size for _, size in pieces)
    known = [*upload.pieces, *([key, size] for key, size in pieces)]
    moved = Upload.objects.filter(pk=upload.pk, offset=upload.offset).update(offset=offset, pieces=known)
    if not moved:
        _drop(pieces)
        now = _fresh(upload)
        if now.whole and now.offset == offset:
            return now  # the last piece came twice at once
        raise WrongOffset()
    upload.offset, upload.pieces = offset, known
    return upload


class _Joined:
    """The pieces as one stream; holds one piece in memory at a time."""

    def __init__(self, upload: Upload) -> None:
        self._rest = self._contents(upload)
        self._now = b""

    @staticmethod
    def _contents(upload: Upload) -> Iterator[bytes]:
        for key, size in upload.pieces:
            content = storage.stashed(key)
            if content is None or len(content) != size:
                raise UploadGone()
            yield content

    def read(self, size: int = -1, /) -> bytes:
        while not self._now:
            try:
                self._now = next(self._rest)
            except StopIteration:
                return b""
        end = len(self._now) if size < 0 else size
        part, self._now = self._now[:end], self._now[end:]
        if size < 0:
            return part + b"".join(self._rest)
        return part
