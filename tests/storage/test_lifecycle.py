"""What becomes of a document: only its agency decides, nothing is destroyed lightly, and what is gone stays gone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

import storage
from accounts import Actor, Purpose, Role
from storage import config, keys, lifecycle
from storage.blobs import blobs
from storage.models import Document, Event, Field, Intake, Tombstone
from tests.storage.conftest import OFFICER, PURPOSE, STRANGER, Archive

pytestmark = pytest.mark.s3


def test_only_the_agency_that_keeps_it_changes_what_becomes_of_it(archive: Archive) -> None:
    owner = archive.person()
    ref = archive.original(owner)
    citizen = Actor("c", roles=frozenset({Role.CITIZEN}), owner=str(owner))
    for actor in (STRANGER, citizen):
        with pytest.raises(storage.NotAllowed):
            storage.revoke(ref.document, actor, "vì sao")
        with pytest.raises(storage.NotAllowed):
            storage.destroy(ref.document, actor, ground="g", approved_by=("a", "b"), mistaken=True)
    storage.revoke(ref.document, OFFICER, "cấp sai thẩm quyền")
    event = Event.objects.get(action="document.revoked")
    assert (event.document, event.purpose) == (ref.document, "cấp sai thẩm quyền")
    assert storage.open(ref.document, OFFICER, PURPOSE).read(), "revoked is not hidden"


def test_a_restricted_document_is_for_its_owner_and_its_leader(archive: Archive) -> None:
    owner = archive.person()
    ref = archive.original(owner)
    storage.restrict(ref.document, OFFICER, "yêu cầu xóa bị từ chối vì nghĩa vụ lưu trữ")
    leader = replace(OFFICER, id="leader", roles=frozenset({Role.LEADER}))
    citizen = Actor("c", roles=frozenset({Role.CITIZEN}), owner=str(owner))
    assert storage.open(ref.document, leader, PURPOSE).read()
    assert storage.open(ref.document, citizen, Purpose("OWNER")).read()
    for actor in (OFFICER, STRANGER):
        with pytest.raises(storage.NotAllowed):
            storage.open(ref.document, actor, PURPOSE)
    for asked in (storage.Query(owner=owner), storage.Query()):
        everything = replace(asked, statuses=tuple(storage.Status))
        for actor in (OFFICER, STRANGER, replace(OFFICER, roles=frozenset({Role.SYSTEM}))):
            assert storage.search(everything, actor, PURPOSE).handles == (), actor.roles
        for actor in (leader, citizen, replace(OFFICER, owner=str(owner))):
            assert len(storage.search(everything, actor, PURPOSE).handles) == 1, actor.roles
    chief = replace(leader, agencies=STRANGER.agencies)
    assert storage.search(replace(everything, owner=owner), chief, PURPOSE).handles == (), "another agency's leader"


def test_the_scan_of_a_restricted_document_is_hidden_with_it(archive: Archive) -> None:
    ref = archive.original()
    scan = Intake.objects.get()
    leader = replace(OFFICER, id="leader", roles=frozenset({Role.LEADER}))
    storage.restrict(ref.document, OFFICER, "theo yêu cầu")
    for read in (storage.open_intake, storage.intake_name):
        with pytest.raises(storage.NotAllowed):
            read(scan.id, OFFICER, PURPOSE)
    assert storage.open_intake(scan.id, leader, PURPOSE).read()
    storage.release(ref.document, leader, "hết hạn chế")
    assert storage.open_intake(scan.id, OFFICER, PURPOSE).read()


def test_destruction_needs_two_people_a_ground_and_the_end_of_retention(archive: Archive) -> None:
    ref = archive.original()
    for given in (
        {"ground": "g", "approved_by": ("a",), "mistaken": True},
        {"ground": "g", "approved_by": ("a", "a"), "mistaken": True},
        {"ground": " ", "approved_by": ("a", "b"), "mistaken": True},
        {"ground": "g", "approved_by": ("a", "b"), "mistaken": False},
    ):
        with pytest.raises(storage.StillKept):
            storage.destroy(ref.document, OFFICER, **given)  # type: ignore[arg-type]
    Document.objects.update(retain_until=datetime.now(UTC) - timedelta(days=1))
    storage.destroy(ref.document, OFFICER, ground="Hết thời hạn lưu trữ", approved_by=("a", "b"))
    assert not Document.objects.exists() and not Field.objects.exists()
    stone = Tombstone.objects.get()
    assert (stone.document, stone.ground, stone.approved_by) == (ref.document, "Hết thời hạn lưu trữ", ["a", "b"])
    with pytest.raises(storage.Destroyed):
        storage.assess(ref.document, storage.Requirement(owner=stone.owner_id, on=datetime.now(UTC).date()))
    storage.destroy(ref.document, OFFICER, ground="g", approved_by=("a", "b"))


def test_a_destruction_that_is_done_is_left_alone_until_the_next_start(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sweeper resumes twice a minute: it touches nothing of what was destroyed long ago."""
    ref = archive.original()
    storage.destroy(ref.document, OFFICER, ground="Nhầm", approved_by=("a", "b"), mistaken=True)
    touched: list[UUID] = []
    destroy_keys = keys.destroy_keys

    def told(family: str, obj: UUID) -> int:
        touched.append(obj)
        return destroy_keys(family, obj)

    monkeypatch.setattr(keys, "destroy_keys", told)
    storage.resume()
    assert touched == []
    came_back = f"documents/{ref.document}/{uuid4()}"
    blobs().put(config.buckets().keys, came_back, b"out of somebody's backup")
    storage.resume(every=True)
    assert touched == [ref.document]
    assert blobs().size(config.buckets().keys, came_back) is None


def test_a_crash_before_the_key_went_is_made_good(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    ref = archive.original()

    def die(*_: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(keys, "destroy_keys", die)
        with pytest.raises(KeyboardInterrupt):
            storage.destroy(ref.document, OFFICER, ground="Nhầm", approved_by=("a", "b"), mistaken=True)
    left = f"documents/{ref.document}/"
    assert list(blobs().keys(config.buckets().keys, left))
    storage.resume()
    assert not list(blobs().keys(config.buckets().keys, left))
    assert lifecycle.replay_tombstones(every=True) == 0
    with pytest.raises(storage.Destroyed):
        archive.later(ref.document, storage.VersionRole.ARCHIVAL, 1)
