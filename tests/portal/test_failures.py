"""What people see when a part that the pages need is down: a code, a message and a next step, never a bare 500."""

from __future__ import annotations

import base64
import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DataError, OperationalError, connection
from django.test import Client, RequestFactory

from accounts import WORKER
from accounts.models import User
from dossiers import services
from dossiers.models import Attachment, Result
from hoso.objectstore import ObjectStore
from portal.middleware.errors import ErrorMiddleware
from signing.errors import CertificateExpired
from storage.running import make_buckets
from tests.portal.people import World
from workers import Job

DOWN = "storage.store_down"
STEP = {"vi": "quản trị viên kiểm tra máy chủ lưu trữ", "en": "the administrator runs"}


@pytest.fixture
def result(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Result]:
    """An issued result in an archive of its own, whose object store was stopped since."""
    monkeypatch.setattr(settings, "HOSO", settings.HOSO.model_copy(update={"data": tmp_path}))
    cache.clear()
    with ObjectStore(tmp_path):
        make_buckets()
        made = World.make().whole()
    yield made


def signed_in(user: User, language: str = "vi") -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    client.cookies["django_language"] = language
    return client


@pytest.fixture
def officer(result: Result) -> Client:
    return signed_in(User.objects.get(full_name="Trần Thị Cán Bộ"))


def told(answer: Any, code: str, status: int = 503, language: str = "vi") -> str:
    assert answer.status_code == status
    text = str(answer.content.decode())
    assert code in text
    if code == DOWN:
        assert STEP[language] in text
    return text


@pytest.mark.s3
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_desk_page_that_needs_the_archive_says_that_it_is_down(result: Result, language: str) -> None:
    desk = signed_in(User.objects.get(full_name="Trần Thị Cán Bộ"), language)
    paper = Attachment.objects.filter(component__dossier=result.dossier).first()
    assert paper is not None
    where = f"/dossiers/{result.dossier_id}"
    for page in (
        f"{where}/documents/{result.document}", f"{where}/check/{paper.document}", f"/results/{result.id}/replace",
    ):  # fmt: skip
        text = told(desk.get(page), DOWN, language=language)
        assert f'<html lang="{language}"' in text
    for page in (where, f"{where}/files", f"{where}/scan", f"/results/{result.id}", "/desk", "/numbers"):
        assert desk.get(page).status_code == 200, page


@pytest.mark.s3
def test_citizens_and_visitors_are_told_too(result: Result) -> None:
    phone = signed_in(User.objects.get(username__startswith="dan-"))
    told(phone.get(f"/citizen/documents/{result.document}/file"), DOWN)
    assert phone.get("/citizen/documents").status_code == 200
    given = SimpleUploadedFile("a.pdf", b"%PDF-1.7 anything", "application/pdf")
    told(Client(raise_request_exception=False).post("/verify/files", {"file": given}), DOWN)
    assert Client().get(f"/verify/{result.verify_token}").status_code == 200


@pytest.mark.s3
def test_a_sender_of_scans_is_told_in_a_problem_document_and_may_try_again(result: Result, officer: Client) -> None:
    sent = {"Upload-Length": "10", "Upload-Metadata": "dossier " + _b64(str(result.dossier_id))}
    answer = officer.post("/uploads", headers=sent | {"Accept": "application/problem+json"})
    assert answer.status_code == 503
    assert answer.json()["code"] == DOWN
    assert answer.json()["next"]


@pytest.mark.s3
def test_a_part_of_a_page_shows_the_error_where_it_loads(result: Result, officer: Client) -> None:
    mine = str(User.objects.get(full_name="Trần Thị Cán Bộ").id)
    job = Job.objects.create(kind="page-images", key="k", created_by=mine, state="done", result={"pages": [[1, 9, 9]]})
    part = officer.get(f"/drawings/{job.id}/1.png", headers={"HX-Request": "true", "HX-Target": "drawing"})
    text = told(part, DOWN)
    assert "<html" not in text
    assert "HX-Retarget" not in part.headers
    elsewhere = officer.get(f"/drawings/{job.id}/1.png", headers={"HX-Request": "true"})
    assert elsewhere.headers["HX-Retarget"] == "#toasts"
    assert f'data-error="{DOWN}"' in elsewhere.content.decode()


