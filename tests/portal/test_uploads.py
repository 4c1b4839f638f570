"""tus 1.0 as the browser speaks it: pieces, checksums, going on, ending, and nobody else's upload."""

from __future__ import annotations

import base64
import hashlib
import io
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

import storage
from accounts import Actor, Purpose, Role
from accounts.models import User
from dossiers.models import Dossier
from hoso.objectstore import ObjectStore
from portal.uploads import services
from portal.uploads.errors import WrongOffset
from portal.uploads.models import Upload
from storage.models import Intake
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
    {"Upload-Length": "10", "Upload-Metadata": "filename é"},
])  # fmt: skip
def test_headers_that_cannot_be_read_are_said(officer: Client, headers: dict[str, str]) -> None:
    answer = officer.post("/uploads", headers=headers | {"Accept": "application/json"})
    assert answer.status_code in (400, 404)
    assert answer.json()["code"].startswith(("portal.upload", "dossiers."))


def whole(client: Client, url: str) -> Upload:
    """An upload whose every byte has come and that nobody has handed to the archive yet."""
    upload = Upload.objects.get(pk=url.rpartition("/")[2])
    return services.append(upload, io.BytesIO(SCAN), offset=0)


def test_while_a_file_is_being_finished_everybody_is_told_that_all_of_it_came(
    officer: Client, open_upload: str
) -> None:
    whole(officer, open_upload)
    Upload.objects.update(finishing_until=timezone.now() + timedelta(minutes=1))
    for answer in (officer.head(open_upload), send(officer, open_upload, SCAN, 0)):
        assert answer.status_code in (200, 204)
        assert answer.headers["Upload-Offset"] == str(len(SCAN))
        assert answer.headers["Upload-Complete"] == "?0"
    assert not Job.objects.filter(kind="digitize").exists()
    assert officer.delete(open_upload).status_code == 423


def test_a_finish_that_was_killed_is_taken_over(officer: Client, open_upload: str) -> None:
    whole(officer, open_upload)
    Upload.objects.update(finishing_until=timezone.now() - timedelta(seconds=1))
    assert officer.head(open_upload).headers["Upload-Complete"] == "?1"
    assert Job.objects.filter(kind="digitize").count() == 1


def test_a_last_piece_that_comes_again_gets_the_same_intake(officer: Client, open_upload: str) -> None:
    half = len(SCAN) // 2
    send(officer, open_upload, SCAN[:half], 0)
    assert send(officer, open_upload, SCAN[half:], half).headers["Upload-Complete"] == "?1"
    first = Upload.objects.get().intake
    again = send(officer, open_upload, SCAN[half:], half)
    assert (again.status_code, again.headers["Upload-Offset"]) == (204, str(len(SCAN)))
    assert Upload.objects.get().intake == first
    assert Intake.objects.count() == 1
    assert send(officer, open_upload, SCAN[:half], 0).status_code == 409


def test_a_last_piece_that_comes_twice_at_once_is_one(officer: Client, open_upload: str) -> None:
    stale = Upload.objects.get()
    whole(officer, open_upload)
    assert services.append(stale, io.BytesIO(SCAN), offset=0).whole
    assert len(Upload.objects.get().pieces) == 1


def test_two_that_finish_at_once_end_with_one_intake(
    officer: Client, received: Dossier, open_upload: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the lease, as when the first is slower than it: both go the whole way."""
    monkeypatch.setattr(services, "LEASE", timedelta(minutes=-1))
    whole(officer, open_upload)
    actor = User.objects.get(username=Role.OFFICER).actor()
    together = threading.Barrier(2)

    def one() -> Any:
        stale = Upload.objects.get()
        together.wait(60)
        try:
            return services.finish(stale, actor).intake
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        found = [future.result(120) for future in [pool.submit(one), pool.submit(one)]]
    assert found[0] is not None
    assert found[0] == found[1] == Upload.objects.get().intake
    assert (Intake.objects.count(), Job.objects.filter(kind="digitize").count()) == (1, 1)


def test_pieces_that_are_gone_before_the_end_are_said_to_be_gone(officer: Client, open_upload: str) -> None:
    upload = whole(officer, open_upload)
    storage.unstash(f"uploads/{upload.id}/")
    assert officer.head(open_upload).status_code == 404
    assert Upload.objects.get().finishing_until is None
