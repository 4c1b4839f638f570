"""Lines drawn in the fonts that the product ships, so that no test depends on the fonts of a machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalogue import FONT_DIR
from digitize.training.fonts import Chooser, faces
from digitize.training.lines import Drawer
from digitize.training.texts import Writer

TEXT = """Căn cứ Nghị định số 61/2018/NĐ-CP ngày 23 tháng 4 năm 2018 của Chính phủ;
Người yêu cầu nộp hồ sơ trực tiếp tại Bộ phận Một cửa hoặc qua dịch vụ bưu chính công ích.
Ủy ban nhân dân cấp xã cấp bản sao trích lục hộ tịch trong ngày làm việc…
Tên giấy tờMẫu đơn, tờ khaiSố lượng
"""


@pytest.fixture(scope="session")
def writer() -> Writer:
    return Writer(TEXT.splitlines())


@pytest.fixture(scope="session")
def drawer(writer: Writer) -> Drawer:
    return Drawer(writer, Chooser(faces((FONT_DIR,))))


@pytest.fixture
def text_folder(tmp_path: Path) -> Path:
    """A folder of texts as the command is given one."""
    folder = tmp_path / "text"
    folder.mkdir()
    (folder / "laws.txt").write_text(TEXT * 20, encoding="utf-8")
    return folder
