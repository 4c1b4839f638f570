"""`hoso archive` and `hoso audit` where nothing runs: they run the object store for as long as they need it."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.s3, pytest.mark.slow]

SEED = """
import django; django.setup()
from hoso.commands.archive import archive_at_hand
with archive_at_hand():
    import runpy, storage
    archive = runpy.run_path("tests/storage/conftest.py")["Archive"](None)
    ref = archive.original()
    archive.later(ref.document, storage.VersionRole.ARCHIVAL, 1)
"""


def run(data: Path, *command: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "HOSO_DATA": str(data), "DJANGO_SETTINGS_MODULE": "portal.settings", "PYTHONPATH": "."}
    return subprocess.run([sys.executable, *command], capture_output=True, text=True, env=env, check=False, timeout=120)


def hoso(data: Path, *command: str) -> tuple[int, Any, str]:
    """Exit code, the JSON on standard output, standard error."""
    done = run(data, "-m", "hoso", *command)
    return done.returncode, json.loads(done.stdout) if done.stdout else None, done.stderr


def test_an_installation_proves_itself_and_comes_back_without_its_database(tmp_path: Path) -> None:
    data = tmp_path / "data"
    seeded = run(data, "-c", SEED)
    assert seeded.returncode == 0, seeded.stderr
    code, report, told = hoso(data, "archive", "verify", "--json")
    assert (code, report["objects"], report["files"], report["findings"]) == (0, 2, 5, []), told
    code, first, told = hoso(data, "audit", "verify", "--json")
    assert code == 0 and first["events"] >= 4, told

    database = sqlite3.connect(data / "hoso.sqlite3")
    with database:
        database.execute("DROP TRIGGER storage_event_no_update")
        database.execute("UPDATE storage_event SET actor = 'somebody else' WHERE seq = 2")
    database.close()
    code, _, told = hoso(data, "audit", "verify", "--json")
    assert (code, json.loads(told)["error"]["code"]) == (1, "storage.log_broken")

    for path in data.glob("hoso.sqlite3*"):
        path.unlink()
    code, report, told = hoso(data, "archive", "reindex", "--json")
    assert (code, report["documents"], report["versions"], report["findings"]) == (0, 1, 2, []), told
    code, _, told = hoso(data, "audit", "verify", "--json")
    assert (code, json.loads(told)["error"]["code"]) == (1, "storage.log_broken"), (
        "the events are gone and the anchor says so"
    )
    code, report, told = hoso(data, "archive", "export", str(tmp_path / "out"), "--json")
    assert code == 0 and (tmp_path / "out" / "0=ocfl_1.1").exists(), told
    assert len([path for path in (tmp_path / "out").rglob("*") if path.is_file()]) == report["files"]
