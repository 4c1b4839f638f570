"""Reports of verification lie sealed beside the file that came signed, as long as that lives, and are read like it."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import ocfl
import pytest

import storage
from storage import config
from storage.blobs import blobs
from storage.models import Document, Event, Version
from storage.values import VersionRole
from tests.storage.conftest import OFFICER, PURPOSE, STRANGER, Archive
from tests.storage.test_rebuild import lose_the_index

pytestmark = pytest.mark.s3

REPORTS = {"json": b'{"schema": "hoso.verify/1", "verdict": "invalid"}', "xml": b"<ValidationReport/>"}
PAGE = Path(__file__).parents[2] / "docs" / "archive.md"


@pytest.fixture
def bucket_name() -> str:
    """A bucket for each test: a rebuild sees all that is there."""
    return f"t{uuid4().hex[:12]}"


def examined(archive: Archive, *owners: UUID, verdict: str = "invalid") -> storage.VersionRef:
    ref = archive.original(*owners, content=b"%PDF-1.7 signed elsewhere")
    storage.keep_verification(ref.document, verdict, REPORTS, OFFICER, key="examined", software="hoso 1")
    return ref


def test_the_reports_are_read_through_the_one_door_and_the_read_is_an_event(archive: Archive) -> None:
    ref = examined(archive)
    assert storage.report(ref.document, OFFICER, PURPOSE, "json") == REPORTS["json"]
    event = Event.objects.latest("seq")
    assert (event.action, event.result, event.document) == ("document.report", "ok", ref.document)
    assert storage.report(ref.document, OFFICER, PURPOSE, "xml") == REPORTS["xml"]
    with pytest.raises(storage.PurposeMissing):
        storage.report(ref.document, STRANGER, None, "json")
    assert Event.objects.latest("seq").result == storage.PurposeMissing.code
    unsigned = archive.original()
    assert storage.verification(unsigned.document, OFFICER) is None
    with pytest.raises(storage.NotFound):
        storage.report(unsigned.document, OFFICER, PURPOSE, "json")


def test_the_file_stays_as_it_came_and_later_versions_keep_the_reports(archive: Archive) -> None:
    ref = examined(archive)
    assert storage.open(ref.document, OFFICER, PURPOSE).read() == b"%PDF-1.7 signed elsewhere"
    again = storage.keep_verification(ref.document, "valid", REPORTS, OFFICER, key="examined", software="hoso 1")
    assert again.number == 2, "the same key keeps them once"
    archive.later(ref.document, VersionRole.ISSUED, 1, content=b"%PDF-1.7 signed elsewhere")
    storage.describe(ref.document, archive.metadata(title="Sửa"), OFFICER, "fix")
    told = storage.verification(ref.document, OFFICER)
    assert told is not None
    assert (told.verdict, told.version, told.forms, told.software) == ("invalid", 2, ("json", "xml"), "hoso 1")
    assert storage.handle(ref.document, OFFICER).verdict == "invalid"
    assert storage.report(ref.document, OFFICER, PURPOSE, "xml") == REPORTS["xml"]
    versions = Version.objects.filter(document=ref.document).order_by("number")
    assert [(row.role, row.content) for row in versions] == [
        ("original", 1), ("metadata", 1), ("issued", 3), ("metadata", 3)
    ]  # fmt: skip


def test_they_survive_the_loss_of_the_database_and_any_ocfl_tool_finds_them(archive: Archive, tmp_path: Path) -> None:
    owner = archive.person()
    ref = examined(archive, owner)
    archive.later(ref.document, VersionRole.ISSUED, 1)
    before = storage.verification(ref.document, OFFICER)
    lose_the_index()
    assert storage.reindex().findings == ()
    assert storage.verification(ref.document, OFFICER) == before is not None
    assert storage.report(ref.document, OFFICER, PURPOSE, "json") == REPORTS["json"]
    assert storage.verify_objects().findings == ()
    storage.export(tmp_path, owner=owner)
    folder = tmp_path / str(owner) / str(ref.document)
    passed, validator = ocfl.Object().validate(objdir=str(folder))
    assert passed, str(validator)
    assert (folder / "v2" / "content" / "verification.json.sealed").exists()
    assert not list((folder / "v3").rglob("verification*")), "told by the inventory, not copied"


def test_the_printed_program_opens_them(archive: Archive, tmp_path: Path) -> None:
    ref = examined(archive)
    home = Document.objects.get(id=ref.document).home_id
    for path in blobs().keys(config.buckets().keys):
        target = tmp_path / "keys" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(blobs().get_bytes(config.buckets().keys, path))
    (tmp_path / "open.py").write_text(PAGE.read_text("utf-8").split("```python\n")[1].split("```")[0], "utf-8")
    for form, content in REPORTS.items():
        sealed = tmp_path / f"{form}.sealed"
        key = f"ocfl/{home}/{ref.document}/v2/content/verification.{form}.sealed"
        sealed.write_bytes(blobs().get_bytes(config.buckets().archive, key))
        assert not set(content[:16].split()) & set(sealed.read_bytes().split()), "sealed"
        command = [sys.executable, "-I", "open.py", config.master_key().hex(), "keys", str(sealed)]
        assert subprocess.run(command, check=True, capture_output=True, cwd=tmp_path).stdout == content


@pytest.mark.parametrize(("verdict", "reusable"), [("valid", True), ("invalid", False), ("indeterminate", False)])
def test_what_is_not_valid_is_not_reused_even_where_no_certified_copy_is_asked_for(
    archive: Archive, verdict: str, reusable: bool
) -> None:
    owner = archive.person()
    ref = examined(archive, owner, verdict=verdict)
    found = storage.assess(ref.document, storage.Requirement(owner, date(2026, 11, 22), certified=False))
    assert found.reusable is reusable
    assert ("signature_not_valid" in {one.code for one in found.reasons}) is not reusable
