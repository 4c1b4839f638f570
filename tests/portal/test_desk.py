"""A dossier's page: the one next step, acts with reasons, whose it is, two acts of two people on a result."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from django.test import Client

from accounts import WORKER, Role
from accounts.models import User
from dossiers import services
from dossiers.models import Component, Dossier, Result
from dossiers.states import ComponentState, Decision, ResultState, State
from tests.portal.conftest import MakeUser
from workers import Job

pytestmark = pytest.mark.django_db


def page(client: Client, dossier: Dossier) -> str:
    answer = client.get(f"/dossiers/{dossier.id}")
    assert answer.status_code == 200
    return answer.content.decode()


def user(username: str) -> User:
    return User.objects.get(username=username)


def settle(dossier: Dossier) -> None:
    """Everything that is asked for is there."""
    actor = user("nguoi-tiep-nhan").actor()
    for part in Component.objects.filter(dossier=dossier).exclude(state=ComponentState.SETTLED):
        if part.decision == Decision.SHOWN:
            services.mark_shown(part.id, actor)
        elif part.decision == Decision.LOOKUP:
            services.record_lookup(part.id, actor, found=True)
        else:
            document = uuid.uuid4()
            services.attach(part.id, actor, document=document, pages=1)
            services.confirm_fields(part.id, actor, document=document, checks=[])
            services.tick(part.id, actor)


@pytest.fixture
def processing(received: Dossier) -> Dossier:
    settle(received)
    return services.start_processing(received.id, user("nguoi-tiep-nhan").actor())


@pytest.fixture
def drafted(processing: Dossier) -> Result:
    return services.draft_result(
        processing.id, user("nguoi-tiep-nhan").actor(), kind="giay_xn_tthn", title="Giấy xác nhận", data={}
    )


def test_the_next_step_leads_from_paper_to_processing(officer: Client, received: Dossier) -> None:
    assert "Đối chiếu 1 giấy tờ xuất trình" in page(officer, received)
    shown = received.components.get(decision=Decision.SHOWN)
    officer.post(f"/components/{shown.id}/mark_shown")
    assert "Quét 1 giấy tờ" in page(officer, received)
    to_scan = received.components.get(catalogue_id="to_khai")
    document = uuid.uuid4()
    actor = user("nguoi-tiep-nhan").actor()
    services.attach(to_scan.id, actor, document=document, pages=1)
    assert "Kiểm tra 1 giấy tờ máy đã đọc" in page(officer, received)
    services.confirm_fields(to_scan.id, actor, document=document, checks=[])
    assert "Ký số 1 bản sao đã kiểm tra" in page(officer, received)


def test_certifying_asks_for_one_job_over_all_checked_copies(officer: Client, received: Dossier) -> None:
    actor = user("nguoi-tiep-nhan").actor()
    documents = [uuid.uuid4(), uuid.uuid4()]
    for part, document in zip(received.components.filter(decision=Decision.SCAN), documents, strict=False):
        services.attach(part.id, actor, document=document, pages=1)
        services.confirm_fields(part.id, actor, document=document, checks=[])
    officer.post(f"/dossiers/{received.id}/certify")
    officer.post(f"/dossiers/{received.id}/certify")
    job = Job.objects.get(kind="certify")
    assert set(job.payload["documents"]) == {str(document) for document in documents}


def test_a_working_machine_keeps_nobody_waiting(officer: Client, received: Dossier) -> None:
    shown = received.components.get(decision=Decision.SHOWN)
    officer.post(f"/components/{shown.id}/mark_shown")
    Job.objects.create(kind="digitize", key="k", dossier=received.code)
    text = page(officer, received)
    assert "Máy đang làm việc" in text
    assert "Bạn không phải chờ" in text


def test_a_failed_scan_says_what_and_what_to_do(officer: Client, received: Dossier) -> None:
    error = {
        "message_vi": "Tệp có mật khẩu.",
        "message_en": "Encrypted.",
        "next": "Gỡ mật khẩu.",
        "next_en": "Remove it.",
    }
    job = Job.objects.create(
        kind="digitize", key="k", dossier=received.code, state="failed", error=error, error_code="digitize.encrypted"
    )
    part = officer.get(f"/dossiers/{received.id}/files").content.decode()
    assert "Tệp có mật khẩu. Gỡ mật khẩu." in part
    assert "digitize.encrypted" in part
    assert "hx-get" not in part
    officer.post(f"/dossiers/{received.id}/jobs/{job.id}/again")
    job.refresh_from_db()
    assert job.state == "queued"
    assert "every 1500ms" in officer.get(f"/dossiers/{received.id}/files").content.decode()


@pytest.mark.parametrize(
    ("act", "state", "form"),
    [("request_supplement", State.SUPPLEMENT, "02"), ("refuse", State.REFUSED, "03"), ("stop", State.STOPPED, "05")],
)
def test_forms_are_acts_with_a_reason(officer: Client, received: Dossier, act: str, state: State, form: str) -> None:
    refused = officer.post(f"/dossiers/{received.id}/act/{act}", {"reason": " "})
    assert refused.status_code == 422
    assert "dossiers.reason_missing" in refused.content.decode()
    officer.post(f"/dossiers/{received.id}/act/{act}", {"reason": "Thiếu giấy tờ", "items": "Tờ khai\nGiấy ủy quyền"})
    received.refresh_from_db()
    assert received.state == state
    step = received.steps.get(form=form)
    assert step.reason == "Thiếu giấy tờ"
    assert "Thiếu giấy tờ" in page(officer, received)


def test_an_act_that_does_not_start_here_is_told(officer: Client, received: Dossier) -> None:
    answer = officer.post(f"/dossiers/{received.id}/act/hand_over")
    assert answer.status_code == 409
    assert "dossiers.illegal_act" in answer.content.decode()


def test_an_unknown_act_is_not_found(officer: Client, received: Dossier) -> None:
    assert officer.post(f"/dossiers/{received.id}/act/dance").status_code == 404


def test_another_agencys_officer_does_not_learn_of_it(make_user: MakeUser, received: Dossier) -> None:
    stranger = Client()
    stranger.force_login(
        make_user(Role.OFFICER, username="nguoi-la", agencies=["H26.01.03"]),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    for path in ("", "/files", "/scan", "/draft"):
        answer = stranger.get(f"/dossiers/{received.id}{path}")
        assert answer.status_code == 404, path
        assert received.code not in answer.content.decode()
    assert received.code not in stranger.get("/dossiers").content.decode()


def test_an_auditor_looks_and_has_no_button(as_role: Callable[[Role], Client], received: Dossier) -> None:
    text = page(as_role(Role.AUDITOR), received)
    assert "Đối chiếu 1 giấy tờ" in text
    assert "mark_shown" not in text
    assert "/act/" not in text


def test_lists_and_search_find_by_code_and_by_name_without_marks(officer: Client, received: Dossier) -> None:
    assert received.code in officer.get("/dossiers").content.decode()
    assert received.code not in officer.get("/dossiers", {"list": "closed"}).content.decode()
    assert officer.post("/dossiers/search", {"text": received.code}).headers["Location"] == f"/dossiers/{received.id}"
    assert received.code in officer.post("/dossiers/search", {"text": "nguyen van mau"}).content.decode()
    assert received.code not in officer.post("/dossiers/search", {"text": "khong ai ca"}).content.decode()


def test_the_work_list_says_the_next_step_of_each(officer: Client, received: Dossier) -> None:
    text = officer.get("/desk").content.decode()
    assert "Nguyễn Văn Mẫu" in text
    assert "Đối chiếu 1 giấy tờ xuất trình" in text


def test_a_document_of_another_dossier_does_not_open_here(officer: Client, received: Dossier) -> None:
    elsewhere = uuid.uuid4()
    for answer in (
        officer.get(f"/dossiers/{received.id}/documents/{elsewhere}"),
        officer.post(f"/dossiers/{received.id}/documents/{elsewhere}/draw"),
        officer.get(f"/dossiers/{received.id}/place/{elsewhere}"),
    ):
        assert answer.status_code == 404
        assert "dossiers.not_found" in answer.content.decode()
    assert not Job.objects.filter(kind="page-images").exists()


def test_pictures_open_to_whom_they_were_drawn_for(officer: Client, as_role: Callable[[Role], Client]) -> None:
    mine = str(user("officer").id)
    job = Job.objects.create(
        kind="page-images", key="k", created_by=mine, state="done", result={"pages": [[1, 10, 20]]}
    )
    assert "viewBox" in officer.get(f"/drawings/{job.id}").content.decode()
    leader = as_role(Role.LEADER)
    assert leader.get(f"/drawings/{job.id}").status_code == 404
    assert leader.get(f"/drawings/{job.id}/1.png").status_code == 404


def test_a_signature_of_unknown_outcome_is_asked_for_again_by_its_signer_only(
    as_role: Callable[[Role], Client], make_user: MakeUser, drafted: Result
) -> None:
    leader = as_role(Role.LEADER)
    leader.post(f"/results/{drafted.id}/act/start_signing")
    unknown = {"state": "unknown", "error_code": "workers.outcome_unknown", "error": {"message_vi": "Chưa rõ dịch vụ"}}
    Job.objects.filter(kind="sign-result").update(**unknown)
    assert "Đã kiểm tra, ký lại" in leader.get(f"/results/{drafted.id}").content.decode()
    other = Client()
    other.force_login(make_user(Role.LEADER, username="leader2"), backend="django.contrib.auth.backends.ModelBackend")
    assert "Đã kiểm tra, ký lại" not in other.get(f"/results/{drafted.id}").content.decode()
    assert other.post(f"/results/{drafted.id}/act/ask_again").status_code == 404
    assert Job.objects.get(kind="sign-result").state == "unknown"
    leader.post(f"/results/{drafted.id}/act/ask_again")
    assert Job.objects.get(kind="sign-result").state == "queued"
    assert leader.post(f"/results/{drafted.id}/act/ask_again").status_code == 404


def test_the_leader_signs_and_the_clerk_seals(as_role: Callable[[Role], Client], drafted: Result) -> None:
    leader, clerk = as_role(Role.LEADER), as_role(Role.SEAL_CLERK)
    assert clerk.post(f"/results/{drafted.id}/act/start_signing").status_code == 403
    leader.post(f"/results/{drafted.id}/act/start_signing")
    drafted.refresh_from_db()
    assert drafted.state == ResultState.SIGNING
    assert Job.objects.get(kind="sign-result").payload["result"] == str(drafted.id)
    document = uuid.uuid4()
    services.mark_signed(
        drafted.id, WORKER, document=document, level="B-T", wanted="B-LT", reasons=["ocsp.unreachable"]
    )
    text = clerk.get(f"/results/{drafted.id}").content.decode()
    assert "Đóng dấu cơ quan" in text
    assert "B-T" in text
    assert "ocsp.unreachable" in text
    assert leader.post(f"/results/{drafted.id}/act/start_sealing").status_code == 403
    assert leader.post("/results/many/start_sealing", {"result": [str(drafted.id)]}).status_code == 403
    clerk.post(f"/results/{drafted.id}/act/start_sealing")
    drafted.refresh_from_db()
    assert drafted.state == ResultState.SEALING
    assert Job.objects.get(kind="seal-result").payload["result"] == str(drafted.id)


def test_after_a_failure_the_next_press_is_a_new_job(as_role: Callable[[Role], Client], drafted: Result) -> None:
    leader = as_role(Role.LEADER)
    leader.post(f"/results/{drafted.id}/act/start_signing")
    services.signing_failed(drafted.id, WORKER, failure="signing.token_missing")
    assert "signing.token_missing" in leader.get("/results").content.decode()
    leader.post(f"/results/{drafted.id}/act/start_signing")
    assert Job.objects.filter(kind="sign-result").count() == 2


def test_a_timer_reloads_only_when_the_state_is_another(as_role: Callable[[Role], Client], drafted: Result) -> None:
    leader = as_role(Role.LEADER)
    assert "HX-Refresh" not in leader.get(f"/results/{drafted.id}/state?was=draft").headers
    assert leader.get(f"/results/{drafted.id}/state?was=signing").headers["HX-Refresh"] == "true"


def test_numbers_count_the_dossier(officer: Client, received: Dossier) -> None:
    text = officer.get("/numbers").content.decode()
    assert "Tiếp nhận 1" in text
    assert "4.1" in text
    assert "Tái sử dụng thực" in text


def test_reading_the_log_is_itself_in_the_log(as_role: Callable[[Role], Client]) -> None:
    auditor = as_role(Role.AUDITOR)
    auditor.get("/log")
    assert "Xem nhật ký" in auditor.get("/log").content.decode()


def test_a_polled_part_does_not_put_off_the_idle_lock(officer: Client, received: Dossier) -> None:
    officer.get("/desk")
    session = officer.session
    before = session["seen"] = session["seen"] - 600
    session.save()
    officer.get(f"/dossiers/{received.id}/files")
    assert officer.session["seen"] == before
    officer.get(f"/dossiers/{received.id}")
    assert officer.session["seen"] > before


def test_the_receipt_shows_by_itself_once_it_is_made(officer: Client, received: Dossier) -> None:
    waiting = officer.get(f"/dossiers/{received.id}/receipt").content.decode()
    assert "every 1500ms" in waiting
    document = uuid.uuid4()
    services.attach_form(received.steps.get(act="receive").id, document, WORKER)
    made = officer.get(f"/dossiers/{received.id}/receipt").content.decode()
    assert f"/dossiers/{received.id}/documents/{document}" in made
    assert "every" not in made


def test_the_page_is_told_when_the_machine_has_finished(officer: Client, received: Dossier) -> None:
    job = Job.objects.create(kind="digitize", key="k", dossier=received.code)
    assert "HX-Trigger" not in officer.get(f"/dossiers/{received.id}/files?was=working").headers
    job.state = "done"
    job.save()
    assert officer.get(f"/dossiers/{received.id}/files?was=working").headers["HX-Trigger"] == "hoso:settled"
    assert "HX-Trigger" not in officer.get(f"/dossiers/{received.id}/files").headers


def test_the_number_of_pages_is_corrected_after_receiving(officer: Client, received: Dossier) -> None:
    part = received.components.get(catalogue_id="to_khai")
    assert f"/components/{part.id}/declare_pages" in page(officer, received)
    services.attach(part.id, user("nguoi-tiep-nhan").actor(), document=uuid.uuid4(), pages=2)
    officer.post(f"/components/{part.id}/declare_pages", {"pages": "3"})
    text = page(officer, received)
    assert "Bản giấy 3 trang, bản số hóa 2 trang" in text
    assert "dossiers.pages_differ" in officer.post(f"/components/{part.id}/tick").content.decode()
    officer.post(f"/components/{part.id}/declare_pages", {"pages": "2"})
    assert "Bản giấy: 2 trang" in page(officer, received)
    officer.post(f"/components/{part.id}/tick")
    part.refresh_from_db()
    assert part.state == ComponentState.SETTLED
    for wrong in ("0", "²", ""):
        assert officer.post(f"/components/{part.id}/declare_pages", {"pages": wrong}).status_code == 422


def test_an_auditor_declares_no_pages(as_role: Callable[[Role], Client], received: Dossier) -> None:
    part = received.components.get(catalogue_id="to_khai")
    auditor = as_role(Role.AUDITOR)
    assert "declare_pages" not in page(auditor, received)
    assert auditor.post(f"/components/{part.id}/declare_pages", {"pages": "3"}).status_code == 403


@pytest.mark.parametrize(
    ("language", "said"),
    [("vi", ("ít nhất một giấy tờ lấy từ kho", "0 / 1 hồ sơ", "Tính trên từng giấy tờ")),
     ("en", ("at least one paper came from the archive", "0 / 1 dossiers", "Counted paper by paper"))],
)  # fmt: skip
def test_the_numbers_say_in_plain_words_what_they_count(
    officer: Client, received: Dossier, language: str, said: tuple[str, ...]
) -> None:
    officer.cookies["django_language"] = language
    text = officer.get("/numbers").content.decode()
    for words in said:
        assert words in text


def test_a_way_of_handing_over_that_nobody_knows_is_told(officer: Client, received: Dossier) -> None:
    answer = officer.post(f"/dossiers/{received.id}/act/hand_over", {"delivery": "by pigeon"})
    assert answer.status_code == 422
    assert "dossiers.bad_input" in answer.content.decode()


def test_each_set_of_many_copies_is_a_job_of_its_own(officer: Client, received: Dossier) -> None:
    """Two sets of thirty that differ in the last one only."""
    actor, part = user("nguoi-tiep-nhan").actor(), received.components.get(catalogue_id="to_khai")
    documents = [uuid.UUID(int=(n << 96) + 1) for n in range(1, 32)]
    for document in documents[:30]:
        services.attach(part.id, actor, document=document, pages=1)
        services.confirm_fields(part.id, actor, document=document, checks=[])
    officer.post(f"/dossiers/{received.id}/certify")
    services.detach(part.id, actor, document=documents[29], reason="Nhầm")
    services.attach(part.id, actor, document=documents[30], pages=1)
    services.confirm_fields(part.id, actor, document=documents[30], checks=[])
    officer.post(f"/dossiers/{received.id}/certify")
    assert Job.objects.filter(kind="certify").count() == 2


def test_who_has_no_agency_is_told_no_numbers(make_user: MakeUser, received: Dossier) -> None:
    client = Client()
    client.force_login(
        make_user(Role.OFFICER, username="khong-co-quan", agencies=[]),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    assert "Tiếp nhận 0" in client.get("/numbers").content.decode()
