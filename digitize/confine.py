"""Starting and questioning the child in which hostile bytes are opened: limits, no credentials, answers in time."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from digitize import errors
from digitize.errors import Damaged, NoFile, TooCostly
from digitize.limits import Limits

_LIMIT_SIGNALS = {signal.SIGXCPU, signal.SIGXFSZ, signal.SIGKILL}
# Nothing worth stealing; one thread for each library that would start more.
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


class Child:
    """A child that works on one file. A context manager: leaving it ends the child and clears its folder."""

    def __init__(self, path: Path, limits: Limits | None = None) -> None:
        self.path, self.limits = path, limits or Limits()
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Self:
        if not self.path.is_file():
            raise NoFile
        with contextlib.ExitStack() as stack:
            self.folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hoso-pages-")))
            self._process = self._start()
            stack.callback(self._end)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def _start(self) -> subprocess.Popen[bytes]:
        # -I: no PYTHON* variables, no user site, no current folder on the path.
        return subprocess.Popen(
            [sys.executable, "-I", "-X", "utf8", "-m", "digitize.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_ENVIRONMENT,
            cwd=self.folder,
            close_fds=True,
            start_new_session=True,
        )

    def _end(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()

    def order(self, task: str, **what: object) -> Mapping[str, Any]:
        """The first request: which task on the file. Answers and raises as `ask`."""
        order = {"task": task, "path": str(self.path.resolve()), "folder": str(self.folder)}
        return self.ask(json.dumps(order | {"limits": asdict(self.limits), "what": what}))

    def ask(self, request: str) -> Mapping[str, Any]:
        """One line to the child and its answer. Raises the error that it answers, or what its end says of the file."""
        assert self._process.stdin and self._process.stdout
        try:
            self._process.stdin.write(request.encode() + b"\n")
            self._process.stdin.flush()
            answer = json.loads(self._answer(self._process.stdout.fileno()))
        except (OSError, ValueError) as error:
            raise self._post_mortem() from error
        if "error" in answer:
            raise getattr(errors, str(answer["error"]), Damaged)(**answer["context"])
        assert isinstance(answer, dict)
        return answer

    def _answer(self, pipe: int) -> bytes:
        """The child's next line. Raises `ValueError` when there is none in time."""
        line, deadline = bytearray(), time.monotonic() + self.limits.seconds_page
        while not line.endswith(b"\n"):
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([pipe], [], [], left)[0]:
                self._process.kill()
                raise ValueError("no answer in time")
            chunk = os.read(pipe, 1 << 16)
            if not chunk:
                raise ValueError("the child is gone")
            line += chunk
        return bytes(line)

    def _post_mortem(self) -> errors.DigitizeError:
        """What the way the child ended says about the file."""
        status = self._process.wait()
        if status < 0 and signal.Signals(-status) in _LIMIT_SIGNALS:
            return TooCostly()
        return Damaged()
