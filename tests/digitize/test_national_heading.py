"""The national heading is read as prescribed where only its marks were read otherwise; no other text is touched."""

from __future__ import annotations

import pytest

from digitize.national_heading import prescribed


def corrected(text: str) -> str:
    words = text.split()
    for at, word in prescribed(words).items():
        words[at] = word
    return " ".join(words)


@pytest.mark.parametrize(
    ("read", "printed"),
    [
        ("Độc lập - Tụ do - Hạnh phúc", "Độc lập - Tự do - Hạnh phúc"),
        ("Độc lập – Tự do – Hanh phúc", "Độc lập – Tự do – Hạnh phúc"),
        ("ĐỘC LẬP - TỤ DO - HẠNH PHÚC", "ĐỘC LẬP - TỰ DO - HẠNH PHÚC"),
        ("CỘNG HÒA XÃ HỘI CHỦ NGHIÃ VIỆT NAM", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        ("CỘNG HOÀ XÃ HỘI CHÚ NGHĨA VIỆT NAM", "CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        ("UBND XÃ MẪU Độc lập - Tụ do - Hạnh phúc", "UBND XÃ MẪU Độc lập - Tự do - Hạnh phúc"),
    ],
)
def test_marks_that_were_misread_are_the_prescribed_ones(read: str, printed: str) -> None:
    assert corrected(read) == printed


@pytest.mark.parametrize(
    "text",
    [
        "Độc lập - Tự do - Hạnh phúc",
        "CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Tụ do Hạnh phúc",
        "Độc lập - Tư do - Hạnh phút",
        "Độc lạp - Tự đ0 - Hạnh phúc",
        "bà Đỗ Thị Hạnh Phúc, ông Lê Tự Do",
        "",
    ],
)
def test_everything_else_stays_as_it_was_read(text: str) -> None:
    assert corrected(text) == text
