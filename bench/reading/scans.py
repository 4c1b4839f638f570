"""The scans of a folder with what is true of them, and several of them put into one PDF without a loss."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
from pikepdf import Dictionary, Name
from PIL import Image

from digitize.encoding import group4, group4_stream, jpeg_stream

_BAD = ("phone", "fax", "faded", "dirty", "bad")
_A4_INCHES = 11.69


@dataclass(frozen=True, slots=True)
class Scan:
    """A file and its truth: `hoso.truth/1`, or text of which no places are known."""

    path: Path
    truth: dict[str, Any] | None
    text: str = ""

    @property
    def level(self) -> str:
        """`clean`, `office` or `bad`; `real` where a user said what stands there."""
        if self.truth is None:
            return "real"
        way = str(self.truth["pages"][0]["level"])
        return "bad" if way in _BAD else way


def scans_of(folders: Sequence[Path], every: int = 1) -> Iterator[Scan]:
    """The scans of folders, or every so-and-so-many of each."""
    for folder in folders:
        if (folder / "truth").is_dir():
            for path in sorted((folder / "truth").glob("*.json"))[::every]:
                truth = json.loads(path.read_text(encoding="utf-8"))
                yield Scan(folder / truth["file"], truth)
        else:
            for path in sorted(folder.glob("*.txt"))[::every]:
                for scan in sorted(set(folder.glob(f"{path.stem}.*")) - {path}):
                    yield Scan(scan, None, path.read_text(encoding="utf-8"))


def resampled(scan: Scan, dpi: int, folder: Path) -> Scan:
    """The scan at so many dots an inch, as a JPEG; one whose truth tells no density stays as it is."""
    page = scan.truth["pages"][0] if scan.truth else {}
    if not page.get("dpi"):
        return scan
    scale = dpi / page["dpi"]
    with Image.open(scan.path) as image:
        size = (round(image.width * scale), round(image.height * scale))
        grey = "RGB" if image.mode == "RGB" else "L"
        path = folder / f"{scan.path.stem}-{dpi}.jpg"
        image.convert(grey).resize(size, Image.Resampling.LANCZOS).save(path, quality=85, dpi=(dpi, dpi))

    def placed(item: dict[str, Any]) -> dict[str, Any]:
        return item | {"quad": [[x * scale, y * scale] for x, y in item["quad"]]}

    moved = {name: [placed(item) for item in page.get(name, [])] for name in ("lines", "marks")}
    return Scan(path, {"pages": [page | moved | {"width": size[0], "height": size[1], "dpi": dpi}]})


def wrapped(scans: Sequence[Scan], out: Path) -> None:
    """One PDF of the scans, each a page as large as its paper; JPEGs go in as they are."""
    with pikepdf.Pdf.new() as pdf:
        for scan in scans:
            with Image.open(scan.path) as image:
                wide, high = image.size
                dpi = float(image.info.get("dpi", (72, 72))[0])
                dpi = dpi if dpi > 100 else max(image.size) / _A4_INCHES
                if image.format == "JPEG":
                    components = 1 if image.mode == "L" else 3
                    picture = jpeg_stream(pdf, scan.path.read_bytes(), wide, high, components)
                else:
                    picture = group4_stream(pdf, group4(np.asarray(image.convert("L"))), wide, high)
            size = (wide * 72 / dpi, high * 72 / dpi)
            pdf.add_blank_page(page_size=size)
            page = pdf.pages[-1].obj
            page.Resources = Dictionary(XObject=Dictionary({"/Scan": picture}))
            page.Contents = pdf.make_stream(f"q {size[0]:.3f} 0 0 {size[1]:.3f} 0 0 cm /Scan Do Q".encode())
            page[Name.Rotate] = 0
        pdf.save(out)
