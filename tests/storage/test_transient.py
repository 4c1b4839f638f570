"""What must vanish does, nobody can read or move it meanwhile."""

from __future__ import annotations

from datetime import timedelta

import pytest

import storage
from hoso.objectstore import ObjectStore
from storage import config
from storage.blobs import blobs

pytestmark = pytest.mark.s3
HOUR = timedelta(hours=1)
NOW = timedelta()


def test_bytes_come_back_until_their_time_is_over(store: ObjectStore) -> None:
    storage.stash("t/1", b"a piece of a scan", ttl=HOUR)
    storage.stash("t/2", b"", ttl=NOW)
    assert storage.stashed("t/1") == b"a piece of a scan"
    assert storage.stashed("t/2") is None
    assert storage.stashed("t/never") is None


def test_the_store_holds_no_plain_byte(store: ObjectStore) -> None:
    storage.stash("t/sealed", b"001190000018", ttl=HOUR)
    assert b"001190000018" not in blobs().get_bytes(config.buckets().transient, "stash/t/sealed")


def test_an_object_in_anothers_place_is_found_out(store: ObjectStore) -> None:
    storage.stash("t/a", b"a", ttl=HOUR)
    bucket = config.buckets().transient
    blobs().put(bucket, "stash/t/b", blobs().get_bytes(bucket, "stash/t/a"))
    with pytest.raises(storage.Corrupt):
        storage.stashed("t/b")


def test_a_prefix_is_forgotten_whole_and_nothing_else(store: ObjectStore) -> None:
    for key in ("u/1/x", "u/1/y", "u/2/x"):
        storage.stash(key, b"x", ttl=HOUR)
    storage.unstash("u/1/")
    assert [storage.stashed(key) for key in ("u/1/x", "u/1/y", "u/2/x")] == [None, None, b"x"]


def test_the_sweep_takes_what_is_over(store: ObjectStore) -> None:
    storage.stash("s/old", b"x", ttl=NOW)
    storage.stash("s/new", b"x", ttl=HOUR)
    assert storage.sweep_stash() >= 1
    assert "stash/s/old" not in list(blobs().keys(config.buckets().transient, "stash/s/"))
    assert storage.stashed("s/new") == b"x"
