"""The supervisor: starts the processes of an installation in order, watches them, stops them in order.

    with Supervisor(config) as running:
        print(running.web_url)
        running.watch(until=stop.is_set)

Object store → migrations → demo authority → workers and their sweeper → web. Each is waited for; each dies with this
process; one that ends by itself is started again with a growing pause. Whoever calls `start` keeps the thread that
called it: the kernel ties the children to that thread.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self, TextIO

import httpx
import structlog

from hoso.children import Child, program
from hoso.errors import ChildFailed, PortTaken
from hoso.lock import DataLock
from hoso.objectstore import ObjectStore, write_private
from portal.config import Config

BACKOFF = (0.5, 1.0, 2.0, 5.0, 15.0, 30.0)
"""Pauses in seconds before the first, second, … restart of a process that keeps ending."""
STOP_ORDER = (("web", "sweeper"), ("worker",), ("agent", "authority"))
STEADY_SECONDS = 60.0
"""A process that ran this long starts again with the shortest pause."""


@dataclass(slots=True)
class Watched:
    """A child that is started again when it ends."""

    child: Child
    started: float = field(default_factory=time.monotonic)
    failures: int = 0
    due: float | None = None


class Supervisor:
    """Runs one installation; `web` and `workers` leave processes out where a test or a command needs none."""

    def __init__(
        self,
        config: Config,
        *,
        web: bool = True,
        workers: bool = True,
        env: Mapping[str, str] | None = None,
    ) -> None:
        """`env` is added to the environment of every child."""
        self.config = config
        self.data = config.data
        self.web = web
        self.workers = workers
        self.env = {
            **{f"HOSO_{name.upper()}": str(value) for name, value in config},
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "OMP_THREAD_LIMIT": "1",
            "TMPDIR": str(config.data / "tmp"),
            "PYTHONUNBUFFERED": "1",
            **(env or {}),
        }
        self.store: ObjectStore | None = None
        self.watched: list[Watched] = []
        self.web_port = 0
        self._lock = DataLock(config.data)
        self._log_file: TextIO | None = None
        self._log: Any = None

    @property
    def web_url(self) -> str:
        """Where the pages are."""
        return f"http://{self.config.bind}:{self.web_port}"

    def start(self) -> Self:
        """Starts everything and waits until it answers. Raises AlreadyRunning, PortTaken, ChildFailed."""
        self._lock.acquire()
        self._open_log()
        try:
            if self.web:
                self.web_port = self._web_port()
                self.env["HOSO_PORT"] = str(self.web_port)
            self._empty_scratch()
            if not self.config.s3_endpoint:
                self.store = ObjectStore(self.data).start()
                assert self.store.child is not None
                self.watched.append(Watched(self.store.child))
            self._prepare()
            self._start_the_rest()
        except BaseException:
            self.stop()
            raise
        self._log.info("supervisor.ready", data=str(self.data))
        return self

    def watch(self, until: Callable[[], bool], pause: float = 0.2) -> None:
        """Keeps the processes alive until `until` says that it is enough."""
        while not until():
            for watched in self.watched:
                self._look_after(watched)
            time.sleep(pause)

    def stop(self) -> None:
        """Stops everything in order: who asks for work, who does it, what they need, the object store."""
        for names in STOP_ORDER:
            group = [watched.child for watched in self.watched if watched.child.name in names]
            for child in group:
                child.ask_to_end()
            for child in group:
                child.stop()
        if self.store is not None:
            self.store.stop()
        self.watched.clear()
        (self.data / "run" / "web.json").unlink(missing_ok=True)
        if self._log_file is not None:
            self._log.info("supervisor.stopped")
            self._log_file.close()
            self._log_file = None
        self._lock.release()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _open_log(self) -> None:
        """A file of its own: the terminal is for people."""
        path = self.data / "log" / "supervisor.log"
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._log_file = os.fdopen(handle, "a", encoding="utf-8", buffering=1)
        stamp = structlog.processors.TimeStamper(fmt="iso", utc=True)
        lines = structlog.processors.JSONRenderer(ensure_ascii=False)
        levels = structlog.processors.add_log_level
        self._log = structlog.wrap_logger(structlog.WriteLogger(self._log_file), processors=[levels, stamp, lines])

    def _look_after(self, watched: Watched) -> None:
        child, now = watched.child, time.monotonic()
        if child.pid is not None:
            if watched.failures and now - watched.started > STEADY_SECONDS:
                watched.failures = 0
            return
        if watched.due is None:
            watched.due = now + BACKOFF[min(watched.failures, len(BACKOFF) - 1)]
            watched.failures += 1
            status = child.process.returncode if child.process is not None else None
            self._log.warning("supervisor.child_ended", child=child.name, status=status, log=str(child.log))
        if now >= watched.due:
            watched.due = None
            watched.started = now
            child.start()
            self._log.info("supervisor.child_restarted", child=child.name, pid=child.pid)

    def _child(self, name: str, command: list[str], patience: float = 10.0) -> Child:
        return Child(name, command, log=self.data / "log" / f"{name}.log", env=self.env, patience=patience)

    def _keep(self, child: Child) -> Child:
        child.start()
        self.watched.append(Watched(child))
        return child

    def _empty_scratch(self) -> None:
        """Plain bytes that a killed task left behind go before anything else starts."""
        scratch = self.data / "tmp"
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(mode=0o700)

    def _prepare(self) -> None:
        child = self._child("prepare", [sys.executable, "-m", "hoso.prepare"])
        child.start()
        assert child.process is not None
        status = child.process.wait(600)
        if status:
            raise ChildFailed(name="prepare", seconds=600, status=status, log=child.log)

    def _start_the_rest(self) -> None:
        """Starts what is left side by side, then waits for what others wait for."""
        ready = self.data / "run" / "worker.ready"
        ready.unlink(missing_ok=True)
        worker = self._keep(self._child("worker", self._worker(), patience=20.0)) if self.workers else None
        if self.workers:
            self._keep(self._child("agent", [sys.executable, "-m", "workers.agent"]))
        web = self._keep(self._child("web", self._gunicorn())) if self.web else None
        if self.workers:
            self._keep(self._child("sweeper", [sys.executable, "-m", "workers.sweeper"]))
        if self.web and self.config.env == "demo":
            self._keep(self._child("authority", [sys.executable, "-m", "hoso.authority"], patience=2.0))
        if worker is not None:
            worker.wait_ready(ready.exists, 120)
        if web is not None:
            web.wait_ready(self._web_answers, 120)
            write_private(self.data / "run" / "web.json", {"url": self.web_url})

    def _worker(self) -> list[str]:
        processes = str(self.config.worker_processes or min(os.cpu_count() or 1, 8))
        options = ["--pool", "prefork", "--concurrency", processes, "--loglevel", "INFO"]
        quiet = ["--without-mingle", "--without-gossip", "--without-heartbeat"]
        return [program("celery"), "--app", "workers.app", "worker", *options, *quiet]

    def _gunicorn(self) -> list[str]:
        address = f"{self.config.bind}:{self.web_port}"
        gunicorn = [program("gunicorn"), "portal.wsgi:application", "--bind", address, "--worker-class", "gthread"]
        options = ["--workers", "1", "--threads", "16", "--timeout", "120", "--graceful-timeout", "5"]
        return [*gunicorn, *options, "--worker-tmp-dir", str(self.data / "run"), "--no-control-socket"]

    def _web_answers(self) -> bool:
        try:
            return httpx.get(self.web_url + "/healthz", timeout=2, trust_env=False).status_code < 500
        except httpx.HTTPError:
            return False

    def _web_port(self) -> int:
        """The set port; 0 means a free one, kept for the next start."""
        kept = self.data / "run" / "web-port.json"
        port = self.config.port
        if port == 0:
            port = json.loads(kept.read_text(encoding="ascii"))["port"] if kept.exists() else 0
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.config.bind, port))
            except OSError:
                raise PortTaken(name="web", port=port, setting="HOSO_PORT") from None
            port = int(probe.getsockname()[1])
        if self.config.port == 0:
            write_private(kept, {"port": port})
        return port
