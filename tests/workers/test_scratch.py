"""What a worker process wrote in passing is gone when it was killed and another has come."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

WORK = """
import sys, tempfile
import django
django.setup()
from workers.scratch import settle
settle()
with tempfile.TemporaryDirectory(prefix="hoso-pages-") as folder:
    print(folder, flush=True)
    sys.stdin.read()
"""


@contextmanager
def worker(data: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """A process that has settled as a worker does, and the folder of what it is at."""
    env = {**os.environ, "HOSO_DATA": str(data), "DJANGO_SETTINGS_MODULE": "portal.settings"}
    with subprocess.Popen(
        [sys.executable, "-c", WORK], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield process, Path(process.stdout.readline().strip())


def test_the_next_worker_clears_up_after_a_killed_one_and_no_other(tmp_path: Path) -> None:
    with worker(tmp_path) as (_, living), worker(tmp_path) as (killed, left):
        assert left.is_dir() and left.is_relative_to(tmp_path / "tmp") and left.parent != living.parent
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        assert left.is_dir()
        with worker(tmp_path) as (_, here):
            assert here.is_dir() and living.is_dir()
            assert not left.exists() and not left.parent.exists()
