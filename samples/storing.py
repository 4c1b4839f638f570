"""Captured pages into the files that scanners, phones and programs leave."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pillow_heif
from papers import Scan
from PIL import Image


def store(path: Path, scan: Scan, pages: list[tuple[str, Any]], born: bytes) -> None:
    """Write the file. `pages` are (level, RGB array); born-digital pages are taken from the PDF `born`."""
    images = [None if level == "born_digital" else _image(array, scan) for level, array in pages]
    if scan.format == "pdf":
        _pdf(path, scan, images, born)
        return
    held = [image for image in images if image is not None]
    first, dpi = held[0], (scan.dpi, scan.dpi)
    if scan.format == "tiff":
        first.save(path, compression="jpeg", quality=scan.quality, dpi=dpi, save_all=True, append_images=held[1:])
    elif scan.format == "jpeg":
        first.save(path, quality=scan.quality, optimize=True)
    elif scan.format == "png":
        _few_greys(first).save(path, optimize=True, dpi=dpi)
    else:
        pillow_heif.from_pillow(first).save(path, quality=scan.quality)


def _few_greys(image: Image.Image) -> Image.Image:
    """Eight greys, as copiers store pages; a lossless file of every grain of the paper would be ten times the size."""
    return image.convert("L").point([round(round(v / 255 * 7) * 255 / 7) for v in range(256)]).quantize(8)


def _image(array: Any, scan: Scan) -> Image.Image:
    image = Image.fromarray(array)
    return image.convert("L") if scan.grey else image


def _pdf(path: Path, scan: Scan, images: list[Image.Image | None], born: bytes) -> None:
    with pikepdf.new() as pdf, pikepdf.open(BytesIO(born)) as source:
        for number, image in enumerate(images):
            if image is None:
                pdf.pages.append(source.pages[number])
            else:
                _add_scan(pdf, image, scan)
        pdf.remove_unreferenced_resources()
        pdf.save(path, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def _add_scan(pdf: pikepdf.Pdf, image: Image.Image, scan: Scan) -> None:
    """One picture a page, as a scanner's own software writes it."""
    jpeg = BytesIO()
    image.save(jpeg, "JPEG", quality=scan.quality, optimize=True)
    picture = pdf.make_stream(
        jpeg.getvalue(),
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=image.width,
        Height=image.height,
        ColorSpace=pikepdf.Name.DeviceGray if image.mode == "L" else pikepdf.Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=pikepdf.Name.DCTDecode,
    )
    width, height = (side * 72 / scan.dpi for side in image.size)
    page = pikepdf.Dictionary(
        Type=pikepdf.Name.Page,
        MediaBox=[0, 0, width, height],
        Resources=pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=picture)),
        Contents=pdf.make_stream(f"q {width:.4f} 0 0 {height:.4f} 0 0 cm /Im0 Do Q".encode()),
    )
    pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
