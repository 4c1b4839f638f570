"""What every test shares: a throw-away HOSO_DATA, set before Django reads its settings."""

from __future__ import annotations

import os
import tempfile

os.environ["HOSO_DATA"] = tempfile.mkdtemp(prefix="hoso-test-")
os.environ.setdefault("OMP_THREAD_LIMIT", "1")
