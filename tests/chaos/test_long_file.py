"""A long file under kill -9: who reads a range, who has the file, the workers' parent and the supervisor die over it.

It ends as if one process had read it undisturbed: the same pages in the same order, once.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

import digitize
from bench.long_file import long_scan
from tests.workers.test_page_ranges import drawn_by
from workers import page_ranges
from workers.owner import is_dead

pytestmark = [pytest.mark.slow, pytest.mark.s3]

PAGES, SENTENCES = 60, 2
SECONDS = 900.0
"""A limit for what hangs, not a measure."""
VICTIMS = ("a range's worker", "the file's worker", "both workers", "the workers' parent", "supervisor")
SERVE = """
from hoso.supervise import Supervisor
from portal.config import load
Supervisor(load(), web=False).start().watch(until=lambda: False)
"""
HAND_IN = """
import sys
from pathlib import Path
from bench.long_file import hand_in
from hoso.running import demo_accounts, set_up
from portal.config import load
config = load()
set_up(config)
demo_accounts(config)
print(hand_in(Path(sys.argv[1]), config.agency).pk)
"""
FETCH = """
import sys
from pathlib import Path
from uuid import UUID
import django
django.setup()
import storage
from accounts import WORKER, Purpose
with storage.open(UUID(sys.argv[1]), WORKER, Purpose("TTHC:1.004873"), 2) as opened:
    Path(sys.argv[2]).write_bytes(b"".join(opened))
print(storage.verify_log().events)
"""


class Installation:
    """Embedded defaults with two workers in a folder of its own, their supervisor a process that can be killed."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.env = {
            **os.environ,
            "HOSO_DATA": str(data),
            "HOSO_WORKER_PROCESSES": "2",
            "HOSO_LEASE_SECONDS": "60",
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }
        self.supervisor: subprocess.Popen[bytes] | None = None

    def look_after(self) -> None:
        """A supervisor that has ended is started again, as systemd does."""
        if self.supervisor is None or self.supervisor.poll() is not None:
            with (self.data / "told.txt").open("ab") as told:
                self.supervisor = subprocess.Popen(
                    [sys.executable, "-c", SERVE], env=self.env, stdout=told, stderr=told
                )

    def ask(self, script: str, *words: object) -> str:
        """What a script of ours prints that must end well."""
        command = [sys.executable, "-c", script, *map(str, words)]
        done = subprocess.run(command, env=self.env, capture_output=True, timeout=SECONDS)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode().split()[-1]

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        base = sqlite3.connect(self.data / "hoso.sqlite3", timeout=30)
        try:
            return base.execute(query, values).fetchall()
        finally:
            base.close()

    def holders(self, kind: str) -> list[int]:
        """The living processes that hold the running jobs of a kind."""
        owners = self.rows("SELECT lease_owner FROM workers_job WHERE kind = ? AND state = 'running'", kind)
        return [int(owner.split("/")[2]) for (owner,) in owners if not is_dead(owner)]

    def read(self) -> int:
        """Pages that were read so far."""
        ((pages,),) = self.rows("SELECT coalesce(sum(done), 0) FROM workers_job WHERE kind = ?", page_ranges.KIND)
        return int(pages)

    def victims(self, who: str) -> list[int]:
        """The processes to kill; none where nobody does that work just now."""
        assert self.supervisor is not None
        files = self.holders("digitize")
        others = [pid for pid in self.holders(page_ranges.KIND) if pid not in files]
        match who:
            case "a range's worker":
                return others
            case "the file's worker":
                return files
            case "both workers":
                return [*files, *others] if files and others else []
            case "the workers' parent":
                return [parent_of(pid) for pid in files]
            case _:
                return [self.supervisor.pid] if files else []


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    made = Installation(tmp_path)
    yield made
    if made.supervisor is not None and made.supervisor.poll() is None:
        made.supervisor.terminate()
        made.supervisor.wait(60)


def torment(installation: Installation, job: str, chance: random.Random) -> tuple[list[str], list[int]]:
    """Kills VICTIMS at random moments until the file is read; gives whom, and the pages that were told as read."""
    planned, hit, shown = list(VICTIMS), list[str](), [0]
    chance.shuffle(planned)
    moments = sorted(chance.sample(range(1, PAGES // 2), len(planned)))
    deadline = time.monotonic() + SECONDS
    while True:
        assert time.monotonic() < deadline, (hit, shown, installation.rows("SELECT * FROM workers_job"))
        installation.look_after()
        ((state, stage, done),) = installation.rows("SELECT state, stage, done FROM workers_job WHERE id = ?", job)
        if stage == "read":
            shown.append(done)
        if state in ("done", "failed"):
            return hit, shown
        if planned and installation.read() >= moments[len(hit)]:
            time.sleep(chance.uniform(0, 0.3))
            who, pids = next(((who, pids) for who in planned if (pids := installation.victims(who))), ("", []))
            for pid in pids:
                with suppress(ProcessLookupError):  # its end may have come since
                    os.kill(pid, signal.SIGKILL)
            if pids:
                planned.remove(who)
                hit.append(who)
        time.sleep(0.05)


@pytest.mark.timeout(2 * SECONDS)
@pytest.mark.parametrize("seed", [21])
def test_a_long_file_outlives_those_who_read_it(installation: Installation, tmp_path: Path, seed: int) -> None:
    scan = long_scan(tmp_path / "scan.pdf", PAGES, SENTENCES)
    whole = digitize.digitize(scan, tmp_path / "whole")
    installation.look_after()
    while not (tmp_path / "run" / "worker.ready").exists():
        installation.look_after()
        time.sleep(0.1)
    job = installation.ask(HAND_IN, scan).replace("-", "")

    hit, shown = torment(installation, job, random.Random(seed))

    assert "the file's worker" in hit and len(hit) >= 3, "or the file was read before anybody was hit"
    jobs = installation.rows("SELECT kind, state, error FROM workers_job WHERE kind LIKE 'digitize%'")
    assert {(kind, state) for kind, state, _ in jobs} == {("digitize", "done"), (page_ranges.KIND, "done")}, jobs
    assert len(jobs) == 1 + len(page_ranges.ranges_of(PAGES))
    assert shown == sorted(shown) and installation.read() == PAGES
    versions = installation.rows("SELECT document_id, number, role FROM storage_version WHERE role != 'issued'")
    ((document, *_),) = [row for row in versions if row[2] == "archival"]
    assert versions == [(document, 1, "original"), (document, 2, "archival")]
    told = installation.rows("SELECT result, details FROM storage_event WHERE action = 'intake.open'")
    assert [(result, json.loads(details)["job"].replace("-", "")) for result, details in told] == [("ok", job)]
    installation.ask(FETCH, document, tmp_path / "kept.pdf")
    (expected,) = whole.documents
    assert drawn_by(tmp_path / "kept.pdf") == drawn_by(expected.pdf.path)
    assert len(expected.pages) == PAGES
