"""What is taken away from a page, and what must stay."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from catalogue import font_path
from digitize.cleaning import flatten, median3, noise, undot, unline, unseal
from digitize.limits import Limits
from digitize.model import PageImage
from digitize.outline import outline
from digitize.skew import skew
from digitize.straighten import grey_of, straighten


def page(text: str = "Thị Mẫu, huyện Ví Dụ") -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGB", (1654, 1000), "white")
    pen = ImageDraw.Draw(image)
    pen.text((150, 200), text, font=ImageFont.truetype(str(font_path("Tinos-Regular")), 38), fill="black")
    return image, pen


def array(image: Image.Image) -> np.ndarray:
    return np.asarray(image)[..., ::-1].copy()


def test_leaders_go_and_dots_under_vowels_stay() -> None:
    bare, _ = page()
    dotted, pen = page()
    for x in range(150, 1400, 9):
        pen.rectangle([x, 246, x + 2, 248], fill="black")
    cleaned = undot(array(dotted))
    assert (cleaned[240:255, 700:1400] > 180).all(), "the free part of the leader is gone"
    ink, kept = np.asarray(bare.convert("L")) < 100, cleaned < 140
    assert (kept & ink).sum() > 0.97 * ink.sum(), "the letters and their dots are there"


def test_rules_and_digit_boxes_go_and_digits_stay() -> None:
    bare, _ = page("0 0 1 1 9")
    boxed, pen = page("0 0 1 1 9")
    for at in range(13):
        pen.line([140 + 48 * at, 190, 140 + 48 * at, 245], fill="black", width=2)
    pen.line([140, 190, 716, 190], fill="black", width=2)
    pen.line([140, 245, 716, 245], fill="black", width=2)
    cleaned = unline(array(boxed))
    assert (cleaned[188:248, 400:716] > 180).all()
    ink = np.asarray(bare.convert("L")) < 100
    assert (cleaned[ink] < 140).mean() > 0.85


def test_black_letters_under_a_red_seal_stay_and_the_seal_goes() -> None:
    image, pen = page()
    pen.ellipse([150, 120, 450, 420], outline=(225, 40, 50), width=12)
    pixels = cv2.min(array(image), array(page()[0]))
    cleaned = unseal(pixels)
    ink = np.asarray(page()[0].convert("L")) < 60
    assert (cleaned[ink] < 110).mean() > 0.95
    assert cleaned[390:440, 150:450].min() > 150


def test_uneven_light_is_flattened() -> None:
    shade = np.linspace(0.45, 1.0, 1654)[None, :, None]
    lit = (array(page()[0]) * shade).astype(np.uint8)
    flat = flatten(lit)
    paper = [float(np.median(flat[600:900, x : x + 200])) for x in (50, 700, 1400)]
    assert max(paper) - min(paper) < 12


def test_a_quiet_page_keeps_its_tone_marks() -> None:
    grey = grey_of(array(page()[0]))
    assert np.array_equal(median3(grey), grey)
    loud = np.clip(grey + np.random.default_rng(1).normal(0, 1, grey.shape), 0, 255).astype(np.uint8)
    assert noise(median3(loud)) < noise(loud)


@pytest.mark.parametrize("degrees", [-4.3, -1.25, -0.2, -0.08, 0.0, 0.12, 0.55, 3.0, 9.0])
def test_skew_within_a_twentieth_of_a_degree(paper: Image.Image, degrees: float) -> None:
    """A tenth of a degree is not taken for none, which it is where turning blurs and not turning does not."""
    leaning = paper.convert("L").rotate(degrees, resample=Image.Resampling.BICUBIC, fillcolor=255)
    assert skew(np.asarray(leaning)) == pytest.approx(-degrees, abs=0.05)


def test_a_crease_from_edge_to_edge_does_not_hide_how_faded_lines_lean(paper: Image.Image) -> None:
    """The sheet was folded, then laid askew and pressed flat by the scanner's lid: it is level, print is not."""
    faded = 205 - (255 - np.asarray(paper.convert("L"), np.float32)) / 255 * 50
    leaning = Image.fromarray(faded.astype(np.uint8)).rotate(0.65, resample=Image.Resampling.BICUBIC, fillcolor=205)
    page = np.asarray(leaning).copy()
    page[1_290:1_294] = 60
    assert skew(page) == pytest.approx(-0.65, abs=0.05)


