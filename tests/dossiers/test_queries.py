"""Work lists: each sees their own, the most urgent first, nothing twice and nothing skipped from page to page."""

from __future__ import annotations

import uuid
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts import WORKER, Actor, Role
from catalogue import fold
from dossiers import errors, queries, services
from dossiers.calendar import ZONE
from dossiers.models import Component, Dossier
from dossiers.permissions import Side
from dossiers.queries import Filter
from dossiers.states import ResultState, State
from tests.dossiers.conftest import CLERK, ELSEWHERE, HERE, LEADER, MARRIAGE, MONDAY, OFFICER, STRANGER, Desk


def on(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 11, day, hour, 0, tzinfo=ZONE)


def rows(count: int, **more: object) -> list[Dossier]:
    """Bare rows, many at once; some share the very same appointment."""
    return Dossier.objects.bulk_create(
        Dossier(
            **{
                "code": f"H26.01.02-261116-{number:04d}",
                "procedure": MARRIAGE,
                "procedure_version": "1",
                "procedure_name": "Đăng ký kết hôn",
                "owner": uuid.uuid4(),
                "applicant_name": "Nguyễn Văn Mẫu",
                "applicant_key": fold("Nguyễn Văn Mẫu"),
                "receive_agency": HERE,
                "decide_agency": HERE,
                "handover_agency": HERE,
                "state": State.RECEIVED.value,
                "registered_at": MONDAY,
                "received_at": MONDAY,
                "due_at": MONDAY + timedelta(days=number // 3),
                "order_at": MONDAY + timedelta(days=number // 3),
                **more,
            }
        )
        for number in range(count)
    )


def test_pages_follow_each_other_without_gap_or_repetition_while_work_goes_on(db: None) -> None:
    made = rows(23)
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = queries.work_list(OFFICER, cursor=cursor, limit=5)
        seen += [item.code for item in page.items]
        if len(seen) == 5:
            Dossier.objects.filter(pk=made[0].pk).update(state=State.DONE.value)
        cursor = page.after
        if cursor is None:
            break
    assert sorted(seen) == sorted(item.code for item in made)
    assert len(set(seen)) == 23


def test_the_most_urgent_comes_first(db: None) -> None:
    rows(9)
    dues = [item.order_at for item in queries.work_list(OFFICER).items]
    assert dues == sorted(dues)


@pytest.mark.parametrize("cursor", ["x", "====", "MjAyNi0xMS0xNnxub3BlCg", "ZGF0ZXx1dWlk"])
def test_a_made_up_cursor_is_refused(db: None, cursor: str) -> None:
    with pytest.raises(errors.BadCursor):
        queries.work_list(OFFICER, cursor=cursor)


@given(st.text(max_size=40))
def test_no_cursor_crashes(text: str) -> None:
    with suppress(errors.BadCursor):
        queries._read_cursor(text, Dossier)


def test_strangers_see_nothing_and_owners_their_own(desk: Desk) -> None:
    dossier = desk.receive()
    assert queries.work_list(STRANGER).items == ()
    with pytest.raises(errors.DossierNotFound):
        queries.dossier(dossier.id, STRANGER)
    with pytest.raises(errors.DossierNotFound):
        queries.by_code(dossier.code, STRANGER)
    citizen = Actor("c", roles=frozenset({Role.CITIZEN}), owner=str(desk.owner))
    assert queries.by_code(f" {dossier.code.lower()} ", citizen) == dossier
    assert queries.of_owner(desk.owner).items == (dossier,)
    assert queries.by_token(dossier.lookup_token) == dossier
    with pytest.raises(errors.DossierNotFound):
        queries.by_token("")


def test_an_agent_sees_what_they_filed(desk: Desk) -> None:
    agent = uuid.uuid4()
    dossier = desk.receive(agent=services.Agent("Trần Văn Thay", "authorised", agent))
    assert queries.of_owner(agent).items == (dossier,)


def test_late_and_soon_late_and_waiting_ones_are_told_apart(desk: Desk) -> None:
    late, waiting, soon = desk.receive(), desk.receive(), desk.receive(at=on(17, 16))
    services.request_supplement(waiting.id, OFFICER, reason="Thiếu tờ khai", at=on(17))
    now = on(20, 9)
    assert queries.work_list(OFFICER, Filter(late=True), now=now).items == (late,)
    assert queries.work_list(OFFICER, Filter(risk=True), now=now).items == (soon,)
    counts = queries.desk_counts(OFFICER, now=now)
    assert (counts["late"].number, counts["risk"].number, counts["supplement"].number) == (1, 1, 1)
    assert counts["received"].number == 2


@pytest.mark.parametrize("text", ["nguyen van", "Nguyễn  Văn Mẫu", "MẪU", "261116-0001", "h26.01.02"])
def test_people_are_found_with_and_without_tone_marks(desk: Desk, text: str) -> None:
    desk.receive()
    assert len(queries.work_list(OFFICER, Filter(text=text)).items) == 1
    assert queries.work_list(OFFICER, Filter(text="Trần Thị")).items == ()


def test_filters_by_desk_officer_procedure_and_side(desk: Desk) -> None:
    dossier = desk.receive()
    for wanted in (
        Filter(desk="Q1"),
        Filter(officer="officer-1"),
        Filter(procedure=dossier.procedure),
        Filter(agency=HERE),
        Filter(side=Side.DECIDE),
    ):
        assert queries.work_list(OFFICER, wanted).items == (dossier,)
    for wanted in (Filter(desk="Q2"), Filter(officer="x"), Filter(agency=ELSEWHERE), Filter(states=(State.DONE,))):
        assert queries.work_list(OFFICER, wanted).items == ()


def test_counting_stops_at_the_bound(db: None) -> None:
    rows(12)
    assert str(queries.count(OFFICER, bound=10)) == "10+"
    assert str(queries.count(OFFICER, bound=12)) == "12"
    with CaptureQueriesContext(
        connection,
    ) as asked:
        queries.count(OFFICER, bound=10)
    assert "LIMIT 11" in asked.captured_queries[-1]["sql"]


def test_a_page_is_one_query_and_bounded(db: None) -> None:
    rows(30)
    with CaptureQueriesContext(connection) as asked:
        queries.work_list(OFFICER, limit=10)
    assert len(asked.captured_queries) == 1
    assert "LIMIT 11" in asked.captured_queries[0]["sql"]
    assert "OFFSET" not in asked.captured_queries[0]["sql"]


def test_leader_and_clerk_see_what_waits_for_them(desk: Desk) -> None:
    result = desk.draft(desk.processing())
    assert queries.results_waiting(LEADER).items == (result,)
    assert queries.results_waiting(STRANGER).items == ()
    services.start_signing(result.id, LEADER)
    assert queries.results_waiting(LEADER).items == ()
    assert queries.results_waiting(LEADER, ResultState.SIGNING).items == (result,)
    assert queries.result(result.id, OFFICER) == result
    with pytest.raises(errors.PartNotFound):
        queries.result(result.id, STRANGER)
    assert queries.result_by_token(result.verify_token) == result


def test_all_that_waited_by_then_leaves_out_what_came_or_changed_since(desk: Desk) -> None:
    seen, edited, returned, late = (desk.draft(desk.processing()) for _ in range(4))
    services.start_signing(late.id, LEADER)
    services.start_signing(returned.id, LEADER)
    opened = timezone.now()
    services.edit_result(edited.id, OFFICER, data={"number": "2"})
    services.signing_failed(returned.id, WORKER, failure="signing.token_missing")
    services.mark_signed(late.id, WORKER, document=uuid4(), level="B-LT")
    assert queries.results_waiting(LEADER, until=opened).items == (seen,)
    assert queries.results_waiting(CLERK, ResultState.SIGNED, until=opened).items == (), "signed after the page opened"
    assert queries.results_waiting(CLERK, ResultState.SIGNED, until=timezone.now()).items == (late,)
    assert set(queries.results_waiting(LEADER, until=timezone.now()).items) == {seen, edited, returned}


def test_a_stopped_dossiers_draft_no_longer_waits(desk: Desk) -> None:
    dossier = desk.processing()
    desk.draft(dossier)
    services.stop(dossier.id, OFFICER, reason="Công dân đề nghị")
    assert queries.results_waiting(LEADER).items == ()


def test_failed_look_ups_wait_to_be_told(desk: Desk) -> None:
    dossier = desk.receive(MARRIAGE)
    component = Component.objects.get(dossier=dossier, catalogue_id="noi_cu_tru")
    services.record_lookup(component.id, OFFICER, found=False, at=on(17))
    assert queries.notices_due() == (component,)
    assert queries.notices_due(on(17, 10)) == ()
    assert queries.notices_due(on(18, 9)) == (component,)
    services.withdraw(dossier.id, OFFICER, reason="Công dân đề nghị")
    assert queries.notices_due() == ()


def test_documents_lead_back_to_component_and_result(desk: Desk) -> None:
    dossier = desk.done()
    attached = Component.objects.get(dossier=dossier, catalogue_id="to_khai").attachments.get()
    found = queries.component_of_document(attached.document, dossier.id)
    assert found is not None
    assert found.catalogue_id == "to_khai"
    result = dossier.results.get()
    assert result.document is not None
    assert queries.result_of_document(result.document) == result
    assert queries.result_of_document(uuid.uuid4()) is None
