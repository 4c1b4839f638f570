"""The embedded object store: SeaweedFS as a child process on loopback, with this installation's own keys and ports.

    with ObjectStore(data) as store:
        minio.Minio(store.endpoint, store.access_key, store.secret_key, secure=False)

Its files lie under `<data>/objectstore`; the address and the keys stand in `<data>/run/store.json` (0600), where the
storage package finds them. Every file and every port is its own, so that many may run side by side.
"""

from __future__ import annotations

import io
import json
import os
import secrets
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx
import urllib3
from minio import Minio
from minio.error import S3Error

from hoso.children import Child, program
from hoso.errors import ChildFailed, PortTaken
from hoso.ports import GRPC, free_base, taken

PARTS = ("master", "volume", "filer", "s3", "admin")
READY_SECONDS = 60.0
MARKS = "hoso-start"
"""A bucket with one small object, by which a start is known to be complete."""


class ObjectStore:
    """A real S3 server that lives as long as this object's block.

    `volumes` is how many files it may keep objects in, about six a bucket; by itself it takes as many as the free disk
    holds at 128 MB each.
    """

    def __init__(self, data: Path, *, volumes: int = 0) -> None:
        self.data = data
        self.volumes = volumes
        self.home = data / "objectstore"
        self.secure = False
        self.child: Child | None = None
        self._base = 0
        self.access_key = ""
        self.secret_key = ""

    @property
    def endpoint(self) -> str:
        """`host:port` of the S3 interface."""
        return f"127.0.0.1:{self._port('s3')}"

    def start(self) -> Self:
        """Starts the server and waits until it answers. Raises PortTaken, ChildFailed, ProgramMissing."""
        for folder in (self.data, self.home, self.home / "data", self.data / "run"):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._load_keys()
        self._write_security()
        self._choose_ports()
        self.child = Child(
            "objectstore",
            self._command(),
            log=self.data / "log" / "objectstore.log",
            cwd=self.home,
            # It writes dates in the zone of its process; S3 clients read none that does not end in Z.
            env={"AWS_ACCESS_KEY_ID": self.access_key, "AWS_SECRET_ACCESS_KEY": self.secret_key, "TZ": "UTC"},
            patience=20.0,
        )
        self.child.start()
        try:
            self.child.wait_ready(self.answers, READY_SECONDS)
            self._sync_every_write()
            self.child.wait_ready(self.keeps, READY_SECONDS)
        except BaseException:
            self.child.kill()
            raise
        self._announce()
        return self

    def stop(self) -> None:
        """Stops the server and waits for its end: its ports are free afterwards."""
        (self.data / "run" / "store.json").unlink(missing_ok=True)
        if self.child is not None:
            self.child.stop()

    def answers(self) -> bool:
        """Whether the S3 interface says that it is well."""
        try:
            return httpx.get(f"http://{self.endpoint}/healthz", timeout=2, trust_env=False).status_code == 200
        except httpx.HTTPError:
            return False

    def keeps(self) -> bool:
        """Whether it gives back what an earlier start put: its S3 door opens before its volumes are known to it."""
        pool = urllib3.PoolManager(timeout=5, retries=False)
        client = Minio(self.endpoint, self.access_key, self.secret_key, secure=False, http_client=pool)
        known = self.home / "mark.set"
        try:
            if not known.exists():
                if not client.bucket_exists(MARKS):
                    client.make_bucket(MARKS)
                client.put_object(MARKS, "start", io.BytesIO(b"hoso"), 4)
                known.touch(mode=0o600)
            answer = client.get_object(MARKS, "start")
            try:
                return answer.read() == b"hoso"
            finally:
                answer.close()
        except (S3Error, urllib3.exceptions.HTTPError):
            return False
        finally:
            pool.clear()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _port(self, part: str) -> int:
        return self._base + PARTS.index(part)

    def _all_ports(self) -> list[int]:
        return [self._base + offset + twin for offset in range(len(PARTS)) for twin in (0, GRPC)]

    def _load_keys(self) -> None:
        path = self.home / "access.json"
        if not path.exists():
            write_private(path, {"access_key": secrets.token_hex(10), "secret_key": secrets.token_urlsafe(30)})
        kept = json.loads(path.read_text(encoding="ascii"))
        self.access_key, self.secret_key = kept["access_key"], kept["secret_key"]

    def _write_security(self) -> None:
        """Without these keys anybody on the machine may delete a locked object through the filer's own port."""
        path = self.home / "security.toml"
        if path.exists():
            return
        tables = ("jwt.signing", "jwt.signing.read", "jwt.filer_signing", "jwt.filer_signing.read")
        write_private(path, "".join(f'[{table}]\nkey = "{secrets.token_hex(32)}"\n' for table in tables))

    def _choose_ports(self) -> None:
        """Takes the ports kept from the first start: the server knows its own parts by their addresses."""
        path = self.home / "ports.json"
        if not path.exists():
            write_private(path, {"base": free_base(len(PARTS))})
        self._base = json.loads(path.read_text(encoding="ascii"))["base"]
        deadline = time.monotonic() + 5  # an earlier server, killed a moment ago, may still be dying
        while (held := taken(self._all_ports())) is not None:
            if time.monotonic() > deadline:
                raise PortTaken(name="objectstore", port=held, setting=path)
            time.sleep(0.2)

    def _command(self) -> list[str]:
        ports = [f"-{part}.port={self._port(part)}" for part in PARTS]
        return [
            program("weed"),
            "mini",
            "-dir=data",
            "-ip=127.0.0.1",
            "-ip.bind=127.0.0.1",
            "-master.telemetry=false",
            "-admin.ui=false",
            "-webdav=false",
            "-s3.port.iceberg=0",
            "-s3.port.lance=0",
            "-filer.localSocket=filer.sock",
            "-s3.localSocket=s3.sock",
            f"-volume.max={self.volumes}",
            *ports,
        ]

    def _sync_every_write(self) -> None:
        """Makes the server fsync each object (it does not by itself); the rule is kept in its own store."""
        done = self.home / "fsync.set"
        if done.exists():
            return
        result = subprocess.run(
            [
                program("weed"),
                "shell",
                f"-master=127.0.0.1:{self._port('master')}",
                f"-filer=127.0.0.1:{self._port('filer')}",
            ],
            input=b"fs.configure -locationPrefix=/buckets/ -fsync -apply\n",
            capture_output=True,
            cwd=self.home,
            timeout=60,
            check=False,
        )
        if result.returncode or b'"fsync":  true' not in result.stdout:
            raise ChildFailed(name="weed shell", seconds=60, status=result.returncode, log=self.data / "log")
        done.touch(mode=0o600)

    def _announce(self) -> None:
        write_private(
            self.data / "run" / "store.json",
            {
                "endpoint": self.endpoint,
                "access_key": self.access_key,
                "secret_key": self.secret_key,
                "secure": self.secure,
            },
        )


def write_private(path: Path, content: str | Mapping[str, object]) -> None:
    """Writes a file that only its owner may read, whole or not at all."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(content if isinstance(content, str) else json.dumps(content))
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(path)
