"""Documents told apart and named by what is printed on them, mistakes of recognition allowed for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue import kinds
from digitize.classify import classify, known_titles
from digitize.model import Line, Page, Word, quad_of
from digitize.split import numbering, split
from digitize.titles import key, likeness

HEADING = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"


def page_of(*texts: str, number: int = 1, sure: float = 0.96) -> Page:
    """A page of 1000 × 1400 pixels whose lines stand one under the other, centred."""
    lines = []
    for at, text in enumerate(texts):
        box = (500 - 6.0 * len(text), 60.0 + 40 * at, 500 + 6.0 * len(text), 84.0 + 40 * at)
        word = Word(text, box, sure, quad_of(box))
        lines.append(Line(text, box, quad_of(box), sure, (word,)))
    return Page(number, 1000, 1400, 100, tuple(lines), upright_size=(1000, 1400))


class Read:
    def __init__(self, page: Page) -> None:
        self.page = page


def test_every_title_of_the_catalogue_is_recognised_as_its_own_kind() -> None:
    shared = {
        key(title) for owner, title in known_titles() for other, t in known_titles() if owner != other and t == title
    }
    for kind in kinds():
        for title in kind.titles:
            if kind.id in ("ban_sao_chung_thuc", "khac") or key(title) in shared or not title.isupper():
                continue
            assert classify([page_of(HEADING, "Độc lập - Tự do - Hạnh phúc", title)]).id == kind.id, title


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("GIAY KHAI SINH", "giay_khai_sinh"),
        ("GLẤY KHAl SINH", "giay_khai_sinh"),
        ("TRÍCH LỤC KHAI SINH (BẢN SAO)", "giay_khai_sinh"),
        ("GIẤY XÁC NHẬN TINH TRẠNG HÔN NHẢN", "giay_xn_tthn"),
        ("QUYẾT ĐỊNH", "quyet_dinh"),
        ("QUYẾT ĐỊNH CÔNG NHẬN THUẬN TÌNH LY HÔN", "ban_an_ly_hon"),
        ("GIẤY CHỨNG NHẬN ĐĂNG KÝ HỘ KINH DOANH", "gcn_hkd"),
        ("GIẤY CHỨNG NHẬN ĐĂNG KÝ DOANH NGHIỆP", "gcn_dkdn"),
    ],
)
def test_titles_read_with_mistakes(printed: str, expected: str) -> None:
    assert classify([page_of(HEADING, printed, "Họ, chữ đệm, tên: NGUYỄN THỊ MẪU")]).id == expected


def test_a_title_over_two_lines() -> None:
    assert classify([page_of(HEADING, "GIẤY XÁC NHẬN", "TÌNH TRẠNG HÔN NHÂN")]).id == "giay_xn_tthn"


def test_a_mention_in_the_text_is_no_title() -> None:
    guess = classify([page_of("Kính gửi Ủy ban nhân dân xã", "xin nộp kèm giấy khai sinh của con tôi")])
    assert guess.id == "khac" and guess.confidence <= 0.5


def test_a_badly_read_title_is_less_sure() -> None:
    good = classify([page_of(HEADING, "GIẤY KHAI SINH")])
    worse = classify([page_of(HEADING, "GIẤX KHAI SNH")])
    doubtful = classify([page_of(HEADING, "GIẤY KHAI SINH", sure=0.3)])
    assert good.confidence > worse.confidence and good.confidence > doubtful.confidence


def test_a_certified_copy_needs_the_certifier_s_words() -> None:
    plain = page_of(HEADING, "GIẤY KHAI SINH", "BẢN SAO")
    words = ("Chứng thực bản sao đúng với bản chính", "Số chứng thực: 12")
    certified = page_of(HEADING, "GIẤY KHAI SINH", "BẢN SAO", *words)
    assert classify([plain]).id == "giay_khai_sinh"
    assert classify([certified]).id == "ban_sao_chung_thuc"


def test_an_empty_page_is_nothing() -> None:
    assert classify([page_of()]).confidence == 0.0


@given(st.text(max_size=60), st.text(max_size=60))
def test_likeness_is_a_share(one: str, other: str) -> None:
    assert 0.0 <= likeness(key(one), key(other)) <= 1.0


def groups(*pages: Page) -> list[int]:
    return [len(group) for group in split([Read(page) for page in pages])]


def test_a_title_under_the_national_heading_begins_a_document() -> None:
    first = page_of(HEADING, "GIẤY KHAI SINH")
    more = page_of("tiếp theo của trang trước", number=2)
    second = page_of(HEADING, "GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN", number=3)
    assert groups(first, more, second) == [2, 1]


def test_a_title_without_the_heading_does_not() -> None:
    assert groups(page_of(HEADING, "QUYẾT ĐỊNH"), page_of("BIÊN BẢN", "kèm theo quyết định", number=2)) == [2]


def test_numbered_pages_hold_together() -> None:
    first = page_of(HEADING, "GIẤY ỦY QUYỀN", "Trang 1/2")
    second = page_of(HEADING, "GIẤY KHAI SINH", "Trang 2/2", number=2)
    assert groups(first, second) == [2]
    assert groups(first, second, page_of("không rõ", "Trang 1/1", number=3)) == [2, 1]


@pytest.mark.parametrize(("text", "expected"), [("Trang 2/3", (2, 3)), ("trang 4 / 3", None), ("Trang 12", None)])
def test_printed_numbering(text: str, expected: tuple[int, int] | None) -> None:
    assert numbering(page_of("một", text)) == expected
