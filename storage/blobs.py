"""The only module that talks to the object store: plain S3 through the `minio` client, errors in our own words."""

from __future__ import annotations

import hashlib
import io
import re
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, cast
from xml.etree import ElementTree

import urllib3
from minio import Minio
from minio.commonconfig import COMPLIANCE
from minio.error import MinioException, S3Error
from minio.retention import Retention
from minio.versioningconfig import VersioningConfig

from storage import config
from storage.cipher import Readable, read_full
from storage.errors import Corrupt, NotFound, StoreDown, StoreFull, StoreRefused

PART = 8 * config.MIB
_MISSING = {"NoSuchKey", "NoSuchObject", "NoSuchBucket", "NoSuchVersion"}
_FULL = {"InsufficientStorage", "XMinioStorageFull", "QuotaExceeded", "EntityTooLarge"}
_AWAY = {"SlowDown", "ServiceUnavailable", "InternalError", "RequestTimeout"}


class Reader:
    """An object's bytes as they come from the store; give it back with `close`."""

    def __init__(self, response: urllib3.BaseHTTPResponse) -> None:
        self._response = response

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes, b"" at the end. Raises StoreDown when the connection breaks."""
        try:
            return self._response.read(size)
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise StoreDown from error

    def close(self) -> None:
        """Gives the connection back."""
        self._response.close()
        self._response.release_conn()

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@dataclass(frozen=True, slots=True)
class Listed:
    """An object as a listing tells of it."""

    key: str
    size: int
    etag: str


class BlobStore:
    """Objects by bucket and key. Raises StoreDown, StoreFull, StoreRefused; NotFound where an object is asked for."""

    def __init__(self, address: config.Address) -> None:
        self.address = address
        pool = urllib3.PoolManager(
            timeout=urllib3.Timeout(connect=3, read=60),
            maxsize=8,
            retries=urllib3.Retry(total=3, backoff_factor=0.2, status_forcelist=[502, 503, 504]),
        )
        self._s3 = Minio(
            endpoint=address.endpoint,
            access_key=address.access_key,
            secret_key=address.secret_key,
            secure=address.secure,
            region="us-east-1",
            http_client=pool,
        )

    def make_bucket(self, bucket: str, *, locked: bool) -> None:
        """Makes the bucket if it is not there; `locked` with versioning and object lock, which cannot come later."""
        with _our_errors():
            if self._s3.bucket_exists(bucket_name=bucket):
                return
            self._s3.make_bucket(bucket_name=bucket, object_lock=locked)
            if locked:
                self._s3.set_bucket_versioning(bucket_name=bucket, config=VersioningConfig("Enabled"))

    def versioned(self, bucket: str) -> bool:
        """Whether the bucket says that it keeps old versions."""
        with _our_errors():
            return bool(self._s3.get_bucket_versioning(bucket_name=bucket).status == "Enabled")

    def put(self, bucket: str, key: str, content: bytes, *, until: datetime | None = None) -> None:
        """Stores bytes whole; locked against deletion and change until then."""
        with _our_errors():
            self._s3.put_object(
                bucket_name=bucket,
                object_name=key,
                data=io.BytesIO(content),
                length=len(content),
                retention=_lock(until),
            )

    def put_stream(self, bucket: str, key: str, content: Readable, *, until: datetime | None = None) -> None:
        """Stores a stream of unknown length; memory stays at a few parts of 8 MiB."""
        with _our_errors():
            self._s3.put_object(
                bucket_name=bucket,
                object_name=key,
                data=cast(BinaryIO, content),
                length=-1,
                part_size=PART,
                num_parallel_uploads=1,
                retention=_lock(until),
            )

    def put_new(self, bucket: str, key: str, content: bytes, *, checksum: bytes | None = None) -> bool:
        """Stores bytes only where nothing is; False when something is. `checksum` is sent as the SHA-256 to expect.

        The client's `put_object` cannot send If-None-Match (it would become user metadata), hence its inner call.
        """
        headers: dict[str, str | list[str] | tuple[str]] = {"If-None-Match": "*"}
        if checksum is not None:
            headers["x-amz-checksum-sha256"] = b64encode(checksum).decode()
        try:
            with _our_errors():
                self._s3._execute("PUT", bucket_name=bucket, object_name=key, body=content, headers=headers)
        except StoreRefused as refused:
            if refused.context.get("reason") in {"PreconditionFailed", "ConditionalRequestConflict"}:
                return False
            raise
        return True

    def publish(
        self, source: tuple[str, str], target: tuple[str, str], *, sha512: str, until: datetime | None = None
    ) -> None:
        """Carries staged bytes to their place, proving their digest (hex) on the way. Raises Corrupt, NotFound.

        Not the store's own copy: SeaweedFS 4.48 ignores the retention that a copy asks for, and the copy is unlocked.
        """
        with self.get(*source) as reader:
            counted = Digests(reader, "sha512")
            first = read_full(counted, PART)
            if len(first) < PART:
                if counted.hex("sha512") != sha512:
                    raise Corrupt(what=source[1])
                self.put(*target, first, until=until)
                return
            self.put_stream(*target, _Again(first, counted), until=until)
            if counted.hex("sha512") != sha512:
                raise Corrupt(what=source[1])

    def get(self, bucket: str, key: str) -> Reader:
        """The object as a stream."""
        with _our_errors(key):
            return Reader(self._s3.get_object(bucket_name=bucket, object_name=key))

    def get_bytes(self, bucket: str, key: str) -> bytes:
        """A small object whole."""
        with self.get(bucket, key) as reader:
            parts = []
            while part := reader.read(1 << 16):
                parts.append(part)
            return b"".join(parts)

    def size(self, bucket: str, key: str) -> int | None:
        """The size in bytes, None when there is no such object."""
        try:
            with _our_errors(key):
                return int(self._s3.stat_object(bucket_name=bucket, object_name=key).size or 0)
        except NotFound:
            return None

    def locked_until(self, bucket: str, key: str) -> datetime | None:
        """Until when the newest version is locked; None when it is not.

        Read raw: the client takes no date but one in whole seconds that ends in Z, and stores write others.
        """
        try:
            with _our_errors(key):
                answer = self._s3._execute(
                    "GET", bucket_name=bucket, object_name=key, query_params={"retention": ""}
                ).data.decode()
        except (NotFound, StoreRefused):
            return None
        date = re.search(r"<RetainUntilDate>([^<]+)</RetainUntilDate>", answer)
        return datetime.fromisoformat(date[1]) if date else None

    def keys(self, bucket: str, prefix: str = "") -> Iterator[str]:
        """The keys under a prefix, in the store's order."""
        with _our_errors():
            for found in self._s3.list_objects(bucket_name=bucket, prefix=prefix, recursive=True):
                if found.object_name and not found.is_dir:
                    yield found.object_name

    def listed(self, bucket: str, prefix: str = "") -> Iterator[Listed]:
        """The same with size and ETag, by which a changed object is known."""
        with _our_errors():
            for found in self._s3.list_objects(bucket_name=bucket, prefix=prefix, recursive=True):
                if found.object_name and not found.is_dir:
                    yield Listed(found.object_name, int(found.size or 0), found.etag or "")

    def versions(self, bucket: str, key: str) -> list[str]:
        """The ids of all versions of one object, newest first, delete markers left out; read raw as in locked_until."""
        with _our_errors(key):
            answer = self._s3._execute("GET", bucket_name=bucket, query_params={"versions": "", "prefix": key})
        listed = ElementTree.fromstring(answer.data)
        return [
            item.findtext("{*}VersionId", "")
            for item in listed.iterfind("{*}Version")
            if item.findtext("{*}Key") == key
        ]

    def delete(self, bucket: str, key: str, *, version: str | None = None) -> None:
        """Removes the object (one version of it); that it is not there is no error."""
        with _our_errors():
            self._s3.remove_object(bucket_name=bucket, object_name=key, version_id=version)


