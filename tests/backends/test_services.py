"""The services of docker-compose.yml as processes, on PostgreSQL and Redis: they are enough for the whole chain."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
import yaml

from hoso.children import Child, program
from hoso.objectstore import ObjectStore
from tests.servers import Redis, free_port

pytestmark = [pytest.mark.slow, pytest.mark.s3, pytest.mark.timeout(1200)]

ROOT = Path(__file__).resolve().parents[2]
FEED = """
import json, django
django.setup()
from accounts import make_demo_accounts
from hoso import demo
from portal.config import load
make_demo_accounts(load().agency)
print(json.dumps(demo.run(load().agency, lambda what, done: None).as_dict()))
"""


class Services:
    """What the compose file runs, started by hand."""

    def __init__(self, data: Path, env: dict[str, str], port: int) -> None:
        self.data = data
        self.env = {**env, "HOSO_DATA": str(data), "DJANGO_SETTINGS_MODULE": "portal.settings", "OMP_THREAD_LIMIT": "1"}
        self.url = f"http://127.0.0.1:{port}"
        loaded = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
        self.commands: dict[str, list[str]] = {
            name: [word.replace("0.0.0.0:8765", f"127.0.0.1:{port}") for word in service["command"]]
            for name, service in loaded["services"].items()
            if service["image"].startswith("hoso:")
        }
        self.running: list[Child] = []

    def start(self) -> None:
        prepare = self._child("prepare")
        prepare.start()
        assert prepare.process is not None and prepare.process.wait(120) == 0, prepare.log.read_text()
        self.running = [self._child(name) for name in self.commands if name != "prepare"]
        for child in self.running:
            child.start()
        web = next(child for child in self.running if child.name == "web")
        web.wait_ready(self.answers, 120)

    def stop(self) -> None:
        for child in self.running:
            child.ask_to_end()
        for child in self.running:
            child.stop()

    def answers(self) -> bool:
        try:
            return httpx.get(self.url + "/healthz", trust_env=False).status_code == 200
        except httpx.HTTPError:
            return False

    def feed(self) -> dict[str, Any]:
        """Takes the samples through, as `hoso demo` does beside its own processes."""
        command = [sys.executable, "-c", FEED]
        done = subprocess.run(command, env={**os.environ, **self.env}, capture_output=True, text=True, timeout=900)
        assert done.returncode == 0, done.stderr[-3000:]
        summary: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return summary

    def _child(self, name: str) -> Child:
        command, *words = self.commands[name]
        found = sys.executable if command == "python" else program(command)
        return Child(name, [found, *words], log=self.data / "log" / f"{name}.log", env=self.env, patience=20)


@pytest.fixture
def services(tmp_path: Path, database: str) -> Iterator[Services]:
    with Redis() as broker, ObjectStore(tmp_path / "store") as store:
        env = {
            "HOSO_DB_URL": database,
            "HOSO_BROKER_URL": broker.url,
            "HOSO_S3_ENDPOINT": store.endpoint,
            "HOSO_S3_ACCESS_KEY": store.access_key,
            "HOSO_S3_SECRET_KEY": store.secret_key,
            "HOSO_MASTER_KEY": "5a" * 32,
            "HOSO_SECRET_KEY": "k" * 50,
        }
        made = Services(tmp_path / "data", env, free_port())
        made.data.mkdir(mode=0o700)
        try:
            yield made
        finally:
            made.stop()


def test_the_samples_go_the_whole_way_and_a_second_time_change_nothing(services: Services) -> None:
    services.start()
    first = services.feed()
    assert (first["documents"], len(first["results"])) == (13, 2)
    assert len(first["reused"]) >= 1  # the first result; how many papers more hangs on the day and the reading
    assert first["certified"] == {"B-LTA": 13}
    counts = _counts(services.env["HOSO_DB_URL"])
    again = services.feed()
    assert (again["results"], again["events"]) == (first["results"], first["events"])
    assert _counts(services.env["HOSO_DB_URL"]) == counts
    assert not (services.data / "hoso.sqlite3").exists() and not (services.data / "broker").exists()


ONCE_A_DAY = "workers_job WHERE kind != 'renewals'"
"""All jobs but that of the day, which comes anew at midnight."""


def _counts(database: str) -> dict[str, int]:
    tables = ("storage_version", "storage_event", "dossiers_step", "workers_outboxmessage", ONCE_A_DAY)
    with psycopg.connect(database) as link:
        return {table: int(link.execute(f"SELECT count(*) FROM {table}").fetchone()[0]) for table in tables}  # type: ignore
