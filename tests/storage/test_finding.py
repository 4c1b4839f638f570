"""Search finds with and without marks, shows each person what they may see, and leaves an event."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

import storage
from accounts import WORKER, Actor, Purpose, Role
from storage.models import Event
from tests.storage.conftest import AGENCY, CITIZEN_ID, OFFICER, PURPOSE, STRANGER, Archive

pytestmark = pytest.mark.s3
Q = storage.Query


def ids(archive: Archive, query: storage.Query, actor: Actor = OFFICER, purpose: Purpose = PURPOSE) -> set[object]:
    return {handle.id for handle in storage.search(query, actor, purpose).handles}


@pytest.mark.parametrize(
    "text", ["đống đa", "dong da", "ĐỐNG ĐA", "xa\u0301c nhâ\u0323n", "tinh trang hon nhan", "mẫu đơn", "hôn đống"]
)
def test_words_are_found_with_and_without_marks(archive: Archive, text: str) -> None:
    ref = archive.original()
    assert ids(archive, Q(text=text)) == {ref.document}
    assert ids(archive, Q(text=f"{text} vắng mặt")) == set()


def test_identifiers_find_nothing(archive: Archive) -> None:
    archive.original(metadata=archive.metadata(number=CITIZEN_ID))
    assert ids(archive, Q(text=CITIZEN_ID[:11])) == ids(archive, Q(text="001190")) == set()


def test_every_part_of_a_query_narrows(archive: Archive) -> None:
    owner = archive.person()
    ref = archive.original(owner, metadata=archive.metadata(number="99/UBND", result_type="KQ.G15.000031"))
    archive.original()
    asked = Q(owner=owner, kinds=("giay_xac_nhan_hon_nhan",), number="99/UBND", result_types=("KQ.G15.000031",))
    assert ids(archive, asked) == {ref.document}
    for other in (
        {"kinds": ("khac",)},
        {"number": "98/UBND"},
        {"dossier": "khac"},
        {"agency": "H26.09.09"},
        {"issued_from": date(2026, 3, 3)},
        {"issued_to": date(2026, 3, 1)},
        {"statuses": (storage.Status.REVOKED,)},
        {"owner": archive.person()},
    ):
        assert ids(archive, replace(asked, **other)) == set(), other  # type: ignore[arg-type]


def test_who_finds_what(archive: Archive) -> None:
    owner = archive.person()
    ref = archive.original(owner, sensitivity=3)
    citizen = Actor("c", roles=frozenset({Role.CITIZEN}), owner=str(owner))
    assert ids(archive, Q(), citizen, Purpose("OWNER")) == {ref.document}
    assert ids(archive, Q(), WORKER) == ids(archive, Q()) == {ref.document}
    assert ids(archive, Q(), replace(OFFICER, clearance=2)) == set()
    assert ids(archive, Q(), STRANGER) == set(), "looking around stays within one's own agency"
    assert ids(archive, Q(owner=owner), STRANGER) == {ref.document}
    assert ids(archive, Q(owner=owner), STRANGER, Purpose("TTHC:1.004873")) == set(), "no dossier, no evidence"
    someone = Actor("d", roles=frozenset({Role.CITIZEN}), owner=str(archive.person()))
    assert ids(archive, Q(owner=owner), someone, Purpose("OWNER")) == set()


def test_a_search_is_an_event_found_or_refused_and_holds_no_values(archive: Archive) -> None:
    owner = archive.person()
    archive.original(owner)
    storage.search(Q(owner=owner, text="Đống Đa"), OFFICER, PURPOSE)
    event = Event.objects.filter(action="archive.search").get()
    assert (event.result, event.owners, event.fields) == ("ok", [str(owner)], ["owner", "text"])
    assert event.details == {"found": 1, "more": False}
    assert storage.events_for_owner(owner)[0].action == "archive.search"
    for actor, purpose, error in (
        (OFFICER, None, storage.PurposeMissing),
        (Actor("a", roles=frozenset({Role.AUDITOR}), agencies=frozenset({AGENCY})), PURPOSE, storage.NotAllowed),
    ):
        with pytest.raises(error):
            storage.search(Q(owner=owner), actor, purpose)
        assert Event.objects.order_by("-seq")[0].result == error.code


def test_pages_follow_each_other_without_gap_or_double(archive: Archive) -> None:
    owner = archive.person()
    made = [archive.original(owner).document for _ in range(7)]
    seen: list[object] = []
    after = ""
    while True:
        page = storage.search(Q(owner=owner), OFFICER, PURPOSE, after=after, limit=3)
        seen += [handle.id for handle in page.handles]
        if page.after is None:
            break
        after = page.after
    assert seen == made[::-1]
    for wrong in ("x", "AAAA", "%%%"):
        with pytest.raises(storage.BadCursor):
            storage.search(Q(), OFFICER, PURPOSE, after=wrong)


def test_a_page_costs_the_same_few_queries_however_long_it_is(
    archive: Archive, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    owner = archive.person()
    for _ in range(6):
        archive.original(owner)
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        storage.search(Q(owner=owner), OFFICER, PURPOSE, limit=50)