class Digests:
    """Counts and digests what is read through it."""

    def __init__(self, source: Readable, *names: str) -> None:
        self._source = source
        self._hashes = {name: hashlib.new(name) for name in names}
        self.size = 0

    def read(self, size: int, /) -> bytes:
        """Reads from the source."""
        part = self._source.read(size)
        self.size += len(part)
        for digest in self._hashes.values():
            digest.update(part)
        return part

    def hex(self, name: str) -> str:
        """The digest so far."""
        return self._hashes[name].hexdigest()


class _Again:
    """What was read already, and then the rest."""

    def __init__(self, head: bytes, rest: Readable) -> None:
        self._head = head
        self._rest = rest

    def read(self, size: int, /) -> bytes:
        if self._head:
            part, self._head = self._head[:size], self._head[size:]
            return part
        return self._rest.read(size)


_stores: dict[config.Address, BlobStore] = {}


def blobs() -> BlobStore:
    """The object store of this installation; its address is read anew, since the embedded one may have moved."""
    address = config.address()
    if address not in _stores:
        _stores.clear()
        _stores[address] = BlobStore(address)
    return _stores[address]


def _lock(until: datetime | None) -> Retention | None:
    return Retention(COMPLIANCE, until) if until else None


@contextmanager
def _our_errors(key: str = "") -> Iterator[None]:
    try:
        yield
    except S3Error as error:
        if error.code in _MISSING:
            raise NotFound(key=key) from error
        if error.code in _FULL:
            raise StoreFull(needed="?", free="?") from error
        if error.code in _AWAY:
            raise StoreDown from error
        raise StoreRefused(reason=error.code) from error
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise StoreDown from error
    except MinioException as error:
        raise StoreRefused(reason=type(error).__name__) from error
