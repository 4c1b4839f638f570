"""The four national endpoints: a document is brought once, read, described anew, fetched as it came."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import threading
from datetime import date
from typing import Any
from uuid import uuid4

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

import signing
import storage
from accounts import WORKER, Purpose
from hoso.objectstore import ObjectStore
from portal.api import bodies
from portal.api.models import CodedDocument
from storage import VersionRole
from tests.portal.api.conftest import AGENCY, ELSEWHERE, PDF, MakeSystem, Person, System
from workers import keys, runner
from workers.models import Job

NATIONAL = {
    "TypeName": "Quyết định",
    "CodeNumber": "45",
    "CodeNotation": "QĐ-UBND",
    "IssuedDate": "2026-10-05",
    "OrganName": "Ủy ban nhân dân xã Mẫu Đơn",
    "Subject": "Về việc công nhận tổ dân phố mẫu",
    "Language": "Tiếng Việt",
    "PageAmount": 2,
    "Keyword": "tổ dân phố",
    "Mode": "Công khai",
    "Format": "Tốt",
}


def body(content: bytes = PDF, **more: Any) -> dict[str, Any]:
    """A JSON import."""
    file = {"FileName": "quyet-dinh.pdf", "Content": base64.b64encode(content).decode()}
    return {**NATIONAL, "Attachments": [file], **more}


def bring(system: System, given: dict[str, Any] | None = None, key: str = "") -> Any:
    """One import."""
    return system.send("POST", "/documents/import", given or body(), Idempotency_Key=key or str(uuid4()))


@pytest.fixture
def bringer(store: ObjectStore, system_of: MakeSystem) -> System:
    """A system that brings documents and reads them again under the law on archives."""
    made = system_of(bases=["LAW"])
    made.headers["X-Purpose"] = "LAW:33/2024/QH15"
    return made


def test_a_document_is_brought_read_described_and_fetched(bringer: System) -> None:
    answer = bring(bringer)
    assert answer.status_code == 201, answer.content
    made = answer.json()
    code = made["DocCode"]
    assert code == f"{AGENCY}_QĐ_000001_V1"
    told = bringer.send("GET", f"/documents/{code}").json()
    assert {name: told[name] for name in NATIONAL} == NATIONAL
    fetched = bringer.send("GET", f"/documents/download/{code}")
    content = b"".join(fetched.streaming_content)
    assert content == PDF and made["Sha256"] == hashlib.sha256(PDF).hexdigest()
    after = bringer.send("PUT", f"/documents/{code}", {**NATIONAL, "Subject": "Nội dung đã sửa", "CodeNumber": "46"})
    assert after.status_code == 200 and after.json()["Version"] == told["Version"] + 1
    assert bringer.send("GET", f"/documents/{code}").json()["Subject"] == "Nội dung đã sửa"
    versions = storage.versions(CodedDocument.objects.get(code=code).document, WORKER)
    assert [version.role for version in versions] == [VersionRole.ORIGINAL, VersionRole.METADATA]
    assert {version.sha256 for version in versions} == {made["Sha256"]}


def test_the_key_of_an_update_is_its_clients_own(bringer: System, system_of: MakeSystem) -> None:
    """Two clients that number their requests alike do not get each other's answers, nor lose an update by it."""
    code = bring(bringer).json()["DocCode"]
    other = system_of(bases=["LAW"])
    other.headers["X-Purpose"] = bringer.headers["X-Purpose"]

    def put(client: System, subject: str) -> tuple[int, str]:
        body = {**NATIONAL, "Subject": subject}
        told = client.send("PUT", f"/documents/{code}", body, Idempotency_Key="0001")
        assert told.status_code == 200, told.content
        return told.json()["Version"], told.json()["Subject"]

    first = put(bringer, "Của hệ thống thứ nhất")
    assert put(bringer, "Của hệ thống thứ nhất") == first, "said again, it is the same update"
    assert put(other, "Của hệ thống thứ nhất") == (first[0] + 1, first[1]), "another client's is another"
    assert put(other, "Của hệ thống thứ hai") == (first[0] + 2, "Của hệ thống thứ hai"), "and so is other content"
    assert bringer.send("GET", f"/documents/{code}").json()["Subject"] == "Của hệ thống thứ hai"


