"""The page for operators names every error and every obstacle there is."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from digitize import conformance, errors
from digitize.limits import Limits

PAGE = (Path(__file__).parents[2] / "docs" / "digitize.md").read_text(encoding="utf-8")


def test_every_error_code_is_documented_and_unique() -> None:
    classes = [cls for _, cls in inspect.getmembers(errors, inspect.isclass) if issubclass(cls, errors.DigitizeError)]
    codes = [cls.code for cls in classes]
    assert len(set(codes)) == len(codes)
    assert {code for code in codes if code != "digitize.failed"} <= set(re.findall(r"`(digitize\.[a-z_]+)`", PAGE))


def test_every_error_speaks_both_languages_and_tells_the_next_step() -> None:
    for _, cls in inspect.getmembers(errors, inspect.isclass):
        if not issubclass(cls, errors.DigitizeError):
            continue
        texts = [cls.message_vi, cls.message_en, cls.next_vi, cls.next_en]
        assert all(text.strip() for text in texts), cls
        assert not set(re.findall(r"{(\w+)}", cls.message_vi)) ^ set(re.findall(r"{(\w+)}", cls.message_en)), cls


def test_every_obstacle_is_documented() -> None:
    named = set(re.findall(r"found\.add\(\"([a-z0-9-]+)\"\)", inspect.getsource(conformance)))
    assert named and all(f"`{name}`" in PAGE for name in named)


def test_the_limits_are_the_documented_ones() -> None:
    limits = Limits()
    assert (limits.file_bytes, limits.pages, limits.page_pixels) == (200 * 1024**2, 5_000, 120_000_000)
    assert "200 MB" in PAGE and "5,000 pages" in PAGE and "120 million pixels" in PAGE
