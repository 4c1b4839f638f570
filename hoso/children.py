"""A child process: started on a leash, its output in a log file, waited for until ready, stopped politely."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from hoso.errors import ChildFailed, ProgramMissing

LOG_LIMIT = 20 * 1024 * 1024
"""Bytes after which a log is put aside as `<name>.log.1` when its process starts next."""


def program(name: str) -> str:
    """Where a program is: beside this Python first, else on PATH. Raises ProgramMissing."""
    beside = Path(sysconfig.get_path("scripts")) / name
    if beside.exists():
        return str(beside)
    found = shutil.which(name)
    if found is None:
        raise ProgramMissing(program=name)
    return found


class Child:
    """One process of ours. `start` may be called again after it ended."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        log: Path,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        patience: float = 10.0,
    ) -> None:
        """`env` is added to this process's environment (secrets go there: `ps` shows arguments to everybody).

        `patience` is how many seconds a polite stop may take before the process is killed.
        """
        self.name = name
        self.command = list(command)
        self.log = log
        self.cwd = cwd
        self.env = dict(env or {})
        self.patience = patience
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self.process.pid if self.process is not None and self.process.poll() is None else None

    def start(self) -> None:
        """Starts the process; it dies when the calling thread ends, however it ends."""
        self.log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_name(self.log.name + ".1"))
        leash = [sys.executable, "-I", "-S", str(Path(__file__).with_name("leash.py")), str(os.getpid())]
        handle = os.open(self.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            self.process = subprocess.Popen(
                [*leash, *self.command],
                stdin=subprocess.DEVNULL,
                stdout=handle,
                stderr=subprocess.STDOUT,
                cwd=self.cwd,
                env={**os.environ, **self.env},
                start_new_session=True,  # Ctrl-C reaches the supervisor alone, which stops the rest in order
            )
        finally:
            os.close(handle)

    def wait_ready(self, ready: Callable[[], bool], seconds: float = 30.0) -> None:
        """Waits until `ready` says so. Raises ChildFailed when the process ends or the time is over."""
        deadline = time.monotonic() + seconds
        while not ready():
            status = self.process.poll() if self.process is not None else -1
            if status is not None or time.monotonic() > deadline:
                raise ChildFailed(name=self.name, seconds=int(seconds), status=status, log=self.log)
            time.sleep(0.05)

    def ask_to_end(self) -> None:
        """Asks the process to end, and does not wait."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def stop(self) -> None:
        """Asks the process to end and waits for its end; kills it when patience is over."""
        self.ask_to_end()
        if self.process is None:
            return
        if self.process.poll() is None:
            try:
                self.process.wait(self.patience)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.process.wait()

    def kill(self) -> None:
        """Ends the process at once."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
