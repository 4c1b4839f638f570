"""Pages of TIFF, JPEG, PNG and HEIC files, through Pillow: every colour mode ends as 8-bit grey or BGR on white.

A TIFF's frames are pages (its thumbnails are not); of any other file the first, or primary, image is the page.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageFile, ImageOps, PngImagePlugin

from digitize import formats
from digitize.decoder import Decoded, check_size, record
from digitize.limits import Limits

if TYPE_CHECKING:
    from digitize.model import Image as Pixels

_FORMATS = {formats.TIFF: ["TIFF"], formats.JPEG: ["JPEG"], formats.PNG: ["PNG"], formats.HEIC: ["HEIF"]}
_SUBFILE_TYPE = 254
_REDUCED = 1
_EXIF_ORIENTATION = 0x0112
# A page between these sizes is believed; outside them, the density was not meant (cameras write 72).
_LONG_SIDE_INCHES = (4.0, 60.0)
_A4_LONG_SIDE_INCHES = 11.69
_STRIP_ROWS = 256
_SCREEN_DPI = 100
_A3_LONG_SIDE_INCHES = 17.0


class ImageDecoder:
    """An open image file."""

    signatures = 0

    def __init__(self, path: Path, folder: Path, limits: Limits, media_type: str) -> None:
        self.media_type = media_type
        self._folder, self._limits = folder, limits
        # Sizes are checked against our own limit before anything is unpacked, and half a page is not a page.
        Image.MAX_IMAGE_PIXELS = None
        ImageFile.LOAD_TRUNCATED_IMAGES = False
        # Programs keep an image's whole history in its texts, which nobody reads here; memory has its own limit.
        PngImagePlugin.MAX_TEXT_CHUNK = PngImagePlugin.MAX_TEXT_MEMORY = limits.file_bytes
        if media_type == formats.HEIC:
            from pillow_heif import register_heif_opener

            register_heif_opener()
        self._path = path
        self._image = Image.open(path, formats=_FORMATS[media_type])
        self._frames = self._find_frames()
        self.pages = len(self._frames)

    def _find_frames(self) -> list[int]:
        if self.media_type != formats.TIFF:
            return [0]
        count = int(getattr(self._image, "n_frames", 1))
        if count > self._limits.pages:
            return list(range(count))
        full = []
        for index in range(count):
            self._image.seek(index)
            if not int(self._image.tag_v2.get(_SUBFILE_TYPE, 0)) & _REDUCED:  # type: ignore[attr-defined]
                full.append(index)
        return full

    def page(self, number: int) -> dict[str, object]:
        """Decodes one page."""
        if len(self._frames) > 1:
            self._image.seek(self._frames[number - 1])
            return self._decoded(number, self._image)
        # Opened anew, so that what was unpacked goes when the page is written down, not when the file is closed.
        with Image.open(self._path, formats=_FORMATS[self.media_type]) as image:
            if self.media_type == formats.TIFF:
                image.seek(self._frames[0])
            return self._decoded(number, image)

    def _decoded(self, number: int, image: Image.Image) -> dict[str, object]:
        check_size(number, *image.size, self._limits)
        dpi, stretch = density(image)
        bilevel = image.mode == "1"
        turned = image.getexif().get(_EXIF_ORIENTATION, 1) not in (0, 1)
        keep = self.media_type == formats.JPEG and not turned and is_plain_jpeg(image)
        jpeg = self._path.read_bytes() if keep else None
        upright = ImageOps.exif_transpose(image) if turned else image
        if turned and upright.size != image.size:
            stretch = 1 / stretch
        pixels = to_pixels(upright)
        height, width = pixels.shape[:2]
        return record(Decoded(number, width, height, dpi, pixels, stretch, bilevel, jpeg=jpeg), self._folder)


def is_plain_jpeg(image: Image.Image) -> bool:
    """Whether a JPEG may go into PDF/A as it is: one baseline image, grey or YCbCr, no CMYK."""
    return image.format == "JPEG" and image.mode in ("L", "RGB") and not image.info.get("progressive")


def density(image: Image.Image) -> tuple[int, float]:
    """Dots an inch along the width, and how much taller than wide a pixel is; guessed as A4 where it makes no sense."""
    declared = image.info.get("dpi") or (0, 0)
    try:
        x, y = float(declared[0]), float(declared[1])
    except (TypeError, ValueError, IndexError, ZeroDivisionError):
        x = y = 0.0
    if not (10 < x < 5000 and 10 < y < 5000):
        return guess_dpi(image.size), 1.0
    stretch = x / y
    long_side = max(image.width / x, image.height / y)
    from_screen = x < _SCREEN_DPI and long_side > _A3_LONG_SIDE_INCHES
    if from_screen or not _LONG_SIDE_INCHES[0] <= long_side <= _LONG_SIDE_INCHES[1]:
        return guess_dpi(image.size), 1.0
    return round(x), stretch if not 0.95 < stretch < 1.05 else 1.0


def guess_dpi(size: tuple[int, int]) -> int:
    """The density at which the long side would be that of A4."""
    return min(600, max(70, round(max(size) / _A4_LONG_SIDE_INCHES)))


def to_pixels(image: Image.Image) -> Pixels:
    """`uint8` grey or BGR of any Pillow image, transparent parts on white paper."""
    if image.mode == "1":
        image = image.convert("L")
    elif image.mode.startswith(("I", "F")):
        return _deep_grey(image)
    elif image.mode in ("LA", "La", "PA", "RGBA", "RGBa") or "transparency" in image.info:
        rgba = image.convert("RGBA")
        paper = Image.new("RGBA", rgba.size, "white")
        paper.alpha_composite(rgba)
        image = paper.convert("RGB")
    elif image.mode not in ("L", "RGB"):
        image = image.convert("RGB")
    return _taken_over(image)


def _taken_over(image: Image.Image) -> Pixels:
    """The pixels, the channels of a coloured image in the other order.

    In strips: a whole image would be in memory four times. Plane by plane: six times as fast as a copy of a view that
    runs backwards.
    """
    wide, high = image.size
    pixels = np.empty((high, wide, 3) if image.mode == "RGB" else (high, wide), np.uint8)
    for top in range(0, high, _STRIP_ROWS):
        strip = np.asarray(image.crop((0, top, wide, min(high, top + _STRIP_ROWS))), dtype=np.uint8)
        if strip.ndim == 2:
            pixels[top : top + len(strip)] = strip
            continue
        for channel in range(3):
            pixels[top : top + len(strip), :, channel] = strip[..., 2 - channel]
    return pixels


def _deep_grey(image: Image.Image) -> Pixels:
    """Grey of more than 8 bits; 16-bit samples lose their low byte, others are spread over what they use."""
    deep = np.asarray(image).astype(np.float64)
    if image.mode.startswith("I;16") or (image.mode == "I" and deep.min() >= 0 and deep.max() <= 65535):
        return (deep / 257.0).round().astype(np.uint8)
    low, high = float(np.nanmin(deep)), float(np.nanmax(deep))
    return ((np.nan_to_num(deep, nan=high) - low) * (255.0 / max(high - low, 1e-9))).round().astype(np.uint8)
