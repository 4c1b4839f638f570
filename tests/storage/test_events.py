"""The log is whole or it says where it is not."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

import storage
from accounts import Purpose
from storage import config, events, immutable
from storage.blobs import blobs
from storage.models import Event, EventHead, EventSubject
from tests.storage.conftest import OFFICER, PURPOSE, Archive

pytestmark = pytest.mark.s3


def write(count: int) -> None:
    for number in range(count):
        storage.record(storage.EventRecord("test.act", details={"n": number}), OFFICER, PURPOSE)


def forge(act: Callable[[], object]) -> None:
    """Changes the log as somebody with the database's password could."""
    immutable.remove(connection)
    act()
    immutable.install(connection)


def test_events_are_numbered_without_gaps_at_times_of_their_own(archive: Archive) -> None:
    ahead = datetime.now(UTC) + timedelta(hours=1)  # the clock was put back since the last event
    EventHead.objects.update_or_create(id=1, defaults={"seq": 0, "hash": events.GENESIS, "at": ahead})
    write(5)
    rows = list(Event.objects.order_by("seq"))
    assert [row.seq for row in rows] == [1, 2, 3, 4, 5]
    assert len({row.at for row in rows}) == 5 and rows == sorted(rows, key=lambda row: row.at)
    assert rows[0].at > ahead
    report = storage.verify_log()
    assert (report.events, report.head) == (5, rows[-1].hash)


def test_an_event_goes_with_the_act_that_failed(archive: Archive) -> None:
    write(1)
    with pytest.raises(RuntimeError), transaction.atomic():
        write(1)
        raise RuntimeError
    write(1)
    assert storage.verify_log().events == 2


@pytest.mark.parametrize(
    ("forgery", "seq"),
    [
        (lambda: Event.objects.filter(seq=3).update(actor="somebody else"), 3),
        (lambda: Event.objects.filter(seq=3).update(details={"n": 7}), 3),
        (lambda: Event.objects.filter(seq=3).update(at=datetime(2020, 1, 1, tzinfo=UTC)), 3),
        (lambda: Event.objects.filter(seq=3).delete(), 3),
        (lambda: Event.objects.filter(seq=5).delete(), 5),
        (lambda: Event.objects.filter(seq=1).delete(), 1),
    ],
    ids=["actor", "details", "time", "one gone", "last gone", "first gone"],
)
def test_a_forgery_is_found_where_it_is(archive: Archive, forgery: Callable[[], object], seq: int) -> None:
    write(5)
    forge(forgery)
    with pytest.raises(storage.LogBroken) as broken:
        storage.verify_log()
    assert broken.value.context["seq"] == seq


def test_a_log_cut_short_with_its_head_is_found_by_its_anchor(archive: Archive) -> None:
    write(5)
    assert storage.anchor() == 5

    def cut() -> None:
        Event.objects.filter(seq__gt=3).delete()
        EventHead.objects.update(seq=3, hash=Event.objects.get(seq=3).hash)

    forge(cut)
    with pytest.raises(storage.LogBroken):
        storage.verify_log()
    assert storage.verify_log(anchors=False).events == 3


def test_a_log_written_anew_is_found_by_its_anchor(archive: Archive) -> None:
    write(3)
    storage.anchor()

    def rewrite() -> None:
        Event.objects.all().delete()
        EventHead.objects.all().delete()
        write(4)

    forge(rewrite)
    with pytest.raises(storage.LogBroken) as broken:
        storage.verify_log()
    assert broken.value.context["seq"] == 3


def test_a_forged_anchor_is_found(archive: Archive) -> None:
    write(2)
    blobs().put(
        config.buckets().archive,
        f"log/{2:020d}.json",
        json.dumps({"seq": 2, "hash": Event.objects.get(seq=2).hash, "mac": "0" * 64}).encode(),
    )
    with pytest.raises(storage.LogBroken):
        storage.verify_log()


def test_the_database_refuses_changes(archive: Archive) -> None:
    storage.record(storage.EventRecord("test.act", owners=(archive.person(),)), OFFICER, Purpose("LAW:1"))
    for act in (
        lambda: Event.objects.update(actor="x"),
        lambda: Event.objects.filter(seq=1).delete(),
        lambda: EventSubject.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_a_citizen_sees_who_read_what_and_nothing_of_others(archive: Archive) -> None:
    owner, other = archive.person(), archive.person()
    ref = archive.original(owner)
    archive.original(other)
    storage.open(ref.document, OFFICER, PURPOSE).close()
    seen = storage.events_for_owner(owner)
    assert [event.action for event in seen] == ["document.open", "document.deposit", "owner.make"]
    assert (seen[0].actor_name, seen[0].legal_basis, seen[0].dossier) == (
        "Cán Bộ Mẫu",
        "TTHC:1.004873",
        PURPOSE.dossier,
    )
    assert [event.action for event in storage.events_for_owner(owner, before=seen[0].seq, limit=1)] == [
        "document.deposit"
    ]
    assert {event.document for event in storage.history(document=ref.document)} == {ref.document}
