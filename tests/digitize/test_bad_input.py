"""Hostile and broken files at the reader: each gets its own code, or is read as the paper that it is."""

from __future__ import annotations

from pathlib import Path

import pytest

import digitize
from digitize import DigitizeError
from tests import hostile
from tests.digitize.test_pipeline import BLIND

REFUSED = {
    "cut at 2 %": "digitize.damaged",
    "cut at 60 %": "digitize.damaged",
    "cut at 98 %": "digitize.damaged",
    "cut image": "digitize.damaged",
    "deep page tree": "digitize.damaged",
    "looped page tree": "digitize.damaged",
    "no pages": "digitize.no_pages",
    "picture bomb in a PDF": "digitize.page_too_large",
}
"""What `test_opening` has not; the command line goes through the rest in `tests/hoso`."""


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_cannot_be_read_whole_is_refused_by_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / f"{hostile.NUMBER}.pdf"
    path.write_bytes(hostile.content(name))
    with pytest.raises(DigitizeError) as caught:
        list(digitize.read(path))
    told = caught.value.as_dict()
    assert told["code"] == REFUSED[name]
    assert all(told[member] for member in ("message_vi", "message_en", "next", "next_en"))
    assert hostile.NUMBER not in str(told) + str(caught.value.context)


@pytest.mark.parametrize("name", ["restricted", "PDF and zip", "script and PDF", "jpeg named pdf"])
def test_a_strange_paper_is_read_by_what_it_shows(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(hostile.content(name))
    assert [page.number for page in digitize.read(path)] == [1]
    assert path.read_bytes() == hostile.content(name), "what came is left as it is"


@pytest.mark.slow
def test_instructions_that_unpack_to_gigabytes_end_in_bounded_time(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(hostile.content("instruction bomb in a PDF"))
    try:
        reading = digitize.digitize(path, tmp_path / "out", engine=BLIND)
        assert len(reading.documents) == 1
    except DigitizeError as error:
        assert error.code in ("digitize.too_costly", "digitize.damaged")
