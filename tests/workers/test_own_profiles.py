"""Work is signed with the profile that the agency keeps; a wrong one stops it by name, and nothing is lost."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.conf import settings

from dossiers.models import Dossier
from tests.workers.conftest import Office

pytestmark = pytest.mark.s3


def test_an_agencys_own_profile_signs_its_copies(office: Office, dossier: Dossier, scanned: UUID) -> None:
    folder = settings.HOSO.profiles_folder / dossier.receive_agency
    folder.mkdir(parents=True)
    own = folder / "thanh_phan.toml"
    try:
        own.write_text('level = "B-X"', encoding="utf-8")
        job = office.do(office.ask("certify", dossier, office.officer, documents=[str(scanned)]))
        assert (job.state, job.error_code) == ("failed", "signing.bad_profile")
        assert "thanh_phan.toml" in job.error["message_vi"]
        own.write_text('level = "B-B"', encoding="utf-8")
        job = office.do(office.ask("certify", dossier, office.officer, documents=[str(scanned)]))
        assert (job.state, job.result["levels"]) == ("done", ["B-B"])
    finally:
        own.unlink()
        folder.rmdir()
        settings.HOSO.profiles_folder.rmdir()
