"""A document is reused only where it truly stands for the paper, and the reason why not is said in two languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

import storage
from storage.values import VersionRole
from tests.storage.conftest import OFFICER, Archive

pytestmark = pytest.mark.s3
TODAY = date(2026, 11, 21)


def certified(archive: Archive, level: str = "B-T", **described: Any) -> tuple[storage.VersionRef, storage.Requirement]:
    """A certified document and the requirement that it satisfies."""
    owner = archive.person()
    ref = archive.original(owner, metadata=archive.metadata(**described))
    archive.later(ref.document, VersionRole.ARCHIVAL, 1)
    note = storage.SignatureNote(level, "Cán Bộ Mẫu", datetime.now(UTC))
    archive.later(ref.document, VersionRole.CERTIFIED, 2, signature=note)
    return ref, storage.Requirement(owner=owner, on=TODAY, kinds=("giay_xac_nhan_hon_nhan",))


def codes(ref: storage.VersionRef, asked: storage.Requirement) -> list[str]:
    verdict = storage.assess(ref.document, asked)
    assert verdict.reusable == (not verdict.reasons)
    assert all(reason.vi and reason.en for reason in verdict.reasons)
    return [reason.code for reason in verdict.reasons]


def test_what_satisfies_is_reusable(archive: Archive) -> None:
    ref, asked = certified(archive)
    assert codes(ref, asked) == []
    assert codes(ref, replace(asked, min_level="B-T", issuers=("ủy ban nhân dân XÃ MẪU ĐƠN",), max_age_days=300)) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"kinds": ("giay_khai_sinh",)}, "kind_mismatch"),
        ({"min_level": "B-LT"}, "level_too_low"),
        ({"issuers": ("H26.09.09",)}, "issuer_not_accepted"),
        ({"max_age_days": 100}, "too_old"),
    ],
)
def test_what_is_asked_for_and_missing_is_named(archive: Archive, change: dict[str, Any], code: str) -> None:
    ref, asked = certified(archive)
    assert codes(ref, replace(asked, **change)) == [code]
    assert codes(ref, replace(asked, owner=archive.person())) == ["owner_mismatch"]


@pytest.mark.parametrize(
    ("described", "change", "expected"),
    [
        ({"valid_to": date(2026, 11, 20)}, {}, ["expired"]),
        ({"valid_to": TODAY}, {}, []),
        ({"valid_to": date(2026, 12, 1)}, {"remaining_days": 30}, ["expires_soon"]),
        ({"valid_from": date(2027, 1, 1)}, {}, ["not_yet_valid"]),
        ({"issued_on": None}, {"max_age_days": 10}, ["issue_date_unknown"]),
        ({"scope": "Để kết hôn với bà Trần Thị Mẫu"}, {"purpose": "kết hôn"}, []),
        ({"scope": "để vay vốn"}, {"purpose": "kết hôn"}, ["wrong_purpose"]),
        ({"scope": "để vay vốn"}, {}, ["wrong_purpose"]),
        ({"scope": "Toàn quốc"}, {"territory": "tỉnh Mẫu"}, []),
        ({"scope": "tỉnh Mẫu"}, {"territory": "Tỉnh mẫu"}, []),
        ({"scope": "tỉnh Mẫu"}, {"territory": "tỉnh Khác"}, ["wrong_scope"]),
        ({"kind": "khac", "result_type": "KQ.G15.000031"}, {"result_types": ("KQ.G15.000031",)}, []),
    ],
)
def test_validity_and_scope(
    archive: Archive, described: dict[str, Any], change: dict[str, Any], expected: list[str]
) -> None:
    ref, asked = certified(archive, **described)
    assert codes(ref, replace(asked, **change)) == expected


def test_a_copy_that_nobody_certified_is_not_reused(archive: Archive) -> None:
    owner = archive.person()
    ref = archive.original(owner)
    asked = storage.Requirement(owner=owner, on=TODAY)
    assert codes(ref, asked) == ["not_certified"]
    assert codes(ref, replace(asked, certified=False)) == []


def test_status_and_merged_owners_count(archive: Archive) -> None:
    ref, asked = certified(archive)
    other = archive.person()
    storage.merge_owners(other, asked.owner, OFFICER, "cùng một người")
    assert codes(ref, replace(asked, owner=other)) == []
    by, _ = certified(archive)
    storage.supersede(ref.document, by.document, OFFICER, "cấp lại")
    assert codes(ref, asked) == ["superseded"]
    storage.restrict(ref.document, OFFICER, "theo yêu cầu")
    assert codes(ref, asked) == ["restricted"]
    storage.release(ref.document, OFFICER, "hết hạn chế")
    assert codes(ref, asked) == []
    storage.revoke(ref.document, OFFICER, "cấp sai")
    assert codes(ref, asked) == ["revoked"]
