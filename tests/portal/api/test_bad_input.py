"""Bad input over the API: a problem document with a stable code, two languages and a next step; nothing comes in."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from pyhanko.sign.fields import SigSeedSubFilter

from hoso.objectstore import ObjectStore
from portal.api.models import CodedDocument
from storage.models import Document, Intake
from tests import hostile
from tests.portal.api.conftest import MakeSystem, Person, System
from tests.portal.api.test_documents import NATIONAL, body, bring
from tests.portal.outages import disk_full, store_down
from workers import Job, keys, runner

pytestmark = [pytest.mark.s3, pytest.mark.django_db]

REFUSED = {
    "zero-byte": (422, "storage.empty"),
    "encrypted": (422, "digitize.encrypted"),
    "cut at 30 %": (422, "digitize.damaged"),
    "cut at 98 %": (422, "digitize.damaged"),
    "cut image": (422, "digitize.damaged"),
    "10,000 pages": (413, "digitize.too_many_pages"),
    "picture bomb": (413, "digitize.page_too_large"),
    "zip named pdf": (415, "api.unknown_format"),
    "script and PDF": (415, "api.unknown_format"),
    "deep page tree": (422, "digitize.damaged"),
    "no pages": (422, "digitize.no_pages"),
}
TAKEN = {"jpeg named pdf": "image/jpeg", "JavaScript": "application/pdf"}
ELEVEN = hostile.NUMBER[:11]


@pytest.fixture
def bringer(store: ObjectStore, system_of: MakeSystem) -> System:
    """A system that brings documents and reads them again under the law on archives."""
    made = system_of(bases=["LAW"])
    made.headers["X-Purpose"] = "LAW:33/2024/QH15"
    return made


def send(system: System, content: bytes, key: str = "", **more: Any) -> Any:
    """An import as multipart, the file named after a person as people do."""
    file = SimpleUploadedFile(f"{hostile.NUMBER}.pdf", content, "application/pdf")
    given = {"metadata": json.dumps({**NATIONAL, **more}), "attachment": file}
    headers = {"Authorization": f"Bearer {system.token}", "Idempotency-Key": key or str(uuid4()), **system.headers}
    return system.http.post("/api/v1/documents/import", given, headers=headers)


def problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    """The problem document (RFC 9457), whole and without anybody's number."""
    told: dict[str, Any] = answer.json()
    assert (answer.status_code, told["code"], told["status"]) == (status, code, status), told
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert all(told[member] for member in ("type", "title", "message_vi", "message_en", "next", "next_en"))
    text = answer.content.decode()
    assert hostile.NUMBER not in text and ELEVEN not in text and "Traceback" not in text
    return told


def kept() -> tuple[int, int, int]:
    """What the archive and the register of codes hold."""
    return Document.objects.count(), Intake.objects.count(), CodedDocument.objects.count()


def quiet(caplog: pytest.LogCaptureFixture) -> None:
    """Nobody's number and no trace stands in what was logged."""
    assert hostile.NUMBER not in caplog.text and ELEVEN not in caplog.text and "Traceback" not in caplog.text


def test_a_file_that_nobody_could_open_is_refused_and_the_next_one_comes_in(
    bringer: System, caplog: pytest.LogCaptureFixture
) -> None:
    before = kept()
    for name, (status, code) in REFUSED.items():
        problem(send(bringer, hostile.content(name)), status, code)
    assert kept() == before, "nothing of a refused file is left, not even its code"
    for name, media_type in TAKEN.items():
        answer = send(bringer, hostile.content(name))
        assert answer.status_code == 201, (name, answer.content)
        fetched = bringer.send("GET", f"/documents/download/{answer.json()['DocCode']}")
        assert fetched.headers["Content-Type"] == media_type, "by content, whatever the name says"
        assert b"".join(fetched.streaming_content) == hostile.content(name)
    assert not list((settings.HOSO.data / "tmp").glob("brought-*")), "no plain copy stays on the disk"
    quiet(caplog)


