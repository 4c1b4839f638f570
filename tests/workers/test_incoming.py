"""A signed file that comes in is kept byte for byte with the reports of its verification; only a valid one counts."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from django.test import Client

import signing
import storage
from accounts.models import User
from dossiers import services
from dossiers.models import Component, Dossier
from dossiers.states import ComponentState
from portal.desk import contents
from storage import VersionRole
from tests.workers.conftest import SCAN, Office
from workers import Job, incoming, keys

pytestmark = pytest.mark.s3

PART = "noi_cu_tru"


@pytest.fixture
def signed() -> bytes:
    signer = keys.authority().issue("Trưởng Công An Mẫu", "leader", organisation="Công an xã Mẫu Đơn")
    return signing.sign(SCAN.read_bytes(), profile="luu_tru", signer=signer, services=keys.services()).pdf


@pytest.fixture
def changed(signed: bytes) -> bytes:
    """Readable all the same: the version in its first line is another."""
    return signed.replace(b"%PDF-1.5", b"%PDF-1.6", 1)


def bring(office: Office, dossier: Dossier, pdf: bytes, folder: Path) -> UUID:
    """An electronic document at the counter: its version 1, attached to the component that asks for it."""
    (folder / "giay.pdf").write_bytes(pdf)
    job = office.do(office.hand_in(dossier, folder / "giay.pdf"))
    assert job.state == "done", job.error
    document = UUID(job.result["documents"][0])
    part = office.component(dossier, PART)
    if not part.attachments.exists():
        services.attach(part.id, office.officer, document=document, pages=1)
    services.confirm_fields(part.id, office.officer, document=document, checks=[])
    return document


def reports(office: Office, dossier: Dossier, document: UUID) -> tuple[dict[str, object], bytes]:
    why = services.purpose_of(dossier.procedure, dossier.code)
    told = json.loads(storage.report(document, office.officer, why, "json"))
    return told, storage.report(document, office.officer, why, "xml")


def test_a_valid_one_counts_as_it_came_and_nobody_signs_over_it(
    office: Office, dossier: Dossier, signed: bytes, tmp_path: Path
) -> None:
    document = bring(office, dossier, signed, tmp_path)
    versions = storage.versions(document, office.officer)
    assert [one.role for one in versions] == [VersionRole.ORIGINAL, VersionRole.METADATA, VersionRole.ISSUED]
    assert {one.sha256 for one in versions} == {versions[0].sha256}
    why = services.purpose_of(dossier.procedure, dossier.code)
    assert storage.open(document, office.officer, why).read() == signed
    told, xml = reports(office, dossier, document)
    assert (told["schema"], told["verdict"], told["sha256"]) == ("hoso.verify/1", "valid", versions[0].sha256)
    assert b"total-passed" in xml and "Trưởng Công An Mẫu".encode() in xml
    handle = storage.handle(document, office.officer)
    assert (handle.verdict, handle.signature_level) == ("valid", "B-LTA")
    assert contents.of(dossier, office.officer).to_certify == []
    job = office.do(office.ask("certify", dossier, office.officer, documents=[str(document)]))
    assert (job.state, job.result["levels"]) == ("done", ["B-LTA"]), job.error
    assert office.component(dossier, PART).state == ComponentState.SETTLED
    assert storage.versions(document, office.officer) == versions


def test_one_that_was_changed_is_kept_for_the_record_and_never_counts(
    office: Office, dossier: Dossier, changed: bytes, tmp_path: Path
) -> None:
    document = bring(office, dossier, changed, tmp_path)
    versions = storage.versions(document, office.officer)
    assert [one.role for one in versions] == [VersionRole.ORIGINAL, VersionRole.METADATA]
    why = services.purpose_of(dossier.procedure, dossier.code)
    assert storage.open(document, office.officer, why).read() == changed
    told, xml = reports(office, dossier, document)
    assert told["verdict"] == "invalid" and b"HASH_FAILURE" in xml
    handle = storage.handle(document, office.officer)
    assert (handle.verdict, handle.signature_level) == ("invalid", "")
    owner = Component.objects.get(dossier=dossier, catalogue_id=PART).owner or dossier.owner
    found = storage.assess(document, storage.Requirement(owner, date(2026, 11, 22), certified=False))
    assert "signature_not_valid" in {one.code for one in found.reasons}
    assert contents.of(dossier, office.officer).to_certify == []
    job = office.do(office.ask("certify", dossier, office.officer, documents=[str(document)]))
    assert (job.state, job.result["levels"]) == ("done", [""]), job.error
    assert office.component(dossier, PART).state != ComponentState.SETTLED
    assert storage.versions(document, office.officer) == versions


def test_the_rest_of_a_dossier_is_certified_beside_it(
    office: Office, dossier: Dossier, scanned: UUID, changed: bytes, tmp_path: Path
) -> None:
    document = bring(office, dossier, changed, tmp_path)
    job = office.do(office.ask("certify", dossier, office.officer, documents=[str(document), str(scanned)]))
    assert (job.state, job.result["levels"]) == ("done", ["", "B-LTA"]), job.error


def test_an_attempt_that_died_halfway_is_taken_up(
    office: Office, dossier: Dossier, signed: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    (tmp_path / "giay.pdf").write_bytes(signed)
    asked = office.hand_in(dossier, tmp_path / "giay.pdf")
    with monkeypatch.context() as patch:
        patch.setattr(incoming, "_note", dies)
        with pytest.raises(KeyboardInterrupt):
            office.do(asked)
    Job.objects.filter(pk=asked.pk).update(state="queued", lease_until=None)
    job = office.do(asked)
    assert job.state == "done", job.error
    roles = [one.role for one in storage.versions(UUID(job.result["documents"][0]), office.officer)]
    assert roles == [VersionRole.ORIGINAL, VersionRole.METADATA, VersionRole.ISSUED]


def test_staff_fetch_the_reports_from_the_page_of_the_dossier(
    office: Office, dossier: Dossier, changed: bytes, scanned: UUID, tmp_path: Path
) -> None:
    document = bring(office, dossier, changed, tmp_path)
    browser = Client()
    browser.force_login(User.objects.get(pk=office.officer.id), backend="django.contrib.auth.backends.ModelBackend")
    page = browser.get(f"/dossiers/{dossier.id}").content.decode()
    base = f"/dossiers/{dossier.id}/documents/{document}/report"
    assert "chữ ký số không hợp lệ" in page and f"{base}.xml" in page and f"{base}.json" in page
    assert str(scanned) + "/report" not in page
    xml = browser.get(f"{base}.xml")
    assert (xml.status_code, xml["Content-Type"], b"HASH_FAILURE" in xml.content) == (200, "application/xml", True)
    assert xml["Cache-Control"] == "no-store"
    assert browser.get(f"{base}.json").json()["verdict"] == "invalid"
    assert browser.get(f"{base}.exe").status_code == 404
    other = Client()
    assert other.get(f"{base}.xml").status_code in (302, 401, 403)
