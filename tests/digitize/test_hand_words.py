"""Words that a pen wrote are told from print, within a line too, and reach fields only as what is to be asked about."""

from __future__ import annotations

import random

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from catalogue import font_path
from digitize.filled_in import with_hands
from digitize.hand_strips import BAND, ROWS, STRIDE, strip
from digitize.hand_words import finder, parted
from digitize.hands import apart
from digitize.model import Box, KindGuess, Line, Mark, Page, Word, quad_of
from digitize.training.pen import loops

DPI = 200
TEXT = "Căn cứ Luật Hộ tịch ngày 20 tháng 11 năm 2014"


def word(text: str, box: Box, sure: float = 0.99) -> Word:
    return Word(text, box, sure, quad_of(box))


def line(*words: Word) -> Line:
    box = (words[0].box[0], words[0].box[1], words[-1].box[2], words[0].box[3])
    return Line(" ".join(one.text for one in words), box, quad_of(box), 0.95, words)


def printed(page: Image.Image, text: str, x: int, y: int, em: int = 34) -> list[Word]:
    """Text on the page, and its words as an engine tells them."""
    face, pen, words = ImageFont.truetype(str(font_path("Tinos-Regular")), em), ImageDraw.Draw(page), []
    for part in text.split():
        pen.text((x, y), part, font=face, fill=0, anchor="ls")
        end = x + round(face.getlength(part))
        words.append(word(part, (x, y - em, end, y + 0.25 * em)))
        x = end + em // 4
    return words


def scrawled(page: np.ndarray, at: tuple[int, int], sure: float) -> Word:
    """Loops as of a pen, as training draws them, from a point of the page on."""
    ink = loops(random.Random(2), 34)
    left, top = at[0], round(at[1] - ink.baseline)
    part = page[top : top + ink.cover.shape[0], left : left + ink.cover.shape[1]]
    part[:] = (part * (1 - ink.cover)).astype(np.uint8)
    return word("mlulu", (float(left), at[1] - 34.0, left + ink.length, at[1] + 8.5), sure)


@pytest.mark.parametrize("em", [24, 34, 50])
def test_print_is_no_hand(em: int) -> None:
    page = Image.new("L", (1700, 200), 255)
    read = line(*printed(page, TEXT, 60, 110, em))
    odds = finder().odds([read], np.asarray(page))
    assert max(odds[0]) < -1
    assert apart([read], np.asarray(page), DPI, odds) == ([read], [])


def test_the_label_stays_print_and_what_a_pen_wrote_after_it_is_a_mark() -> None:
    image = Image.new("L", (1700, 200), 255)
    label = printed(image, "Họ, chữ đệm, tên người yêu cầu:", 60, 110)
    page = np.array(image)
    read = line(*label, scrawled(page, (560, 110), 0.5))
    (kept,), (mark,) = apart([read], page, DPI, finder().odds([read], page))
    assert kept.text == "Họ, chữ đệm, tên người yêu cầu:"
    assert (mark.kind, mark.text) == ("handwriting", "mlulu") and mark.confidence <= 0.3


@pytest.mark.parametrize(("sure", "by_hand"), [(0.75, True), (0.95, False)])
def test_what_looks_like_a_pen_but_was_read_well_stays_in_the_text(sure: float, by_hand: bool) -> None:
    name = [word("ĐỖ", (600, 80, 660, 115), sure), word("RẠNG", (670, 80, 780, 115), sure)]
    read = line(word("tên:", (500, 80, 580, 115)), *name)
    kept, marks = apart([read], np.full((200, 1700), 255, np.uint8), DPI, [[-6.0, 6.0, 6.0]])
    assert [one.text for one in kept] == (["tên:"] if by_hand else ["tên: ĐỖ RẠNG"])
    assert [mark.text for mark in marks] == (["ĐỖ RẠNG"] if by_hand else [])


def test_a_date_that_looks_like_a_pen_stays_in_the_text_with_its_own_doubt() -> None:
    read = line(word("ngày:", (500, 80, 580, 115)), word("09/01/2024", (600, 80, 780, 115), 0.56))
    assert apart([read], np.full((200, 1700), 255, np.uint8), DPI, [[-6.0, 6.0]]) == ([read], [])


def test_one_odd_word_does_not_part_a_line_and_a_clear_stretch_does() -> None:
    assert parted([-4, 0.8, -4]) == [False, False, False]
    assert parted([-4, 4, 3, -4]) == [False, True, True, False]
    assert parted([4, -0.5, 4]) == [True, True, True]
    assert parted([]) == []


def test_a_strip_leads_from_its_columns_back_to_the_page() -> None:
    page = np.full((300, 900), 255, np.uint8)
    page[120:160, 400:404] = 0
    seen = strip(page, ((100.0, 140.0), (800.0, 140.0)), 40.0)
    assert seen.ink.shape[0] == ROWS and seen.ink.shape[1] % STRIDE == 0
    assert seen.scale == pytest.approx(40 / BAND, rel=0.01)
    assert float(np.argmax(seen.ink.sum(axis=0))) == pytest.approx(seen.column(402.0), abs=1.0)


def test_a_leaning_line_is_cut_out_along_itself() -> None:
    page = np.full((300, 900), 255, np.uint8)
    cv2.line(page, (100, 120), (800, 180), 0, 3)
    seen = strip(page, ((100.0, 120.0), (800.0, 180.0)), 40.0)
    rows = np.flatnonzero(seen.ink.max(axis=1) > 0.5)
    assert abs(rows - ROWS / 2).max() <= 3


def read_page(*lines: Line, marks: tuple[Mark, ...]) -> Page:
    return Page(1, 1000, 1000, DPI, lines, upright_size=(1000, 1000), marks=marks)


def hand(text: str, box: Box) -> Mark:
    return Mark("handwriting", text, box, quad_of(box), 0.3)


def test_a_value_by_hand_is_proposed_with_low_confidence() -> None:
    from digitize.extract import extract

    title = line(
        *(
            word(text, (300.0 + 60 * at, 100.0, 350.0 + 60 * at, 130.0))
            for at, text in enumerate(("GIẤY", "ỦY", "QUYỀN"))
        )
    )
    label = line(word("Số", (50.0, 300.0, 80.0, 330.0)), word("CCCD:", (85.0, 300.0, 160.0, 330.0)))
    page = read_page(title, label, marks=(hand("001190000001", (200.0, 290.0, 420.0, 335.0)),))
    (owner,) = (field for field in extract([page], KindGuess("khac", 0.5)) if field.name == "owner_id")
    assert owner.value == "001190000001" and owner.confidence <= 0.3
    assert owner.box is not None and owner.box[0] == 200.0


def test_what_a_hand_wrote_stands_in_its_row_and_not_in_the_text() -> None:
    label = line(word("Họ", (50.0, 300.0, 80.0, 330.0)), word("tên:", (85.0, 300.0, 130.0, 330.0)))
    after = line(word("ngày", (600.0, 302.0, 660.0, 332.0)))
    page = read_page(label, after, marks=(hand("Lê Mẫu", (150.0, 290.0, 300.0, 340.0)),))
    assert [one.text for one in with_hands(page).lines] == ["Họ tên: Lê Mẫu", "ngày"]
    assert [one.text for one in page.lines] == ["Họ tên:", "ngày"]


def test_a_signature_far_from_every_line_is_no_value() -> None:
    label = line(word("Họ", (50.0, 300.0, 80.0, 330.0)))
    page = read_page(label, marks=(hand("vC4~", (500.0, 700.0, 800.0, 800.0)),))
    assert with_hands(page) == page
