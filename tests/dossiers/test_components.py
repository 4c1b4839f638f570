"""The desk's work on each component: what is compared, reused, looked up and scanned, and what is refused."""

from __future__ import annotations

import uuid
from datetime import datetime

import pytest

from dossiers import errors, services
from dossiers.calendar import ZONE
from dossiers.models import Attachment, Component, Dossier, FieldCheck, Step
from dossiers.states import Act, ComponentState, Decision
from storage import events
from tests.dossiers.conftest import MARRIAGE, MONDAY, OFFICER, Desk, Stored


def part(dossier: Dossier, id: str) -> Component:
    return Component.objects.get(dossier=dossier, catalogue_id=id)


def test_what_is_only_shown_is_ticked_with_who_and_when_and_cannot_be_scanned(desk: Desk) -> None:
    component = part(desk.receive(), "giay_to_tuy_than")
    with pytest.raises(errors.WrongDecision):
        services.attach(component.id, OFFICER, document=uuid.uuid4(), pages=1)
    shown = services.mark_shown(component.id, OFFICER, at=MONDAY)
    assert (shown.state, shown.shown_by_name, shown.shown_at) == (ComponentState.SETTLED, "Trần Thị Mẫu", MONDAY)
    assert not Attachment.objects.exists()


def test_comparing_twice_is_comparing_once(desk: Desk) -> None:
    component = part(desk.receive(), "giay_to_tuy_than")
    services.mark_shown(component.id, OFFICER, at=MONDAY)
    services.mark_shown(component.id, OFFICER)
    assert Step.objects.filter(act=Act.MARK_SHOWN).count() == 1


def test_a_scan_is_attached_once_and_ticked(desk: Desk) -> None:
    component, document = part(desk.receive(), "to_khai"), uuid.uuid4()
    with pytest.raises(errors.NothingAttached):
        services.tick(component.id, OFFICER)
    services.attach(component.id, OFFICER, document=document, pages=2)
    services.attach(component.id, OFFICER, document=document, pages=2)
    assert Attachment.objects.count() == 1
    assert services.tick(component.id, OFFICER).state == ComponentState.SETTLED


def test_as_many_images_as_pages(desk: Desk) -> None:
    component = part(desk.receive(choices={"to_khai": services.Choice(pages=3)}), "to_khai")
    services.attach(component.id, OFFICER, document=uuid.uuid4(), pages=2)
    with pytest.raises(errors.PagesDiffer, match="3"):
        services.tick(component.id, OFFICER)
    services.attach(component.id, OFFICER, document=uuid.uuid4(), pages=1)
    assert services.tick(component.id, OFFICER).state == ComponentState.SETTLED
    assert services.declare_pages(component.id, OFFICER, pages=4).state == ComponentState.ATTACHED


def test_a_further_document_must_be_ticked_again_and_a_wrong_one_can_be_taken_off(desk: Desk) -> None:
    component, wrong = part(desk.receive(), "to_khai"), uuid.uuid4()
    services.attach(component.id, OFFICER, document=uuid.uuid4(), pages=1)
    services.tick(component.id, OFFICER)
    assert services.attach(component.id, OFFICER, document=wrong, pages=1).state == ComponentState.ATTACHED
    services.detach(component.id, OFFICER, document=wrong, reason="Nhầm hồ sơ")
    assert Attachment.objects.count() == 1
    with pytest.raises(errors.PartNotFound):
        services.detach(component.id, OFFICER, document=wrong, reason="Nhầm hồ sơ")


def test_reuse_is_kept_on_the_component_and_seen_by_the_owner(desk: Desk, stored: Stored) -> None:
    document = stored(desk.owner)
    dossier = desk.receive(MARRIAGE)
    component = services.choose_reuse(part(dossier, "tinh_trang_hon_nhan").id, OFFICER, document=document, at=MONDAY)
    assert (component.reused, component.state, component.required) == (True, ComponentState.SETTLED, True)
    services.choose_reuse(component.id, OFFICER, document=document)
    uses = [item for item in events.events_for_owner(desk.owner) if item.action == "document.reuse"]
    assert [(use.document, use.dossier, use.actor_name) for use in uses] == [(document, dossier.code, "Trần Thị Mẫu")]


def test_what_anybody_of_the_dossier_may_bring_is_reused_from_the_applicant(desk: Desk, stored: Stored) -> None:
    document = stored(desk.owner, kind="trich_luc_ly_hon_gc", scope="")
    component = part(desk.receive(MARRIAGE), "ghi_chu_ly_hon")
    assert services.choose_reuse(component.id, OFFICER, document=document, at=MONDAY).reused


