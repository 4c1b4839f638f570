"""A page as layers: small, nothing written on it lost, and a plain picture where layers would not do."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pikepdf
import pytest
from PIL import Image

import digitize
from digitize.encoding import jpeg
from digitize.faithful import keeps_marks
from digitize.layers import darkest, flattened, halved, lightest, separate
from digitize.sheet import encode
from digitize.straighten import Upright
from tests.digitize.conftest import draw_paper
from tests.digitize.pdfa_rules import violations

DPI = 300
PENCIL = (slice(2600, 2640), slice(300, 900))
STAMP = (slice(2760, 2960), slice(300, 600))
UNDER_SEAL = (slice(2780, 2830), slice(1590, 2000))
BLIND = "tests.digitize.test_pipeline:EngineThatIsBlind"


@pytest.fixture(scope="module")
def office() -> Any:
    """A coloured page as an office scanner gives it (BGR): noise, blur, a seal, pale pencil, a paler stamp."""
    page = np.asarray(draw_paper(dpi=DPI))[:, :, ::-1].astype(np.float32)
    at = np.arange(300, 900)
    for row in (2610, 2620, 2630):
        page[row + np.round(4 * np.sin(at / 9)).astype(int), at] = 205
        page[row + 1 + np.round(4 * np.sin(at / 9)).astype(int), at] = 205
    ring = np.zeros(page.shape[:2], np.uint8)
    cv2.circle(ring, (450, 2860), 80, 255, 8)
    page[ring > 0] = (236, 222, 218)
    noisy = (
        cv2.GaussianBlur(page, (0, 0), 0.9) * 0.97 + np.random.default_rng(4).normal(0, 6, page.shape[:2])[..., None]
    )
    return np.clip(noisy, 0, 255).astype(np.uint8)


def write(path: Path, page: Any) -> Path:
    Image.fromarray(np.ascontiguousarray(page[:, :, ::-1])).save(path, quality=92, dpi=(DPI, DPI))
    return path


def marks(page: Any, where: tuple[slice, slice]) -> float:
    """How strong the marks of a part of a page are."""
    grey = darkest(page[where]).astype(np.float32)
    return float(np.median(grey) - np.percentile(cv2.blur(grey, (3, 3)), 3))


@pytest.fixture(scope="module")
def archived(tmp_path_factory: pytest.TempPathFactory, office: Any) -> Path:
    folder = tmp_path_factory.mktemp("layers")
    return digitize.digitize(write(folder / "scan.jpg", office), folder / "out").documents[0].pdf.path


@pytest.fixture(scope="module")
def shown(archived: Path, office: Any) -> Any:
    """The archived page as a viewer draws it; its points are rounded, so it may be a pixel larger."""
    (page,) = digitize.read(archived)
    assert page.pixels is not None and page.dpi == DPI
    assert all(0 <= side - was <= 1 for side, was in zip(page.pixels.shape[:2], office.shape[:2], strict=True))
    return page.pixels[: office.shape[0], : office.shape[1]]


def test_an_office_page_in_colour_is_small(archived: Path) -> None:
    assert archived.stat().st_size <= 120_000
    assert violations(archived) == []
    with pikepdf.open(archived) as pdf:
        images = list(dict(pdf.pages[0].obj.Resources.XObject.items()).values())
        assert len(images) == 3 and all(str(image.Filter) == "/DCTDecode" for image in images)
        masks = [image.Mask for image in images if "/Mask" in image]
        assert [str(mask.Filter) for mask in masks] == ["/CCITTFaxDecode"] * 2, "no coder of symbols"


def test_pencil_and_pale_stamps_are_kept(office: Any, shown: Any) -> None:
    for where in (PENCIL, STAMP):
        assert marks(office, where) > 12
        assert marks(shown, where) > 0.7 * marks(office, where)
    assert keeps_marks(darkest(halved(office)), darkest(halved(shown)))


def test_a_seal_stays_red_and_the_letters_under_it_black(office: Any, shown: Any) -> None:
    blue, _, red = (shown[2400:2800, 1550:1960, channel].astype(int) for channel in range(3))
    was = office[2400:2800, 1550:1960].astype(int)
    sealed = (was[..., 2] - was[..., 0]) > 80
    assert sealed.sum() > 3_000 and np.median((red - blue)[sealed]) > 80
    name = shown[UNDER_SEAL]
    assert (lightest(name) < 90).sum() > 0.8 * (lightest(office[UNDER_SEAL]) < 110).sum() > 1_500


def test_all_readers_copy_the_text_with_its_tone_marks(archived: Path) -> None:
    import pdfplumber

    def told(*command: str | Path) -> str:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    with pdfplumber.open(archived) as pdf:
        plumbed = pdf.pages[0].extract_text()
    texts = {
        "pdftotext": told("pdftotext", archived, "-"),
        "mutool": told("mutool", "draw", "-q", "-F", "txt", archived),
        "pdfplumber": plumbed,
    }
    for reader, text in texts.items():
        flat = " ".join(text.split())
        assert "Nơi sinh: Bệnh viện đa khoa tỉnh Thử Nghiệm" in flat, reader
        assert flat.index("Giới tính") < flat.index("Dân tộc") < flat.index("Nơi đăng ký khai sinh"), reader


def test_lost_pencil_is_seen(office: Any) -> None:
    layers = separate(office)
    assert layers is not None
    page, drawn = darkest(halved(office)), darkest(flattened(layers))
    assert keeps_marks(page, drawn)
    rows, columns = (slice(part.start // 2 - 6, part.stop // 2 + 6) for part in PENCIL)
    drawn[rows, columns] = np.median(drawn[rows, columns])
    assert not keeps_marks(page, drawn)


def test_a_photograph_stays_one_picture(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    scene = cv2.resize(rng.integers(20, 235, (12, 9, 3)).astype(np.uint8), (1654, 2339), interpolation=cv2.INTER_CUBIC)
    assert separate(scene) is None
    reading = digitize.digitize(write(tmp_path / "cat.jpg", scene), tmp_path / "out", engine=BLIND)
    with pikepdf.open(reading.documents[0].pdf.path) as pdf:
        assert len(pdf.pages[0].obj.Resources.XObject) == 1


def test_layers_can_be_left_out(tmp_path: Path, office: Any) -> None:
    path = write(tmp_path / "scan.jpg", office)
    reading = digitize.digitize(path, tmp_path / "out", engine=BLIND, compact=False)
    with pikepdf.open(reading.documents[0].pdf.path) as pdf:
        (image,) = dict(pdf.pages[0].obj.Resources.XObject.items()).values()
        assert image.read_raw_bytes() == path.read_bytes(), "the scanner's own picture"


@pytest.mark.parametrize(("height", "width", "dpi"), [(3, 5, 300), (700, 501, 90), (901, 643, 200), (400, 400, 600)])
def test_any_size_is_encoded(tmp_path: Path, height: int, width: int, dpi: int) -> None:
    pixels = np.full((height, width, 3), 230, np.uint8)
    pixels[height // 3 : height // 3 + 12, width // 4 : width // 2] = (30, 20, 190)
    pixels[height // 2 : height // 2 + 9, width // 4 : width // 2] = 10
    page = digitize.PageImage(1, width, height, dpi, pixels)
    sheet = encode(page, Upright(pixels, dpi, np.eye(3), False, ()), tmp_path)
    assert (sheet.width, sheet.height) == (width, height)
    assert sheet.codec == ("layers" if dpi == 200 or dpi == 600 else "jpeg")
    assert jpeg(pixels)
