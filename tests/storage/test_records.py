"""The sealed records carry everything that a rebuild needs, through JSON and back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from storage import Corrupt, FieldValue, Metadata, SignatureNote, Source, Status, VersionRole
from storage.records import (
    Alias,
    DocumentRecord,
    Grave,
    IntakeRecord,
    Merge,
    Name,
    OwnerRecord,
    Shared,
    VersionRecord,
    dump,
    load_document,
    load_intake,
    load_owner,
)

NOW = datetime(2026, 11, 21, 1, 2, 3, 456789, tzinfo=UTC)


def document() -> DocumentRecord:
    field = FieldValue("ho_ten", "Đặng Thị Mẫu", "ocr", 0.98, "officer-1", NOW, 2, (1.0, 2.0, 3.5, 4.0))
    version = VersionRecord(
        number=3,
        content=2,
        role=VersionRole.CERTIFIED,
        media_type="application/pdf",
        sha256="0" * 64,
        size=12,
        deposit_key="k",
        created_at=NOW,
        created_by="officer-1",
        page_count=2,
        source=Source(uuid4(), "1" * 64, (3, 4)),
        made_from=2,
        software="hoso 0.1.0",
        settings={"dpi": "300"},
        signature=SignatureNote("B-LT", "Cán Bộ Mẫu", NOW, "B-LTA", demo=True),
    )
    metadata = Metadata("k", "Tên", issued_on=date(2026, 1, 2), valid_to=date(2027, 1, 2), fields=(field,), text="ộ\nữ")
    home = uuid4()
    return DocumentRecord(
        uuid4(), home, (home, uuid4()), metadata, 3, Status.REVOKED, "vì sao", uuid4(), "d", "a", NOW, NOW, version
    )


def test_records_survive_json() -> None:
    told = document()
    assert load_document(dump(told)) == told
    owner = OwnerRecord(
        uuid4(),
        NOW,
        [Name("Đặng Thị Mẫu", "1990", NOW)],
        [Alias("citizen_id", "001190000018", NOW, "a", "first")],
        [Merge(uuid4(), NOW, "a", "trùng", NOW, "b"), Merge(uuid4(), NOW, "a", "trùng")],
        [Shared(uuid4(), uuid4())],
        [Grave(uuid4(), NOW, "a", "căn cứ", ("b", "c"))],
    )
    assert load_owner(dump(owner)) == owner
    assert owner.merged() == {owner.merges[1].other}
    intake = IntakeRecord(uuid4(), "Quét.pdf", "application/pdf", "0" * 64, 1, "k", "d", "a", NOW, "x", NOW)
    assert load_intake(dump(intake)) == intake


def test_a_record_of_another_kind_or_no_record_is_refused() -> None:
    for text in (b"", b"[]", b"{}", dump(document()).replace(b"hoso.document/1", b"hoso.document/2")):
        with pytest.raises(Corrupt):
            load_document(text)
    with pytest.raises(Corrupt):
        load_owner(dump(document()))


def test_what_a_later_version_of_the_software_added_is_left_alone() -> None:
    told = document()
    assert load_document(dump(told).replace(b'{"format"', b'{"from_the_future": 1, "format"', 1)) == told
