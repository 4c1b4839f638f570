"""Files as they come: every format by content, every colour mode, and what is wrong with a bad one, clearly said."""

from __future__ import annotations

import io
import os
import struct
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

import digitize
from catalogue import ExitCode
from digitize import DigitizeError, Limits
from digitize.opening import Opened

SMALL = (330, 220)


def picture(mode: str = "RGB", size: tuple[int, int] = SMALL) -> Image.Image:
    image = Image.new("RGB", size, "white")
    image.paste((200, 30, 40), (10, 10, 60, 60))
    return image.convert(mode) if mode != "RGB" else image


def pages_of(path: Path, limits: Limits | None = None) -> list[digitize.PageImage]:
    return list(digitize.read(path, limits=limits))


@pytest.mark.parametrize(
    ("mode", "name", "options"),
    [
        ("RGB", "a.jpg", {"quality": 90}),
        ("CMYK", "a.jpg", {"quality": 90}),
        ("L", "a.jpg", {}),
        ("RGB", "a.png", {}),
        ("RGBA", "a.png", {}),
        ("P", "a.png", {}),
        ("LA", "a.png", {}),
        ("1", "a.png", {}),
        ("1", "a.tif", {"compression": "group4"}),
        ("RGB", "a.tif", {"compression": "tiff_lzw"}),
        ("CMYK", "a.tif", {}),
    ],
)
def test_every_colour_mode_becomes_grey_or_bgr_on_white(
    tmp_path: Path, mode: str, name: str, options: dict[str, object]
) -> None:
    path = tmp_path / name
    picture(mode).save(path, **options)  # type: ignore[arg-type]
    (page,) = pages_of(path)
    assert page.pixels is not None and page.pixels.dtype == np.uint8
    assert (page.width, page.height) == SMALL
    corner, ink = page.pixels[200, 300], page.pixels[30, 30]
    assert np.all(corner > 245), "the paper stays white"
    assert np.all(np.asarray(ink).mean() < 150), "the ink stays dark"
    assert page.bilevel == (mode == "1")


