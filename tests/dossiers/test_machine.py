"""Whatever people press in whatever order, a dossier never reaches a state that the law does not know."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from itertools import pairwise
from typing import ClassVar

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from accounts import WORKER
from dossiers import services
from dossiers.errors import DecisionTaken, DossierError, IllegalAct
from dossiers.labels import NAMES, label
from dossiers.models import Component, Dossier, Pause, Result, Step
from dossiers.moves import MOVES, RESULT_MOVES, illegal, possible, result_target, target
from dossiers.states import (
    CLOSED,
    OPEN,
    UNDERWAY,
    Act,
    Channel,
    ComponentState,
    Decision,
    EndCause,
    ResultState,
    State,
)
from tests.dossiers.conftest import CLERK, LEADER, MARRIAGE, MONDAY, OFFICER, SINGLE, Desk, make_owner

EDGES = {(State(source), goal) for move in MOVES.values() for source in move.sources for goal in [move.target] if goal}
RESUMES = {(State.SUPPLEMENT, source) for source in MOVES[Act.REQUEST_SUPPLEMENT].sources}


def test_nothing_leaves_an_end() -> None:
    for state in CLOSED:
        assert not possible(state)
    assert frozenset(State) == OPEN | CLOSED | {State.DONE}


def test_every_state_can_be_reached_and_every_running_one_left() -> None:
    reached = {State.REGISTERED, State.RECEIVED}
    for _ in State:
        reached |= {goal for source, goal in EDGES if source in reached}
    assert reached == set(State)
    assert all(possible(state) for state in set(State) - CLOSED)


@pytest.mark.parametrize("state", list(State), ids=str)
@pytest.mark.parametrize("act", list(MOVES), ids=str)
def test_an_act_moves_or_says_that_it_cannot(act: Act, state: State) -> None:
    if state in MOVES[act].sources:
        assert target(act, state, State.RECEIVED) in State
    else:
        with pytest.raises(IllegalAct) as refused:
            target(act, state, State.RECEIVED)
        assert label(state) in refused.value.vi


@pytest.mark.parametrize("state", list(ResultState), ids=str)
@pytest.mark.parametrize("act", list(RESULT_MOVES), ids=str)
def test_a_result_moves_or_says_that_it_cannot(act: Act, state: ResultState) -> None:
    if state in RESULT_MOVES[act][0]:
        assert result_target(act, state) is RESULT_MOVES[act][1]
    else:
        with pytest.raises(IllegalAct):
            result_target(act, state)


def test_everything_has_a_name_in_both_languages() -> None:
    kinds = (State, ResultState, EndCause, Decision, ComponentState, Channel, Act)
    for kind in kinds:
        for value in kind:
            assert label(value) != label(value, "en")
    assert len(NAMES) == sum(len(kind) for kind in kinds)
    assert "Mới đăng ký" in illegal(Act.FINISH, State.REGISTERED).vi


class Counter(RuleBasedStateMachine):
    """A desk where anybody presses anything: the machine checks what is left behind after each press."""

    results: ClassVar[Bundle[uuid.UUID]] = Bundle("results")

    @initialize(procedure=st.sampled_from([SINGLE, MARRIAGE]), registered=st.booleans())
    def begin(self, procedure: str, registered: bool) -> None:
        self.now = MONDAY
        desk = Desk(make_owner())
        make = services.register if registered else services.receive
        self.id = make(desk.new(procedure), OFFICER, at=self.now).id
        self.state = State.REGISTERED if registered else State.RECEIVED

    def press(self, act: Callable[[], object]) -> bool:
        try:
            with transaction.atomic():
                act()
        except DossierError:
            return False
        return True

    @rule(hours=st.integers(-3, 90))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(
        act=st.sampled_from(
            [
                services.accept,
                services.supplement_received,
                services.start_processing,
                services.finish,
                services.hand_over,
            ]
        )
    )
    def go_on(self, act: Callable[..., object]) -> None:
        self.press(lambda: act(self.id, OFFICER, at=self.now))

    @rule(act=st.sampled_from([services.refuse, services.stop, services.withdraw, services.request_supplement]))
    def say_no(self, act: Callable[..., object]) -> None:
        taken = Result.objects.filter(dossier=self.id, state__in=UNDERWAY).exists()
        done = self.press(lambda: act(self.id, OFFICER, reason="Lý do thử", at=self.now))
        if taken and done:
            assert act is services.request_supplement

    @rule(days=st.integers(-2, 9))
    def apologise(self, days: int) -> None:
        later = self.now + timedelta(days=days)
        self.press(lambda: services.extend(self.id, LEADER, reason="Lý do thử", due_at=later, at=self.now))

    @rule()
    def settle(self) -> None:
        dossier = Dossier.objects.get(pk=self.id)
        self.press(lambda: Desk(dossier.owner).settle(dossier, self.now))

    @rule(choice=st.integers(0, 9))
    def reopen(self, choice: int) -> None:
        parts = list(Component.objects.filter(dossier=self.id))
        part = parts[choice % len(parts)]
        self.press(lambda: services.require_paper(part.id, OFFICER, reason="Lý do thử", at=self.now))

    @rule(target=results)
    def draft(self) -> uuid.UUID:
        made: list[Result] = []
        desk = Desk(Dossier.objects.get(pk=self.id).owner)
        self.press(lambda: made.append(desk.draft(Dossier.objects.get(pk=self.id), self.now)))
        return made[0].id if made else uuid.uuid4()

    @rule(result=results, document=st.uuids(), far=st.integers(1, 5), fails=st.booleans())
    def sign(self, result: uuid.UUID, document: uuid.UUID, far: int, fails: bool) -> None:
        steps: list[Callable[[], object]] = [
            lambda: services.start_signing(result, LEADER, at=self.now),
            lambda: services.mark_signed(result, WORKER, document=document, level="B-LT", at=self.now),
            lambda: services.start_sealing(result, CLERK, at=self.now),
            lambda: services.mark_sealed(result, WORKER, document=document, level="B-LTA", at=self.now),
            lambda: services.issue(result, WORKER, at=self.now),
        ]
        for step in steps[:far]:
            self.press(step)
        if fails:
            self.press(lambda: services.signing_failed(result, WORKER, failure="signing.tsa_down", at=self.now))
            self.press(lambda: services.signing_failed(result, WORKER, failure="x", seal=True, at=self.now))

    @rule(result=results)
    def revoke(self, result: uuid.UUID) -> None:
        self.press(lambda: services.revoke_result(result, LEADER, reason="Lý do thử", at=self.now))

    @rule(result=results, target=results)
    def replace(self, result: uuid.UUID) -> uuid.UUID:
        made: list[Result] = []
        self.press(
            lambda: made.append(services.replace_result(result, OFFICER, data={}, reason="Lý do thử", at=self.now))
        )
        return made[0].id if made else uuid.uuid4()

    @rule(result=consumes(results))
    def discard(self, result: uuid.UUID) -> None:
        self.press(lambda: services.discard_result(result, OFFICER, at=self.now))

    @invariant()
    def the_dossier_moves_along_the_edges_only(self) -> None:
        if not hasattr(self, "id"):
            return
        steps = list(Step.objects.filter(dossier=self.id).order_by("id"))
        walked = {
            (State(s.state_from), State(s.state_to)) for s in steps if s.state_from and s.state_from != s.state_to
        }
        assert walked <= EDGES | RESUMES
        for before, after in pairwise(steps):
            assert after.state_from == before.state_to
            assert after.at >= before.at
        assert steps[-1].state_to == Dossier.objects.get(pk=self.id).state

    @invariant()
    def clocks_never_run_backwards(self) -> None:
        if not hasattr(self, "id"):
            return
        dossier = Dossier.objects.get(pk=self.id)
        pauses = list(Pause.objects.filter(dossier=dossier))
        for pause in pauses:
            assert pause.ended_at is None or pause.ended_at >= pause.started_at
        for before, after in pairwise(pauses):
            assert before.ended_at is not None
            assert before.ended_at <= after.started_at
        running = [pause for pause in pauses if pause.ended_at is None]
        assert len(running) == (1 if dossier.state == State.SUPPLEMENT else 0)
        assert dossier.supplements == len(pauses)
        if dossier.due_at is not None:
            assert dossier.received_at is not None
            assert dossier.first_due_at is not None
            assert dossier.received_at < dossier.first_due_at <= dossier.due_at
        if dossier.ended_at is not None:
            assert dossier.state not in OPEN

    @invariant()
    def an_end_is_an_end_and_a_decision_is_kept(self) -> None:
        if not hasattr(self, "id"):
            return
        dossier = Dossier.objects.get(pk=self.id)
        results = {ResultState(result.state) for result in Result.objects.filter(dossier=dossier)}
        if dossier.state in {State.REFUSED, State.STOPPED, State.WITHDRAWN}:
            assert results.isdisjoint(UNDERWAY)
            assert dossier.closed_at is not None
        if dossier.state in {State.DONE, State.RETURNED}:
            assert results & {ResultState.ISSUED, ResultState.REVOKED, ResultState.REPLACED}
            assert dossier.finished_at is not None
        for result in Result.objects.filter(dossier=dossier, state=ResultState.ISSUED):
            assert {"signature", "seal"} == set(result.levels)


class Rolled(Counter):
    """The same desk, each run in a transaction that is rolled back."""

    def __init__(self) -> None:
        super().__init__()
        self.frame: Iterator[None] = self._frame()
        next(self.frame)

    def _frame(self) -> Iterator[None]:
        with suppress(DecisionTaken), transaction.atomic():
            yield
            transaction.set_rollback(True)

    def teardown(self) -> None:
        with suppress(StopIteration):
            next(self.frame)


def walk(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        Rolled,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            phases=(Phase.reuse, Phase.generate),  # shrinking takes minutes here and the walks are short to read
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_no_order_of_acts_breaks_a_dossier(db: None) -> None:
    walk(6, 14)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_no_long_order_of_acts_breaks_a_dossier(db: None) -> None:
    walk(40, 30)
