"""A commit whose outcome nobody hears of: what it may have made keeps its key, what it did not make leaves none."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import OperationalError, connections, models

import storage
from storage import config
from storage.blobs import blobs
from storage.models import Document, Intake
from storage.values import VersionRole
from tests.storage.conftest import DOSSIER, OFFICER, PURPOSE, SCAN, Archive

pytestmark = pytest.mark.s3


class Lost:
    """Breaks the connection at the commit that brings the first row of a table, after it (or instead of it)."""

    def __init__(self, patch: pytest.MonkeyPatch, table: type[models.Model], *, stands: bool) -> None:
        self.connection = connections["default"]
        self.commit: Callable[[], None] = self.connection.commit
        self.table = table
        self.stands = stands
        self.broken = False
        patch.setattr(self.connection, "commit", self)

    def __call__(self) -> None:
        if self.broken or not self.table._default_manager.exists():
            self.commit()
            return
        self.broken = True
        if self.stands:
            self.commit()
        raise OperationalError("server closed the connection unexpectedly")


def key_paths(family: str) -> set[str]:
    return set(blobs().keys(config.buckets().keys, f"{family}/"))


def deposit_of(archive: Archive) -> storage.Deposit:
    intake = archive.scan()
    return storage.Deposit(
        document=uuid4(),
        owners=(archive.person(),),
        role=VersionRole.ORIGINAL,
        media_type="application/pdf",
        key="upload",
        metadata=archive.metadata(),
        dossier=DOSSIER,
        agency="H26.01.02",
        source=storage.Source(intake.id, intake.sha256, (1,)),
    )


def test_a_deposit_that_stands_unheard_can_be_read_and_is_not_made_twice(
    committed_archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    deposit = deposit_of(committed_archive)
    with monkeypatch.context() as patch:
        lost = Lost(patch, Document, stands=True)
        with pytest.raises(OperationalError):
            storage.deposit(deposit, b"a cut", OFFICER)
    assert lost.broken
    assert storage.open(deposit.document, OFFICER, PURPOSE).read() == b"a cut"
    again = storage.deposit(deposit, b"a cut", OFFICER)
    assert again.number == 1 and len(storage.versions(deposit.document, OFFICER)) == 1
    assert storage.verify_objects().findings == ()


def test_a_deposit_that_does_not_stand_leaves_no_key_and_can_be_made_again(
    committed_archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    deposit = deposit_of(committed_archive)
    before = key_paths("documents")
    with monkeypatch.context() as patch:
        Lost(patch, Document, stands=False)
        with pytest.raises(OperationalError):
            storage.deposit(deposit, b"a cut", OFFICER)
    assert key_paths("documents") == before
    storage.deposit(deposit, b"a cut", OFFICER)
    assert storage.open(deposit.document, OFFICER, PURPOSE).read() == b"a cut"


def test_a_scan_that_stands_unheard_can_be_read_and_is_not_taken_in_twice(
    committed_archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        lost = Lost(patch, Intake, stands=True)
        with pytest.raises(OperationalError):
            committed_archive.scan(key="upload")
    assert lost.broken
    again = committed_archive.scan(key="upload")
    assert not again.created and Intake.objects.count() == 1
    assert storage.open_intake(again.id, OFFICER, PURPOSE).read() == SCAN


def test_a_scan_that_does_not_stand_leaves_no_key(committed_archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    before = key_paths("intakes")
    with monkeypatch.context() as patch:
        Lost(patch, Intake, stands=False)
        with pytest.raises(OperationalError):
            committed_archive.scan(key="upload")
    assert key_paths("intakes") == before
    assert committed_archive.scan(key="upload").created


def test_while_the_database_does_not_answer_the_key_stays(
    committed_archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = key_paths("documents")
    deposit = deposit_of(committed_archive)

    def down(*_: object) -> None:
        raise OperationalError("could not connect")

    with monkeypatch.context() as patch:
        Lost(patch, Document, stands=True)
        patch.setattr("django.db.models.query.QuerySet.exists", _exists_until_lost(down))
        with pytest.raises(OperationalError):
            storage.deposit(deposit, b"a cut", OFFICER)
    assert len(key_paths("documents") - before) == 1
    assert storage.open(deposit.document, OFFICER, PURPOSE).read() == b"a cut"


def _exists_until_lost(down: Callable[..., None]) -> Callable[[models.QuerySet[models.Model]], bool]:
    """Answers until the first document is there, then the database is down."""
    exists = models.QuerySet.exists
    seen = False

    def answer(rows: models.QuerySet[models.Model]) -> bool:
        nonlocal seen
        if seen:
            down()
        found = exists(rows)
        seen = rows.model is Document and found
        return found

    return answer
