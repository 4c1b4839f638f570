"""Pages of long files are kept on disk: as they were, one at a time in memory, and told piece by piece."""

from __future__ import annotations

import gc
import json
from pathlib import Path

from PIL import Image

import digitize
from digitize import Page
from digitize.model import Archival, Document, KindGuess, Reading, Source
from digitize.page_reading import PageRead
from digitize.spool import Kept, Pages, Spool
from tests.digitize.conftest import DPI
from tests.digitize.test_compose import line_at

BLIND = "tests.digitize.test_pipeline:EngineThatIsBlind"


def kept(count: int) -> tuple[Spool, list[Kept]]:
    spool = Spool()
    pages = [Page(n, 600, 800, 72, (line_at(f"Trang số {n}", 50, 100),)) for n in range(1, count + 1)]
    return spool, [spool.keep(PageRead(page, None)) for page in pages]


def test_pages_come_back_as_they_were_in_any_order() -> None:
    spool, reads = kept(7)
    pages = Pages(reads)
    assert [page.number for page in pages] == [1, 2, 3, 4, 5, 6, 7]
    assert pages[5] == Page(6, 600, 800, 72, (line_at("Trang số 6", 50, 100),))
    assert [page.number for page in pages[-2:]] == [6, 7] and len(pages[:3]) == 3
    assert spool.keep(PageRead(pages[0], None)).page == pages[0], "one more after reading"


def test_no_page_is_held_in_memory() -> None:
    spool, reads = kept(30)
    assert len(list(Pages(reads))) == 30
    gc.collect()
    held = [thing for thing in gc.get_objects() if isinstance(thing, Page) and thing.width == 600]
    assert len(held) == 0 and spool.page(29).number == 30


def test_the_pieces_are_the_json(tmp_path: Path) -> None:
    _, reads = kept(3)
    documents = tuple(
        Document(Pages(part), "chữ", KindGuess("khac", 0.5), (), Archival(tmp_path / "a.pdf", "2b"))
        for part in (reads[:2], reads[2:])
    )
    reading = Reading(Source("x", "0" * 64, 3, "application/pdf"), documents, "hoso", 1.0)
    assert json.loads("".join(digitize.json_parts(reading))) == digitize.to_json(reading)


def test_a_long_file_is_read_in_order(tmp_path: Path) -> None:
    frames = [Image.new("L", (300, 420), 255 - n) for n in range(40)]
    frames[0].save(tmp_path / "long.tif", save_all=True, append_images=frames[1:], dpi=(DPI, DPI))
    reading = digitize.digitize(tmp_path / "long.tif", tmp_path, engine=BLIND)
    assert [page.number for document in reading.documents for page in document.pages] == list(range(1, 41))
