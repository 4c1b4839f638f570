"""Versions are written once, in order, by one winner; a crash at any step loses and doubles nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

import storage
from storage import config, objects, ocfl
from storage.blobs import BlobStore, blobs
from storage.models import ArchiveObject, Document, Event, Version
from storage.values import VersionRole
from tests.storage.conftest import OFFICER, PURPOSE, Archive

pytestmark = pytest.mark.s3


class Killed(BaseException):
    """Stands for the process's end at this point."""


def die(*_: object, **__: object) -> None:
    raise Killed


def test_three_versions_each_name_what_they_were_made_from(archive: Archive) -> None:
    ref = archive.original(content=b"one")
    archive.later(ref.document, VersionRole.ARCHIVAL, 1, content=b"two")
    archive.later(ref.document, VersionRole.CERTIFIED, 2, content=b"three")
    kept = storage.versions(ref.document, OFFICER)
    assert [(v.number, v.role) for v in kept] == [(1, "original"), (2, "archival"), (3, "certified")]
    assert [storage.open(ref.document, OFFICER, PURPOSE, version=n).read() for n in (1, 2, 3)] == [
        b"one",
        b"two",
        b"three",
    ]
    row = Version.objects.get(document=ref.document, number=2)
    assert (row.made_from, row.software, row.settings) == (1, "hoso 0.1.0", {"dpi": "300"})
    with pytest.raises(storage.BadDeposit):
        archive.later(ref.document, VersionRole.ARCHIVAL, 9)
    with pytest.raises(storage.BadDeposit):
        archive.later(ref.document, VersionRole.ARCHIVAL, 1, software="")


def test_the_same_deposit_is_made_once(archive: Archive) -> None:
    document, owner = uuid4(), archive.person()
    first = archive.original(owner, document=document, key="job-1")
    again = archive.original(owner, document=document, key="job-1")
    assert (again.number, Version.objects.filter(document=document).count()) == (first.number, 1)
    one = archive.later(document, VersionRole.ARCHIVAL, 1, key="job-2")
    two = archive.later(document, VersionRole.ARCHIVAL, 1, key="job-2")
    assert one == two
    assert Event.objects.filter(document=document, action="document.deposit").count() == 2


def test_a_new_description_keeps_the_bytes(archive: Archive) -> None:
    ref = archive.original(content=b"one")
    new = storage.describe(ref.document, archive.metadata(title="Tên mới", fields=()), OFFICER, "put-1")
    assert storage.describe(ref.document, archive.metadata(title="Tên mới"), OFFICER, "put-1") == new
    assert (new.number, new.role, new.sha256) == (2, VersionRole.METADATA, ref.sha256)
    assert storage.open(ref.document, OFFICER, PURPOSE).read() == b"one"
    assert storage.handle(ref.document, OFFICER).title == "Tên mới"
    archive.later(ref.document, VersionRole.ARCHIVAL, 1, content=b"three")
    assert storage.open(ref.document, OFFICER, PURPOSE, version=2).read() == b"one"
    assert storage.open(ref.document, OFFICER, PURPOSE).read() == b"three"
    assert storage.handle(ref.document, OFFICER).title == "Tên mới"


CRASHES: dict[str, tuple[Any, str]] = {
    "before staging": (BlobStore, "put_stream"),
    "before the commit": (objects.Draft, "commit"),
    "carrying bytes to their place": (BlobStore, "publish"),
    "the version's inventory": (objects, "_put_inventory"),
    "clearing the plan": (objects, "_repair_root"),
}


