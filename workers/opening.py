"""Whether a file can be opened at all, learnt in a child with limits before anybody is told that it was accepted."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

import storage
from digitize import Limits
from digitize.opening import Opened

LIMITS = Limits(cpu_seconds_page=20, cpu_seconds=40, seconds_page=40.0)
"""Somebody waits for the answer."""
PDF = "application/pdf"


def prove(content: BinaryIO, size: int) -> None:
    """Opens what was brought, a PDF up to its pages, a picture with its first page; leaves the stream at its start.

    Raises the errors of `digitize` (`digitize.encrypted`, `digitize.damaged`, `digitize.too_many_pages` …), StoreFull.
    """
    storage.check_space(size)
    home: Path = settings.HOSO.data / "tmp"
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    content.seek(0)
    with tempfile.NamedTemporaryFile(dir=home, prefix="brought-") as copy:
        shutil.copyfileobj(content, copy, 1 << 20)
        copy.flush()
        with Opened(Path(copy.name), LIMITS) as opened:
            if opened.media_type != PDF:
                opened.ticket(1)
    content.seek(0)
