"""A result is signed by one person, sealed by another, issued once, and its end is known."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection

from accounts import WORKER
from catalogue import ResultCode
from dossiers import errors, services
from dossiers.models import Dossier, Result, Step
from dossiers.states import Act, ResultState, State
from tests.dossiers.conftest import CLERK, LEADER, OFFICER, Desk


def signed(desk: Desk, result: Result) -> Result:
    services.start_signing(result.id, LEADER)
    return services.mark_signed(
        result.id, WORKER, document=uuid.uuid4(), level="B-T", wanted="B-LT", reasons=["no_crl", "no_crl"]
    )


def test_two_acts_of_two_people_and_the_levels_reached_are_on_record(desk: Desk) -> None:
    dossier = desk.processing()
    result = desk.draft(dossier)
    assert ResultCode.parse(result.code).number == 1
    assert result.code == f"{dossier.code}-KQ1"
    result = signed(desk, result)
    assert (result.state, result.signer_name) == (ResultState.SIGNED, "Lê Văn Mẫu")
    with pytest.raises(errors.NotAllowed):
        services.start_sealing(result.id, LEADER)
    services.start_sealing(result.id, CLERK)
    assert result.document is not None
    services.mark_sealed(result.id, WORKER, document=result.document, level="B-LTA")
    result = services.issue(result.id, WORKER)
    assert result.state == ResultState.ISSUED
    assert result.levels["signature"] == {"level": "B-T", "wanted": "B-LT", "reasons": ["no_crl"]}
    assert result.levels["seal"]["level"] == "B-LTA"
    assert len(result.verify_token) >= 22


def test_a_leader_cannot_sign_what_is_drafted_for_a_dossier_that_was_stopped(desk: Desk) -> None:
    dossier = desk.processing()
    result = desk.draft(dossier)
    services.stop(dossier.id, OFFICER, reason="Công dân đề nghị")
    with pytest.raises(errors.IllegalAct):
        services.start_signing(result.id, LEADER)


def test_a_worker_signs_nothing_that_the_leader_did_not_ask_for(desk: Desk) -> None:
    result = desk.draft(desk.processing())
    with pytest.raises(errors.IllegalAct):
        services.mark_signed(result.id, WORKER, document=uuid.uuid4(), level="B-LT")
    with pytest.raises(errors.NotAllowed):
        services.start_signing(result.id, WORKER)


def test_a_failed_signature_goes_back_to_the_draft_with_its_error(desk: Desk) -> None:
    result = desk.draft(desk.processing())
    services.start_signing(result.id, LEADER)
    failed = services.signing_failed(result.id, WORKER, failure="signing.pin_wrong")
    assert (failed.state, failed.failure) == (ResultState.DRAFT, "signing.pin_wrong")
    again = services.start_signing(result.id, LEADER)
    assert again.failure == ""


def test_a_failed_seal_leaves_the_signature(desk: Desk) -> None:
    result = signed(desk, desk.draft(desk.processing()))
    services.start_sealing(result.id, CLERK)
    failed = services.signing_failed(result.id, WORKER, failure="signing.tsa_down", seal=True)
    assert failed.state == ResultState.SIGNED
    assert failed.document == result.document


def test_a_worker_that_runs_twice_changes_nothing_the_second_time(desk: Desk) -> None:
    result = desk.draft(desk.processing())
    document = uuid.uuid4()
    services.start_signing(result.id, LEADER)
    first = services.mark_signed(result.id, WORKER, document=document, level="B-LT")
    again = services.mark_signed(result.id, WORKER, document=document, level="B-LT")
    assert again.signed_at == first.signed_at
    services.start_sealing(result.id, CLERK)
    services.mark_sealed(result.id, WORKER, document=document, level="B-LTA")
    services.mark_signed(result.id, WORKER, document=document, level="B-LT")
    services.issue(result.id, WORKER)
    services.mark_sealed(result.id, WORKER, document=document, level="B-LTA")
    issued = services.issue(result.id, WORKER)
    assert issued.state == ResultState.ISSUED
    acts = [Act(step.act) for step in Step.objects.filter(result=result)]
    assert acts.count(Act.MARK_SIGNED) == acts.count(Act.MARK_SEALED) == acts.count(Act.ISSUE) == 1


def test_personal_values_are_unreadable_in_the_table_and_gone_after_issue(desk: Desk) -> None:
    result = desk.draft(desk.processing())
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM dossiers_result WHERE code = %s", [result.code])
        assert "Nguyễn" not in cursor.fetchone()[0]
    assert Result.objects.get(pk=result.pk).data["fields"]["ho_ten"] == "Nguyễn Văn Mẫu"
    desk.issue(result)
    assert Result.objects.get(pk=result.pk).data == {}


def test_several_results_finish_the_dossier_together(desk: Desk) -> None:
    dossier = desk.processing()
    first, second = desk.draft(dossier), desk.draft(dossier)
    assert (first.number, second.number) == (1, 2)
    desk.issue(first)
    assert Dossier.objects.get(pk=dossier.pk).state == State.PROCESSING
    desk.issue(second)
    assert Dossier.objects.get(pk=dossier.pk).state == State.DONE


def test_a_discarded_draft_holds_nothing_up(desk: Desk) -> None:
    dossier = desk.processing()
    first, second = desk.draft(dossier), desk.draft(dossier)
    services.discard_result(second.id, OFFICER)
    desk.issue(first)
    assert Dossier.objects.get(pk=dossier.pk).state == State.DONE
    with pytest.raises(errors.IllegalAct):
        services.discard_result(first.id, OFFICER)


def test_the_same_key_drafts_once(desk: Desk) -> None:
    dossier = desk.processing()
    assert desk.draft(dossier, key="d-1").pk == desk.draft(dossier, key="d-1").pk
    assert Result.objects.count() == 1


def test_a_draft_can_be_changed_until_it_is_being_signed(desk: Desk) -> None:
    result = desk.draft(desk.processing())
    services.edit_result(result.id, OFFICER, data={"fields": {"ho_ten": "Nguyễn Văn Mẫu Hai"}})
    assert Result.objects.get(pk=result.pk).data["fields"]["ho_ten"] == "Nguyễn Văn Mẫu Hai"
    services.start_signing(result.id, LEADER)
    with pytest.raises(errors.IllegalAct):
        services.edit_result(result.id, OFFICER, data={})


def test_no_result_is_drafted_before_processing(desk: Desk) -> None:
    with pytest.raises(errors.IllegalAct):
        desk.draft(desk.receive())


def test_revoking_needs_the_leader_and_a_reason(desk: Desk) -> None:
    result = desk.issue(desk.draft(desk.processing()))
    with pytest.raises(errors.NotAllowed):
        services.revoke_result(result.id, OFFICER, reason="Sai họ tên")
    with pytest.raises(errors.ReasonMissing):
        services.revoke_result(result.id, LEADER, reason="")
    revoked = services.revoke_result(result.id, LEADER, reason="Sai họ tên")
    assert (revoked.state, revoked.end_reason) == (ResultState.REVOKED, "Sai họ tên")
    assert revoked.ended_at is not None


def test_the_old_result_counts_until_the_new_one_is_issued(desk: Desk) -> None:
    old = desk.issue(desk.draft(desk.processing()))
    new = services.replace_result(old.id, OFFICER, data={"fields": {}}, reason="Sai ngày sinh")
    assert new.code.endswith("-KQ2")
    old.refresh_from_db()
    assert old.state == ResultState.ISSUED
    with pytest.raises(errors.IllegalAct):
        services.replace_result(old.id, OFFICER, data={}, reason="Sai ngày sinh")
    desk.issue(new)
    old.refresh_from_db()
    assert (old.state, old.end_reason) == (ResultState.REPLACED, "Sai ngày sinh")
    assert old.dossier.state == State.DONE
