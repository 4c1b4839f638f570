"""The course of a dossier: clocks that stop and go on, forms with reasons, ends that stay ends."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

import pytest

from dossiers import errors, services
from dossiers.calendar import ZONE
from dossiers.models import Dossier, Pause, Step
from dossiers.signals import Change, dossier_changed
from dossiers.states import Act, State
from tests.dossiers.conftest import LEADER, MONDAY, OFFICER, STRANGER, Desk


def on(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 11, day, hour, 0, tzinfo=ZONE)


def last(dossier: Dossier) -> Step:
    found = Step.objects.filter(dossier=dossier).last()
    assert found is not None
    return found


def test_a_supplement_stops_the_clock_until_it_comes(desk: Desk) -> None:
    dossier = desk.receive()
    due = dossier.due_at
    asked = services.request_supplement(dossier.id, OFFICER, reason="Thiếu tờ khai", items=["Tờ khai"], at=on(17))
    assert (asked.state, asked.due_at) == (State.SUPPLEMENT, due)
    assert (last(asked).form, last(asked).reason, last(asked).details) == (
        "02",
        "Thiếu tờ khai",
        {"items": ["Tờ khai"]},
    )
    assert not asked.late_at(on(30)), "a standing clock is never late"
    back = services.supplement_received(dossier.id, OFFICER, at=on(19))
    assert back.state == State.RECEIVED
    assert back.due_at == datetime(2026, 11, 23, 17, 0, tzinfo=ZONE)
    assert Pause.objects.get().ended_at == on(19)


def test_the_work_goes_on_where_it_stood(desk: Desk) -> None:
    dossier = desk.processing()
    services.request_supplement(dossier.id, OFFICER, reason="Thiếu xác minh", at=on(17))
    assert services.supplement_received(dossier.id, OFFICER, at=on(18)).state == State.PROCESSING


def test_before_receipt_a_supplement_starts_no_clock(desk: Desk) -> None:
    dossier = services.register(desk.new(), OFFICER, at=MONDAY)
    services.request_supplement(dossier.id, OFFICER, reason="Thiếu tờ khai", at=on(17))
    back = services.supplement_received(dossier.id, OFFICER, at=on(18))
    assert (back.state, back.due_at, back.supplements) == (State.REGISTERED, None, 1)


def test_what_was_never_received_cannot_be_stopped_but_refused_or_withdrawn(desk: Desk) -> None:
    dossier = services.register(desk.new(), OFFICER, at=MONDAY)
    services.request_supplement(dossier.id, OFFICER, reason="Thiếu tờ khai", at=on(17))
    with pytest.raises(errors.IllegalAct):
        services.stop(dossier.id, OFFICER, reason="Công dân đề nghị", at=on(18))
    ended = services.withdraw(dossier.id, OFFICER, reason="Công dân đề nghị", at=on(18))
    assert (ended.state, ended.received_at) == (State.WITHDRAWN, None)


@pytest.mark.parametrize("act", ["request_supplement", "refuse", "stop", "withdraw"])
def test_who_is_told_no_is_told_why(desk: Desk, act: str) -> None:
    dossier = desk.receive()
    with pytest.raises(errors.ReasonMissing):
        getattr(services, act)(dossier.id, OFFICER, reason="  ")
    dossier.refresh_from_db()
    assert (dossier.state, dossier.supplements) == (State.RECEIVED, 0)


@pytest.mark.parametrize(
    ("act", "state", "form"),
    [("refuse", State.REFUSED, "03"), ("stop", State.STOPPED, "05"), ("withdraw", State.WITHDRAWN, "05")],
)
def test_ends_have_their_form_and_nothing_follows(desk: Desk, act: str, state: State, form: str) -> None:
    dossier = desk.receive()
    ended = getattr(services, act)(dossier.id, OFFICER, reason="Không thuộc thẩm quyền", at=on(17))
    assert (ended.state, ended.closed_at, ended.ended_at, last(ended).form) == (state, on(17), on(17), form)
    for again in (services.start_processing, services.accept, services.supplement_received, services.hand_over):
        with pytest.raises(errors.IllegalAct):
            again(dossier.id, OFFICER)


def test_an_end_during_a_supplement_is_not_late_for_the_time_the_clock_stood(desk: Desk) -> None:
    dossier = desk.receive()
    services.request_supplement(dossier.id, OFFICER, reason="Thiếu tờ khai", at=on(17))
    ended = services.withdraw(dossier.id, OFFICER, reason="Công dân đề nghị", at=on(27))
    assert not ended.late_at(on(30))
    assert Pause.objects.get().ended_at == on(27)


def test_a_decision_taken_cannot_be_stopped(desk: Desk) -> None:
    dossier = desk.processing()
    result = desk.draft(dossier)
    services.start_signing(result.id, LEADER)
    for act in (services.stop, services.withdraw, services.refuse):
        with pytest.raises(errors.DecisionTaken):
            act(dossier.id, OFFICER, reason="Công dân đề nghị")


def test_processing_starts_when_every_required_component_is_settled(desk: Desk) -> None:
    dossier = desk.receive()
    with pytest.raises(errors.ComponentsOpen, match="Tờ khai"):
        services.start_processing(dossier.id, OFFICER)
    desk.settle(dossier)
    assert services.start_processing(dossier.id, OFFICER).state == State.PROCESSING


def test_an_apology_sets_a_later_appointment_and_is_counted(desk: Desk) -> None:
    dossier = desk.processing()
    with pytest.raises(errors.BadDossier):
        services.extend(dossier.id, LEADER, reason="Chờ xác minh", due_at=on(18, 17), at=on(17))
    later = services.extend(dossier.id, LEADER, reason="Chờ xác minh", due_at=on(25, 17), at=on(17))
    assert (later.due_at, later.extensions, later.state) == (on(25, 17), 1, State.PROCESSING)
    assert later.first_due_at == on(19, 17)
    assert last(later).form == "04"


def test_a_result_ends_the_processing_and_is_handed_over(desk: Desk) -> None:
    dossier = desk.done(until=on(18))
    assert (dossier.state, dossier.finished_at) == (State.DONE, on(18))
    over = services.hand_over(dossier.id, OFFICER, delivery=services.Delivery.PAPER, at=on(19))
    assert (over.state, over.delivery, over.closed_at, over.ended_at) == (State.RETURNED, "paper", on(19), on(18))


def test_a_procedure_that_returns_a_paper_cannot_end_without_one(desk: Desk) -> None:
    dossier = desk.processing()
    with pytest.raises(errors.NoResult):
        services.finish(dossier.id, OFFICER)


def test_a_repeated_request_is_done_once(desk: Desk) -> None:
    dossier = desk.receive()
    for _ in range(2):
        services.request_supplement(dossier.id, OFFICER, reason="Thiếu tờ khai", key="s-1", at=on(17))
    dossier.refresh_from_db()
    assert (dossier.supplements, dossier.state) == (1, State.SUPPLEMENT)
    with pytest.raises(errors.KeyReused):
        services.supplement_received(dossier.id, OFFICER, key="s-1")


def test_a_slow_clock_cannot_turn_time_back(desk: Desk) -> None:
    dossier = desk.receive(at=on(17))
    asked = services.request_supplement(dossier.id, OFFICER, reason="Thiếu", at=on(16))
    assert last(asked).at == on(17)
    assert Pause.objects.get().started_at == on(17)


def test_strangers_do_not_even_learn_that_a_dossier_exists(desk: Desk) -> None:
    dossier = desk.receive()
    for id in (dossier.id, uuid.uuid4()):
        with pytest.raises(errors.DossierNotFound):
            services.start_processing(id, STRANGER)


def test_every_change_is_told_inside_its_transaction(desk: Desk) -> None:
    told: list[tuple[Act, bool]] = []

    def listen(sender: object, change: Change, **_: object) -> None:
        told.append((change.act, change.moved))
        if change.act is Act.REFUSE:
            raise RuntimeError("the outbox is broken")

    dossier_changed.connect(listen)
    try:
        dossier = desk.receive()
        with pytest.raises(RuntimeError):
            services.refuse(dossier.id, OFFICER, reason="Không thuộc thẩm quyền")
    finally:
        dossier_changed.disconnect(listen)
    assert told == [(Act.RECEIVE, True), (Act.REFUSE, True)]
    dossier.refresh_from_db()
    assert dossier.state == State.RECEIVED, "what could not be told did not happen"


def test_a_form_is_filed_with_its_step(desk: Desk) -> None:
    dossier, document = desk.receive(), uuid.uuid4()
    refused = services.refuse(dossier.id, OFFICER, reason="Không thuộc thẩm quyền")
    services.attach_form(last(refused).pk, document, OFFICER)
    assert last(refused).act == Act.REFUSE, "filing a form is no step of its own"
    assert last(refused).document == document
    with pytest.raises(errors.PartNotFound):
        services.attach_form(10**9, document, OFFICER)


def test_lateness_counts_from_the_appointment_to_the_end_of_processing(desk: Desk) -> None:
    dossier = desk.receive()
    assert not dossier.late_at(on(19, 16))
    assert dossier.late_at(on(19, 17) + timedelta(seconds=1))
    done = desk.done(until=on(19, 17))
    assert not done.late_at(on(30))
