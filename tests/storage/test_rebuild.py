"""The archive can be read without the software and rebuilt without the database."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import uuid4

import ocfl
import pytest

import storage
from catalogue import Identifier
from storage import config, intakes, keys
from storage.blobs import blobs
from storage.models import (
    ArchiveObject,
    Document,
    DocumentOwner,
    Field,
    Intake,
    IntakeGrant,
    Owner,
    OwnerIndex,
    Tombstone,
    Version,
)
from storage.values import VersionRole
from tests.storage.conftest import OFFICER, PURPOSE, Archive

pytestmark = pytest.mark.s3


@pytest.fixture
def bucket_name() -> str:
    """A bucket for each test: a rebuild sees all that is there."""
    return f"t{uuid4().hex[:12]}"


INDEX = (ArchiveObject, Field, Version, DocumentOwner, Document, Tombstone, OwnerIndex, IntakeGrant, Intake, Owner)


def index_rows() -> dict[str, list[dict[str, object]]]:
    """Every row of the index that a rebuild must bring back, in an order of its own."""
    kept = {}
    for model in INDEX:
        rows = list(model.objects.values())
        for row in rows:
            # Numbers that the database gives, and who held a lease, are nobody's data.
            for name in ("fence", "lease_until", *(["id"] if isinstance(row.get("id"), int) else [])):
                row.pop(name, None)
        kept[model.__name__] = sorted(rows, key=str)
    return kept


def lose_the_index() -> None:
    """Deletes every index row; the event log stays."""
    for model in INDEX:
        if model is Owner:
            Owner.objects.update(merged_into=None)
        model.objects.all().delete()


def test_the_index_comes_back_from_objects_and_keys_alone(archive: Archive) -> None:
    identifier = archive.identifier()
    owner, other = storage.owner_for(identifier, OFFICER, name="Nguyễn Văn Mẫu"), archive.person("Trần Thị Mẫu")
    old_card = Identifier("id_card", "012345678")
    storage.add_alias(owner, old_card, OFFICER, "CMND cũ")
    ref = archive.original(owner, other)
    archive.later(ref.document, VersionRole.ARCHIVAL, 1)
    storage.describe(ref.document, archive.metadata(title="Giấy xác nhận (đã sửa)"), OFFICER, "fix")
    gone, revoked = archive.original(owner), archive.original(owner)
    storage.destroy(gone.document, OFFICER, ground="Nhầm", approved_by=("a", "b"), mistaken=True)
    storage.revoke(revoked.document, OFFICER, "cấp sai")
    twin = archive.person()
    storage.merge_owners(owner, twin, OFFICER, "cùng một người")
    before = index_rows()
    lose_the_index()
    assert storage.find_owner(identifier) is None

    report = storage.reindex()

    assert report.findings == ()
    assert index_rows() == before
    assert storage.find_owner(identifier) == storage.find_owner(old_card) == owner
    with pytest.raises(storage.Destroyed):
        storage.open(gone.document, OFFICER, PURPOSE)
    assert storage.handle(revoked.document, OFFICER).status is storage.Status.REVOKED
    assert storage.open(ref.document, OFFICER, PURPOSE, version=1).read() == b"cut of pages 1 and 2"
    assert storage.metadata(ref.document, OFFICER, PURPOSE).title == "Giấy xác nhận (đã sửa)"
    assert storage.reindex().findings == () and index_rows() == before


def test_a_destroyed_document_stays_destroyed_when_its_key_comes_back_from_a_backup(archive: Archive) -> None:
    ref = archive.original()
    bucket = config.buckets().keys
    backup = {key: blobs().get_bytes(bucket, key) for key in blobs().keys(bucket, f"documents/{ref.document}/")}
    storage.destroy(ref.document, OFFICER, ground="Nhầm", approved_by=("a", "b"), mistaken=True)
    for key, wrapped in backup.items():
        blobs().put(bucket, key, wrapped)
    lose_the_index()
    storage.reindex()
    assert not list(blobs().keys(bucket, f"documents/{ref.document}/"))
    assert not Document.objects.filter(id=ref.document).exists()


def test_an_upload_that_broke_off_and_came_again_is_no_obstacle(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(intakes, "_keep", killed)
        patch.setattr(keys, "drop_key", lambda _: None)
        with pytest.raises(KeyboardInterrupt):
            archive.scan(key="upload")
    again = archive.scan(key="upload")
    lose_the_index()
    report = storage.reindex()
    assert (report.intakes, report.findings) == (2, ())
    assert archive.scan(key="upload").id == again.id


def killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_an_ocfl_tool_of_others_finds_every_object_valid(archive: Archive, tmp_path: Path) -> None:
    owner = archive.person()
    ref = archive.original(owner)
    archive.later(ref.document, VersionRole.ARCHIVAL, 1)
    archive.later(ref.document, VersionRole.CERTIFIED, 2)
    storage.restrict(ref.document, OFFICER, "theo yêu cầu")
    storage.export(tmp_path, owner=owner)
    for path in (tmp_path / str(owner) / str(ref.document), tmp_path / str(owner) / "owner"):
        checker = ocfl.Object()
        passed, validator = checker.validate(objdir=str(path))
        assert passed, str(validator)
        assert not re.search(r"\[E\d+", str(validator.status_str()))
    assert (tmp_path / str(owner) / str(ref.document) / "v4" / "inventory.json").exists()
    assert not (tmp_path / str(owner) / str(ref.document) / "v4" / "content" / "document.sealed").exists()
    root = ocfl.StorageRoot(root=str(tmp_path))
    assert root.validate()


def test_fixity_finds_a_changed_a_lost_and_a_stray_file(archive: Archive) -> None:
    refs = [archive.original() for _ in range(3)]
    homes = [Document.objects.get(id=ref.document).home_id for ref in refs]
    bases = [f"ocfl/{home}/{ref.document}/v1/content/" for home, ref in zip(homes, refs, strict=True)]
    bucket = config.buckets().archive
    clean = storage.verify_objects()
    assert (clean.objects, clean.files, clean.findings) == (6, 9, ())

    sealed = blobs().get_bytes(bucket, bases[0] + "document.sealed")
    blobs().put(bucket, bases[0] + "document.sealed", sealed[:-1] + bytes([sealed[-1] ^ 1]))
    blobs().delete(bucket, bases[1] + "metadata.sealed")
    blobs().put(bucket, bases[2] + "stray", b"?")
    found = {finding.code for finding in storage.verify_objects().findings}
    assert found == {"storage.corrupt", "storage.not_found", "storage.unnamed_file"}
    with pytest.raises(storage.Corrupt):
        storage.open(refs[0].document, OFFICER, PURPOSE).read()
