"""What a page must be, whatever it shows: it fits, it reads, it works by keys, it speaks the reader's language."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped]
from django.apps import apps
from playwright.sync_api import Page

from catalogue import agencies

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},
    "preload": False,
    "resultTypes": ["violations"],
}
"""axe-core's rules: labels, contrast, headings, landmarks, languages, sizes of targets and the rest of WCAG 2.2 AA."""
LETTERS = re.compile("[àáâãèéêìíòóôõùúýăđĩũơưạ-ỹ]", re.IGNORECASE)
"""Letters that no English word has."""
SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
STOPS = 80
"""So many times Tab is pressed on a page at most."""


def shape(page: Page) -> list[str]:
    """What sticks out, what is cut off, headings and title."""
    found: list[str] = page.evaluate(f"{SCRIPT.strip()}.shape()")
    return list(dict.fromkeys(found))


def rules(page: Page) -> list[str]:
    """What axe-core finds wrong."""
    page.evaluate(AXE_SCRIPT)
    report = page.evaluate(f"axe.run({json.dumps(RULES)})")
    return [
        f"{found['id']}: {node['html'][:160]} ({' '.join(node['failureSummary'].split())[:200]})"
        for found in report["violations"]
        for node in found["nodes"]
    ]


def focus(page: Page) -> list[str]:
    """Tab goes through the page, and what has the focus is seen."""
    wrong = []
    page.evaluate("document.activeElement.blur()")
    for _stop in range(STOPS):
        page.keyboard.press("Tab")
        at = page.evaluate(f"{SCRIPT.strip()}.focus()")
        if at["none"]:
            break
        if not at["seen"]:
            wrong.append(f"focus is not seen on {at['name']}")
        if not at["inside"]:
            wrong.append(f"focus is outside of the window on {at['name']}")
    return list(dict.fromkeys(wrong))


def vietnamese(page: Page, data: re.Pattern[str]) -> list[str]:
    """Vietnamese that stands on an English page and is neither data nor marked as Vietnamese."""
    texts: list[str] = page.evaluate(f"{SCRIPT.strip()}.texts()")
    plain = dict.fromkeys(" ".join(text.split()) for text in texts)
    return [text for text in plain if LETTERS.search(data.sub("", text))]


def data(*more: str) -> re.Pattern[str]:
    """Whatever the rows of the database and the agencies of the catalogue say: names, titles, laws; and `more`."""
    rows = (row for model in apps.get_models() for row in model._default_manager.all())
    said = {text for row in rows for text in _strings(vars(row))} | {agency.name for agency in agencies()} | {*more}
    known = sorted({" ".join(text.split()) for text in said if LETTERS.search(text)}, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, known)), re.IGNORECASE)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _strings(inner)
