"""Small sound images of every kind that `digitize` accepts, by name, from a source of chance."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Iterator
from random import Random

import numpy as np
from PIL import Image, ImageDraw

Maker = Callable[[Random], bytes]

_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""Samples a pixel of a PNG by its colour type."""


def drawing(chance: Random, mode: str = "RGB") -> Image.Image:
    """A note of a few lines, some with a red stroke or on grain."""
    wide, high = chance.randint(40, 700), chance.randint(40, 900)
    image = Image.new("RGB", (wide, high), chance.choice(["white", "#e8e0c8", "#202020"]))
    pen = ImageDraw.Draw(image)
    for y in range(10, high - 20, chance.randint(22, 60)):
        pen.text((10, y), f"So {chance.randint(1, 999)}/2024 Ho ten NGUYEN VAN MAU", fill="black", font_size=18)
    if chance.random() < 0.4:
        pen.ellipse((wide // 3, high // 3, wide // 2 + 20, high // 2 + 20), outline=(210, 20, 30), width=3)
    if chance.random() < 0.2:
        grain = np.random.default_rng(chance.randrange(1 << 30)).integers(0, 40, (high, wide, 1))
        image = Image.fromarray((np.asarray(image).astype(int) - grain).clip(0, 255).astype(np.uint8))
    return image if mode == "RGB" else image.convert(mode)


def stored(image: Image.Image, form: str, **options: object) -> bytes:
    """The image as a file's bytes."""
    out = io.BytesIO()
    image.save(out, format=form, **options)
    return out.getvalue()


def density(chance: Random) -> tuple[float, float]:
    """What a file says of its dots an inch, sense or nonsense."""
    x = chance.choice([0, 1, 72, 75, 100, 150, 204, 300, 600, 1200, 9999])
    return (x, chance.choice([x, x, x, 98, 300]))


def _jpeg(chance: Random, mode: str = "RGB", **options: object) -> bytes:
    dpi = tuple(round(side) for side in density(chance))
    return stored(drawing(chance, mode), "JPEG", quality=chance.randint(5, 95), dpi=dpi, **options)


def _turned(chance: Random) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = chance.choice([1, 2, 3, 4, 5, 6, 7, 8, 0, 9])
    return _jpeg(chance, exif=exif)


def _of_two(chance: Random, form: str, **options: object) -> bytes:
    return stored(drawing(chance), form, save_all=True, append_images=[drawing(chance)], **options)


def _moving_png(chance: Random) -> bytes:
    first = drawing(chance)
    return stored(first, "PNG", save_all=True, append_images=[first.rotate(180), first.rotate(90)], duration=40)


def chunk(kind: bytes, data: bytes = b"") -> bytes:
    """A chunk of a PNG with its sum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(chance: Random, colours: int, depth: int, interlaced: bool) -> bytes:
    """A PNG of a colour type and depth, random pixels in unfiltered rows (PNG, 2nd edition, 8.2 and 11.2.2)."""
    wide, high = chance.randint(1, 90), chance.randint(1, 90)
    bits = _SAMPLES[colours] * depth
    rows = bytearray()
    for x0, y0, dx, dy in _ADAM7 if interlaced else ((0, 0, 1, 1),):
        across, down = -(-(wide - x0) // dx), -(-(high - y0) // dy)
        for _ in range(down if across > 0 else 0):
            rows += b"\0" + chance.randbytes(-(-across * bits // 8))
    head = struct.pack(">IIBBBBB", wide, high, depth, colours, 0, 0, interlaced)
    palette = chunk(b"PLTE", chance.randbytes(3 << depth)) if colours == 3 else b""
    extras = b"".join(_extras(chance, colours, depth))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + palette + extras + chunk(b"IDAT", zlib.compress(bytes(rows)))
        + chunk(b"IEND")
    )  # fmt: skip


def _extras(chance: Random, colours: int, depth: int) -> Iterator[bytes]:
    """Chunks that may stand between the palette and the pixels."""
    if chance.random() < 0.4:
        x, y = density(chance)
        yield chunk(b"pHYs", struct.pack(">IIB", round(x * 39.37), round(y * 39.37), 1))
    if chance.random() < 0.3 and colours in (0, 2, 3):
        yield chunk(b"tRNS", {0: bytes(2), 2: bytes(6), 3: chance.randbytes(1 << min(depth, 8))}[colours])
    if chance.random() < 0.2:
        yield chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(chance.choice([10, 5_000_000]))))
    if chance.random() < 0.2:
        yield chunk(b"eXIf", b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0")


def _any_png(chance: Random) -> bytes:
    colours = chance.choice(list(_SAMPLES))
    depth = chance.choice({0: [1, 2, 4, 8, 16], 3: [1, 2, 4, 8]}.get(colours, [8, 16]))
    return png(chance, colours, depth, chance.random() < 0.5)


def _heic(chance: Random) -> bytes:
    from pillow_heif import register_heif_opener

    register_heif_opener()
    return stored(drawing(chance, chance.choice(["RGB", "L", "RGBA"])), "HEIF", quality=chance.randint(5, 90))


PICTURES: dict[str, Maker] = {
    "jpeg": _jpeg,
    "jpeg, grey": lambda chance: _jpeg(chance, "L"),
    "jpeg, CMYK": lambda chance: _jpeg(chance, "CMYK"),
    "jpeg, progressive": lambda chance: _jpeg(chance, chance.choice(["L", "RGB", "CMYK"]), progressive=True),
    "jpeg, restarts": lambda chance: _jpeg(chance, restart_marker_blocks=4, subsampling=chance.choice([0, 1, 2])),
    "jpeg, turned": _turned,
    "jpeg, two in one": lambda chance: _of_two(chance, "MPO"),
    "png": lambda chance: stored(drawing(chance, chance.choice(["1", "L", "P", "RGB"])), "PNG", dpi=density(chance)),
    "png, any depth": _any_png,
    "png, moving": _moving_png,
    "heic": _heic,
}
"""Makers of files that hold one image, which is sound."""
