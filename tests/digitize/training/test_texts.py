"""What training lines say: readable letters, reproducible, nothing of the test texts, leaders left out of the truth."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from digitize.syllables import is_syllable, syllable_share
from digitize.training.charset import can_be_read, readable
from digitize.training.codes import citizen_id
from digitize.training.people import address, person
from digitize.training.texts import TEST_SHARE, Run, Writer, given_lines, stretch, truth


def _texts(writer: Writer, seed: int, count: int) -> list[str]:
    rng = random.Random(seed)
    return [truth(writer.write(rng)) for _ in range(count)]


def test_every_line_can_be_read_letter_by_letter(writer: Writer) -> None:
    for text in _texts(writer, 1, 800):
        assert can_be_read(text) and readable(text) == text and len(text) <= 90


def test_the_same_seed_writes_the_same_lines(writer: Writer) -> None:
    assert _texts(writer, 7, 60) == _texts(writer, 7, 60)
    assert _texts(writer, 7, 60) != _texts(writer, 8, 60)


def test_lines_say_many_things(writer: Writer) -> None:
    texts = _texts(writer, 3, 3000)
    assert any(text == "" for text in texts), "a leader alone"
    assert any(text.isdigit() and len(text) == 12 for text in texts)
    assert any(re.search(r"\d/[A-ZĐ]+-[A-ZĐ]", text) for text in texts), "a number with its symbol"
    assert any(text.isupper() and len(text) > 20 for text in texts)
    assert any("²" in text or "³" in text for text in texts)
    assert len(set(texts)) > 1500


def test_a_cell_stands_between_its_like(writer: Writer) -> None:
    rng = random.Random(2)
    cells = [runs[0] for runs in (writer.write(rng) for _ in range(3000)) if runs[0].column]
    assert len(cells) > 40
    assert all(len(cell.column) == 2 and all(map(can_be_read, cell.column)) for cell in cells)
    counted = [(cell.column[0], cell.text, cell.column[1]) for cell in cells if cell.text.isdecimal()]
    assert any(int(own) == int(above) + 1 == int(below) - 1 for above, own, below in counted if below.isdecimal())
    assert sum(len(text) == 1 for _, text, _ in counted) > 5, "lone figures"


def test_a_natural_writer_invents_no_syllables() -> None:
    natural = _texts(Writer(["một hai ba bốn năm sáu bảy tám chín mười"], natural=True), 5, 500)
    assert not [text for text in natural if "|" in text]


def test_words_run_together_are_parted_and_leaders_left_out() -> None:
    assert stretch("Tên giấy tờMẫu đơn, tờ khaiSố lượng") == "Tên giấy tờ Mẫu đơn, tờ khai Số lượng"
    assert stretch("Họ tên: ................ tuổi ………") == "Họ tên: tuổi"
    assert stretch("và những việc khác...") == "và những việc khác…"


def test_the_truth_of_a_form_leaves_its_leaders_out() -> None:
    runs = (
        Run("Họ tên:"),
        Run("......", leader=True),
        Run("Trần  An", value=True),
        Run("……", leader=True, dotted=True),
    )
    assert truth(runs) == "Họ tên: Trần An"


def test_lines_for_testing_are_never_trained_on(tmp_path: Path) -> None:
    lines = [f"dòng số {number}" for number in range(100)]
    (tmp_path / "a.txt").write_text("\n".join(lines), encoding="utf-8")
    training, testing = given_lines(tmp_path, test=False), given_lines(tmp_path, test=True)
    assert not set(training) & set(testing)
    assert sorted(training + testing) == sorted(lines)
    assert len(testing) == 100 // TEST_SHARE


@pytest.mark.parametrize("seed", range(5))
def test_invented_people_and_places_are_vietnamese(seed: int) -> None:
    rng = random.Random(seed)
    assert all(is_syllable(word) for word in person(rng).split())
    assert syllable_share(" ".join(address(rng) for _ in range(50))) > 0.85


def test_citizen_ids_have_twelve_digits() -> None:
    rng = random.Random(2)
    assert all(len(citizen_id(rng).replace(" ", "")) == 12 for _ in range(200))
