"""Signing many by one press: one form is one batch, its page stands still until somebody acts, and is its owner's."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts import WORKER, Role
from accounts.models import User
from dossiers import services
from dossiers.models import Result
from dossiers.states import Act, ResultState
from tests.portal.conftest import MakeUser
from tests.portal.test_desk import drafted as drafted
from tests.portal.test_desk import processing as processing
from workers import Job
from workers.models import Batch

pytestmark = pytest.mark.django_db

WRONG = {"message_vi": "Không mở được token.", "next": "Cắm token rồi thử lại.", "message_en": "No token."}


@pytest.fixture
def drafts(drafted: Result) -> list[Result]:
    """Five drafts of one dossier."""
    officer = User.objects.get(username="nguoi-tiep-nhan").actor()
    more = [
        services.draft_result(drafted.dossier_id, officer, kind="giay_xn_tthn", title=f"Giấy số {number}", data={})
        for number in range(4)
    ]
    return [drafted, *more]


def press(client: Client, results: list[Result], key: str = "k1") -> UUID:
    """The batch that a press leads to."""
    chosen = [f"{result.id}:0" for result in results]
    answer = client.post("/results/many/start_signing", {"result": chosen, "key": key})
    assert answer.status_code == 302
    return UUID(answer.headers["Location"].rsplit("/", 1)[1])


def ended(batch: UUID, *states: str) -> list[Job]:
    """The jobs of a batch, ended as the workers would have ended them."""
    jobs = list(Job.objects.filter(batch=batch).order_by("created_at", "id"))
    for job, state in zip(jobs, states, strict=False):
        job.state, job.finished_at = state, timezone.now()
        if state in ("failed", "unknown"):
            job.error, job.error_code = WRONG, "signing.token_missing"
        job.save()
    return jobs


def test_a_form_sent_twice_is_one_batch(as_role: Callable[[Role], Client], drafts: list[Result]) -> None:
    leader = as_role(Role.LEADER)
    assert press(leader, drafts) == press(leader, drafts)
    assert Job.objects.filter(kind="sign-result").count() == 5
    assert {Result.objects.get(pk=one.pk).state for one in drafts} == {ResultState.DRAFT}, "none is begun by the press"
    assert press(leader, drafts, "k2") != Batch.objects.get(key__endswith=":k1").id


def test_nothing_chosen_is_no_batch(as_role: Callable[[Role], Client], drafts: list[Result]) -> None:
    text = as_role(Role.LEADER).post("/results/many/start_signing", follow=True).content.decode()
    assert "Chưa chọn văn bản nào" in text
    assert not Batch.objects.exists()


def test_all_that_match_are_chosen_as_they_were_when_the_page_was_opened(
    as_role: Callable[[Role], Client], drafts: list[Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.desk.queues.SHOWN", 2)
    leader = as_role(Role.LEADER)
    text = leader.get("/results?q=giấy+số").content.decode()
    assert "Chọn tất cả 4 kết quả" in text
    assert text.count('type="checkbox" name="result"') == 2
    found = re.search(r'name="until" value="([^"]+)"', text)
    assert found
    officer = User.objects.get(username="nguoi-tiep-nhan").actor()
    services.edit_result(drafts[1].id, officer, data={"number": "2"})
    services.draft_result(drafts[0].dossier_id, officer, kind="giay_xn_tthn", title="Giấy số 99", data={})
    form = {"whole": "yes", "text": "giấy số", "until": found[1], "key": "k"}
    leader.post("/results/many/start_signing", form)
    jobs = {job.payload["result"]: job.payload["edits"] for job in Job.objects.filter(kind="sign-result")}
    assert jobs == {str(one.id): 0 for one in drafts[2:]}, "neither the late one nor the edit was seen"


@pytest.mark.parametrize("until", ["", "gestern", "2026-11-22T10:00:00"])
def test_all_that_match_at_no_time_is_a_bad_request(
    as_role: Callable[[Role], Client], drafts: list[Result], until: str
) -> None:
    leader = as_role(Role.LEADER)
    answer = leader.post("/results/many/start_signing", {"whole": "yes", "until": until})
    assert (answer.status_code, Batch.objects.count()) == (400, 0)


def test_a_pause_is_in_the_row_and_the_page_stands_still(
    as_role: Callable[[Role], Client], drafts: list[Result]
) -> None:
    leader = as_role(Role.LEADER)
    batch = press(leader, drafts)
    assert "every 1500ms" in leader.get(f"/batches/{batch}").content.decode()
    leader.post(f"/batches/{batch}/act/pause")
    text = leader.get(f"/batches/{batch}").content.decode()
    assert "Đang tạm dừng" in text
    assert "batch-progress" not in text
    assert "every 1500ms" not in text
    assert "Đang tạm dừng" in leader.get("/results").content.decode()
    leader.post(f"/batches/{batch}/act/go_on")
    assert Batch.objects.get().paused_at is None
    assert leader.post(f"/batches/{batch}/act/dance").status_code == 404


def test_what_failed_says_why_and_is_tried_again(as_role: Callable[[Role], Client], drafts: list[Result]) -> None:
    leader = as_role(Role.LEADER)
    batch = press(leader, drafts)
    jobs = ended(batch, "done", "done", "failed", "failed", "unknown")
    text = leader.get(f"/batches/{batch}").content.decode()
    assert "5/5" in text
    assert text.count("Không mở được token. Cắm token rồi thử lại.") == 3
    leader.post(f"/batches/{batch}/act/retry", {"job": str(jobs[2].id)})
    assert [Job.objects.get(pk=job.pk).state for job in jobs] == ["done", "done", "queued", "failed", "unknown"]
    leader.post(f"/batches/{batch}/act/retry")
    assert Job.objects.get(pk=jobs[4].pk).state == "unknown", "a service was asked: each is looked into by itself"
    leader.post(f"/batches/{batch}/act/retry", {"job": str(jobs[4].id)})
    assert Job.objects.get(pk=jobs[4].pk).state == "queued"


def test_a_batch_that_is_done_is_told_once_and_polled_no_more(
    as_role: Callable[[Role], Client], drafts: list[Result]
) -> None:
    leader = as_role(Role.LEADER)
    batch = press(leader, drafts[:2])
    assert 'hx-swap-oob="innerHTML"' not in leader.get(f"/batches/{batch}/progress").content.decode()
    ended(batch, "done", "done")
    text = leader.get(f"/batches/{batch}/progress").content.decode()
    assert 'hx-swap-oob="innerHTML"' in text
    assert "every 1500ms" not in text


def test_a_batch_is_its_owners_alone(
    as_role: Callable[[Role], Client], make_user: MakeUser, drafts: list[Result]
) -> None:
    batch = press(as_role(Role.LEADER), drafts)
    other = Client()
    other.force_login(make_user(Role.LEADER, username="leader2"), backend="django.contrib.auth.backends.ModelBackend")
    for answer in (
        other.get(f"/batches/{batch}"),
        other.get(f"/batches/{batch}/progress"),
        other.post(f"/batches/{batch}/act/pause"),
        other.post(f"/batches/{batch}/act/retry"),
    ):
        assert answer.status_code == 404
    assert Batch.objects.get().paused_at is None
    assert as_role(Role.OFFICER).get(f"/batches/{batch}").status_code == 404
    assert as_role(Role.AUDITOR).get(f"/batches/{batch}").status_code == 403


def test_who_may_not_sign_begins_no_batch(as_role: Callable[[Role], Client], drafts: list[Result]) -> None:
    clerk = as_role(Role.SEAL_CLERK)
    answer = clerk.post("/results/many/start_signing", {"result": [f"{drafts[0].id}:0"], "key": "k"})
    assert (answer.status_code, Batch.objects.count()) == (403, 0)
    stranger = as_role(Role.LEADER)
    User.objects.filter(username=Role.LEADER).update(agencies=["H26.01.03"])
    answer = stranger.post("/results/many/start_signing", {"result": [f"{drafts[0].id}:0"], "key": "k"})
    assert (answer.status_code, Batch.objects.count()) == (404, 0)


def test_the_clerk_seals_many(as_role: Callable[[Role], Client], drafts: list[Result]) -> None:
    leader = as_role(Role.LEADER)
    actor = User.objects.get(username=Role.LEADER).actor()
    for one in drafts[:2]:
        services.start_signing(one.id, actor)
        services.mark_signed(one.id, WORKER, document=uuid4(), level="B-LT")
    clerk = as_role(Role.SEAL_CLERK)
    assert clerk.post("/results/many/start_sealing", {"result": [str(one.id) for one in drafts[:2]]}).status_code == 302
    assert Job.objects.filter(kind="seal-result", batch__kind="seal-result").count() == 2
    assert leader.post(f"/results/many/{Act.DISCARD_RESULT}").status_code == 404
