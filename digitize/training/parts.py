"""The lists of words that lines are put together from (`parts.toml`)."""

from __future__ import annotations

import tomllib
from pathlib import Path

PARTS: dict[str, tuple[str, ...]] = {
    name: tuple(words.split())
    for name, words in tomllib.loads(Path(__file__).with_name("parts.toml").read_text(encoding="utf-8")).items()
}
"""Name of a list → its words."""
