"""Each act is open to exactly the people that the table names: every row is tried by everybody."""

from __future__ import annotations

import uuid

import pytest
from django.utils import timezone

from accounts import WORKER, Actor, Role
from dossiers import errors, permissions, queries, services
from dossiers.labels import label
from dossiers.models import Dossier
from dossiers.permissions import TABLE, Side
from dossiers.states import Act
from storage.models import Owner
from tests.dossiers.conftest import AUDITOR, HERE, OFFICER, Desk

RECEIVING, DECIDING, HANDING = "H26.01.02", "H26.01.03", "H26.01.04"
OWNER, AGENT = uuid.uuid4(), uuid.uuid4()


def dossier() -> Dossier:
    return Dossier(
        owner=OWNER,
        agent_owner=AGENT,
        receive_agency=RECEIVING,
        decide_agency=DECIDING,
        handover_agency=HANDING,
    )


def people() -> dict[str, Actor]:
    """Somebody of every role at every side, and at none."""
    found = {
        f"{role} at {agency}": Actor("x", roles=frozenset({role}), agencies=frozenset({agency}))
        for role in Role
        for agency in (RECEIVING, DECIDING, HANDING, "H26.01.99")
    }
    found["owner"] = Actor("o", roles=frozenset({Role.CITIZEN}), owner=str(OWNER))
    found["agent"] = Actor("a", roles=frozenset({Role.CITIZEN}), owner=str(AGENT))
    found["somebody else"] = Actor("e", roles=frozenset({Role.CITIZEN}), owner=str(uuid.uuid4()))
    found["worker"] = WORKER
    return found


RECEIVER = {f"officer at {RECEIVING}"}
OFFICERS = RECEIVER | {f"officer at {DECIDING}"}
DECIDERS = {f"officer at {DECIDING}", f"leader at {DECIDING}"}
LEADERS = {f"leader at {DECIDING}"}
CLERKS = {f"seal_clerk at {DECIDING}"}
EXPECTED: dict[Act, set[str]] = {
    Act.REGISTER: RECEIVER | {f"system at {RECEIVING}"},
    Act.RECEIVE: RECEIVER,
    Act.ACCEPT: RECEIVER,
    Act.REQUEST_SUPPLEMENT: OFFICERS,
    Act.SUPPLEMENT_RECEIVED: OFFICERS,
    Act.START_PROCESSING: OFFICERS,
    Act.EXTEND: DECIDERS,
    Act.REFUSE: OFFICERS | LEADERS,
    Act.STOP: OFFICERS | LEADERS,
    Act.WITHDRAW: OFFICERS | {"owner", "agent"},
    Act.FINISH: {f"officer at {DECIDING}", "worker"},
    Act.HAND_OVER: {f"officer at {HANDING}"},
    Act.ATTACH_FORM: OFFICERS | LEADERS | {"owner", "agent", "worker"},
    Act.MARK_SHOWN: OFFICERS,
    Act.SKIP_COMPONENT: OFFICERS,
    Act.CHOOSE_REUSE: OFFICERS,
    Act.REQUIRE_PAPER: OFFICERS,
    Act.RECORD_LOOKUP: OFFICERS | {"worker"},
    Act.ATTACH: OFFICERS | {"worker"},
    Act.DETACH: OFFICERS,
    Act.DECLARE_PAGES: OFFICERS,
    Act.CONFIRM_FIELDS: OFFICERS,
    Act.TICK: OFFICERS | {"worker"},
    Act.DRAFT_RESULT: DECIDERS,
    Act.EDIT_RESULT: DECIDERS,
    Act.DISCARD_RESULT: DECIDERS,
    Act.START_SIGNING: LEADERS,
    Act.SIGNING_FAILED: LEADERS | {"worker"},
    Act.MARK_SIGNED: LEADERS | {"worker"},
    Act.START_SEALING: CLERKS,
    Act.SEALING_FAILED: CLERKS | {"worker"},
    Act.MARK_SEALED: CLERKS | {"worker"},
    Act.ISSUE: CLERKS | {"worker"},
    Act.REVOKE_RESULT: LEADERS,
    Act.REPLACE_RESULT: DECIDERS,
}


def test_every_act_has_its_row() -> None:
    assert set(TABLE) == set(Act) == set(EXPECTED)


@pytest.mark.parametrize("act", list(Act), ids=str)
def test_the_act_is_open_to_these_and_nobody_else(act: Act, db: None) -> None:
    allowed = {name for name, actor in people().items() if permissions.allowed(act, actor, dossier())}
    assert allowed == EXPECTED[act]


@pytest.mark.parametrize("act", list(Act), ids=str)
def test_a_refusal_names_the_act_in_both_languages(act: Act) -> None:
    with pytest.raises(errors.NotAllowed) as refused:
        permissions.demand(act, AUDITOR, dossier())
    assert label(act) in refused.value.vi
    assert label(act, "en") in refused.value.en


def test_somebody_who_calls_itself_a_worker_without_the_role_is_none() -> None:
    assert not permissions.allowed(Act.MARK_SIGNED, Actor(WORKER.id), dossier())
    assert Side.WORKER not in permissions.sides(Actor("client:worker", roles=frozenset({Role.SYSTEM})), dossier())


def test_lists_and_single_pages_agree_on_who_may_see(desk: Desk) -> None:
    made = services.receive(desk.new(decide_agency="H26.01.03", handover_agency="H26.01.04"), OFFICER)
    everybody = people() | {"auditor": AUDITOR, "its owner": Actor("c", owner=str(made.owner))}
    for name, actor in everybody.items():
        listed = queries.visible(actor).filter(pk=made.pk).exists()
        assert listed == permissions.may_see(actor, made), name
    assert made.receive_agency == HERE


def test_a_person_whose_ids_were_merged_keeps_what_they_filed_under_each(desk: Desk) -> None:
    made, now = services.receive(desk.new(), OFFICER), timezone.now()
    for owner in (uuid.uuid4(), made.owner):
        Owner.objects.update_or_create(id=owner, defaults={"key_id": uuid.uuid4(), "created_at": now})
    kept = Owner.objects.exclude(id=made.owner).latest("created_at")
    citizen = Actor("c", roles=frozenset({Role.CITIZEN}), owner=str(kept.id))
    assert not permissions.may_see(citizen, made)
    Owner.objects.filter(id=made.owner).update(merged_into=kept)
    assert permissions.may_see(citizen, made) and permissions.allowed(Act.WITHDRAW, citizen, made)
    assert queries.dossier(made.id, citizen) == made
    assert queries.of_owner(kept.id).items == queries.of_owner(made.owner).items == (made,)
