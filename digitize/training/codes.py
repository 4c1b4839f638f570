"""Numbers, dates, codes and sums for training lines, as administrative paper prints them."""

from __future__ import annotations

import random
from collections.abc import Callable

from digitize.training.parts import PARTS
from digitize.training.people import person, place, province_name

_ISSUERS = PARTS["issuers"]
_ACTS = PARTS["acts"]
_MEASURES = ("m²", "m²", "m²", "m2", "ha", "km", "m³", "kg", "cm")
_LETTERS = "ABCDEGHKLMNPQRSTUVXYĐ"


def digits(rng: random.Random, count: int) -> str:
    """So many digits, any."""
    return "".join(rng.choices("0123456789", k=count))


def citizen_id(rng: random.Random) -> str:
    """Twelve digits; sometimes in groups."""
    text = f"{rng.randint(1, 96):03d}{rng.randint(0, 3)}{digits(rng, 8)}"
    return f"{text[:3]} {text[3:6]} {text[6:9]} {text[9:]}" if rng.random() < 0.08 else text


def day(rng: random.Random) -> str:
    """A day in figures, as in a table."""
    form = rng.choice(("{:02d}/{:02d}/{}", "{:02d}/{:02d}/{}", "{}/{}/{}", "{:02d}-{:02d}-{}", "{:02d}.{:02d}.{}"))
    return form.format(rng.randint(1, 31), rng.randint(1, 12), rng.randint(1930, 2035))


def amount(rng: random.Random) -> str:
    """A sum with dots between the thousands."""
    return f"{rng.randint(1, 999)}" + "".join(f".{digits(rng, 3)}" for _ in range(rng.randint(1, 3)))


def date(rng: random.Random) -> str:
    """A day in one of the ways it is written."""
    day, month, year = rng.randint(1, 31), rng.randint(1, 12), rng.randint(1930, 2035)
    ways = (
        f"{day:02d}/{month:02d}/{year}",
        f"{day}/{month}/{year}",
        f"{day:02d}-{month:02d}-{year}",
        f"{day:02d}.{month:02d}.{year}",
        f"ngày {day:02d} tháng {month:02d} năm {year}",
        f"ngày {day} tháng {month} năm {year}",
        f"Ngày {day:02d}, tháng {month:02d}, năm {year}",
        f"{place(rng)}, ngày {day:02d} tháng {month:02d} năm {year}",
        f"{province_name(rng)}, ngày {day} tháng {month} năm {year}",
        f"{rng.randint(7, 17):02d} giờ {rng.randint(0, 59):02d} phút, ngày {day:02d}/{month:02d}/{year}",
        f"tháng {month:02d}/{year}",
        f"{year}",
    )
    return rng.choices(ways, (8, 3, 2, 1, 6, 3, 2, 4, 2, 2, 1, 1))[0]


def document_number(rng: random.Random) -> str:
    """Number and symbol of an official paper."""
    number = rng.choice((str(rng.randint(1, 9999)), f"{rng.randint(1, 99):02d}", f"{rng.randint(1, 999):03d}"))
    act, issuer = rng.choice(_ACTS), rng.choice(_ISSUERS)
    tail = rng.choice(
        (
            f"/{act}-{issuer}",
            f"/{rng.randint(2000, 2035)}/{act}-{issuer}",
            f"/{issuer}-{rng.choice(_ISSUERS)}",
            f"/{act}",
        )
    )
    return rng.choice(("Số: ", "Số ", "", "số ")) + number + tail


def code(rng: random.Random) -> str:
    """Codes of dossiers, procedures, land certificates, plates, tax payers."""
    ways: tuple[Callable[[], str], ...] = (
        lambda: f"H{digits(rng, 2)}.{digits(rng, 2)}.{digits(rng, 2)}-{digits(rng, 6)}-{digits(rng, 4)}",
        lambda: f"{rng.randint(1, 3)}.{digits(rng, 6)}",
        lambda: f"{rng.choice(_LETTERS)}{rng.choice(_LETTERS)} {digits(rng, rng.choice((6, 8)))}",
        lambda: (
            f"{rng.randint(11, 99)}{rng.choice(_LETTERS)}{rng.choice(('', '1', '2'))}-{digits(rng, 3)}.{digits(rng, 2)}"
        ),
        lambda: digits(rng, 10) + rng.choice(("", f"-{digits(rng, 3)}")),
        lambda: f"KQ.G{digits(rng, 2)}.{digits(rng, 6)}",
        lambda: f"Mẫu số {rng.randint(1, 30):02d}{rng.choice(('', 'a', 'b', '/ĐK', '/LPTB', '-TK', '/ĐKKH'))}",
        lambda: f"{digits(rng, 3)}-{digits(rng, 2)}-{digits(rng, 4)}",
        lambda: "".join(rng.choices(_LETTERS + "0123456789-/.", k=rng.randint(3, 12))).strip("-/.") or "A1",
        lambda: f"Thửa đất số {rng.randint(1, 999)}, tờ bản đồ số {rng.randint(1, 99)}",
        lambda: f"Quyển số: {rng.randint(1, 20):02d}/{rng.randint(1990, 2030)}",
    )
    return rng.choice(ways)()