def test_codes_count_up_for_each_kind_and_never_hold_a_citizen_id(bringer: System, person: Person) -> None:
    owner = {"Scheme": "citizen_id", "Value": person.identifier.value, "Name": "Nguyễn Văn Mẫu"}
    codes = [bring(bringer, body(Owner=owner)).json()["DocCode"] for _ in range(2)]
    codes.append(bring(bringer, body(TypeName="Giấy khai sinh", Owner=owner)).json()["DocCode"])
    assert codes == [f"{AGENCY}_QĐ_000001_V1", f"{AGENCY}_QĐ_000002_V1", f"{AGENCY}_VB_000001_V1"]
    assert person.identifier.value not in "".join(codes)
    assert [event.action for event in person.events()].count("document.deposit") == 3


def test_the_same_key_and_body_bring_the_same_document(bringer: System) -> None:
    first, second = bring(bringer, key="phieu-gui-01"), bring(bringer, key="phieu-gui-01")
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert CodedDocument.objects.count() == 1
    for other in (body(PDF + b"%"), body(Subject="Khác")):
        answer = bring(bringer, other, key="phieu-gui-01")
        assert (answer.status_code, answer.json()["code"]) == (409, "api.key_reused")
    assert bring(bringer, body(), key="ngan").json()["code"] == "api.idempotency_key"


@pytest.mark.django_db(transaction=True)
def test_imports_that_race_under_one_key_bring_one_document(store: ObjectStore, system_of: MakeSystem) -> None:
    system = system_of()
    answers: list[Any] = []

    def send() -> None:
        try:
            sender = System(Client(), system.client_id, system.secret, system.token, system.headers)
            answers.append(bring(sender, key="cung-mot-luc"))
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {201}, [answer.content for answer in answers]
    assert len({answer.content for answer in answers}) == 1
    document = CodedDocument.objects.get().document
    assert [version.number for version in storage.versions(document, WORKER)] == [1]


def test_a_file_comes_as_multipart_too(bringer: System) -> None:
    content = PDF + b"% and what a scanner put behind it\n" * 3000 + b"%%EOF\n"
    answer = bringer.http.post(
        "/api/v1/documents/import",
        {
            "metadata": json.dumps(NATIONAL),
            "attachment": SimpleUploadedFile("quyet-dinh.pdf", content, "application/pdf"),
        },
        headers={"Authorization": f"Bearer {bringer.token}", "Idempotency-Key": str(uuid4()), **bringer.headers},
    )
    assert answer.status_code == 201, answer.content
    assert answer.json()["Size"] == len(content)


def test_what_does_not_fit_is_refused_by_name(bringer: System, monkeypatch: pytest.MonkeyPatch) -> None:
    def code(given: dict[str, Any]) -> tuple[int, str]:
        answer = bring(bringer, given)
        return answer.status_code, answer.json()["code"]

    assert code({**body(), "CodeNumber": "123456789012"}) == (422, "api.invalid")
    assert code({**body(), "Attachments": []}) == (422, "api.invalid")
    assert code(body(DocCode="001190000018")) == (422, "catalogue.doc_code")
    assert code(body(DocCode=f"{ELSEWHERE}_QĐ_000001_V1")) == (409, "api.code_taken")
    assert code(body(b"MZ\x90\x00 a program")) == (415, "api.unknown_format")
    assert code({"TypeName": 3}) == (422, "api.invalid")
    taken = f"{AGENCY}_QĐ_000900_V1"
    assert bring(bringer, body(DocCode=taken)).status_code == 201
    assert code(body(DocCode=taken)) == (409, "api.code_taken")
    monkeypatch.setattr(bodies, "LARGEST_JSON", 100)
    assert code(body()) == (413, "storage.too_large")


def test_another_agency_may_not_describe_it_anew(bringer: System, system_of: MakeSystem) -> None:
    code = bring(bringer).json()["DocCode"]
    other = system_of(agency=ELSEWHERE, bases=["LAW"])
    other.headers["X-Purpose"] = "LAW:33/2024/QH15"
    answer = other.send("PUT", f"/documents/{code}", NATIONAL)
    assert (answer.status_code, answer.json()["code"]) == (403, "storage.not_allowed")
    nothing = bringer.send("GET", f"/documents/{AGENCY}_QĐ_000999_V1")
    assert (nothing.status_code, nothing.json()["code"]) == (404, "storage.not_found")


