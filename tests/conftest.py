"""What every test shares: a throw-away HOSO_DATA, the database in a file there, the real object store."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import django
import pytest

if TYPE_CHECKING:
    from django.test import TransactionTestCase

    from hoso.objectstore import ObjectStore

DATA = Path(tempfile.mkdtemp(prefix="hoso-test-"))
atexit.register(shutil.rmtree, DATA, ignore_errors=True)
os.environ["HOSO_DATA"] = str(DATA)
os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
os.environ.setdefault("OMP_THREAD_LIMIT", "1")
# Here and not by pytest-django from pyproject.toml, which would read the settings before HOSO_DATA is set.
django.setup()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Processes that test side by side would else read the settings early, with this one's HOSO_DATA."""
    del os.environ["DJANGO_SETTINGS_MODULE"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """SQLite in a file, as users have it: in memory, threads would share one connection and never race.

    On PostgreSQL each of the processes that test side by side gets a database of its own, by the suffix of its name.
    """
    from django.db import connection

    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(DATA / "test.sqlite3")


@pytest.fixture(scope="session")
def store() -> Iterator[ObjectStore]:
    """The real object store as a child process with its buckets made; storage finds its address by itself."""
    from hoso.objectstore import ObjectStore
    from storage.running import make_buckets

    with ObjectStore(DATA, volumes=20_000) as running:  # a bucket a test wants more than the disk's free space gives
        make_buckets()
        yield running


@pytest.fixture(scope="session", autouse=True)
def _event_log_can_be_emptied() -> Iterator[None]:
    """Lets tests of whole transactions empty their throw-away tables: the database refuses to delete events."""
    from django.db import connection
    from django.test import TestCase, TransactionTestCase

    from storage import immutable

    emptied = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def teardown(case: TransactionTestCase) -> None:
        if isinstance(case, TestCase):
            emptied(case)
            return
        immutable.remove(connection)
        try:
            emptied(case)
        finally:
            immutable.install(connection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", teardown)
        yield
