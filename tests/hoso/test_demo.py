"""The demonstration as users run it: it ends well, and a second run repeats nothing."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.s3, pytest.mark.timeout(1500)]

FILES = 13
RESULTS = 2


def start(data: Path) -> subprocess.Popen[str]:
    env = {**os.environ, "HOSO_DATA": str(data), "HOSO_PORT": "0"}
    return subprocess.Popen(
        [sys.executable, "-m", "hoso", "demo", "--json"],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(running: subprocess.Popen[str]) -> dict[str, Any]:
    out, err = running.communicate(timeout=900)
    assert running.returncode == 0, err
    summary: dict[str, Any] = json.loads(out.splitlines()[-1])
    return summary


def ask(data: Path, query: str) -> list[tuple[Any, ...]]:
    base = sqlite3.connect(data / "hoso.sqlite3", timeout=30)
    try:
        return base.execute(query).fetchall()
    finally:
        base.close()


def check_whole(data: Path, summary: dict[str, Any]) -> None:
    """Nothing lost, nothing twice: by the summary, by the rows, and by the archive's own proof."""
    assert (summary["files"], summary["documents"]) == (FILES, FILES)
    assert list(summary["results"].values()) == [{"signature": "B-LT", "seal": "B-LTA"}] * RESULTS
    assert summary["certified"] == {"B-LTA": FILES}
    assert len(summary["reused"]) >= 1
    roles = dict(ask(data, "SELECT role, count(*) FROM storage_version GROUP BY role"))
    forms = ask(data, "SELECT count(*) FROM workers_job WHERE kind = 'form' AND result LIKE '%document%'")[0][0]
    assert roles["original"] == roles["archival"] == roles["certified"] == FILES
    assert roles["issued"] == 2 * RESULTS + forms
    assert ask(data, "SELECT count(*) FROM storage_intake") == [(FILES,)]
    assert ask(data, "SELECT count(*) FROM dossiers_dossier") == [(2,)]
    assert ask(data, "SELECT count(*) FROM dossiers_result WHERE state = 'issued'") == [(RESULTS,)]
    assert ask(data, "SELECT count(*) FROM workers_job WHERE state != 'done'") == [(0,)]
    assert list((data / "tmp").glob("*-*-*-*-*-*")) == []


def test_it_ends_well_and_a_second_run_repeats_nothing(tmp_path: Path) -> None:
    check_whole(tmp_path, finish(start(tmp_path)))
    before = ask(tmp_path, "SELECT count(*) FROM workers_job WHERE kind != 'renewals'")[0][0]
    events = ask(tmp_path, "SELECT count(*) FROM storage_version")[0][0]
    check_whole(tmp_path, finish(start(tmp_path)))
    assert ask(tmp_path, "SELECT count(*) FROM workers_job WHERE kind != 'renewals'")[0][0] == before
    assert ask(tmp_path, "SELECT count(*) FROM storage_version")[0][0] == events
