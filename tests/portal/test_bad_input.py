"""Bad input at the pages: a stable code, two languages and a next step where the person looks; nothing kept is lost."""

from __future__ import annotations

import html
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

import storage
from accounts import Role
from dossiers.models import Dossier
from dossiers.services import purpose_of
from hoso.objectstore import ObjectStore
from portal.uploads.models import Upload
from storage.models import Intake
from storage.running import make_buckets
from tests import hostile
from tests.portal.conftest import MakeUser
from tests.portal.outages import disk_full, store_down
from tests.portal.people import World, work
from tests.portal.test_uploads import create, send
from workers import Job

pytestmark = [pytest.mark.s3, pytest.mark.django_db]

DESK = {
    "encrypted": ("digitize.encrypted", "đặt mật khẩu", "password"),
    "cut at 60 %": ("digitize.damaged", "bị hỏng", "damaged"),
    "10,000 pages": ("digitize.too_many_pages", "10000 trang", "10000 pages"),
    "picture bomb": ("digitize.page_too_large", "quá lớn", "too large"),
    "zip named pdf": ("digitize.unknown_format", "không phải PDF", "not PDF"),
}
VERIFY = {
    "encrypted": ("Tệp PDF bị đặt mật khẩu", "protected by a password"),
    "cut at 60 %": ("Không đọc được tệp PDF này", "cannot be read"),
    "10,000 pages": ("Tệp không có chữ ký số", "no digital signature"),
    "looped page tree": ("Tệp không có chữ ký số", "no digital signature"),
    "XFA": ("Tệp không có chữ ký số", "no digital signature"),
}
CODES = {"encrypted": "encrypted", "cut at 60 %": "unreadable"}
ELEVEN = hostile.NUMBER[:11]


@pytest.fixture(autouse=True)
def _store(store: ObjectStore, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "HOSO", settings.HOSO.model_copy(update={"bucket": f"t{uuid4().hex[:12]}"}))
    make_buckets()
    cache.clear()


@pytest.fixture
def dossier() -> Dossier:
    """A dossier of somebody whom the archive knows, with their key."""
    return World.make().receive()


def english(client: Client) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"


def seen(answer: Any) -> str:
    """The text of a page, which shows nobody a trace."""
    text = html.unescape(answer.content.decode())
    assert "Traceback" not in text
    return text


def bring(client: Client, dossier: Dossier, content: bytes) -> Upload:
    """Sends a file as the scan page does."""
    opened = create(client, dossier, len(content))
    assert opened.status_code == 201, opened.content
    assert send(client, opened.headers["Location"], content, 0).status_code == 204
    return Upload.objects.get(pk=UUID(opened.headers["Location"].rsplit("/", 1)[1]))


def job_of(upload: Upload) -> Job:
    """The job that reads it."""
    assert upload.job is not None
    return Job.objects.get(pk=upload.job)


def test_a_hostile_scan_is_named_beside_its_file_and_the_next_one_is_read(
    officer: Client, dossier: Dossier, make_user: MakeUser, caplog: pytest.LogCaptureFixture
) -> None:
    brought = {name: bring(officer, dossier, hostile.content(name)) for name in DESK}
    whole = bring(officer, dossier, hostile.sound())
    work("digitize")
    files = f"/dossiers/{dossier.id}/files"
    said = seen(officer.get(files))
    english(officer)
    told = seen(officer.get(files))
    del officer.cookies[settings.LANGUAGE_COOKIE_NAME]
    for name, (code, vi, en) in DESK.items():
        job = job_of(brought[name])
        assert (job.state, job.error_code) == ("failed", code), name
        assert code in said and vi in said and job.error["next"] in said, name
        assert code in told and en in told and job.error["next_en"] in told, name
    assert "Thử lại</button>" not in said, "the same file would fail the same way"
    assert "Có tệp máy không đọc được" in seen(officer.get(f"/dossiers/{dossier.id}")), "it needs a person"
    assert job_of(whole).state == "done", "the desk goes on"
    actor = make_user(Role.OFFICER, username="nguoi-doc").actor()
    for name, upload in brought.items():
        assert upload.intake is not None
        kept = storage.open_intake(upload.intake, actor, purpose_of(dossier.procedure, dossier.code)).read()
        assert kept == hostile.content(name), "what was accepted is there as it came, good or bad"
    bring(officer, dossier, hostile.sound(2))
    work("digitize")
    assert "Có tệp máy không đọc được" not in seen(officer.get(f"/dossiers/{dossier.id}")), "a better scan has come"
    assert hostile.NUMBER not in caplog.text and "Traceback" not in caplog.text


