"""Workers that die at any moment and a broker that forgets: every job is done, every effect happens once."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from hoso.children import Child, program

SECONDS = 500.0
"""A limit for what hangs, not a measure: on an idle machine the jobs take half a minute."""


class Plant:
    """An installation of database, broker folder, one worker and a sweeper, under a folder of its own."""

    def __init__(self, data: Path, seed: int) -> None:
        self.data = data
        self.random = random.Random(seed)
        self.env = {
            "HOSO_DATA": str(data),
            "HOSO_LEASE_SECONDS": "5",
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), str(Path(__file__).parents[2])]),
        }
        self.call("-m", "django", "migrate", "--no-input", "--verbosity", "0")
        command = [program("celery"), "--app", "chaos_tasks", "worker", "--concurrency", "2", "--without-mingle"]
        self.worker = Child("worker", [*command, "--without-gossip"], log=data / "log" / "worker.log", env=self.env)
        sweeper = [sys.executable, "-m", "workers.sweeper"]
        self.sweeper = Child("sweeper", sweeper, log=data / "log" / "sweeper.log", env=self.env)

    def call(self, *arguments: str) -> None:
        subprocess.run([sys.executable, *arguments], env={**os.environ, **self.env}, check=True, timeout=120)

    def ask(self, query: str) -> tuple[int, ...]:
        with sqlite3.connect(self.data / "hoso.sqlite3", timeout=30) as base:
            row: tuple[int, ...] = base.execute(query).fetchone()
        base.close()
        return row

    def done(self) -> int:
        return self.ask("SELECT count(*) FROM workers_job WHERE state = 'done' AND kind = 'tick'")[0]

    def hit(self) -> None:
        """Kills the worker as a whole or one of its processes, and sometimes empties the broker."""
        assert self.worker.pid is not None
        children = Path(f"/proc/{self.worker.pid}/task/{self.worker.pid}/children").read_text().split()
        if children and self.random.random() < 0.5:
            with suppress(ProcessLookupError):  # it may have ended since it was listed
                os.kill(int(self.random.choice(children)), signal.SIGKILL)
        else:
            self.worker.kill()
        if self.random.random() < 0.5:
            for message in (self.data / "broker" / "queue").iterdir():
                message.unlink(missing_ok=True)
        self.look_after()

    def look_after(self) -> None:
        """A worker that has ended is started again, as a supervisor does."""
        if self.worker.pid is None:
            self.worker.start()


def run(data: Path, *, jobs: int, kills: int, seed: int) -> None:
    plant = Plant(data, seed)
    plant.call("-c", f"import chaos_tasks; chaos_tasks.fill({jobs})")
    plant.worker.start()
    plant.sweeper.start()
    try:
        deadline = time.monotonic() + SECONDS
        for number in range(kills):
            goal = jobs * (number + 1) // (kills + 1)
            while plant.done() < goal and time.monotonic() < deadline:
                plant.look_after()
                time.sleep(0.05)
            plant.hit()
        while plant.done() < jobs and time.monotonic() < deadline:
            plant.look_after()
            time.sleep(0.1)
    finally:
        plant.worker.stop()
        plant.sweeper.stop()
    assert plant.done() == jobs
    assert plant.ask("SELECT count(*), count(DISTINCT job) FROM effect") == (jobs, jobs)


@pytest.mark.timeout(600)
def test_kills_and_a_broker_that_forgets(tmp_path: Path) -> None:
    run(tmp_path, jobs=100, kills=3, seed=7)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_many_kills(tmp_path: Path, seed: int) -> None:
    run(tmp_path, jobs=300, kills=10, seed=seed)
