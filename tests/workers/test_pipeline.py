"""The tasks on real parts: a scan becomes documents, copies are certified, a result is signed, sealed and told of."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.utils import timezone

import signing
import storage
import workers
from accounts import WORKER, Actor
from accounts.models import User
from dossiers import services
from dossiers.errors import NotAllowed
from dossiers.models import Dossier, Result, Step
from dossiers.queries import unissued
from dossiers.states import ComponentState, ResultState, State
from storage import VersionRole
from storage.models import Document as StoredDocument
from storage.models import Version as StoredVersion
from tests.workers.conftest import SCAN, Office
from workers import Job, keys, staging
from workers.ledger import claim
from workers.models import OutboxMessage

pytestmark = pytest.mark.s3

KIND, PART = "ct07", "noi_cu_tru"


def roles(document: UUID, office: Office) -> list[VersionRole]:
    return [version.role for version in storage.versions(document, office.officer)]


def test_a_scan_becomes_a_cut_and_an_archival_copy_at_its_component(
    office: Office, dossier: Dossier, scanned: UUID
) -> None:
    why = services.purpose_of(dossier.procedure, dossier.code)
    assert roles(scanned, office) == [VersionRole.ORIGINAL, VersionRole.ARCHIVAL]
    assert storage.open(scanned, office.officer, why, 1).read() == SCAN.read_bytes()
    assert storage.open(scanned, office.officer, why, 2).read().startswith(b"%PDF-")
    assert storage.metadata(scanned, office.officer, why).kind == KIND
    part = office.component(dossier, PART)
    assert (part.state, part.attachments.get().document) == (ComponentState.ATTACHED, scanned)


def test_the_engine_that_the_operator_chose_reads_and_is_named(
    office: Office, dossier: Dossier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "HOSO", settings.HOSO.model_copy(update={"engine": "tesseract"}))
    job = office.do(office.hand_in(dossier, SCAN))
    made = StoredVersion.objects.get(document=job.result["documents"][0], role=VersionRole.ARCHIVAL)
    assert made.settings["engine"] == "tesseract"


def test_digitizing_again_deposits_and_attaches_nothing_twice(office: Office, dossier: Dossier, scanned: UUID) -> None:
    job = Job.objects.get(kind="digitize")
    Job.objects.filter(pk=job.pk).update(state="queued", finished_at=None)
    again = office.do(job)
    assert (again.state, again.attempts, again.result["documents"]) == ("done", 2, [str(scanned)])
    assert roles(scanned, office) == [VersionRole.ORIGINAL, VersionRole.ARCHIVAL]
    assert office.component(dossier, PART).attachments.count() == 1


def test_nothing_plain_is_left_on_the_disk(office: Office, scanned: UUID) -> None:
    assert list((settings.HOSO.data / "tmp").iterdir()) == []


def test_a_broken_file_fails_with_its_code_and_stays_in_the_archive(
    office: Office, dossier: Dossier, tmp_path: Path
) -> None:
    broken = tmp_path / "hỏng.pdf"
    broken.write_bytes(b"%PDF-1.7 broken")
    job = office.do(office.hand_in(dossier, broken))
    assert job.state == "failed" and job.error_code.startswith("digitize.")
    assert job.error["message_vi"] and job.error["next"]
    why = services.purpose_of(dossier.procedure, dossier.code)
    kept = storage.open_intake(UUID(job.payload["intake"]), office.officer, why)
    assert kept.read() == broken.read_bytes()


def test_a_certified_copy_reaches_b_lta_and_ticks_its_component(
    office: Office, dossier: Dossier, scanned: UUID
) -> None:
    job = office.do(office.ask("certify", dossier, office.officer, documents=[str(scanned)]))
    assert (job.state, job.result["levels"]) == ("done", ["B-LTA"])
    assert roles(scanned, office)[-1] is VersionRole.CERTIFIED
    assert office.component(dossier, PART).state == ComponentState.SETTLED
    why = services.purpose_of(dossier.procedure, dossier.code)
    report = signing.verify(storage.open(scanned, office.officer, why).read(), trust=keys.trust())
    assert (report.verdict, report.demo) == (signing.Status.VALID, True)
    assert "Trần Thị Mẫu" in report.signatures[0].signer


def test_certifying_again_signs_nothing_twice(office: Office, dossier: Dossier, scanned: UUID) -> None:
    for _ in range(2):
        office.do(office.ask("certify", dossier, office.officer, documents=[str(scanned)]))
    assert roles(scanned, office).count(VersionRole.CERTIFIED) == 1


def test_without_a_time_stamp_the_level_is_lower_and_the_rest_is_queued(
    office: Office, dossier: Dossier, scanned: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = keys.services()
    nobody = replace(whole, timestampers=("http://127.0.0.1:9/tsa",))
    monkeypatch.setattr(keys, "services", lambda: nobody)
    job = office.do(office.ask("certify", dossier, office.officer, documents=[str(scanned)]))
    assert (job.state, job.result["levels"]) == ("done", ["B-B"]), job.error
    upgrade = Job.objects.get(kind="upgrade")
    assert office.do(upgrade).state == "queued"
    monkeypatch.setattr(keys, "services", lambda: whole)
    Job.objects.filter(pk=upgrade.pk).update(run_at=timezone.now())
    assert office.do(upgrade).state == "done"
    assert roles(scanned, office)[-1] is VersionRole.RENEWED
    assert storage.handle(scanned, office.officer).signature_level == "B-LTA"


def test_the_signature_of_an_attempt_that_died_is_the_one_that_is_published(office: Office, dossier: Dossier) -> None:
    job = office.ask("certify", dossier, office.officer, documents=[])
    first = claim(job.id)
    assert first is not None
    made = staging.once(first, "copy", lambda: (b"first signature", {"level": "B-LTA"}))
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    second = claim(job.id)
    assert second is not None
    again = staging.once(second, "copy", lambda: (b"second signature", {"level": "B-B"}))
    assert again == made
    with pytest.raises(workers.errors.LeaseLost):
        staging.once(first, "other", lambda: (b"too late", {}))
    staging.clear(second)


def test_a_result_is_signed_by_one_sealed_by_another_and_issued(
    office: Office, dossier: Dossier, drafted: Result
) -> None:
    services.start_signing(drafted.id, office.leader)
    signing_job = office.do(office.ask("sign-result", dossier, office.leader, result=str(drafted.id)))
    assert (signing_job.state, signing_job.result["level"]) == ("done", "B-LT"), signing_job.error
    drafted.refresh_from_db()
    assert drafted.state == ResultState.SIGNED and drafted.document is not None
    services.start_sealing(drafted.id, office.clerk)
    sealing_job = office.do(office.ask("seal-result", dossier, office.clerk, result=str(drafted.id)))
    assert (sealing_job.state, sealing_job.result["level"]) == ("done", "B-LTA"), sealing_job.error
    drafted.refresh_from_db()
    dossier.refresh_from_db()
    assert (drafted.state, dossier.state) == (ResultState.ISSUED, State.DONE)
    why = services.purpose_of(dossier.procedure, dossier.code)
    report = signing.verify(storage.open(drafted.document, office.leader, why).read(), trust=keys.trust())
    assert report.verdict is signing.Status.VALID
    assert [one.signer.startswith(("Lê Văn Mẫu", "Ủy ban nhân dân xã Ví Dụ")) for one in report.signatures] == [
        True
    ] * 2
    services.revoke_result(drafted.id, office.leader, reason="cấp nhầm")
    assert [job.state for job in office.do_waiting("tell-archive")] == ["done"]
    assert storage.handle(drafted.document, office.leader).status is storage.Status.REVOKED


def issue(office: Office, result: Result) -> Result:
    """Signed, sealed and issued."""
    services.start_signing(result.id, office.leader)
    assert office.do(office.ask("sign-result", result.dossier, office.leader, result=str(result.id))).state == "done"
    services.start_sealing(result.id, office.clerk)
    assert office.do(office.ask("seal-result", result.dossier, office.clerk, result=str(result.id))).state == "done"
    result.refresh_from_db()
    return result


def status(result: Result) -> storage.Status:
    assert result.document is not None
    return storage.handle(result.document, WORKER).status


def may_see_nothing(actor: Actor) -> None:
    """The person's clearance and agencies are gone: the archive shows them none of its documents."""
    User.objects.filter(pk=actor.id).update(clearance=1, agencies=[], is_active=False)


