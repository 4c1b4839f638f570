"""What the benchmark of reading counts, and that it charges nobody for what is not text."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bench.reading.ablation import Without
from bench.reading.failures import draw as draw_failures
from bench.reading.failures import worst
from bench.reading.picture import draw
from bench.reading.readers import Meter, _from_points
from bench.reading.scans import Scan, resampled, scans_of, wrapped
from bench.reading.scoring import Score, aligned, compare, plain, score_page, score_text


def truth(*lines: tuple[str, float, float], marks: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    """Lines at (x, y), ten pixels a letter wide and twenty high."""
    quads = [
        {"text": text, "quad": [[x, y], [x + 10 * len(text), y], [x + 10 * len(text), y + 20], [x, y + 20]]}
        for text, x, y in lines
    ]
    return {"level": "clean", "width": 800, "height": 1000, "lines": quads, "marks": list(marks)}


def word(text: str, x: float, y: float) -> tuple[str, tuple[float, float, float, float]]:
    return text, (x, y, x + 10 * len(text), y + 20)


@given(st.text("aáàb1 ", max_size=9), st.text("aáàb1 ", max_size=9))
def test_an_alignment_is_a_shortest_edit(one: str, other: str) -> None:
    pairs = aligned(one, other)
    assert "".join(a for a, _ in pairs) == one and "".join(b for _, b in pairs) == other
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        before, row[0] = row[0], i
        for j, b in enumerate(other, start=1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (a != b))
    assert sum(a != b for a, b in pairs) == row[-1]


def test_words_go_to_the_line_that_holds_them_and_strays_are_charged() -> None:
    page = truth(("Họ và tên", 100, 100), ("Số 12", 100, 200))
    read = [word("tên", 160, 100), word("Họ", 100, 100), word("và", 130, 100)]
    read += [word("Số", 100, 200), word("13", 130, 200), word("zz", 500, 700)]
    score, wrong = score_page(read, page)
    assert wrong == [("Số 12", "Số 13")]
    assert (score.edits, score.letters, score.perfect, score.lines) == (3, 14, 1, 2)
    assert (score.digits, score.wrong_digits, score.word_edits, score.words) == (2, 1, 1, 5)


@pytest.mark.parametrize("mark", [{"kind": "seal"}, {"name": "seal"}, {"kind": "stamp"}])
def test_what_a_seal_says_is_not_charged(mark: dict[str, Any]) -> None:
    mark["quad"] = [[400, 600], [700, 600], [700, 900], [400, 900]]
    score, _ = score_page([word("ỦY", 500, 700)], truth(marks=(mark,)))
    assert score.edits == 0
    score, _ = score_page([word("ỦY", 500, 700)], truth())
    assert score.edits == 2


def test_wrong_tone_marks_are_told_apart() -> None:
    score = Score()
    assert not compare("Đặng Thị Hoà", "Đăng Thi Noà", score)
    assert (score.edits, score.marks) == (3, 2)


def test_leaders_and_kinds_of_dashes_are_nothing() -> None:
    assert plain("Họ tên: .......... NAM …… . – ") == "Họ tên: NAM -"
    assert plain("1.250.000 đ. Hết.") == "1.250.000 đ. Hết."


def test_text_of_which_no_places_are_known_is_compared_line_by_line() -> None:
    score = score_text("GIẤY XÁC NHẬN\nTôi là NAM\nrác", "GIẤY XÁC NHẬN\nSố 12\nTôi là NAN\n")
    assert (score.edits, score.perfect, score.lines) == (len("Số 12") + 1 + len("rác"), 1, 3)


@pytest.mark.parametrize("degrees", [-2.4, 0.0, 1.7])
def test_words_of_a_straightened_pdf_page_are_turned_back(tmp_path: Path, degrees: float) -> None:
    """The other program's page stands straight; the truth leans as the scan did."""
    page = truth(*((f"dòng chữ số {n}", 100, 100 + 60 * n) for n in range(12)))
    middle = np.array([400.0, 500.0])
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    turn = np.array([[cosine, -sine], [sine, cosine]])
    for line in page["lines"]:
        line["quad"] = ((np.array(line["quad"]) - middle) @ turn.T + middle).tolist()
    body = "".join(
        f'<word xMin="{100 + at}" yMin="{100 + 60 * n}" xMax="{120 + at}" yMax="{120 + 60 * n}">{text}</word>'
        for n in range(12)
        for at, text in ((0, "dòng"), (50, "chữ"), (90, "số"), (115, n))
    )
    words = _from_points(("800", "1000", body), Scan(tmp_path, {"pages": [page]}))
    score, wrong = score_page(words, page)
    assert not wrong and score.edits == 0


