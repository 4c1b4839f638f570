"""Profiles of one's own: an installation changes what it must, an agency more, and a wrong file is named at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from signing import Level, profile, profiles
from signing.errors import BadProfile, UnknownProfile

WHOLE = """
title_vi = "Giấy phép"
title_en = "Licence"
level = "B-T"
signer = "agency"
page = "last"
corner = "bottom_left"
size = [120, 40]
lines = ["{agency}", "{time}"]
"""
AGENCY = "H26.01.02"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / AGENCY).mkdir()
    return tmp_path


def test_a_folder_that_is_not_there_changes_nothing(tmp_path: Path) -> None:
    assert profiles(tmp_path / "none", AGENCY) == profiles()


def test_a_file_of_a_known_name_says_what_is_different(folder: Path) -> None:
    (folder / "sao_y.toml").write_text('level = "B-LT"\nfont_size = 11\n', encoding="utf-8")
    (folder / AGENCY / "sao_y.toml").write_text("font_size = 12\n", encoding="utf-8")
    shipped, ours, theirs = profile("sao_y"), profile("sao_y", folder), profile("sao_y", folder, AGENCY)
    assert (shipped.level, ours.level, theirs.level) == (Level.B_LTA, Level.B_LT, Level.B_LT)
    assert (shipped.font_size, ours.font_size, theirs.font_size) == (10, 11, 12)
    assert ours.lines == shipped.lines and ours.size == shipped.size
    assert profile("sao_y", folder, "H26.99") == ours


def test_another_name_is_a_profile_of_ones_own(folder: Path) -> None:
    (folder / AGENCY / "giay_phep.toml").write_text(WHOLE, encoding="utf-8")
    made = profile("giay_phep", folder, AGENCY)
    assert (made.title_vi, made.level, made.lines) == ("Giấy phép", Level.B_T, ("{agency}", "{time}"))
    with pytest.raises(UnknownProfile):
        profile("giay_phep", folder)


@pytest.mark.parametrize("agency", ["..", "../x", "/etc", ".", "a/b"])
def test_no_code_leads_out_of_the_folder(folder: Path, agency: str) -> None:
    (folder.parent / "sao_y.toml").write_text("font_size = 40\n", encoding="utf-8")
    try:
        assert profile("sao_y", folder, agency) == profile("sao_y")
    finally:
        (folder.parent / "sao_y.toml").unlink()


WRONG = {
    "not TOML": ("level = ", "TOML"),
    "an unknown entry": ('colur = "red"', "colur"),
    "an unknown level": ('level = "B-X"', "level"),
    "no level at all": ('level = "none"', "level"),
    "a list for a level": ('level = ["B-B"]', "level"),
    "a colour of four parts": ("colour = [0, 0, 0, 1]", "colour"),
    "a colour beyond white": ("colour = [0, 0, 255]", "colour"),
    "a mark larger than a page": ("size = [9000, 10]", "size"),
    "a mark of no size": ("size = [0, 0]", "size"),
    "letters too small to read": ("font_size = 1", "font_size"),
    "a number for yes": ("visible = 1", "visible"),
    "an unknown corner": ('corner = "middle"', "corner"),
    "a line that names what is not there": ('lines = ["{pin}"]', "lines"),
    "a line that reads into objects": ('lines = ["{name.__class__}"]', "lines"),
    "a line that fills the memory": ('lines = ["{name:>999999999}"]', "lines"),
    "an unfinished line": ('lines = ["{name"]', "lines"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_file_is_named_with_what_is_wrong(folder: Path, name: str) -> None:
    content, part = WRONG[name]
    (folder / "sao_y.toml").write_text(content, encoding="utf-8")
    with pytest.raises(BadProfile) as caught:
        profiles(folder)
    for said in (caught.value.vi, caught.value.en):
        assert "sao_y.toml" in said and part in said
    assert caught.value.as_dict()["next"] and caught.value.as_dict()["next_en"]


def test_a_profile_of_ones_own_must_be_whole(folder: Path) -> None:
    (folder / "giay_phep.toml").write_text('title_vi = "Giấy phép"\n', encoding="utf-8")
    with pytest.raises(BadProfile, match=r"giay_phep\.toml"):
        profiles(folder)


def test_a_file_that_is_not_text_is_named(folder: Path) -> None:
    (folder / "sao_y.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(BadProfile, match=r"sao_y\.toml"):
        profiles(folder)
