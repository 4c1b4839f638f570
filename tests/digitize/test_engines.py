"""What every engine promises, held by both; and pages that no engine should stumble over."""

from __future__ import annotations

import socket
import unicodedata
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

import digitize
from catalogue import fold, font_path
from digitize import Line, OcrEngine, WeightsMissing, Word
from digitize.cleaning import clean
from digitize.columns import cut_columns, line_of
from digitize.engines import DEFAULT, ENGINES, engine
from digitize.hoso import HosoEngine
from digitize.model import quad_of
from digitize.onnx_models import WEIGHTS
from digitize.orientation import orient
from tests.digitize.conftest import DPI


@pytest.fixture(scope="module", params=sorted(ENGINES))
def reader(request: pytest.FixtureRequest) -> OcrEngine:
    """Each engine that there is, made once."""
    return engine(request.param)


@pytest.fixture(scope="module")
def hoso() -> OcrEngine:
    """The default engine."""
    return engine("hoso")


def recognised(reader: OcrEngine, image: Image.Image) -> list[Line]:
    """The lines of a picture, cleaned as the engine wants it."""
    pixels = np.asarray(image.convert("RGB"))[:, :, ::-1].copy()
    return reader.recognise(clean(pixels, reader.cleaning)[0], DPI)


@pytest.fixture(scope="module")
def lines(reader: OcrEngine, paper: Image.Image) -> list[Line]:
    """The birth certificate as each engine reads it."""
    return recognised(reader, paper)


def blank(width: int = 1200, height: int = 500) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGB", (width, height), "white")
    return image, ImageDraw.Draw(image)


def font(size: int, name: str = "Tinos-Regular") -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(font_path(name)), size)


def texts(lines: list[Line]) -> str:
    return "\n".join(line.text for line in lines)


