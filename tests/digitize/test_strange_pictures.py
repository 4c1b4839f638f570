"""Pictures that nobody should hand in: each becomes a document or is refused by a stable code, within limits."""

from __future__ import annotations

import io
import struct
import time
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

import digitize
from digitize import DigitizeError, Limits
from tests.digitize.conftest import draw_paper
from tests.hostile import chunk

# A page may take a child this long before it is ended; twice that ends the test of any one picture.
LIMITS = replace(Limits(), seconds_page=60.0)


def _stored(image: Image.Image, form: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, format=form, **options)
    return out.getvalue()


def _cat() -> Image.Image:
    """Fur, ears, eyes, whiskers on a lawn: edges everywhere, not a letter."""
    rng = np.random.default_rng(9)
    y, x = np.mgrid[0:900, 0:1200]
    lawn = 90 + 40 * np.sin(x / 7 + 3 * np.sin(y / 31)) + rng.normal(0, 25, x.shape)
    image = Image.fromarray(np.stack([lawn * 0.6, lawn, lawn * 0.4], axis=-1).clip(0, 255).astype(np.uint8))
    pen = ImageDraw.Draw(image)
    pen.ellipse((350, 250, 850, 800), fill=(150, 110, 70))
    for left in (380, 700):
        pen.polygon([(left, 330), (left + 20, 130), (left + 130, 290)], fill=(130, 95, 60))
        pen.ellipse((left + 60, 420, left + 120, 500), fill=(200, 190, 60))
        pen.ellipse((left + 82, 430, left + 98, 490), fill=(10, 10, 10))
    for at in range(2_000):
        px, py = rng.integers(350, 850), rng.integers(250, 800)
        pen.line((px, py, px + int(rng.integers(-12, 13)), py + 18), fill=(100 + at % 80, 80, 50), width=1)
    for side in (-1, 1):
        for at in range(4):
            pen.line((600, 600, 600 + side * 330, 520 + 50 * at), fill="white", width=3)
    return image


def _gradient() -> Image.Image:
    row = np.linspace(0, 255, 1000, dtype=np.uint8)
    return Image.fromarray(np.broadcast_to(row, (700, 1000)).copy())


def _wide() -> Image.Image:
    image = Image.new("L", (20_000, 600), 255)
    paper = draw_paper(dpi=100).convert("L").crop((0, 250, 827, 850))
    for at in range(24):
        image.paste(paper, (at * 830, 0))
    return image


PICTURES: dict[str, Callable[[], bytes]] = {
    "blank": lambda: _stored(Image.new("RGB", (1240, 1754), "white"), "JPEG"),
    "black": lambda: _stored(Image.new("RGB", (1240, 1754), "black"), "JPEG"),
    "one pixel": lambda: _stored(Image.new("RGB", (1, 1), "white"), "PNG"),
    "one pixel high": lambda: _stored(Image.new("L", (4000, 1), 128), "PNG"),
    "one pixel wide": lambda: _stored(Image.new("1", (1, 4000), 1), "TIFF", compression="group4"),
    "a cat": lambda: _stored(_cat(), "JPEG", quality=85),
    "noise": lambda: _stored(Image.effect_noise((900, 700), 90), "PNG"),
    "gradient": lambda: _stored(_gradient(), "PNG"),
    "at 37 degrees": lambda: _stored(draw_paper(dpi=120).rotate(37, expand=True, fillcolor="white"), "JPEG"),
    "50 dpi": lambda: _stored(draw_paper(dpi=50), "JPEG", dpi=(50, 50)),
    "20,000 pixels wide": lambda: _stored(_wide(), "PNG", compress_level=1),
    "palette": lambda: _stored(draw_paper(dpi=75).quantize(16), "PNG"),
    "palette, transparent": lambda: _stored(draw_paper(dpi=75).quantize(16), "PNG", transparency=0),
    "floats": lambda: _stored(Image.fromarray(np.full((300, 400), np.nan, np.float32)), "TIFF"),
    "progressive": lambda: _stored(draw_paper(dpi=75), "JPEG", progressive=True),
}  # fmt: skip
REFUSED: dict[str, tuple[str, Callable[[], bytes]]] = {
    "animated GIF": ("digitize.unknown_format", lambda: _animated("GIF")),
    "animated WebP": ("digitize.unknown_format", lambda: _animated("WEBP")),
    "BMP": ("digitize.unknown_format", lambda: _stored(draw_paper(dpi=30), "BMP")),
    "JPEG without an image": ("digitize.damaged", lambda: b"\xff\xd8\xff\xe0" + bytes(50)),
    "JPEG that says it is huge": ("digitize.page_too_large", lambda: _huge_jpeg()),
    "TIFF that says it is huge": ("digitize.page_too_large", lambda: _huge_tiff()),
    "PNG without its pixels": ("digitize.damaged", lambda: _png(300, 300, b"")),
    "PNG of no width": ("digitize.damaged", lambda: _png(0, 300, zlib.compress(bytes(300)))),
    "HEIC of nothing": ("digitize.damaged", lambda: b"\0\0\0\x18ftypheic" + bytes(200)),
    "TIFF that goes round": ("digitize.damaged", lambda: b"II*\0" + struct.pack("<IHHHIII", 8, 1, 256, 3, 1, 9, 8)),
}  # fmt: skip


