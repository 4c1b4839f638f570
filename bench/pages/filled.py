"""Forms that people fill in with a pen, on leaders, in cells and in squares for digits; and one that is typed in blue.

What a pen is to write stands in `{"hand": …}` or in the places of blocks that are written by definition.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bench.pages.content import Content

Block = dict[str, Any]
_REASONS = (
    "bổ sung hồ sơ vay vốn",
    "làm hồ sơ nhập học cho con",
    "xin việc làm tại khu công nghiệp",
    "hoàn thiện thủ tục thừa kế",
    "nộp cho cơ quan bảo hiểm",
    "xác nhận tạm trú dài hạn",
)
_KIN = ("vợ", "chồng", "con đẻ", "bố", "mẹ", "em ruột", "cháu nội")
_JOBS = ("làm ruộng", "giáo viên", "thợ may", "lái xe", "buôn bán nhỏ", "công nhân", "hưu trí")
_WORDS = ("hai trăm nghìn", "một triệu rưỡi", "ba mươi lăm nghìn", "năm triệu không trăm linh hai nghìn")
_NOTES = ("đã nhận", "vắng mặt", "nhờ nhận thay", "thiếu giấy tờ", "hẹn hôm sau", "")


@dataclass(frozen=True, slots=True)
class Filled:
    """What `filled.typ` sets."""

    title: str
    blocks: tuple[Block, ...]
    look: dict[str, Any]
    font: str = "Tinos"
    size: float = 12.5


def _form(c: Content, title: str, *blocks: Block) -> Filled:
    look = {
        "leader": c.rng.choice(("dots", "dots", "line", "stops", "none")),
        "leading": c.rng.choice((0.75, 0.9, 1.05)),
        "left": c.rng.choice((18, 22, 27)),
    }
    return Filled(title, blocks, look)


def _text(text: str, *, bold: bool = False, italic: bool = False, align: str = "left", size: float = 1) -> Block:
    return {"type": "text", "text": text, "bold": bold, "italic": italic, "align": align, "size": size}


def _blank(label: str, value: str) -> Block:
    return {"type": "blanks", "items": ((label, value, 1),)}


def _blanks(*items: tuple[str, str, float]) -> Block:
    return {"type": "blanks", "items": items}


def _prose(*parts: str | tuple[str, float]) -> Block:
    told = [part if isinstance(part, str) else {"hand": part[0], "wide": part[1]} for part in parts]
    return {"type": "prose", "parts": told}


def _cells(label: str, digits: str) -> Block:
    return {"type": "cells", "label": label, "digits": digits}


def _grid(c: Content, widths: Sequence[float], header: Sequence[str], rows: Sequence[Sequence[Any]]) -> Block:
    return {"type": "grid", "widths": widths, "header": header, "rows": rows, "open": c.rng.random() < 0.4}


def _hand(text: str) -> dict[str, str]:
    return {"hand": text}


def _lines(*hands: str) -> Block:
    return {"type": "lines", "hands": hands}


def _signing(*people: tuple[str, str, str, str]) -> Block:
    """Places to sign: whose, what is noted there, the name by hand or else in print."""
    return {"type": "signed", "people": people}


def _signed(c: Content, left: str, right: str) -> Block:
    first, second = c.person(), c.person()
    by_hand = c.rng.random() < 0.6
    note = "(Ký, ghi rõ họ tên)"
    return _signing((left, note, first if by_hand else "", first), (right, note, second if by_hand else "", second))


def _day(c: Content) -> tuple[str | tuple[str, float], ...]:
    day, month, year = c.date(2023).split("/")
    return "ngày", (day, 2.6), "tháng", (month, 2.6), "năm", (year, 3.6)


def residence(c: Content) -> Filled:
    return _form(
        c, "ĐƠN XIN XÁC NHẬN NƠI CƯ TRÚ",
        _blank("Kính gửi: Ủy ban nhân dân xã", c.place()),
        _blank("Tôi tên là:", c.person()),
        _blanks(("Sinh ngày:", c.date(), 1.2), ("Giới tính:", c.rng.choice(("Nam", "Nữ")), 0.8),
                ("Dân tộc:", "Kinh", 1)),
        _cells("Số định danh cá nhân:", c.citizen_id()),
        _blanks(("Ngày cấp:", c.date(2021), 1), ("Nơi cấp:", f"CA {c.place()}", 1.4)),
        _blank("Nơi đăng ký thường trú:", c.address()),
        _blank("Nơi ở hiện tại:", c.address()),
        _blank("Số điện thoại:", c.phone()),
        _text(c.prose(2)),
        _blank("Lý do xin xác nhận:", c.rng.choice(_REASONS)),
        _text("Tôi xin cam đoan những lời khai trên là đúng sự thật và chịu trách nhiệm trước pháp luật."),
        _prose(c.place(), ",", *_day(c)),
        _signed(c, "XÁC NHẬN CỦA TỔ TRƯỞNG", "NGƯỜI LÀM ĐƠN"),
    )  # fmt: skip


def family(c: Content) -> Filled:
    rows = [
        (f"{n}", _hand(c.person()), _hand(c.date()), _hand(c.rng.choice(_KIN)), _hand(c.rng.choice(_JOBS)))
        for n in range(1, c.rng.randint(7, 10))
    ]
    return _form(
        c, "BẢN KÊ NHÂN KHẨU TRONG HỘ",
        _blanks(("Chủ hộ:", c.person(), 1.6), ("Điện thoại:", c.phone(), 1)),
        _blank("Địa chỉ:", c.address()),
        _grid(c, (0.5, 2.4, 1.3, 1.1, 1.5), ("STT", "Họ và tên", "Ngày sinh", "Quan hệ", "Nghề nghiệp"), rows),
        _text(c.prose(2)),
        _prose("Tổng số nhân khẩu:", (str(c.rng.randint(3, 12)), 3.0), "người, trong đó trẻ em dưới 16 tuổi:",
               (str(c.rng.randint(0, 5)), 3.0), "người."),
        _signed(c, "CÁN BỘ TIẾP NHẬN", "CHỦ HỘ"),
    )  # fmt: skip


def receipt(c: Content) -> Filled:
    amount = c.money()
    return _form(
        c, "PHIẾU THU TIỀN MẶT",
        _blanks(("Quyển số:", c.digits(2), 1), ("Số:", c.digits(5), 1), ("Có:", c.digits(4), 1)),
        _blank("Họ và tên người nộp tiền:", c.person()),
        _blank("Địa chỉ:", c.address()),
        _blank("Lý do nộp:", c.rng.choice(_REASONS)),
        _blank("Số tiền:", amount),
        _blank("Viết bằng chữ:", f"{c.rng.choice(_WORDS)} đồng chẵn"),
        _prose("Kèm theo", (str(c.rng.randint(1, 9)), 3), "chứng từ gốc. Lập phiếu", *_day(c)),
        _text(c.prose(3), italic=True, size=0.9),
        _signed(c, "NGƯỜI NỘP TIỀN", "THỦ QUỸ"),
    )  # fmt: skip


def mandate(c: Content) -> Filled:
    def side(name: str) -> tuple[Block, ...]:
        return (
            _text(name, bold=True),
            _prose("Ông (bà):", (c.person(), 15), "sinh ngày", (c.date(), 8), ","),
            _prose("căn cước số", (c.citizen_id(), 10), "do Cục Cảnh sát cấp ngày", (c.date(2021), 8), ","),
            _blank("thường trú tại:", c.address()),
        )

    return _form(
        c, "GIẤY ỦY QUYỀN NHẬN KẾT QUẢ",
        _prose("Hôm nay,", *_day(c), ", tại", (c.place(), 9), ", chúng tôi gồm:"),
        *side("BÊN ỦY QUYỀN"), *side("BÊN ĐƯỢC ỦY QUYỀN"),
        _text(c.prose(2)),
        _lines(f"Nhận hồ sơ và nộp lệ phí thay tôi, {c.rng.choice(_REASONS)}", c.rng.choice(_REASONS), ""),
        _text(c.prose(1)),
        _signed(c, "BÊN ĐƯỢC ỦY QUYỀN", "BÊN ỦY QUYỀN"),
    )  # fmt: skip


def register(c: Content) -> Filled:
    rows = [
        (
            _hand(str(n)), _hand(c.date(2026)), _hand(c.person()), _hand(c.citizen_id()),
            _hand(c.rng.choice(_NOTES)),
        )
        for n in range(c.rng.randint(1, 80), 200)
    ][: c.rng.randint(9, 14)]  # fmt: skip
    return _form(
        c, "SỔ GIAO NHẬN GIẤY TỜ",
        _text(f"UBND xã {c.place()}, bộ phận tiếp nhận và trả kết quả; mẫu số {c.digits(2)}/SGN", italic=True),
        _grid(c, (0.6, 1.3, 2.3, 1.7, 1.5), ("Số", "Ngày", "Người nhận", "Số căn cước", "Ghi chú"), rows),
        _text(c.prose(2), size=0.9),
    )  # fmt: skip


def birth(c: Content) -> Filled:
    return _form(
        c, "TỜ KHAI ĐĂNG KÝ KHAI SINH",
        _blank("Họ, chữ đệm, tên người yêu cầu:", c.person()),
        _cells("Số CCCD:", c.citizen_id()),
        _blank("Nơi cư trú:", c.address()),
        _text("Đề nghị cơ quan đăng ký khai sinh cho người dưới đây:", bold=True),
        _blank("Họ, chữ đệm, tên:", c.person().upper()),
        _blanks(("Ngày, tháng, năm sinh:", c.date(2024), 1.6), ("Giới tính:", "Nữ", 0.7),
                ("Quốc tịch:", "Việt Nam", 1.1)),
        _blank("Nơi sinh:", f"Trạm y tế {c.place()}"),
        _blanks(("Họ tên người mẹ:", c.person(), 2), ("Năm sinh:", c.digits(4), 1)),
        _cells("Số định danh người mẹ:", c.citizen_id()),
        _blanks(("Họ tên người cha:", c.person(), 2), ("Năm sinh:", c.digits(4), 1)),
        _cells("Số định danh người cha:", c.citizen_id()),
        _text(c.prose(2)),
        _prose("Làm tại", (c.place(), 10), ",", *_day(c)),
        _signed(c, "NGƯỜI TIẾP NHẬN", "NGƯỜI YÊU CẦU"),
    )  # fmt: skip


def typed(c: Content) -> Filled:
    """Filled in by machine in blue or black, upright or slanted: nothing here is a hand's but the signatures."""
    ink, italic = c.rng.choice(("#1c2f8c", "#2a3fb0", "#000000")), c.rng.random() < 0.5

    def typed_in(label: str, value: str) -> Block:
        return {"type": "typed", "label": label, "value": value, "ink": ink, "italic": italic}

    return _form(
        c, "PHIẾU ĐĂNG KÝ NHẬN HỖ TRỢ",
        typed_in("Họ và tên:", c.person()), typed_in("Ngày sinh:", c.date()), typed_in("Số định danh:", c.citizen_id()),
        typed_in("Địa chỉ:", c.address()), typed_in("Điện thoại:", c.phone()),
        typed_in("Nghề nghiệp:", c.rng.choice(_JOBS)),
        typed_in("Lý do:", c.rng.choice(_REASONS)), typed_in("Số tiền:", c.money()),
        _text(c.prose(4)), _text(c.prose(4)), _text(c.prose(3)),
        _signing(("NGƯỜI LẬP", "(Ký tên)", "", c.person()), ("NGƯỜI NHẬN", "(Ký tên)", "", c.person())),
    )  # fmt: skip


def report(c: Content) -> Filled:
    return _form(
        c, "BIÊN BẢN LÀM VIỆC",
        _prose("Hồi", (c.digits(2), 2.5), "giờ", (c.digits(2), 2.5), "phút,", *_day(c), ", tại", (c.place(), 9), "."),
        _text("Thành phần gồm có:"),
        _blanks(("1. Ông (bà)", c.person(), 1.4), ("chức vụ:", c.rng.choice(_JOBS), 1)),
        _blanks(("2. Ông (bà)", c.person(), 1.4), ("chức vụ:", c.rng.choice(_JOBS), 1)),
        _text("Nội dung làm việc:", bold=True),
        _text(c.prose(2)),
        _lines(
            f"Gia đình ông {c.person()} đề nghị được",
            f"{c.rng.choice(_REASONS)}, số tiền {c.money()}",
            f"hẹn trả lời trước ngày {c.date(2026)} tại {c.place()}",
            "",
        ),
        _text(c.prose(2)),
        _signed(c, "NGƯỜI LÀM CHỨNG", "NGƯỜI LẬP BIÊN BẢN"),
    )  # fmt: skip


FILLED: tuple[Callable[[Content], Filled], ...] = (residence, family, receipt, mandate, typed, register, birth, report)
