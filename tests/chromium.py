"""The browser that tests drive: the system's Chromium, or Playwright's own where the system has none (Ubuntu)."""

from __future__ import annotations

from pathlib import Path

EXECUTABLE = "/usr/bin/chromium" if Path("/usr/bin/chromium").exists() else None
"""None lets Playwright take the one that `scripts/setup` had it fetch."""