def test_scans_are_put_into_a_pdf_as_they_are(tmp_path: Path) -> None:
    Image.new("RGB", (620, 877), "white").save(tmp_path / "a.jpg", dpi=(75, 75))
    Image.new("1", (1654, 2339), 1).save(tmp_path / "b.tif", compression="group4", dpi=(200, 200))
    for name in ("a", "b"):
        (tmp_path / f"{name}.txt").write_text("chữ\n", encoding="utf-8")
    scans = list(scans_of([tmp_path]))
    assert [(scan.path.name, scan.level) for scan in scans] == [("a.jpg", "real"), ("b.tif", "real")]
    assert {scan.text for scan in scans} == {"chữ\n"}
    wrapped(scans, tmp_path / "both.pdf")
    with pikepdf.open(tmp_path / "both.pdf") as pdf:
        assert len(pdf.pages) == 2
        assert pdf.pages[0].obj.Resources.XObject["/Scan"].read_raw_bytes() == scans[0].path.read_bytes()
        assert [round(float(side)) for side in pdf.pages[1].mediabox[2:]] == [595, 842]


def test_a_meter_counts_what_children_of_children_take() -> None:
    burn = "import time\nwhile time.process_time() < 0.3: pass"
    meter = Meter()
    meter.run(sys.executable, "-c", f"import subprocess, sys; subprocess.run([sys.executable, '-c', {burn!r}])")
    assert meter.cpu > 0.3 and meter.wall > 0.3


def _without(step: str, *edits: int) -> Without:
    return Without(step, {"office": [Score(edits=wrong, letters=200) for wrong in edits]})


def test_a_step_left_out_is_told_with_its_change_on_the_same_pages() -> None:
    whole, less = _without("all steps", 40, 2, 0, 30), _without("flatten", 44, 6, 4, 34)
    more, low, high = less.change("office", whole)
    # Pages differ much from each other, the readings of a page hardly: an interval of pairs is narrow all the same.
    assert (whole.cer("office"), more, low, high) == pytest.approx((9.0, 2.0, 2.0, 2.0))
    more, low, high = _without("deskew", 40, 2, 0, 38).change("office", whole)
    assert more == pytest.approx(1.0)
    assert low == 0.0 and high > 2.0


def test_the_ablation_is_drawn_with_what_was_left_out(tmp_path: Path) -> None:
    few, many = tmp_path / "few.png", tmp_path / "many.png"
    draw([_without("all steps", 1, 2), _without("flatten", 1, 4)], few)
    draw([_without("all steps", 1, 2), _without("flatten", 1, 4), _without("deskew", 90, 80)], many)
    with Image.open(few) as one, Image.open(many) as other:
        assert one.width == other.width and one.height < other.height
        # Levels have a colour each, and what was measured stands in that of its own.
        assert any(blue > red + 80 for _, (red, _, blue) in one.convert("RGB").getcolors(1 << 20))


def test_the_worst_line_of_a_page_is_shown_as_it_was_scanned(tmp_path: Path) -> None:
    page = truth(("Họ và tên", 100, 100), ("Số 12", 100, 200), ("Ngày", 100, 300))
    pixels = Image.new("RGB", (800, 1000), "white")
    pixels.paste((0, 0, 255), (100, 200, 150, 220))
    pixels.save(tmp_path / "scan.png")
    scan = Scan(tmp_path / "scan.png", {"pages": [page]})
    read = [word("Họ", 100, 100), word("và", 130, 100), word("ten", 160, 100), word("Ngày", 100, 300)]
    (shown,) = worst([scan], [read], 5)
    assert (shown.true, shown.read, shown.wrong) == ("Số 12", "", 5)
    draw_failures([shown], tmp_path / "made.png")
    with Image.open(tmp_path / "made.png") as made:
        assert any(blue > 200 > 100 > red for _, (red, _, blue) in made.convert("RGB").getcolors(1 << 20))


def test_a_scan_at_another_density_keeps_its_truth_in_place(tmp_path: Path) -> None:
    Image.new("L", (800, 1000), 255).save(tmp_path / "scan.png", dpi=(200, 200))
    page = truth(("Số 12", 100, 200), marks=({"kind": "seal", "quad": [[10, 20], [30, 20], [30, 40], [10, 40]]},))
    made = resampled(Scan(tmp_path / "scan.png", {"pages": [page | {"dpi": 200}]}), 300, tmp_path)
    with Image.open(made.path) as image:
        assert image.size == (1200, 1500) and round(float(image.info["dpi"][0])) == 300
    assert made.truth is not None
    (scaled,) = made.truth["pages"]
    assert scaled["lines"][0]["quad"][2] == [225, 330] and scaled["marks"][0]["quad"][0] == [15, 30]
    photograph = Scan(tmp_path / "scan.png", {"pages": [page | {"dpi": None}]})
    assert resampled(photograph, 300, tmp_path) is photograph