@contextmanager
def broken_database(words: str) -> Iterator[None]:
    """Every statement fails as it does when the server is gone or its disk is full."""

    def fail(*_: Any) -> Any:
        raise OperationalError(words)

    with connection.execute_wrapper(fail):
        yield


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "code", "status"),
    [
        ("connection to server failed: Connection refused", "portal.index_down", 503),
        ("database is locked", "portal.index_down", 503),
        ("database or disk is full", "portal.disk_full", 507),
    ],
)
def test_a_database_that_fails_is_told_on_page_part_and_to_programs(
    as_role: Callable[..., Client], words: str, code: str, status: int
) -> None:
    client = as_role("officer")
    client.raise_request_exception = False
    for language, step in (("vi", "quản trị viên"), ("en", "administrator")):
        client.cookies["django_language"] = language
        for headers in ({}, {"HX-Request": "true"}, {"Accept": "application/json"}):
            with broken_database(words):
                answer = client.get("/desk", headers=headers)
            assert step in told(answer, code, status)
        with broken_database(words):
            page = client.get("/desk").content.decode()
        assert page.startswith("<!doctype html>")
        assert f'<html lang="{language}"' in page


@pytest.mark.django_db
def test_a_visitor_meets_no_bare_error_either() -> None:
    with broken_database("connection refused"):
        told(Client(raise_request_exception=False).get(f"/verify/{'A' * 32}"), "portal.index_down")


def test_a_full_disk_of_the_web_server_and_what_no_row_can_hold_are_told(rf: RequestFactory, db: None) -> None:
    gate = ErrorMiddleware(lambda _request: None)  # type: ignore[arg-type,return-value]
    request = rf.get("/", headers={"Accept": "application/json"})
    answer = gate.process_exception(request, OSError(errno.ENOSPC, "No space left on device"))
    assert answer is not None
    assert (answer.status_code, b"portal.disk_full" in answer.content) == (507, True)
    assert gate.process_exception(request, OSError(errno.EPERM, "no")) is None
    nul = gate.process_exception(request, DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes"))
    assert nul is not None
    assert (nul.status_code, b"portal.bad_request" in nul.content) == (400, True)
    assert gate.process_exception(request, ValueError("ours")) is None


@pytest.mark.s3
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_signature_that_failed_says_why_and_what_to_do(result: Result, language: str) -> None:
    world_leader = User.objects.get(full_name="Lê Văn Lãnh Đạo")
    draft = services.replace_result(result.id, world_leader.actor(), data={}, reason="Ghi sai")
    error = CertificateExpired(subject="Lê Văn Mẫu", until="01/11/2026")
    services.start_signing(draft.id, world_leader.actor())
    services.signing_failed(draft.id, WORKER, failure=error.code)
    Job.objects.create(
        kind="sign-result", key="k", dossier=draft.dossier.code, payload={"result": str(draft.id)}, state="failed",
        error=error.as_dict(), error_code=error.code,
    )  # fmt: skip
    text = signed_in(world_leader, language).get(f"/results/{draft.id}").content.decode()
    assert error.code in text
    said = error.as_dict()
    for part in ("message_en", "next_en") if language == "en" else ("message_vi", "next"):
        assert said[part] in text


@pytest.mark.s3
def test_a_lower_level_says_why_in_words(result: Result, officer: Client) -> None:
    levels = {"signature": {"level": "B-B", "wanted": "B-LT", "reasons": ["tsa_unavailable"]}}
    Result.objects.filter(pk=result.pk).update(levels=levels)
    text = officer.get(f"/results/{result.id}").content.decode()
    assert "Không lấy được dấu thời gian từ máy chủ TSA nào" in text
    assert "tsa_unavailable" in text


def _b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
