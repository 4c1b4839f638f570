"""The page for operators names every setting, with its default and its meaning, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from hoso.settings_table import table
from portal.config import Config

PAGE = Path(__file__).parents[2] / "docs" / "operating.md"


def test_the_page_holds_the_table_as_the_code_has_it() -> None:
    assert table() in PAGE.read_text(encoding="utf-8"), "python -m hoso.settings_table prints the table"


def test_the_page_speaks_of_no_other_setting() -> None:
    """Save for the variables of the compose file, which that file itself gives to its servers."""
    known = {f"HOSO_{name.upper()}" for name in Config.model_fields}
    composed = set(_named(PAGE.parents[1] / "docker-compose.yml"))
    assert set(_named(PAGE)) <= known | composed


def _named(path: Path) -> list[str]:
    return re.findall(r"HOSO_[A-Z0-9_]+", path.read_text(encoding="utf-8"))