class TestContract:
    def test_it_is_an_engine_and_says_which(self, reader: OcrEngine) -> None:
        assert isinstance(reader, OcrEngine) and ENGINES[reader.name]
        assert reader.version.startswith(reader.name)

    def test_the_paper_is_read_in_order(self, lines: list[Line]) -> None:
        text = texts(list(cut_columns(lines)))
        order = ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "KHAI SINH", "Giới tính: Nữ", "Dân tộc: Kinh"]
        order += ["Nơi sinh: Bệnh viện đa khoa tỉnh Thử Nghiệm", "001324000001", "Nơi đăng ký khai sinh"]
        assert [text.index(part) for part in order] == sorted(text.index(part) for part in order)

    def test_words_make_up_the_line(self, lines: list[Line]) -> None:
        for line in lines:
            assert line.words and line.text == " ".join(word.text for word in line.words)
            assert not any(set(word.text) & set(" \n\t") or not word.text for word in line.words)

    def test_text_is_nfc(self, lines: list[Line]) -> None:
        assert all(unicodedata.is_normalized("NFC", line.text) for line in lines)

    def test_boxes_lie_on_the_page_and_words_in_their_lines(self, lines: list[Line], paper: Image.Image) -> None:
        width, height = paper.size
        for line in lines:
            for box in (line.box, *(word.box for word in line.words)):
                assert 0 <= box[0] < box[2] <= width and 0 <= box[1] < box[3] <= height
            assert min(word.box[0] for word in line.words) >= line.box[0] - 1
            assert max(word.box[2] for word in line.words) <= line.box[2] + 1

    def test_words_of_a_line_stand_one_behind_the_other(self, lines: list[Line]) -> None:
        for line in lines:
            for one, other in zip(line.words, line.words[1:], strict=False):
                assert one.box[0] < other.box[0] and one.box[2] <= other.box[0] + 2

    def test_a_word_s_box_holds_its_ink_and_no_other(self, lines: list[Line], paper: Image.Image) -> None:
        grey = np.asarray(paper.convert("L"))
        word = next(word for line in lines for word in line.words if word.text == "Nghiệm")
        x0, y0, x1, y1 = (round(value) for value in word.box)
        middle = slice(y0 + (y1 - y0) // 3, y0 + 2 * (y1 - y0) // 3)
        assert grey[y0:y1, x0:x1].min() < 80
        assert grey[middle, x0 : x0 + 6].min() < 120 and grey[middle, x1 - 6 : x1].min() < 120, "tight around the word"
        assert grey[middle, x0 - 4 : x0 - 1].min() > 150 and grey[middle, x1 + 2 : x1 + 4].min() > 150

    def test_confidences_are_shares(self, lines: list[Line]) -> None:
        sure = [word.confidence for line in lines for word in line.words]
        assert all(0 <= value <= 1 for value in sure) and np.median(sure) > 0.9

    def test_the_same_page_is_read_the_same(self, reader: OcrEngine, paper: Image.Image, lines: list[Line]) -> None:
        assert recognised(reader, paper) == lines

    def test_nothing_goes_over_the_network(self, reader: OcrEngine, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*_: object, **__: object) -> None:
            raise AssertionError("a socket was opened")

        monkeypatch.setattr(socket, "socket", refuse)
        image, pen = blank()
        pen.text((100, 200), "Ủy ban nhân dân xã", font=font(36), fill="black")
        assert "nhân dân" in texts(recognised(type(reader)(), image))

    def test_a_seal_s_text_is_not_in_the_lines(self, reader: OcrEngine) -> None:
        image, pen = blank()
        pen.text((100, 200), "Phạm Văn Thí Dụ là người ký", font=font(36), fill="black")
        pen.ellipse([250, 60, 560, 370], outline=(225, 40, 50), width=8)
        pen.text((300, 130), "MẪU DẤU", font=font(40, "Tinos-Bold"), fill=(225, 40, 50))
        found = texts(recognised(reader, image))
        assert "Phạm Văn Thí Dụ" in found and "DẤU" not in found

    @pytest.mark.parametrize("size", [(1, 1), (3, 700), (900, 2), (40, 30)])
    def test_tiny_pages_have_no_words(self, reader: OcrEngine, size: tuple[int, int]) -> None:
        assert recognised(reader, Image.new("RGB", size, "white")) == []

    @pytest.mark.parametrize("shade", [0, 128, 255])
    def test_empty_pages_have_no_words(self, reader: OcrEngine, shade: int) -> None:
        assert recognised(reader, Image.new("L", (1240, 1754), shade)) == []

    def test_noise_gives_little_and_no_error(self, reader: OcrEngine) -> None:
        noise = np.random.default_rng(3).integers(0, 256, (800, 600), dtype=np.uint8)
        assert len(texts(recognised(reader, Image.fromarray(noise)))) < 400

    def test_a_very_wide_page_is_read(self, reader: OcrEngine) -> None:
        image, pen = blank(12_000, 300)
        for at in range(12):
            pen.text((100 + 1000 * at, 120), "Ủy ban nhân dân", font=font(60), fill="black")
        for line in recognised(reader, image):
            assert 0 <= line.box[0] < line.box[2] <= 12_000


@pytest.mark.parametrize("mode", ["L", "1", "I;16", "LA", "RGBA", "P", "CMYK"])
def test_every_kind_of_pixel_is_read(tmp_path: Path, mode: str) -> None:
    """Through the whole way, with the default engine: two lines of print on a small page."""
    image, pen = blank(1000, 400)
    pen.text((80, 100), "Ủy ban nhân dân xã Ví Dụ", font=font(44), fill="black")
    pen.text((80, 220), "Số định danh 001190000001", font=font(44), fill="black")
    if mode == "I;16":
        made = Image.fromarray(np.asarray(image.convert("L")).astype(np.uint16) * 257)
    else:
        made = image.convert("L").convert(mode) if mode in ("1", "LA") else image.convert(mode)
    path = tmp_path / ("page.tif" if mode == "CMYK" else "page.png")
    made.save(path, dpi=(200, 200))
    (document,) = digitize.digitize(path, tmp_path / "out").documents
    assert fold("Ủy ban nhân dân") in fold(document.text) and "001190000001" in document.text


class TestOrientation:
    @pytest.mark.parametrize("tilt", [-9.0, 0.0, 2.5])
    @pytest.mark.parametrize("turn", [0, 90, 180, 270])
    def test_quarter_turns_are_found_on_leaning_pages(self, paper: Image.Image, turn: int, tilt: float) -> None:
        leaning = paper.convert("L").rotate(tilt, resample=Image.Resampling.BICUBIC, fillcolor=255)
        degrees, sure = orient(np.asarray(leaning.rotate(turn, expand=True)))
        assert degrees == turn and sure > 0.95

    @pytest.mark.parametrize("turn", [90, 180, 270])
    def test_a_faded_page_is_turned_too(self, paper: Image.Image, turn: int) -> None:
        """Print thirty grey levels darker than its ground."""
        faded = 205 - (255 - np.asarray(paper.convert("L"), np.float32)) / 255 * 30
        turned = np.rot90(faded, turn // 90) + np.random.default_rng(5).normal(0, 4, np.rot90(faded, turn // 90).shape)
        degrees, sure = orient(np.ascontiguousarray(turned.clip(0, 255).astype(np.uint8)))
        assert degrees == turn and sure > 0.95

    @pytest.mark.parametrize("turn", [0, 90, 180, 270])
    def test_a_few_lines_of_a_page_are_turned_by_how_they_read(self, paper: Image.Image, turn: int) -> None:
        """Of a strip the network alone is not sure whether it stands on its head; its lines are read both ways."""
        grey = np.asarray(paper.convert("L"))
        for part in (grey[: int(0.3 * len(grey))], grey[int(0.22 * len(grey)) : int(0.32 * len(grey))]):
            degrees, sure = orient(np.ascontiguousarray(np.rot90(part, turn // 90)))
            assert degrees == turn and sure > 0.9

    @pytest.mark.parametrize("noise", [0.0, 4.0, 12.0])
    def test_a_page_without_text_is_left_as_it_is(self, noise: float) -> None:
        empty = 230 + np.random.default_rng(2).normal(0, noise, (1800, 1280))
        assert orient(empty.clip(0, 255).astype(np.uint8))[0] == 0


def test_the_place_of_issue_is_a_column_of_its_own_beside_the_number() -> None:
    printed = ["Số:", "27/2024/QĐST-HNGĐ", "Mô", "Phỏng,", "ngày", "05", "tháng", "6", "năm", "2024"]
    boxes = [(100.0 * at, 0.0, 100.0 * at + 90, 40.0) for at in range(len(printed))]
    line = line_of([Word(text, box, 0.9, quad_of(box)) for text, box in zip(printed, boxes, strict=True)])
    found = [part.text for part in cut_columns([line])]
    assert found == ["Số: 27/2024/QĐST-HNGĐ", "Mô Phỏng, ngày 05 tháng 6 năm 2024"]


class TestHoso:
    def test_it_is_the_default(self) -> None:
        assert DEFAULT == "hoso"

    def test_digits_in_boxes_are_one_number(self, hoso: OcrEngine) -> None:
        image, pen = blank()
        pen.text((60, 200), "Số định danh cá nhân:", font=font(38), fill="black")
        for at, digit in enumerate("001324000001"):
            pen.rectangle([460 + 52 * at, 188, 512 + 52 * at, 250], outline="black", width=3)
            pen.text((486 + 52 * at, 200), digit, font=font(38), fill="black", anchor="ma")
        (line,) = recognised(hoso, image)
        assert line.text == "Số định danh cá nhân: 001324000001"
        assert line.words[-1].box[0] == pytest.approx(475, abs=12)
        assert line.words[-1].box[2] == pytest.approx(1070, abs=14)

    def test_dotted_leaders_are_not_text(self, hoso: OcrEngine) -> None:
        image, pen = blank()
        for y, first, second in (
            (100, "Dân tộc: Kinh", "Quốc tịch: Việt Nam"),
            (250, "2. Sinh: 02/02/1988", "3. Giới tính"),
        ):
            pen.text((60, y), first, font=font(38), fill="black")
            pen.text((620, y), second, font=font(38), fill="black")
            for start, end in ((400, 600), (960, 1150)):
                for x in range(start, end, 9):
                    pen.rectangle([x, y + 34, x + 2, y + 36], fill="black")
        found = texts(list(cut_columns(recognised(hoso, image)))).split("\n")
        assert sorted(found) == ["2. Sinh: 02/02/1988", "3. Giới tính", "Dân tộc: Kinh", "Quốc tịch: Việt Nam"]

    def test_print_of_the_other_side_is_left_out(self, hoso: OcrEngine) -> None:
        image, pen = blank()
        for at in range(4):
            pen.text((60, 40 + 110 * at), "Căn cứ Luật Hộ tịch ngày 20 tháng 11", font=font(38), fill="black")
            pen.text((60, 95 + 110 * at), "gnourt ort gnohk oahk naht", font=font(38), fill=(205, 205, 205))
        assert texts(recognised(hoso, image)) == "\n".join(["Căn cứ Luật Hộ tịch ngày 20 tháng 11"] * 4)

    def test_white_on_black_is_read(self, hoso: OcrEngine) -> None:
        image, pen = blank()
        pen.rectangle([40, 180, 1000, 270], fill="black")
        pen.text((60, 200), "KẾT QUẢ XÉT NGHIỆM", font=font(40), fill="white")
        assert "KẾT QUẢ XÉT NGHIỆM" in texts(recognised(hoso, image))

    def test_a_line_that_bends_is_read_and_boxed_along_its_bend(self, hoso: OcrEngine) -> None:
        image, pen = blank(1600, 400)
        text = "Tôi cam đoan những nội dung khai trên đây là đúng sự thật và chịu trách nhiệm"
        pen.text((60, 180), text, font=font(38), fill="black")
        grey = np.asarray(image.convert("L"))
        xs, ys = np.meshgrid(np.arange(1600, dtype=np.float32), np.arange(400, dtype=np.float32))
        bent = cv2.remap(grey, xs, ys - 30 * ((xs - 800) / 800) ** 2, cv2.INTER_LINEAR, borderValue=255)
        (line,) = recognised(hoso, Image.fromarray(bent))
        assert fold(line.text) == fold(text)
        ends, middle = line.words[0].box[3], line.words[len(line.words) // 2].box[3]
        assert 15 < ends - middle < 35

    @pytest.mark.parametrize("name", ["recognizer.onnx", "recognizer.json", "language.npz"])
    def test_weights_that_are_missing_or_damaged_are_named(self, tmp_path: Path, name: str) -> None:
        for file in WEIGHTS.iterdir():
            if file.is_file() and file.name != name:
                (tmp_path / file.name).symlink_to(file)
        with pytest.raises(WeightsMissing, match=name):
            HosoEngine(tmp_path)
        (tmp_path / name).write_bytes(b"\x00not this")
        with pytest.raises(WeightsMissing, match=name):
            HosoEngine(tmp_path)
