"""Broken files by chance: each becomes a result or an error of ours. More of them: `python -m bench.fuzz`."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from random import Random

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

import digitize
from bench.fuzz.corpus import MAKERS, SOUND, specimen
from bench.fuzz.frames import FRAMES
from bench.fuzz.papers import CODECS, PAPERS, add_page, saved
from bench.fuzz.pictures import PICTURES
from bench.fuzz.trial import LIMITS, QUICK
from bench.fuzz.wounds import WOUNDS, summed, wounded
from digitize import DigitizeError
from digitize.errors import Damaged
from digitize.tiff_frames import TiffReader

_ROOT = Path(__file__).parents[2]
# What a file may be refused for.
_OF_A_FILE = {
    f"digitize.{code}"
    for code in (
        "damaged", "empty", "encrypted", "no_pages", "page_too_large", "too_costly", "too_many_pages", "unknown_format",
    )
}  # fmt: skip


@pytest.mark.parametrize("name", MAKERS)
def test_a_file_comes_from_its_seed_alone(name: str) -> None:
    assert MAKERS[name](Random(3)) == MAKERS[name](Random(3))


def test_a_number_names_a_file() -> None:
    assert specimen(5, 8) == specimen(5, 8) != specimen(6, 8)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.integers(0, 1 << 32), st.binary(min_size=1, max_size=400))
def test_every_wound_can_be_dealt_to_any_file(seed: int, content: bytes) -> None:
    for wound in WOUNDS:
        wound(bytearray(content), Random(seed), content[::2])
    wounded(content, Random(seed), b"")


def test_the_sums_of_a_wounded_png_are_made_right() -> None:
    whole = PICTURES["png"](Random(1))
    broken = bytearray(whole)
    broken[16:33] = whole[16:29] + b"\0\0\0\0"
    assert summed(bytes(broken)) == whole


@pytest.mark.parametrize("name", [name for name in SOUND if name not in ("pdf, locked", "tiff, laid out")])
def test_a_sound_file_of_every_kind_is_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(SOUND[name](Random(2)))
    pages = list(digitize.read(path, limits=LIMITS))
    assert pages and all(page.width > 0 and page.height > 0 for page in pages)


def test_a_picture_of_every_codec_is_drawn(tmp_path: Path) -> None:
    for codec in dict.fromkeys(CODECS):
        with pikepdf.new() as pdf:
            add_page(pdf, b"q 595 0 0 842 0 0 cm /I Do Q", XObject=pikepdf.Dictionary(I=codec(pdf, Random(4))))
            path = tmp_path / "a.pdf"
            path.write_bytes(saved(pdf))
        (page,) = digitize.read(path, limits=LIMITS)
        assert page.pixels is not None and page.pixels.min() < 250, codec.__name__


@settings(max_examples=14, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(number=st.integers(0, 1 << 20))
def test_a_wounded_file_gives_pages_or_a_clear_error(tmp_path: Path, number: int) -> None:
    chance = Random(number)
    name = chance.choice([*PICTURES, *FRAMES, *PAPERS])
    path, out = tmp_path / "a.bin", tmp_path / "out"
    path.write_bytes(wounded(SOUND[name](chance), chance, b"%PDF-1.4 other"))
    try:
        reading = digitize.digitize(path, out, engine=QUICK, limits=LIMITS)
    except DigitizeError as error:
        assert error.code in _OF_A_FILE
        assert not list(out.glob("*")) and not list(out.glob(".*")), "nothing half written"
        return
    for document in reading.documents:
        with pikepdf.open(document.pdf.path) as pdf:
            assert len(pdf.pages) == len(document.pages)
        document.pdf.path.unlink()


@settings(max_examples=150, deadline=None, derandomize=True)
@given(number=st.integers(0, 1 << 20))
def test_the_directories_of_a_wounded_tiff_are_found_or_it_is_damaged(number: int) -> None:
    chance = Random(number)
    whole = FRAMES["tiff, laid out"](chance)
    try:
        frames = TiffReader(io.BytesIO(wounded(whole, chance, whole))).directories()
    except Damaged:
        return
    assert all(frame[256].tag == 256 for frame in frames if 256 in frame)


def test_a_png_with_long_texts_is_read(tmp_path: Path) -> None:
    """An editor's history of the image is no reason to refuse it."""
    from PIL.PngImagePlugin import PngInfo

    texts, path = PngInfo(), tmp_path / "a.png"
    texts.add_text("history", "x" * 5_000_000, zip=True)
    Image.new("L", (200, 300), 255).save(path, pnginfo=texts)
    (page,) = digitize.read(path)
    assert (page.width, page.height) == (200, 300)


def test_a_page_with_a_font_of_nothing_is_kept_without_a_claim(tmp_path: Path) -> None:
    with pikepdf.new() as pdf:
        page = add_page(pdf, b"BT /F0 13 Tf 80 700 Td (Giay khai sinh) Tj ET")
        names = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type0, BaseFont=pikepdf.Name("/X"))
        names.DescendantFonts = pikepdf.Array([None])
        page.Resources.Font.F1 = names
        (tmp_path / "a.pdf").write_bytes(saved(pdf))
    (document,) = digitize.digitize(tmp_path / "a.pdf", tmp_path / "out", engine=QUICK).documents
    assert (document.text, document.pdf.pdfa, document.pdf.reason) == ("Giay khai sinh", None, "font-not-embedded")


@pytest.mark.slow
def test_many_broken_files_break_no_promise() -> None:
    """Seven in eight are only opened, copied and cut; the others go the whole way, some with the real engine."""
    command = [sys.executable, "-m", "bench.fuzz", "--seed", "2026", "--files", "160", "--whole-every", "8"]
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr[-2_000:]
    assert "160 files, 0 promises broken" in done.stdout
