"""A cut changes nothing: the same bytes for all pages, the same streams and strips for some."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image

import digitize
from digitize import CannotCut, NoSuchPage
from digitize.tiff_frames import TiffReader


@pytest.fixture
def stack(tmp_path: Path) -> Path:
    path = tmp_path / "stack.tif"
    frames = [Image.effect_noise((200, 150 + 10 * n), 60).convert("RGB") for n in range(3)]
    frames[0].save(path, save_all=True, append_images=frames[1:], compression="jpeg", dpi=(300, 300))
    return path


def test_all_pages_give_the_same_bytes_whatever_the_name(tmp_path: Path, scan: Path, stack: Path) -> None:
    for source, pages in ((scan, [1]), (stack, [1, 2, 3])):
        out = digitize.cut(source, pages, tmp_path / "cut.bin")
        assert out.read_bytes() == source.read_bytes()
    assert out.suffix == ".tif"


def test_frames_of_a_tiff_are_copied_with_their_strips_and_tags(tmp_path: Path, stack: Path) -> None:
    out = digitize.cut(stack, [3, 1], tmp_path / "cut.tif")
    with stack.open("rb") as before, out.open("rb") as after:
        old, new = TiffReader(before), TiffReader(after)
        for was, became in zip((old.directories()[2], old.directories()[0]), new.directories(), strict=True):
            assert set(was) == set(became)
            strips = [
                [reader.at(at, size) for at, size in zip(reader.values(f[273]), reader.values(f[279]), strict=True)]
                for reader, f in ((old, was), (new, became))
            ]
            assert strips[0] == strips[1]
    with Image.open(stack) as source, Image.open(out) as cut:
        assert cut.n_frames == 2  # type: ignore[attr-defined]
        source.seek(2)
        assert np.array_equal(np.asarray(source), np.asarray(cut)) and cut.info["dpi"] == (300, 300)


def test_pages_of_a_pdf_keep_their_streams(tmp_path: Path, born_digital: Callable[..., Path]) -> None:
    path = born_digital([["một"], ["hai"], ["ba"]])
    out = digitize.cut(path, [2, 3], tmp_path / "cut.pdf")
    with pikepdf.open(path) as before, pikepdf.open(out) as after:
        assert [page.Contents.read_raw_bytes() for page in after.pages] == [
            page.Contents.read_raw_bytes() for page in before.pages[1:]
        ]


def test_pages_that_are_not_there(tmp_path: Path, stack: Path) -> None:
    with pytest.raises(NoSuchPage) as caught:
        digitize.cut(stack, [1, 4], tmp_path / "cut")
    assert caught.value.code == "digitize.no_such_page" and not list(tmp_path.glob("cut*"))


def test_a_signed_pdf_is_cut_whole_or_not_at_all(tmp_path: Path, born_digital: Callable[..., Path]) -> None:
    path = born_digital([["một"], ["hai"]])
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        value = pikepdf.Dictionary(Type=pikepdf.Name.Sig, ByteRange=[0, 1, 2, 3], Contents=b"\0" * 16)
        kid = pikepdf.Dictionary(FT=pikepdf.Name.Sig, T="s", V=pdf.make_indirect(value))
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[pdf.make_indirect(kid)], SigFlags=3)
        pdf.save(path)
    assert digitize.cut(path, [1, 2], tmp_path / "all.pdf").read_bytes() == path.read_bytes()
    with pytest.raises(CannotCut):
        digitize.cut(path, [1], tmp_path / "some.pdf")
