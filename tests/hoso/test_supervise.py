"""The supervisor: one a data folder, everything up and answering, nothing left behind however it ends."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

import pytest

from hoso.errors import AlreadyRunning
from hoso.lock import DataLock
from hoso.ports import taken
from hoso.supervise import Supervisor
from portal.config import Config
from tests.hoso.processes import parent_of

pytestmark = pytest.mark.s3


def running_under(data: Path) -> set[int]:
    """Processes whose environment names this data folder."""
    mark = f"HOSO_DATA={data}\0".encode()
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                if mark in (entry / "environ").read_bytes() + b"\0":
                    found.add(int(entry.name))
            except OSError:
                continue
    return found


def until(condition, seconds: float = 20.0) -> bool:  # type: ignore[no-untyped-def]
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return bool(condition())


def test_a_second_supervisor_is_told_who_holds_the_folder(tmp_path: Path) -> None:
    with DataLock(tmp_path), pytest.raises(AlreadyRunning) as told:
        DataLock(tmp_path).acquire()
    assert str(os.getpid()) in told.value.en and str(os.getpid()) in told.value.vi
    with DataLock(tmp_path):
        pass


def test_everything_starts_is_restarted_when_it_dies_and_stops(tmp_path: Path) -> None:
    supervisor = Supervisor(Config(data=tmp_path, port=0, worker_processes=1))
    with supervisor as running:
        assert running.store is not None and running.store.answers()
        assert json.loads((tmp_path / "run" / "web.json").read_text())["url"] == running.web_url
        names = [watched.child.name for watched in running.watched]
        assert names == ["objectstore", "worker", "agent", "web", "sweeper", "authority"]
        sweeper = next(one.child for one in running.watched if one.child.name == "sweeper")
        assert sweeper.pid is not None
        before = sweeper.pid
        os.kill(before, signal.SIGKILL)
        deadline = time.monotonic() + 10
        running.watch(until=lambda: (sweeper.pid or before) != before or time.monotonic() > deadline)
        assert sweeper.pid not in (None, before)
        for log in (tmp_path / "log").iterdir():
            assert log.stat().st_mode & 0o777 == 0o600
            assert running.store.secret_key not in log.read_text()
    assert running_under(tmp_path) == set()
    assert not (tmp_path / "run" / "store.json").exists()


PARENT = """
import sys
from pathlib import Path
from hoso.supervise import Supervisor
from portal.config import Config
running = Supervisor(Config(data=Path(sys.argv[1]), port=0, worker_processes=1), web=False).start()
print(*running.store._all_ports(), flush=True)
running.watch(until=lambda: False)
"""


def test_no_process_outlives_a_killed_supervisor(tmp_path: Path) -> None:
    with parent_of(PARENT, tmp_path) as parent:
        assert parent.stdout is not None
        ports = [int(word) for word in parent.stdout.readline().split()]
        assert len(running_under(tmp_path)) >= 3
        os.kill(parent.pid, signal.SIGKILL)
    assert until(lambda: not running_under(tmp_path))
    assert taken(ports) is None
