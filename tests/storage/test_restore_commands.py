"""`hoso archive backup` and `restore`: lose everything, stand it up elsewhere; what was destroyed stays destroyed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.s3, pytest.mark.slow, pytest.mark.timeout(900)]

PROGRAM = """
import json, sys, django; django.setup()
from hoso.commands.archive import archive_at_hand
with archive_at_hand():
    import runpy, storage
    from uuid import UUID
    test = runpy.run_path("tests/storage/conftest.py")
    archive, OFFICER, PURPOSE = test["Archive"](None), test["OFFICER"], test["PURPOSE"]
    said = {}
    exec(sys.argv[1])
    print(json.dumps(said, default=str))
"""

KILLED = """
import os, runpy, signal, sys
seen = sys.argv.pop(1)
sys.addaudithook(lambda *_: os.path.lexists(seen) and signal.raise_signal(signal.SIGKILL))
runpy.run_module("hoso", run_name="__main__", alter_sys=True)
"""


@dataclass
class Installation:
    """An installation by its HOSO_DATA, driven from outside."""

    data: Path

    def hoso(self, *command: object) -> tuple[int, Any, str]:
        """Exit code, the JSON on standard output, standard error."""
        done = self._run("-m", "hoso", *map(str, command))
        return done.returncode, json.loads(done.stdout) if done.stdout else None, done.stderr

    def says(self, program: str) -> Any:
        """What a program inside says."""
        done = self._run("-c", PROGRAM, program)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def killed_when(self, seen: Path, *command: object) -> None:
        """Runs a command that kills itself at what it does next once a file is there."""
        done = self._run("-c", KILLED, str(seen), *map(str, command))
        assert done.returncode == -signal.SIGKILL, done.stderr

    def _run(self, *command: str) -> subprocess.CompletedProcess[str]:
        command = (sys.executable, *command)
        return subprocess.run(command, capture_output=True, text=True, env=self._env(), check=False, timeout=240)

    def _env(self) -> dict[str, str]:
        return {
            **os.environ,
            "HOSO_DATA": str(self.data),
            "HOSO_MASTER_KEY": "",
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "PYTHONPATH": ".",
        }


SEED = """
person = archive.person()
kept, gone, old = archive.original(person), archive.original(person), archive.original(person)
archive.later(kept.document, storage.VersionRole.ARCHIVAL, 1)
storage.destroy(old.document, OFFICER, ground="Nhầm", approved_by=("a", "b"), mistaken=True)
said = {"kept": kept.document, "gone": gone.document, "old": old.document}
"""


def test_everything_lost_comes_back_elsewhere_but_not_what_was_destroyed(tmp_path: Path) -> None:
    first, copies = Installation(tmp_path / "first"), (tmp_path / "backup", "--keys", tmp_path / "keys")
    ids = first.says(SEED)
    own = ("trust/root.pem", "trust/trust.toml", "profiles/H26.01.02/own.toml", "calendar.json")
    for name in own:
        (first.data / name).parent.mkdir(parents=True, exist_ok=True)
        (first.data / name).write_text(name)
    code, report, told = first.hoso("archive", "backup", *copies, "--json")
    assert (code, report["findings"], report["master"]) == (0, [], True), told
    first.says(
        f"storage.destroy(UUID('{ids['gone']}'), OFFICER, ground='Hết hạn', approved_by=('a', 'b'), mistaken=True)"
    )
    shutil.rmtree(first.data)

    second = Installation(tmp_path / "second")
    code, report, told = second.hoso("archive", "restore", *copies, "--json")

    assert (code, report["findings"]) == (0, []), told
    assert (report["documents"], report["destroyed"], report["owners"]) == (1, 2, 1)
    assert all((second.data / name).read_text() == name for name in own), "what an administrator had put there"
    said = second.says(
        f"""
for name, document in {ids!r}.items():
    try:
        with storage.open(UUID(document), OFFICER, PURPOSE, version=1) as opened:
            said[name] = opened.read().decode()
    except storage.StorageError as error:
        said[name] = error.code
said["title"] = storage.metadata(UUID({ids["kept"]!r}), OFFICER, PURPOSE).title
"""
    )
    assert said == {
        "kept": "cut of pages 1 and 2",
        "gone": "storage.destroyed",
        "old": "storage.destroyed",
        "title": "Giấy xác nhận tình trạng hôn nhân",
    }
    assert second.hoso("audit", "verify", "--json")[0] == 0


def test_kills_in_the_middle_lose_nothing(tmp_path: Path) -> None:
    first, copies = Installation(tmp_path / "first"), (tmp_path / "backup", "--keys", tmp_path / "keys")
    first.says(SEED)
    first.killed_when(tmp_path / "backup" / "objects" / "ocfl", "archive", "backup", *copies)
    assert not (tmp_path / "backup" / "backup.json").exists(), "it was killed too late to prove anything"
    assert first.hoso("archive", "backup", *copies, "--json")[0] == 0
    shutil.rmtree(first.data)

    second = Installation(tmp_path / "second")
    second.killed_when(second.data / "restoring.json", "archive", "restore", *copies)
    assert (second.data / "restoring.json").exists()
    code, _, told = second.hoso("archive", "verify", "--json")
    assert code != 0 and "storage.restore_unfinished" in told, "half an installation must not run"
    code, report, told = second.hoso("archive", "restore", *copies, "--json")
    assert (code, report["findings"], report["documents"]) == (0, [], 2), told