@pytest.mark.parametrize("at", list(CRASHES))
def test_a_crash_leaves_nothing_or_everything(
    committed_archive: Archive, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    archive, (home, name) = committed_archive, CRASHES[at]
    ref = archive.original(content=b"one")
    with monkeypatch.context() as patch:
        patch.setattr(home, name, die)
        patch.setattr(objects.Draft, "discard", lambda _: None)  # a killed process tidies nothing
        with pytest.raises(Killed):
            archive.later(ref.document, VersionRole.ARCHIVAL, 1, key="job", content=b"two")
    committed = Version.objects.filter(document=ref.document, number=2).exists()
    assert committed == (not at.startswith("before"))
    ArchiveObject.objects.update(lease_until=datetime.now(UTC) - timedelta(seconds=1))
    if committed:
        assert storage.open(ref.document, OFFICER, PURPOSE).read() == b"two", "a reader finishes the publication"
    again = archive.later(ref.document, VersionRole.ARCHIVAL, 1, key="job", content=b"two")
    assert again.number == 2
    assert Event.objects.filter(document=ref.document, version=2, action="document.deposit").count() == 1
    storage.resume()
    assert not list(blobs().keys(config.buckets().transient, objects.STAGING))
    base = f"ocfl/{Document.objects.get(id=ref.document).home_id}/{ref.document}/v2/"
    assert len(blobs().versions(config.buckets().archive, base + "content/document.sealed")) == 1
    assert storage.verify_objects().findings == ()


def test_the_next_writer_finishes_what_a_killed_one_committed(
    committed_archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = committed_archive
    ref = archive.original(content=b"one")
    with monkeypatch.context() as patch:
        patch.setattr(BlobStore, "publish", die)
        with pytest.raises(Killed):
            archive.later(ref.document, VersionRole.ARCHIVAL, 1, content=b"two")
    assert archive.later(ref.document, VersionRole.CERTIFIED, 2, content=b"three").number == 3
    assert storage.open(ref.document, OFFICER, PURPOSE, version=2).read() == b"two"


def test_a_writer_that_was_overtaken_publishes_nothing(committed_archive: Archive) -> None:
    archive = committed_archive
    ref = archive.original()
    path = ocfl.document_path(Document.objects.get(id=ref.document).home_id, ref.document)
    with pytest.raises(storage.FenceLost), objects.claim(path) as slow:
        slow.add(ocfl.DOCUMENT, [b"slow"])
        ArchiveObject.objects.filter(path=path).update(lease_until=datetime.now(UTC) - timedelta(seconds=1))
        archive.later(ref.document, VersionRole.ARCHIVAL, 1, content=b"quick")
        with transaction.atomic():
            slow.commit("slow", "worker")
    assert storage.open(ref.document, OFFICER, PURPOSE).read() == b"quick"
    assert not list(blobs().keys(config.buckets().transient, f"{objects.STAGING}{path}/"))


def test_clearing_up_never_takes_what_a_slow_writer_may_still_commit(committed_archive: Archive) -> None:
    archive = committed_archive
    ref = archive.original(content=b"one")
    path = ocfl.document_path(Document.objects.get(id=ref.document).home_id, ref.document)
    with objects.claim(path) as working:
        working.add(ocfl.DOCUMENT, [b"x"])
        storage.resume()
        assert list(blobs().keys(config.buckets().transient, f"{objects.STAGING}{path}/")), "its lease stands"
    with pytest.raises(storage.FenceLost), objects.claim(path) as slow:
        slow.add(ocfl.DOCUMENT, [b"x"])
        ArchiveObject.objects.filter(path=path).update(lease_until=datetime.now(UTC) - timedelta(seconds=1))
        storage.resume()
        with transaction.atomic():
            slow.commit("slow", "worker")
    assert archive.later(ref.document, VersionRole.ARCHIVAL, 1).number == 2


def test_a_rolled_back_commit_leaves_the_object_as_it_was(committed_archive: Archive) -> None:
    archive = committed_archive
    ref = archive.original(content=b"one")
    path = ocfl.document_path(Document.objects.get(id=ref.document).home_id, ref.document)
    with pytest.raises(RuntimeError), objects.claim(path) as draft:
        draft.add(ocfl.DOCUMENT, [b"x"])
        with transaction.atomic():
            draft.commit("m", "worker")
            raise RuntimeError
    assert archive.later(ref.document, VersionRole.ARCHIVAL, 1).number == 2


def racing(act: Callable[[], object], count: int = 4) -> list[object]:
    """What each of `count` threads got from doing the same at the same time."""
    results: list[object] = []
    gate = threading.Barrier(count)

    def run() -> None:
        gate.wait()
        try:
            results.append(act())
        except storage.StorageError as error:
            results.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_racing_writers_of_one_deposit_make_one_version(committed_archive: Archive) -> None:
    archive = committed_archive
    ref = archive.original()
    results = racing(lambda: archive.later(ref.document, VersionRole.ARCHIVAL, 1, key="job", content=b"two"))
    assert {getattr(result, "number", result) for result in results} == {2}
    assert Version.objects.filter(document=ref.document).count() == 2


def test_of_signatures_made_side_by_side_one_is_published(committed_archive: Archive) -> None:
    archive = committed_archive
    ref = archive.original()
    note = storage.SignatureNote("B-LTA", "Cán Bộ Mẫu", datetime.now(UTC))

    def sign() -> storage.VersionRef:
        return archive.later(
            ref.document, VersionRole.CERTIFIED, 1, key="certify", content=uuid4().bytes, signature=note
        )

    results = racing(sign)
    assert {getattr(result, "number", result) for result in results} == {2}
    assert Version.objects.filter(document=ref.document).count() == 2


def test_racing_writers_of_different_versions_all_come_in(committed_archive: Archive) -> None:
    archive = committed_archive
    ref = archive.original()
    results = racing(lambda: archive.later(ref.document, VersionRole.ARCHIVAL, 1))
    assert sorted(getattr(result, "number", 0) for result in results) == [2, 3, 4, 5]
    assert storage.verify_objects().findings == ()
    assert storage.verify_log().events > 0


def test_racing_makers_of_one_owner_make_one(committed_archive: Archive) -> None:
    identifier = committed_archive.identifier()
    results = racing(lambda: storage.owner_for(identifier, OFFICER, name="Nguyễn Văn Mẫu"))
    assert len(set(results)) == 1 and isinstance(results[0], UUID)
    bucket = config.buckets()
    assert not list(blobs().keys(bucket.transient, objects.STAGING))


def test_racing_uploads_under_one_key_give_one_intake(committed_archive: Archive) -> None:
    results = racing(lambda: committed_archive.scan(key="same").id)
    assert len(set(results)) == 1 and isinstance(results[0], UUID)