def money(rng: random.Random) -> str:
    """A sum, a rate or a measure."""
    total = amount(rng)
    ways = (
        f"{total} đồng",
        f"{total} đ",
        f"{total}đ/{rng.choice(('lần', 'hồ sơ', 'bản', 'giấy', 'm²', 'tháng'))}",
        f"{total} VNĐ",
        f"{total},{digits(rng, 2)}",
        total,
        total.replace(".", ","),
        f"{rng.randint(0, 100)}{rng.choice(('', f',{digits(rng, 1)}', f',{digits(rng, 2)}'))}%",
        f"{rng.randint(1, 5000)}{rng.choice(('', f',{digits(rng, 1)}', f'.{digits(rng, 2)}'))} {rng.choice(_MEASURES)}",
        f"{rng.randint(1, 60)} × {rng.randint(1, 60)} {rng.choice(('m', 'cm', 'mm'))}",
        f"{rng.choice('≥≤<>=±')} {rng.randint(1, 500)}",
        f"{rng.randint(15, 45)}°C",
        f"{rng.randint(1, 40)}½",
    )
    return rng.choices(ways, (6, 3, 2, 3, 2, 5, 2, 3, 5, 1, 1, 0.5, 0.3))[0]


def contact(rng: random.Random) -> str:
    """A telephone number or an address on the net (all of reserved names)."""
    nine = digits(rng, 9)
    ways = (
        f"0{nine}",
        f"0{nine[:3]} {nine[3:6]} {nine[6:]}",
        f"0{nine[:3]}.{nine[3:6]}.{nine[6:]}",
        f"(0{nine[:2]}) {digits(rng, 4)} {digits(rng, 4)}",
        f"+84 {nine[:2]} {nine[2:5]} {nine[5:]}",
        f"{rng.choice(('motcua', 'vanthu', 'hotich', 'ubnd', 'tuphap'))}{rng.randint(1, 99)}@example.gov.vn",
        f"https://{rng.choice(('dichvucong', 'hoso', 'tracuu'))}.example.vn/{rng.choice(('ho-so', 'q?id=7'))}",
        f"1900 {digits(rng, 4)}",
    )
    return rng.choices(ways, (6, 3, 3, 2, 1, 2, 1, 1))[0]


def number(rng: random.Random) -> str:
    """A number of a table."""
    ways = (
        str(rng.randint(0, 9)),
        str(rng.randint(10, 99)),
        f"{rng.randint(0, 99):02d}",
        str(rng.randint(100, 99_999)),
        f"{rng.randint(0, 99)},{digits(rng, rng.randint(1, 2))}",
        f"{rng.randint(1, 20)}.{rng.randint(1, 20)}",
        f"({rng.randint(1, 20)})",
        f"{rng.randint(1, 20)}.",
        rng.choice(("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XIV")),
        f"{rng.randint(0, 99)}/{rng.randint(1, 99)}",
        digits(rng, rng.randint(3, 16)),
        rng.choice(("x", "X", "-", "//", "Không", "Có", "Nam", "Nữ", "Kinh", "01 bản chính")),
    )
    return rng.choices(ways, (5, 4, 4, 4, 3, 2, 1, 2, 2, 1, 4, 3))[0]


def mixed(rng: random.Random) -> str:
    """Two of them on one line, as in the head of a register."""
    makers = (citizen_id, date, document_number, code, money, contact, number, person)
    return f"{rng.choice(makers)(rng)}{rng.choice((' ', '; ', ', ', ' - ', '   '))}{rng.choice(makers)(rng)}"
