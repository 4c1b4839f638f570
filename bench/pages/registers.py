"""Papers set unlike the samples, and full of numbers: registers, slips, statements, extracts, two-column notices.

The looks (paper, margins, spacing, rules of tables, leaders) are drawn by chance for every page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bench.pages.content import Content

Block = dict[str, Any]
_PAPERS = (("a4", False),) * 6 + (("a4", True), ("a5", True))


@dataclass(frozen=True, slots=True)
class Register:
    """What `register.typ` sets."""

    title: str
    blocks: tuple[Block, ...]
    look: dict[str, Any]
    font: str = "Tinos"
    size: float = 12


def _register(c: Content, title: str, *blocks: Block, upright: bool = True, frame: bool = False) -> Register:
    paper, flipped = ("a4", False) if upright else c.rng.choice(_PAPERS)
    look = {
        "paper": paper,
        "flipped": flipped,
        "margins": [round(c.rng.uniform(12, 24), 1) for _ in range(4)],
        "frame": frame,
        "justified": c.rng.random() < 0.6,
        "leading": c.rng.choice((0.55, 0.65, 0.8)),
    }
    return Register(title, blocks, look)


def _text(text: str, *, size: float = 1, align: str = "l", **styles: Any) -> Block:
    plain = {"bold": False, "italic": False, "underline": False, "tracking": 0}
    return {"type": "text", "text": text, "size": size, "align": align, **plain, **styles}


def _title(c: Content, text: str) -> Block:
    return _text(
        text, size=c.rng.choice((1.15, 1.3, 1.5)), align="c", bold=True, tracking=c.rng.choice((0, 0, 0.04, 0.1))
    )


def _grid(c: Content, widths: Sequence[float], header: Sequence[str], rows: Sequence[Sequence[str]], at: str) -> Block:
    return {
        "type": "grid", "widths": widths, "header": header, "rows": rows, "aligned": at,
        "style": c.rng.choice(("full", "full", "rules", "open", "bare")), "shaded": c.rng.random() < 0.3,
        "size": c.rng.choice((0.8, 0.88, 0.95)), "inset": c.rng.choice((3, 4, 5)),
    }  # fmt: skip


def _pairs(c: Content, *items: tuple[str, str], columns: int = 1) -> Block:
    leader = c.rng.choice(("dots", "line", "stops", "none"))
    return {"type": "pairs", "items": items, "columns": columns, "leader": leader}


def _cells(label: str, *groups: tuple[str, str]) -> Block:
    """Digits in boxes, in groups of (what stands before it, digits)."""
    return {"type": "cells", "label": label, "groups": groups}


def _halves(*parts: Sequence[Block]) -> Block:
    return {"type": "halves", "parts": parts}


def _mark(name: str, wide: float, high: float, align: str = "r") -> Block:
    return {"type": "mark", "name": name, "wide": wide, "high": high, "align": align}


def _heads(c: Content) -> Block:
    """Issuer and national heading side by side, the first underlined by hand in some offices."""
    issuer = [_text(f"SỞ TƯ PHÁP {c.place().upper()}", size=0.9), _text("PHÒNG HỘ TỊCH", size=0.9, bold=True)]
    issuer.append(_text(f"Số: {c.number('TL-PHT')}", size=0.9))
    nation = [_text("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", size=0.9, bold=True)]
    nation.append(_text("Độc lập - Tự do - Hạnh phúc", bold=True, underline=c.rng.random() < 0.5))
    nation.append(_text(f"{c.place()}, {c.long_date()}", size=0.9, italic=True))
    return _halves(issuer, nation)


def _signing(c: Content, left: str, right: str) -> tuple[Block, ...]:
    note = "(Ký tên, đóng dấu)"
    return (
        _halves([_text(left, bold=True)], [_text(right, bold=True), _text(note, size=0.85, italic=True)]),
        _mark("signature", 46, 18),
        _halves([_text(c.person(), bold=True)], [_text(c.person(), bold=True)]),
    )


def civil_extract(c: Content) -> Register:
    day, month, year = c.date(1940, 2010).split("/")
    return _register(
        c, "TRÍCH LỤC KHAI TỬ",
        _heads(c),
        _title(c, "TRÍCH LỤC KHAI TỬ (BẢN SAO)"),
        _text(f"Quyển số: {c.digits(2)}/{c.rng.randint(1995, 2026)}; trang số: {c.digits(3)}", align="c", italic=True),
        _pairs(c, ("Họ, chữ đệm, tên", c.person().upper()), ("Tên gọi khác", c.person())),
        _cells("Sinh", ("ngày ", day), ("tháng ", month), ("năm ", year)),
        _cells("Số định danh:", ("", c.citizen_id())),
        _pairs(c, ("Giới tính", "Nam"), ("Dân tộc", "Tày"), ("Quốc tịch", "Lào"), ("Điện thoại", c.phone()), columns=2),
        _pairs(c, ("Nơi cư trú cuối cùng", c.address())),
        _pairs(c, ("Đã chết vào lúc", f"{c.digits(1)} giờ 45 phút, {c.long_date()}")),
        _text(c.prose(2)),
        _pairs(c, ("Giấy báo tử số", c.number("BV-GBT")), ("Do", f"Bệnh viện {c.place()} cấp {c.long_date()}")),
        _mark("seal", 34, 34, "c"),
        *_signing(c, "NGƯỜI THỰC HIỆN", "GIÁM ĐỐC"),
        frame=c.rng.random() < 0.5,
    )  # fmt: skip


def household_book(c: Content) -> Register:
    rows = [
        (f"{n:02d}", c.person(), c.date(), c.citizen_id(), c.phone().replace(" ", ""), c.date(2021))
        for n in range(1, 19)
    ]
    header = ("TT", "Họ tên", "Sinh ngày", "Số CCCD", "Điện thoại", "Ngày đến")
    return _register(
        c, "SỔ THEO DÕI TẠM TRÚ",
        _text(f"CÔNG AN PHƯỜNG {c.place().upper()}", bold=True),
        _title(c, "SỔ THEO DÕI TẠM TRÚ"),
        _text(f"Tờ số {c.digits(3)}, từ {c.date(2025)} đến {c.date(2026)}", align="c"),
        _grid(c, (0.5, 2.3, 1.2, 1.6, 1.3, 1.2), header, rows, "clccrc"),
        {"type": "note", "text": f"(1) {c.prose(1)} (2) Mẫu CT{c.digits(2)} theo Thông tư {c.digits(2)}/2024."},
    )  # fmt: skip


def tax_statement(c: Content) -> Register:
    rows = [
        (c.digits(4), f"Thửa {c.digits(3)}, tờ {c.digits(2)}", f"{c.rng.randint(40, 900)},{c.digits(1)}",
         _amount(c), f"0,0{c.rng.randint(3, 7)}", _amount(c))
        for _ in range(13)
    ]  # fmt: skip
    header = ("Mã", "Thửa đất", "m²", "Giá tính thuế", "%", "Số thuế")
    return _register(
        c, "THÔNG BÁO NỘP THUẾ",
        _heads(c),
        _title(c, "THÔNG BÁO NỘP THUẾ ĐẤT PHI NÔNG NGHIỆP"),
        _cells("Mã số thuế:", ("", c.digits(10)), ("- ", c.digits(3))),
        _pairs(c, ("Người nộp", c.person()), ("Địa chỉ", c.address()), ("Kỳ tính", "01/01/2026 - 31/12/2026")),
        _grid(c, (0.7, 1.9, 0.8, 1.4, 0.6, 1.3), header, rows, "cllrrr"),
        _text(f"Tổng số phải nộp: {_amount(c)} đồng.", bold=True),
        _text(f"Tài khoản {c.digits(4)}.{c.digits(3)}.{c.digits(5)}, mã QHNS {c.digits(7)}."),
        _text(c.prose(1)),
        *_signing(c, "NGƯỜI NHẬN", "CHI CỤC TRƯỞNG"),
    )  # fmt: skip


def _amount(c: Content) -> str:
    return ".".join([str(c.rng.randint(1, 999)), *(c.digits(3) for _ in range(c.rng.randint(1, 2)))])


def cadastral(c: Content) -> Register:
    rows = [
        (
            str(n),
            f"{c.digits(7)},{c.digits(3)}",
            f"{c.digits(6)},{c.digits(3)}",
            f"{c.rng.randint(2, 98)},{c.digits(2)}",
        )
        for n in range(1, 21)
    ]
    return _register(
        c, "BẢNG KÊ TỌA ĐỘ GÓC RANH",
        _title(c, "BẢNG KÊ TỌA ĐỘ GÓC RANH THỬA ĐẤT"),
        _text(f"Hệ VN-2000, kinh tuyến trục 10{c.digits(1)}°45', múi chiếu 3°; tờ bản đồ số {c.digits(2)}", align="c"),
        _grid(c, (0.5, 1.4, 1.4, 1), ("Điểm", "X (m)", "Y (m)", "Cạnh (m)"), rows, "crrr"),
        _pairs(c, ("Rộng", f"{c.digits(3)},{c.digits(1)} m²"), ("Hạng", "III"), ("Đo ngày", c.date(2024)), columns=3),
        _text(c.prose(2)),
        *_signing(c, "NGƯỜI ĐO", "TRƯỞNG ĐOÀN"),
    )  # fmt: skip


def fee_slip(c: Content) -> Register:
    things = ("Phí khai thác tư liệu", "Lệ phí cấp bản sao", "Phí thẩm định", "Phí chứng thực", "Công vụ bưu chính")
    rows = [(str(n), t, str(c.rng.randint(1, 30)), _amount(c), _amount(c)) for n, t in enumerate(things, 1)]
    return _register(
        c, "BIÊN LAI THU PHÍ, LỆ PHÍ",
        _halves([_text(f"Đơn vị: UBND xã {c.place()}"), _text(f"MST: {c.digits(10)}")],
                [_text(f"Mẫu số: 01BLP{c.digits(1)}-001"), _text(f"Ký hiệu: 31AA-26T. Số: {c.digits(7)}", bold=True)]),
        _title(c, "BIÊN LAI THU PHÍ, LỆ PHÍ"),
        _pairs(c, ("Người nộp", c.person()), ("Căn cước", c.citizen_id()), columns=2),
        _pairs(c, ("Địa chỉ", c.address())),
        _grid(c, (0.4, 2.4, 0.6, 1.2, 1.3), ("TT", "Khoản thu", "SL", "Mức", "Tiền"), rows, "clrrr"),
        _text(f"Chuyển khoản, giao dịch FT{c.digits(12)}, lúc {c.digits(1)}:{c.rng.randint(10, 59)}, {c.date(2025)}."),
        _mark("stamp", 44, 15, "c"),
        _halves([_text("Người nộp tiền", bold=True)], [_text("Người thu tiền", bold=True)]),
        _mark("signature", 40, 14),
        upright=False,
    )  # fmt: skip


def clinic(c: Content) -> Register:
    drugs = (
        "Viên sủi C",
        "Sắt, axit folic",
        "Men tiêu hóa",
        "Dầu cá",
        "Ô-rê-zôn",
        "Vắc-xin uốn ván",
        "Kẽm",
        "Canxi D3",
    )
    rows = [
        (d, f"{c.rng.randint(1, 60)} viên", f"Lô {c.digits(6)}", c.date(2026, 2029), f"{c.rng.randint(1, 3)} lần/ngày")
        for d in drugs
    ]
    return _register(
        c, "PHIẾU KHÁM SỨC KHỎE",
        _title(c, "PHIẾU KHÁM SỨC KHỎE ĐỊNH KỲ"),
        _pairs(c, ("Mã BN", c.digits(9)), ("Thẻ BHYT", f"DN4{c.digits(12)}"), columns=2),
        _pairs(c, ("Họ tên", c.person()), ("Sinh ngày", c.date()), columns=2),
        _pairs(c, ("Cao", f"1{c.digits(2)} cm"), ("Nặng", f"{c.rng.randint(35, 90)},{c.digits(1)} kg"),
               ("Mạch", f"{c.rng.randint(60, 99)} lần/phút"), ("Nhiệt độ", f"36,{c.digits(1)} °C"), columns=4),
        {"type": "columns", "parts": (c.prose(3), c.prose(3))},
        _grid(c, (2, 1, 1.2, 1.2, 1.2), ("Thuốc", "Số lượng", "Số lô", "Hạn dùng", "Cách dùng"), rows, "lcccl"),
        _text(f"Hẹn khám lại: {c.date(2026)}. Đường dây nóng: {c.phone()}.", underline=True),
        *_signing(c, "", "BÁC SĨ KHÁM"),
    )  # fmt: skip


def bulletin(c: Content) -> Register:
    cuts = [
        (
            c.date(2026),
            f"{c.rng.randint(6, 11):02d}:30 - 1{c.digits(1)}:15",
            f"Ngõ {c.rng.randint(2, 390)}, đường {c.place()}",
        )
        for _ in range(7)
    ]
    return _register(
        c, "BẢN TIN TỔ DÂN PHỐ",
        _title(c, f"BẢN TIN TỔ DÂN PHỐ SỐ {c.rng.randint(1, 30)}"),
        _text(f"Kỳ {c.rng.randint(1, 52)}, ra {c.long_date()}. Lưu hành nội bộ.", align="c", italic=True, size=0.9),
        {"type": "columns", "parts": (c.prose(6), c.prose(6))},
        _text("LỊCH CẮT NƯỚC", bold=True, underline=True),
        _grid(c, (1, 1, 2), ("Ngày", "Giờ", "Khu vực"),
              cuts, "ccl"),
        {"type": "boxed", "lines": (f"Trực: {c.person()}, {c.phone()}", f"Cứu hộ: {c.phone()}"), "align": "c"},
        {"type": "columns", "parts": (c.prose(3), c.prose(3))},
    )  # fmt: skip


def ballot_tally(c: Content) -> Register:
    rows = [
        (
            c.person(),
            str(c.rng.randint(1900, 2004)),
            str(c.rng.randint(100, 2990)),
            f"{c.rng.randint(1, 99)},{c.digits(2)}%",
            c.citizen_id(),
        )
        for _ in range(17)
    ]
    return _register(
        c, "BIÊN BẢN KIỂM PHIẾU",
        _heads(c),
        _title(c, "BIÊN BẢN KIỂM PHIẾU BẦU BAN QUẢN TRỊ"),
        _text(f"Kết thúc lúc 1{c.digits(1)} giờ; phát ra {c.digits(4)} phiếu, thu về {c.digits(4)} phiếu."),
        _grid(c, (2.2, 0.9, 1, 1, 1.6), ("Người được bầu", "Năm sinh", "Số phiếu", "Tỷ lệ", "Số CCCD"), rows, "lcrrc"),
        _text(c.prose(1), italic=True),
        _mark("stamp", 46, 16, "l"),
        *_signing(c, "TỔ TRƯỞNG", "THƯ KÝ"),
    )  # fmt: skip


REGISTERS: tuple[Callable[[Content], Register], ...] = (
    civil_extract,
    household_book,
    tax_statement,
    cadastral,
    fee_slip,
    clinic,
    bulletin,
    ballot_tally,
)
