"""The program that docs/archive.md prints opens what the archive holds, without our software and our database."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import storage
from storage import config
from storage.blobs import blobs
from storage.models import Document
from tests.storage.conftest import OFFICER, Archive

pytestmark = pytest.mark.s3
PAGE = Path(__file__).parents[2] / "docs" / "archive.md"


def test_the_printed_program_opens_documents_metadata_owners_and_intakes(archive: Archive, tmp_path: Path) -> None:
    owner = archive.person("Đặng Thị Mẫu")
    plain = b"0123456789abcdef" * (3 << 16)
    intake, ref = archive.scan(b"as it came"), archive.original(owner, content=plain)
    assert Document.objects.get(id=ref.document).home_id == owner
    keys = tmp_path / "keys"
    for path in blobs().keys(config.buckets().keys):
        target = keys / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(blobs().get_bytes(config.buckets().keys, path))
    tree = tmp_path / "ocfl"
    storage.export(tree, owner=owner)
    program = tmp_path / "open.py"
    (code,) = re.findall(r"```python\n(.+?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    program.write_text(code, encoding="utf-8")

    def opened(sealed: Path) -> bytes:
        command = [sys.executable, "-I", str(program), config.master_key().hex(), str(keys), str(sealed)]
        return subprocess.run(command, check=True, capture_output=True, cwd=tmp_path).stdout

    folder = tree / str(owner) / str(ref.document) / "v1" / "content"
    assert opened(folder / "document.sealed") == plain
    assert "Giấy xác nhận tình trạng hôn nhân" in opened(folder / "metadata.sealed").decode()
    assert "Đặng Thị Mẫu" in opened(tree / str(owner) / "owner" / "v1" / "content" / "owner.sealed").decode()
    arrived = tmp_path / "intake.sealed"
    arrived.write_bytes(blobs().get_bytes(config.buckets().archive, f"intake/{intake.id}/content.sealed"))
    assert opened(arrived) == b"as it came"
    assert storage.handle(ref.document, OFFICER).latest == 1
