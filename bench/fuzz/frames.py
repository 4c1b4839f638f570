"""Small sound TIFFs: every compression, photometric, layout and byte order that scanners and programs write."""

from __future__ import annotations

import struct
import zlib
from random import Random

from PIL import Image

from bench.fuzz.pictures import Maker, density, drawing, stored

_COMPRESSIONS = {
    "1": ["raw", "packbits", "group3", "group4", "tiff_ccitt", "tiff_lzw", "tiff_adobe_deflate"],
    "L": ["raw", "packbits", "tiff_lzw", "tiff_adobe_deflate", "jpeg", "zstd", "lzma"],
    "RGB": ["raw", "packbits", "tiff_lzw", "tiff_adobe_deflate", "jpeg", "zstd"],
    "RGBA": ["raw", "tiff_lzw", "tiff_adobe_deflate"],
    "CMYK": ["raw", "tiff_lzw", "tiff_adobe_deflate", "jpeg"],
    "P": ["raw", "packbits", "tiff_lzw"],
    "LAB": ["raw", "tiff_lzw"],
    "I;16": ["raw", "tiff_lzw", "tiff_adobe_deflate"],
    "I": ["raw", "tiff_lzw"],
    "F": ["raw", "tiff_lzw"],
}
_SHORT, _LONG, _RATIONAL = 3, 4, 5


def _image(chance: Random, mode: str) -> Image.Image:
    if mode == "LAB":
        grey = drawing(chance, "L")
        return Image.merge("LAB", [grey, grey, grey])
    if mode in ("I;16", "I", "F"):
        return drawing(chance, "L").convert("I").point(lambda value: value * 256).convert(mode)
    return drawing(chance, mode)


def _tiff(chance: Random) -> bytes:
    mode = chance.choice(list(_COMPRESSIONS))
    packed = chance.choice(_COMPRESSIONS[mode])
    options: dict[str, object] = {"big_tiff": True} if chance.random() < 0.15 else {}
    if chance.random() < 0.4:
        options["tiffinfo"] = {274: chance.choice([1, 2, 3, 4, 5, 6, 7, 8])}
    return stored(_image(chance, mode), "TIFF", compression=packed, dpi=density(chance), **options)


def _frames(chance: Random) -> bytes:
    mode = chance.choice(["1", "L", "RGB"])
    more = [drawing(chance, mode) for _ in range(chance.randint(1, 4))]
    packed = chance.choice(_COMPRESSIONS[mode])
    return stored(drawing(chance, mode), "TIFF", compression=packed, save_all=True, append_images=more, dpi=(100, 100))


def written(order: str, tags: dict[int, tuple[int, tuple[int, ...]]], data: list[bytes], tiled: bool = False) -> bytes:
    """A TIFF of one directory: `tags` to their type and values, `data` its strips or tiles (TIFF 6.0, section 2)."""
    out = bytearray((b"II*\0" if order == "<" else b"MM\0*") + bytes(4))
    offsets = []
    for part in data:
        out += bytes(len(out) % 2)
        offsets.append(len(out))
        out += part
    places, counts = (324, 325) if tiled else (273, 279)
    tags = tags | {places: (_LONG, tuple(offsets)), counts: (_LONG, tuple(len(part) for part in data))}
    rows = []
    for tag, (kind, values) in sorted(tags.items()):
        packed = struct.pack(f"{order}{len(values)}{'H' if kind == _SHORT else 'I'}", *values)
        count = len(values) // 2 if kind == _RATIONAL else len(values)
        if len(packed) > 4:
            out += bytes(len(out) % 2)
            at = len(out)
            out += packed
            packed = struct.pack(order + "I", at)
        rows.append(struct.pack(order + "HHI", tag, kind, count) + packed.ljust(4, b"\0"))
    out += bytes(len(out) % 2)
    out[4:8] = struct.pack(order + "I", len(out))
    return bytes(out + struct.pack(order + "H", len(rows)) + b"".join(rows) + bytes(4))


def _laid_out(chance: Random) -> bytes:
    """Planes or tiles, odd depths, white as nothing: what no library here writes."""
    order, wide, high = chance.choice("<>"), chance.randint(1, 60), chance.randint(1, 60)
    samples, depth = chance.choice([(1, 1), (1, 2), (1, 4), (1, 8), (1, 16), (1, 32), (3, 8), (3, 16), (4, 8), (5, 8)])
    packed = chance.choice([1, 8, 32_946])
    colours = {1: chance.choice([0, 1]), 3: 2, 4: chance.choice([2, 5]), 5: 5}[samples]
    planes = 2 if samples > 1 and chance.random() < 0.5 else 1
    tiled = chance.random() < 0.4
    across, down = (16 * -(-wide // 16), 16) if tiled else (wide, high)
    part_samples = 1 if planes == 2 else samples
    size = down * -(-across * depth * part_samples // 8)
    parts = (-(-high // 16) if tiled else 1) * (samples if planes == 2 else 1)
    data = [chance.randbytes(size) for _ in range(parts)]
    tags: dict[int, tuple[int, tuple[int, ...]]] = {
        256: (_LONG, (wide,)),
        257: (_LONG, (high,)),
        258: (_SHORT, (depth,) * samples),
        259: (_SHORT, (packed,)),
        262: (_SHORT, (colours,)),
        274: (_SHORT, (chance.randint(1, 8),)),
        277: (_SHORT, (samples,)),
        284: (_SHORT, (planes,)),
        282: (_RATIONAL, (chance.choice([72, 200, 300]), chance.choice([1, 1, 0]))),
        283: (_RATIONAL, (200, 1)),
    }
    extra = samples - (1 if colours < 2 else 3 if colours == 2 else 4)
    if extra > 0:
        tags[338] = (_SHORT, (0,) * extra)
    tags |= {322: (_LONG, (across,)), 323: (_LONG, (down,))} if tiled else {278: (_LONG, (high,))}
    return written(order, tags, data if packed == 1 else [zlib.compress(part) for part in data], tiled)


FRAMES: dict[str, Maker] = {"tiff": _tiff, "tiff, frames": _frames, "tiff, laid out": _laid_out}
"""Makers of TIFFs. Those of `tiff, laid out` follow the format, but not every reader knows all of them."""
