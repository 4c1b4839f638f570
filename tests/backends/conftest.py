"""One PostgreSQL for all tests of the backends; a database of its own for each."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest

from tests.servers import Postgres


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with Postgres() as running:
        yield running


@pytest.fixture
def database(postgres: Postgres) -> str:
    """The URL of an empty database."""
    return postgres.create(f"t{uuid.uuid4().hex[:12]}")
