"""tus 1.0 as the browser speaks it: pieces, checksums, going on, ending, and nobody else's upload."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

import storage
from accounts import Actor, Purpose, Role
from dossiers.models import Dossier
from hoso.objectstore import ObjectStore
from portal.uploads import services
from portal.uploads.errors import WrongOffset
from portal.uploads.models import Upload
from tests.portal.conftest import MakeUser
from workers import Job

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.s3]

SCAN = b"%PDF-1.7 a scan of an invented person\n" * 3000


def b64(value: bytes | str) -> str:
    return base64.b64encode(value.encode() if isinstance(value, str) else value).decode()


def create(client: Client, dossier: Dossier, size: int = len(SCAN)) -> Any:
    metadata = (
        f"dossier {b64(str(dossier.id))},filename {b64('001190000018 tờ khai.pdf')},filetype {b64('application/pdf')}"
    )
    return client.post("/uploads", headers={"Upload-Length": str(size), "Upload-Metadata": metadata})


def send(client: Client, url: str, piece: bytes, offset: int, checksum: bytes | None = None) -> Any:
    headers = {"Upload-Offset": str(offset)}
    if checksum is not None:
        headers["Upload-Checksum"] = f"sha256 {b64(checksum)}"
    return client.patch(url, piece, content_type="application/offset+octet-stream", headers=headers)


@pytest.fixture
def open_upload(officer: Client, received: Dossier, store: ObjectStore) -> str:
    answer = create(officer, received)
    assert answer.status_code == 201
    return str(answer.headers["Location"])


def test_a_file_in_pieces_is_one_intake_and_one_job(officer: Client, received: Dossier, open_upload: str) -> None:
    half = len(SCAN) // 2
    first = send(officer, open_upload, SCAN[:half], 0, hashlib.sha256(SCAN[:half]).digest())
    assert first.status_code == 204
    assert first.headers["Upload-Offset"] == str(half)
    assert officer.head(open_upload).headers["Upload-Offset"] == str(half)
    last = send(officer, open_upload, SCAN[half:], half)
    assert last.headers["Upload-Offset"] == str(len(SCAN))
    upload = Upload.objects.get()
    job = Job.objects.get(kind="digitize")
    assert job.id == upload.job
    assert job.payload["intake"] == str(upload.intake)
    officer_actor = Actor(
        job.payload["actor"],
        roles=frozenset({Role.OFFICER}),
        agencies=frozenset({received.receive_agency}),
        clearance=3,
    )
    purpose = Purpose(f"TTHC:{received.procedure}", received.code, "thử")
    assert upload.intake is not None
    assert storage.open_intake(upload.intake, officer_actor, purpose).read() == SCAN
    assert storage.intake_name(upload.intake, officer_actor, purpose) == "001190000018 tờ khai.pdf"


def test_asking_again_after_the_end_makes_nothing_twice(officer: Client, open_upload: str) -> None:
    send(officer, open_upload, SCAN, 0)
    officer.head(open_upload)
    send(officer, open_upload, b"", len(SCAN))
    assert Job.objects.filter(kind="digitize").count() == 1


def test_no_name_and_no_identity_number_lies_in_a_row_or_an_address(officer: Client, open_upload: str) -> None:
    upload = Upload.objects.get()
    assert "001190000018" not in open_upload
    assert not any("001190000018" in str(value) for value in vars(upload).values())


def test_a_damaged_piece_is_refused_and_can_be_sent_again(officer: Client, open_upload: str) -> None:
    answer = send(officer, open_upload, SCAN, 0, hashlib.sha256(b"something else").digest())
    assert answer.status_code == 460
    assert officer.head(open_upload).headers["Upload-Offset"] == "0"
    assert send(officer, open_upload, SCAN, 0, hashlib.sha256(SCAN).digest()).status_code == 204


def test_a_piece_that_does_not_follow_is_refused(officer: Client, open_upload: str) -> None:
    assert send(officer, open_upload, SCAN[:10], 5).status_code == 409


def test_two_senders_of_one_piece_store_it_once(officer: Client, open_upload: str) -> None:
    stale = Upload.objects.get()
    send(officer, open_upload, SCAN[:10], 0)
    with pytest.raises(WrongOffset):
        services._count(stale, [("uploads/x", 10)])
    assert Upload.objects.get().offset == 10


def test_more_than_was_announced_is_refused(officer: Client, open_upload: str) -> None:
    assert send(officer, open_upload, SCAN + b"more", 0).status_code == 413


@pytest.mark.parametrize(("size", "status", "code"), [
    (0, 400, "portal.upload.empty"), (200 * 1024 * 1024 + 1, 413, "portal.upload.too_large"),
])  # fmt: skip
def test_sizes_are_judged_before_a_byte_comes(
    officer: Client, received: Dossier, store: ObjectStore, size: int, status: int, code: str
) -> None:
    answer = officer.post(
        "/uploads",
        headers={
            "Upload-Length": str(size),
            "Upload-Metadata": f"dossier {b64(str(received.id))}",
            "Accept": "application/json",
        },
    )
    assert answer.status_code == status
    assert answer.json()["code"] == code
    assert answer.json()["next"]


def test_another_officers_upload_is_not_there(make_user: MakeUser, officer: Client, open_upload: str) -> None:
    other = Client()
    other.force_login(
        make_user(Role.OFFICER, username="nguoi-khac"), backend="django.contrib.auth.backends.ModelBackend"
    )
    assert other.head(open_upload).status_code == 404
    assert send(other, open_upload, SCAN, 0).status_code == 404


def test_an_officer_of_another_agency_opens_no_upload(
    make_user: MakeUser, received: Dossier, store: ObjectStore
) -> None:
    stranger = Client()
    user = make_user(Role.OFFICER, username="nguoi-la", agencies=["H26.01.03"])
    stranger.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    assert create(stranger, received).status_code == 404


def test_after_a_day_an_unfinished_upload_and_its_pieces_are_gone(
    officer: Client, received: Dossier, open_upload: str
) -> None:
    send(officer, open_upload, SCAN[:100], 0)
    upload = Upload.objects.get()
    key = upload.pieces[0][0]
    assert storage.stashed(key) == SCAN[:100]
    Upload.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert officer.head(open_upload).status_code == 404
    create(officer, received)
    assert not Upload.objects.filter(pk=upload.pk).exists()
    assert storage.stashed(key) is None


def test_an_upload_can_be_given_up(officer: Client, open_upload: str) -> None:
    send(officer, open_upload, SCAN[:100], 0)
    assert officer.delete(open_upload).status_code == 204
    assert officer.head(open_upload).status_code == 404


def test_the_server_says_what_it_can(officer: Client) -> None:
    answer = officer.options("/uploads")
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert "checksum" in answer.headers["Tus-Extension"]
    assert answer.headers["Tus-Resumable"] == "1.0.0"


@pytest.mark.parametrize("headers", [
    {"Upload-Length": "ten"}, {"Upload-Length": "10", "Upload-Metadata": "dossier !!"}, {"Upload-Length": "10"},
])  # fmt: skip
def test_headers_that_cannot_be_read_are_said(officer: Client, headers: dict[str, str]) -> None:
    answer = officer.post("/uploads", headers=headers | {"Accept": "application/json"})
    assert answer.status_code in (400, 404)
    assert answer.json()["code"].startswith(("portal.upload", "dossiers."))