def test_the_archive_hears_of_a_revocation_by_somebody_who_may_not_see_the_document(
    office: Office, drafted: Result
) -> None:
    result = issue(office, drafted)
    services.revoke_result(result.id, office.leader, reason="cấp nhầm")
    may_see_nothing(office.leader)
    assert [job.state for job in office.do_waiting("tell-archive")] == ["done"]
    assert status(result) is storage.Status.REVOKED


def test_the_archive_hears_of_a_replacement_by_people_who_may_not_see_the_document(
    office: Office, drafted: Result
) -> None:
    data = dict(drafted.data)
    old = issue(office, drafted)
    new = issue(office, services.replace_result(old.id, office.leader, data=data, reason="sai ngày sinh"))
    may_see_nothing(office.leader)
    may_see_nothing(office.clerk)
    jobs = office.do_waiting("tell-archive")
    assert [(job.state, set(job.payload)) for job in jobs] == [("done", {"result"})]
    assert (status(old), status(new)) == (storage.Status.SUPERSEDED, storage.Status.ACTIVE)


def test_a_result_that_cannot_be_typeset_goes_back_to_its_draft(
    office: Office, dossier: Dossier, drafted: Result
) -> None:
    services.edit_result(drafted.id, office.officer, data={"number": "1"})
    services.start_signing(drafted.id, office.leader)
    job = office.do(office.ask("sign-result", dossier, office.leader, result=str(drafted.id)))
    drafted.refresh_from_db()
    assert (job.state, drafted.state) == ("failed", ResultState.DRAFT)
    assert drafted.failure == job.error_code


