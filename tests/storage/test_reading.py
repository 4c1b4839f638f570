"""The only door to bytes: right bytes for the right people, an event before each read, nothing without a purpose."""

from __future__ import annotations

from typing import Any

import pytest

import storage
from tests.storage.conftest import OFFICER, PURPOSE

pytestmark = pytest.mark.s3


def test_the_bytes_come_back_as_they_were_deposited(archive: Any) -> None:
    ref = archive.original(content=b"x" * 3_000_000)
    with storage.open(ref.document, OFFICER, PURPOSE) as opened:
        assert b"".join(opened) == b"x" * 3_000_000
