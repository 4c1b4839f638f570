"""The whole chain under kill -9: `hoso demo` is hit at random moments and started again until it is through.

What was accepted is there once: every scan one document, every version, signature, result, letter and event once.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hoso.children import program
from hoso.demo import SAMPLES

pytestmark = [pytest.mark.slow, pytest.mark.s3]

VICTIMS = {
    "object store": "weed",
    "worker": "celery",
    "worker process": "celery",
    "sweeper": "workers.sweeper",
    "signing agent": "workers.agent",
    "supervisor": "",
}
"""Who is hit, and the word in a command line that tells it."""
SECONDS = 1200
SCAN = ("original", "archival", "metadata", "certified")
RESULT = ("issued", "issued")
RECEIPT = ("issued",)
FILES = sum(len(list((folder.parent / "truth").glob("*.json"))) for folder in SAMPLES.glob("*/dossier.json"))
ONCE = {
    "a cut of the same pages": "SELECT source_intake, source_pages FROM storage_version WHERE role = 'original'",
    "a signature": "SELECT document_id, signer FROM storage_version WHERE signer <> ''",
    "an intake object": "SELECT sha256 FROM storage_intake",
    "an owner": "SELECT digest FROM storage_ownerindex",
    "a dossier": "SELECT procedure FROM dossiers_dossier",
    "a result": "SELECT dossier_id, kind FROM dossiers_result",
    "an act on a result": "SELECT result_id, act FROM dossiers_step WHERE result_id IS NOT NULL",
    "an attachment": "SELECT document, component_id FROM dossiers_attachment",
    "a deposit in the log": "SELECT document, version FROM storage_event WHERE action = 'document.deposit'",
    "an arrival in the log": "SELECT intake FROM storage_event WHERE action = 'intake.receive'",
}
"""What may be there once only."""


class Installation:
    """A fresh HOSO_DATA, and the demo that is run on it again and again."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.env = {**os.environ, "HOSO_DATA": str(data), "HOSO_WORKER_PROCESSES": "2", "HOSO_LEASE_SECONDS": "10"}
        self.running: subprocess.Popen[bytes] | None = None

    def start(self) -> subprocess.Popen[bytes]:
        with (self.data / "told.txt").open("ab") as told:
            self.running = subprocess.Popen([program("hoso"), "demo"], env=self.env, stdout=told, stderr=told)
        return self.running

    def hoso(self, *words: str) -> dict[str, Any]:
        """The JSON answer of a command that must end well."""
        done = subprocess.run([program("hoso"), *words, "--json"], env=self.env, capture_output=True, timeout=SECONDS)
        assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        base = sqlite3.connect(self.data / "hoso.sqlite3", timeout=30)
        try:
            return base.execute(query).fetchall()
        finally:
            base.close()

    def events(self) -> int:
        """How far the demo is; 0 before there is a database."""
        try:
            return int(self.rows("SELECT count(*) FROM storage_event")[0][0])
        except sqlite3.OperationalError:
            return 0

    def victim(self, who: str) -> int | None:
        """The process id of one of its processes, if there is one now."""
        assert self.running is not None
        if who == "supervisor":
            return self.running.pid
        found = [pid for pid in _children(self.running.pid) if VICTIMS[who] in _command(pid)]
        if who == "worker process":
            found = [child for pid in found for child in _children(pid)]
        return found[-1] if found else None

    def picture(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row that tells of work, to be compared."""
        names = self.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
        told = [name for (name,) in names if name.startswith(("storage_", "dossiers_", "workers_"))]
        return {name: sorted(self.rows(f"SELECT * FROM {name}"), key=repr) for name in told if name != "workers_lease"}


def _children(pid: int) -> list[int]:
    try:
        return [int(word) for task in Path(f"/proc/{pid}/task").iterdir() for word in _read(task / "children").split()]
    except OSError:
        return []


def _command(pid: int) -> str:
    return _read(Path(f"/proc/{pid}/cmdline")).replace("\0", " ")


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


def _schedule(seed: int) -> Iterator[tuple[int, float, str]]:
    """Seven hits: after so many events, so many seconds later, whom. Everybody is hit, the supervisor twice."""
    chance = random.Random(seed)
    who = [*VICTIMS, "supervisor"]
    chance.shuffle(who)
    moments = sorted(chance.sample(range(1, 118), len(who)))
    return iter([(moment, chance.uniform(0, 1.5), name) for moment, name in zip(moments, who, strict=True)])


def _torment(demo: Installation, seed: int) -> list[str]:
    """Runs the demo with hits until it ends well; gives whom it hit."""
    hit: list[str] = []
    schedule, deadline = _schedule(seed), time.monotonic() + SECONDS
    planned = next(schedule, None)
    running = demo.start()
    while (status := running.poll()) != 0:
        assert time.monotonic() < deadline, (hit, (demo.data / "told.txt").read_text()[-2000:])
        if status is not None:
            running = demo.start()
        elif planned is not None and demo.events() >= planned[0]:
            time.sleep(planned[1])
            pid = demo.victim(planned[2])
            if pid is not None:
                os.kill(pid, signal.SIGKILL)
                hit.append(planned[2])
                planned = next(schedule, None)
        time.sleep(0.1)
    return hit


def prove(demo: Installation) -> None:
    """Everything is there, and nothing twice."""
    versions = demo.rows("SELECT document_id, number, role, signer FROM storage_version ORDER BY document_id, number")
    forms: dict[str, list[str]] = {}
    for document, number, role, _ in versions:
        forms.setdefault(document, []).append(role)
        assert number == len(forms[document])
    assert Counter(tuple(roles) for roles in forms.values()) == {SCAN: FILES, RESULT: 2, RECEIPT: 2}

    for what, query in ONCE.items():
        twice = [row for row, times in Counter(demo.rows(query)).items() if times > 1]
        assert not twice, (what, twice)

    assert demo.rows("SELECT DISTINCT state FROM dossiers_result") == [("issued",)]
    assert demo.rows("SELECT DISTINCT state FROM workers_job WHERE kind != 'renewals'") == [("done",)]
    letters = {row[0] for row in demo.rows("SELECT id FROM workers_outboxmessage")}
    assert {path.stem.replace("-", "") for path in (demo.data / "outbox").glob("*.eml")} == letters
    assert demo.rows("SELECT count(*) FROM storage_archiveobject WHERE plan IS NOT NULL") == [(0,)]


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Installation]:
    made = Installation(tmp_path)
    yield made
    if made.running is not None and made.running.poll() is None:
        made.running.terminate()
        made.running.wait(60)


@pytest.mark.timeout(3 * SECONDS)
@pytest.mark.parametrize("seed", [11])
def test_killed_at_any_moment_it_loses_nothing_and_doubles_nothing(demo: Installation, seed: int) -> None:
    hit = _torment(demo, seed)
    assert set(hit) == set(VICTIMS)

    prove(demo)
    assert demo.hoso("audit", "verify")["events"] == demo.events()
    assert demo.hoso("archive", "verify")["findings"] == []

    before = demo.picture()
    again = demo.hoso("demo")
    assert (again["documents"], len(again["results"])) == (FILES, 2)
    assert len(again["reused"]) >= 1  # the first result; how many papers more hangs on the day and the reading
    assert demo.picture() == before
