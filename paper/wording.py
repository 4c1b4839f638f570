"""How dates, times and names are written on Vietnamese papers, and which text may be set at all."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime, timedelta, timezone

from catalogue.text import nfc
from paper.errors import BadField

VIETNAM = timezone(timedelta(hours=7))
_LONGEST = 2000


def day(value: date) -> str:
    """`ngày 05 tháng 6 năm 2026`: days below 10 and months 1 and 2 take a nought (NĐ 30/2020 Annex I)."""
    month = f"{value.month:02d}" if value.month < 3 else f"{value.month}"
    return f"ngày {value.day:02d} tháng {month} năm {value.year}"


def moment(value: datetime, field: str = "time") -> str:
    """`09 giờ 30 phút, ngày 05 tháng 6 năm 2026` at +07:00. Raises `BadField` for a time without zone."""
    local = local_time(value, field)
    return f"{local:%H} giờ {local:%M} phút, {day(local.date())}"


def stamp(value: datetime, field: str = "time") -> str:
    """`05-06-2026 09:30:00 +07:00`, the form that NĐ 30/2020 Annex I asks for at signatures."""
    return f"{local_time(value, field):%d-%m-%Y %H:%M:%S} +07:00"


def local_time(value: datetime, field: str) -> datetime:
    """The time at +07:00. Raises `BadField` for a time without zone."""
    if value.tzinfo is None:
        raise BadField(field=field)
    return value.astimezone(VIETNAM)


def clean(value: str, field: str) -> str:
    """The text as it may be set: NFC, trimmed. Raises `BadField` for control characters, lone surrogates, characters
    of no known use, and more than 2,000 characters."""
    text = nfc(value).strip()
    if len(text) > _LONGEST or any(unicodedata.category(c) in {"Cc", "Cs", "Cn", "Co"} and c != "\n" for c in text):
        raise BadField(field=field)
    return text
