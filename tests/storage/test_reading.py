"""The only door to bytes: the right bytes for the right people, an event before each, nothing without a purpose."""

from __future__ import annotations

from dataclasses import replace

import pytest

import storage
from accounts import WORKER, Actor, Purpose, Role
from storage import config
from storage.blobs import blobs
from storage.models import Document, Event, Version
from tests.storage.conftest import AGENCY, CITIZEN_ID, OFFICER, PURPOSE, STRANGER, Archive

pytestmark = pytest.mark.s3


def last() -> Event:
    event = Event.objects.order_by("-seq").first()
    assert event is not None
    return event


def test_the_event_stands_before_the_first_byte(archive: Archive) -> None:
    ref = archive.original(content=b"x" * 3_000_000)
    with storage.open(ref.document, replace(OFFICER, channel="desk", desk="Quầy 1"), PURPOSE) as opened:
        event = last()
        assert (event.action, event.result, event.document, event.version) == (
            "document.open",
            "ok",
            ref.document,
            1,
        )
        assert (event.actor, event.desk, event.channel, event.legal_basis, event.dossier) == (
            "officer-1",
            "Quầy 1",
            "desk",
            "TTHC:1.004873",
            PURPOSE.dossier,
        )
        assert b"".join(opened) == b"x" * 3_000_000


@pytest.mark.parametrize("purpose", [None, Purpose(""), Purpose("  ", "H26.01.02-261121-0001")])
def test_without_a_purpose_nothing_opens_not_even_for_workers_or_owners(
    archive: Archive, purpose: Purpose | None
) -> None:
    owner = archive.person()
    ref = archive.original(owner)
    citizen = Actor("c", roles=frozenset({Role.CITIZEN}), owner=str(owner))
    for actor in (OFFICER, WORKER, citizen):
        with pytest.raises(storage.PurposeMissing):
            storage.open(ref.document, actor, purpose)
        assert (last().result, last().actor) == ("storage.purpose_missing", actor.id)
    assert len(storage.events_for_owner(owner)) == 2 + 3, "made, deposited, refused three times"


def test_who_may_open(archive: Archive) -> None:
    owner = archive.person()
    ref = archive.original(owner)
    citizen = Actor("c", roles=frozenset({Role.CITIZEN}), owner=str(owner))
    someone = Actor("d", roles=frozenset({Role.CITIZEN}), owner=str(archive.person()))
    system = Actor("client:kho", roles=frozenset({Role.SYSTEM}), agencies=frozenset({"H26.09.09"}), clearance=2)
    for actor in (OFFICER, STRANGER, WORKER, citizen, system):
        assert storage.open(ref.document, actor, PURPOSE).read()
    refused = {
        "role": [someone, Actor("a", roles=frozenset({Role.AUDITOR, Role.ADMIN}), agencies=frozenset({AGENCY}))],
        "clearance": [replace(OFFICER, clearance=1), replace(system, clearance=1)],
    }
    for reason, actors in refused.items():
        for actor in actors:
            with pytest.raises(storage.NotAllowed) as error:
                storage.open(ref.document, actor, PURPOSE)
            assert error.value.context["reason"] == reason
    with pytest.raises(storage.PurposeMissing):
        storage.open(ref.document, STRANGER, Purpose("TTHC:1.004873"))
    assert storage.open(ref.document, OFFICER, Purpose("TTHC:1.004873")).read(), "within the agency that keeps it"


def test_a_pretended_worker_or_a_citizen_with_agencies_gets_no_further(archive: Archive) -> None:
    ref = archive.original()
    for actor in (
        Actor("worker"),
        Actor("x", roles=frozenset({Role.CITIZEN}), agencies=frozenset({AGENCY}), clearance=4),
    ):
        with pytest.raises(storage.NotAllowed):
            storage.open(ref.document, actor, PURPOSE)


def test_values_are_told_whole_and_only_their_names_are_logged(archive: Archive) -> None:
    ref = archive.original()
    told = storage.metadata(ref.document, OFFICER, PURPOSE)
    assert {field.name: field.value for field in told.fields} == {
        "ho_ten": "Nguyễn Văn Mẫu",
        "so_dinh_danh": CITIZEN_ID,
    }
    assert set(last().fields) == {"ho_ten", "so_dinh_danh"}
    assert CITIZEN_ID not in str(Event.objects.values_list())
    hidden = Document.objects.get(id=ref.document).fields.get(name="so_dinh_danh")
    assert (hidden.hidden, hidden.value) == (True, "")


def test_a_handle_is_for_those_who_may_know(archive: Archive) -> None:
    ref = archive.original()
    assert storage.handle(ref.document, OFFICER).title == "Giấy xác nhận tình trạng hôn nhân"
    with pytest.raises(storage.NotFound):
        storage.handle(ref.document, Actor("x", roles=frozenset({Role.CITIZEN}), owner=str(archive.person())))


def test_a_lost_key_opens_nothing(archive: Archive) -> None:
    ref = archive.original()
    bucket = config.buckets().keys
    for key in list(blobs().keys(bucket, f"documents/{ref.document}/")):
        blobs().delete(bucket, key)
    with pytest.raises(storage.KeyMissing):
        storage.open(ref.document, OFFICER, PURPOSE)


def test_a_key_put_in_anothers_place_opens_nothing(archive: Archive) -> None:
    owner = archive.person()
    one, other = archive.original(owner), archive.original(owner)
    bucket = config.buckets().keys
    (mine,) = blobs().keys(bucket, f"documents/{one.document}/")
    (theirs,) = blobs().keys(bucket, f"documents/{other.document}/")
    blobs().put(bucket, mine, blobs().get_bytes(bucket, theirs))
    with pytest.raises(storage.KeyMissing):
        storage.open(one.document, OFFICER, PURPOSE)


def test_bytes_that_are_not_those_of_the_index_are_said_so(archive: Archive) -> None:
    ref = archive.original()
    Version.objects.filter(document=ref.document).update(sha256="0" * 64)
    with pytest.raises(storage.Corrupt):
        storage.open(ref.document, OFFICER, PURPOSE).read()


def test_another_master_key_is_found_at_start(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    storage.prepare()
    monkeypatch.setattr(config, "master_key", lambda: b"\x01" * 32)
    with pytest.raises(storage.KeyMissing):
        storage.prepare()
