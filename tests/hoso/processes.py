"""Processes that tests start to kill them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def parent_of(code: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Runs Python code with a folder as its argument; it is gone when the block ends, however it ends."""
    with subprocess.Popen([sys.executable, "-c", code, str(folder)], stdout=subprocess.PIPE, text=True) as parent:
        try:
            yield parent
        finally:
            parent.kill()