def test_ruled_paper_with_nothing_on_it_is_straightened_by_its_rules() -> None:
    ruled = np.full((2_000, 1_400), 250, np.uint8)
    ruled[100:1_900:60] = 90
    leaning = np.asarray(Image.fromarray(ruled).rotate(0.4, resample=Image.Resampling.BICUBIC, fillcolor=250))
    assert skew(leaning) == pytest.approx(-0.4, abs=0.05)


def test_pages_without_lines_are_left_as_they_are() -> None:
    assert skew(np.full((800, 600), 255, np.uint8)) == 0.0
    assert skew(np.zeros((30, 20), np.uint8)) == 0.0


def test_a_page_of_metres_is_enlarged_no_further_than_a_page_may_be() -> None:
    pixels = np.full((1_600, 1_200), 255, np.uint8)
    upright = straighten(PageImage(1, 1_200, 1_600, 10, pixels), lambda _: (0, 1.0))
    assert upright.image.size == pytest.approx(Limits().page_pixels, rel=0.01)
    assert upright.dpi == pytest.approx(10 * upright.image.shape[0] / 1_600, abs=1)


def test_a_scan_has_no_outline_and_a_photograph_has(paper: Image.Image) -> None:
    grey = np.asarray(paper.convert("L"))
    assert outline(grey) is None
    assert outline((grey * 0.3 + 170).astype(np.uint8)) is None, "a faded scan neither"
    table = cv2.copyMakeBorder(grey, 200, 200, 200, 200, cv2.BORDER_CONSTANT, value=60)
    found = outline(table)
    assert found is not None
    assert np.abs(np.array(found[0]) - 200).max() < 15


def test_a_shadow_on_a_close_photograph_is_no_outline(paper: Image.Image) -> None:
    """The frame and a shadow's edge enclose four corners too; rectified by them, lines stood twenty degrees off."""
    grey = np.asarray(paper.convert("L")).astype(np.float32)
    height, width = grey.shape
    cover = np.zeros_like(grey)
    cv2.fillPoly(cover, [np.array([[0, 0], [width, 0], [0, round(height * 0.25)]])], 1.0)
    shadow = 1 - 0.55 * cv2.GaussianBlur(cover, (0, 0), 12)
    assert outline((grey * shadow * 0.9).astype(np.uint8)) is None


def test_a_shadow_over_a_corner_of_the_sheet_does_not_move_its_outline(paper: Image.Image) -> None:
    """Where the sheet is in the shadow it is hardly lighter than the table in the light: a threshold cuts it."""
    grey = np.asarray(paper.convert("L")).astype(np.float32) * 0.85
    table = cv2.copyMakeBorder(grey, 200, 200, 200, 200, cv2.BORDER_CONSTANT, value=70)
    cover = np.zeros_like(table)
    height, width = table.shape
    cv2.fillPoly(cover, [np.array([[width, height], [width // 3, height], [width, height // 2]])], 1.0)
    found = outline((table * (1 - 0.5 * cv2.GaussianBlur(cover, (0, 0), 25))).astype(np.uint8))
    assert found is not None
    corners = np.array([[200, 200], [width - 200, 200], [width - 200, height - 200], [200, height - 200]])
    assert np.abs(np.array(found) - corners).max() < 6


def test_a_frame_printed_around_a_form_is_no_outline(paper: Image.Image) -> None:
    grey = np.asarray(paper.convert("L")).copy()
    height, width = grey.shape
    grey[:, : width // 40] = grey[:, -width // 40 :] = 60  # what a copier leaves beside the sheet
    cv2.rectangle(grey, (width // 12, height // 12), (width - width // 12, height - height // 12), 20, width // 90)
    assert outline(grey) is None
