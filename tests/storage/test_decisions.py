"""The six decisions that cannot be changed later, each held against the real object store."""

from __future__ import annotations

import hashlib
import inspect
import json
import re
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection

import storage
from accounts import Actor, Purpose
from storage import config, keys
from storage.blobs import blobs
from storage.models import Document, Intake, Version
from storage.values import VersionRole
from tests.storage.conftest import CITIZEN_ID, DOSSIER, OFFICER, PURPOSE, SCAN, STRANGER, Archive

pytestmark = pytest.mark.s3


def every_key() -> list[str]:
    """Every object key in the three buckets."""
    names = config.buckets()
    return [key for bucket in (names.archive, names.keys, names.transient) for key in blobs().keys(bucket)]


def every_row() -> str:
    """Everything that stands in the database, as one text."""
    rows: list[str] = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            rows += [str(row) for row in cursor.fetchall()]
    return "\n".join(rows)


def test_1_what_arrives_is_not_a_document(archive: Archive) -> None:
    intake = archive.scan()
    row = Intake.objects.get(id=intake.id)
    assert not [field.name for field in Intake._meta.get_fields() if "owner" in field.name]
    assert not Document.objects.exists()
    assert row.retain_until > datetime.now(UTC)
    with pytest.raises(storage.NotAllowed):
        storage.open_intake(intake.id, STRANGER, PURPOSE)
    assert storage.open_intake(intake.id, OFFICER, PURPOSE).read() == SCAN

    owner = archive.person()
    deposit = storage.Deposit(
        document=uuid4(),
        owners=(owner,),
        role=VersionRole.ORIGINAL,
        media_type="application/pdf",
        key="cut",
        metadata=archive.metadata(),
        dossier=DOSSIER,
        agency="H26.01.02",
        source=storage.Source(intake.id, intake.sha256, (3, 4)),
    )
    ref = storage.deposit(deposit, b"pages 3 and 4", OFFICER)
    version = Version.objects.get(document=ref.document, number=1)
    assert (version.source_intake, version.source_sha256, version.source_pages) == (intake.id, intake.sha256, [3, 4])
    assert Intake.objects.get(id=intake.id).key_id != Document.objects.get(id=ref.document).key_id


def test_1_an_original_that_names_no_intake_is_refused(archive: Archive) -> None:
    with pytest.raises(storage.BadDeposit):
        archive.original(source=None)
    with pytest.raises(storage.BadDeposit):
        archive.original(source=storage.Source(uuid4(), "0" * 64, (1,)))


def test_2_keys_of_things_are_random_and_people_are_found_by_keyed_hash(archive: Archive) -> None:
    identifier = archive.identifier()
    owner = storage.owner_for(identifier, OFFICER, name="Nguyễn Văn Mẫu")
    ref = archive.original(owner)
    prefix = f"ocfl/{owner}/{ref.document}/"
    assert prefix + "inventory.json" in every_key()
    assert storage.find_owner(identifier) == owner
    assert storage.owner_for(identifier, OFFICER) == owner
    for key in every_key():
        assert identifier.value not in key
        assert "Mẫu" not in key
    text = every_row()
    assert identifier.value not in text
    assert CITIZEN_ID not in text
    assert "Quét của ông Mẫu" not in text
    assert owner.version == ref.document.version == 4


def test_2_a_second_owner_moves_nothing(archive: Archive) -> None:
    first, second = archive.person(), archive.person("Trần Thị Mẫu")
    ref = archive.original(first, second)
    assert not [key for key in every_key() if key.startswith(f"ocfl/{second}/{ref.document}")]
    found = storage.search(storage.Query(owner=second), OFFICER, PURPOSE)
    assert [handle.id for handle in found.handles] == [ref.document]


def test_3_every_document_has_its_own_key_and_dies_with_it(archive: Archive) -> None:
    owner = archive.person()
    ref, other = archive.original(owner), archive.original(owner)
    names = config.buckets()
    wrapped = {key: blobs().get_bytes(names.keys, key) for key in blobs().keys(names.keys, "documents/")}
    assert f"documents/{ref.document}/" in "\n".join(wrapped)
    text = every_row()
    for path, record in wrapped.items():
        secret = json.loads(record)
        assert secret["wrapped"] not in text
        assert json.loads(record)["wrapped_by"].startswith("owners/"), path
    assert not [key for key in blobs().keys(names.archive) if key.startswith(("documents/", "owners/"))]

    storage.destroy(ref.document, OFFICER, ground="Nhầm người", approved_by=("a", "b"), mistaken=True)
    assert not list(blobs().keys(names.keys, f"documents/{ref.document}/"))
    assert list(blobs().keys(names.archive, f"ocfl/{owner}/{ref.document}/v1/content/")), "sealed bytes stay locked"
    assert not Document.objects.filter(id=ref.document).exists()
    with pytest.raises(storage.Destroyed):
        storage.open(ref.document, OFFICER, PURPOSE)
    storage.open(other.document, OFFICER, PURPOSE).read()


