"""`hoso signing renew` on the archive where nothing runs: what is due is told, and done on the spot."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.s3, pytest.mark.slow]

SEED = """
import django; django.setup()
from hoso.commands.archive import archive_at_hand
with archive_at_hand():
    import io, runpy, pikepdf, signing, storage
    from django.utils import timezone
    from workers import keys
    page = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(page)
    authority = keys.authority()
    signer = authority.issue("Trần Thị Mẫu", "officer")
    signed = signing.sign(page.getvalue(), profile="luu_tru", signer=signer, services=authority.services)
    archive = runpy.run_path("tests/storage/conftest.py")["Archive"](None)
    ref = archive.original()
    note = storage.SignatureNote("B-LTA", "Trần Thị Mẫu", timezone.now())
    archive.later(ref.document, storage.VersionRole.CERTIFIED, 1, content=signed.pdf, signature=note)
"""


def run(data: Path, *command: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "HOSO_DATA": str(data), "DJANGO_SETTINGS_MODULE": "portal.settings", "PYTHONPATH": "."}
    return subprocess.run([sys.executable, *command], capture_output=True, text=True, env=env, check=False, timeout=170)


def renew(data: Path, *more: str) -> tuple[int, Any]:
    done = run(data, "-m", "hoso", "signing", "renew", "--json", *more)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def test_the_archive_is_looked_at_and_what_is_due_is_tried(tmp_path: Path) -> None:
    data = tmp_path / "data"
    seeded = run(data, "-c", SEED)
    assert seeded.returncode == 0, seeded.stderr
    code, told = renew(data, "--dry-run")
    assert (code, told) == (0, {"schema": "hoso.renewal/1", "looked": 1, "held": 0, "due": []})
    code, told = renew(data, "--dry-run", "--before", "6000")
    assert (code, told["looked"], len(told["due"]), "state" in told["due"][0]) == (0, 0, 1, False)
    # the DEMO authority has one certificate for time-stamps: a second one would end no later
    code, told = renew(data, "--before", "6000")
    assert (code, told["due"][0]["state"], told["due"][0]["error"]) == (5, "failed", "signing.renewal_no_gain")
