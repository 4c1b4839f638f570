"""The QR code on identity cards: a typing aid, never a proof, since nothing in it is signed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from catalogue.codes.base import digits_only
from catalogue.codes.person import CitizenId, IdCard, Sex, mask, normal_sex
from catalogue.errors import InvalidCardQr
from catalogue.text import fold, nfc

CardForm = Literal["cccd", "can_cuoc"]
UNVERIFIED_VI = "chưa xác thực"
_PLACE_WORDS = re.compile(
    r",|\d|\b(xa|phuong|thi tran|huyen|quan|thi xa|thanh pho|tp|tinh|thon|xom|ap|ban|to dan pho|duong|pho|dac khu)\b"
)
LONGEST = 2000


@dataclass(frozen=True, slots=True, repr=False)
class CardQr:
    """What the QR code of a chip card (CCCD, 2021 to June 2024) or of a card of 2024 (Căn cước) says.

    `form` is the older card's seven fields in their known order, or `can_cuoc`, whose order is not published: there
    each field is told by what it looks like. `raw` is the code as read. `trust_vi` goes beside every value shown.
    """

    raw: str
    form: CardForm
    citizen_id: CitizenId
    full_name: str
    born: date | None
    birth_year: int | None
    sex: Sex | None
    residence: str
    issued_on: date | None
    id_card: IdCard | None = None
    cancelled_ids: tuple[CitizenId, ...] = ()
    parents: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    """Fields that were not understood, as they stood."""
    trust_vi: str = UNVERIFIED_VI

    def __repr__(self) -> str:
        return f"CardQr({self.form}, {mask(self.citizen_id.value)})"

    @classmethod
    def parse(cls, text: str) -> CardQr:
        """Reads 6 to 12 fields parted by `|`. Raises `InvalidCardQr`."""
        if len(text) > LONGEST:
            raise InvalidCardQr(reason_vi="quá dài", reason_en="too long")
        parts = [" ".join(nfc(part).split()) for part in text.strip().split("|")]
        if not 6 <= len(parts) <= 12:
            raise InvalidCardQr(
                reason_vi=f"có {len(parts)} trường, thẻ căn cước có từ 6 đến 12 trường",
                reason_en=f"it has {len(parts)} fields, identity cards have 6 to 12",
            )
        return _read(text, parts)


def _read(raw: str, parts: list[str]) -> CardQr:
    ids = [CitizenId(part) for part in parts if digits_only(part) and len(part) == 12]
    old = [IdCard(part) for part in parts if digits_only(part) and len(part) == 9]
    days = [found for part in parts if (found := _day(part)) is not None]
    sexes = [sex for part in parts if part.casefold() in {"nam", "nữ", "nu"} and (sex := normal_sex(part))]
    if not ids:
        raise InvalidCardQr(reason_vi="không có số định danh 12 chữ số", reason_en="it holds no 12-digit citizen ID")
    texts = [part for part in parts if part and not digits_only(part) and part.casefold() not in {"nam", "nữ", "nu"}]
    if not texts:
        raise InvalidCardQr(reason_vi="không có họ tên", reason_en="it holds no name")
    parents: tuple[str, ...] = ()
    is_old_card = len(parts) == 7 and _is_old_card(parts)
    if is_old_card:
        name, residence = parts[2], parts[5]
    else:
        name, residence, parents = _by_looks(texts)
    birth = _birth(days)
    issued = [day for day, _ in days if day is not None and day != birth[0]]
    understood = {name, residence, *parents, *(c.value for c in ids), *(c.value for c in old)}
    return CardQr(
        raw=raw,
        form="cccd" if is_old_card else "can_cuoc",
        citizen_id=ids[0],
        full_name=name,
        born=birth[0],
        birth_year=birth[1],
        sex=sexes[0] if sexes else None,
        residence=residence,
        issued_on=max(issued) if issued else None,
        id_card=old[0] if old else None,
        cancelled_ids=tuple(ids[1:]),
        parents=tuple(parents),
        others=tuple(p for p in parts if p and p not in understood and _day(p) is None and not normal_sex(p)),
    )


def _is_old_card(parts: list[str]) -> bool:
    """Seven fields where each stands where the chip card has it."""
    number, old, name, born, sex, _, issued = parts
    return (
        digits_only(number)
        and (not old or digits_only(old))
        and not digits_only(name)
        and _day(born) is not None
        and normal_sex(sex) is not None
        and _day(issued) is not None
    )


def _by_looks(texts: list[str]) -> tuple[str, str, tuple[str, ...]]:
    """Name, residence and parents among the text fields: a residence has a comma, a digit or a word for a place."""
    places = [text for text in texts if _PLACE_WORDS.search(fold(text))]
    # A person may be called Xã or An: the first text is the name unless something follows that is surely none.
    names = [text for text in texts if text not in places] or texts[:1]
    residence = max((text for text in places if text not in names[:1]), key=len, default="")
    return names[0], residence, tuple(names[1:])


def _birth(days: list[tuple[date | None, int]]) -> tuple[date | None, int | None]:
    """The earliest of the dates is that of birth, whatever their order."""
    if not days:
        return None, None
    day, year = min(days, key=lambda item: (item[1], item[0] or date(item[1], 1, 1)))
    return day, year


def _day(part: str) -> tuple[date | None, int] | None:
    """`ddmmyyyy` as a date and its year; day or month 00 leaves the year alone; None for anything else."""
    if not (digits_only(part) and len(part) == 8):
        return None
    day, month, year = int(part[:2]), int(part[2:4]), int(part[4:])
    if not 1880 <= year <= 2200:
        return None
    if day == 0 or month == 0:
        return None, year
    try:
        return date(year, month, day), year
    except ValueError:
        return None
