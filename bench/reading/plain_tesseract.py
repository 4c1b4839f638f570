"""pytesseract as most programs call it, in a process of its own: image files in, words with boxes as JSON out."""

from __future__ import annotations

import json
import sys

import pytesseract
from PIL import Image


def words(path: str) -> list[tuple[str, list[int]]]:
    """One call a page, Vietnamese, no preprocessing."""
    with Image.open(path) as image:
        found = pytesseract.image_to_data(image, lang="vie", output_type=pytesseract.Output.DICT)
    boxes = zip(found["left"], found["top"], found["width"], found["height"], strict=True)
    return [
        (text, [x, y, x + w, y + h]) for text, (x, y, w, h) in zip(found["text"], boxes, strict=True) if text.strip()
    ]


if __name__ == "__main__":
    json.dump([words(path) for path in sys.argv[1:]], sys.stdout)
