"""`python -m bench.pages OUT`: writes the pages and their truth (`hoso.truth/1`), the same for the same seed."""

from __future__ import annotations

import argparse
import json
import random
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from ink import seal, signature
from PIL import Image
from render import Printed, raster, typeset

from bench.pages.content import Content
from bench.pages.forms import FORMS
from bench.pages.scanning import LEVELS, picture
from digitize.training.fonts import FOLDERS, HELD_OUT, faces

_DPI = (200, 300)
_HANDS = {"Sriracha"}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.pages", description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--pages", type=int, default=42, help="pages a level")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--level", nargs="*", default=list(LEVELS), choices=LEVELS)
    options = parser.parse_args()
    found = sorted({(face.family, face.path.parent) for face in faces(FOLDERS) if face.family in HELD_OUT})
    families = sorted({family for family, _ in found} - _HANDS)
    if not families:
        parser.error(f"none of the fonts kept for testing is installed: {', '.join(HELD_OUT)}")
    for level in options.level:
        folder = options.out / level
        (folder / "truth").mkdir(parents=True, exist_ok=True)
        for number in range(options.pages):
            _page(folder, level, number, options.seed, families, [str(path) for _, path in found])
    print(f"{len(options.level) * options.pages} pages in {options.out}, in {', '.join(families)}")


def _page(folder: Path, level: str, number: int, seed: int, families: list[str], folders: list[str]) -> None:
    """One page: the same text at every level, so that levels can be compared."""
    chance = random.Random(f"{seed}/{number}")
    sheet = FORMS[number % len(FORMS)](Content(chance))
    sheet = replace(sheet, font=chance.choice(families), size=chance.choice((12, 13, 13, 14)))
    dpi = _DPI[number // len(FORMS) % len(_DPI)]
    pdf, printed = typeset(sheet, folders)
    images = list(islice(raster(pdf, dpi), 1))
    rng = np.random.default_rng([seed, number, LEVELS.index(level)])
    for name, box in printed[0].marks:
        x0, y0, x1, y1 = (side * dpi / 72 for side in box)
        if name == "seal":
            seal(images[0], (x0, y0, x1, y1), "DEMO · KHÔNG CÓ GIÁ TRỊ ·", rng)
        else:
            signature(images[0], (x0, y0, x1, y1), rng)
    made = picture(images[0], np.roll(images[0], dpi // 3, axis=0), dpi, level, number, rng)
    name = f"{number:03d}-{FORMS[number % len(FORMS)].__name__}.jpg"
    density = 0 if made.way == "phone" else 200 if made.way == "fax" else dpi
    Image.fromarray(np.ascontiguousarray(made.pixels)).save(folder / name, quality=92, dpi=(density or 72,) * 2)
    truth = _truth(name, made.way, density, made.pixels.shape, made.homography, printed[0], dpi)
    text = json.dumps({**truth, "font": sheet.font}, ensure_ascii=False, indent=1)
    (folder / "truth" / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def _truth(
    name: str, way: str, density: int, shape: tuple[int, ...], homography: Any, page: Printed, dpi: int
) -> dict[str, Any]:
    def placed(box: tuple[float, ...]) -> list[list[float]]:
        x0, y0, x1, y1 = (side * dpi / 72 for side in box)
        corners = np.array([[x0, y0, 1], [x1, y0, 1], [x1, y1, 1], [x0, y1, 1]]) @ np.asarray(homography).T
        return [[round(float(x / w), 1), round(float(y / w), 1)] for x, y, w in corners]

    told = {
        "number": 1,
        "level": way,
        "dpi": density or None,
        "width": shape[1],
        "height": shape[0],
        "lines": [{"text": text, "quad": placed(box)} for text, box in page.lines],
        "marks": [{"name": mark, "quad": placed(box)} for mark, box in page.marks],
    }
    document = {"kind": "khac", "pages": [1], "fields": []}
    return {"schema": "hoso.truth/1", "file": name, "documents": [document], "pages": [told]}


if __name__ == "__main__":
    main()