def test_a_job_tried_again_after_its_attempt_ended_signs_nothing(
    office: Office, dossier: Dossier, drafted: Result
) -> None:
    services.start_signing(drafted.id, office.leader)
    asked = office.ask("sign-result", dossier, office.leader, result=str(drafted.id))
    services.signing_failed(drafted.id, office.leader, failure="workers.test")
    before = StoredDocument.objects.count()
    job = office.do(asked)
    assert (job.state, job.error_code) == ("failed", "workers.nothing_to_sign")
    assert StoredDocument.objects.count() == before


def test_a_result_that_waits_for_its_seal_is_neither_reused_nor_shown(
    office: Office, dossier: Dossier, drafted: Result
) -> None:
    services.start_signing(drafted.id, office.leader)
    office.do(office.ask("sign-result", dossier, office.leader, result=str(drafted.id)))
    drafted.refresh_from_db()
    assert drafted.document is not None
    assert unissued([drafted.document]) == {drafted.document}
    services.start_sealing(drafted.id, office.clerk)
    office.do(office.ask("seal-result", dossier, office.clerk, result=str(drafted.id)))
    assert unissued([drafted.document]) == set()


def test_who_may_not_tick_may_not_certify(office: Office, dossier: Dossier, scanned: UUID) -> None:
    job = office.do(office.ask("certify", dossier, office.clerk, documents=[str(scanned)]))
    assert (job.state, job.error_code) == ("failed", NotAllowed.code)
    assert VersionRole.CERTIFIED not in roles(scanned, office)


def test_the_receipt_is_made_and_filed_with_its_step(office: Office, dossier: Dossier) -> None:
    assert [job.state for job in office.do_waiting("form")] == ["done"]
    step = Step.objects.get(dossier=dossier, act="receive")
    assert step.document is not None
    why = services.purpose_of(dossier.procedure, dossier.code)
    assert storage.open(step.document, office.officer, why).read().startswith(b"%PDF-")


def test_the_applicant_is_told_once_with_code_and_due_time(office: Office, dossier: Dossier) -> None:
    jobs = office.do_waiting("deliver")
    assert [job.state for job in jobs] == ["done"]
    message = OutboxMessage.objects.get()
    assert message.delivered_at is not None and message.attempts == 1
    letter = (settings.HOSO.data / "outbox" / f"{message.id}.eml").read_bytes()
    read = email.message_from_bytes(letter, policy=email.policy.default)
    assert read["To"] == "nguoi.mau@example.invalid" and dossier.code in read["Subject"]
    text = read.get_content()
    assert dossier.code in text and "Hẹn trả kết quả" in text and "Nguyễn Thị Mẫu" in text
    Job.objects.filter(pk=jobs[0].pk).update(state="queued")
    office.do(jobs[0])
    assert len(list((settings.HOSO.data / "outbox").glob(f"{message.id}*"))) == 1


def test_an_act_that_is_rolled_back_tells_nobody(office: Office, dossier: Dossier) -> None:
    before = OutboxMessage.objects.count()
    with pytest.raises(Exception, match=r".+"):
        services.refuse(dossier.id, office.officer, reason="  ")
    assert OutboxMessage.objects.count() == before


def test_pages_are_drawn_for_the_screen_and_belong_to_their_job(
    office: Office, dossier: Dossier, scanned: UUID
) -> None:
    job = office.do(office.ask("page-images", dossier, office.officer, document=str(scanned), version=1))
    assert job.state == "done", job.error
    (number, width, height) = job.result["pages"][0]
    assert number == 1 and width > 500 and height > width
    picture = workers.page_image(job.id, 1)
    assert picture is not None and picture.startswith(b"\x89PNG")
    assert workers.page_image(job.id, 2) is None


def test_an_uploaded_file_is_verified(office: Office, dossier: Dossier) -> None:

    storage.stash(workers.verify_key("abc"), SCAN.read_bytes(), ttl=timedelta(minutes=10))
    job = office.do(office.ask("verify", dossier, office.officer, upload="abc"))
    assert (job.state, job.result["schema"], job.result["verdict"]) == ("done", "hoso.verify/1", "indeterminate")


def test_the_verification_of_a_file_that_is_gone_says_so(office: Office, dossier: Dossier) -> None:
    job = office.do(office.ask("verify", dossier, office.officer, upload="gone"))
    assert (job.state, job.error_code) == ("failed", "workers.vanished")
