"""Start-up and health: makes the buckets and the storage root, and finds out by doing what the object store can do."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from storage import config, keys, objects, ocfl
from storage.blobs import BlobStore, blobs
from storage.copies.errors import RestoreUnfinished
from storage.errors import StoreRefused
from storage.lifecycle import replay_tombstones
from storage.reports import StoreReport
from storage.values import Reason

_MISSING = {
    "conditional_put": Reason(
        "no_conditional_put",
        "kho tệp không hỗ trợ ghi có điều kiện; việc ghi một lần dựa vào cơ sở dữ liệu",
        "the object store has no conditional put; write-once rests on the database",
    ),
    "versioning": Reason(
        "no_versioning",
        "kho tệp không giữ phiên bản cũ; tệp bị ghi đè sẽ không lấy lại được",
        "the object store keeps no old versions; what is overwritten is gone",
    ),
    "retention": Reason(
        "no_retention",
        "kho tệp không khóa được tệp theo thời hạn lưu giữ",
        "the object store cannot lock objects for their retention",
    ),
    "checksum": Reason(
        "no_checksum",
        "kho tệp không kiểm tra mã băm khi nhận tệp",
        "the object store does not check digests of what it receives",
    ),
}
_PROBE = "probe/"
RESTORING = "restoring.json"
"""The file under HOSO_DATA that stands while a restore is under way."""
README = """This folder is an OCFL 1.1 storage root. Every object is <owner uuid>/<document uuid> or <owner uuid>/owner.
Content files are sealed: AES-256-GCM in segments of 1 MiB, under keys that are kept in another bucket.
docs/archive.md of the software that wrote them says how to open them without it.
"""


def prepare() -> StoreReport:
    """Makes what is missing (buckets, storage root), finishes what a crash left, and says what the store can do.

    To be called once at start, before anything else uses the archive. May be repeated. Raises StoreDown,
    RestoreUnfinished.
    """
    unfinished = config.data() / RESTORING
    if unfinished.exists():
        raise RestoreUnfinished(made_at=json.loads(unfinished.read_bytes())["made_at"])
    make_buckets()
    report = probe()
    resume(every=True)
    return report


def make_buckets() -> None:
    """Makes the buckets and the storage root where they are missing, and proves the master key against them."""
    store, names = blobs(), config.buckets()
    store.make_bucket(names.archive, locked=True)
    store.make_bucket(names.keys, locked=False)
    store.make_bucket(names.transient, locked=False)
    for name, content in (ocfl.ROOT_DECLARATION, ("README.txt", README.encode())):
        if store.size(names.archive, ocfl.ROOT + name) is None:
            store.put(names.archive, ocfl.ROOT + name, content)
    keys.check_master()


def resume(*, every: bool = False) -> int:
    """Finishes what crashes left: publications after their commit, destructions; says how many publications. `every`
    destruction is done again at a start and after a restore, when keys may have come back."""
    finished = objects.resume()
    replay_tombstones(every=every)
    return finished


def probe() -> StoreReport:
    """Tries conditional put, versioning, retention and checksums on small objects, and reports what was seen."""
    store, names = blobs(), config.buckets()
    tests: dict[str, Callable[[], bool]] = {
        "conditional_put": lambda: _conditional(store, names.transient),
        "versioning": lambda: _versioning(store, names.archive),
        "retention": lambda: _retention(store, names.archive),
        "checksum": lambda: _checksum(store, names.transient),
    }
    seen = {name: test() for name, test in tests.items()}
    missing = tuple(_MISSING[name] for name, able in seen.items() if not able)
    return StoreReport(endpoint=store.address.endpoint, missing=missing, **seen)


def _conditional(store: BlobStore, bucket: str) -> bool:
    key = f"{_PROBE}{uuid4()}"
    try:
        return store.put_new(bucket, key, b"1") and not store.put_new(bucket, key, b"2")
    except StoreRefused:
        return False
    finally:
        store.delete(bucket, key)


def _versioning(store: BlobStore, bucket: str) -> bool:
    key = f"{_PROBE}{uuid4()}"
    store.put(bucket, key, b"1")
    store.put(bucket, key, b"2")
    found = store.versions(bucket, key)
    for version in found:
        store.delete(bucket, key, version=version)
    return len(found) == 2 and store.versioned(bucket)


def _retention(store: BlobStore, bucket: str) -> bool:
    """Leaves one object of a byte behind, locked for a minute: that is what it proves."""
    key = f"{_PROBE}lock"
    until = datetime.now(UTC) + timedelta(minutes=1)
    try:
        store.put(bucket, key, b"1", until=until)
    except StoreRefused:
        return False
    locked = store.locked_until(bucket, key)
    if locked is None or locked < until - timedelta(seconds=2):
        return False
    try:
        for version in store.versions(bucket, key)[:1]:
            store.delete(bucket, key, version=version)
    except StoreRefused:
        return True
    return False


def _checksum(store: BlobStore, bucket: str) -> bool:
    key = f"{_PROBE}{uuid4()}"
    try:
        store.put_new(bucket, key, b"1", checksum=hashlib.sha256(b"2").digest())
    except StoreRefused:
        return True
    finally:
        store.delete(bucket, key)
    return False
