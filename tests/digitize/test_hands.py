"""What hands wrote and seals are kept apart from print, and print stays print."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from digitize.hands import apart, is_blue, seals
from digitize.model import Line, Word, quad_of

BLUE, BLACK, RED = (160, 50, 25), (20, 20, 20), (45, 30, 200)
DPI = 300


def page() -> np.ndarray:
    return np.full((1200, 1200, 3), 250, np.uint8)


def strokes(picture: np.ndarray, box: tuple[int, int, int, int], ink: tuple[int, int, int]) -> None:
    for x in range(box[0] + 5, box[2] - 5, 20):
        cv2.line(picture, (x, box[1] + 5), (x + 10, box[3] - 5), ink, 5)


def line(text: str, box: tuple[int, int, int, int], sure: float) -> Line:
    around = tuple(map(float, box))
    assert len(around) == 4
    words = tuple(Word(word, around, sure, quad_of(around)) for word in text.split())
    return Line(text, around, quad_of(around), sure ** len(words), words)


def kinds(picture: np.ndarray, *lines: Line) -> tuple[list[str], list[str]]:
    printed, marks = apart(lines, picture, DPI)
    return [one.text for one in printed], [mark.kind for mark in marks]


def test_the_loops_of_a_signature_are_one_mark_with_what_was_read_of_them() -> None:
    picture = page()
    first, second = (100, 100, 300, 160), (120, 180, 260, 240)
    for box in (first, second):
        strokes(picture, box, BLUE)
    printed, marks = apart([line("vC4~ =2", first, 0.5), line("9", second, 0.99)], picture, DPI)
    assert printed == [] and [mark.kind for mark in marks] == ["handwriting"]
    assert marks[0].box == (100, 100, 300, 240) and marks[0].text == "vC4~ =2 9" and marks[0].confidence <= 0.3


@pytest.mark.parametrize("sure", [0.45, 0.9, 0.999])
def test_black_print_stays_print(sure: float) -> None:
    picture, box = page(), (100, 100, 600, 160)
    strokes(picture, box, BLACK)
    assert kinds(picture, line("Nguyễn Thị Mẫu", box, sure)) == (["Nguyễn Thị Mẫu"], [])


def test_what_was_read_well_in_blue_ink_is_print() -> None:
    picture, box = page(), (100, 100, 600, 160)
    strokes(picture, box, BLUE)
    assert is_blue(picture, (100, 100, 600, 160))
    assert kinds(picture, line("ĐÃ THU TIỀN", box, 0.95)) == (["ĐÃ THU TIỀN"], [])


def test_a_date_filled_in_blue_stays_with_its_label_though_a_figure_of_it_is_in_doubt() -> None:
    picture, box = page(), (100, 100, 600, 160)
    strokes(picture, box, BLUE)
    label, day = line("Sinh ngày:", box, 1.0).words, line("09/01/2024", box, 0.57).words
    read = Line(
        "Sinh ngày: 09/01/2024", line("x", box, 1.0).box, quad_of((100.0, 100.0, 600.0, 160.0)), 0.57, label + day
    )
    assert kinds(picture, read) == (["Sinh ngày: 09/01/2024"], [])
    assert kinds(picture, line("09/0/20", box, 0.57)) == ([], ["handwriting"])


def test_what_hardly_was_believed_is_no_print_in_any_ink() -> None:
    box = (100, 100, 300, 160)
    grey = np.full((400, 400), 250, np.uint8)
    assert kinds(grey, line("≥±4a³", box, 0.2)) == ([], ["handwriting"])
    assert kinds(grey, line("9", box, 0.99)) == (["9"], [])


def test_a_seal_is_found_and_red_print_is_none() -> None:
    picture = page()
    cv2.circle(picture, (600, 600), 200, RED, 12)
    cv2.putText(picture, "MAU SO", (100, 200), cv2.FONT_HERSHEY_SIMPLEX, 3, RED, 8)
    (box,) = seals(picture, DPI)
    assert box == pytest.approx((394, 394, 806, 806), abs=12)


def test_strokes_of_a_pen_that_nobody_read_are_a_mark_without_text() -> None:
    picture, box = page(), (100, 100, 400, 240)
    strokes(picture, box, BLUE)
    printed, (mark,) = apart([], picture, DPI)
    assert printed == [] and (mark.kind, mark.text, mark.confidence) == ("handwriting", "", 0.0)
    assert mark.box == pytest.approx((105, 105, 395, 235), abs=14)


def test_a_framed_stamp_in_blue_is_no_handwriting() -> None:
    picture = page()
    cv2.rectangle(picture, (100, 100), (600, 260), BLUE, 6)
    assert kinds(picture) == ([], [])


def test_a_framed_stamp_in_red_is_a_seal() -> None:
    picture = page()
    cv2.rectangle(picture, (100, 100), (620, 280), RED, 6)
    assert kinds(picture) == ([], ["seal"])


def test_a_grey_page_has_no_seals() -> None:
    assert list(seals(np.full((400, 400), 250, np.uint8), DPI)) == []