@pytest.mark.parametrize(
    ("trouble", "status", "code"), [(store_down, 503, "storage.store_down"), (disk_full, 507, "storage.full")]
)
def test_an_upload_that_cannot_be_kept_is_refused_and_goes_on_later(
    officer: Client, dossier: Dossier, monkeypatch: pytest.MonkeyPatch, trouble: Any, status: int, code: str,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    content, half = hostile.sound(3), 1000
    place = create(officer, dossier, len(content)).headers["Location"]
    assert send(officer, place, content[:half], 0).status_code == 204
    accept = {"Accept": "application/problem+json"}
    with trouble(monkeypatch):
        last = officer.patch(
            place, content[half:], content_type="application/offset+octet-stream",
            headers={"Upload-Offset": str(half)} | accept,
        )  # fmt: skip
        assert (last.status_code, last.json()["code"]) == (status, code)
        assert all(last.json()[member] for member in ("message_vi", "message_en", "next", "next_en"))
        assert "geheim" not in last.content.decode()
        assert not Intake.objects.exists() and not Job.objects.filter(kind="digitize").exists()
    offset = int(officer.head(place).headers["Upload-Offset"])
    if offset < len(content):
        assert offset == half, "what was accepted before is still there"
        assert send(officer, place, content[half:], half).status_code == 204
    assert Intake.objects.count() == Job.objects.filter(kind="digitize").count() == 1, "once"
    assert "Traceback" not in caplog.text


def test_a_full_disk_is_said_before_the_first_byte_is_sent(
    officer: Client, dossier: Dossier, monkeypatch: pytest.MonkeyPatch
) -> None:
    with disk_full(monkeypatch):
        assert create(officer, dossier).status_code == 507
    assert not Upload.objects.exists()


def test_a_job_that_waits_for_the_store_says_so_and_ends_well(
    officer: Client, dossier: Dossier, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = bring(officer, dossier, hostile.sound())
    with store_down(monkeypatch):
        work("digitize")
        assert "storage.store_down" in seen(officer.get(f"/dossiers/{dossier.id}/files")), "the list stays, nameless"
    said = seen(officer.get(f"/dossiers/{dossier.id}/files"))
    assert "tờ khai.pdf" in said, "and has its names again"
    assert "Chờ lượt" in said and "storage.store_down" in said and "kho lưu trữ tệp" in said
    Job.objects.filter(pk=job_of(upload).pk).update(run_at=timezone.now())
    work("digitize")
    assert job_of(upload).state == "done"
    assert "storage.store_down" not in seen(officer.get(f"/dossiers/{dossier.id}/files"))


def test_pages_in_both_languages_while_the_store_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    client, given = Client(), SimpleUploadedFile("van-ban.pdf", hostile.sound(), "application/pdf")
    with store_down(monkeypatch):
        answer = client.post("/verify/files", {"file": given})
        text = seen(answer)
        assert answer.status_code == 503
        for expected in ("storage.store_down", "Không kết nối được", "The object store does not answer", "Chờ một lát"):
            assert expected in text
        assert client.get("/verify/").status_code == 200, "pages that need no store stay"
    given.seek(0)
    assert client.post("/verify/files", {"file": given}).status_code == 302


def test_verify_says_in_plain_words_why_a_file_cannot_be_judged(caplog: pytest.LogCaptureFixture) -> None:
    client = Client()
    places = {}
    for name in VERIFY:
        given = SimpleUploadedFile(f"{hostile.NUMBER}.pdf", hostile.content(name), "application/pdf")
        places[name] = client.post("/verify/files", {"file": given}).headers["Location"]
    work("verify")
    for name, (headline, _) in VERIFY.items():
        answer = client.get(places[name])
        assert answer.context["told"].headline == headline, name
        assert answer.context["told"].tone == "amber" and answer.context["told"].next_step, name
        assert f"<code>{'no_signature' if 'không có chữ ký' in headline else CODES[name]}</code>" in seen(answer), name
        assert hostile.NUMBER not in seen(answer)
    english(client)
    for name, (_, words) in VERIFY.items():
        assert words in seen(client.get(places[name])), name
    assert hostile.NUMBER not in caplog.text and "Traceback" not in caplog.text


@pytest.mark.parametrize("name", ["zip named pdf", "jpeg named pdf", "picture bomb"])
def test_verify_takes_a_pdf_only_whatever_its_name_says(name: str) -> None:
    given = SimpleUploadedFile("van-ban.pdf", hostile.content(name), "application/pdf")
    answer = Client().post("/verify/files", {"file": given})
    text = seen(answer)
    assert answer.status_code == 415
    for expected in ("portal.verify.not_pdf", "không phải là PDF", "is not a PDF", "Chọn tệp PDF"):
        assert expected in text


def test_an_eleven_digit_number_is_said_beside_the_field(officer: Client, caplog: pytest.LogCaptureFixture) -> None:
    form = {"procedure": "1.004873", "applicant-identifier": ELEVEN, "applicant-name": "Nguyễn Văn Mẫu"}
    part = seen(officer.post("/receive/fill", form, headers={"HX-Request": "true"}))
    assert "có 11 chữ số, cần 12" in part and "Nhập đủ 12 chữ số" in part and "catalogue.citizen_id" in part
    whole = officer.post("/receive", form)
    assert whole.status_code == 422 and seen(whole).count("[catalogue.citizen_id]") == 2, (
        "above the form, beside the field"
    )
    assert "Nguyễn Văn Mẫu" in seen(whole), "what was typed stays"
    english(officer)
    assert "it has 11 digits, 12 are needed" in seen(officer.post("/receive", form))
    assert not Dossier.objects.exists()
    assert ELEVEN not in caplog.text
    corrected = officer.post("/receive", form | {"applicant-identifier": hostile.NUMBER})
    assert corrected.status_code == 302 and hostile.NUMBER not in corrected.headers["Location"]