def test_a_paper_for_another_purpose_is_refused_with_the_reason(desk: Desk, stored: Stored) -> None:
    document = stored(desk.owner, scope="để làm thủ tục vay vốn ngân hàng")
    component = part(desk.receive(MARRIAGE), "tinh_trang_hon_nhan")
    with pytest.raises(errors.NotReusable) as refused:
        services.choose_reuse(component.id, OFFICER, document=document, at=MONDAY)
    assert "mục đích khác" in refused.value.vi
    component.refresh_from_db()
    assert not component.reused


def test_a_document_of_nobody_knows_whom_is_refused(desk: Desk) -> None:
    component = part(desk.receive(MARRIAGE), "tinh_trang_hon_nhan")
    with pytest.raises(errors.NotReusable, match="no such document"):
        services.choose_reuse(component.id, OFFICER, document=uuid.uuid4())


def test_asking_for_paper_all_the_same_needs_a_reason_and_is_remembered(desk: Desk, stored: Stored) -> None:
    document = stored(desk.owner)
    component = part(desk.receive(MARRIAGE), "tinh_trang_hon_nhan")
    services.choose_reuse(component.id, OFFICER, document=document, at=MONDAY)
    with pytest.raises(errors.ReasonMissing):
        services.require_paper(component.id, OFFICER, reason=" ")
    asked = services.require_paper(component.id, OFFICER, reason="Người nộp không đồng ý dùng bản trong kho")
    assert (asked.decision, asked.state, asked.reused) == (Decision.SCAN, ComponentState.WAITING, False)
    assert asked.archive_had


def test_a_failed_look_up_starts_the_eight_hours_and_success_ends_them(desk: Desk) -> None:
    component = part(desk.receive(MARRIAGE), "noi_cu_tru")
    friday = datetime(2026, 11, 20, 15, 0, tzinfo=ZONE)
    failed = services.record_lookup(component.id, OFFICER, found=False, at=friday)
    assert failed.notice_due_at == datetime(2026, 11, 23, 15, 0, tzinfo=ZONE)
    evidence = uuid.uuid4()
    found = services.record_lookup(component.id, OFFICER, found=True, document=evidence, at=friday)
    assert (found.state, found.notice_due_at) == (ComponentState.SETTLED, None)
    assert Attachment.objects.get(component=found).document == evidence


def test_after_a_failed_look_up_a_paper_that_is_only_shown_is_shown(desk: Desk) -> None:
    component = part(desk.receive(MARRIAGE), "noi_cu_tru")
    services.record_lookup(component.id, OFFICER, found=False)
    asked = services.require_paper(component.id, OFFICER, reason="Tra cứu không có kết quả")
    assert asked.decision == Decision.SHOWN


def test_skipping_keeps_reason_and_legal_basis(desk: Desk) -> None:
    component = part(desk.receive(), "to_khai")
    with pytest.raises(errors.ReasonMissing):
        services.skip_component(component.id, OFFICER, reason="Biểu mẫu điện tử", legal_basis="")
    skipped = services.skip_component(
        component.id, OFFICER, reason="Biểu mẫu điện tử", legal_basis="Nghị quyết 66.7/2025/NQ-CP"
    )
    assert (skipped.decision, skipped.state) == (Decision.SKIP, ComponentState.SETTLED)


def test_corrections_are_kept_with_who_and_when_but_without_values(desk: Desk) -> None:
    component, document = part(desk.receive(), "to_khai"), uuid.uuid4()
    services.attach(component.id, OFFICER, document=document, pages=1, at=MONDAY)
    checks = [
        services.Check("ho_ten", corrected=False, confidence=0.99),
        services.Check("ngay_sinh", corrected=True, confidence=0.4),
        services.Check("noi_sinh", corrected=False, filled=False),
    ]
    services.confirm_fields(component.id, OFFICER, document=document, checks=checks, at=MONDAY)
    attachment = Attachment.objects.get(document=document)
    assert (attachment.fields_total, attachment.fields_filled, attachment.fields_corrected) == (3, 2, 1)
    check = FieldCheck.objects.get(name="ngay_sinh")
    assert (check.by, check.at, check.corrected) == ("officer-1", MONDAY, True)
    with pytest.raises(errors.PartNotFound):
        services.confirm_fields(component.id, OFFICER, document=uuid.uuid4(), checks=checks)


def test_nothing_about_a_component_changes_once_the_dossier_is_done(desk: Desk) -> None:
    component = part(desk.done(), "to_khai")
    with pytest.raises(errors.IllegalAct):
        services.attach(component.id, OFFICER, document=uuid.uuid4(), pages=1)
    with pytest.raises(errors.IllegalAct):
        services.require_paper(component.id, OFFICER, reason="Thiếu")
    with pytest.raises(errors.IllegalAct):
        services.declare_pages(component.id, OFFICER, pages=2)
