"""An installation of tiny jobs on a given database and broker: one worker, one sweeper, a folder of its own."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import psycopg

from hoso.children import Child, program
from tests.servers import Server

TESTS = Path(__file__).resolve().parents[1]


class Plant:
    """Its jobs are those of `chaos_tasks`: each writes one row into the table `effect`."""

    def __init__(self, data: Path, *, broker: Server | None, database: str = "", seed: int = 0) -> None:
        """`broker` None is the folder of the embedded default, an empty `database` SQLite."""
        self.data = data
        self.broker = broker
        self.database = database
        self.random = random.Random(seed)
        self.env = {
            "HOSO_DATA": str(data),
            "HOSO_DB_URL": database,
            "HOSO_BROKER_URL": broker.url if broker else "",
            "HOSO_LEASE_SECONDS": "5",
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "PYTHONPATH": os.pathsep.join([str(TESTS / "workers"), str(TESTS.parent)]),
        }
        self.call("-m", "django", "migrate", "--no-input", "--verbosity", "0")
        command = [program("celery"), "--app", "chaos_tasks", "worker", "--concurrency", "2", "--without-mingle"]
        self.worker = self._child("worker", [*command, "--without-gossip"])
        self.sweeper = self._child("sweeper", [sys.executable, "-m", "workers.sweeper"])

    def call(self, *arguments: str, seconds: float = 120) -> None:
        """Runs Python on the installation's settings; an error or too much time fails the test."""
        subprocess.run([sys.executable, *arguments], env={**os.environ, **self.env}, check=True, timeout=seconds)

    def ask(self, count: int, *, seconds: float = 120) -> None:
        """Asks for so many jobs, in a process of its own, each in a transaction of its own."""
        self.call("-c", f"import chaos_tasks; chaos_tasks.fill({count})", seconds=seconds)

    def start(self) -> None:
        """Starts the worker and the sweeper."""
        self.worker.start()
        self.sweeper.start()

    def stop(self) -> None:
        """Ends both."""
        self.sweeper.stop()
        self.worker.stop()

    def done(self) -> int:
        """How many jobs are done."""
        return self._count("SELECT count(*) FROM workers_job WHERE state = 'done' AND kind = 'tick'")[0]

    def effects(self) -> tuple[int, ...]:
        """How many effects there are, and of how many jobs."""
        return self._count("SELECT count(*), count(DISTINCT job) FROM effect")

    def finish(self, goal: int, deadline: float) -> None:
        """Waits until so many jobs are done, or until the deadline on the monotonic clock."""
        while self.done() < goal and time.monotonic() < deadline:
            if self.worker.pid is None:  # as a supervisor would
                self.worker.start()
            time.sleep(0.05)

    def hit_worker(self) -> None:
        """Kills the worker as a whole or one of its processes; one that is gone starts again."""
        if self.worker.pid is None:
            self.worker.start()
        assert self.worker.pid is not None
        children = Path(f"/proc/{self.worker.pid}/task/{self.worker.pid}/children").read_text().split()
        if children and self.random.random() < 0.5:
            os.kill(int(self.random.choice(children)), signal.SIGKILL)
        else:
            self.worker.kill()
            self.worker.start()

    def hit_broker(self) -> None:
        """Kills the broker; it comes back without what it held."""
        if self.broker is not None:
            self.broker.kill()
            self.broker.start()
            return
        for message in (self.data / "broker" / "queue").iterdir():
            message.unlink(missing_ok=True)

    def _child(self, name: str, command: list[str]) -> Child:
        return Child(name, command, log=self.data / "log" / f"{name}.log", env=self.env)

    def _count(self, query: str) -> tuple[int, ...]:
        if self.database:
            with psycopg.connect(self.database) as link:
                return tuple(link.execute(query).fetchone() or ())
        base = sqlite3.connect(self.data / "hoso.sqlite3", timeout=30)
        try:
            return tuple(base.execute(query).fetchone())
        finally:
            base.close()
