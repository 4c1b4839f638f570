"""The embedded object store: real, private, kept across starts, gone with its parent."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from minio import Minio
from minio.commonconfig import COMPLIANCE
from minio.error import S3Error
from minio.retention import Retention

from hoso.errors import PortTaken
from hoso.objectstore import ObjectStore
from hoso.ports import taken
from tests.hoso.processes import parent_of

pytestmark = pytest.mark.s3

PARENT = """
import io, sys, time
from pathlib import Path
from minio import Minio
from hoso.objectstore import ObjectStore
store = ObjectStore(Path(sys.argv[1])).start()
minio = Minio(store.endpoint, store.access_key, store.secret_key, secure=False)
minio.make_bucket("kept")
minio.put_object("kept", "a", io.BytesIO(b"abc"), 3)
print(*store._all_ports(), flush=True)
time.sleep(60)
"""


def client(store: ObjectStore) -> Minio:
    return Minio(store.endpoint, store.access_key, store.secret_key, secure=False)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectStore]:
    with ObjectStore(tmp_path_factory.mktemp("store")) as running:
        yield running


def test_a_file_holds_what_a_client_needs_and_is_private(store: ObjectStore) -> None:
    path = store.data / "run" / "store.json"
    told = json.loads(path.read_text())
    assert path.stat().st_mode & 0o777 == 0o600
    minio = Minio(told["endpoint"], told["access_key"], told["secret_key"], secure=told["secure"])
    minio.make_bucket("plain")
    minio.put_object("plain", "hồ sơ", io.BytesIO(b"abc"), 3)
    assert minio.get_object("plain", "hồ sơ").data == b"abc"


def test_a_bucket_with_lock_keeps_a_locked_version(store: ObjectStore) -> None:
    from datetime import UTC, datetime, timedelta

    from minio.commonconfig import COMPLIANCE
    from minio.retention import Retention

    minio = client(store)
    minio.make_bucket("locked", object_lock=True)
    keep = Retention(COMPLIANCE, datetime.now(UTC) + timedelta(days=1))
    put = minio.put_object("locked", "a", io.BytesIO(b"abc"), 3, retention=keep)
    with pytest.raises(S3Error):
        minio.remove_object("locked", "a", version_id=put.version_id)


def test_strangers_on_the_machine_get_nothing(store: ObjectStore) -> None:
    minio = client(store)
    minio.make_bucket("private")
    minio.put_object("private", "a", io.BytesIO(b"abc"), 3)
    with pytest.raises(S3Error):
        Minio(store.endpoint, store.access_key, "wrong" * 8, secure=False).list_buckets()
    filer = f"http://127.0.0.1:{store._port('filer')}/buckets/private/a"
    assert httpx.get(filer).status_code == 401
    assert httpx.delete(filer).status_code == 401


def test_every_port_is_on_loopback_and_none_is_open_besides(store: ObjectStore) -> None:
    assert store.child is not None
    listening = subprocess.run(["ss", "-ltnpH"], capture_output=True, text=True, check=True).stdout
    ours = [line.split()[3] for line in listening.splitlines() if f"pid={store.child.pid}," in line]
    ports = {int(address.rsplit(":", 1)[1]) for address in ours}
    assert all(address.startswith("127.0.0.1:") for address in ours)
    assert ports == {
        store._port(part) + twin for part in ("master", "volume", "filer", "s3", "admin") for twin in (0, 10_000)
    }


def test_keys_are_neither_in_the_arguments_nor_in_the_log(store: ObjectStore) -> None:
    assert store.child is not None
    arguments = Path(f"/proc/{store.child.pid}/cmdline").read_text()
    log = store.child.log.read_text()
    assert "-s3.port" in arguments and "S3" in log
    for secret in (store.access_key, store.secret_key):
        assert secret not in arguments
        assert secret not in log


def test_objects_ports_and_keys_are_kept_and_a_restart_may_follow_at_once(tmp_path: Path) -> None:
    with ObjectStore(tmp_path) as first:
        client(first).make_bucket("kept")
        client(first).put_object("kept", "a", io.BytesIO(b"abc"), 3)
    assert not (tmp_path / "run" / "store.json").exists()
    with ObjectStore(tmp_path) as second:
        assert second.endpoint == first.endpoint
        assert client(second).get_object("kept", "a").data == b"abc"
        with pytest.raises(PortTaken):
            ObjectStore(tmp_path).start()


def test_it_dies_with_its_parent_and_what_was_acknowledged_is_there_again(tmp_path: Path) -> None:
    with parent_of(PARENT, tmp_path) as parent:
        assert parent.stdout is not None
        ports = [int(word) for word in parent.stdout.readline().split()]
        os.kill(parent.pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while taken(ports) is not None and time.monotonic() < deadline:
        time.sleep(0.05)
    assert taken(ports) is None
    with ObjectStore(tmp_path) as again:
        assert client(again).get_object("kept", "a").data == b"abc"


def test_it_keeps_world_time_wherever_the_machine_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It writes a date of retention in the zone of its process, and a client reads none that does not end in Z."""
    monkeypatch.setenv("TZ", "Asia/Ho_Chi_Minh")
    with ObjectStore(tmp_path) as running:
        assert running.child is not None
        environment = Path(f"/proc/{running.child.pid}/environ").read_bytes().split(b"\0")
        assert [one for one in environment if one.startswith(b"TZ=")] == [b"TZ=UTC"]
        minio = client(running)
        minio.make_bucket("locked", object_lock=True)
        until = datetime(2027, 1, 1, 12, tzinfo=UTC)
        minio.put_object("locked", "a", io.BytesIO(b"abc"), 3, retention=Retention(COMPLIANCE, until))
        kept = minio.get_object_retention("locked", "a")
        assert kept is not None and kept.retain_until_date == until
