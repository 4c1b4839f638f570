"""The examples of docs/integrating.md, taken from the page itself and run by a shell against the real server."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner
from django.core.cache import cache
from pytest_django.live_server_helper import LiveServer

import storage
from catalogue import Identifier
from hoso.commands.client import add
from hoso.objectstore import ObjectStore
from portal.api.models import CodedDocument
from tests import hostile
from tests.portal.api.conftest import OFFICER, PDF, Person

pytestmark = [pytest.mark.s3, pytest.mark.django_db(transaction=True)]

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "integrating.md"
PERSON = "001190000018"
"""The invented person of the examples."""


def examples() -> list[str]:
    """The shell examples, in the order of the page."""
    return re.findall(r"^```sh\n(.*?)^```$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


class Shell:
    """A shell of somebody who follows the page: in an empty folder, each example after the one before."""

    def __init__(self, folder: Path, **known: str) -> None:
        self.folder, self.known = folder, known

    def run(self, example: str) -> str:
        """What the example prints; the variables that it sets stay."""
        script = f'set -eu\n{example}\nfor name in TOKEN; do echo "$name=${{!name:-}}" > known; done\n'
        programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=self.folder,
            env={"PATH": programs, "LANG": "C.UTF-8", **self.known},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0 and "urn:hoso:error" not in done.stdout, f"{example}\n{done.stdout}{done.stderr}"
        for line in (self.folder / "known").read_text().splitlines():
            name, _, value = line.partition("=")
            if value:
                self.known[name] = value
        return done.stdout


def registered(example: str) -> dict[str, str]:
    """Runs the example of `hoso client add` in this process, whose database the server reads."""
    words = shlex.split(example.replace("\\\n", " "))
    assert words[:3] == ["hoso", "client", "add"]
    done = CliRunner().invoke(add, words[3:])
    assert done.exit_code == 0, done.output
    told: dict[str, str] = json.loads(done.stdout)
    return told


def test_who_follows_the_page_gets_what_it_says(live_server: LiveServer, store: ObjectStore, tmp_path: Path) -> None:
    cache.clear()
    register, token, search, fetch, bring, subscribe, ask = examples()
    made = registered(register)
    shell = Shell(tmp_path, HOSO=live_server.url, CLIENT_ID=made["client_id"], CLIENT_SECRET=made["client_secret"])
    shell.run(token)
    assert shell.known["TOKEN"]

    identifier = Identifier("citizen_id", PERSON)
    document = Person(identifier, storage.owner_for(identifier, OFFICER, name="Nguyễn Văn Mẫu")).result()
    found = json.loads(shell.run(search))
    assert [item["id"] for item in found["items"]] == [str(document)]

    shell.known["ID"] = found["items"][0]["id"]
    shell.run(fetch)
    assert (tmp_path / "giay.pdf").read_bytes() == PDF

    (tmp_path / "giay-xac-nhan.pdf").write_bytes(hostile.sound(2))
    first, again = json.loads(shell.run(bring)), json.loads(shell.run(bring))
    assert first == again, "the same key brings it once"
    coded = CodedDocument.objects.get(code=first["DocCode"])
    assert coded.document == UUID(first["Document"])

    subscribed = json.loads(shell.run(subscribe))
    assert subscribed["secret"].startswith("whsec_")

    shell.known["CODE"] = "A" * 32
    by_code, by_file = (json.loads(one) for one in shell.run(ask).replace("}{", "}\n{").splitlines())
    assert (by_code["schema"], by_code["status"]) == ("hoso.status/1", "unknown")
    assert by_file["status"] == "unknown", "the file of this page carries no signature"
