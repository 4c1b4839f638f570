"""Draws the pages of a PDF to PNG: `python -I render.py FILE FOLDER LONGEST`, in a process of its own without secrets.

The bytes are hostile: whoever starts this gives it an empty environment; it limits its own memory, time and files.
"""

import resource
import sys
from pathlib import Path

MEMORY = 3 << 30
SECONDS = 120
FILE = 64 << 20


def main() -> None:
    """Writes `<number>.png` for each page, at most LONGEST pixels on the longer side."""
    for what, limit in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_FSIZE, FILE)):
        resource.setrlimit(what, (limit, limit))
    import pypdfium2

    source, folder, longest = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    pdf = pypdfium2.PdfDocument(source)
    pdf.init_forms()  # a signature's mark is the picture of a form field
    try:
        for number in range(len(pdf)):
            page = pdf[number]
            scale = min(longest / max(page.get_size()), 8.0)
            page.render(scale=scale).to_pil().save(folder / f"{number + 1}.png")
            page.close()
    finally:
        pdf.close()


if __name__ == "__main__":
    main()