def test_red_stays_red_in_bgr_order(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    picture().save(path)
    (page,) = pages_of(path)
    assert page.pixels is not None
    blue, green, red = (int(value) for value in page.pixels[30, 30])
    assert red > 180 and blue < 60 and green < 60


def test_sixteen_bits_become_eight(tmp_path: Path) -> None:
    deep = np.full((220, 330), 65535, np.uint16)
    deep[20:40, 20:40] = 0x4000
    for name in ("a.png", "a.tif"):
        path = tmp_path / name
        Image.fromarray(deep).save(path)
        (page,) = pages_of(path)
        assert page.pixels is not None
        assert int(page.pixels[0, 0]) == 255 and int(page.pixels[30, 30]) == 64


def test_exif_orientation_is_applied_before_pixels_are_counted(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    path = tmp_path / "phone.jpg"
    picture().save(path, exif=exif)
    (page,) = pages_of(path)
    assert (page.width, page.height) == SMALL[::-1]
    assert page.picture is None, "a turned JPEG cannot go into the archive as it is"


def test_heic_is_read(tmp_path: Path) -> None:
    from pillow_heif import from_pillow

    path = tmp_path / "phone.heic"
    from_pillow(picture(size=(640, 480))).save(path)
    (page,) = pages_of(path)
    assert (page.width, page.height) == (640, 480)


def test_animated_png_gives_its_first_frame(tmp_path: Path) -> None:
    path = tmp_path / "moving.png"
    picture().save(path, save_all=True, append_images=[picture("L").convert("RGB")])
    assert len(pages_of(path)) == 1


def test_frames_of_a_tiff_are_pages_and_thumbnails_are_not(tmp_path: Path) -> None:
    path = tmp_path / "many.tif"
    thumbnail = picture(size=(40, 30))
    thumbnail.encoderinfo = {"tiffinfo": {254: 1}}  # type: ignore[attr-defined]
    picture().save(path, save_all=True, append_images=[picture("L"), thumbnail, picture()])
    assert [page.number for page in pages_of(path)] == [1, 2, 3]


def test_fax_pixels_are_not_square_and_that_is_said(tmp_path: Path) -> None:
    path = tmp_path / "fax.tif"
    Image.new("1", (1728, 1100), 1).save(path, compression="group4", dpi=(204, 98))
    (page,) = pages_of(path)
    assert page.dpi == 204 and page.stretch == pytest.approx(204 / 98, rel=0.01)


@pytest.mark.parametrize(("declared", "expected"), [((300, 300), 300), ((72, 72), 171), ((1, 1), 171), (None, 171)])
def test_a_density_that_makes_no_sense_is_guessed_as_a4(
    tmp_path: Path, declared: tuple[int, int] | None, expected: int
) -> None:
    path = tmp_path / "a.jpg"
    Image.new("L", (1414, 2000), 255).save(path, **({"dpi": declared} if declared else {}))
    (page,) = pages_of(path)
    assert page.dpi == expected


def test_a_scanned_pdf_gives_the_very_pixels_of_its_jpeg(tmp_path: Path, scan: Path) -> None:
    path = tmp_path / "scan.pdf"
    Image.open(scan).save(path, resolution=200)
    with Image.open(io.BytesIO(_jpeg_of(path))) as inside:
        expected = np.asarray(inside.convert("RGB"))[..., ::-1]
    pages = digitize.read(path)
    page = next(pages)
    assert page.pixels is not None and np.array_equal(page.pixels, expected)
    assert page.picture is not None and page.picture.path.read_bytes() == _jpeg_of(path)
    assert page.dpi == 200
    pages.close()  # type: ignore[attr-defined]


def _jpeg_of(path: Path) -> bytes:
    with pikepdf.open(path) as pdf:
        return pdf.pages[0].obj.Resources.XObject.image.read_raw_bytes()


def test_a_born_digital_page_comes_with_its_text_and_without_pixels(born_digital: Callable[..., Path]) -> None:
    path = born_digital([["GIẤY ỦY QUYỀN", "Tôi là NGUYỄN THỊ MẪU, sinh năm 1990"]])
    (page,) = pages_of(path)
    assert page.pixels is None and page.lines is not None
    assert [line.text for line in page.lines] == ["GIẤY ỦY QUYỀN", "Tôi là NGUYỄN THỊ MẪU, sinh năm 1990"]
    assert all(word.confidence == 1.0 for line in page.lines for word in line.words)
    x0, y0, _, y1 = page.lines[0].box
    assert x0 == pytest.approx(80 / 72 * 200, abs=4) and y0 < (842 - 760) / 72 * 200 < y1 + 2


def test_a_text_layer_of_wrong_letters_is_not_believed(born_digital: Callable[..., Path]) -> None:
    path = born_digital([["Vieät Nam ñoäc laäp töï do haïnh phuùc", "Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam"]])
    (page,) = pages_of(path)
    assert page.lines is None and page.pixels is not None
    assert page.steps[0].name == "text-layer-broken"


def test_invisible_text_over_a_scan_is_not_believed(tmp_path: Path, scan: Path) -> None:
    reading = digitize.digitize(scan, tmp_path / "out")
    (page,) = pages_of(reading.documents[0].pdf.path)
    assert page.lines is None and page.pixels is not None


class TestBadFiles:
    """Each gets its own error with a stable code, and no partial result."""

    def check(self, path: Path, code: str, limits: Limits | None = None) -> DigitizeError:
        with pytest.raises(DigitizeError) as caught:
            pages_of(path, limits)
        assert caught.value.code == code
        told = caught.value.as_dict()
        assert all(told[key] for key in ("message_vi", "message_en", "next", "next_en"))
        assert str(path.name) not in str(told), "file names are personal data"
        return caught.value

    def test_no_file(self, tmp_path: Path) -> None:
        assert self.check(tmp_path / "none.pdf", "digitize.no_file").exit_code == ExitCode.NOT_FOUND

    def test_zero_bytes(self, tmp_path: Path) -> None:
        (tmp_path / "a.pdf").touch()
        self.check(tmp_path / "a.pdf", "digitize.empty")

    def test_wrongly_named_is_read_by_its_content(self, tmp_path: Path) -> None:
        path = tmp_path / "a.pdf"
        picture().save(path, format="PNG")
        assert len(pages_of(path)) == 1
        text = tmp_path / "b.jpg"
        text.write_text("không phải ảnh" * 100)
        self.check(text, "digitize.unknown_format")

    def test_encrypted(self, tmp_path: Path, scan: Path) -> None:
        path = tmp_path / "a.pdf"
        with pikepdf.new() as pdf:
            pdf.add_blank_page()
            pdf.save(path, encryption=pikepdf.Encryption(owner="o", user="u"))
        self.check(path, "digitize.encrypted")

    def test_too_many_bytes(self, tmp_path: Path) -> None:
        path = tmp_path / "a.pdf"
        with path.open("wb") as file:
            file.write(b"%PDF-1.7\n")
            file.truncate(201 * 1024 * 1024)
        self.check(path, "digitize.too_large")

    def test_ten_thousand_pages(self, tmp_path: Path) -> None:
        path = tmp_path / "a.pdf"
        with pikepdf.new() as pdf:
            pdf.add_blank_page()
            pdf.pages.extend([pdf.pages[0]] * 9_999)
            pdf.save(path)
        error = self.check(path, "digitize.too_many_pages")
        assert "10000" in error.en

    def test_a_png_that_unpacks_to_gigabytes(self, tmp_path: Path) -> None:
        path = tmp_path / "bomb.png"
        side = 60_000
        head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
        data = _chunk(b"IDAT", zlib.compress(bytes(10_000_000)))
        path.write_bytes(b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + data + _chunk(b"IEND"))
        self.check(path, "digitize.page_too_large")

    def test_a_pdf_stream_that_unpacks_to_gigabytes(self, tmp_path: Path) -> None:
        path = tmp_path / "bomb.pdf"
        packed = zlib.compress(zlib.compress(bytes(3_000_000_000 // 40)) * 40, 9)
        with pikepdf.new() as pdf:
            image = pdf.make_stream(
                packed, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=50_000, Height=50_000,
                BitsPerComponent=8, ColorSpace=pikepdf.Name.DeviceRGB,
                Filter=[pikepdf.Name.FlateDecode, pikepdf.Name.FlateDecode],
            )  # fmt: skip
            pdf.add_blank_page(page_size=(595, 842))
            pdf.pages[0].obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=image))
            pdf.pages[0].obj.Contents = pdf.make_stream(b"595 0 0 842 0 0 cm /I Do")
            pdf.save(path)
        self.check(path, "digitize.page_too_large")

    def test_memory_beyond_the_limit(self, tmp_path: Path) -> None:
        path = tmp_path / "large.png"
        Image.new("RGB", (9_000, 9_000)).save(path)
        self.check(path, "digitize.too_costly", replace(Limits(), memory_bytes=500 * 1024 * 1024))

    def test_time_beyond_the_limit(self, tmp_path: Path) -> None:
        path = tmp_path / "slow.png"
        Image.effect_noise((6_000, 6_000), 50).save(path, compress_level=1)
        self.check(path, "digitize.too_costly", replace(Limits(), seconds_page=0.05))

    @pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.tif"])
    def test_truncated_images(self, tmp_path: Path, name: str) -> None:
        path = tmp_path / name
        Image.effect_noise((400, 400), 80).save(path)
        path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
        self.check(path, "digitize.damaged")

    def test_truncated_pdf(self, tmp_path: Path, scan: Path) -> None:
        path = tmp_path / "a.pdf"
        Image.open(scan).save(path, save_all=True, append_images=[Image.open(scan)])
        path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
        self.check(path, "digitize.damaged")


def _chunk(kind: bytes, data: bytes = b"") -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def test_a_pdf_with_a_wrong_cross_reference_table_is_repaired(tmp_path: Path, scan: Path) -> None:
    path = tmp_path / "a.pdf"
    Image.open(scan).save(path)
    path.write_bytes(path.read_bytes().replace(b"startxref\n", b"startxref\n9"))
    assert len(pages_of(path)) == 1


def test_the_child_gets_no_environment_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scan: Path) -> None:
    monkeypatch.setenv("HOSO_MASTER_KEY", "secret")
    with Opened(scan) as source:
        environment = Path(f"/proc/{source._process.pid}/environ").read_bytes()
        limits = Path(f"/proc/{source._process.pid}/limits").read_text()
    assert b"secret" not in environment and b"HOSO" not in environment
    memory = next(line for line in limits.splitlines() if line.startswith("Max address space"))
    assert str(Limits().memory_bytes) in memory


def test_nothing_is_left_behind(scan: Path) -> None:
    with Opened(scan) as source:
        folder, pid = source.folder, source._process.pid
        source.ticket(1)
    assert not folder.exists()
    assert not Path(f"/proc/{pid}").exists()


@pytest.fixture(scope="module")
def whole_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("whole")
    noise = Image.effect_noise((120, 90), 60)
    noise.save(folder / "a.jpg")
    noise.save(folder / "a.png")
    noise.save(folder / "a.tif", save_all=True, append_images=[noise])
    noise.save(folder / "a.pdf")
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.tif", "a.pdf"])
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(share=st.floats(0, 1), damage=st.binary(min_size=0, max_size=12))
def test_broken_bytes_give_pages_or_a_clear_error(
    tmp_path: Path, whole_files: dict[str, bytes], name: str, share: float, damage: bytes
) -> None:
    whole = whole_files[name]
    at = int(share * len(whole))
    path = tmp_path / f"{os.urandom(4).hex()}-{name}"
    path.write_bytes(whole[:at] + damage + (whole[at + len(damage) :] if damage else b""))
    try:
        for page in digitize.read(path):
            assert page.width > 0 and page.height > 0
    except DigitizeError as error:
        assert error.code.startswith("digitize.")


def test_of_several_heic_images_the_one_that_the_camera_means_is_the_page(tmp_path: Path) -> None:
    from pillow_heif import from_pillow

    heif = from_pillow(Image.new("RGB", (640, 480), "red"))
    heif.add_from_pillow(Image.new("RGB", (800, 600), "white"))
    heif.save(tmp_path / "photo.heic", primary_index=1)
    (page,) = pages_of(tmp_path / "photo.heic")
    assert (page.width, page.height) == (800, 600)
