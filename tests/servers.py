"""Real servers for tests, each a child process on loopback and a port of its own: PostgreSQL, Redis, RabbitMQ.

    with Postgres() as database, Redis() as broker:
        env = {"HOSO_DB_URL": database.url, "HOSO_BROKER_URL": broker.url}

A server can be killed and started again at the same address. Brokers come back empty: what they held is lost, which is
what the tests of the ledger want to see survived. Everything is ended by its process id and cleared away.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Self

import psycopg

from hoso.children import Child

START_SECONDS = 120.0


def free_port() -> int:
    """A port of loopback that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    """Whether something listens there."""
    with socket.socket() as link:
        link.settimeout(1)
        return link.connect_ex(("127.0.0.1", port)) == 0


class Server:
    """What the three have in common: a folder, a port, a password, a child."""

    name = "server"

    def __init__(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix=f"hoso-{self.name}-"))
        self.port = free_port()
        self.password = secrets.token_hex(12)
        self.child: Child | None = None

    @property
    def url(self) -> str:
        """What the product is told."""
        raise NotImplementedError

    def start(self) -> Self:
        """Starts the server and waits until it answers."""
        child = self.child = self._child()
        child.start()
        child.wait_ready(self._ready, START_SECONDS)
        return self

    def kill(self) -> None:
        """Ends the server at once, as a power cut would."""
        assert self.child is not None and self.child.process is not None
        # The child leads a session of its own, so what it starts ends with it.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.child.process.pid, signal.SIGKILL)
        self.child.process.wait()

    def stop(self) -> None:
        """Ends the server and clears its folder away."""
        if self.child is not None and self.child.pid is not None:
            self._ask_to_end(self.child.pid)
            self.child.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def __enter__(self) -> Self:
        try:
            return self.start()
        except BaseException:
            self.stop()
            raise

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _child(self) -> Child:
        raise NotImplementedError

    def _ready(self) -> bool:
        return answers(self.port)

    def _ask_to_end(self, pid: int) -> None:
        os.kill(pid, signal.SIGTERM)

    def _of(self, command: list[str], env: Mapping[str, str] | None = None) -> Child:
        return Child(self.name, command, log=self.home / "log", cwd=self.home, env=env, patience=20)


class Redis(Server):
    """Keeps nothing on disk: one that was killed comes back empty."""

    name = "redis"

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def _child(self) -> Child:
        settings = f'bind 127.0.0.1\nport {self.port}\nrequirepass {self.password}\nsave ""\nappendonly no\n'
        (self.home / "redis.conf").write_text(settings, encoding="ascii")
        return self._of(["redis-server", "redis.conf"])


class RabbitMQ(Server):
    """A broker and its port mapper, both on loopback only; one that was killed comes back empty."""

    name = "rabbitmq"

    def __init__(self) -> None:
        super().__init__()
        self.mapper: Child | None = None
        self._mapper_port = 0

    @property
    def url(self) -> str:
        return f"amqp://guest:guest@127.0.0.1:{self.port}//"

    def start(self) -> Self:
        if self.mapper is None:
            # Left to itself, Erlang starts one for the whole machine, and nobody ends it.
            port = free_port()
            self.mapper = Child(
                "epmd", ["epmd", "-address", "127.0.0.1", "-port", str(port)], log=self.home / "epmd.log"
            )
            self.mapper.start()
            self.mapper.wait_ready(lambda: answers(port), 30)
            self._mapper_port = port
        shutil.rmtree(self.home / "mnesia", ignore_errors=True)
        return super().start()

    def stop(self) -> None:
        super().stop()
        if self.mapper is not None:
            self.mapper.stop()

    def _child(self) -> Child:
        home = self.home
        (home / "plugins").write_text("[].\n", encoding="ascii")
        env = {
            "HOME": str(home),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(self._mapper_port),
            "RABBITMQ_NODENAME": f"hoso{self.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_MNESIA_BASE": str(home / "mnesia"),
            "RABBITMQ_LOG_BASE": str(home / "logs"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(home / "plugins"),
            "RABBITMQ_CONFIG_FILE": str(home / "none"),
            "RABBITMQ_CONF_ENV_FILE": str(home / "none"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            # The script becomes the server instead of standing before it, so that its process id is the server's.
            "RUNNING_UNDER_SYSTEMD": "1",
        }
        return self._of(["/usr/lib/rabbitmq/bin/rabbitmq-server"], env)


class Postgres(Server):
    """PostgreSQL, which refuses to run as root: then it runs as its own user."""

    name = "postgresql"

    @property
    def url(self) -> str:
        return self.base("hoso")

    def base(self, name: str) -> str:
        """The URL of a database of this server."""
        return f"postgresql://hoso:{self.password}@127.0.0.1:{self.port}/{name}"

    def create(self, name: str) -> str:
        """Makes a database and gives its URL."""
        with psycopg.connect(self.base("postgres"), autocommit=True) as link:
            link.execute(f'CREATE DATABASE "{name}"')
        return self.base(name)

    def start(self) -> Self:
        fresh = not (self.home / "data").exists()
        if fresh:
            self._make()
        super().start()
        if fresh:
            self.create("hoso")
        return self

    def _make(self) -> None:
        word = self.home / "password"
        word.write_text(self.password, encoding="ascii")
        if os.getuid() == 0:
            user = pwd.getpwnam("postgres")
            for path in (self.home, word):
                os.chown(path, user.pw_uid, user.pw_gid)
        options = ["--username=hoso", "--auth=scram-sha-256", f"--pwfile={word}", "--encoding=UTF8", "--locale=C.UTF-8"]
        command = [*_as_postgres(), _postgres("initdb"), "--pgdata", str(self.home / "data"), "--no-sync", *options]
        subprocess.run(command, check=True, capture_output=True, cwd=self.home, timeout=START_SECONDS)

    def _child(self) -> Child:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "fsync": "off",
            "max_connections": "60",
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return self._of([*_as_postgres(), _postgres("postgres"), "-D", str(self.home / "data"), *options])

    def _ready(self) -> bool:
        try:
            psycopg.connect(self.base("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _ask_to_end(self, pid: int) -> None:
        os.kill(pid, signal.SIGINT)  # the fast way; SIGTERM would wait for every client to leave


def _postgres(program: str) -> str:
    """Debian keeps the server's programs apart, one folder a version."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))
    return str(found[-1]) if found else shutil.which(program) or program


def _as_postgres() -> list[str]:
    """Changing the user cuts the leash of the child, so a new one is tied after it."""
    if os.getuid() != 0:
        return []
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--pdeathsig", "QUIT"]


SERVERS: dict[str, tuple[type[Server], str]] = {
    "postgresql": (Postgres, "HOSO_DB_URL"),
    "redis": (Redis, "HOSO_BROKER_URL"),
    "rabbitmq": (RabbitMQ, "HOSO_BROKER_URL"),
}


def main() -> int:
    """`python tests/servers.py postgresql redis -- COMMAND…`: runs a command on these servers; gives its status."""
    cut = sys.argv.index("--")
    with contextlib.ExitStack() as stack:
        env = {}
        for name in sys.argv[1:cut]:
            make, setting = SERVERS[name]
            env[setting] = stack.enter_context(make()).url
        return subprocess.run(sys.argv[cut + 1 :], env={**os.environ, **env}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
