"""No call to the object store is made while a database transaction is open: locks never wait for the network."""

from __future__ import annotations

from typing import Any

import pytest
import urllib3
from django.db import connection

import storage
from storage.values import VersionRole
from tests.storage.conftest import OFFICER, PURPOSE, Archive

pytestmark = pytest.mark.s3


def test_the_store_is_never_called_inside_a_transaction(
    committed_archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, calls, send = committed_archive, 0, urllib3.PoolManager.urlopen

    def watched(self: urllib3.PoolManager, *given: Any, **more: Any) -> Any:
        nonlocal calls
        calls += 1
        assert not connection.in_atomic_block
        return send(self, *given, **more)

    monkeypatch.setattr(urllib3.PoolManager, "urlopen", watched)
    owner, twin = archive.person(), archive.person()
    ref = archive.original(owner, twin)
    archive.scan(key="again")
    archive.scan(key="again")
    archive.later(ref.document, VersionRole.ARCHIVAL, 1)
    storage.describe(ref.document, archive.metadata(title="Khác"), OFFICER, "k")
    storage.open(ref.document, OFFICER, PURPOSE).read()
    storage.metadata(ref.document, OFFICER, PURPOSE)
    storage.owner_profile(owner, OFFICER, PURPOSE)
    storage.search(storage.Query(owner=owner), OFFICER, PURPOSE)
    storage.assess(ref.document, storage.Requirement(owner, archive.metadata().issued_on or pytest.fail()))
    storage.add_alias(owner, archive.identifier(), OFFICER, "cũ")
    storage.merge_owners(owner, twin, OFFICER, "trùng")
    storage.undo_merge(owner, twin, OFFICER, "nhầm")
    storage.restrict(ref.document, OFFICER, "vì sao")
    storage.destroy(ref.document, OFFICER, ground="g", approved_by=("a", "b"), mistaken=True)
    storage.anchor()
    storage.verify_log()
    storage.verify_objects()
    storage.reindex()
    storage.prepare()
    assert calls > 100