def test_a_signed_file_is_verified_and_kept_byte_for_byte(bringer: System, person: Person) -> None:
    blank = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        pdf.save(blank)
    signer = keys.authority().issue("Lãnh Đạo Mẫu", "leader", organisation="Ủy ban nhân dân xã Mẫu Đơn")
    signed = signing.sign(blank.getvalue(), profile="ket_qua_nguoi_ky", signer=signer, services=keys.services()).pdf
    owner = {"Scheme": "citizen_id", "Value": person.identifier.value}
    made = bring(bringer, body(signed, TypeName="Giấy xác nhận tình trạng hôn nhân", Owner=owner)).json()
    job = Job.objects.get(kind="take-in", payload__document=made["Document"])
    assert runner.run(job.id)
    job.refresh_from_db()
    assert (job.state, job.result["verdict"]) == ("done", "valid"), job.error
    document = CodedDocument.objects.get(code=made["DocCode"]).document
    versions = storage.versions(document, WORKER)
    assert [version.role for version in versions] == [VersionRole.ORIGINAL, VersionRole.METADATA, VersionRole.ISSUED]
    told = bringer.send("GET", f"/evidence/{document}").json()["verification"]
    assert (told["verdict"], told["forms"]) == ("valid", ["json", "xml"])
    report = bringer.send("GET", f"/evidence/{document}/report?form=json")
    assert (report["Content-Type"], report.json()["sha256"]) == ("application/json", made["Sha256"])
    assert b"total-passed" in bringer.send("GET", f"/evidence/{document}/report").content
    read = [event.action for event in person.events()]
    assert read.count("document.report") == 2, "whoever reads a report reads of a person"
    for version in versions:
        assert storage.open(document, WORKER, Purpose("LAW:x"), version.number).read() == signed
    assert storage.handle(document, WORKER).signature_level == job.result["level"] != ""


def test_a_signed_file_that_was_changed_is_kept_as_it_came_and_never_reused(bringer: System, person: Person) -> None:
    blank = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        pdf.save(blank)
    signer = keys.authority().issue("Lãnh Đạo Mẫu", "leader", organisation="Ủy ban nhân dân xã Mẫu Đơn")
    signed = signing.sign(blank.getvalue(), profile="luu_tru", signer=signer, services=keys.services()).pdf
    bad = signed.replace(b"595", b"594", 1)
    owner = {"Scheme": "citizen_id", "Value": person.identifier.value}
    made = bring(bringer, body(bad, TypeName="Giấy xác nhận tình trạng hôn nhân", Owner=owner)).json()
    job = Job.objects.get(kind="take-in", payload__document=made["Document"])
    assert runner.run(job.id)
    job.refresh_from_db()
    assert (job.state, job.result["verdict"], job.result["level"]) == ("done", "invalid", ""), job.error
    assert "hash_mismatch" in job.result["reasons"]
    document = CodedDocument.objects.get(code=made["DocCode"]).document
    assert [one.role for one in storage.versions(document, WORKER)] == [VersionRole.ORIGINAL, VersionRole.METADATA]
    assert b"HASH_FAILURE" in bringer.send("GET", f"/evidence/{document}/report").content
    assert storage.open(document, WORKER, Purpose("LAW:x")).read() == bad
    wanted = storage.Requirement(owner=storage.owner_for(person.identifier, WORKER), on=date(2026, 11, 22))
    verdict = storage.assess(document, wanted)
    assert not verdict.reusable and "signature_not_valid" in {reason.code for reason in verdict.reasons}


def test_our_own_documents_get_codes_in_turn_with_their_first_signature(bringer: System, person: Person) -> None:
    first, second = person.result(), person.result()
    unsigned = person.result(role=VersionRole.ARCHIVAL)
    elsewhere = person.result(agency="H26." + ".".join(["1234"] * 6))
    codes = dict(CodedDocument.objects.values_list("document", "code"))
    assert codes == {first: f"{AGENCY}_VB_000001_V1", second: f"{AGENCY}_VB_000002_V1"}
    assert not {unsigned, elsewhere} & set(codes), "unsigned, or an agency too long for the guide's 30 characters"
    again = storage.Deposit(
        document=first, owners=(), role=VersionRole.CERTIFIED, media_type="application/pdf", key="k", made_from=1,
        software="hoso",
    )  # fmt: skip
    storage.deposit(again, b"%PDF-1.7 again", WORKER)
    answer = bringer.send("GET", f"/documents/{codes[first]}").json()
    assert (answer["Document"], answer["DocCode"]) == (str(first), codes[first])
    assert bringer.send("GET", f"/evidence/{first}").json()["doc_code"] == codes[first]
    brought = bring(bringer, body(TypeName="Giấy xác nhận")).json()
    assert brought["DocCode"] == f"{AGENCY}_VB_000003_V1", "one sequence for what is brought and what is ours"
