"""A folder of its own for what each worker process writes in passing, pages in plain among it: gone with the process.

A process that is killed cannot clear up; the one that takes its place does.
"""

from __future__ import annotations

import glob
import platform
import shutil
import tempfile
from pathlib import Path

from celery.signals import worker_process_init
from django.conf import settings

from workers.owner import is_running, name_process

_PREFIX = "worker-"


def settle(**_: object) -> None:
    """Makes this process's folder the one for temporary files, and removes those of processes that have ended."""
    home: Path = settings.HOSO.data / "tmp"
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Containers may share the folder; which of another's processes are alive nobody can say from here.
    own = f"{_PREFIX}{platform.node()}-"
    for left in home.glob(f"{glob.escape(own)}*"):
        if not is_running(left.name.removeprefix(own)):
            shutil.rmtree(left, ignore_errors=True)
    folder = home / f"{own}{name_process()}"
    folder.mkdir(exist_ok=True, mode=0o700)
    tempfile.tempdir = str(folder)


def connect() -> None:
    """Does so in each process that Celery starts for jobs."""
    worker_process_init.connect(settle, weak=False)