def test_3_inventories_digest_the_sealed_bytes_and_apis_speak_of_the_plain_ones(archive: Archive) -> None:
    owner = archive.person()
    ref = archive.original(owner, content=b"plain")
    base = f"ocfl/{owner}/{ref.document}/"
    inventory = json.loads(blobs().get_bytes(config.buckets().archive, base + "inventory.json"))
    assert ref.sha256 == hashlib.sha256(b"plain").hexdigest()
    for digest, (path,) in inventory["manifest"].items():
        sealed = blobs().get_bytes(config.buckets().archive, base + path)
        assert hashlib.sha512(sealed).hexdigest() == digest
        assert b"plain" not in sealed
        assert inventory["fixity"]["sha256"][hashlib.sha256(sealed).hexdigest()] == [path]


def test_4_content_is_locked_and_inventories_are_not(archive: Archive) -> None:
    owner = archive.person()
    ref = archive.original(owner)
    intake = Version.objects.get(document=ref.document).source_intake
    bucket = config.buckets().archive
    assert blobs().versioned(bucket)
    assert not blobs().versioned(config.buckets().keys)
    content = [
        f"ocfl/{owner}/{ref.document}/v1/content/document.sealed",
        f"ocfl/{owner}/{ref.document}/v1/content/metadata.sealed",
        f"ocfl/{owner}/owner/v1/content/owner.sealed",
        f"intake/{intake}/content.sealed",
    ]
    for key in content:
        until = blobs().locked_until(bucket, key)
        assert until is not None and until > datetime.now(UTC) + timedelta(days=300), key
        with pytest.raises(storage.StoreRefused):
            blobs().delete(bucket, key, version=blobs().versions(bucket, key)[0])
    for key in (f"ocfl/{owner}/{ref.document}/inventory.json", f"ocfl/{owner}/{ref.document}/v1/inventory.json"):
        assert blobs().locked_until(bucket, key) is None
    report = storage.probe()
    assert report.versioning and report.retention and report.conditional_put and report.checksum
    assert report.missing == ()


def test_4_what_the_store_cannot_do_is_said(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = settings.HOSO.model_copy(update={"bucket": "hoso-without-lock"})
    blobs().make_bucket("hoso-without-lock", locked=False)
    monkeypatch.setattr(settings, "HOSO", plain)
    report = storage.probe()
    assert {reason.code for reason in report.missing} == {"no_versioning", "no_retention"}
    assert all(reason.vi and reason.en for reason in report.missing)


def test_5_the_user_is_our_own_and_every_door_asks_who_and_what_for() -> None:
    assert settings.AUTH_USER_MODEL == "accounts.User"
    assert apps.get_model("accounts", "User")._meta.pk.get_internal_type() == "UUIDField"
    for door in (storage.open, storage.open_intake, storage.search, storage.metadata, storage.owner_profile):
        asked = inspect.signature(door).parameters
        assert {"actor", "purpose"} <= asked.keys(), door
        assert asked["purpose"].default is inspect.Parameter.empty, door
    for act in (storage.receive, storage.deposit, storage.revoke, storage.destroy, storage.owner_for):
        assert inspect.signature(act).parameters["actor"].default is inspect.Parameter.empty, act
    assert Actor.__dataclass_params__.frozen and Purpose.__dataclass_params__.frozen  # type: ignore[attr-defined]


def test_6_a_version_says_whether_its_signature_is_a_demo(archive: Archive) -> None:
    """The address itself is kept by `signing`; the archive keeps for ever which signatures were made outside it."""
    assert {field.name for field in fields(storage.SignatureNote)} >= {"level", "wanted", "demo", "sealed"}
    ref = archive.original()
    note = storage.SignatureNote("B-T", "Cán Bộ Mẫu", datetime.now(UTC), wanted="B-LT", demo=True)
    archive.later(ref.document, VersionRole.ARCHIVAL, 1)
    archive.later(ref.document, VersionRole.CERTIFIED, 2, signature=note)
    version = Version.objects.get(document=ref.document, number=3)
    assert version.signature_demo and (version.signature_level, version.signature_wanted) == ("B-T", "B-LT")


def test_no_key_path_holds_anything_but_random_ids(archive: Archive) -> None:
    archive.original()
    uuid = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
    shapes = re.compile(
        rf"ocfl/(0=ocfl_1\.1|README\.txt|{uuid}/({uuid}|owner)/(0=ocfl_object_1\.1|(v\d+/)?inventory\.json(\.sha512)?"
        rf"|v\d+/content/\w+\.sealed))|intake/{uuid}/\w+\.sealed|(owners|documents|intakes)/{uuid}/{uuid}"
        rf"|check/master-1|log/\d{{20}}\.json|probe/(lock|{uuid})"
    )
    # `stash/` holds what other tests of this process put aside for minutes, under names of their own.
    assert [key for key in every_key() if not key.startswith("stash/") and not shapes.fullmatch(key)] == []
    assert not any(CITIZEN_ID in key for key in every_key())
    assert keys.index_digest("citizen_id", CITIZEN_ID) != keys.index_digest("id_card", CITIZEN_ID)