def _animated(form: str) -> bytes:
    frames = [Image.new("RGB", (80, 60), shade) for shade in ("white", "grey", "black")]
    return _stored(frames[0], form, save_all=True, append_images=frames[1:])


def _huge_jpeg() -> bytes:
    whole = bytearray(_stored(Image.new("L", (64, 64)), "JPEG"))
    at = whole.index(b"\xff\xc0")
    whole[at + 5 : at + 9] = struct.pack(">HH", 65_000, 65_000)
    return bytes(whole)


def _huge_tiff() -> bytes:
    whole = bytearray(_stored(Image.new("L", (64, 64)), "TIFF"))
    (start,) = struct.unpack("<I", whole[4:8])
    (count,) = struct.unpack("<H", whole[start : start + 2])
    for at in range(start + 2, start + 2 + 12 * count, 12):
        if struct.unpack("<H", whole[at : at + 2])[0] in (256, 257):
            whole[at + 2 : at + 12] = struct.pack("<HII", 4, 1, 3_000_000_000)
    return bytes(whole)


def _png(width: int, height: int, data: bytes) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND")


@pytest.mark.parametrize("name", PICTURES)
def test_a_strange_picture_becomes_a_document(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(PICTURES[name]())
    start = time.process_time()
    (document,) = digitize.digitize(path, tmp_path / "out", limits=LIMITS).documents
    assert time.process_time() - start < 60
    (page,) = document.pages
    assert page.problem is None and (tmp_path / "out" / "a.pdf").stat().st_size > 0
    for line in page.lines:
        x0, y0, x1, y1 = line.box
        assert 0 <= x0 < x1 <= page.width and 0 <= y0 < y1 <= page.height
    if name in ("blank", "black", "gradient", "floats") or name.startswith("one pixel"):
        assert document.text == ""
    if name in ("a cat", "noise"):
        sure = [word for line in page.lines for word in line.words if word.confidence > 0.9]
        assert len(sure) <= 3, "nothing is read with confidence where nothing is written"


@pytest.mark.parametrize("name", REFUSED)
def test_a_broken_picture_is_refused_by_its_code(tmp_path: Path, name: str) -> None:
    code, content = REFUSED[name]
    path = tmp_path / "a.jpg"
    path.write_bytes(content())
    with pytest.raises(DigitizeError) as caught:
        digitize.digitize(path, tmp_path / "out", limits=LIMITS)
    told = caught.value.as_dict()
    assert told["code"] == code
    assert all(told[member] for member in ("message_vi", "message_en", "next", "next_en"))
    assert not list((tmp_path / "out").glob("*")), "nothing half written"


@pytest.fixture(scope="module")
def small() -> dict[str, bytes]:
    paper = draw_paper(dpi=20)
    return {
        "JPEG": _stored(paper, "JPEG"),
        "PNG": _stored(paper, "PNG"),
        "TIFF": _stored(paper, "TIFF", compression="tiff_lzw", save_all=True, append_images=[paper]),
        "PDF": _stored(paper, "PDF"),
    }


@pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF", "PDF"])
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bytes_at=st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), min_size=1, max_size=8))
def test_a_header_with_wrong_bytes_gives_pages_or_a_clear_error(
    tmp_path: Path, small: dict[str, bytes], form: str, bytes_at: list[tuple[int, int]]
) -> None:
    """Where sizes, counts, offsets and depths stand; a TIFF's stand at its end, so it is turned round for that."""
    whole = bytearray(small[form])
    for at, value in bytes_at:
        whole[-1 - at if form == "TIFF" and at % 2 else at] = value
    path = tmp_path / "a.bin"
    path.write_bytes(whole)
    try:
        for page in digitize.read(path, limits=LIMITS):
            assert page.width > 0 and page.height > 0
            assert page.pixels is None or page.pixels.shape[:2] == (page.height, page.width)
    except DigitizeError as error:
        assert error.code in ("digitize.damaged", "digitize.unknown_format", "digitize.page_too_large",
                              "digitize.too_costly", "digitize.no_pages", "digitize.encrypted",
                              "digitize.too_many_pages")  # fmt: skip


def test_a_page_longer_than_a_jpeg_may_be_is_kept(tmp_path: Path) -> None:
    """A strip of fourteen metres; its picture is as fine as its format lets it be, the page as long as it was."""
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.pages[0].obj.MediaBox = [0, 0, 40_000, 9]
        pdf.save(tmp_path / "a.pdf")
    (document,) = digitize.digitize(tmp_path / "a.pdf", tmp_path / "out", limits=LIMITS).documents
    assert document.pages[0].width > 65_535
    with pikepdf.open(document.pdf.path) as pdf:
        assert [round(float(side)) for side in pdf.pages[0].mediabox] == [0, 0, 40_000, 9]
