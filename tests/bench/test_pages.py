"""The pages that reading is measured on: truth lies where the ink is, and every form can be set."""

from __future__ import annotations

import dataclasses
import json
import random
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from bench.pages.__main__ import kept_fonts
from bench.pages.content import Content
from bench.pages.filled import FILLED
from bench.pages.filled_press import FilledPress
from bench.pages.making import DPI, FORMS, Press, write
from bench.pages.scanning import BAD, LEVELS, bad_way, picture
from catalogue import FONT_DIR
from digitize.training.fonts import FOLDERS, faces, split

_WAYS = [("clean", 0), ("office", 0), *(("bad", number) for number in range(len(BAD)))]
_TEMPLATES = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập - Tự do Hạnh phúc Số : 1"


@pytest.mark.parametrize(("level", "number"), _WAYS)
@pytest.mark.parametrize("dpi", [200, 300])
def test_the_truth_leads_to_the_ink(level: str, number: int, dpi: int) -> None:
    """A dot is printed in each of nine places and looked for where the truth says that it is."""
    height, width = 11 * dpi // 2, 8 * dpi // 2
    page = np.full((height, width, 3), 255, np.uint8)
    radius = dpi // 25
    spots = [(width * x // 4, height * y // 4) for x in (1, 2, 3) for y in (1, 2, 3)]
    for x, y in spots:
        page[y - radius : y + radius, x - radius : x + radius] = 0
    blank = np.full_like(page, 255)
    made = picture(page, blank, dpi, level, number, np.random.default_rng(3))
    grey = made.pixels.mean(axis=2)
    for x, y in spots:
        ((px, py),) = made.place([[x, y]])
        column, row, reach = round(px), round(py), round(radius * 200 / 300 / 2)
        inside = grey[row - reach : row + reach, column - reach : column + reach].mean()
        beside = grey[row - reach : row + reach, column + 5 * reach : column + 7 * reach].mean()
        assert inside < beside - 25, (made.way, x, y)


def test_every_form_has_something_to_read_and_chance_decides_what() -> None:
    assert len(FORMS) >= 20 and len(LEVELS) == 3
    for form in FORMS:
        first, again, other = (form(Content(random.Random(seed))) for seed in (5, 5, 6))
        assert first == again != other
        assert len(first.title) > 4 and len(first.blocks) >= 3


def _words(value: Any) -> set[str]:
    """Every word of what a sheet is made from, as it stands and in capitals."""
    if isinstance(value, str):
        return {word for text in (value, value.upper()) for word in re.split(r"[\s:/-]+", text)}
    if isinstance(value, dict | list | tuple):
        return set().union(*(_words(part) for part in (value.values() if isinstance(value, dict) else value)))
    return set()


@pytest.fixture(scope="module")
def fonts() -> tuple[list[str], list[str]]:
    """Families and folders; the house's own font where none of those kept for testing is installed."""
    return kept_fonts([FONT_DIR])


@pytest.mark.parametrize("number", range(len(FORMS)))
def test_the_truth_is_what_was_printed(fonts: tuple[list[str], list[str]], number: int) -> None:
    """Every word of the truth was typed so: no letter doubled by a font, no leader, no digit box between digits."""
    press = Press(3, *fonts)
    made = press.print(number)
    sheet = FORMS[number](Content(random.Random(f"3/{number}")))
    typed = _words(dataclasses.asdict(sheet)) | _words(_TEMPLATES)
    read = {word for text, _ in made.printed.lines for word in re.split(r"[\s:/-]+", text)}
    assert read - typed == set()
    assert len(read) > 40
    for _, (x0, y0, x1, y1) in made.printed.lines:
        assert 0 <= x0 < x1 <= made.printed.width and 0 <= y0 < y1 <= made.printed.height


def test_a_letter_put_together_of_two_glyphs_is_told_once(fonts: tuple[list[str], list[str]]) -> None:
    families, folders = fonts
    if "Linux Libertine O" not in families:
        pytest.skip("the font that does so is not installed")
    (number,) = (number for number, form in enumerate(FORMS) if form.__name__ == "notice")
    lines = Press(1, ["Linux Libertine O"], folders).print(number).printed.lines
    assert "Nơi nhận:" in [text for text, _ in lines]


def test_the_same_seed_writes_the_same_pages_and_another_one_others(
    tmp_path: Path, fonts: tuple[list[str], list[str]]
) -> None:
    wrote = []
    for at, seed in enumerate((4, 4, 5)):
        press, folder = Press(seed, *fonts), tmp_path / str(at)
        (folder / "truth").mkdir(parents=True)
        write(folder, "bad", 1, press)
        wrote.append({path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.*")})
    assert wrote[0] == wrote[1] != wrote[2]
    (truth,) = (json.loads(content) for path, content in wrote[0].items() if path.suffix == ".json")
    assert truth["schema"] == "hoso.truth/1" and truth["file"] in {path.name for path in wrote[0]}


def test_every_form_meets_every_density_and_within_four_rounds_every_way() -> None:
    for form in range(len(FORMS)):
        numbers = [form + turn * len(FORMS) for turn in range(2 * len(BAD))]
        assert {(number + number // 2) % len(DPI) for number in numbers[:2]} == {0, 1}
        assert {bad_way(number) for number in numbers} == set(BAD)


def test_no_page_is_set_in_a_font_of_training() -> None:
    trained = {face.family for face in split(faces(FOLDERS))[0]}
    assert not trained & set(kept_fonts()[0])


def _hand_press(fonts: tuple[list[str], list[str]], seed: int = 3) -> FilledPress:
    """Forms filled in by hand: with the house's own font for a hand, where none of those for testing is installed."""
    return FilledPress(seed, *fonts, [FONT_DIR / "Tinos-Italic.ttf"])


def test_every_filled_form_waits_for_a_pen_but_the_typed_one() -> None:
    for form in FILLED:
        first, again, other = (form(Content(random.Random(seed))) for seed in (5, 5, 6))
        assert first == again != other
        told = json.dumps(dataclasses.asdict(first), ensure_ascii=False)
        assert any(what in told for what in ('"hand"', '"blanks"', '"cells"')) != (form.__name__ == "typed")


def test_the_truth_says_which_words_a_pen_wrote_and_where(tmp_path: Path, fonts: tuple[list[str], list[str]]) -> None:
    press = _hand_press(fonts)
    (number,) = (number for number, form in enumerate(FILLED) if form.__name__ == "receipt")
    (tmp_path / "truth").mkdir()
    write(tmp_path, "clean", number, press)
    (path,) = (tmp_path / "truth").glob("*.json")
    (page,) = json.loads(path.read_text(encoding="utf-8"))["pages"]
    assert page["writer"].startswith("Tinos-Italic, ") and len(page["hands"]) > 15
    printed = {word for line in page["lines"] for word in line["text"].split()}
    amounts = {hand["text"] for hand in page["hands"] if hand["text"].endswith(".000")}
    assert "PHIẾU" in printed and amounts and not amounts & printed
    grey = np.asarray(Image.open(tmp_path / json.loads(path.read_text(encoding="utf-8"))["file"]).convert("L"))
    for hand in page["hands"]:
        x0, y0, x1, y1 = (round(side) for side in (*np.min(hand["quad"], axis=0), *np.max(hand["quad"], axis=0)))
        assert grey[y0:y1, x0:x1].min() < grey.max() - 80, hand["text"]
    assert {hand["ink"] for hand in page["hands"]} < {"black", "blue"}


def test_the_other_forms_say_nothing_of_hands(tmp_path: Path, fonts: tuple[list[str], list[str]]) -> None:
    (tmp_path / "truth").mkdir()
    write(tmp_path, "clean", 0, Press(3, *fonts))
    (path,) = (tmp_path / "truth").glob("*.json")
    assert not {"hands", "writer"} & set(json.loads(path.read_text(encoding="utf-8"))["pages"][0])
