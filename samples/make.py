"""Make the sample dossiers again: `.venv/bin/python samples/make.py [FOLDER] [--only NAME]`.

Everything follows from the seed and the file's name, so the same libraries and fonts give the same pages. Needs the
fonts Tinos, Arimo, Noto and DejaVu (Debian: fonts-croscore, fonts-noto-core, fonts-dejavu-core).
"""

from __future__ import annotations

import argparse
import json
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from capture import capture
from first import FIRST
from ink import seal, signature
from papers import PEOPLE, Dossier, Scan
from render import Printed, raster, typeset
from second import SECOND
from storing import store

SEED = 20261121
_BORN_DIGITAL_DPI = 200


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).parent)
    parser.add_argument("--only", default="", help="make only the files whose name holds this")
    wanted = parser.parse_args()
    wanted.folder.mkdir(parents=True, exist_ok=True)
    _write(wanted.folder / "people.json", list(PEOPLE))
    for dossier in (FIRST, SECOND):
        folder = wanted.folder / dossier.folder
        (folder / "truth").mkdir(parents=True, exist_ok=True)
        _write(folder / "dossier.json", _describe(dossier))
        for scan in dossier.scans:
            if wanted.only in scan.name:
                truth = make(scan, folder / scan.name)
                _write(folder / "truth" / f"{scan.name}.json", truth)
                print(f"{(folder / scan.name).stat().st_size / 1024:7.0f} KB  {dossier.folder}/{scan.name}")


def make(scan: Scan, path: Path) -> dict[str, Any]:
    """Write one file and give its truth."""
    rng = np.random.default_rng([SEED, zlib.crc32(str(path.parent.name + scan.name).encode())])
    pdf, printed = typeset(scan.sheet)
    images = raster(pdf, scan.dpi)
    levels = [scan.levels[min(n, len(scan.levels) - 1)] for n in range(len(images))]
    for image, page in zip(images, printed, strict=True):
        _ink(image, page, scan, rng)
    stored: list[tuple[str, Any]] = []
    pages = []
    for number, (image, page, level) in enumerate(zip(images, printed, levels, strict=True), start=1):
        if level == "born_digital":
            captured, homography, dpi = image, np.eye(3), _BORN_DIGITAL_DPI
            size = (round(page.width * dpi / 72), round(page.height * dpi / 72))
        else:
            captured, homography = capture(image, level, rng, back=images[number % len(images)])
            dpi, size = scan.dpi, (captured.shape[1], captured.shape[0])
        stored.append((level, captured))
        pages.append(_page(number, level, dpi, size, homography, page))
    store(path, scan, stored, pdf)
    fields = [
        {"name": name, "value": value}
        for name, values in scan.sheet.fields.items()
        for value in ([values] if isinstance(values, str) else values)
    ]
    document = {"kind": scan.sheet.kind, "pages": [page["number"] for page in pages], "fields": fields}
    return {"schema": "hoso.truth/1", "file": scan.name, "documents": [document], "pages": pages}


def _ink(image: Any, page: Printed, scan: Scan, rng: np.random.Generator) -> None:
    scale = scan.dpi / 72
    for name, box in page.marks:
        x0, y0, x1, y1 = (v * scale for v in box)
        if name == "signature":
            signature(image, (x0, y0, x1, y1), rng)
        else:
            seal(image, (x0, y0, x1, y1), "DEMO · KHÔNG CÓ GIÁ TRỊ ·", rng)


def _page(number: int, level: str, dpi: int, size: tuple[int, int], homography: Any, page: Printed) -> dict[str, Any]:
    scale = dpi / 72
    return {
        "number": number,
        "level": level,
        "dpi": None if level == "photographed" else dpi,
        "width": size[0],
        "height": size[1],
        "homography": [[round(float(v), 9) for v in row] for row in homography],
        "lines": [{"text": text, **_placed(box, homography, scale)} for text, box in page.lines],
        "marks": [
            {"kind": name, **_placed(box, homography, scale)} for name, box in page.marks if level != "born_digital"
        ],
    }


def _placed(box: tuple[float, ...], homography: Any, scale: float) -> dict[str, Any]:
    x0, y0, x1, y1 = (v * scale for v in box)
    corners = np.array([[x0, y0, 1], [x1, y0, 1], [x1, y1, 1], [x0, y1, 1]]) @ np.asarray(homography).T
    quad = [[round(float(x / w), 1), round(float(y / w), 1)] for x, y, w in corners]
    xs, ys = [x for x, _ in quad], [y for _, y in quad]
    return {"box": [min(xs), min(ys), max(xs), max(ys)], "quad": quad}


def _describe(dossier: Dossier) -> dict[str, Any]:
    return {
        "schema": "hoso.sample/1",
        "procedure": dossier.procedure,
        "procedure_name": dossier.procedure_name,
        "applicant": dossier.applicant,
        "others": list(dossier.others),
        "components": [
            {"component": component, "files": [scan.name for scan in dossier.scans if scan.component == component]}
            for component in dict.fromkeys(scan.component for scan in dossier.scans)
        ],
        "reuses": list(dossier.reuses),
        "results": list(dossier.results),
    }


def _write(path: Path, data: object) -> None:
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