def test_the_same_in_json(bringer: System) -> None:
    problem(bring(bringer, body(hostile.content("encrypted"))), 422, "digitize.encrypted")
    problem(bring(bringer, body(b"")), 422, "api.invalid")


def test_an_eleven_digit_number_is_refused_and_not_repeated(
    bringer: System, system: System, caplog: pytest.LogCaptureFixture
) -> None:
    before = kept()
    owner = {"Scheme": "citizen_id", "Value": ELEVEN, "Name": "Nguyễn Văn Mẫu"}
    told = problem(send(bringer, hostile.sound(), Owner=owner), 422, "catalogue.citizen_id")
    assert "có 11 chữ số, cần 12" in told["message_vi"] and "11" in told["message_en"]
    assert kept() == before, "and its code is free for the corrected import"
    asked = {"owner": {"scheme": "citizen_id", "value": ELEVEN}, "kinds": ["giay_xn_tthn"]}
    problem(system.send("POST", "/evidence/search", asked), 422, "catalogue.citizen_id")
    quiet(caplog)


@pytest.mark.parametrize(
    ("trouble", "status", "code"), [(store_down, 503, "storage.store_down"), (disk_full, 507, "storage.full")]
)
def test_what_could_not_be_kept_is_not_accepted_and_comes_in_under_the_same_key_later(
    bringer: System, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, trouble: Any, status: int,
    code: str,
) -> None:  # fmt: skip
    key, content, before = f"gui-lai-{uuid4()}", hostile.sound(), kept()
    with trouble(monkeypatch):
        assert "geheim" not in str(problem(send(bringer, content, key), status, code))
        if trouble is disk_full:
            assert bringer.send("GET", f"/documents/{NATIONAL['CodeNotation']}").status_code < 500, "reading goes on"
    answers = [send(bringer, content, key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert kept() == (before[0] + 1, before[1] + 1, before[2] + 1), "once"
    quiet(caplog)


def test_reading_while_the_store_is_down(
    system: System, person: Person, monkeypatch: pytest.MonkeyPatch, store: ObjectStore
) -> None:
    document = person.result()
    with store_down(monkeypatch):
        problem(system.send("GET", f"/evidence/{document}/content"), 503, "storage.store_down")
    assert b"".join(system.send("GET", f"/evidence/{document}/content").streaming_content)


def signed_by(*, since: datetime, until: datetime, name: str) -> bytes:
    """A paper with a bare signature, as some other program makes it: it asks neither the day nor for a time stamp."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers

    made = keys.authority().issue(name, "leader", valid_from=since, valid_until=until)
    chain = [x509.load_der_x509_certificate(one) for one in made.chain]
    own = x509.load_der_x509_certificate(made.certificate)
    packed = pkcs12.serialize_key_and_certificates(b"k", made.key, own, chain, NoEncryption())
    signer = signers.SimpleSigner.load_pkcs12_data(packed, [], None)
    about = signers.PdfSignatureMetadata(field_name="S", subfilter=SigSeedSubFilter.PADES)
    signed: bytes = signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(hostile.sound())), about, signer).getvalue()
    return signed


@pytest.mark.parametrize(
    ("days", "verdict", "level"), [(-1, "indeterminate", ""), (30, "valid", "B-B")],
    ids=["expired certificate", "no time stamp"],
)  # fmt: skip
def test_a_weak_signature_comes_in_as_what_it_is(bringer: System, days: int, verdict: str, level: str) -> None:
    now = datetime.now(UTC)
    signed = signed_by(since=now - timedelta(days=60), until=now + timedelta(days=days), name=f"Người Ký {days}")
    made = send(bringer, signed).json()
    job = Job.objects.get(kind="take-in", payload__document=made["Document"])
    assert runner.run(job.id)
    job.refresh_from_db()
    assert (job.state, job.result["verdict"]) == ("done", verdict), job.error
    assert bringer.send("GET", f"/documents/{made['DocCode']}").json()["SignatureLevel"] == level
