"""What a person gets at the counter: one code, a checklist that asks for no paper twice, an honest appointment."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from uuid import UUID

import pytest
from django.db import connection, transaction

import storage
from accounts import Role
from catalogue import DossierCode, Party
from dossiers import checklist, errors, services
from dossiers.calendar import ZONE
from dossiers.models import Component, DailySequence, Dossier, Step
from dossiers.services.codes import next_code
from dossiers.states import Channel, ComponentState, Decision, State
from tests.dossiers.conftest import (
    ELSEWHERE,
    HERE,
    MARRIAGE,
    MONDAY,
    OFFICER,
    SINGLE,
    STRANGER,
    Desk,
    Stored,
    make_owner,
)


def part(dossier: Dossier, id: str) -> Component:
    return Component.objects.get(dossier=dossier, catalogue_id=id)


def test_a_received_dossier_has_code_components_and_appointment(desk: Desk) -> None:
    dossier = desk.receive(email="mau@example.vn", phone="0900000000")
    dossier.refresh_from_db()
    assert dossier.code == "H26.01.02-261116-0001"
    assert DossierCode.parse(dossier.code).sequence == 1
    assert (dossier.state, dossier.channel) == (State.RECEIVED, Channel.COUNTER)
    assert dossier.due_at == datetime(2026, 11, 19, 17, 0, tzinfo=ZONE)
    assert dossier.contact == {"email": "mau@example.vn", "phone": "0900000000", "address": ""}
    assert part(dossier, "to_khai").decision == Decision.SCAN
    shown = part(dossier, "giay_to_tuy_than")
    assert shown.decision == Decision.SHOWN
    assert "03/2025/TT-VPCP" in shown.legal_basis
    assert all(component.reason and component.legal_basis for component in dossier.components.all())
    step = Step.objects.get(dossier=dossier)
    assert (step.by, step.agency, step.state_from, step.state_to) == ("officer-1", HERE, "", "received")


def test_contacts_are_not_readable_in_the_table(desk: Desk) -> None:
    dossier = desk.receive(email="mau@example.vn")
    with connection.cursor() as cursor:
        cursor.execute("SELECT contact FROM dossiers_dossier WHERE code = %s", [dossier.code])
        assert "example" not in cursor.fetchone()[0]


def test_after_three_a_same_day_procedure_is_due_on_the_next_working_day(desk: Desk) -> None:
    late = datetime(2026, 11, 20, 15, 30, tzinfo=ZONE)
    assert desk.receive(MARRIAGE, late).due_at == datetime(2026, 11, 23, 17, 0, tzinfo=ZONE)


def test_the_same_key_gives_the_same_dossier(desk: Desk) -> None:
    first = desk.receive(key="k-1")
    again = desk.receive(key="k-1")
    assert again.pk == first.pk
    assert Dossier.objects.count() == 1
    assert DailySequence.objects.get().last == 1


def test_a_key_cannot_be_used_for_another_request(desk: Desk) -> None:
    desk.receive(key="k-1")
    with pytest.raises(errors.KeyReused):
        desk.receive(MARRIAGE, key="k-1")


def test_officers_of_other_agencies_cannot_receive_here(desk: Desk) -> None:
    with pytest.raises(errors.NotAllowed):
        services.receive(desk.new(), STRANGER)
    assert not Dossier.objects.exists()


def test_a_dossier_that_could_not_be_written_costs_no_number(desk: Desk) -> None:
    with pytest.raises(errors.BadDossier):
        desk.receive(choices={"khong_co": services.Choice()})
    assert desk.receive().code.endswith("-0001")


def test_a_registered_dossier_has_no_clock_until_it_is_accepted(desk: Desk) -> None:
    dossier = services.register(desk.new(channel=Channel.ONLINE), OFFICER, at=MONDAY)
    assert (dossier.state, dossier.received_at, dossier.due_at) == (State.REGISTERED, None, None)
    tuesday = datetime(2026, 11, 17, 10, 0, tzinfo=ZONE)
    accepted = services.accept(dossier.id, OFFICER, at=tuesday)
    assert (accepted.state, accepted.received_at) == (State.RECEIVED, tuesday)
    assert accepted.due_at == datetime(2026, 11, 20, 17, 0, tzinfo=ZONE)


def test_what_is_filed_online_is_not_scanned(desk: Desk) -> None:
    dossier = services.register(desk.new(channel=Channel.ONLINE), OFFICER, at=MONDAY)
    component = part(dossier, "to_khai")
    assert component.decision == Decision.SKIP
    assert component.legal_basis == checklist.FILED_ONLINE


def test_the_officer_may_decide_otherwise_but_must_say_why(desk: Desk) -> None:
    with pytest.raises(errors.ReasonMissing):
        desk.receive(choices={"to_khai": services.Choice(decision=Decision.SKIP, reason="Đã có biểu mẫu điện tử")})
    choice = services.Choice(Decision.SKIP, "Đã có biểu mẫu điện tử", "Nghị quyết 66.7/2025/NQ-CP")
    component = part(desk.receive(choices={"to_khai": choice}), "to_khai")
    assert (component.decision, component.state) == (Decision.SKIP, ComponentState.SETTLED)
    assert component.legal_basis == "Nghị quyết 66.7/2025/NQ-CP"


def test_a_conditional_component_becomes_required_when_the_officer_says_so(desk: Desk) -> None:
    assert not part(desk.receive(), "ly_hon").required
    needed = desk.receive(choices={"ly_hon": services.Choice(needed=True, pages=4)})
    assert part(needed, "ly_hon").required
    assert part(needed, "ly_hon").pages_declared == 4


@pytest.mark.parametrize(
    ("scope", "decision"),
    [
        ("để kết hôn với bà Lê Thị Thử", Decision.REUSE),
        ("để làm thủ tục vay vốn ngân hàng", Decision.SCAN),
        ("", Decision.SCAN),
        ("không có giá trị sử dụng để đăng ký kết hôn", Decision.SCAN),
    ],
)
def test_a_marital_status_paper_is_reused_for_marriage_only(
    desk: Desk, stored: Stored, scope: str, decision: Decision
) -> None:
    document = stored(desk.owner, scope=scope)
    component = part(desk.receive(MARRIAGE), "tinh_trang_hon_nhan")
    assert component.decision == decision
    assert component.archive_had is (decision is Decision.REUSE)
    assert component.reuse_document == (document if decision is Decision.REUSE else None)
    assert not component.reused, "nothing is reused before the applicant agreed"


@pytest.mark.parametrize(
    "wrong",
    [
        {"valid_to": date(2026, 11, 15)},
        {"issued_on": date(2026, 4, 1), "valid_to": None},
        {"status": storage.Status.REVOKED},
        {"role": storage.VersionRole.ARCHIVAL},
        {"kind": "giay_khai_sinh"},
    ],
    ids=["expired", "too old", "revoked", "not certified", "another kind"],
)
def test_what_does_not_count_any_more_is_asked_for_with_the_reason(
    desk: Desk, stored: Stored, wrong: dict[str, object]
) -> None:
    stored(desk.owner, **wrong)
    items = checklist.build(
        MARRIAGE, {Party.APPLICANT: desk.owner}, OFFICER, services.purpose_of(MARRIAGE), on=MONDAY.date()
    )
    item = next(item for item in items if item.component.id == "tinh_trang_hon_nhan")
    assert item.decision is Decision.SCAN
    if wrong.get("kind") is None:
        assert item.others[0].verdict.reasons[0].vi


def test_other_peoples_papers_are_never_offered(desk: Desk, stored: Stored) -> None:
    stored(make_owner())
    assert part(desk.receive(MARRIAGE), "tinh_trang_hon_nhan").decision == Decision.SCAN


def test_the_other_partys_paper_is_found_when_they_are_known(desk: Desk, stored: Stored) -> None:
    spouse = make_owner()
    stored(spouse)
    known = desk.receive(MARRIAGE, parties={Party.SPOUSE: spouse})
    assert part(known, "tinh_trang_hon_nhan_ben_kia").decision == Decision.REUSE
    assert part(desk.receive(MARRIAGE), "tinh_trang_hon_nhan_ben_kia").decision == Decision.SCAN


def test_another_agencys_paper_is_found_for_the_dossier(desk: Desk, stored: Stored) -> None:
    stored(desk.owner, agency=ELSEWHERE)
    assert part(desk.receive(MARRIAGE), "tinh_trang_hon_nhan").decision == Decision.REUSE


def test_looking_into_the_archive_is_an_event_with_dossier_and_purpose(desk: Desk, stored: Stored) -> None:
    from storage import events

    stored(desk.owner)
    dossier = desk.receive(MARRIAGE)
    seen = events.events_for_owner(desk.owner)
    assert [(item.action, item.dossier, item.legal_basis) for item in seen] == [
        ("archive.search", dossier.code, "TTHC:1.000894")
    ]


def test_numbers_go_on_beyond_four_digits_and_count_by_agency_and_day(db: None) -> None:
    DailySequence.objects.create(agency=HERE, day=date(2026, 11, 16), last=9999)
    with transaction.atomic():
        assert next_code(HERE, date(2026, 11, 16)) == "H26.01.02-261116-10000"
        assert next_code(HERE, date(2026, 11, 17)) == "H26.01.02-261117-0001"
        assert next_code(ELSEWHERE, date(2026, 11, 16)) == "H26.01.03-261116-0001"


@pytest.mark.django_db(transaction=True)
def test_many_desks_at_once_get_different_numbers_without_gaps() -> None:
    owner = make_owner()
    desk = Desk(owner)

    def receive(number: int) -> str:
        try:
            return desk.receive(key=f"k-{number % 12}").code
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        codes = list(pool.map(receive, range(24)))
    assert sorted(set(codes)) == [f"H26.01.02-261116-{number:04d}" for number in range(1, 13)]
    assert Dossier.objects.count() == 12


def test_a_system_may_register_but_not_receive(desk: Desk) -> None:
    from accounts import Actor

    portal = Actor("client:portal", "Cổng", frozenset({Role.SYSTEM}), frozenset({HERE}), clearance=3)
    registered = services.register(desk.new(channel=Channel.ONLINE), portal, at=MONDAY, key=str(uuid.uuid4()))
    assert registered.state == State.REGISTERED
    with pytest.raises(errors.NotAllowed):
        services.receive(desk.new(), portal)


def test_procedure_unknown_to_the_catalogue_is_said(desk: Desk) -> None:
    with pytest.raises(Exception, match=r"9\.999999"):
        desk.receive("9.999999")


def test_an_agent_files_for_the_applicant(desk: Desk) -> None:
    paper: UUID = uuid.uuid4()
    agent = services.Agent("Trần Văn Thay", "authorised", make_owner(), paper)
    dossier = desk.receive(SINGLE, agent=agent)
    assert (dossier.agent_name, dossier.relation, dossier.agent_document) == ("Trần Văn Thay", "authorised", paper)
