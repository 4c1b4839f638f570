"""Lays the pages of somebody else's PDF above the mark of a paper copy, in a process of its own with limits.

Started by `paper.conversion` with `python -I` and an empty environment; it limits itself before it reads. On standard
input: a line of JSON with the bytes of the PDF and of the mark, then both; the copy goes to standard output, a file
that its parent opened. It ends with 0 where all went well, with `REFUSED` where the PDF is no good.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from typing import Any

STRIP = 62.4
"""Height of the mark, points (22 mm)."""
A4 = (595.28, 841.89)
MOST_PAGES = 2000
REFUSED = 3
MEMORY = 3 << 29
WRITTEN = 1 << 29
PROCESSOR_SECONDS = 60


def restrain() -> None:
    """Gives up memory, processor time, core dumps, and writing more than a large copy."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (WRITTEN, WRITTEN))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))


def laid(pdf: bytes, strip: bytes) -> bytes:
    """The copy. Raises ValueError for what is encrypted or has no pages or too many, and what pikepdf raises."""
    import pikepdf

    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as source, pikepdf.open(io.BytesIO(strip)) as mark, pikepdf.new() as made:
        if source.is_encrypted or not 0 < len(source.pages) <= MOST_PAGES:
            raise ValueError
        source.flatten_annotations("print")
        for page in source.pages:
            _lay(made, page, mark.pages[0])
        made.save(out, deterministic_id=True)
    return out.getvalue()


def _lay(made: Any, page: Any, mark: Any) -> None:
    import pikepdf

    left, bottom, right, top = (float(edge) for edge in page.cropbox)
    across = (right - left > top - bottom) != (int(page.get("/Rotate", 0)) % 180 == 90)
    width, height = (A4[1], A4[0]) if across else A4
    made.add_blank_page(page_size=(width, height))
    sheet = made.pages[-1]
    sheet.add_overlay(page, pikepdf.Rectangle(0, STRIP, width, height))
    sheet.add_overlay(mark, pikepdf.Rectangle(0, 0, A4[0], STRIP))


def main() -> None:
    restrain()
    told = json.loads(sys.stdin.buffer.readline())
    pdf, strip = (sys.stdin.buffer.read(told[name]) for name in ("pdf", "strip"))
    try:
        copy = laid(pdf, strip)
    except Exception:
        # the last fence: whatever a library raises on a strange file
        sys.exit(REFUSED)
    sys.stdout.buffer.write(copy)


if __name__ == "__main__":
    main()
