"""What the engine `tesseract` does beyond what every engine promises: columns are read in order."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from catalogue import font_path
from digitize import OcrEngine
from digitize.cleaning import clean
from digitize.columns import cut_columns
from digitize.engines import engine


@pytest.fixture(scope="module")
def tesseract() -> OcrEngine:
    """The engine, made once."""
    return engine("tesseract")


def printed(*lines: tuple[int, int, str], size: tuple[int, int] = (1500, 620)) -> Image.Image:
    """A page at 200 dpi with lines of print at (x, y)."""
    image = Image.new("L", size, 250)
    pen, font = ImageDraw.Draw(image), ImageFont.truetype(str(font_path("Tinos-Regular")), 32)
    for x, y, text in lines:
        pen.text((x, y), text, font=font, fill=20)
    return image


def texts(reader: OcrEngine, image: Image.Image) -> list[str]:
    cleaned, _ = clean(np.asarray(image), reader.cleaning)
    return [line.text for line in cut_columns(reader.recognise(cleaned, 200))]


def test_the_columns_of_a_head_are_read_one_after_the_other(tesseract: OcrEngine) -> None:
    head = [(90, 60, "TỈNH ƯỚC LỆ"), (60, 110, "UBND XÃ VÍ DỤ"), (90, 160, "Số: 430/QĐ-UBND")]
    head += [(680, 60, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"), (820, 110, "Độc lập - Tự do - Hạnh phúc")]
    body = [(90, 300, "Căn cứ Luật Hộ tịch ngày 20 tháng 11 năm 2014, theo đề nghị của cán bộ hộ tịch")]
    found = texts(tesseract, printed(*head, *body))
    assert found[:3] == ["TỈNH ƯỚC LỆ", "UBND XÃ VÍ DỤ", "Số: 430/QĐ-UBND"]
    assert found[3].startswith("CỘNG HÒA") and found[-1].startswith("Căn cứ Luật Hộ tịch")
